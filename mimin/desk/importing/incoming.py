"""One row of a table as a report: what it says, when, about what, to whom, and how it ended. Pure.

A row that cannot be one raises Faulty with a code; the words for people stand in ``words.py``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from mimin.desk.importing.columns import cell, plain
from mimin.desk.importing.dates import NotADate, moment
from mimin.desk.importing.limits import TEXT_AT_MOST, Faulty
from mimin.inbox.rules import tracking_number

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

STATES: tuple[tuple[str, str], ...] = (
    ("belum diverifikasi", "new"),
    ("belum terverifikasi", "new"),
    ("menunggu", "new"),
    ("baru", "new"),
    ("new", "new"),
    ("bukan wewenang", "referred"),
    ("bukan kewenangan", "referred"),
    ("belum", "routed"),
    ("sedang", "routed"),
    ("tidak selesai", "routed"),
    ("tutup", "closed"),
    ("closed", "closed"),
    ("selesai", "closed"),
    ("done", "closed"),
    ("resolved", "closed"),
    ("arsip", "dismissed"),
    ("dihapus", "dismissed"),
    ("spam", "dismissed"),
    ("dijawab", "answered"),
    ("ditanggapi", "answered"),
    ("ditindaklanjuti", "answered"),
    ("tindak lanjut", "answered"),
    ("respon", "answered"),
    ("answered", "answered"),
    ("proses", "routed"),
    ("disposisi", "routed"),
    ("diteruskan", "routed"),
    ("verifikasi", "routed"),
    ("tunda", "routed"),
    ("buka", "routed"),
    ("open", "routed"),
)
"""Words of a state -> the state of a case; the first that stands in it counts."""
CLASSES: tuple[tuple[str, str], ...] = (
    ("aspirasi", "aspirasi"),
    ("informasi", "permintaan_informasi"),
    ("pertanyaan", "permintaan_informasi"),
    ("pengaduan", "pengaduan"),
    ("aduan", "pengaduan"),
    ("keluhan", "pengaduan"),
)
_BREAKS = re.compile(r"<br\s*/?>|</p>|</div>|</li>", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:p|div|span|b|i|u|strong|em|ul|ol|li|font|a)(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_LONGEST_NUMBER = 80
_WHOLE = re.compile(r"(\d+)\.0+")


@dataclass(frozen=True)
class Incoming:
    """A report as it comes in. ``state`` "" means that the file does not tell; ``raw``: header -> cell, as it was."""

    row: int
    remote_id: str
    tracking_id: str
    sent_at: datetime
    title: str
    text: str
    author: str
    klass: str
    oversight: bool
    anonymous: bool
    secret: bool
    unit: str
    government: str
    region: str
    province: str
    state: str
    reason: str
    answer: str
    answered_at: datetime | None
    link: str
    raw: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """How the rows of one file are read: the header's names, which column is what, the zone of its times, and now."""

    names: tuple[str, ...]
    mapping: Mapping[str, int]
    zone: ZoneInfo
    now: datetime


def incoming(number: int, cells: Sequence[str], layout: Layout) -> Incoming:
    """Read one row. Raises Faulty."""

    def at(name: str) -> str:
        return cell(cells, layout.mapping, name)

    if sum(map(len, cells)) > TEXT_AT_MOST:
        raise Faulty("too_long", characters=TEXT_AT_MOST)
    text = told(at("text")) or told(at("title"))
    if not text:
        raise Faulty("no_text")
    klass, hidden = plain(at("klass")), plain(at("secrecy"))
    sent_at = _moment(at("date"), at("time"), layout)
    tracking_id = tracking(at("tracking")) if "tracking" in layout.mapping else ""
    return Incoming(
        row=number,
        remote_id=tracking_id or _remote_id(whole(at("number")), sent_at, text, at("author")),
        tracking_id=tracking_id,
        sent_at=sent_at,
        title=" ".join(told(at("title")).split()),
        text=text,
        author=told(at("author")),
        klass=_first(CLASSES, klass),
        oversight="berkadar pengawasan" in klass and "tidak berkadar" not in klass,
        anonymous="anonim" in hidden,
        secret="rahasia" in hidden,
        unit=told(at("unit")),
        government=told(at("government")),
        region=told(at("region")),
        province=told(at("province")),
        state=_first(STATES, plain(at("state"))),
        reason=told(at("reason")),
        answer=told(at("answer")),
        answered_at=_answered(at("answered"), sent_at, layout),
        link=at("link") if at("link").startswith(("https://", "http://")) else "",
        raw={name: held for name, held in zip(layout.names, cells, strict=False) if name and held},
    )


def told(text: str) -> str:
    """A cell as its writer meant it: HTML entities (also doubled ones) and tags of an editor taken back."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAGS.sub("", _BREAKS.sub("\n", text))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def whole(number: str) -> str:
    """A number that a spreadsheet may have made a fraction of: "674.0" is 674."""
    found = _WHOLE.fullmatch(number.strip())
    return found[1] if found else number.strip()


def tracking(text: str) -> str:
    """A Tracking ID. Raises Faulty."""
    if not text:
        raise Faulty("no_number")
    if number := tracking_number(text):
        return number
    raise Faulty("bad_number", text=text[:40])


def _first(table: Sequence[tuple[str, str]], text: str) -> str:
    return next((meant for words, meant in table if words in text), "")


def _moment(day: str, clock: str, layout: Layout) -> datetime:
    if not day:
        raise Faulty("no_date")
    try:
        sent_at = moment(day, clock, layout.zone)
    except (NotADate, OverflowError):
        raise Faulty("bad_date", text=f"{day} {clock}".strip()[:60]) from None
    if sent_at > layout.now:
        raise Faulty("future", text=day[:40])
    if sent_at < EARLIEST:
        raise Faulty("too_early", text=day[:40])
    return sent_at


def _answered(day: str, sent_at: datetime, layout: Layout) -> datetime | None:
    """When it was answered; None where the file does not tell, or tells what cannot be."""
    try:
        answered_at = moment(day, "", layout.zone) if day else None
    except (NotADate, OverflowError):
        return None
    return max(answered_at, sent_at) if answered_at and answered_at <= layout.now else None


def _remote_id(number: str, sent_at: datetime, text: str, author: str) -> str:
    """What tells a row of a table from all others: its number, else all that it says."""
    if 0 < len(number) <= _LONGEST_NUMBER and number.isprintable():
        return f"table:{number}"
    said = "\x00".join((number, sent_at.isoformat(), author, text))
    return f"table:={sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()}"
