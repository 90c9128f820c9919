"""Which comments are new, and where to ask from next time. Pure.

WordPress cannot be asked for "comments after number N", and a date is no safe mark: several share a second, a
comment can be stored seconds after the time written on it, and imported ones carry old times. What holds is
the order of their numbers. So a cursor is a position in that order, a few rows before the end, and the rows
known there: the overlap shows a comment that came back from spam, one that was approved, and whether rows
before it were removed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mimin.platforms.base import Heard
from mimin.platforms.html import plain_text

PAGE = 100  # rows a request: the most WordPress gives
OVERLAP = 30  # rows read again each time
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cursor:
    """``position``: how many comments, in the order of their numbers, lie behind us. ``known``: the last of
    those, with whether each was held. ``me``: the user that this was learned as, with its number on the
    site.
    """

    position: int = 0
    known: Mapping[int, bool] = field(default_factory=dict)
    me: tuple[str, int] = ("", 0)

    @property
    def start(self) -> int:
        """The position to read from: a little before what is new."""
        return max(0, self.position - OVERLAP)

    def dump(self) -> str:
        """As the opaque text that a batch carries."""
        known = {str(number): int(held) for number, held in self.known.items()}
        return json.dumps({"position": self.position, "known": known, "me": self.me}, separators=(",", ":"))


def load(text: str) -> Cursor:
    """Read a cursor; an empty or unreadable one starts from the first comment (the receiver knows what it
    has).
    """
    try:
        found = json.loads(text)
        known = {int(number): bool(held) for number, held in found["known"].items()}
        username, number = found["me"]
        return Cursor(int(found["position"]), known, (str(username), int(number)))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Cursor()


def missed(cursor: Cursor, start: int, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether rows may lie unseen before ``start``: it does not begin among what is known, since some were
    removed.
    """
    if start == 0 or not cursor.known:
        return False
    return not rows or int(rows[0]["id"]) > max(cursor.known)


def new_rows(cursor: Cursor, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows to hear: those after everything known, those that came back among it, those whose state
    changed.
    """
    oldest = min(cursor.known, default=0)
    return [row for row in rows if row["id"] >= oldest and cursor.known.get(row["id"]) != is_held(row)]


def advanced(cursor: Cursor, rows: Sequence[Mapping[str, Any]], position: int) -> Cursor:
    """The cursor after a page that ended at ``position``."""
    seen = {**cursor.known, **{row["id"]: is_held(row) for row in rows}}
    kept = sorted(seen)[-OVERLAP:]
    return Cursor(position, {number: seen[number] for number in kept}, cursor.me)


def is_held(row: Mapping[str, Any]) -> bool:
    """Whether a comment waits for a moderator."""
    return bool(row.get("status") == "hold")


def text_of(row: Mapping[str, Any]) -> str:
    """What the citizen wrote: the raw content where the site shows it, as plugins add to the rendered one."""
    return plain_text(part(row, "content", "raw") or part(row, "content", "rendered"))


def part(row: Mapping[str, Any], name: str, inner: str) -> str:
    """One inner text of a row, such as content.raw; "" where a broken plugin left something else there."""
    found = row.get(name)
    return str(found.get(inner) or "") if isinstance(found, Mapping) else ""


def strangers(rows: Sequence[Mapping[str, Any]], *, me: int) -> set[int]:
    """The numbers of the site's users among the writers of these rows, but for ourselves; a visitor has none."""
    return {row["author"] for row in rows if isinstance(row.get("author"), int)} - {0, me}


def heard(
    row: Mapping[str, Any], *, me: int, titles: Mapping[int, str], staff: Collection[int] = ()
) -> Heard:
    """A row of the REST API as what was heard; ``titles`` of posts by number. What ``staff`` of the site write in its
    own pages is the office's word, as what we send is.
    """
    post, parent = row.get("post"), row.get("parent")
    return Heard(
        remote_id=str(row["id"]),
        text=text_of(row),
        author=plain_text(str(row.get("author_name") or "")),
        sent_at=_utc(row.get("date_gmt")),
        parent_id=str(parent) if parent else "",
        url=str(row.get("link") or ""),
        held=is_held(row),
        ours=row.get("author") in [user for user in (me, *staff) if user],
        subject=titles.get(post, "") if isinstance(post, int) else "",
        raw=dict(row),
    )


def _utc(text: Any) -> datetime:
    """WordPress's GMT time, which carries no zone; EPOCH where a broken import left none."""
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    except ValueError:
        return EPOCH
