"""ladder: before a promise is broken its holder is reminded, when it is the head and then the coordinator are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mimin.desk import notices
from mimin.evidence.actions import Entry, record_many
from mimin.inbox import ladder
from mimin.inbox.models import Case, Rung
from mimin.lib.store import lock
from mimin.people.models import Person

AT_MOST = 500
"""Cases in one transaction."""
ROUNDS = 10


def climb() -> int:
    """Take every step that is due; returns how many cases were looked at. Safe to run twice, and on two machines."""
    looked = 0
    for _round in range(ROUNDS):
        found = _climb(timezone.now())
        looked += found
        if found < AT_MOST:
            break
    return looked


@transaction.atomic
def _climb(at: datetime) -> int:
    lock("ladder")
    due = Case.objects.filter(remind_at__lte=at).select_related("lead", "holder").order_by("remind_at", "pk")
    cases = list(due[:AT_MOST])
    taken = _taken(cases)
    told: dict[tuple[Person, str], list[Case]] = defaultdict(list)
    known: dict[tuple[object, ...], list[Person]] = {}
    rungs: list[Rung] = []
    entries: list[Entry] = []
    for case in cases:
        for step, promised in _steps(case, taken, at):
            alike = (case.lead_id, case.holder_id, case.secrecy, step)
            if alike not in known:
                known[alike] = ladder.whom(case, step, on=timezone.localdate(at))
            people = known[alike]
            rungs.append(Rung(case=case, step=step, promised=promised, at=at))
            entries.append(ladder.reminder(case, step, people, at))
            for person in people:
                told[person, step].append(case)
    Rung.objects.bulk_create(rungs)
    record_many(entries)
    for (person, step), about in told.items():
        notices.remind(person, step, about, at=at)
    return len(cases)


def _taken(cases: Iterable[Case]) -> set[tuple[int, str, datetime]]:
    return set(Rung.objects.filter(case__in=list(cases)).values_list("case", "step", "promised"))


def _steps(case: Case, taken: set[tuple[int, str, datetime]], at: datetime) -> list[tuple[str, datetime]]:
    """The steps to take now, each with the promise that it is about; and when to look at the case again is noted."""
    promise = ladder.promise_of(case)
    later = ladder.next_look(*promise, at) if promise else None
    # Only as it was seen: a promise that was made a moment ago has its own moment.
    Case.objects.filter(pk=case.pk, remind_at=case.remind_at).update(remind_at=later)
    if promise is None:
        return []
    until, terms = promise
    done = {step for pk, step, promised in taken if (pk, promised) == (case.pk, until)}
    return [(step, until) for step in ladder.steps_now(until, terms, done, at)]
