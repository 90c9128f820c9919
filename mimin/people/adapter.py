"""How people come in: nobody signs up by themselves; a coordinator gives them a way in."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mimin.lib.sealed import keyring


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


class SealedSecondStep(DefaultMFAAdapter):
    """allauth's second step, with the authenticator's secret and the recovery codes sealed at rest."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(keyring().seal(text.encode(), purpose="second step")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().open(base64.b64decode(encrypted_text), purpose="second step").decode()
