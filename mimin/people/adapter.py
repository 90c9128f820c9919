"""How people come in: nobody signs up by themselves; a coordinator gives them a way in, or a link to choose one."""

from ipaddress import IPv6Address, ip_address, ip_network
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

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose tries count together: an address, and of IPv6 the whole network that one subscriber is given (/64,
        RFC 6177), within which they may take another address for every try."""
        address = ip_address(super().get_client_ip(request))
        if isinstance(address, IPv6Address) and not address.ipv4_mapped:
            return str(ip_network((address, 64), strict=False).network_address)
        return str(getattr(address, "ipv4_mapped", None) or address)

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
