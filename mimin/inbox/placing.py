"""Moving a case so that its place in every unit's list moves with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mimin.evidence.actions import Actor, Subject, record
from mimin.inbox.models import Case, CaseUnit
from mimin.inbox.rules import deadline, rank
from mimin.inbox.states import CASE
from mimin.inbox.terms import terms_of
from mimin.lib.moving import move
from mimin.people.models import Unit


def about(case: Case) -> Subject:
    """How the trail names a case."""
    return Subject("case", case.pk, case.number)


def moved(
    case: Case, verb: str, *, by: Actor, at: datetime, until: datetime | None = None, **changes: Any
) -> Case:
    """Move a case and keep its place in every unit's list; Refused when somebody else was first.

    A citizen who waits goes on waiting until the same deadline; ``until`` is a new one.
    """
    state = CASE.moves[verb].to
    place = rank(state, until or deadline(case.rank), at, told=verb == "tell")
    if "lead" in changes and changes["lead"].pk != case.lead_id:
        changes["holder"] = None  # who held it works for the unit that it leaves
    if until:
        changes["remind_at"] = terms_of(case.lead).near_at(at, until)
    elif deadline(place) is None:
        changes["remind_at"] = None
    seen = ("state", "lead_id")  # of two who decide at once on the same sight, one wins
    move(case, CASE, verb, by=by.label, at=at, unchanged=seen, rank=place, **changes)
    CaseUnit.objects.filter(case=case).update(state=state, rank=place)
    return case


def end_of(day: date, unit: Unit) -> datetime:
    """The moment at which a day ends where the unit is."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(unit.zone)).astimezone(UTC)


def takes_part(case: Case, unit: Unit, part: str, *, due_at: datetime | None = None) -> None:
    """Let a unit take part in a case, or change its part; what it had done before counts no more."""
    CaseUnit.objects.update_or_create(
        case=case,
        unit=unit,
        defaults={
            "part": part,
            "state": case.state,
            "rank": case.rank,
            "secrecy": case.secrecy,
            "due_at": due_at,
            "done_at": None,
            "done_by": "",
        },
    )


def reopened(case: Case, *, wrote: datetime | None, by: Actor, at: datetime) -> Case:
    """Take a case up again: a new promise runs from when the citizen wrote (now, where ``wrote`` is None).

    The first promise stays what the first answer is measured by; where nothing had been asked (dismissed), it begins
    with what the citizen wrote now (docs/decisions/0018-promises-after-a-reopening.md).
    """
    until = terms_of(case.lead).deadline(wrote or at, case.urgency)
    first = {"due_at": until} if wrote and case.state == "dismissed" and not case.answered_at else {}
    moved(case, "reopen", by=by, at=at, until=until, closed_at=None, **first)
    record("case.reopened", subject=about(case), by=by, at=at, facts={"due_at": until.isoformat()})
    return case
