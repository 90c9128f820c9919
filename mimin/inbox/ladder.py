"""When people are reminded of a promise: the unit's admins before the deadline, its head at it, then the coordinator.

Each step is taken once for each promise (``Rung``). ``Case.remind_at`` says when there is next something to do, so that
nobody looks at all cases: what waits for a reminder is read from its index.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from mimin.evidence.actions import Actor, Entry
from mimin.inbox.models import Case
from mimin.inbox.placing import about, unsettled_by
from mimin.inbox.rules import deadline
from mimin.inbox.terms import Terms, terms_of
from mimin.inbox.whom import nearest
from mimin.people.models import Person
from mimin.people.queries import held
from mimin.people.rules import RoleKind, Secrecy, cleared, covers

MIMIN = Actor(None, "Mimin")
NEAR, DUE, LATE = "near", "due", "late"
TOLD: dict[str, RoleKind] = {
    NEAR: RoleKind.ADMIN,
    DUE: RoleKind.HEAD,
    LATE: RoleKind.COORDINATOR,
}
"""step -> who is told."""


def steps_now(promised: datetime, terms: Terms, taken: Iterable[str], now: datetime) -> list[str]:
    """The steps that are to be taken now; nobody is told that a deadline is near once it is past."""
    if now < promised:
        reached = [NEAR]
    else:
        reached = [DUE, LATE] if now >= terms.overdue(promised) else [DUE]
    return [step for step in reached if step not in set(taken)]


def next_look(promised: datetime, terms: Terms, now: datetime) -> datetime | None:
    """When the next step is due after what was taken now; None when it was the last."""
    return next((moment for moment in (promised, terms.overdue(promised)) if moment > now), None)


def whom(case: Case, step: str, *, on: date) -> list[Person]:
    """Who is reminded of a case at a step: who holds it, if one person does; else the nearest of the step's kind."""
    if step == NEAR and case.holder is not None and _works_on(case.holder, case):
        return [case.holder]
    return nearest(case.lead, case.secrecy, {TOLD[step]}, on=on)


def _works_on(person: Person, case: Case) -> bool:
    """Whether a role of the person reaches the unit that leads the case and may see what is kept so closely."""
    secrecy = Secrecy(case.secrecy)
    return person.is_active and any(
        covers(role.path, case.lead.path) and secrecy in cleared(role.kind) for role in held(person)
    )


def reminder(case: Case, step: str, told: list[Person], at: datetime) -> Entry:
    """The evidence that people were reminded."""
    facts = {"step": step, "to": [[person.pk, person.label] for person in told]}
    return Entry("case.reminded", about(case), MIMIN, at, facts)


def promise_of(case: Case) -> tuple[datetime, Terms] | None:
    """Until when a citizen waits or, where nobody does, the matter is to be settled, with the terms that hold for it;
    None where neither clock runs."""
    until = deadline(case.rank) or unsettled_by(case)
    return (until, terms_of(case.lead)) if until else None
