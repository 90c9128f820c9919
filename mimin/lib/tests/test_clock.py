"""Working time: tables of real dates, in WIB."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from mimin.lib.calendar_id import OFFICE_HOURS, WIB, WIT, WITA, office_calendar, ramadan
from mimin.lib.clock import (
    ALWAYS,
    REMEMBERED_DAYS,
    Calendar,
    Hours,
    Period,
    add_working,
    add_working_days,
    is_open,
    next_open,
    working_between,
    working_days_between,
    working_left,
)

RAMADAN_2026 = ramadan([(date(2026, 2, 19), date(2026, 3, 20))])
OFFICE = office_calendar(periods=RAMADAN_2026)
NIGHT = Hours(((), (), (), (), (), (), ((time(20), time(0)),)))  # Sunday 20:00 to midnight
HALF_DAY = ((time(7, 30), time(12)),)
CALENDARS = {
    "wib": OFFICE,
    "wita": office_calendar(zone=WITA, periods=RAMADAN_2026),
    "wit": office_calendar(zone=WIT),
    "always in wib": Calendar(Hours.always(), WIB, {date(2026, 8, 17): "Hari Kemerdekaan"}),
}
HOUR = timedelta(hours=1)


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@pytest.mark.parametrize(
    ("start", "hours", "deadline"),
    [
        ("2026-08-12 09:00", 2, "2026-08-12 11:00"),  # within the morning
        ("2026-08-12 11:00", 2, "2026-08-12 14:00"),  # across the lunch break
        ("2026-08-12 09:00", 3, "2026-08-12 12:00"),  # ends exactly at the break
        ("2026-08-12 12:30", 1, "2026-08-12 14:00"),  # received during the break
        ("2026-08-12 15:00", 3, "2026-08-13 09:30"),  # across the night
        ("2026-08-12 22:00", 1, "2026-08-13 08:30"),  # received at night
        ("2026-08-14 16:00", 1, "2026-08-18 08:00"),  # Friday, weekend, Independence Day on Monday
        ("2026-08-15 10:00", 0, "2026-08-18 07:30"),  # no time at all, on a Saturday
        ("2026-08-12 16:00", 0, "2026-08-12 16:00"),  # no time at all, at closing time
        ("2026-12-31 15:00", 2, "2027-01-04 08:30"),  # across the year's end and a weekend
        ("2026-02-18 15:30", 1, "2026-02-19 08:30"),  # usual hours today, Ramadan hours tomorrow
        ("2026-03-17 14:00", 2, "2026-03-25 08:30"),  # across Nyepi, Idul Fitri and their joint leave
    ],
)
def test_hours_count_only_while_the_office_is_open(start: str, hours: int, deadline: str) -> None:
    assert add_working(wib(start), hours * HOUR, OFFICE) == wib(deadline)


@pytest.mark.parametrize(
    ("start", "days", "deadline"),
    [
        ("2026-03-16 09:00", 10, "2026-04-07 16:00"),  # the longest joint leave of 2026
        ("2026-08-12 09:00", 1, "2026-08-13 16:00"),
        ("2026-08-12 23:59", 1, "2026-08-13 16:00"),  # received after hours is received that day
        ("2026-08-13 09:00", 1, "2026-08-14 16:30"),  # Friday closes later
        ("2026-08-14 09:00", 1, "2026-08-18 16:00"),  # the weekend and Independence Day
        ("2026-08-15 09:00", 1, "2026-08-18 16:00"),  # received on a Saturday
        ("2026-02-18 09:00", 1, "2026-02-19 15:00"),  # Ramadan closes earlier
        ("2026-02-18 09:00", 2, "2026-02-20 15:30"),
        ("2026-12-23 09:00", 5, "2027-01-04 16:00"),  # Christmas, its joint leave, New Year
        ("2025-12-31 09:00", 10, "2026-01-15 16:00"),
    ],
)
def test_the_nth_working_day_ends_when_the_office_closes(start: str, days: int, deadline: str) -> None:
    assert add_working_days(wib(start), days, OFFICE) == wib(deadline)


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        ("2026-08-12 07:30", "2026-08-12 16:00", timedelta(hours=7.5)),
        ("2026-08-12 00:00", "2026-08-13 00:00", timedelta(hours=7.5)),
        ("2026-08-12 12:00", "2026-08-12 13:00", timedelta(0)),
        ("2026-08-10 00:00", "2026-08-17 00:00", timedelta(hours=37.5)),
        ("2026-08-17 00:00", "2026-08-18 00:00", timedelta(0)),
        ("2026-02-23 00:00", "2026-03-02 00:00", timedelta(hours=32.5)),
        ("2026-08-12 10:00", "2026-08-12 09:00", -HOUR),
        ("2026-08-12 09:00", "2026-08-12 09:00", timedelta(0)),
    ],
)
def test_working_time_between_two_moments(start: str, end: str, worked: timedelta) -> None:
    assert working_between(wib(start), wib(end), OFFICE) == worked


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-08-12 09:00", "2026-08-12 09:00"),
        ("2026-08-12 07:30", "2026-08-12 07:30"),
        ("2026-08-12 07:29", "2026-08-12 07:30"),
        ("2026-08-12 12:00", "2026-08-12 13:00"),
        ("2026-08-14 11:30", "2026-08-14 13:00"),
        ("2026-08-14 16:30", "2026-08-18 07:30"),
        ("2026-02-19 07:45", "2026-02-19 08:00"),
        ("2026-03-17 16:00", "2026-03-25 07:30"),
    ],
)
def test_the_office_opens_next(at: str, opens: str) -> None:
    assert next_open(wib(at), OFFICE) == wib(opens)
    assert is_open(wib(at), OFFICE) == (at == opens)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-16 09:00", "2026-04-07 09:00", 10),
        ("2026-08-12 07:30", "2026-08-12 16:00", 0),
        ("2026-08-12 23:00", "2026-08-13 00:00", 0),  # midnight belongs to the day that it closes
        ("2026-08-12 23:00", "2026-08-13 00:01", 1),
        ("2026-08-14 09:00", "2026-08-17 09:00", 0),
        ("2026-08-18 09:00", "2026-08-14 09:00", -1),
    ],
)
def test_working_days_between_two_moments(start: str, end: str, days: int) -> None:
    assert working_days_between(wib(start), wib(end), OFFICE) == days


@pytest.mark.parametrize(
    ("start", "end", "days", "beside"),
    [
        ("2026-04-13 13:00", "2026-04-15 16:00", 2, 3 * HOUR),
        ("2026-04-13 13:00", "2026-04-13 16:00", 0, 3 * HOUR),
        ("2026-04-13 16:00", "2026-04-14 07:30", 0, 0 * HOUR),  # a night
        ("2026-04-10 16:30", "2026-04-13 16:00", 1, 0 * HOUR),  # a weekend
        ("2026-04-13 13:00", "2026-04-15 09:30", 1, 5 * HOUR),
        ("2026-04-02 15:00", "2026-04-06 08:30", 0, 2 * HOUR),  # Good Friday and a weekend
        ("2026-04-15 16:00", "2026-04-13 13:00", 0, 0 * HOUR),
    ],
)
def test_what_is_left_is_said_in_whole_working_days_and_the_hours_beside_them(
    start: str, end: str, days: int, beside: timedelta
) -> None:
    assert working_left(wib(start), wib(end), OFFICE) == (days, beside)


def test_the_same_moment_is_a_different_hour_in_each_zone() -> None:
    at = datetime(2026, 8, 12, 7, 30, tzinfo=UTC)  # 14:30 WIB, 15:30 WITA, 16:30 WIT
    open_now = [is_open(at, CALENDARS[name]) for name in ("wib", "wita", "wit")]
    assert open_now == [True, True, False]
    assert add_working(at, HOUR, CALENDARS["wita"]) == datetime(2026, 8, 13, 0, tzinfo=UTC)


def test_an_opening_that_ends_at_midnight_is_still_reached_at_midnight() -> None:
    midnight = datetime(2026, 8, 16, 16, tzinfo=UTC)  # between Sunday and Monday in WITA
    night = Calendar(NIGHT, WITA)
    assert add_working(midnight - HOUR, HOUR, night) == midnight
    assert add_working(midnight, timedelta(0), night) == midnight


def test_three_hours_around_the_clock_do_not_stop_for_night_or_holiday() -> None:
    for calendar in (ALWAYS, CALENDARS["always in wib"]):
        assert add_working(wib("2026-08-16 23:00"), 3 * HOUR, calendar) == wib("2026-08-17 02:00")


def test_a_duty_post_is_open_on_a_holiday_and_an_office_is_not() -> None:
    holidays = {date(2026, 8, 17): "Hari Kemerdekaan"}
    duty = Calendar(Hours(OFFICE_HOURS.week, on_holidays=True), WIB, holidays)
    office = Calendar(OFFICE_HOURS, WIB, holidays)
    at = wib("2026-08-17 09:00")
    assert (is_open(at, duty), is_open(at, office)) == (True, False)


def test_a_day_with_hours_of_its_own_wins_over_holiday_and_weekday() -> None:
    days = {date(2026, 8, 17): HALF_DAY, date(2026, 8, 18): ()}
    calendar = Calendar(OFFICE_HOURS, WIB, {date(2026, 8, 17): "Hari Kemerdekaan"}, special=days)
    assert calendar.windows(date(2026, 8, 17)) == HALF_DAY
    assert calendar.windows(date(2026, 8, 18)) == ()


def test_results_are_in_utc() -> None:
    at = wib("2026-08-12 09:00")
    found = [add_working(at, HOUR, OFFICE), next_open(at, OFFICE), add_working_days(at, 1, OFFICE)]
    assert [moment.tzinfo for moment in found] == [UTC, UTC, UTC]


# --- What is refused ---


@pytest.mark.parametrize(
    "call",
    [
        lambda at: add_working(at, HOUR, OFFICE),
        lambda at: add_working_days(at, 1, OFFICE),
        lambda at: working_between(at, wib("2026-08-12 09:00"), OFFICE),
        lambda at: working_between(wib("2026-08-12 09:00"), at, OFFICE),
        lambda at: working_days_between(wib("2026-08-12 09:00"), at, OFFICE),
        lambda at: is_open(at, OFFICE),
        lambda at: next_open(at, OFFICE),
        lambda at: OFFICE.local_day(at),
    ],
)
def test_a_time_without_a_zone_is_refused(call) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        call(datetime(2026, 8, 12, 9))


def test_negative_working_time_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        add_working(wib("2026-08-12 09:00"), -timedelta.resolution, OFFICE)


@pytest.mark.parametrize("days", [0, -1])
def test_fewer_than_one_working_day_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(wib("2026-08-12 09:00"), days, OFFICE)


@pytest.mark.parametrize(
    "call",
    [
        lambda at: add_working(at, timedelta(days=10000), OFFICE),
        lambda at: add_working_days(at, 8000, OFFICE),
        lambda at: working_between(at, at + timedelta(days=10000), OFFICE),
    ],
)
def test_a_deadline_beyond_twenty_years_is_an_error_not_a_wait(call) -> None:
    with pytest.raises(ValueError, match="more than 7320 days"):
        call(wib("2026-08-12 09:00"))


OPEN = (time(8), time(12))


@pytest.mark.parametrize(
    ("week", "reason"),
    [
        (((OPEN,),) * 6, "seven days"),
        (((),) * 7, "at least one open day"),
        ((((time(12), time(8)),),) + ((),) * 6, "before they start"),
        ((((time(8), time(8)),),) + ((),) * 6, "before they start"),
        (((OPEN, (time(11), time(15))),) + ((),) * 6, "overlap"),
        ((((time(13), time(15)), OPEN),) + ((),) * 6, "out of order"),
        ((((time(20), time(0)), OPEN),) + ((),) * 6, "out of order"),
    ],
)
def test_office_hours_that_cannot_be_are_refused(week, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Hours(week)


def test_special_hours_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="before they start"):
        Calendar(OFFICE_HOURS, WIB, special={date(2026, 8, 18): ((time(9), time(8)),)})


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2026, 3, 20), date(2026, 2, 19), OFFICE_HOURS)


def test_periods_that_share_a_day_are_refused() -> None:
    rows = [(date(2026, 3, 1), date(2026, 3, 20)), (date(2026, 2, 19), date(2026, 3, 1))]
    with pytest.raises(ValueError, match="overlap on 2026-03-01"):
        Calendar(OFFICE_HOURS, WIB, periods=ramadan(rows))


# --- Data and memory ---


def test_hours_survive_the_way_through_json() -> None:
    for hours in (OFFICE_HOURS, NIGHT, Hours.always()):
        assert Hours.from_data(hours.as_data(), on_holidays=hours.on_holidays) == hours


def test_24_00_is_read_as_midnight() -> None:
    week = [[], [], [], [], [], [], [["20:00", "24:00"]]]
    assert Hours.from_data(week) == NIGHT
    assert NIGHT.weekly == 4 * HOUR


def test_calendars_with_the_same_facts_are_equal_and_have_one_hash() -> None:
    first, second = (Calendar(OFFICE_HOURS, WIB, {date(2026, 1, 1): "Tahun Baru"}) for _ in range(2))
    add_working_days(wib("2026-08-12 09:00"), 5, first)
    assert (first == second, hash(first) == hash(second)) == (True, True)
    assert first != Calendar(OFFICE_HOURS, WIB)


def test_a_table_edited_later_does_not_change_a_calendar() -> None:
    holidays = {date(2026, 8, 17): "Hari Kemerdekaan"}
    calendar = Calendar(OFFICE_HOURS, WIB, holidays)
    holidays.clear()
    assert calendar.windows(date(2026, 8, 17)) == ()


def test_a_calendar_remembers_a_bounded_number_of_days() -> None:
    calendar = Calendar(OFFICE_HOURS, WIB)
    add_working_days(wib("2026-08-12 09:00"), 5000, calendar)
    assert 0 < len(calendar._days) <= REMEMBERED_DAYS
