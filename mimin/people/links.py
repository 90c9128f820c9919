"""Links that work once: how their tokens are made and kept, and why one does not open any more."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from mimin.lib.moving import Refused
from mimin.people.models import OneTimeLink

TOKEN_BYTES = 32


class LinkOver(Refused):
    """The link does not open any more; ``why`` is a key of ``joining_views.CLOSED``."""

    def __init__(self, why: str) -> None:
        super().__init__(_("This link does not open any more. Ask whoever sent it for a new one."))
        self.why = why


def new_token() -> str:
    """256 random bits, as they stand in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(text: str) -> str:
    """What is kept in place of a token or of the key of a form."""
    return hashlib.sha256(text.encode()).hexdigest()


def over(row: OneTimeLink, at: datetime) -> str:
    """Why a link is over by itself; "" when it is not."""
    if row.used_at:
        return "used"
    if row.withdrawn_at:
        return "withdrawn"
    return "expired" if at >= row.expires_at else ""


def same_form(row: OneTimeLink, key: str) -> bool:
    """Whether the link was used by this very form: a double click, or a line that broke before the answer came."""
    return bool(key and row.used_key) and secrets.compare_digest(row.used_key, digest(key))
