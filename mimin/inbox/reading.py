"""What a person has read: noted when they open a case, and only where something new stands in it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import OperationalError

from mimin.inbox.models import Case, CaseSeen
from mimin.inbox.queries import Line
from mimin.inbox.rules import unread as is_unread
from mimin.people.models import Person


def opened(*, case: Case, by: Person) -> bool:
    """Note that a person has read a case (of ``find_case``) up to what it shows now; whether anything was new to them.

    What comes in while they read is newer than what is noted, and stays unread. No record: who looks is not evidence.
    """
    if case.heard_at is None or (case.read_to is not None and case.read_to >= case.heard_at):
        return False
    try:
        CaseSeen.objects.bulk_create(
            [CaseSeen(person=by, case=case, at=case.heard_at)],
            update_conflicts=True,
            unique_fields=["person", "case"],
            update_fields=["at"],
        )
    except OperationalError:  # a full disk: the case must open all the same
        return False
    return True


def unread(person: Person, cases: Sequence[Line]) -> frozenset[int]:
    """Of these lines those that the person has not read to the end. One query, none where nobody waits."""
    waiting = [case for case in cases if is_unread(case.rank, case.heard_at, None)]
    if not waiting:
        return frozenset()
    rows = CaseSeen.objects.filter(person=person, case__in=[case.pk for case in waiting])
    seen = dict(rows.values_list("case_id", "at"))
    return frozenset(case.pk for case in waiting if is_unread(case.rank, case.heard_at, seen.get(case.pk)))
