"""Who holds which role, and what that lets them see."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from mimin.people.models import Person, Role, Unit
from mimin.people.rules import LOOKING, Held, RoleKind, Secrecy, cleared

_WIDTH = 6


def held(person: Person, *, on: date | None = None) -> tuple[Held, ...]:
    """The person's roles in force today (one query, kept on the person for the request)."""
    known: tuple[Held, ...] | None = getattr(person, "_held", None)
    if known is None or on is not None:
        rows = (
            Role.objects.filter(in_force(on or timezone.localdate()), person=person)
            .values_list("kind", "unit_id", "unit__path", "unit__short")
            .order_by("unit__path", "kind")
        )
        known = tuple(Held(RoleKind(kind), unit, path, short) for kind, unit, path, short in rows)
        person._held = known  # type: ignore[attr-defined]
    return known


def in_force(day: date) -> Q:
    """The condition that a role runs on a day."""
    return Q(since__lte=day) & not_over(day)


def not_over(day: date) -> Q:
    """The condition that a role runs on a day or is still to come."""
    return Q(until=None) | Q(until__gte=day)


def anybody_cleared(unit: Unit, secrecy: Secrecy) -> bool:
    """Whether an active person holds a role today that reaches the unit and may see what is kept so closely."""
    kinds = [kind for kind in RoleKind if secrecy in cleared(kind)]
    return Role.objects.filter(
        in_force(timezone.localdate()),
        kind__in=kinds,
        unit__path__in=ancestors(unit),
        person__is_active=True,
    ).exists()


def people_playing(kinds: Collection[RoleKind], paths: Collection[str]) -> QuerySet[Person]:
    """Active people who hold a role of one of the kinds today, at exactly one of the units."""
    roles = Role.objects.filter(in_force(timezone.localdate()), kind__in=kinds, unit__path__in=paths)
    return Person.objects.filter(is_active=True, pk__in=roles.values("person"))


def staff_of(unit: Unit) -> QuerySet[Role]:
    """The parts at a unit that are not over, those to come too."""
    return Role.objects.filter(not_over(timezone.localdate()), unit=unit).select_related("person", "unit")


def parts_of(person: Person) -> QuerySet[Role]:
    """The parts of a person that are not over, those to come too."""
    rows = Role.objects.filter(not_over(timezone.localdate()), person=person)
    return rows.select_related("unit").order_by("unit__path", "kind")


def parts_at(paths: Collection[str]) -> QuerySet[Role]:
    """The parts that active people hold today at exactly these units."""
    return Role.objects.filter(in_force(timezone.localdate()), unit__path__in=paths, person__is_active=True)


@dataclass(frozen=True)
class Sight:
    """What one role opens: every case where one of ``units`` takes part (None: all units), of these secrecies."""

    units: tuple[int, ...] | None
    secrecies: frozenset[Secrecy]

    @property
    def oversees(self) -> bool:
        """Whether it opens what is kept from the units themselves."""
        return any(secrecy >= Secrecy.OVERSIGHT for secrecy in self.secrecies)


def sights(person: Person) -> tuple[Sight, ...]:
    """What the person may see, one entry a distinct clearance; two queries at most."""
    known: tuple[Sight, ...] | None = getattr(person, "_sights", None)
    if known is None:
        known = _sights(held(person), person.looking_at) if person.is_active else ()
        person._sights = known  # type: ignore[attr-defined]
    return known


def _sights(roles: tuple[Held, ...], looking: str) -> tuple[Sight, ...]:
    by_clearance: dict[frozenset[Secrecy], set[str]] = {}
    for role in roles:
        if path := _looked_at(role.path, looking):
            by_clearance.setdefault(cleared(role.kind), set()).add(path)
    if not by_clearance:
        return ()
    below = subtree({p for paths in by_clearance.values() for p in paths if len(p) > _WIDTH + 1})
    units = list(below.values_list("id", "path"))
    found = []
    for secrecies, paths in by_clearance.items():
        if any(len(p) <= _WIDTH + 1 for p in paths):
            found.append(Sight(None, secrecies))
        else:
            found.append(Sight(tuple(i for i, path in units if path.startswith(tuple(paths))), secrecies))
    return tuple(found)


def _looked_at(path: str, looking: str) -> str:
    """What of a role's unit and all below it lies in what is looked at; "" for nothing."""
    if path.startswith(looking):
        return path
    return looking if looking.startswith(path) else ""


def paths_seen(person: Person) -> set[str]:
    """The units from which downwards lists show the person something."""
    return {path for role in held(person) if (path := _looked_at(role.path, person.looking_at))}


def narrowed(person: Person, path: str) -> Person:
    """A copy of the person who looks at one unit and all below it; of one who looks at all where the path is ""."""
    found = copy(person)
    found.looking_at = path
    for kept in ("_sights", "_counts"):
        found.__dict__.pop(kept, None)
    return found


def subtree(paths: set[str]) -> QuerySet[Unit]:
    """The units at and below the paths, by range: LIKE would not use the index."""
    return Unit.objects.filter(at_or_below(paths, "path")) if paths else Unit.objects.none()


def ancestors(unit: Unit) -> list[str]:
    """The paths of the unit and of all above it, the nearest first."""
    return upwards(unit.path)


def upwards(path: str) -> list[str]:
    """The path of a unit and those of all above it, the nearest first."""
    return [path[:end] for end in range(len(path), 0, -_WIDTH - 1)]


def units_of(person: Person) -> QuerySet[Unit]:
    """Every active unit that a role of the person covers."""
    return subtree({h.path for h in held(person)}).filter(active=True)


def at_or_below(paths: set[str], column: str) -> Q:
    """The condition that the unit path in ``column`` lies at or below one of the paths; none of them: nothing."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{column}__gte": path, f"{column}__lt": path + "\uffff"})
    return condition


def people_within(paths: set[str]) -> QuerySet[Person]:
    """Who holds a part at or below one of the paths, past parts too; the government's top reaches everybody."""
    if any(len(path) <= _WIDTH + 1 for path in paths):
        return Person.objects.all()
    return Person.objects.filter(
        pk__in=Role.objects.filter(at_or_below(paths, "unit__path")).values("person")
    )


def people_along(unit: Unit) -> QuerySet[Person]:
    """Active people who work today at the unit, at one above it or at one below it; who only looks is none of them."""
    along = Q(unit__path__in=ancestors(unit)) | at_or_below({unit.path}, "unit__path")
    working = Role.objects.filter(along, in_force(timezone.localdate())).exclude(kind__in=LOOKING)
    return Person.objects.filter(is_active=True, pk__in=working.values("person"))


def root() -> Unit:
    """The government itself: the top of the tree. Raises Unit.DoesNotExist before the first set-up."""
    return Unit.objects.get(parent=None)


def top_path() -> str:
    """The path of the government itself; "" before the first set-up, where nobody holds a part."""
    return Unit.objects.filter(parent=None).values_list("path", flat=True).first() or ""
