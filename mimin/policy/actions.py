"""Setting a value, and changing the calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, Subject, record
from mimin.lib.moving import Refused
from mimin.people.models import Unit
from mimin.policy.models import Holiday, Policy
from mimin.policy.queries import forget
from mimin.policy.rules import BadValue, checked


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
) -> Policy:
    """Set one value for a unit and all below it from a day on; earlier rows stay for what happened then."""
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
    facts = {"key": key, "value": value, "valid_from": valid_from.isoformat(), "legal_basis": legal_basis}
    record("policy.set", subject=Subject("unit", unit.pk, unit.name), by=by, at=at, facts=facts)
    return row


@transaction.atomic
def set_holiday(*, day: date, name: str, working: bool, by: Actor, at: datetime) -> Holiday:
    """Add a free day, or make a holiday of the national calendar a working day."""
    kept = Holiday.objects.filter(date=day, name=name, working=working).first()
    if kept:
        return kept
    row, _made = Holiday.objects.update_or_create(date=day, defaults={"name": name, "working": working})
    forget()
    facts = {"date": day.isoformat(), "name": name, "working": working}
    record("holiday.set", subject=Subject("holiday", row.pk, name), by=by, at=at, facts=facts)
    return row


@transaction.atomic
def forget_holiday(*, holiday: Holiday, by: Actor, at: datetime) -> None:
    """Let the national calendar hold again for that day."""
    forget()
    facts = {"date": holiday.date.isoformat(), "name": holiday.name}
    record(
        "holiday.forgotten", subject=Subject("holiday", holiday.pk, holiday.name), by=by, at=at, facts=facts
    )
    holiday.delete()
