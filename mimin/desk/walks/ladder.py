"""ladder: before a promised time is over who works on it is reminded, when it is the head and then the coordinator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mimin.desk import notices
from mimin.desk.reminders import REMINDS
from mimin.evidence.actions import Entry, record_many
from mimin.inbox import ladder
from mimin.inbox.ladder import Running
from mimin.inbox.models import Case, Rung
from mimin.lib.store import lock
from mimin.people.models import Person

AT_MOST = 500
"""Cases in one transaction."""
ROUNDS = 10

Key = tuple[int, str, int, datetime]
"""Of one promised time: its case, what its clock counts to, of which row, and until when."""


def climb() -> int:
    """Take every step that is due; returns how many cases were looked at. Safe to run twice, and on two machines."""
    looked = 0
    for _round in range(ROUNDS):
        found = climb_at(timezone.now())
        looked += found
        if found < AT_MOST:
            break
    return looked


@transaction.atomic
def climb_at(at: datetime) -> int:
    """One round, as at a moment; returns how many cases were looked at."""
    lock("ladder")
    due = Case.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
    cases = list(ladder.with_clocks(due)[:AT_MOST])
    taken = _taken(cases)
    told: dict[tuple[Person, str], dict[int, Case]] = defaultdict(dict)
    known: dict[tuple[object, ...], list[Person]] = {}
    rungs: list[Rung] = []
    entries: list[Entry] = []
    for case in cases:
        for clock, step in _steps(case, taken, at):
            alike = (case.lead_id, clock.unit.pk, clock.first and clock.first.pk, case.secrecy, step)
            if alike not in known:
                known[alike] = ladder.whom(case, clock, step, on=timezone.localdate(at))
            people = known[alike]
            rungs.append(Rung(case=case, clock=clock.kind, of=clock.of, step=step, promised=clock.due, at=at))
            entries.append(ladder.reminder(case, clock, step, people, at))
            for person in people:
                told[person, REMINDS[clock.kind] + step][case.pk] = case
    Rung.objects.bulk_create(rungs)
    record_many(entries)
    for (person, kind), about in told.items():
        notices.remind(person, kind, list(about.values()), at=at)
    return len(cases)


def _taken(cases: Iterable[Case]) -> dict[Key, set[str]]:
    taken: dict[Key, set[str]] = defaultdict(set)
    rungs = Rung.objects.filter(case__in=list(cases))
    for case, clock, of, promised, step in rungs.values_list("case", "clock", "of", "promised", "step"):
        taken[case, clock, of, promised].add(step)
    return taken


def _steps(case: Case, taken: dict[Key, set[str]], at: datetime) -> list[tuple[Running, str]]:
    """The steps to take now, each with its clock; and when to look at the case again is noted."""
    running = list(ladder.clocks(case))
    later = min((look for clock in running if (look := clock.next_look(at))), default=None)
    # Only as it was seen: a promise that was made a moment ago has its own moment.
    Case.objects.filter(pk=case.pk, remind_at=case.remind_at).update(remind_at=later)
    return [
        (clock, step)
        for clock in running
        for step in clock.steps(taken.get((case.pk, clock.kind, clock.of, clock.due), ()), at)
    ]
