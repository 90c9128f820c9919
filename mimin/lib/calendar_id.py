"""Indonesia's working calendar: zones, office and Ramadan hours, national days off. Pure Python.

office = office_calendar(zone=WITA, rows=[DayRow(date(2026, 8, 18), "Hari jadi")], periods=ramadan(dates))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from mimin.lib.clock import Calendar, Hours, Period, Week, Window

WIB, WITA, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")
ZONE_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
KNOWN_YEARS = range(2015, 2041)  # the whole range costs 10 ms, and no deadline runs past what is known

Kind = Literal["public", "cuti_bersama"]


def zone_name(zone: ZoneInfo | str) -> str:
    """WIB, WITA or WIT as people say it; any other zone by its own key."""
    key = str(zone)
    return ZONE_NAMES.get(key, key)


def _week(usual: tuple[Window, ...], friday: tuple[Window, ...]) -> Week:
    return (usual, usual, usual, usual, friday, (), ())


# 37 h 30 min a week from 07:30, break 60 minutes, Friday 90: Perpres 21/2023 article 4 (1), (3), (5).
# Where in the day the break lies is ours.
OFFICE_HOURS = Hours(
    _week(
        ((time(7, 30), time(12)), (time(13), time(16))),
        ((time(7, 30), time(11, 30)), (time(13), time(16, 30))),
    )
)
# 32 h 30 min a week from 08:00, break 30 minutes, Friday 60: the same article, (2), (4), (6).
RAMADAN_HOURS = Hours(
    _week(
        ((time(8), time(12)), (time(12, 30), time(15))),
        ((time(8), time(11, 30)), (time(12, 30), time(15, 30))),
    )
)


def ramadan(rows: Iterable[tuple[date, date]], hours: Hours = RAMADAN_HOURS) -> tuple[Period, ...]:
    """Periods with Ramadan hours from rows of (first day, last day), as decreed each year; never computed."""
    return tuple(Period(since, until, hours) for since, until in rows)


@dataclass(frozen=True)
class Holiday:
    """A day off: `public` or joint leave; `estimated` until the moon has been seen and the decree written."""

    name: str
    kind: Kind = "public"
    estimated: bool = False


@dataclass(frozen=True)
class DayRow:
    """A row of the editable table: a day off that is not known, or (`working`) a day worked after all."""

    day: date
    name: str
    working: bool = False


def national_holidays(years: Iterable[int] = KNOWN_YEARS) -> dict[date, Holiday]:
    """Indonesia's days off in `years`, in order, named in Indonesian; a public holiday wins over joint leave.

    Source: the `holidays` package, which follows the yearly joint decree of three ministers (SKB 3 Menteri).
    Joint leave of a year without a decree is not in it, and lunar dates ahead are estimates: the editable
    table corrects both.
    """
    return dict(_national_holidays(tuple(sorted(set(years)))))


@lru_cache(maxsize=16)
def _national_holidays(years: tuple[int, ...]) -> tuple[tuple[date, Holiday], ...]:
    # Loaded here because it takes 0.2 s, and most of those who import this module have their calendar
    # already.
    from holidays import country_holidays

    found: dict[date, Holiday] = {}
    kinds: tuple[tuple[str, Kind], ...] = (("government", "cuti_bersama"), ("public", "public"))
    for category, kind in kinds:
        table = country_holidays("ID", years=years, categories=(category,), language="id", expand=False)
        for day, name in table.items():
            found[day] = Holiday(name.replace(" (perkiraan)", ""), kind, "(perkiraan)" in name)
    return tuple(sorted(found.items(), key=lambda item: item[0]))


def overlay(found: Mapping[date, Holiday], rows: Iterable[DayRow]) -> dict[date, Holiday]:
    """Days off with the editable table laid over them; the later row of a day wins."""
    merged = dict(found)
    for row in rows:
        if row.working:
            merged.pop(row.day, None)
        else:
            merged[row.day] = Holiday(row.name)
    return merged


def office_calendar(
    hours: Hours = OFFICE_HOURS,
    zone: ZoneInfo = WIB,
    *,
    rows: Sequence[DayRow] = (),
    periods: Sequence[Period] = (),
    years: Iterable[int] = KNOWN_YEARS,
) -> Calendar:
    """A unit's calendar: national days off, the editable table over them, Ramadan and other periods.

    A weekend day that the table calls worked has the hours of the week's first open day.
    """
    days_off = {day: holiday.name for day, holiday in overlay(national_holidays(years), rows).items()}
    plain = Calendar(hours, zone, days_off, tuple(periods))
    worked = [row.day for row in rows if row.working and row.day not in days_off]
    called_in = {day: _first_windows(plain.hours_on(day)) for day in worked if not plain.windows(day)}
    return Calendar(hours, zone, days_off, tuple(periods), called_in)


def _first_windows(hours: Hours) -> tuple[Window, ...]:
    return next(windows for windows in hours.week if windows)
