"""How people come in: nobody signs up by themselves; a coordinator gives them a way in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mimin.people import second_step


class ClosedDoor(DefaultAccountAdapter):
    """allauth's account rules, with sign-up closed. Who is locked out is told for how long: ACCOUNT_RATE_LIMITS counts
    wrong passwords over five minutes."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many wrong passwords. Wait five minutes and try again, or ask your coordinator for a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for the name that was typed, whatever the server was called."""
        return str(credentials.get("email", credentials.get("username", ""))).lower()


def unlock(*names: str, pk: int) -> None:
    """Forget the wrong passwords of these names and the wrong codes of that person; an address stays counted."""
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        if rate.per == "key":
            for key in (*(name.lower() for name in names if name), f"mfa-auth-user-{pk}"):
                counted = {"app": "allauth.account", "action": "login_failed", "rate": rate, "key": key}
                cache.delete(ratelimit.get_cache_key(HttpRequest(), **counted))


class SealedSecondStep(DefaultMFAAdapter):
    """allauth's second step, with the authenticator's secret and the recovery codes sealed at rest."""

    def encrypt(self, text: str) -> str:
        return second_step.sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_step.opened(encrypted_text)
