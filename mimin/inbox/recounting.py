"""Counting clocks anew when the calendar changes afterwards: a holiday that is decreed late moves what it lies in,
other office hours or another zone of a unit what runs.

Each clock is counted from when it began, by the terms that held then, on the calendar as it is known now. What was told
to people stays in the evidence; the figures follow the new deadlines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mimin.evidence.actions import Actor, Entry, record_many
from mimin.inbox.models import Case, CaseUnit, Recount
from mimin.inbox.pausing import settle_by
from mimin.inbox.placing import about, look
from mimin.inbox.rules import deadline, rank
from mimin.inbox.terms import Terms, terms_of
from mimin.lib.work import nudge
from mimin.people.models import Unit
from mimin.policy.queries import forget

MIMIN = Actor(None, "Mimin")
BATCH = 200
ONE_DAY = timedelta(days=1)


def calendar_changed(since: date, until: date, *, at: datetime, from_day: date | None = None) -> Recount:
    """Have every clock over these days counted anew, in the caller's transaction; a worker does it, at once or when
    what changes begins to hold (``from_day``)."""
    begins = (
        datetime.combine(from_day, datetime.min.time(), timezone.get_current_timezone()) if from_day else at
    )
    row = Recount.objects.create(since=since, until=until, made_at=at, due_at=max(at, begins))
    nudge("recount", row.pk)
    return row


def recount(pk: int) -> None:
    """A worker's entry point: one batch of cases; what was done is written with it, so that a killed worker's
    successor goes on behind it."""
    forget()  # another process changed what this one may still remember
    row = Recount.objects.get(pk=pk)
    with transaction.atomic():
        cases = list(_over(row)[:BATCH])
        changed = _counted(cases, at=timezone.now())
        after = cases[-1].pk if cases else row.after
        more = timezone.now() if len(cases) == BATCH else None
        Recount.objects.filter(pk=pk).update(after=after, changed=row.changed + changed, due_at=more, tries=0)
    if more:
        nudge("recount", pk)


def _over(row: Recount) -> QuerySet[Case]:
    """The cases of which a clock runs, or ran, over the days; a day reaches around the world's zones."""
    first = datetime.combine(row.since, datetime.min.time(), timezone.get_current_timezone()) - ONE_DAY
    last = datetime.combine(row.until, datetime.min.time(), timezone.get_current_timezone()) + 2 * ONE_DAY
    answer = Q(due_from__lte=last, due_at__gte=first)
    settling = Q(settle_from__lte=last, settle_by__gte=first)
    waiting = Q(waits_from__lte=last, rank__gte=int(first.timestamp()), rank__lt=10**10)
    resting = Q(rests_from__lte=last, rests_until__gte=first)
    rows = Case.objects.filter(answer | settling | waiting | resting, pk__gt=row.after)
    return rows.select_related("lead", "channel__unit").prefetch_related("pauses").order_by("pk")


@dataclass(frozen=True)
class Deadlines:
    """The deadlines of a case, and until when its citizen may object; None where a clock does not run."""

    first: datetime | None
    now: datetime | None
    settle: datetime | None
    rests: datetime | None


def counted(case: Case) -> Deadlines:
    """The deadlines of a case, counted from when each clock began."""
    waits = deadline(case.rank)
    return Deadlines(
        first=_from(case.due_from, case.channel.unit, case) if case.due_at else None,
        now=_waits(case) if waits else None,
        settle=settle_by(case, case.pauses.all()),
        rests=terms_of(case.lead).rests_until(case.rests_from) if case.rests_from else None,
    )


def _from(start: datetime | None, unit: Unit, case: Case) -> datetime | None:
    return _then(unit, start).deadline(start, case.urgency) if start else None


def _waits(case: Case) -> datetime | None:
    """What is promised now: the first promise by the terms of where it was heard, a later one by those of its unit."""
    first = case.waits_from == case.due_from
    return _from(case.waits_from, case.channel.unit if first else case.lead, case)


def _then(unit: Unit, start: datetime) -> Terms:
    return terms_of(unit, on=timezone.localdate(start))


def _counted(cases: Sequence[Case], *, at: datetime) -> int:
    entries = []
    for case in cases:
        before = Deadlines(case.due_at, deadline(case.rank), case.settle_by, case.rests_until)
        after = counted(case)
        place = rank("routed", after.now, at) if after.now else case.rank
        if (before.first, before.settle, before.rests, case.rank) == (
            after.first, after.settle, after.rests, place,
        ):  # fmt: skip
            continue
        same = Case.objects.filter(pk=case.pk, rank=case.rank, due_at=case.due_at, settle_by=case.settle_by)
        changes = {
            "due_at": after.first,
            "settle_by": after.settle,
            "rests_until": after.rests,
            "rank": place,
        }
        if same.update(**changes) != 1:  # it moved a moment ago, and was counted with that
            continue
        for name, value in changes.items():
            setattr(case, name, value)
        CaseUnit.objects.filter(case=case).update(rank=place)
        look(case, at)
        entries.append(_entry(case, before, after, at))
    record_many(entries)
    return len(entries)


def _entry(case: Case, before: Deadlines, after: Deadlines, at: datetime) -> Entry:
    facts = {
        name: [_said(getattr(before, name)), _said(getattr(after, name))]
        for name in ("first", "now", "settle", "rests")
    }
    return Entry("case.recounted", about(case), MIMIN, at, facts)


def _said(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
