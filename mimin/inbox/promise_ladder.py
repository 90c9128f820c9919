"""Who is reminded of a promise: its holder before its day, the head on it, the coordinator when it was not kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from mimin.evidence.actions import Entry
from mimin.inbox.ladder import DUE, LATE, MIMIN, NEAR, whom
from mimin.inbox.models import Promise
from mimin.inbox.placing import about
from mimin.inbox.terms import terms_of
from mimin.lib.clock import add_working_days
from mimin.people.models import Person

LATE_DAYS = 3
"""Working days after the promised day until the coordinator is told."""
STEPS = ("", NEAR, DUE, LATE)


def reached(promise: Promise, now: datetime) -> str:
    """The step that holds now; nobody is told that a day is near once it is over."""
    if now < promise.due_at:
        return NEAR
    return LATE if now >= overdue(promise) else DUE


def overdue(promise: Promise) -> datetime:
    """When a promise that was not kept is the coordinator's matter; the promised day ends at midnight."""
    return add_working_days(promise.due_at - timedelta.resolution, LATE_DAYS, terms_of(promise.unit).office)


def next_look(promise: Promise, now: datetime) -> datetime | None:
    """When there is next something to tell; None when the last step was taken."""
    return next((moment for moment in (promise.due_at, overdue(promise)) if moment > now), None)


def told_of(promise: Promise, step: str, *, on: date) -> list[Person]:
    """Who is told at a step."""
    return whom(promise.case, step, on=on)


def reminder(promise: Promise, step: str, told: list[Person], at: datetime) -> Entry:
    """The evidence that people were reminded."""
    facts = {"promise": promise.pk, "step": step, "to": [[person.pk, person.label] for person in told]}
    return Entry("case.promise_reminded", about(promise.case), MIMIN, at, facts)
