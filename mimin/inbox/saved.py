"""Which saved replies a person sees: those of their units, of every unit above and below; and which fit a case."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q, QuerySet

from mimin.inbox.models import Case, SavedReply
from mimin.inbox.rules import fit
from mimin.people.asking import reach
from mimin.people.models import Person
from mimin.people.queries import at_or_below, held, upwards
from mimin.people.rules import covers

SHOWN = 30
"""So many are offered at once; others are found by their titles."""
PAGE = 50


class Offer(NamedTuple):
    """A saved reply as a case's page offers it; ``fit``: see ``rules.fit``."""

    pk: int
    title: str
    unit: str
    fit: int


def seen(person: Person) -> QuerySet[SavedReply]:
    """Those of the units along the person's parts: a role covers what is below it, and what is above holds for it."""
    paths = {role.path for role in held(person)}
    above = {up for path in paths for up in upwards(path)}
    return SavedReply.objects.filter(Q(unit__path__in=above) | at_or_below(paths, "unit__path"))


def may_change(person: Person, saved: SavedReply) -> bool:
    """Whether the person may change or remove it."""
    return any(covers(path, saved.unit.path) for path in reach(person, "reply.save"))


def around(person: Person, case: Case) -> QuerySet[SavedReply]:
    """Those of the unit that leads the case, of the person's own units and of every unit above, as far as seen."""
    along = {up for path in (case.lead.path, *(role.path for role in held(person))) for up in upwards(path)}
    return seen(person).filter(unit__path__in=along)


def offers(person: Person, case: Case, *, look: str = "") -> list[Offer]:
    """What can be put into an answer: what fits the case best, then the nearest unit's, then what is used most.

    One query, whatever there is; it reads no text. ``look``: words of the title.
    """
    rows = around(person, case)
    for word in look.split():
        rows = rows.filter(title__icontains=word)
    found = [
        ((-fits, -len(path), -used, title), Offer(pk, title, unit, fits))
        for pk, title, unit, path, affair, klass, used in rows.values_list(
            "pk", "title", "unit__short", "unit__path", "affair", "klass", "used"
        )
        for fits in [fit(affair, klass, to_affair=case.affair, to_klass=case.klass)]
    ]
    return [offer for _order, offer in sorted(found)]


def page(person: Person, *, unit: int = 0, look: str = "", after: int = 0) -> tuple[list[SavedReply], int]:
    """One page of the list, the lowest unit first; and the row to go on from (0 at the end)."""
    rows = seen(person).select_related("unit").order_by("-unit__path", "title")
    if unit:
        rows = rows.filter(unit=unit)
    for word in look.split():
        rows = rows.filter(title__icontains=word)
    if after and (last := seen(person).select_related("unit").filter(pk=after).first()):
        path = last.unit.path
        rows = rows.filter(Q(unit__path__lt=path) | Q(unit__path=path, title__gt=last.title))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0
