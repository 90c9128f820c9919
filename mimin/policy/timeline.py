"""Office hours as they held from day to day, put together from values that begin on days. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from mimin.lib.calendar_id import OFFICE_HOURS, RAMADAN_HOURS
from mimin.lib.clock import Hours, Period
from mimin.policy.rules import KEYS, Row, nearest

CLOCK = ("clock.hours", "clock.ramadan", "clock.ramadan_hours", "clock.open_on_holidays")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ruling:
    """What the values say from one day on: the usual hours, and Ramadan with its own."""

    usual: Hours
    ramadan: tuple[Period, ...]


def timeline(rows: Mapping[str, Sequence[Row]], paths: list[str]) -> tuple[Hours, tuple[Period, ...]]:
    """The hours that hold in the end, and the periods before and between with others, in order."""
    days = sorted({row.valid_from for key in CLOCK for row in rows.get(key, ())})
    first = [date.min, *days]
    said = [_said(rows, paths, day) for day in first]
    usual = said[-1].usual
    ends = [*(day - ONE_DAY for day in days), date.max]
    found = [p for one, a, b in zip(said, first, ends, strict=True) for p in _between(one, a, b)]
    return usual, tuple(period for period in found if period.hours != usual)


def _said(rows: Mapping[str, Sequence[Row]], paths: list[str], day: date) -> Ruling:
    held: dict[str, Any] = {}
    for key in CLOCK:
        row = nearest(list(rows.get(key, ())), paths, day)
        held[key] = row.value if row else KEYS[key].default
    always = held["clock.open_on_holidays"]
    fasting = _hours(held["clock.ramadan_hours"], RAMADAN_HOURS, always)
    spans = sorted((date.fromisoformat(a), date.fromisoformat(b)) for a, b in held["clock.ramadan"])
    usual = _hours(held["clock.hours"], OFFICE_HOURS, always)
    return Ruling(usual, tuple(Period(a, b, fasting) for a, b in spans))


def _hours(week: Any, of_law: Hours, on_holidays: bool) -> Hours:
    return replace(Hours.from_data(week) if week else of_law, on_holidays=on_holidays)


def _between(said: Ruling, first: date, last: date) -> Iterator[Period]:
    """The periods from one day to another, both included: Ramadan, and the usual hours around it."""
    free = first
    for period in said.ramadan:
        since, until = max(period.since, first), min(period.until, last)
        if since > until:
            continue
        if free < since:
            yield Period(free, since - ONE_DAY, said.usual)
        yield Period(since, until, period.hours)
        if until == last:
            return
        free = until + ONE_DAY
    yield Period(free, last, said.usual)
