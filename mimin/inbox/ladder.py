"""When people are reminded of a promised time: the unit's admins before it, its head at it, then the coordinator.

One ladder for every clock of a case: its answer, its settling, whether it was decided whose it is, what was promised to
the citizen, the part of a helper that has a day, and a question by a link. Each step is taken once for each promised
time (``Rung``). ``Case.remind_at`` says when there is next something to do, so that nobody looks at all cases: whoever
changes a clock has the case looked at (``placing.look``), and here it is reckoned when to look again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from mimin.evidence.actions import Actor, Entry
from mimin.inbox.bouncing import ROUND, givers
from mimin.inbox.models import Ask, Case, CaseUnit, Promise, Transfer
from mimin.inbox.placing import about, unsettled_by
from mimin.inbox.rules import deadline
from mimin.inbox.states import ASK, GATHERING, PROMISE
from mimin.inbox.terms import terms_of
from mimin.inbox.whom import nearest
from mimin.people.models import Person, Unit
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
ANSWER, SETTLE, VERIFY, KEEP, PART, LINK = "answer", "settle", "verify", "keep", "part", "link"
"""What a clock counts to: a citizen hears, the matter is settled, it is decided whose it is, a promise is kept, a
helper's part is done, a question by a link is answered."""
AROUND = "around"
"""No time that runs: units gave a case away too often. It is over at once, so that both heads and the coordinator are
told."""


@dataclass(frozen=True)
class Running:
    """One running clock: what it counts to and of which row (0: the case itself), when its steps are taken, whose
    people are told, and the one person who is told alone before it is over (None: the unit's admins)."""

    kind: str
    of: int
    near: datetime
    due: datetime
    late: datetime
    unit: Unit
    first: Person | None = None

    def steps(self, taken: Collection[str], now: datetime) -> list[str]:
        """The steps that are to be taken now; nobody is told that a deadline is near once it is past."""
        if now < self.due:
            reached = [NEAR] if now >= self.near else []
        else:
            reached = [DUE, LATE] if now >= self.late else [DUE]
        return [step for step in reached if step not in taken]

    def next_look(self, now: datetime) -> datetime | None:
        """When the next step is due after what is taken now; None when it was the last."""
        return min((moment for moment in (self.near, self.due, self.late) if moment > now), default=None)


def with_clocks(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with all that ``clocks`` reads, in a constant number of queries."""
    parts = CaseUnit.objects.filter(part=CaseUnit.Part.HELPER, due_at__isnull=False).select_related("unit")
    promises = Promise.objects.filter(state=PROMISE.initial).select_related("unit")
    asks = Ask.objects.filter(state=ASK.initial).select_related("asked_by")
    return cases.select_related("lead", "holder", "channel__unit").prefetch_related(
        "pauses",
        Prefetch("parts", parts, to_attr="parts_due"),
        Prefetch("promises", promises, to_attr="promises_open"),
        Prefetch("asks", asks, to_attr="asks_open"),
        Prefetch("transfers", Transfer.objects.filter(kind=ROUND).select_related("was"), to_attr="rounds"),
    )


def clocks(case: Case) -> Iterator[Running]:
    """Every clock that runs in a case of ``with_clocks``."""
    yield from _own(case)
    for promise in case.promises_open:  # type: ignore[attr-defined]
        terms = terms_of(promise.unit)
        near = promise.due_at - timedelta(days=terms.promise_near)
        late = terms.broken(promise.due_at)
        yield Running(KEEP, promise.pk, near, promise.due_at, late, case.lead, case.holder)
    if case.state not in GATHERING:
        return
    for last in case.rounds:  # type: ignore[attr-defined]
        for unit in givers(last):
            yield Running(AROUND, unit.pk, last.at, last.at, last.at, unit)
    for part in case.parts_due:  # type: ignore[attr-defined]
        terms = terms_of(part.unit)
        near = terms.near_at(part.due_from or part.due_at, part.due_at)
        yield Running(PART, part.pk, near, part.due_at, terms.overdue(part.due_at), part.unit)
    for ask in case.asks_open:  # type: ignore[attr-defined]
        terms, until = terms_of(case.lead), ask.expires_at
        near = terms.near_by_the_wall(ask.asked_at, until)
        yield Running(LINK, ask.pk, near, until, terms.overdue(until), case.lead, ask.asked_by)


def _own(case: Case) -> Iterator[Running]:
    """The clocks of the case itself: of the answer or, where nobody waits, of settling; and of verification."""
    terms, answer, settle = terms_of(case.lead), deadline(case.rank), unsettled_by(case)
    if until := answer or settle:
        start = (case.waits_from if answer else case.settle_from) or case.opened_at
        near, late = terms.near_at(start, until), terms.overdue(until)
        yield Running(ANSWER if answer else SETTLE, 0, near, until, late, case.lead, case.holder)
    if case.verified_at is None and case.due_from:
        then = terms_of(case.channel.unit, on=timezone.localdate(case.due_from))
        until = then.verified_by(case.due_from)
        near = terms.near_at(case.due_from, until)
        yield Running(VERIFY, 0, near, until, terms.overdue(until), case.lead, case.holder)


def whom(case: Case, clock: Running, step: str, *, on: date) -> list[Person]:
    """Who is reminded at a step: the one person whose matter it is, if they work on the case; else the nearest of the
    step's kind."""
    if step == NEAR and clock.first is not None and _works_on(clock.first, case):
        return [clock.first]
    return nearest(clock.unit, case.secrecy, {TOLD[step]}, on=on)


def _works_on(person: Person, case: Case) -> bool:
    """Whether a role of the person reaches the unit that leads the case and may see what is kept so closely."""
    secrecy = Secrecy(case.secrecy)
    return person.is_active and any(
        covers(role.path, case.lead.path) and secrecy in cleared(role.kind) for role in held(person)
    )


def reminder(case: Case, clock: Running, step: str, told: list[Person], at: datetime) -> Entry:
    """The evidence that people were reminded."""
    to = [[person.pk, person.label] for person in told]
    facts: dict[str, object] = {"clock": clock.kind, "of": clock.of, "step": step, "to": to}
    return Entry("case.reminded", about(case), MIMIN, at, facts)
