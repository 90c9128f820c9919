"""What a screenshot of a chat or of comments says, from the words read in it: who wrote, what, and how long ago. Pure.

A proposal that a person corrects: the reader loses underscores and takes pictures for letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

OURS_FROM = 0.17
"""In a chat the other's words begin at the left edge, one's own further in: at this share of the width or later."""


@dataclass(frozen=True)
class ShotLine:
    """A line that was read, and where it begins as a share of the picture's width."""

    text: str
    left: float


@dataclass(frozen=True)
class Seen:
    """What a screenshot proposes: ``ago`` is how long before the screenshot it was written, where it tells."""

    text: str
    author: str = ""
    platform: str = ""
    ago: timedelta | None = None


_STATUS_BAR = re.compile(r"\W*\d{1,2}[.:]\d{2}\b.{0,24}|.{0,12}\b\d{1,3} ?%\W*")
_PRESENCE = re.compile(
    r"online|sedang mengetik.*|mengetik.*|typing.*|(?:terakhir )?(?:dilihat|last seen).*|"
    r"ketuk (?:di sini )?untuk info.*|tap here for.*|akun bisnis|business account",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\s*\b\d{1,2}[.:]\d{2}(?: ?[AaPp][Mm])?(?:\s*[vVwW/✓«»]{1,4}\W*)?$")
_DAY = re.compile(
    r"(?:hari ini|kemarin|today|yesterday|\d{1,2} \w+ \d{4}|\d{1,2}/\d{1,2}/\d{2,4})\W*", re.IGNORECASE
)
_WRITE_HERE = re.compile(r"(?:\W{0,3}(?:ketik )?(?:pesan|message)\b.{0,6})", re.IGNORECASE)
_UNDER_A_COMMENT = re.compile(
    r"(?:\W*\b(?:balas|balasan|reply|suka|like|disukai|bagikan|share|lihat terjemahan|see translation|terjemahkan|"
    r"sembunyikan|hide|lihat \d+ balasan.*|view \d+ repl.*|\d+ (?:suka|likes?)|"
    r"\d{1,2} ?(?:dtk|mnt|j|jam|h|hr|hari|mgg|minggu|d|w))\b)+\W*",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"(?:komentar|comments?|balasan|replies|terbaru|paling relevan|most relevant)\W*\d*\W*", re.IGNORECASE
)
_WRITER = re.compile(
    r"[^\w@]*(?P<author>@?[\w.]+(?:[ _][\w.]+){0,2})\W+"
    r"(?P<n>\d{1,2}) ?(?P<unit>dtk|mnt|menit|m|j|jam|h|hr|hari|d|mgg|minggu|w)\W*"
)
_UNITS = {
    "dtk": timedelta(seconds=1), "mnt": timedelta(minutes=1), "menit": timedelta(minutes=1), "m": timedelta(minutes=1),
    "j": timedelta(hours=1), "jam": timedelta(hours=1), "hr": timedelta(days=1), "hari": timedelta(days=1),
    "d": timedelta(days=1), "mgg": timedelta(weeks=1), "minggu": timedelta(weeks=1), "w": timedelta(weeks=1),
}  # fmt: skip
"""A bare "h" is an hour on an English phone and a day on an Indonesian one, so that it tells nothing."""


def seen(lines: Sequence[ShotLine]) -> Seen:
    """What the lines of a screenshot propose; all its words where it is neither a chat nor comments."""
    kept = [line for n, line in enumerate(lines) if n > 1 or not _STATUS_BAR.fullmatch(line.text)]
    for reading in (_chat, _comment):
        if (found := reading(kept)) is not None:
            return found
    return Seen("\n".join(line.text for line in kept))


def _chat(lines: Sequence[ShotLine]) -> Seen | None:
    """A WhatsApp chat: a name with a presence under it, and bubbles that end with a clock."""
    at = next((n for n, line in enumerate(lines[:4]) if _PRESENCE.fullmatch(line.text.strip())), None)
    ends = sum(bool(_CLOCK.search(line.text)) for line in lines)
    if not ends or (at is None and ends < 2):
        return None
    author = re.sub(r"^[^\w+@]+|[^\w)]+$", "", lines[at - 1].text) if at else ""
    words: list[str] = []
    bubble: list[ShotLine] = []
    for line in lines[at + 1 if at is not None else 0 :]:
        if _DAY.fullmatch(line.text) or _WRITE_HERE.fullmatch(line.text):
            continue
        bubble.append(line)
        if _CLOCK.search(line.text):
            words.append(_of_the_other(bubble))
            bubble = []
    words = [one for one in (*words, _of_the_other(bubble)) if one]
    return Seen("\n".join(words), author, "whatsapp") if words else None


def _of_the_other(bubble: Sequence[ShotLine]) -> str:
    """The words of one bubble, where the screen's width had broken them; nothing of our own."""
    if not bubble or min(line.left for line in bubble) >= OURS_FROM:
        return ""
    return " ".join(text for line in bubble if (text := _CLOCK.sub("", line.text).strip()))


def _comment(lines: Sequence[ShotLine]) -> Seen | None:
    """The first comment under a post: a name with its age, words, and what can be pressed under them."""
    if not any(_UNDER_A_COMMENT.fullmatch(line.text) for line in lines):
        return None
    for n, line in enumerate(lines):
        found = _WRITER.fullmatch(line.text)
        if not found or (
            n and not (_UNDER_A_COMMENT.fullmatch(lines[n - 1].text) or _ABOVE.fullmatch(lines[n - 1].text))
        ):
            continue
        words = []
        for below in lines[n + 1 :]:
            if _UNDER_A_COMMENT.fullmatch(below.text):
                break
            if re.search(r"\w", below.text):
                words.append(below.text)
        unit = _UNITS.get(found["unit"].lower())
        return Seen(" ".join(words), found["author"], "", unit * int(found["n"]) if unit else None)
    return None
