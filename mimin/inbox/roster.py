"""When somebody must be on duty, and the roster as people write it. Pure: knows no row and no clock of its own.

A shift begins when the office closes, or at the usual opening time of a day on which it stays closed, and ends when
the next day would begin: together the shifts of a month leave no hour outside office hours uncovered, over midnight,
the end of a year and a long holiday alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mimin.lib.clock import MIDNIGHT, Calendar

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=4)
"""Nobody is on duty longer without being relieved: our proposal; a longer shift is a slip of the pen."""
EARLY = timedelta(hours=12)
"""From so long before its beginning a shift may be taken over."""
MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
ALSO = {"may": 5, "aug": 8, "agt": 8, "oct": 10, "dec": 12, "peb": 2, "nop": 11}

_DAY = r"(?P<day>\d{1,2})(?:[-/. ](?P<month>\d{1,2}|[a-z]{3,9})[-/. ](?P<year>\d{4}))?"
_LINE = re.compile(
    rf"(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|{_DAY})[\s,;:|]+"
    r"(?:(?P<from>\d{1,2}[.:]\d{2})\s*(?:[-–]|sampai|s/d|to)\s*(?P<to>\d{1,2}[.:]\d{2})[\s,;:|]+)?(?P<who>.*\S)",
    re.IGNORECASE,
)


@dataclass(frozen=True, order=True)
class Shift:
    """From when to when somebody is on duty; both moments aware."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Pasted:
    """One line of a pasted roster: its number from 1, the shift, and who, as it was written."""

    number: int
    shift: Shift
    who: str


class BadLine(ValueError):
    """A line that cannot be read; ``number`` from 1 says which."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.number = number
        self.text = text


def usual_opening(calendar: Calendar) -> time:
    """When the office opens on the first day of the week on which it is open at all."""
    return next(windows[0][0] for windows in calendar.hours.week if windows)


def begins(day: date, calendar: Calendar) -> datetime:
    """When the duty of a local day begins: at close of business, or at the usual opening where it stays closed."""
    openings = calendar.openings(day.toordinal())
    if openings:
        return openings[-1][1]
    return datetime.combine(day, usual_opening(calendar), tzinfo=calendar.zone)


def ends(day: date, calendar: Calendar) -> datetime:
    """When the duty of a local day ends: as the next day opens, or would usually open."""
    openings = calendar.openings((day + ONE_DAY).toordinal())
    if openings:
        return openings[0][0]
    return datetime.combine(day + ONE_DAY, usual_opening(calendar), tzinfo=calendar.zone)


def shift_of(day: date, calendar: Calendar) -> Shift | None:
    """The usual shift of a local day; None for an office that does not close."""
    first, last = begins(day, calendar), ends(day, calendar)
    return Shift(first, last) if first < last else None


def month_days(year: int, month: int) -> Iterator[date]:
    """The days of a month, in order."""
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += ONE_DAY


def read_roster(text: str, *, month: date, calendar: Calendar) -> list[Pasted]:
    """Pasted lines such as "16 koordinator.malam" or "16/3/2026; 16.00-07.30; Petugas piket" as shifts.

    A bare day is of ``month``; without hours the usual shift of the day is meant; an end at or before the beginning is
    on the next day. Raises BadLine.
    """
    return [
        _read(number, line.strip(), month, calendar)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]


def _read(number: int, line: str, month: date, calendar: Calendar) -> Pasted:
    found = _LINE.fullmatch(line)
    if found is None:
        raise BadLine(number, line)
    try:
        day = _day(found, month)
        shift = _shift(found, day, calendar)
    except ValueError as error:
        raise BadLine(number, line) from error
    if shift is None:
        raise BadLine(number, line)
    return Pasted(number, shift, found["who"])


def _day(found: re.Match[str], month: date) -> date:
    if found["iso"]:
        return date.fromisoformat(found["iso"])
    if found["month"] is None:
        return month.replace(day=int(found["day"]))
    return date(int(found["year"]), _month(found["month"].lower()), int(found["day"]))


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return ALSO[text[:3]] if text[:3] in ALSO else MONTHS.index(text[:3]) + 1


def _shift(found: re.Match[str], day: date, calendar: Calendar) -> Shift | None:
    if found["from"] is None:
        return shift_of(day, calendar)
    first, last = (_time(found[name]) for name in ("from", "to"))
    until = day + ONE_DAY if last <= first else day
    return Shift(*(datetime.combine(*at, tzinfo=calendar.zone) for at in ((day, first), (until, last))))


def _time(text: str) -> time:
    hour, minute = re.split(r"[.:]", text)
    return MIDNIGHT if hour == "24" else time(int(hour), int(minute))
