"""Times as people say them, in both languages and the three zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from mimin.lib import spoken

AT = datetime(2023, 9, 6, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("id", "Asia/Jakarta", "6 Sep 2023 14.30 WIB"),
        ("id", "Asia/Pontianak", "6 Sep 2023 14.30 WIB"),
        ("id", "Asia/Makassar", "6 Sep 2023 15.30 WITA"),
        ("id", "Asia/Jayapura", "6 Sep 2023 16.30 WIT"),
        ("en", "Asia/Jakarta", "6 Sep 2023 14:30 WIB"),
        ("en", "Asia/Makassar", "6 Sep 2023 15:30 WITA"),
        ("en", "Asia/Jayapura", "6 Sep 2023 16:30 WIT"),
        ("fr", "Asia/Jakarta", "6 Sep 2023 14.30 WIB"),
    ],
)
def test_a_moment_is_said_in_the_zone_of_the_unit(language: str, zone: str, said: str) -> None:
    with translation.override(language):
        assert spoken.moment(AT, zone) == said


@pytest.mark.parametrize(
    ("language", "said"), [("id", "Rabu, 6 Sep 14.30 WIB"), ("en", "Wednesday, 6 Sep 14:30 WIB")]
)
def test_a_moment_may_name_its_weekday_and_leave_out_its_year(language: str, said: str) -> None:
    with translation.override(language):
        assert spoken.moment(AT, weekday=True, year=False) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Jakarta", "Rabu, 6 Sep 2023"),
        ("Asia/Makassar", "Kamis, 7 Sep 2023"),
        ("Asia/Jayapura", "Kamis, 7 Sep 2023"),
    ],
)
def test_midnight_comes_first_in_the_east(zone: str, said: str) -> None:
    with translation.override("id"):
        assert spoken.day(datetime(2023, 9, 6, 16, 30, tzinfo=UTC), zone) == said


def test_hours_and_minutes_have_two_digits() -> None:
    with translation.override("id"):
        assert spoken.moment(datetime(2024, 1, 31, 18, 5, tzinfo=UTC)) == "1 Feb 2024 01.05 WIB"


@pytest.mark.parametrize(
    ("length", "indonesian", "english"),
    [
        (timedelta(seconds=59), "0 menit", "0 minutes"),
        (timedelta(minutes=1), "1 menit", "1 minute"),
        (timedelta(minutes=5, seconds=59), "5 menit", "5 minutes"),
        (timedelta(minutes=60), "1 jam", "1 hour"),
        (timedelta(minutes=119), "1 jam", "1 hour"),
        (timedelta(hours=47, minutes=59), "47 jam", "47 hours"),
        (timedelta(hours=48), "2 hari", "2 days"),
        (timedelta(days=4, hours=23), "4 hari", "4 days"),
        (-timedelta(hours=3), "3 jam", "3 hours"),
    ],
)
def test_a_length_is_said_in_one_unit_rounded_down(length: timedelta, indonesian: str, english: str) -> None:
    with translation.override("id"):
        assert spoken.span(length) == indonesian
    with translation.override("en"):
        assert spoken.span(length) == english


@pytest.mark.parametrize(
    ("month", "indonesian", "english"),
    [
        (1, "Jan", "Jan"),
        (3, "Mar", "Mar"),
        (5, "Mei", "May"),
        (8, "Agu", "Aug"),
        (10, "Okt", "Oct"),
        (12, "Des", "Dec"),
    ],
)
def test_months_have_their_names(month: int, indonesian: str, english: str) -> None:
    with translation.override("id"):
        assert spoken.date_words(date(2026, month, 9)) == f"9 {indonesian} 2026"
    with translation.override("en"):
        assert spoken.date_words(date(2026, month, 9)) == f"9 {english} 2026"


def test_the_days_of_a_week_have_their_names() -> None:
    week = [date(2026, 3, 16) + timedelta(days=n) for n in range(7)]
    with translation.override("id"):
        said = [spoken.weekday_date(on).split(",")[0] for on in week]
    assert said == ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]
