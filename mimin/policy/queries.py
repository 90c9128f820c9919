"""Reading the values that hold for a unit."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.lib import clock
from mimin.lib.calendar_id import DayRow, national_holidays, office_calendar
from mimin.lib.clock import Hours, Period
from mimin.people.models import Unit
from mimin.people.queries import ancestors, upwards
from mimin.policy.models import Holiday, Policy
from mimin.policy.rules import CLASSES, KEYS, Row, nearest
from mimin.policy.timeline import CLOCK, timeline

Kept = TypeVar("Kept")


def values(unit: Unit, *keys: str, on: date | None = None) -> dict[str, Any]:
    """The values of some keys for a unit on a day (today when not said), in one query."""
    return values_of([unit], *keys, on=on)[unit.pk]


def values_of(units: Iterable[Unit], *keys: str, on: date | None = None) -> dict[int, dict[str, Any]]:
    """The values of some keys for each of many units, by its id, on a day (today when not said), in one query."""
    day, listed = on or timezone.localdate(), list(units)
    rows = _rows(listed, keys)
    return {unit.pk: {key: _held(key, rows[key], ancestors(unit), day) for key in keys} for unit in listed}


def _held(key: str, rows: list[Row], paths: list[str], day: date) -> Any:
    row = nearest(rows, paths, day)
    return row.value if row else KEYS[key].default


def _rows(units: Iterable[Unit], keys: Collection[str]) -> dict[str, list[Row]]:
    """The stored rows of some keys for units and all above them, in one query."""
    paths = {path for unit in units for path in ancestors(unit)}
    rows: dict[str, list[Row]] = {key: [] for key in keys}
    stored = Policy.objects.filter(key__in=keys, unit__path__in=paths).values_list(
        "key", "unit__path", "valid_from", "value"
    )
    for key, path, valid_from, value in stored:
        rows[key].append(Row(path, valid_from, value))
    return rows


def value(unit: Unit, key: str, *, on: date | None = None) -> Any:
    """The value of one key for a unit on a day."""
    return values(unit, key, on=on)[key]


@dataclass(frozen=True)
class Shown:
    """One line of the settings screen."""

    key: str
    label: str
    help: str
    kind: str
    value: Any
    text: str
    unit_name: str
    inherited: bool
    valid_from: date | None
    legal_basis: str
    source: str


def shown(unit: Unit) -> list[Shown]:
    """Every key with the value that holds for the unit today, and where it comes from."""
    paths, day = ancestors(unit), timezone.localdate()
    stored = list(Policy.objects.filter(unit__path__in=paths).select_related("unit"))
    lines = []
    for key, spec in KEYS.items():
        if spec.whole and unit.parent_id:
            continue
        own = [p for p in stored if p.key == key]
        row = nearest([Row(p.unit.path, p.valid_from, p.value) for p in own], paths, day)
        policy = next(
            (p for p in own if row and p.unit.path == row.path and p.valid_from == row.valid_from), None
        )
        held = policy.value if policy else spec.default
        lines.append(
            Shown(
                key=key,
                label=_(spec.label),
                help=_(spec.help) if spec.help else "",
                kind=spec.kind,
                value=held,
                text=in_words(spec.kind, held),
                unit_name=policy.unit.name if policy else "",
                inherited=not policy or policy.unit_id != unit.pk,
                valid_from=policy.valid_from if policy else None,
                legal_basis=policy.legal_basis if policy else "",
                source=policy.source if policy else _(spec.source),
            )
        )
    return lines


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


SHOWN_TEXT = 160


def in_words(kind: str, held: Any) -> str:
    """A value as a person reads it."""
    if kind == "span":
        words = {
            "working_days": _("working days"),
            "days": _("calendar days"),
            "working_hours": _("working hours"),
            "hours": _("hours"),
        }
        return f"{held['amount']} {words[held['unit']]}"
    if kind == "yes_no":
        return _("Yes") if held else _("No")
    if kind == "percent":
        return f"{held} %" if held else _("Never")
    if kind == "hours":
        if not held:
            return _("Perpres 21/2023")
        return "; ".join(
            f"{_(day)} {', '.join('-'.join(s) for s in spans)}"
            for day, spans in zip(DAYS, held, strict=True)
            if spans
        )
    if kind == "text":
        return str(held) if len(held) <= SHOWN_TEXT else f"{held[:SHOWN_TEXT].rstrip()} …"
    if kind == "classes":
        return ", ".join(_(CLASSES[name]) for name in held) or _("Nothing")
    if kind == "periods":
        return ", ".join(f"{a} – {b}" for a, b in held) or _("None")
    return str(held)


@dataclass(frozen=True)
class DayShown:
    """One line of the calendar. ``kind``: public, cuti_bersama, estimated, ours, worked; ``row``: our row's id or 0."""

    day: date
    name: str
    kind: str
    row: int


def days_of(year: int) -> list[DayShown]:
    """The national days off of a year with our own rows laid over them, in order."""
    found = {
        day: DayShown(day, holiday.name, "estimated" if holiday.estimated else holiday.kind, 0)
        for day, holiday in national_holidays().items()
        if day.year == year
    }
    for ours in Holiday.objects.filter(date__year=year):
        found[ours.date] = DayShown(ours.date, ours.name, "worked" if ours.working else "ours", ours.pk)
    return [found[day] for day in sorted(found)]


def calendar(unit: Unit) -> clock.Calendar:
    """The working calendar of a unit: its zone, its hours as they held from day to day, Ramadan and holidays.

    Two queries, then cached.
    """
    return _office(unit, _rows([unit], CLOCK), _edited())


Offices = Callable[[str, str], clock.Calendar]
"""The working calendar of a unit by its path and its zone."""


def offices() -> Offices:
    """The calendars of all units, for lists of many: two queries, kept for ten seconds."""
    return recalled("offices", _offices)


def _offices() -> Offices:
    rows: dict[str, list[Row]] = {key: [] for key in CLOCK}
    stored = Policy.objects.filter(key__in=CLOCK).values_list("key", "unit__path", "valid_from", "value")
    for key, path, valid_from, value in stored:
        rows[key].append(Row(path, valid_from, value))
    edited, known = _edited(), dict[tuple[str, str], clock.Calendar]()

    def office(path: str, zone: str) -> clock.Calendar:
        if (path, zone) not in known:
            known[path, zone] = _of_path(path, zone, rows, edited)
        return known[path, zone]

    return office


def ends_of(units: Iterable[Unit], key: str) -> dict[int, Callable[[datetime], datetime]]:
    """For each of many units, by its id: when the span of ``key`` ends that begins at a moment. Two queries."""
    listed, edited, day = list(units), _edited(), timezone.localdate()
    rows = _rows(listed, (key, *CLOCK))
    return {
        unit.pk: partial(
            due, span=_held(key, rows[key], ancestors(unit), day), calendar=_office(unit, rows, edited)
        )
        for unit in listed
    }


def _edited() -> tuple[DayRow, ...]:
    return tuple(DayRow(*row) for row in Holiday.objects.values_list("date", "name", "working"))


def _office(unit: Unit, rows: Mapping[str, list[Row]], edited: tuple[DayRow, ...]) -> clock.Calendar:
    return _of_path(unit.path, unit.zone, rows, edited)


def _of_path(
    path: str, zone: str, rows: Mapping[str, list[Row]], edited: tuple[DayRow, ...]
) -> clock.Calendar:
    paths = upwards(path)
    own = {key: [row for row in rows[key] if row.path in paths] for key in CLOCK}
    usual, periods = timeline(own, paths)
    return _calendar(zone, usual, periods, edited)


@lru_cache(maxsize=64)
def _calendar(
    zone: str, hours: Hours, periods: tuple[Period, ...], edited: tuple[DayRow, ...]
) -> clock.Calendar:
    return office_calendar(hours, ZoneInfo(zone), rows=edited, periods=periods)


def due(start: datetime, span: dict[str, Any], calendar: clock.Calendar) -> datetime:
    """When a span that begins at ``start`` ends, in UTC: working days end with the office day."""
    amount = span["amount"]
    if span["unit"] == "working_days":
        return clock.add_working_days(start, amount, calendar)
    if span["unit"] == "working_hours":
        return clock.add_working(start, timedelta(hours=amount), calendar)
    return start + timedelta(**{span["unit"]: amount})


def put_off(
    promised: datetime, pause: tuple[datetime, datetime], span: dict[str, Any], calendar: clock.Calendar
) -> datetime:
    """When a span ends whose clock stood still during a pause: what was left when it began runs from its end.

    A pause that begins when the span has ended changes nothing.
    """
    since, until = pause
    if since >= promised:
        return promised
    if span["unit"] == "working_days":
        left = clock.working_days_between(since, promised, calendar)
        before = (
            until if left else until - timedelta(days=1)
        )  # what ended on that day ends on the day it goes on
        return clock.add_working_days(before, max(left, 1), calendar)
    if span["unit"] == "working_hours":
        return clock.add_working(until, clock.working_between(since, promised, calendar), calendar)
    return until + (promised - since)


_KEPT: dict[Any, tuple[float, Any]] = {}
KEEP_SECONDS = 10.0


def recalled(key: Any, load: Callable[[], Kept]) -> Kept:
    """What ``load`` gives, kept in this process for ten seconds: for values that every message asks for."""
    found = _KEPT.get(key)
    if found is None or time.monotonic() - found[0] > KEEP_SECONDS:
        found = (time.monotonic(), load())
        _KEPT[key] = found
    return found[1]  # type: ignore[no-any-return]


def forget() -> None:
    """Forget what was kept: a value was changed in this process."""
    _KEPT.clear()


def colour() -> str:
    """The colour of the government today, as ``#rrggbb``; kept for ten seconds."""
    return recalled("look.colour", _colour)


def _colour() -> str:
    rows = Policy.objects.filter(key="look.colour", unit__parent=None, valid_from__lte=timezone.localdate())
    chosen = rows.order_by("-valid_from").values_list("value", flat=True).first()
    return str(chosen or KEYS["look.colour"].default)


def hours_facts(unit: Unit) -> list[dict[str, str]]:
    """The office hours that hold for a unit today, and the way to the value that sets them."""
    held = values(unit, "clock.hours", "clock.open_on_holidays")
    said = in_words("hours", held["clock.hours"])
    if held["clock.open_on_holidays"]:
        said = _("%(hours)s, also on holidays") % {"hours": said}
    url = f"{reverse('policy')}?unit={unit.pk}" if unit.active else ""
    return [{"label": _("Office hours"), "value": said, "url": url}]
