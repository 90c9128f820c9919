"""alarm: words of danger wake whoever is on duty; unacknowledged they go up the chain, and every step is recorded."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mimin.desk import notices
from mimin.inbox import danger
from mimin.inbox.models import Alarm
from mimin.people.models import Person


def ring(pk: int) -> None:
    """A worker's entry point: one alarm, one step. The step and whom it told are one transaction."""
    at = timezone.now()
    alarm = Alarm.objects.select_related("case", "case__lead").get(pk=pk)
    if alarm.state != "ringing":
        Alarm.objects.filter(pk=pk).update(due_at=None)
        return
    with transaction.atomic():
        if danger.dealt_with(alarm.case):
            danger.conclude(alarm, "end", at=at)
            return
        step, told = _next(alarm, at)
        if not told:
            danger.conclude(alarm, "give_up", at=at)
        elif danger.step_on(alarm, to=step, told=told, at=at):
            notices.tell_of_alarm(alarm, told, at=at)


def _next(alarm: Alarm, at: datetime) -> tuple[int, list[Person]]:
    """The next step that reaches somebody who was not told yet, and whom."""
    for step in range(alarm.step, len(danger.STEPS)):
        told = notices.not_told(alarm, danger.to_tell(alarm.case, step, at))
        if told:
            return step, told
    return alarm.step, []


@transaction.atomic
def take_on(*, alarm: Alarm, by: Person, at: datetime) -> Alarm:
    """Somebody takes an alarm on; their own notice of it is read."""
    danger.acknowledge(alarm=alarm, by=by, at=at)
    alarm.notices.filter(person=by, read_at=None).update(read_at=at)
    return alarm
