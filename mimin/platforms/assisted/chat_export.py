"""Reading what WhatsApp writes when a chat is exported or its messages are copied. Pure.

No two phones write the same: Android and iOS, 12 and 24 hours, day or month first, dots or colons, invisible marks.
Which of day and month comes first is decided by the whole file, since one line rarely tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "dmy", "mdy", "ymd"
SAID, MEDIA, DELETED, SYSTEM = "said", "media", "deleted", "system"
LONGEST_AUTHOR = 80


@dataclass(frozen=True)
class ChatLine:
    """One message. ``at`` is the exporting phone's own clock, without a zone; ``file`` is the attachment's name."""

    at: datetime
    author: str
    text: str
    kind: str = SAID
    file: str = ""
    edited: bool = False


@dataclass(frozen=True)
class Chat:
    """A chat in its order. ``order`` is how its dates were read; ``sure`` whether the file itself decides that."""

    lines: tuple[ChatLine, ...]
    order: str
    sure: bool

    @property
    def authors(self) -> dict[str, int]:
        """Who wrote how many messages, the most first."""
        return dict(Counter(line.author for line in self.lines if line.author).most_common())


_INVISIBLE = dict.fromkeys(
    map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
_NARROW = {0x202F: " ", 0xA0: " ", 0x2007: " ", 0x2009: " "}
_DATE = r"(?P<a>\d{1,4})(?P<mark>[/.\-])(?P<b>\d{1,2})(?:(?P=mark)(?P<c>\d{2,4}))?"
_TIME = (
    r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:[.:](?P<second>\d{2}))?(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
)
_HEADS = tuple(
    re.compile(shape)
    for shape in (
        rf"{_DATE},?\s+{_TIME}\s+[-–]\s(?P<rest>.*)",
        rf"\[{_DATE},?\s+{_TIME}\]\s*(?P<rest>.*)",
        rf"\[{_TIME},\s*{_DATE}\]\s*(?P<rest>.*)",
    )
)
_DELETED = re.compile(
    r"(?:pesan ini (?:telah )?dihapus(?: oleh admin.*)?|anda (?:telah )?menghapus pesan ini|"
    r"this message was deleted(?: by admin.*)?|you deleted this message)\.?",
    re.IGNORECASE,
)
_OMITTED = re.compile(
    r"<media (?:tidak disertakan|omitted)>|(?:.{0,80} )?(?:gambar|foto|video|audio|stiker|gif|dokumen|kartu kontak|"
    r"pesan video|image|photo|sticker|document|contact card|video note) (?:tidak disertakan|dihilangkan|omitted)",
    re.IGNORECASE,
)
_ATTACHED = re.compile(
    r"(?P<android>[^\n]{1,200}\.\w{2,5}) \((?:file attached|file terlampir|berkas terlampir)\)\n?(?P<caption>.*)"
    r"|(?:[^\n<]{0,200})<(?:attached|terlampir): (?P<ios>[^>\n]{1,200})>\n?(?P<after>.*)",
    re.IGNORECASE | re.DOTALL,
)
_EDITED = re.compile(r"\s*<(?:pesan ini diedit|this message was edited)>\s*$", re.IGNORECASE)
_BY_APP = re.compile(r"\][^:\n]{1,80}: ?\u200e")
_CHANGED = re.compile(
    r"\b(?:menambahkan|mengeluarkan|mengubah|membuat grup|menyematkan|keluar|bergabung|menghapus|added|removed|changed|"
    r"created group|pinned|left|joined)\b",
    re.IGNORECASE,
)


def decoded(content: bytes) -> tuple[str, bool]:
    """The text of an exported file, and whether its encoding is certain. Raises ValueError for what is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), True
    if b"\x00" in content:
        raise ValueError("binary")
    try:
        return content.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), False


def parse(text: str, *, today: date, order: str = "") -> Chat:
    """Read an export, or messages copied from a chat; no lines when the text is neither.

    ``order`` names how dates are to be read where a person knows better; ``today`` is the day on which it is read:
    nothing was written after it.
    """
    found = list(_pieces(text))
    if not found:
        return Chat((), order or DAY_FIRST, True)
    chosen, sure = (order, True) if order else _order([head for head, _rest in found], today)
    lines = tuple(
        _line(at, rest, by_app=head.by_app)
        for head, rest in found
        if (at := _moment(head, chosen, today) or _moment(head, _other(chosen), today))
    )
    return Chat(lines, chosen, sure)


@dataclass(frozen=True)
class _Head:
    """What a message begins with, as written. ``by_app`` says that iOS marked the words as the app's own."""

    a: int
    b: int
    c: int | None
    hour: int
    minute: int
    second: int
    half: str
    by_app: bool

    @property
    def numbers(self) -> tuple[int, int, int | None]:
        return self.a, self.b, self.c


def _pieces(text: str) -> Iterator[tuple[_Head, str]]:
    """Each message's head, and its text with the lines that follow it."""
    head: _Head | None = None
    body: list[str] = []
    for raw in text.splitlines():
        line = raw.translate(_INVISIBLE)
        begun = _begun(line, by_app=bool(_BY_APP.search(raw)))
        if begun is None:
            body.append(line)
            continue
        if head is not None:
            yield head, "\n".join(body).strip()
        head, body = begun[0], [begun[1]]
    if head is not None:
        yield head, "\n".join(body).strip()


def _begun(line: str, *, by_app: bool) -> tuple[_Head, str] | None:
    if not line[:1].isdigit() and not line.startswith("["):
        return None
    plain = line.translate(_NARROW)
    for shape in _HEADS:
        if found := shape.match(plain):
            part = found.groupdict()
            whole = {name: int(part[name] or 0) for name in ("a", "b", "hour", "minute", "second")}
            head = _Head(
                **whole, c=int(part["c"]) if part["c"] else None, half=part["half"] or "", by_app=by_app
            )
            return head, line[found.start("rest") :]
    return None


def _order(heads: Sequence[_Head], today: date) -> tuple[str, bool]:
    """How the dates of a file are to be read, and whether only one way fits it."""
    if any(head.a > 31 for head in heads):
        return YEAR_FIRST, True
    wrong = {order: _wrong(heads, order, today) for order in (DAY_FIRST, MONTH_FIRST)}
    if wrong[DAY_FIRST] != wrong[MONTH_FIRST]:
        return min(wrong, key=lambda order: wrong[order]), True
    # Both fit. A phone set to American English writes 2:05 PM and two digits of the year.
    american = any(head.half.isupper() and (head.c or 0) < 100 for head in heads)
    same = all(head.a == head.b for head in heads)
    return (MONTH_FIRST if american else DAY_FIRST), same


def _wrong(heads: Sequence[_Head], order: str, today: date) -> tuple[int, int]:
    """How often a reading is impossible or lies in the future, and how often it goes back in time."""
    impossible = back = 0
    before: date | None = None
    read: dict[tuple[int, int, int | None], date | None] = {}
    for head in heads:
        if head.numbers not in read:
            read[head.numbers] = _day(head, order, today)
        day = read[head.numbers]
        if day is None or day > today:
            impossible += 1
            continue
        back += before is not None and day < before
        before = day
    return impossible, back


def _other(order: str) -> str:
    return {DAY_FIRST: MONTH_FIRST, MONTH_FIRST: DAY_FIRST}.get(order, order)


def _day(head: _Head, order: str, today: date) -> date | None:
    year, month, day = {
        DAY_FIRST: (head.c, head.b, head.a),
        MONTH_FIRST: (head.c, head.a, head.b),
        YEAR_FIRST: (head.a, head.b, head.c or 0),
    }[order]
    try:
        if year is None:  # copied messages name no year: the last such day
            this = date(today.year, month, day)
            return this if this <= today else date(today.year - 1, month, day)
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _moment(head: _Head, order: str, today: date) -> datetime | None:
    day = _day(head, order, today)
    hour = head.hour
    if head.half:
        hour = hour % 12 + (12 if head.half in "Pp" else 0)
    if day is None or hour > 23 or head.minute > 59 or head.second > 59:
        return None
    return datetime(day.year, day.month, day.day, hour, head.minute, head.second)


def _line(at: datetime, rest: str, *, by_app: bool) -> ChatLine:
    author, text = _author(rest)
    if not author:
        return ChatLine(at, "", rest, SYSTEM)
    if _DELETED.fullmatch(text):
        return ChatLine(at, author, "", DELETED)
    edited = bool(_EDITED.search(text))
    text = _EDITED.sub("", text) if edited else text
    if _OMITTED.fullmatch(text):
        return ChatLine(at, author, "", MEDIA, edited=edited)
    if attached := _ATTACHED.fullmatch(text):
        name = (attached["android"] or attached["ios"]).strip()
        caption = (attached["caption"] or attached["after"] or "").strip()
        return ChatLine(at, author, caption, MEDIA, file=name, edited=edited)
    if by_app and "http" not in text:
        return ChatLine(at, "", text, SYSTEM)
    return ChatLine(at, author, text, edited=edited)


def _author(rest: str) -> tuple[str, str]:
    """Who wrote, and what; nobody for a line of the app itself."""
    name, colon, text = rest.partition(":")
    if not colon or "\n" in name or len(name) > LONGEST_AUTHOR or (text and text[0] not in " \n"):
        return "", rest
    if _CHANGED.search(name):
        return "", rest
    return name.removeprefix("~").strip(), text.strip()
