"""What Mimin understood is put right by a person in one tap, and kept for learning."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import record
from mimin.inbox.danger import GENERAL, raise_alarms
from mimin.inbox.models import Alarm, Case, CaseUnit, Correction
from mimin.inbox.pausing import counted
from mimin.inbox.placing import about
from mimin.inbox.rules import deadline
from mimin.inbox.terms import terms_of
from mimin.language.playbook import load
from mimin.language.verdicts import CLASSES, URGENCIES
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.models import Person, Unit

COLUMNS = {"kind": "klass", "affair": "affair", "urgency": "urgency"}
"""What can be put right by itself -> the column of the case; a unit is put right by passing the case on."""


def choices(field: str) -> tuple[str, ...]:
    """The values that a field can have."""
    affairs = tuple(affair.id for affair in load().affairs)
    return {"kind": CLASSES, "affair": affairs, "urgency": URGENCIES}[field]


@transaction.atomic
def correct(*, case: Case, field: str, value: str, by: Person, at: datetime) -> Case:
    """Say what a case really is: its kind, affair or urgency. What it is already changes nothing.

    Refused when somebody else has put it right since ``case`` was read. Another kind has another time for settling;
    in an emergency the answer is promised sooner, and the alarm rings.
    """
    if field not in COLUMNS or value not in choices(field):
        raise Refused(_("Choose one of what is offered."))
    column, was = COLUMNS[field], str(getattr(case, COLUMNS[field]))
    if was == value:
        return case
    lock(f"case {case.pk}")
    changes: dict[str, Any] = {column: value, **(_sooner(case, at) if value == "darurat" else {})}
    same = Case.objects.filter(pk=case.pk, rank=case.rank, state=case.state, **{column: was})
    if same.update(**changes) != 1:
        return _already(case, column, value)
    for name, new in changes.items():
        setattr(case, name, new)
    _follow(case, field, at)
    Correction.objects.create(case=case, field=field, was=was, now=value, at=at, by=by.label)
    facts = {"field": field, "was": was, "now": value}
    record("case.corrected", subject=about(case), by=actor(by), at=at, facts=facts)
    return case


def _already(case: Case, column: str, value: str) -> Case:
    """The case as somebody else has left it a moment ago, if they decided the same; Refused otherwise."""
    case.refresh_from_db()
    if getattr(case, column) == value:
        return case
    last = case.corrections.last()
    raise Refused(
        _("%(who)s has changed this case a moment ago. Reload the page to see what it is now.")
        % {"who": last.by if last and last.at >= case.state_since else case.state_by}
    )


def _sooner(case: Case, at: datetime) -> dict[str, Any]:
    """What an emergency changes in the running promise: it is never later than before, and counts from now."""
    waits = deadline(case.rank)
    first = case.waits_from == case.due_from
    terms = terms_of(case.channel.unit if first else case.lead)
    until = terms.deadline(at, "darurat")
    if waits is None or until >= waits:
        return {}
    changes = {"rank": int(until.timestamp()), "waits_from": at, "remind_at": at}
    if first and not case.answered_at:
        changes |= {"due_at": until, "due_from": at}
    return changes


def _follow(case: Case, field: str, at: datetime) -> None:
    """What hangs on a field: the time for settling on the kind, the lists and the alarm on the urgency."""
    if field == "kind" and case.settled_at is None:
        counted(case, at=at)
    if field == "urgency":
        CaseUnit.objects.filter(case=case).update(rank=case.rank)
    if case.urgency == "darurat" and field == "urgency" and deadline(case.rank):
        known = Alarm.objects.filter(case=case).order_by("-pk").first()
        if known is None or known.state not in ("ringing", "acknowledged"):
            raise_alarms({case: known.kind if known else GENERAL}, at=at)


def passed_on(case: Case, to: Unit, *, by: Person, at: datetime) -> None:
    """Note, in the caller's transaction, that a person sends a case elsewhere than Mimin had proposed first."""
    first = proposed(case)
    if first and first != to.pk:
        Correction.objects.create(case=case, field="unit", was=str(first), now=str(to.pk), at=at, by=by.label)


def handed_back(case: Case, was: Unit, to: Unit, *, by: Person, at: datetime) -> None:
    """The same where the unit that Mimin had proposed first says that the case is not its business."""
    if proposed(case) == was.pk:
        passed_on(case, to, by=by, at=at)


def proposed(case: Case) -> int:
    """The unit that Mimin proposes first for a case; 0 for none."""
    units = (case.understanding or {}).get("units") or []
    return int(units[0][0]) if units else 0
