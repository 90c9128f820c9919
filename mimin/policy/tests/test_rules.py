"""Values that law or a Pemda sets: what each key takes, what it refuses, and which row holds."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.lib.calendar_id import office_calendar, ramadan
from mimin.lib.clock import Hours
from mimin.policy.checks import BadValue, checked
from mimin.policy.reading import read_hours, read_periods
from mimin.policy.rules import KEYS, Row, nearest

WEEK = [[["07:30", "12:00"], ["13:00", "16:00"]]] * 5 + [[], []]


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_default_is_a_value_that_its_key_takes(key: str) -> None:
    assert checked(key, KEYS[key].default) == KEYS[key].default


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_says_what_it_is_and_where_its_default_is_from(key: str) -> None:
    assert (bool(KEYS[key].label), bool(KEYS[key].source)) == (True, True)


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        (
            "case.first_response",
            {"amount": "3", "unit": "working_days"},
            {"amount": 3, "unit": "working_days"},
        ),
        ("case.first_response", {"amount": 400, "unit": "hours"}, {"amount": 400, "unit": "hours"}),
        (
            "case.urgent_response",
            {"amount": 1, "unit": "working_hours"},
            {"amount": 1, "unit": "working_hours"},
        ),
        ("case.approval", True, True),
        ("case.approval", "", False),
        ("case.auto_route", "85", 85),
        ("case.auto_route", 0, 0),
        ("listen.every_minutes", 1, 1),
        ("clock.hours", None, []),
        ("clock.hours", [], []),
        ("clock.hours", WEEK, WEEK),
        ("clock.ramadan", [], []),
        ("clock.ramadan", [["2027-02-08", "2027-03-09"]], [["2027-02-08", "2027-03-09"]]),
        ("clock.ramadan", [["2027-02-08", "2027-02-08"]], [["2027-02-08", "2027-02-08"]]),
    ],
)
def test_a_value_is_kept_in_its_form(key: str, given: Any, kept: Any) -> None:
    assert checked(key, given) == kept


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("case.first_response", {"amount": 0, "unit": "hours"}),
        ("case.first_response", {"amount": 401, "unit": "hours"}),
        ("case.first_response", {"amount": 1, "unit": "weeks"}),
        ("case.auto_route", 101),
        ("case.auto_route", -1),
        ("listen.every_minutes", 0),
        ("clock.hours", [[["16:00", "07:30"]]] + [[]] * 6),
        ("clock.hours", [[["07:30", "12:00"], ["11:00", "16:00"]]] + [[]] * 6),
        ("clock.hours", [[["25:00", "26:00"]]] + [[]] * 6),
        ("clock.hours", WEEK[:6]),
        ("clock.hours", [[]] * 7),
        ("clock.ramadan", [["2027-03-09", "2027-02-08"]]),
        ("clock.ramadan", [["2027-02-30", "2027-03-09"]]),
        ("clock.ramadan", [["2027-02-08", "2027-03-09"], ["2027-03-09", "2027-03-12"]]),
        ("clock.ramadan", [["2027-02-20", "2027-02-21"], ["2027-02-08", "2027-03-09"]]),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_a_sentence(key: str, given: Any) -> None:
    with pytest.raises(BadValue, match=r"^Enter .+\.$"):
        checked(key, given)


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("case.first_response", {}),
        ("case.first_response", None),
        ("case.auto_route", "banyak"),
        ("clock.hours", 7),
    ],
)
def test_a_value_of_another_form_is_no_value(key: str, given: Any) -> None:
    with pytest.raises((BadValue, ValueError, TypeError, KeyError)):
        checked(key, given)


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("", []),
        ("07:30-16:00", [["07:30", "16:00"]]),
        ("07:30-12:00, 13:00-16:00", [["07:30", "12:00"], ["13:00", "16:00"]]),
        ("7.30–12.00,13.00–16.00", [["07:30", "12:00"], ["13:00", "16:00"]]),
        (" 08:00 - 24:00 ", [["08:00", "24:00"]]),
        ("08:00-12:00,", [["08:00", "12:00"]]),
    ],
)
def test_office_hours_are_read_as_people_write_them(text: str, windows: list[list[str]]) -> None:
    assert read_hours([text, *[""] * 6])[0] == windows


@pytest.mark.parametrize("text", ["pagi", "07:30", "07:30-", "0730-1600", "07:30-12:00 13:00-16:00", "-"])
def test_what_is_no_pair_of_times_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        read_hours([text, *[""] * 6])


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("", []),
        ("2027-02-08 to 2027-03-09", [["2027-02-08", "2027-03-09"]]),
        ("2027-02-08 sampai 2027-03-09\n\n2028-01-28/2028-02-26", [
            ["2027-02-08", "2027-03-09"], ["2028-01-28", "2028-02-26"],
        ]),
    ],
)  # fmt: skip
def test_periods_are_read_a_line_each(text: str, periods: list[list[str]]) -> None:
    assert read_periods(text) == periods


@pytest.mark.parametrize("text", ["2027-02-08", "8 Februari 2027", "2027-02-08 2027-03-09 2027-04-01"])
def test_a_line_without_two_days_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        read_periods(text)


hours = st.lists(
    st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02d}:{t[1]:02d}"),
    min_size=2, max_size=6, unique=True,
).map(sorted)  # fmt: skip


@given(st.lists(hours, min_size=7, max_size=7))
def test_hours_written_out_and_read_again_are_the_same(week: list[list[str]]) -> None:
    windows = [[list(pair) for pair in zip(day[::2], day[1::2], strict=False)] for day in week]
    written = [", ".join("-".join(window) for window in day) for day in windows]
    assert read_hours(written) == windows
    assert Hours.from_data(checked("clock.hours", windows)).as_data() == windows


some_days = st.dates(date(2026, 1, 1), date(2029, 12, 31))
some_periods = st.lists(st.tuples(some_days, some_days), max_size=4)


@given(some_periods)
def test_periods_that_are_taken_make_a_calendar_and_the_others_are_refused(
    periods: list[tuple[date, date]],
) -> None:
    given = [[first.isoformat(), last.isoformat()] for first, last in periods]
    try:
        kept = checked("clock.ramadan", given)
    except BadValue:
        with pytest.raises(ValueError, match="period"):
            office_calendar(periods=ramadan(periods))
        return
    assert kept == given
    assert office_calendar(periods=ramadan(periods)).periods == ramadan(periods)


PATHS = ["000001.000002.000003.", "000001.000002.", "000001."]
TODAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([], None),
        ([Row(PATHS[2], date(2020, 1, 1), "root")], "root"),
        ([Row(PATHS[2], date(2026, 3, 1), "root"), Row(PATHS[1], date(2020, 1, 1), "dinas")], "dinas"),
        ([Row(PATHS[0], date(2020, 1, 1), "uptd"), Row(PATHS[1], date(2026, 3, 1), "dinas")], "uptd"),
        ([Row(PATHS[0], date(2026, 3, 17), "tomorrow"), Row(PATHS[1], date(2020, 1, 1), "dinas")], "dinas"),
        ([Row(PATHS[0], date(2020, 1, 1), "old"), Row(PATHS[0], date(2025, 1, 1), "new")], "new"),
        ([Row(PATHS[0], TODAY, "today")], "today"),
        ([Row("000001.000009.", date(2020, 1, 1), "neighbour")], None),
    ],
)
def test_the_nearest_ancestors_newest_row_that_has_begun_holds(rows: list[Row], value: str | None) -> None:
    found = nearest(rows, PATHS, TODAY)
    assert (found.value if found else None) == value


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
rows_given = st.lists(st.builds(Row, st.sampled_from(PATHS), days, st.integers()), max_size=12)


@given(rows_given, days)
def test_no_row_that_has_not_begun_ever_holds(rows: list[Row], on: date) -> None:
    found = nearest(rows, PATHS, on)
    assert found is None or found.valid_from <= on


@given(rows_given, days)
def test_a_row_of_tomorrow_changes_nothing_today(rows: list[Row], on: date) -> None:
    later = [*rows, Row(PATHS[0], on + timedelta(days=1), "later")]
    assert nearest(later, PATHS, on) == nearest(rows, PATHS, on)


def test_the_names_of_keys_are_plain() -> None:
    assert [key for key in KEYS if not re.fullmatch(r"[a-z]+\.[a-z_]+", key)] == []
