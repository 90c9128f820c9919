"""What waits for a person, for the home page: counted in scope, each with the way to it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from mimin.inbox.models import Case, CaseUnit, Reply
from mimin.inbox.queries import CAP, Line, page, seen
from mimin.inbox.states import WORKING
from mimin.inbox.terms import terms_of
from mimin.people.models import Person
from mimin.people.queries import held, root, sights, subtree
from mimin.people.rules import MAY, Secrecy


def to_approve(person: Person, *, size: int = 10) -> list[Reply]:
    """Answers that wait for this person's approval, the oldest first; never the person's own."""
    return list(_submitted(person).select_related("case", "author", "unit").order_by("id")[:size])


def approvals(person: Person) -> int:
    """How many answers wait for this person's approval, at most CAP."""
    return _submitted(person)[:CAP].count()


def _submitted(person: Person) -> QuerySet[Reply]:
    paths = {h.path for h in held(person) if h.kind in MAY["case.approve"]}
    seen_cases = Case.objects.filter(seen(person))
    return Reply.objects.filter(state="submitted", case__in=seen_cases, unit__in=subtree(paths)).exclude(
        author=person
    )


def returned_to(person: Person, *, size: int = 10) -> list[Reply]:
    """The person's own answers that came back with something to change."""
    return [reply for reply in _drafts(person, size * 5) if reply.returned_because][:size]


def begun_by(person: Person, *, size: int = 10) -> list[Reply]:
    """The person's own answers that were begun and never handed in, in cases in which the citizen still waits."""
    found = _drafts(person, size * 5)
    return [r for r in found if not r.returned_because and r.case.state in WORKING][:size]


def _drafts(person: Person, size: int) -> list[Reply]:
    rows = Reply.objects.filter(seen(person, "case__"), author=person, state="draft")
    return list(rows.select_related("case").order_by("id")[:size])


def most_late(person: Person, now: datetime) -> Line | None:
    """The case in which a citizen has waited longest past the promise."""
    found = page(person, view="late", now=now, size=1).cases
    return found[0] if found else None


def overseen(person: Person) -> tuple[int, int]:
    """How many cases under oversight wait for this person (at most CAP), and the unit that holds them.

    No query for whoever is not cleared.
    """
    closest = {s for sight in sights(person) for s in sight.secrecies if s >= Secrecy.OVERSIGHT}
    if not closest:
        return 0, 0
    holder = terms_of(root()).overseer(min(closest))
    rows = CaseUnit.objects.filter(
        unit=holder, part=CaseUnit.Part.LEAD, state__in=WORKING, secrecy__in=closest,
        case__in=Case.objects.filter(seen(person)),
    )  # fmt: skip
    return rows[:CAP].count(), holder
