"""When the clock of settling stands still, and what kind of look a matter needs: both change when it ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.evidence.actions import record
from mimin.inbox.models import Case, Pause
from mimin.inbox.placing import about, look
from mimin.inbox.rules import PAUSES
from mimin.inbox.terms import terms_of
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.models import Person

REASONS: dict[str, str] = {
    "citizen": gettext_noop("The citizen must add something"),
    "body": gettext_noop("Another body must act first"),
    "force": gettext_noop("Disaster or another force beyond us"),
}
"""Why a clock stands still, as people read it."""


def settle_by(case: Case, pauses: Iterable[Pause]) -> datetime | None:
    """When a case is to be settled, counted anew from when that clock began, with every pause since that is over;
    None where the clock never ran."""
    start = case.settle_from
    if start is None:
        return None
    spans = [(max(one.since, start), one.until) for one in pauses if one.until and one.until > start]
    terms = terms_of(case.lead, on=timezone.localdate(start))
    return terms.settled_by(start, case.klass, field_check=case.field_check, pauses=spans)


def counted(case: Case, *, at: datetime) -> None:
    """Count anew when the case is to be settled, and have its reminders follow."""
    case.settle_by = settle_by(case, case.pauses.all())
    Case.objects.filter(pk=case.pk).update(settle_by=case.settle_by)
    look(case, at)


@transaction.atomic
def pause(*, case: Case, reason: str, note: str, by: Person, at: datetime) -> Pause:
    """Let the clock of settling stand still, for a reason. That of the first answer runs on: citizens always hear."""
    if reason not in PAUSES:
        raise Refused(_("Choose why the clock stands still."))
    lock(f"case {case.pk}")
    if case.pauses.filter(until=None).exists():
        raise Refused(_("The clock stands still already. Reload the page to see since when and why."))
    made = Pause.objects.create(case=case, reason=reason, note=note.strip(), since=at, by=by.label)
    record("case.paused", subject=about(case), by=actor(by), at=at, facts={"reason": reason})
    look(case, at)
    return made


@transaction.atomic
def resume(*, case: Case, by: Person, at: datetime) -> Case:
    """Let the clock run again; what was left when it stopped runs from now."""
    lock(f"case {case.pk}")
    if case.pauses.filter(until=None).update(until=at) != 1:
        raise Refused(_("The clock runs already. Reload the page to see until when."))
    counted(case, at=at)
    record("case.resumed", subject=about(case), by=actor(by), at=at, facts={"settle_by": _iso(case)})
    return case


@transaction.atomic
def look_in_field(*, case: Case, needed: bool, by: Person, at: datetime) -> Case:
    """Say whether somebody must look on the spot: the time for settling follows from it."""
    lock(f"case {case.pk}")
    if Case.objects.filter(pk=case.pk, field_check=not needed).update(field_check=needed) != 1:
        return case
    case.field_check = needed
    counted(case, at=at)
    facts = {"needed": needed, "settle_by": _iso(case)}
    record("case.field_check", subject=about(case), by=actor(by), at=at, facts=facts)
    return case


def _iso(case: Case) -> str:
    return case.settle_by.isoformat() if case.settle_by else ""


def clock_runs(case: Case) -> bool:
    """Whether the clock of settling runs, so that it can be stopped."""
    return case.settled_at is None and case.settle_by is not None and not clock_stands(case)


def clock_stands(case: Case) -> bool:
    """Whether the clock of settling stands still."""
    return case.settled_at is None and any(pause.until is None for pause in case.pauses.all())
