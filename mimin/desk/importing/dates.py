"""Days and times as spreadsheets of Indonesian offices write them. Pure.

"23 Sep 2024", "3 Mei 2024", "Senin, 23 September 2024", "23/09/2024", "2024-09-23T00:41:43", "45558" (a day as
Excel counts), "00:41:43", "00.41 WIB". The day comes before the month unless only the other order is a date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from mimin.lib.calendar_id import WIB, WIT, WITA

_MONTHS = (
    "jan januari january",
    "feb peb februari pebruari february",
    "mar mrt maret march",
    "apr april",
    "mei may",
    "jun juni june",
    "jul juli july",
    "agu agt ags agust agus agustus aug august",
    "sep sept september",
    "okt oktober oct october",
    "nov nop november nopember",
    "des desember dec december",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
"""How months are written, Indonesian first; lower case, without a dot."""
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
ZONES = {"wib": WIB, "wita": WITA, "wit": WIT}

_NAMED = re.compile(r"(?:[a-z']+,?\s+)?(\d{1,2})[\s\-/.]+([a-z]{3,9})\.?[\s\-/.,]+(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_TIME = re.compile(
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d{1,9})?)?\s*(am|pm)?\s*(wita|wib|wit|z|[+-]\d{2}:?\d{2})?"
)
_SERIAL = re.compile(r"(\d{5})(?:\.(\d{1,15}))?")
_FRACTION = re.compile(r"0?\.\d{1,17}")
_EXCEL_ZERO = date(1899, 12, 30)  # Excel counts 1900 as a leap year


class NotADate(ValueError):
    """The text is no day or no time that we know."""


def moment(day: str, clock: str, zone: ZoneInfo) -> datetime:
    """The moment of a day and a time as cells hold them, in UTC; without a time, the first minute of the day.

    A cell of the day may hold the time too. A zone that is named in the time holds, else ``zone``. Raises NotADate.
    """
    on, rest = _day(day)
    at, named = _clock(clock.strip() or rest)
    return datetime.combine(on, at, named or zone).astimezone(UTC)


def _day(text: str) -> tuple[date, str]:
    """A day, and what stands after it in the cell."""
    plain = " ".join(text.lower().replace("\u00a0", " ").split())
    if found := _NAMED.match(plain):
        if month := MONTHS.get(found[2]):
            return _date(found[3], month, found[1]), plain[found.end() :]
    elif found := _YEAR_FIRST.match(plain):
        return _date(found[1], int(found[2]), found[3]), plain[found.end() :].lstrip("t ")
    elif found := _DAY_FIRST.match(plain):
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if second <= 12 else (second, first)
        return _date(found[3], month, str(day)), plain[found.end() :]
    elif (found := _SERIAL.fullmatch(plain)) and 20_000 <= int(found[1]) <= 80_000:
        return _EXCEL_ZERO + timedelta(days=int(found[1])), f".{found[2]}" if found[2] else ""
    raise NotADate(text)


def _date(year: str, month: int, day: str) -> date:
    whole = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(whole, month, int(day))
    except ValueError:
        raise NotADate(f"{day} {month} {year}") from None


def _clock(text: str) -> tuple[time, tzinfo | None]:
    plain = (
        text.lower()
        .replace("\u00a0", " ")
        .strip(" ,")
        .removeprefix("t")
        .removeprefix("pukul ")
        .removeprefix("jam ")
        .strip()
    )
    if not plain:
        return time(0), None
    if _FRACTION.fullmatch(plain):
        seconds = round(float(f"0{plain}" if plain.startswith(".") else plain) * 86_400)
        return (datetime.min + timedelta(seconds=min(seconds, 86_399))).time(), None
    found = _TIME.match(plain)
    if found is None or plain[found.end() :].strip():
        raise NotADate(text)
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0)), _zone(found[5])
    except ValueError:
        raise NotADate(text) from None


def _zone(named: str | None) -> tzinfo | None:
    if not named or named in ZONES:
        return ZONES.get(named or "")
    if named == "z":
        return UTC
    ahead = timedelta(hours=int(named[1:3]), minutes=int(named[-2:]))
    return timezone(-ahead if named.startswith("-") else ahead)


def day_words(on: date) -> str:
    """A day as the national export writes it: "23 Sep 2024"."""
    return f"{on.day:02d} {SHORT_MONTHS[on.month - 1]} {on.year}"
