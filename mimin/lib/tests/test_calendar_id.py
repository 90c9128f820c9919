"""The law's weekly hours, the days off that the decrees count, and the editable table laid over them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mimin.lib.calendar_id import (
    OFFICE_HOURS,
    RAMADAN_HOURS,
    WIB,
    WIT,
    WITA,
    DayRow,
    Holiday,
    national_holidays,
    office_calendar,
    overlay,
    ramadan,
    zone_name,
)
from mimin.lib.clock import Hours, add_working_days

SATURDAY, MONDAY, INDEPENDENCE = date(2026, 8, 15), date(2026, 8, 10), date(2026, 8, 17)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        (WIB, "WIB"),
        (WITA, "WITA"),
        (WIT, "WIT"),
        ("Asia/Pontianak", "WIB"),
        ("Asia/Makassar", "WITA"),
        (ZoneInfo("UTC"), "UTC"),
        ("Asia/Dili", "Asia/Dili"),
    ],
)
def test_a_zone_has_the_name_that_people_say(zone: ZoneInfo | str, name: str) -> None:
    assert zone_name(zone) == name


def test_the_zones_are_seven_eight_and_nine_hours_ahead() -> None:
    at = datetime(2026, 8, 12, tzinfo=UTC)
    assert [at.astimezone(zone).hour for zone in (WIB, WITA, WIT)] == [7, 8, 9]


@pytest.mark.parametrize(
    ("hours", "start", "breaks", "weekly"),
    [
        (OFFICE_HOURS, time(7, 30), [60, 60, 60, 60, 90], timedelta(hours=37, minutes=30)),
        (RAMADAN_HOURS, time(8), [30, 30, 30, 30, 60], timedelta(hours=32, minutes=30)),
    ],
)
def test_hours_start_pause_and_sum_as_the_regulation_says(hours: Hours, start, breaks, weekly) -> None:
    days = hours.week[:5]
    pauses = [
        datetime.combine(MONDAY, second[0]) - datetime.combine(MONDAY, first[1]) for first, second in days
    ]
    assert [windows[0][0] for windows in days] == [start] * 5
    assert pauses == [timedelta(minutes=minutes) for minutes in breaks]
    assert hours.week[5:] == ((), ())
    assert hours.weekly == weekly


@pytest.mark.parametrize(
    ("year", "public", "joint_leave"), [(2024, 19, 10), (2025, 17, 11), (2026, 17, 8), (2028, 17, 0)]
)
def test_a_year_has_the_days_off_that_its_decree_counts(year: int, public: int, joint_leave: int) -> None:
    kinds = Counter(holiday.kind for holiday in national_holidays([year]).values())
    assert (kinds["public"], kinds["cuti_bersama"]) == (public, joint_leave)


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 3, 19), Holiday("Hari Suci Nyepi")),
        (date(2026, 3, 20), Holiday("Cuti Bersama Hari Raya Idul Fitri", "cuti_bersama")),
        (date(2024, 11, 27), Holiday("Hari Pemilihan Kepala Daerah")),
        (date(2027, 3, 10), Holiday("Hari Raya Idul Fitri", estimated=True)),
    ],
)
def test_a_day_off_has_its_name_kind_and_certainty(day: date, holiday: Holiday) -> None:
    assert national_holidays([day.year])[day] == holiday


def test_days_off_come_in_order_and_only_of_the_years_asked_for() -> None:
    days = list(national_holidays([2027, 2026]))
    assert days == sorted(days)
    assert {day.year for day in days} == {2026, 2027}


def test_changing_what_was_given_out_changes_nothing_for_the_next() -> None:
    national_holidays([2026]).clear()
    assert INDEPENDENCE in national_holidays([2026])


def test_the_table_adds_moves_and_cancels_days_off() -> None:
    rows = [
        DayRow(date(2026, 9, 9), "Hari jadi kabupaten"),
        DayRow(date(2026, 12, 24), "Cuti bersama dibatalkan", working=True),
        DayRow(INDEPENDENCE, "HUT RI"),
        DayRow(date(2026, 9, 10), "Pilkades"),
        DayRow(date(2026, 9, 10), "Pilkades ditunda", working=True),
    ]
    found = overlay(national_holidays([2026]), rows)
    named = {day: found[day].name for day in (date(2026, 9, 9), INDEPENDENCE)}
    assert named == {date(2026, 9, 9): "Hari jadi kabupaten", INDEPENDENCE: "HUT RI"}
    assert [day in found for day in (date(2026, 12, 24), date(2026, 9, 10))] == [False, False]


def test_a_local_holiday_moves_a_deadline() -> None:
    received = datetime(2026, 9, 8, 3, tzinfo=UTC)
    plain = office_calendar()
    local = office_calendar(rows=[DayRow(date(2026, 9, 9), "Hari jadi kabupaten")])
    days = [calendar.local_day(add_working_days(received, 1, calendar)).day for calendar in (plain, local)]
    assert days == [9, 10]


def test_a_saturday_called_working_has_a_weekdays_hours() -> None:
    calendar = office_calendar(rows=[DayRow(SATURDAY, "Kerja pengganti", working=True)])
    assert calendar.windows(SATURDAY) == OFFICE_HOURS.week[0]
    assert calendar.windows(SATURDAY + timedelta(days=1)) == ()


def test_a_saturday_called_working_in_ramadan_has_ramadan_hours() -> None:
    row = DayRow(date(2026, 2, 28), "Kerja pengganti", working=True)
    calendar = office_calendar(rows=[row], periods=ramadan([(date(2026, 2, 19), date(2026, 3, 20))]))
    assert calendar.windows(row.day) == RAMADAN_HOURS.week[0]


def test_a_saturday_called_working_and_then_cancelled_is_closed() -> None:
    rows = [DayRow(SATURDAY, "Kerja pengganti", working=True), DayRow(SATURDAY, "Batal")]
    assert office_calendar(rows=rows).windows(SATURDAY) == ()


def test_ramadan_hours_hold_from_the_first_to_the_last_day_of_their_row() -> None:
    calendar = office_calendar(periods=ramadan([(date(2026, 2, 19), date(2026, 3, 17))]))
    days = [date(2026, 2, 18), date(2026, 2, 19), date(2026, 3, 17), date(2026, 3, 25)]
    assert [calendar.hours_on(day) == RAMADAN_HOURS for day in days] == [False, True, True, False]


def test_a_unit_may_have_ramadan_hours_of_its_own() -> None:
    short = Hours((((time(9), time(13)),),) * 5 + ((), ()))
    calendar = office_calendar(periods=ramadan([(date(2026, 2, 19), date(2026, 3, 20))], short))
    assert calendar.windows(date(2026, 2, 23)) == ((time(9), time(13)),)


def test_holidays_are_known_years_ahead_without_asking() -> None:
    calendar = office_calendar()
    assert [calendar.windows(date(year, 5, 1)) for year in (2015, 2026, 2040)] == [(), (), ()]
