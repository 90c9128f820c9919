"""Days and times as spreadsheets of Indonesian offices write them: the table is the specification."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.desk.importing.dates import SHORT_MONTHS, NotADate, day_words, moment

JAKARTA = ZoneInfo("Asia/Jakarta")

READ = [
    ("23 Sep 2024", "00:41:43", "2024-09-22T17:41:43"),
    ("3 Mei 2024", "", "2024-05-02T17:00:00"),
    ("17 Agu 2024", "00.41 WIB", "2024-08-16T17:41:00"),
    ("17 Agustus 2024", "23:59:59", "2024-08-17T16:59:59"),
    ("1 Okt 2023", "7:05", "2023-10-01T00:05:00"),
    ("25 Des. 2024 10.15 WITA", "", "2024-12-25T02:15:00"),
    ("1 DES 2024", "Pukul 08.00 WIT", "2024-11-30T23:00:00"),
    ("Senin, 23 September 2024", "07:05", "2024-09-23T00:05:00"),
    ("Jum'at, 23 Agustus 2024", "7:05 PM", "2024-08-23T12:05:00"),
    ("12 Nop 2022", "12:00 am", "2022-11-11T17:00:00"),
    ("5 Pebruari 2023", "12:30 pm", "2023-02-05T05:30:00"),
    ("23-Des-24", "", "2024-12-22T17:00:00"),
    ("23/09/2024", "23:59:59", "2024-09-23T16:59:59"),
    ("09/23/2024", "", "2024-09-22T17:00:00"),
    ("03/04/2024", "", "2024-04-02T17:00:00"),
    ("23.09.24 06.30", "", "2024-09-22T23:30:00"),
    ("2024-09-23", "00:41:43", "2024-09-22T17:41:43"),
    ("2024-09-23T00:41:43", "", "2024-09-22T17:41:43"),
    ("2024-09-23T00:00:00", "00:41:43", "2024-09-22T17:41:43"),
    ("2024-09-23 00:41:43Z", "", "2024-09-23T00:41:43"),
    ("2024-09-23T08:41:43.123456+08:00", "", "2024-09-23T00:41:43"),
    ("45558", "", "2024-09-22T17:00:00"),
    ("45558.5", "", "2024-09-23T05:00:00"),
    ("45558", "0.25", "2024-09-22T23:00:00"),
    ("\u00a023 Sep\u00a02024 ", " 00:41:43 ", "2024-09-22T17:41:43"),
]


@pytest.mark.parametrize(("day", "clock", "at"), READ)
def test_a_day_and_a_time_are_read_as_they_are_meant(day: str, clock: str, at: str) -> None:
    assert moment(day, clock, JAKARTA) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("", ""), ("kemarin", ""), ("31 Feb 2024", ""), ("32 Sep 2024", ""), ("23 Xyz 2024", ""), ("13/13/2024", ""),
        ("23 Sep 2024", "25:00"), ("23 Sep 2024", "00:61"), ("23 Sep 2024", "pagi"), ("99999", ""), ("1", ""),
        ("2024", ""), ("23 Sep", ""), ("=TODAY()", ""), ("23 Sep 2024 dan lagi", ""),
    ],
)  # fmt: skip
def test_what_is_no_day_is_not_guessed(day: str, clock: str) -> None:
    with pytest.raises(NotADate):
        moment(day, clock, JAKARTA)


def test_a_zone_east_of_java_is_heeded() -> None:
    assert moment("23 Sep 2024", "00:30", ZoneInfo("Asia/Jayapura")) == datetime(
        2024, 9, 22, 15, 30, tzinfo=UTC
    )


@given(st.dates(date(2000, 1, 2), date(2100, 1, 1)), st.times(timezones=st.none()))
def test_what_the_export_writes_is_read_back(on: date, clock) -> None:
    at = moment(day_words(on), clock.strftime("%H:%M:%S"), JAKARTA)
    assert at == datetime.combine(on, clock.replace(microsecond=0), JAKARTA)


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_is_read_or_is_no_date(day: str, clock: str) -> None:
    with suppress(NotADate, OverflowError):
        assert moment(day, clock, JAKARTA).tzinfo is UTC


def test_every_short_month_is_known() -> None:
    months = [moment(f"5 {name} 2024", "", UTC).month for name in SHORT_MONTHS]  # type: ignore[arg-type]
    assert months == list(range(1, 13))
