"""Setting a value, and changing the calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, Subject, record
from mimin.lib.clock import CalendarChanged
from mimin.lib.moving import Refused
from mimin.people.models import Unit
from mimin.policy.checks import BadValue, checked
from mimin.policy.models import Holiday, Policy
from mimin.policy.queries import forget
from mimin.policy.rules import KEYS


@transaction.atomic
def set_value(
    *,
    key: str,
    unit: Unit,
    value: Any,
    valid_from: date,
    by: Actor,
    at: datetime,
    legal_basis: str = "",
    source: str = "",
    then: CalendarChanged | None = None,
) -> Policy:
    """Set one value for a unit and all below it from a day on; earlier rows stay for what happened then.

    ``then``: what a higher layer does when working time changes, in the same transaction.
    """
    if KEYS[key].whole and unit.parent_id:
        raise Refused(_("This is set for the whole government, at its top unit."))
    try:
        value = checked(key, value)
    except (BadValue, TypeError, ValueError, KeyError) as error:
        reason = (
            _(str(error)) % error.holes
            if isinstance(error, BadValue)
            else _("The value has a form that this key cannot hold.")
        )
        raise Refused(reason) from error
    same = {"value": value, "legal_basis": legal_basis, "source": source}
    kept = Policy.objects.filter(key=key, unit=unit, valid_from=valid_from).first()
    if kept and {name: getattr(kept, name) for name in same} == same:
        return kept
    row, _made = Policy.objects.update_or_create(
        key=key,
        unit=unit,
        valid_from=valid_from,
        defaults={
            "value": value,
            "legal_basis": legal_basis,
            "source": source,
            "set_by": by.label,
            "set_at": at,
        },
    )
    forget()
    if then and key.startswith("clock."):
        then(valid_from, max(valid_from, timezone.localdate(at)), at=at, from_day=valid_from)
    facts = {"key": key, "value": value, "valid_from": valid_from.isoformat(), "legal_basis": legal_basis}
    record("policy.set", subject=Subject("unit", unit.pk, unit.name), by=by, at=at, facts=facts)
    return row


@transaction.atomic
def unset_value(*, row: Policy, by: Actor, at: datetime, then: CalendarChanged | None = None) -> None:
    """Take back one value: from its day on the one before holds again, or that of the unit above. ``then``: as in
    ``set_value``."""
    if not Policy.objects.filter(pk=row.pk).delete()[0]:
        return
    forget()
    if then and row.key.startswith("clock."):
        then(row.valid_from, max(row.valid_from, timezone.localdate(at)), at=at)
    facts = {"key": row.key, "value": row.value, "valid_from": row.valid_from.isoformat()}
    subject = Subject("unit", row.unit_id, row.unit.name)
    record("policy.unset", subject=subject, by=by, at=at, facts=facts)


@transaction.atomic
def set_holiday(
    *, day: date, name: str, working: bool, by: Actor, at: datetime, then: CalendarChanged | None = None
) -> Holiday:
    """Add a free day, or make a holiday of the national calendar a working day. ``then``: as in ``set_value``."""
    kept = Holiday.objects.filter(date=day, name=name, working=working).first()
    if kept:
        return kept
    row, _made = Holiday.objects.update_or_create(date=day, defaults={"name": name, "working": working})
    forget()
    if then:
        then(day, day, at=at)
    facts = {"date": day.isoformat(), "name": name, "working": working}
    record("holiday.set", subject=Subject("holiday", row.pk, name), by=by, at=at, facts=facts)
    return row


@transaction.atomic
def forget_holiday(*, holiday: Holiday, by: Actor, at: datetime, then: CalendarChanged | None = None) -> None:
    """Let the national calendar hold again for that day. ``then``: as in ``set_value``."""
    forget()
    if then:
        then(holiday.date, holiday.date, at=at)
    facts = {"date": holiday.date.isoformat(), "name": holiday.name}
    record(
        "holiday.forgotten", subject=Subject("holiday", holiday.pk, holiday.name), by=by, at=at, facts=facts
    )
    holiday.delete()
