"""Which hours hold on which day: the values are dated, and a past day keeps the hours of then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.lib.calendar_id import OFFICE_HOURS, RAMADAN_HOURS, office_calendar
from mimin.lib.clock import Hours
from mimin.policy.rules import Row, nearest
from mimin.policy.timeline import timeline

ROOT, PUPR = "000001.", "000001.000002."
PATHS = [PUPR, ROOT]
SHORT, LATE = ([[[start, "15:00"]]] * 5 + [[], []] for start in ("08:00", "10:00"))
A, B = (Hours.from_data(week) for week in (SHORT, LATE))
FASTING = [["2026-02-18", "2026-03-19"]]


def hours_on(rows: dict[str, list[Row]], *days: date) -> list[Hours]:
    usual, periods = timeline(rows, PATHS)
    calendar = office_calendar(usual, periods=periods, years=range(2026, 2027))
    return [calendar.hours_on(day) for day in days]


def test_without_a_value_the_hours_of_the_law_hold_always() -> None:
    assert timeline({}, PATHS) == (OFFICE_HOURS, ())


def test_each_day_has_the_hours_of_then() -> None:
    rows = {"clock.hours": [Row(ROOT, date(2026, 1, 1), SHORT), Row(ROOT, date(2026, 7, 1), LATE)]}
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2036, 1, 1)]
    assert hours_on(rows, *days) == [OFFICE_HOURS, A, A, B, B]


def test_the_units_own_hours_hold_from_their_day_on_over_those_above() -> None:
    rows = {"clock.hours": [Row(PUPR, date(2026, 3, 1), LATE), Row(ROOT, date(2026, 5, 1), SHORT)]}
    assert hours_on(rows, date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 2)) == [OFFICE_HOURS, B, B]


def test_ramadan_cuts_through_a_change_of_hours() -> None:
    rows = {
        "clock.ramadan": [Row(ROOT, date(2026, 1, 1), FASTING)],
        "clock.hours": [Row(ROOT, date(2026, 3, 1), LATE)],
    }
    days = [date(2026, 2, 17), date(2026, 2, 18), date(2026, 3, 1), date(2026, 3, 19), date(2026, 3, 20)]
    assert hours_on(rows, *days) == [OFFICE_HOURS, RAMADAN_HOURS, RAMADAN_HOURS, RAMADAN_HOURS, B]


def test_the_dates_of_next_year_leave_those_of_this_year() -> None:
    rows = {
        "clock.ramadan": [
            Row(ROOT, date(2026, 1, 1), FASTING),
            Row(ROOT, date(2027, 1, 1), [["2027-02-08", "2027-03-09"]]),
        ]
    }
    days = [date(2026, 3, 1), date(2027, 2, 7), date(2027, 2, 8), date(2027, 3, 10)]
    assert hours_on(rows, *days) == [RAMADAN_HOURS, OFFICE_HOURS, RAMADAN_HOURS, OFFICE_HOURS]


def test_a_pemda_sets_its_own_hours_in_ramadan() -> None:
    rows = {
        "clock.ramadan": [Row(ROOT, date(2026, 1, 1), FASTING)],
        "clock.ramadan_hours": [Row(ROOT, date(2026, 1, 1), LATE)],
    }
    assert hours_on(rows, date(2026, 3, 1), date(2026, 4, 1)) == [B, OFFICE_HOURS]


@pytest.mark.parametrize(("open_then", "windows"), [(True, 2), (False, 0)])
def test_who_never_closes_works_on_holidays(open_then: bool, windows: int) -> None:
    rows = {"clock.open_on_holidays": [Row(PUPR, date(2026, 1, 1), open_then)]}
    usual, periods = timeline(rows, PATHS)
    calendar = office_calendar(usual, periods=periods, years=range(2026, 2027))
    assert len(calendar.windows(date(2026, 5, 1))) == windows  # labour day, a Friday


days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
weeks = st.sampled_from([[], SHORT, LATE])
spans = st.lists(st.tuples(days, st.integers(0, 40)), max_size=3).map(
    lambda pairs: [[a.isoformat(), (a + timedelta(days=n)).isoformat()] for a, n in pairs]
)
apart = spans.filter(
    lambda rows: all(a[1] < b[0] for a, b in zip(sorted(rows), sorted(rows)[1:], strict=False))
)
paths = st.sampled_from(PATHS)


@given(
    st.lists(st.builds(Row, paths, days, weeks), max_size=5),
    st.lists(st.builds(Row, paths, days, apart), max_size=3),
    st.lists(days, min_size=1, max_size=20),
)
def test_every_day_has_the_hours_of_the_values_that_hold_on_it(
    hours: list[Row], fasting: list[Row], asked: list[date]
) -> None:
    edges = {row.valid_from + timedelta(days=n) for row in [*hours, *fasting] for n in (-1, 0)}
    asked = [*asked, *edges]
    expected = []
    for day in asked:
        week, ramadan = (nearest(rows, PATHS, day) for rows in (hours, fasting))
        text = day.isoformat()
        inside = any(a <= text <= b for a, b in (ramadan.value if ramadan else []))
        usual = Hours.from_data(week.value) if week and week.value else OFFICE_HOURS
        expected.append(RAMADAN_HOURS if inside else usual)
    assert hours_on({"clock.hours": hours, "clock.ramadan": fasting}, *asked) == expected
