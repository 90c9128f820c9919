"""Links for people without a session: how their tokens are made and kept, and why one does not open any more."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.lib.moving import Refused
from mimin.people.models import OneTimeLink

TOKEN_BYTES = 32
OVER: dict[str, tuple[int, str, str]] = {
    "unknown": (
        404,
        gettext_noop("This link leads nowhere"),
        gettext_noop(
            "Perhaps a part of it was cut off. Open it again from the message in which you received it, or ask whoever "
            "sent it for a new one."
        ),
    ),
    "expired": (
        410,
        gettext_noop("The time of this link is over"),
        gettext_noop("Ask whoever sent it for a new one; that takes them a moment."),
    ),
    "withdrawn": (
        410,
        gettext_noop("This link was withdrawn"),
        gettext_noop(
            "Whoever sent it took it back, or sent you a newer one. Look for the newest message from them."
        ),
    ),
    "too_often": (
        429,
        gettext_noop("This page was opened too often"),
        gettext_noop("Wait a minute, then open the link again."),
    ),
}
"""Why a link does not open, whatever it is for -> status, what happened, what to do."""


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
