"""Moving a case so that its place in every unit's list moves with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mimin.evidence.actions import Actor, Subject, record
from mimin.inbox.models import Case, CaseUnit
from mimin.inbox.rules import rank
from mimin.inbox.states import CASE
from mimin.lib.moving import move
from mimin.people.models import Unit
from mimin.policy.queries import calendar, due, value


def about(case: Case) -> Subject:
    """How the trail names a case."""
    return Subject("case", case.pk, case.number)


def moved(case: Case, verb: str, *, by: Actor, at: datetime, **changes: Any) -> Case:
    """Move a case and keep its place in every unit's list; Refused when somebody else was first."""
    due_at = changes.get("due_at", case.due_at)
    state = CASE.moves[verb].to
    place = rank(state, due_at, at)
    seen = ("state", "lead_id")  # of two who decide at once on the same sight, one wins
    move(case, CASE, verb, by=by.label, at=at, unchanged=seen, rank=place, **changes)
    CaseUnit.objects.filter(case=case).update(state=state, rank=place)
    return case


def takes_part(case: Case, unit: Unit, part: str) -> None:
    """Let a unit take part in a case, or change its part."""
    CaseUnit.objects.update_or_create(
        case=case,
        unit=unit,
        defaults={"part": part, "state": case.state, "rank": case.rank, "secrecy": case.secrecy},
    )


def reopened(case: Case, *, by: Actor, at: datetime) -> Case:
    """Take a case up again; its first-answer clock starts anew from now."""
    due_at = due(at, value(case.lead, "case.first_response"), calendar(case.lead))
    moved(case, "reopen", by=by, at=at, due_at=due_at, closed_at=None)
    record("case.reopened", subject=about(case), by=by, at=at, facts={"due_at": due_at.isoformat()})
    return case
