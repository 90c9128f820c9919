"""The number under which a case stands in the national complaint system, once somebody has carried it there."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import record
from mimin.inbox.models import Case
from mimin.inbox.placing import about
from mimin.inbox.queries import seen
from mimin.inbox.rules import tracking_number
from mimin.lib.moving import Refused
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.policy.queries import calendar, due, value


def track(*, case: Case, number: str, by: Person, at: datetime) -> Case:
    """Keep the Tracking ID of a case; "" takes a wrong one away. One number stands on one case.

    Nothing changes when it stands there already.
    """
    wanted = tracking_number(number)
    if number.strip() and not wanted:
        raise Refused(
            _("“%(text)s” is no Tracking ID: that is a number of seven digits.") % {"text": number[:40]}
        )
    if (was := case.tracking_id or "") == wanted:
        return case
    try:
        with transaction.atomic():
            changes = {"tracking_id": wanted or None, "tracked_at": at if wanted else None}
            Case.objects.filter(pk=case.pk).update(**changes)
            facts = {"tracking_id": wanted, "was": was}
            record("case.tracked", subject=about(case), by=actor(by), at=at, facts=facts)
    except IntegrityError as error:
        raise Refused(_taken(wanted, by)) from error
    case.refresh_from_db(fields=["tracking_id", "tracked_at"])
    return case


def _taken(number: str, person: Person) -> str:
    """Where a number stands already; the case is named only to who may know of it."""
    there = Case.objects.filter(seen(person), tracking_id=number).first()
    if there is None:
        return _(
            "%(number)s stands on another case already. Compare the number; the coordinator can look it up."
        ) % {"number": number}
    return _("%(number)s stands on %(case)s already. Compare the number, or go on in that case.") % {
        "number": number,
        "case": there.number,
    }


def national_deadline(case: Case) -> datetime | None:
    """When the national system expects the follow-up; None for a case that does not stand there."""
    if case.tracked_at is None:
        return None
    kind = "information" if case.klass == "permintaan_informasi" else "complaint"
    key = "lapor.oversight" if case.secrecy >= Secrecy.OVERSIGHT else f"lapor.{kind}"
    return due(case.tracked_at, value(case.lead, key), calendar(case.lead))
