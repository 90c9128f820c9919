"""Who asks for a page, and what they may do where."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from mimin.people.models import Person, Unit
from mimin.people.queries import held, subtree, top_path
from mimin.people.rules import MAY, RoleKind, covers, may, may_give


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; login_required stands before every view that asks."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def demand(person: Person, verb: str, *paths: str) -> None:
    """Raise PermissionDenied unless a role of the person allows the verb at one of the units (anywhere without one)."""
    if not may(held(person), verb, *paths):
        raise PermissionDenied


def reach(person: Person, verb: str) -> set[str]:
    """The paths of the units from which downwards the person may do something; empty for "nowhere"."""
    return {role.path for role in held(person) if role.kind in MAY[verb]}


def reaches(person: Person, verb: str, paths: list[str]) -> bool:
    """Whether the person may do something at every one of the units, not only at one of them."""
    return all(any(covers(own, path) for own in reach(person, verb)) for path in paths)


def manages_wholly(person: Person, other: Person) -> bool:
    """Whether the person manages every part of the other: nobody resets the password of who stands above them."""
    paths = list(other.roles.values_list("unit__path", flat=True)) or [top_path()]
    return reaches(person, "person.manage", paths)


def managed_units(person: Person) -> QuerySet[Unit]:
    """The active units whose people the person manages, by name."""
    return subtree(reach(person, "person.manage")).filter(active=True).order_by("name")


def givable(person: Person) -> list[RoleKind]:
    """The parts that the person may give somewhere."""
    own, top = held(person), top_path()
    return [kind for kind in RoleKind if any(may_give(own, kind, role.path, top) for role in own)]
