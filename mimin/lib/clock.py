"""Working time: when an office is open and when a deadline falls. Pure Python; knows no country.

A `Calendar` is office hours by weekday, a zone, holidays, periods with other hours (Ramadan) and single days
with hours of their own. `lib.calendar_id` makes Indonesia's. Every function takes aware datetimes, refuses
naive ones with ValueError, and answers in UTC.

    add_working(received, timedelta(hours=3), office)      # three hours of office time
    add_working(received, timedelta(hours=3), ALWAYS)      # three hours around the clock
    add_working_days(received, 10, office)                 # close of business on the tenth working day
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

ZERO, ONE_DAY, MIDNIGHT = timedelta(0), timedelta(days=1), time(0)
LONGEST_WALK = 20 * 366  # days; a deadline farther away than this is a mistake in the data
REMEMBERED_DAYS = 4000  # per calendar, about 2 MB when full

Window = tuple[time, time]
Week = tuple[tuple[Window, ...], ...]
Opening = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hours:
    """Office hours: seven lists of (start, end) local times, Monday first; an end of 00:00 is midnight.

    A lunch break is the gap between two windows. Work through the night is two windows, one on each day.
    `on_holidays` says that holidays do not close the office (a call centre, a duty post). Raises ValueError
    when the windows of a day overlap or run backwards, or when no day has any.
    """

    week: Week
    on_holidays: bool = False

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("office hours need seven days, Monday first")
        if not any(self.week):
            raise ValueError("office hours need at least one open day")
        for windows in self.week:
            _check_windows(windows)

    @classmethod
    def always(cls) -> Hours:
        """Open without a break, holidays too: for durations that run around the clock."""
        return cls((((MIDNIGHT, MIDNIGHT),),) * 7, on_holidays=True)

    @classmethod
    def from_data(cls, week: Sequence[Sequence[Sequence[str]]], *, on_holidays: bool = False) -> Hours:
        """Read hours kept as JSON: `[[["07:30", "12:00"], ["13:00", "16:00"]], ...]`, Monday first."""
        parsed = (tuple((_clock_time(a), _clock_time(b)) for a, b in windows) for windows in week)
        return cls(tuple(parsed), on_holidays=on_holidays)

    def as_data(self) -> list[list[list[str]]]:
        """The week as JSON keeps it; `from_data` reads it back."""
        return [[[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in windows] for windows in self.week]

    @property
    def weekly(self) -> timedelta:
        """Working time of one week without holidays."""
        return sum((_length(window) for windows in self.week for window in windows), ZERO)


class CalendarChanged(Protocol):
    """What is done when days count differently from now on: from one to another, both included."""

    def __call__(self, since: date, until: date, *, at: datetime, from_day: date | None = None) -> object: ...


def _clock_time(text: str) -> time:
    return MIDNIGHT if text == "24:00" else time.fromisoformat(text)


def _length(window: Window) -> timedelta:
    start, end = (datetime.combine(date.min, moment) for moment in window)
    return (end + ONE_DAY if window[1] == MIDNIGHT else end) - start


def _check_windows(windows: Sequence[Window]) -> None:
    for start, end in windows:
        if _length((start, end)) <= ZERO:
            raise ValueError(f"office hours end at {end:%H:%M}, before they start at {start:%H:%M}")
    for earlier, later in pairwise(windows):
        if earlier[1] == MIDNIGHT or later[0] < earlier[1]:
            raise ValueError(f"office hours overlap or are out of order at {later[0]:%H:%M}")


@dataclass(frozen=True)
class Period:
    """Other hours from one day to another, both included; ValueError when `until` is before `since`."""

    since: date
    until: date
    hours: Hours

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise ValueError(f"a period ends on {self.until}, before it begins on {self.since}")


@dataclass(frozen=True)
class Calendar:
    """Everything that decides whether an office is open. Build it once and keep it: it remembers its days.

    `holidays` maps a day to its name. `special` gives single days hours of their own (a half day, a Saturday
    that is worked) and wins over everything else; an empty tuple closes the day. ValueError when periods
    overlap.
    """

    hours: Hours
    zone: ZoneInfo
    holidays: Mapping[date, str] = field(default_factory=dict, hash=False)
    periods: tuple[Period, ...] = ()
    special: Mapping[date, tuple[Window, ...]] = field(default_factory=dict, hash=False)
    _days: dict[int, tuple[Opening, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Copies, so that a caller who edits a table later cannot make it disagree with the remembered days.
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))
        object.__setattr__(self, "special", MappingProxyType(dict(self.special)))
        for windows in self.special.values():
            _check_windows(windows)
        for earlier, later in pairwise(sorted(self.periods, key=lambda period: period.since)):
            if later.since <= earlier.until:
                raise ValueError(f"two periods of other hours overlap on {later.since}")

    def hours_on(self, day: date) -> Hours:
        """The hours in force on a local day: a period's, or the usual ones."""
        for period in self.periods:
            if period.since <= day <= period.until:
                return period.hours
        return self.hours

    def windows(self, day: date) -> tuple[Window, ...]:
        """Local opening hours of a local day; empty when the office is closed."""
        if day in self.special:
            return self.special[day]
        hours = self.hours_on(day)
        if day in self.holidays and not hours.on_holidays:
            return ()
        return hours.week[day.weekday()]

    def openings(self, ordinal: int) -> tuple[Opening, ...]:
        """Opening hours of a local day, given as its proleptic ordinal, as pairs of UTC instants."""
        found = self._days.get(ordinal)
        if found is None:
            if len(self._days) >= REMEMBERED_DAYS:
                self._days.clear()
            day = date.fromordinal(ordinal)
            found = self._days[ordinal] = tuple(self._opening(day, window) for window in self.windows(day))
        return found

    def _opening(self, day: date, window: Window) -> Opening:
        start, end = window
        last = day + ONE_DAY if end == MIDNIGHT else day
        return self._instant(day, start), self._instant(last, end)

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)

    def local_day(self, at: datetime) -> date:
        """The calendar day of an instant in this calendar's zone."""
        return _aware(at).astimezone(self.zone).date()


ALWAYS = Calendar(Hours.always(), ZoneInfo("UTC"))


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a time without a zone cannot be placed on a calendar")
    return at.astimezone(UTC)


def _openings_from(at: datetime, calendar: Calendar) -> Iterator[Opening]:
    """Openings that end at or after `at`, in order, for twenty years; then ValueError."""
    day = calendar.local_day(at) - ONE_DAY  # an opening of the day before may end exactly at midnight
    for ordinal in range(day.toordinal(), day.toordinal() + LONGEST_WALK):
        for opening in calendar.openings(ordinal):
            if opening[1] >= at:
                yield opening
    raise ValueError(f"that lies more than {LONGEST_WALK} days from {at:%Y-%m-%d}")


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Whether the office is open; the closing instant itself is closed."""
    instant = _aware(at)
    today = calendar.openings(calendar.local_day(instant).toordinal())
    return any(opens <= instant < closes for opens, closes in today)


def next_open(at: datetime, calendar: Calendar) -> datetime:
    """`at` itself while the office is open, else the next opening."""
    instant = _aware(at)
    ahead = _openings_from(instant, calendar)
    return next(max(opens, instant) for opens, closes in ahead if closes > instant)


def add_working(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The first instant, inside or at the end of an opening, with `amount` of working time since `start`.

    Time outside openings does not count: two hours from 15:00 on a day that closes at 16:00 end an hour after
    the next opening. Raises ValueError when `amount` is negative or needs more than twenty years.
    """
    if amount < ZERO:
        raise ValueError("working time to add cannot be negative")
    at, left = _aware(start), amount
    openings = _openings_from(at, calendar)
    while True:
        opens, closes = next(openings)
        at = max(opens, at)
        room = closes - at
        if left <= room:
            return at + left
        left -= room


def working_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Working time from `start` to `end`, negative when `end` comes first. ValueError beyond twenty years."""
    first, last = _aware(start), _aware(end)
    if last < first:
        return -working_between(end, start, calendar)
    worked = ZERO
    openings = _openings_from(first, calendar)
    while True:
        opens, closes = next(openings)
        if opens >= last:
            return worked
        worked += min(closes, last) - max(opens, first)


def add_working_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """Close of business on the `days`-th working day after the local day of `start`, itself not counted.

    This is how "ten working days after receipt" is read: received on Monday 16 March 2026, answered by
    Tuesday 7 April 2026, with Nyepi, Idul Fitri, their joint leave and Good Friday between. ValueError when
    `days` < 1.
    """
    if days < 1:
        raise ValueError("at least one working day must be added")
    first = calendar.local_day(start).toordinal() + 1
    for ordinal in range(first, first + LONGEST_WALK):
        openings = calendar.openings(ordinal)
        days -= bool(openings)
        if days == 0:
            return openings[-1][1]
    raise ValueError(f"that lies more than {LONGEST_WALK} days from {start:%Y-%m-%d}")


def working_days_between(start: datetime, end: datetime, calendar: Calendar) -> int:
    """Working days after the local day of `start` up to that of `end`; negative when `end` comes first.

    Midnight as an end belongs to the day that it closes, so that this undoes `add_working_days` for an office
    that never closes too.
    """
    if _aware(end) < _aware(start):
        return -working_days_between(end, start, calendar)
    first = calendar.local_day(start).toordinal() + 1
    last = calendar.local_day(end - timedelta.resolution).toordinal()
    return sum(bool(calendar.openings(ordinal)) for ordinal in range(first, last + 1))


def working_left(start: datetime, end: datetime, calendar: Calendar) -> tuple[int, timedelta]:
    """What is left as people say it: whole working days that are still to come, and the working time beside them.

    On Monday at 13.00, of what ends on Wednesday at close of business: two working days and three hours. ValueError
    beyond twenty years; nothing is left when `end` comes first.
    """
    first, last = _aware(start), _aware(end)
    if last <= first:
        return 0, ZERO
    days, whole = 0, ZERO
    for ordinal in range(calendar.local_day(first).toordinal() + 1, calendar.local_day(last).toordinal() + 1):
        openings = calendar.openings(ordinal)
        if openings and openings[0][0] >= first and openings[-1][1] <= last:
            days += 1
            whole += sum((closes - opens for opens, closes in openings), ZERO)
    return days, working_between(first, last, calendar) - whole
