"""remember: before the promised day its holder is reminded, on it the head is told, and then the coordinator."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mimin.desk import notices
from mimin.evidence.actions import record_many
from mimin.inbox import promise_ladder as ladder
from mimin.inbox.models import Case, Promise
from mimin.lib.store import lock
from mimin.people.models import Person

AT_MOST = 200
"""Promises in one transaction; the next round takes the rest."""


def remember() -> int:
    """Take every step that is due; returns how many promises were looked at. Safe to run twice, on two machines."""
    return _remember(timezone.now())


@transaction.atomic
def _remember(at: datetime) -> int:
    lock("promises")
    rows = Promise.objects.filter(remind_at__lte=at).select_related("case__lead", "case__holder", "unit")
    promises = list(rows.order_by("remind_at", "pk")[:AT_MOST])
    told: dict[tuple[Person, str], list[Case]] = defaultdict(list)
    entries = []
    for promise in promises:
        step = ladder.reached(promise, at)
        Promise.objects.filter(pk=promise.pk).update(remind_at=ladder.next_look(promise, at), reminded=step)
        if ladder.STEPS.index(step) <= ladder.STEPS.index(promise.reminded):
            continue
        people = ladder.told_of(promise, step, on=timezone.localdate(at))
        entries.append(ladder.reminder(promise, step, people, at))
        for person in people:
            told[person, step].append(promise.case)
    record_many(entries)
    for (person, step), cases in told.items():
        notices.remind(person, notices.PROMISED[step], cases, at=at)
    return len(promises)
