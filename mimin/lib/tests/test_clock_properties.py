"""Working time: properties over years, zones, holidays, nights, weekends and Ramadan."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mimin.lib.calendar_id import OFFICE_HOURS, WIB, WIT, WITA, office_calendar, ramadan
from mimin.lib.clock import (
    ALWAYS,
    Calendar,
    Hours,
    add_working,
    add_working_days,
    is_open,
    next_open,
    working_between,
    working_days_between,
)

UNHURRIED = settings(deadline=None)  # a busy machine is no failure

RAMADAN_2026 = ramadan([(date(2026, 2, 19), date(2026, 3, 20))])
OFFICE = office_calendar(periods=RAMADAN_2026)
NIGHT = Hours(((), (), (), (), (), (), ((time(20), time(0)),)))  # Sunday 20:00 to midnight
HALF_DAY = ((time(7, 30), time(12)),)
CALENDARS = {
    "wib": OFFICE,
    "wita": office_calendar(zone=WITA, periods=RAMADAN_2026),
    "wit": office_calendar(zone=WIT),
    "always": ALWAYS,
    "always in wib": Calendar(Hours.always(), WIB, {date(2026, 8, 17): "Hari Kemerdekaan"}),
    "sunday night": Calendar(NIGHT, WITA),
    "half day": Calendar(OFFICE_HOURS, WIB, special={date(2026, 12, 31): HALF_DAY, date(2026, 1, 2): ()}),
    "summer time": Calendar(OFFICE_HOURS, ZoneInfo("Europe/Amsterdam")),
}
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

moments = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)) | st.builds(
    lambda day, hour: datetime.combine(day, time(hour), tzinfo=WIB),
    st.dates(date(2025, 12, 20), date(2026, 4, 10)),
    st.sampled_from([0, 7, 8, 12, 13, 16, 17]),
)
amounts = st.timedeltas(timedelta(0), timedelta(days=30)) | st.sampled_from(
    [timedelta(0), timedelta.resolution, 3 * HOUR, 7 * HOUR + 30 * MINUTE, timedelta(hours=37.5)]
)
calendars = st.sampled_from(list(CALENDARS.values()))


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@UNHURRIED
@given(moments, amounts, calendars)
@example(wib("2026-08-17 00:00"), timedelta(0), CALENDARS["sunday night"])
def test_adding_and_measuring_undo_each_other(start: datetime, amount: timedelta, calendar: Calendar) -> None:
    assert working_between(start, add_working(start, amount, calendar), calendar) == amount


@UNHURRIED
@given(moments, amounts, amounts, calendars)
def test_adding_twice_is_adding_the_sum(start, first: timedelta, second: timedelta, calendar) -> None:
    stepwise = add_working(add_working(start, first, calendar), second, calendar)
    assert stepwise == add_working(start, first + second, calendar)


@UNHURRIED
@given(moments, moments, moments, calendars)
def test_measures_of_neighbouring_spans_add_up(a, b, c, calendar) -> None:
    parts = working_between(a, b, calendar) + working_between(b, c, calendar)
    assert parts == working_between(a, c, calendar)


@UNHURRIED
@given(moments, moments, amounts, amounts, calendars)
def test_starting_later_or_needing_more_never_ends_earlier(a, b, x, y, calendar) -> None:
    (a, b), (x, y) = sorted([a, b]), sorted([x, y])
    assert add_working(a, x, calendar) <= add_working(b, x, calendar)
    assert add_working(a, x, calendar) <= add_working(a, y, calendar)


@UNHURRIED
@given(moments, amounts, calendars)
def test_a_deadline_never_falls_outside_an_opening(start, amount, calendar) -> None:
    end = add_working(start, amount, calendar)
    just_before = end - timedelta.resolution
    assert end >= start
    assert is_open(end, calendar) or is_open(just_before, calendar)


@UNHURRIED
@given(moments, calendars)
def test_the_next_opening_is_open_and_nothing_is_open_before_it(at, calendar) -> None:
    opens = next_open(at, calendar)
    assert is_open(opens, calendar)
    assert working_between(at, opens, calendar) == timedelta(0)


@UNHURRIED
@given(moments, st.integers(1, 90), calendars)
def test_adding_and_counting_days_undo_each_other(start, days: int, calendar) -> None:
    assert working_days_between(start, add_working_days(start, days, calendar), calendar) == days


@UNHURRIED
@given(moments, st.integers(1, 60), calendars)
def test_one_more_day_always_ends_later_and_at_closing_time(start, days: int, calendar) -> None:
    end, later = (add_working_days(start, n, calendar) for n in (days, days + 1))
    assert start < end < later
    assert not is_open(end, calendar) or calendar.hours == Hours.always()
    assert is_open(end - timedelta.resolution, calendar)


@UNHURRIED
@given(moments, moments, calendars)
def test_working_time_never_exceeds_the_time_that_passed(a, b, calendar) -> None:
    assert abs(working_between(a, b, calendar)) <= abs(b - a)
    assert working_between(a, b, calendar) == -working_between(b, a, calendar)
    assert working_days_between(a, b, calendar) == -working_days_between(b, a, calendar)


@UNHURRIED
@given(moments, moments)
def test_around_the_clock_working_time_is_the_time_that_passed(a, b) -> None:
    assert working_between(a, b, ALWAYS) == b - a
