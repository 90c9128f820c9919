"""How many cases came in and were answered, day by day, for the home page.

A person's numbers count the cases that a unit of theirs leads, of the secrecies that they are cleared for. Each day is
one range of an index that holds everything the count looks at; what it costs grows with the days asked for, never with
what lies before them (docs/decisions/0017-counted-when-looked-at.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from mimin.inbox.models import Case
from mimin.people.models import Person
from mimin.people.queries import sights

Span = tuple[datetime, datetime]
"""From a moment to just before another."""


class Day(NamedTuple):
    """What happened in one span: cases that came in, and cases that got their first answer."""

    arrived: int
    answered: int


class Promised(NamedTuple):
    """Of the cases answered in a span: how many within the promised time and not taken up again since, and how many in
    all."""

    in_time: int
    answered: int


def by_day(person: Person, spans: Sequence[Span]) -> list[Day]:
    """What came in and was answered in each span. One query, whatever the number of cases."""
    return [Day(*pair) for pair in _pairs(person, spans, ("opened_at", ""), ("answered_at", ""))]


def kept(person: Person, *spans: Span) -> list[Promised]:
    """How the promised time was kept in each span, where a promise of ours ran. One query."""
    ways = (
        ("answered_at", " AND answered_at <= due_at AND reopened = 0"),
        ("answered_at", " AND due_at IS NOT NULL"),
    )
    return [Promised(*pair) for pair in _pairs(person, spans, *ways)]


def _pairs(person: Person, spans: Sequence[Span], *ways: tuple[str, str]) -> list[tuple[int, int]]:
    """Two counts a span, each of the cases by a column and what else must hold."""
    scope = _led(person)
    if not scope or not spans:
        return [(0, 0) for _span in spans]
    counts = ", ".join(
        f"(SELECT COUNT(*) FROM mimin_case WHERE {column} >= %s AND {column} < %s{more} AND ({scope}))"  # noqa: S608
        for column, more in ways
        for _span in spans
    )
    put = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [put(edge) for edge in [e for span in spans for e in span] * 2])
        found = cursor.fetchone()
    return list(zip(found[: len(spans)], found[len(spans) :], strict=True))


def _led(person: Person) -> str:
    """The condition that a unit of the person leads the case, and that they are cleared for it; "" for nobody.

    The plus keeps both databases from walking through all cases of a unit instead of the days that are asked for.
    """
    ways = []
    for sight in sights(person):
        cleared = f"secrecy IN ({', '.join(str(int(s)) for s in sorted(sight.secrecies))})"
        if sight.units is None:
            ways.append(cleared)
        elif sight.units:
            ways.append(f"{cleared} AND +lead_id IN ({', '.join(str(int(u)) for u in sight.units)})")
    return " OR ".join(ways)


def first_day() -> datetime | None:
    """When the oldest case that Mimin knows came in: before it nothing was counted."""
    return Case.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
