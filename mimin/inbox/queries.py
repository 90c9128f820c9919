"""What a person may see of the inbox. Every function here takes the person; nothing else reads cases for a screen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mimin.inbox.models import Case, CaseSeen, CaseUnit, Message
from mimin.inbox.rules import HELPS, LAST, VIEWS, Standing, verbs
from mimin.language.understand import prepare
from mimin.people.models import Person
from mimin.people.queries import Sight, held, sights
from mimin.people.rules import MAY, Secrecy, cleared, covers

CAP = 1000
"""Counts stop here: a person needs to know "more than a thousand", not how many more."""
TURNS = 50
"""So many messages of a case on one page."""
MERGED = 100
"""Up to so many units a person's lists are merged, each read in order of its index; more are read as one."""

WORKED = ("mine", "late", "new", "unread")
"""Views of what the person's units must do something about, not of what they are only informed of."""
UNREAD = (
    "EXISTS (SELECT 1 FROM mimin_case k WHERE k.id = {case} AND k.heard_at IS NOT NULL AND NOT EXISTS ("
    "SELECT 1 FROM mimin_caseseen s WHERE s.case_id = k.id AND s.person_id = %s AND s.at >= k.heard_at))"
)
"""Asked of each case in the order of the list, so that a page is read no further than it is long."""
OPENING = (CaseUnit.Part.LEAD, CaseUnit.Part.HELPER)
"""The parts that open a case under oversight: the accused unit keeps its trail as ``former``."""


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; 0 and "" mean all. ``unread_by``: what this person has not read to its end."""

    unit: int = 0
    channel: int = 0
    affair: str = ""
    holder: int = 0
    unread_by: int = 0


class Line(NamedTuple):
    """A case as a list shows it: only what a row prints, read without building models."""

    pk: int
    title: str
    state: str
    secrecy: int
    urgency: str
    opened_at: datetime
    channel: str
    platform: str
    unit: str
    path: str
    zone: str
    rank: int
    holder: str | None
    heard_at: datetime | None
    erased_at: datetime | None
    others: int | None
    """How many cases were merged into it; None for none."""


_LINE = (
    "pk", "title", "state", "secrecy", "urgency", "opened_at", "channel__name", "channel__platform",
    "lead__name", "lead__path", "lead__zone", "rank", "holder__label", "heard_at", "erased_at",
    "others",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One keyset page: the cases in order, and the key to go on from ("" at the end)."""

    cases: tuple[Line, ...]
    after: str


def seen(person: Person, case: str = "") -> Q:
    """The scope rule as a condition: where a unit of the person takes part, of a secrecy they are cleared for.

    Under oversight a unit that only had the case or is only informed opens nothing: it may be the accused one.
    ``case`` is the way to the case from the rows that are filtered ("" on Case itself, "case__" on Message or Reply).
    """
    condition = Q(pk__in=[])
    key = OuterRef(f"{case}pk" if not case else case.removesuffix("__"))
    for sight in sights(person):
        part = Q(**{f"{case}secrecy__in": sorted(sight.secrecies)})
        if sight.units is not None:
            parts = CaseUnit.objects.filter(case=key, unit__in=sight.units)
            if sight.oversees:
                parts = parts.filter(Q(secrecy__lt=Secrecy.OVERSIGHT) | Q(part__in=OPENING))
            part = part & Q(Exists(parts))
        condition |= part
    return condition


def find_case(person: Person, pk: int) -> Case:
    """One case, with how many ``others`` were merged into it; Case.DoesNotExist also when it is there and the person
    may not know."""
    rows = Case.objects.select_related("channel", "channel__unit", "lead", "holder", "about")
    read = CaseSeen.objects.filter(case=OuterRef("pk"), person=person).values("at")
    rows = rows.annotate(read_to=Subquery(read), others=_others())  # type: ignore[no-redef]
    return rows.prefetch_related("pauses", "promises").get(seen(person), pk=pk)


def _others() -> Subquery:
    """How many cases were merged into each."""
    merged = Case.objects.filter(main=OuterRef("pk")).order_by()
    return Subquery(merged.annotate(counted=Func("pk", function="COUNT")).values("counted"))


def find_message(person: Person, pk: int) -> Message:
    """One message of a case that the person may see."""
    return Message.objects.select_related("case", "case__lead").get(seen(person, "case__"), pk=pk)


def page(
    person: Person, *, view: str, now: datetime, filters: Filters = Filters(), after: str = "", size: int = 50
) -> Page:
    """One page of a view: the most overdue first. Two queries, whatever the number of cases."""
    filters, (low, high) = _of_view(person, view, filters), VIEWS[view]
    if view == "late":
        high = int(now.timestamp())
    rank, pk = (int(x) for x in after.rsplit("-", 1)) if after else (low or -1, -1)
    keys = _keys(person, view=view, filters=filters, start=(rank, pk), high=high or LAST, size=size + 1)
    cases = lines([pk for _rank, pk in keys[:size]])
    return Page(cases, f"{keys[size - 1][0]}-{keys[size - 1][1]}" if len(keys) > size else "")


def _of_view(person: Person, view: str, filters: Filters) -> Filters:
    if view == "unread":
        return replace(filters, unread_by=person.pk)
    return replace(filters, holder=person.pk) if view == "held" else filters


def _keys(
    person: Person, *, view: str, filters: Filters, start: tuple[int, int], high: int, size: int
) -> list[tuple[int, int]]:
    """The (rank, id) keys of a page, in order."""
    sql, values = _merged(person, view=view, filters=filters, start=start, high=high, size=size)
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [(int(rank), int(pk)) for rank, pk in cursor.fetchall()]


def _merged(
    person: Person, *, view: str, filters: Filters, start: tuple[int, int], high: int, size: int
) -> tuple[str, list[Any]]:
    """SQL of the keys: each list of one unit is read in index order, and the lists are merged."""
    parts: list[str] = []
    values: list[Any] = []
    for sight in sights(person):
        for units in _lists(sight, filters):
            sql, given = _one_list(
                units, sight, view=view, filters=filters, start=start, high=high, size=size
            )
            parts.append(f"SELECT * FROM ({sql}) AS u{len(parts)}")  # noqa: S608
            values += given
    if len(parts) < 2:
        return (sql, values) if parts else ("", [])
    both = " UNION ALL ".join(parts)
    merged = f"SELECT DISTINCT rank, id FROM ({both}) AS merged ORDER BY rank, id LIMIT %s"  # noqa: S608
    return merged, [*values, size]


def _lists(sight: Sight, filters: Filters) -> list[tuple[int, ...] | None]:
    """The units whose lists are merged; one None means the list of all cases.

    Many units (a department with hundreds of schools) are one list: a database merges only so many. What is narrowed to
    a channel or a holder is one list too, read in the order of theirs.
    """
    scopes = _scopes(sight, filters)
    if filters.channel or filters.holder:
        return scopes
    if len(scopes) == 1 and scopes[0] is not None and len(scopes[0]) <= MERGED:
        return [(unit,) for unit in scopes[0]]
    return scopes


def _scopes(sight: Sight, filters: Filters) -> list[tuple[int, ...] | None]:
    """The units of a sight that the filters leave, as one group; None for every case, nothing where none is left."""
    if sight.units is None:
        return [(filters.unit,) if filters.unit else None]
    if filters.unit:
        return [(filters.unit,)] if filters.unit in sight.units else []
    return [sight.units] if sight.units else []


def _source(units: tuple[int, ...] | None, filters: Filters) -> tuple[str, str]:
    """The table to read as ``c``, and its column of the case."""
    whole = units is None or filters.channel or filters.holder
    return ("mimin_case c", "c.id") if whole else ("mimin_caseunit c", "c.case_id")


def _one_list(
    units: tuple[int, ...] | None,
    sight: Sight,
    *,
    view: str,
    filters: Filters,
    start: tuple[int, int],
    high: int,
    size: int,
) -> tuple[str, list[Any]]:
    (table, key), (where, values) = _source(units, filters), _where(units, sight, view=view, filters=filters)
    once = _once(units, key)
    sql = (
        f"SELECT {once}c.rank AS rank, {key} AS id FROM {table} WHERE {where} "  # noqa: S608
        f"AND (c.rank, {key}) > (%s, %s) AND c.rank < %s ORDER BY c.rank, {key} LIMIT %s"
    )
    return sql, [*values, *start, high, size]


def _where(
    units: tuple[int, ...] | None, sight: Sight, *, view: str, filters: Filters
) -> tuple[str, list[Any]]:
    """What a sight, a view and the filters let through, but for the range of ranks."""
    where = [f"c.secrecy IN ({', '.join(str(int(s)) for s in sorted(sight.secrecies))})"]
    _table, key = _source(units, filters)
    values: list[Any] = []
    if view == "new":
        where.append("c.state = 'new'")
    if filters.channel or filters.affair or filters.holder:
        narrowed, values = _narrowed(filters)
        inside = f"c.case_id IN (SELECT id FROM mimin_case WHERE {narrowed})"  # noqa: S608
        where.append(narrowed if key == "c.id" else inside)
    if filters.unread_by:
        where.append(UNREAD.format(case=key))
        values.append(filters.unread_by)
    if units is not None:
        part = "c" if key == "c.case_id" else "p"
        taken = f"{part}.unit_id IN ({', '.join(['%s'] * len(units))})"
        if sight.units is not None and sight.oversees:
            taken += f" AND (c.secrecy < {int(Secrecy.OVERSIGHT)} OR {part}.part IN ('lead', 'helper'))"
        if view in WORKED:
            taken += f" AND {part}.part IN ('lead', 'helper')"
        beside = f"EXISTS (SELECT 1 FROM mimin_caseunit p WHERE p.case_id = c.id AND {taken})"  # noqa: S608
        where.append(taken if part == "c" else beside)
        values += units
    return " AND ".join(where), values


def _once(units: tuple[int, ...] | None, key: str) -> str:
    """A case in which several of the units take part is one line."""
    return "DISTINCT " if units is not None and len(units) > 1 and key == "c.case_id" else ""


def _narrowed(filters: Filters) -> tuple[str, list[Any]]:
    where: list[str] = []
    values: list[Any] = []
    if filters.channel:
        where.append("channel_id = %s")
        values.append(filters.channel)
    if filters.affair:
        where.append("affair = %s")
        values.append(filters.affair)
    if filters.holder:
        where.append("holder_id = %s")
        values.append(filters.holder)
    return " AND ".join(where), values


def count(person: Person, *, view: str, now: datetime, filters: Filters = Filters()) -> int:
    """How many cases a view holds for the person, counted up to CAP by the database."""
    return _counted([_counting(person, view=view, now=now, filters=filters)])[0]


def _counting(
    person: Person, *, view: str, now: datetime, filters: Filters = Filters()
) -> tuple[str, list[Any]]:
    """SQL that counts what a view holds, up to CAP in each list."""
    filters, (low, high) = _of_view(person, view, filters), VIEWS[view]
    high = int(now.timestamp()) if view == "late" else high
    parts: list[str] = []
    values: list[Any] = []
    for sight in sights(person):
        for units in _scopes(sight, filters):
            where, given = _where(units, sight, view=view, filters=filters)
            table, key = _source(units, filters)
            once = _once(units, key)
            parts.append(
                f"SELECT * FROM (SELECT {once}{key} AS id FROM {table} WHERE {where} "  # noqa: S608
                f"AND c.rank > %s AND c.rank < %s LIMIT %s) AS u{len(parts)}"
            )
            values += [*given, low or -1, high or LAST, CAP]
    return (f"SELECT COUNT(*) FROM ({' UNION '.join(parts)}) AS counted", values) if parts else ("0", [])  # noqa: S608


def _counted(asked: Sequence[tuple[str, list[Any]]]) -> list[int]:
    """Several counts in one query, each at most CAP."""
    with connection.cursor() as cursor:
        columns = ", ".join(f"({sql})" for sql, _values in asked)
        cursor.execute(f"SELECT {columns}", [value for _sql, values in asked for value in values])
        return [min(int(number), CAP) for number in cursor.fetchone()]


def counts(person: Person, *, now: datetime | None = None) -> dict[str, str]:
    """How many cases wait for the person, are late and are new, as words; "" for none. One query, kept for the
    request."""
    known: dict[str, str] | None = getattr(person, "_counts", None)
    if known is None:
        moment, views = now or timezone.now(), ("mine", "late", "new")
        found = _counted([_counting(person, view=view, now=moment) for view in views])
        known = {view: _capped(number) for view, number in zip(views, found, strict=True)}
        person._counts = known  # type: ignore[attr-defined]
    return known


def _capped(number: int) -> str:
    if number >= CAP:
        return f"{CAP}+"
    return str(number) if number else ""


def lines(pks: Sequence[int]) -> tuple[Line, ...]:
    """The lines of these cases, in the order given. The caller has decided that the person may see them."""
    rows = Case.objects.filter(pk__in=pks).annotate(others=_others())
    found = {row[0]: Line(*row) for row in rows.values_list(*_LINE)}
    return tuple(found[pk] for pk in pks if pk in found)


def standing(person: Person, case: Case) -> Standing:
    """Which rights the person has in this case: by a role at a unit that takes part, of a kind cleared for it."""
    return standings(person, [case])[case.pk]


def standings(person: Person, cases: Sequence[Case]) -> dict[int, Standing]:
    """The same for several cases, by their ids; the units that take part are asked for once."""
    parts: dict[int, list[tuple[str, str]]] = {case.pk: [] for case in cases}
    working = CaseUnit.objects.filter(case__in=list(parts), part__in=OPENING)
    for case, path, part in working.values_list("case_id", "unit__path", "part"):
        parts[case].append((path, part))
    return {case.pk: _standing(person, Secrecy(case.secrecy), parts[case.pk]) for case in cases}


def _standing(person: Person, secrecy: Secrecy, parts: Sequence[tuple[str, str]]) -> Standing:
    rights: set[str] = set()
    for role in held(person):
        reached = {part for path, part in parts if covers(role.path, path)}
        if not reached or secrecy not in cleared(role.kind):
            continue
        own = {verb for verb, kinds in MAY.items() if role.kind in kinds}
        rights |= own if CaseUnit.Part.LEAD in reached else own & HELPS
    return Standing(frozenset(rights))


def allowed(person: Person, case: Case) -> tuple[str, ...]:
    """The verbs that the case's state and the person's rights both allow."""
    return verbs(case.state, standing(person, case))


def conversation(case: Case) -> QuerySet[Message]:
    """What was said in a case, oldest first; the sealed words come along where nothing else holds them."""
    rows = Message.objects.filter(case=case).order_by("sent_at", "pk")
    return rows if case.secrecy >= Secrecy.SECRET else rows.defer("raw")


def turns(case: Case, *, before: int = 0) -> tuple[list[Message], int]:
    """The newest messages of a case, or the newest before the message of this id, oldest first; and the id before which
    there are more (0 at the beginning)."""
    rows = conversation(case)
    if before and (edge := Message.objects.filter(case=case, pk=before).values_list("sent_at").first()):
        rows = rows.filter(Q(sent_at__lt=edge[0]) | Q(sent_at=edge[0], pk__lt=before))
    found = list(rows.order_by("-sent_at", "-pk")[: TURNS + 1])
    return found[:TURNS][::-1], found[TURNS - 1].pk if len(found) > TURNS else 0


def told(message: Message) -> str:
    """The masked text of a message, opened from its seal where the searchable column holds none.

    Where the sealed words were left in the database (see ``conversation``) there are no others.
    """
    if "raw" in message.get_deferred_fields():
        return message.text
    return message.text or prepare(json.loads(message.raw)["text"]).text
