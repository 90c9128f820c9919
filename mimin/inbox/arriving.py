"""What a platform brought, in the form in which it can be kept: one odd message must not stop a channel. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from mimin.platforms.base import Heard

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Nobody wrote to a local government on the net before: an earlier time is a platform's or a person's mistake."""
LONGEST_ID = 120


def storable(text: str) -> str:
    """The text with what no database or encoding keeps (NUL, lone surrogates) as the replacement character."""
    if text.isprintable():
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "\ufffd")


def kept_id(remote_id: str) -> str:
    """A remote id as its column takes it; a longer one keeps its beginning, and a digest tells it from all others."""
    plain = storable(remote_id)
    if len(plain) <= LONGEST_ID:
        return plain
    return f"{plain[:55]}~{sha256(plain.encode()).hexdigest()}"


def kept(heard: Heard, *, at: datetime) -> Heard:
    """One thing heard, as it can be kept. An impossible time (to come, or before EARLIEST) becomes ``at``."""
    possible = EARLIEST <= heard.sent_at <= at
    return replace(
        heard,
        remote_id=kept_id(heard.remote_id),
        parent_id=kept_id(heard.parent_id),
        text=storable(heard.text),
        author=storable(heard.author),
        url=storable(heard.url),
        sent_at=heard.sent_at if possible else at,
    )
