"""What waits for a person, for the home page: counted in scope, each with the way to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q

from mimin.inbox.models import Case, Reply
from mimin.inbox.queries import Line, page, seen
from mimin.people.models import Person
from mimin.people.queries import held, subtree
from mimin.people.rules import MAY


def to_approve(person: Person, *, size: int = 10) -> list[Reply]:
    """Answers that wait for this person's approval, the oldest first; never the person's own."""
    paths = {h.path for h in held(person) if h.kind in MAY["case.approve"]}
    rows = Reply.objects.filter(
        state="submitted", case__in=Case.objects.filter(seen(person)), unit__in=subtree(paths)
    )
    return list(rows.exclude(author=person).select_related("case", "author", "unit").order_by("id")[:size])


def returned_to(person: Person, *, size: int = 10) -> list[Reply]:
    """The person's own answers that came back with something to change."""
    rows = Reply.objects.filter(seen(person, "case__"), author=person, state="draft")
    return [r for r in rows.select_related("case").order_by("id")[: size * 5] if r.returned_because][:size]


def most_late(person: Person, now: datetime) -> Line | None:
    """The case in which a citizen has waited longest past the promise."""
    found = page(person, view="late", now=now, size=1).cases
    return found[0] if found else None


def answered_in_time(person: Person, now: datetime, *, days: int = 7) -> tuple[int, int]:
    """Of the cases answered in the last days: how many within their deadline, and how many in all."""
    rows = Case.objects.filter(seen(person), answered_at__gte=now - timedelta(days=days))
    in_time = rows.filter(Q(answered_at__lte=F("due_at"))).count()
    return in_time, rows.count()
