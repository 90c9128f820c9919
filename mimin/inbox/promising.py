"""Promises to citizens: what, by when, out of which budget, by whom. A promise is never rewritten; it is kept, put off
by another one, or taken back, and each time the citizen is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.evidence.actions import record
from mimin.inbox import told
from mimin.inbox.models import Case, Promise
from mimin.inbox.placing import about, end_of, moved
from mimin.inbox.states import PROMISE
from mimin.inbox.terms import terms_of
from mimin.language.understand import prepare
from mimin.lib.moving import Refused, move
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.models import Person

FARTHEST = timedelta(days=3660)
"""Nobody promises beyond ten years."""


def open_promise(case: Case) -> Promise | None:
    """The promise that stands; a case has at most one."""
    return Promise.objects.filter(case=case, state=PROMISE.initial).select_related("unit").first()


@transaction.atomic
def promise(
    *, case: Case, what: str, until: date, budget_year: int | None, who: str, by: Person, at: datetime
) -> Promise:
    """Promise something to a citizen; they wait to be told. Refused while another promise stands."""
    lock(f"case {case.pk}")
    if open_promise(case):
        raise Refused(_("Something is promised here already. Put that promise off, or take it back first."))
    made = _made(case, what, until, budget_year, who, by=by, at=at)
    moved(case, "schedule", by=actor(by), at=at)
    facts = {**_facts(made), "promise": made.pk}
    record("case.scheduled", subject=about(case), by=actor(by), at=at, facts=facts)
    told.propose(case, "case.words_scheduled", _fields(made), by=by, at=at)
    return made


@transaction.atomic
def put_off(
    *,
    case: Case,
    what: str,
    until: date,
    budget_year: int | None,
    who: str,
    why: str,
    by: Person,
    at: datetime,
) -> Promise:
    """Promise the same for another day, and say why; the first promise stays on the register as put off."""
    if not why.strip():
        raise Refused(_("Say why the promise is put off: the citizen is told."))
    lock(f"case {case.pk}")
    before = open_promise(case)
    if before is None:
        raise Refused(_("No promise stands here now. Reload the page to see what became of it."))
    move(before, PROMISE, "put_off", by=by.label, at=at, why=why.strip())
    made = _made(case, what, until, budget_year, who, by=by, at=at)
    moved(case, "schedule", by=actor(by), at=at)
    facts = {**_facts(made), "promise": made.pk, "before": before.pk}
    record("case.put_off", subject=about(case), by=actor(by), at=at, facts=facts)
    told.propose(case, "case.words_put_off", {**_fields(made), "why": why.strip()}, by=by, at=at)
    return made


@transaction.atomic
def drop(*, case: Case, why: str, by: Person, at: datetime) -> Promise:
    """Take a promise back, and say why; the citizen waits for an answer again."""
    if not why.strip():
        raise Refused(_("Say why the promise is taken back: the citizen is told."))
    lock(f"case {case.pk}")
    before = open_promise(case)
    if before is None:
        raise Refused(_("No promise stands here now. Reload the page to see what became of it."))
    move(before, PROMISE, "drop", by=by.label, at=at, why=why.strip())
    until = terms_of(case.lead).deadline(at, case.urgency)
    moved(case, "drop", by=actor(by), at=at, until=until)
    record("case.dropped", subject=about(case), by=actor(by), at=at, facts={"promise": before.pk})
    told.propose(case, "case.words_dropped", {"why": why.strip()}, by=by, at=at)
    return before


def _made(
    case: Case, what: str, until: date, budget_year: int | None, who: str, *, by: Person, at: datetime
) -> Promise:
    what, due_at = what.strip(), end_of(until, case.lead)
    check(what, until, today=timezone.localdate(at))
    return Promise.objects.create(
        case=case, unit=case.lead, what=what, until=until, budget_year=budget_year,
        who=who.strip()[:120] or case.lead.name, due_at=due_at, made_at=at, made_by=by.label,
        state=PROMISE.initial, state_since=at, state_by=by.label,
    )  # fmt: skip


def check(what: str, until: date, *, today: date) -> None:
    """Refused when it is not said what is promised, for a day that is over or too far, and for personal data."""
    if not what:
        raise Refused(_("Say what is promised."))
    if not today <= until <= today + FARTHEST:
        raise Refused(_("Choose a day from today on, within ten years."))
    if found := prepare(what).found:
        kinds = ", ".join(sorted({f.kind for f in found}))
        raise Refused(
            _("The promise holds personal data (%(kinds)s). Take it out: it is told to citizens.")
            % {"kinds": kinds}
        )


def _facts(made: Promise) -> dict[str, object]:
    return {"until": made.until.isoformat(), "budget_year": made.budget_year, "to_name": told.day(made.until)}


def _fields(made: Promise) -> dict[str, str]:
    return {
        "what": made.what,
        "who": made.who,
        "until": told.day(made.until),
        "budget": told.budget(made.budget_year),
    }


def promised(case: Case) -> bool:
    """Whether a promise is still to be kept in the case."""
    return any(one.state == PROMISE.initial for one in case.promises.all())
