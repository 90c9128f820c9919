"""When somebody must be on duty: the shifts of days, over midnight, the end of a year and holidays; pasted rosters."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.inbox.roster import BadLine, Shift, begins, ends, month_days, read_roster, shift_of
from mimin.lib.calendar_id import DayRow, office_calendar
from mimin.lib.clock import Calendar, Hours, is_open

WIB, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
OFFICE = office_calendar(zone=WIB)
EAST = office_calendar(zone=WIT)


def at(text: str, zone: ZoneInfo = WIB) -> datetime:
    """ "2026-03-16 16:00" in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        ("2026-03-16", "2026-03-16 16:00", "2026-03-17 07:30"),  # a Monday night, over midnight
        ("2026-03-13", "2026-03-13 16:30", "2026-03-14 07:30"),  # Friday closes later
        ("2026-03-14", "2026-03-14 07:30", "2026-03-15 07:30"),  # Saturday, a whole day
        ("2026-03-15", "2026-03-15 07:30", "2026-03-16 07:30"),  # Sunday, until Monday opens
        ("2025-12-31", "2025-12-31 16:00", "2026-01-01 07:30"),  # the last day of a year
        ("2026-01-01", "2026-01-01 07:30", "2026-01-02 07:30"),  # New Year, a holiday on a Thursday
        ("2026-03-31", "2026-03-31 16:00", "2026-04-01 07:30"),  # the last day of a month
    ],
)
def test_the_shift_of_a_day_lasts_until_the_office_opens_again(day: str, begin: str, end: str) -> None:
    assert shift_of(date.fromisoformat(day), OFFICE) == Shift(at(begin), at(end))


def test_a_shift_stands_in_the_zone_of_its_unit() -> None:
    assert shift_of(date(2026, 3, 16), EAST) == Shift(
        datetime(2026, 3, 16, 7, 0, tzinfo=UTC), datetime(2026, 3, 16, 22, 30, tzinfo=UTC)
    )


def test_a_day_added_as_free_has_a_shift_of_its_own() -> None:
    free = office_calendar(zone=WIB, rows=[DayRow(date(2026, 3, 17), "Hari Jadi")])
    assert shift_of(date(2026, 3, 16), free) == Shift(at("2026-03-16 16:00"), at("2026-03-17 07:30"))
    assert shift_of(date(2026, 3, 17), free) == Shift(at("2026-03-17 07:30"), at("2026-03-18 07:30"))


def test_an_office_that_never_closes_needs_no_duty() -> None:
    assert shift_of(date(2026, 3, 16), Calendar(Hours.always(), WIB)) is None


@given(st.dates(date(2024, 1, 1), date(2027, 12, 30)), st.integers(0, 24 * 60 - 1))
def test_every_minute_outside_office_hours_is_in_exactly_one_shift(day: date, minute: int) -> None:
    moment = datetime.combine(day, time(), tzinfo=WIB) + timedelta(minutes=minute)
    shifts = [shift_of(day + timedelta(days=n), OFFICE) for n in (-1, 0, 1)]
    inside = [shift for shift in shifts if shift and shift.starts_at <= moment < shift.ends_at]
    opened = OFFICE.openings(day.toordinal())
    at_work = bool(opened) and opened[0][0] <= moment < opened[-1][1]  # the lunch break is no duty
    assert len(inside) == (0 if at_work else 1)
    assert not (inside and is_open(moment, OFFICE))


def test_the_shifts_of_a_month_follow_each_other_without_a_gap_in_closed_time() -> None:
    days = list(month_days(2026, 3))
    assert (days[0], days[-1], len(days)) == (date(2026, 3, 1), date(2026, 3, 31), 31)
    for day in days:
        tomorrow = day + timedelta(days=1)
        assert ends(day, OFFICE) <= begins(tomorrow, OFFICE)
        if not OFFICE.openings(tomorrow.toordinal()):
            assert ends(day, OFFICE) == begins(tomorrow, OFFICE)


@pytest.mark.parametrize(
    ("line", "begin", "end", "who"),
    [
        ("16 koordinator.malam", "2026-03-16 16:00", "2026-03-17 07:30", "koordinator.malam"),
        ("16\tPetugas piket Pusdalops", "2026-03-16 16:00", "2026-03-17 07:30", "Petugas piket Pusdalops"),
        ("2026-03-31; koordinator.malam", "2026-03-31 16:00", "2026-04-01 07:30", "koordinator.malam"),
        ("16/3/2026, 20.00-06.00, piket", "2026-03-16 20:00", "2026-03-17 06:00", "piket"),
        ("16-03-2026 | 08:00 – 20:00 | piket", "2026-03-16 08:00", "2026-03-16 20:00", "piket"),
        ("31 Des 2025: 20.00 sampai 08.00: piket", "2025-12-31 20:00", "2026-01-01 08:00", "piket"),
        ("31 Desember 2025 20.00 sampai 08.00 piket", "2025-12-31 20:00", "2026-01-01 08:00", "piket"),
        ("16 Maret 2026 07.30-07.30 piket", "2026-03-16 07:30", "2026-03-17 07:30", "piket"),
        ("16 16.00-24.00 piket", "2026-03-16 16:00", "2026-03-17 00:00", "piket"),
        ("17 Aug 2026 piket", "2026-08-17 07:30", "2026-08-18 07:30", "piket"),
    ],
)
def test_a_pasted_line_is_a_shift(line: str, begin: str, end: str, who: str) -> None:
    (read,) = read_roster(line, month=date(2026, 3, 1), calendar=OFFICE)
    assert (read.shift, read.who, read.number) == (Shift(at(begin), at(end)), who, 1)


@pytest.mark.parametrize(
    "line",
    [
        "piket",
        "32 piket",
        "16",
        "16 ",
        "30/2/2026 piket",
        "16 Foo 2026 piket",
        "16 25.00-07.00 piket",
        "2026-13-01 piket",
    ],
)
def test_a_line_that_says_no_shift_is_named_with_its_number(line: str) -> None:
    with pytest.raises(BadLine) as bad:
        read_roster(f"16 piket\n\n{line}", month=date(2026, 3, 1), calendar=OFFICE)
    assert (bad.value.number, bad.value.text) == (3, line.strip())
