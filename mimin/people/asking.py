"""Who asks for a page, and what they may do where."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from mimin.people.models import Person
from mimin.people.queries import held
from mimin.people.rules import MAY, covers, may


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
