"""Whom to tell about a case: the nearest people of a kind who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from mimin.people.models import Person, Role, Unit
from mimin.people.queries import ancestors
from mimin.people.rules import RoleKind, Secrecy, cleared

OVERSEERS = frozenset({RoleKind.INSPECTOR, RoleKind.SECRETARY})
"""Who stands in for everybody else where a case is kept from the units."""


def nearest(unit: Unit, secrecy: int, kinds: Iterable[RoleKind], *, on: date) -> list[Person]:
    """The active people who play one of these parts at the unit or, where nobody does, at the nearest unit above it.

    Only parts that are cleared for the secrecy count, so that whoever is told may see the case that the unit leads; a
    case under oversight is for its overseers alone. One query.
    """
    kept = Secrecy(secrecy)
    asked = OVERSEERS if kept >= Secrecy.OVERSIGHT else frozenset(kinds)
    wanted = [kind for kind in asked if kept in cleared(kind)]
    paths = ancestors(unit)
    roles = (
        Role.objects.filter(unit__path__in=paths, kind__in=wanted, since__lte=on, person__is_active=True)
        .filter(Q(until=None) | Q(until__gte=on))
        .select_related("person", "unit")
        .order_by("person_id")
    )
    found: dict[str, dict[int, Person]] = {}
    for role in roles:
        found.setdefault(role.unit.path, {})[role.person_id] = role.person
    return next((list(found[path].values()) for path in paths if path in found), [])
