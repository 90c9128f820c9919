"""Who is on duty outside office hours: the roster of a unit, handing over, and what may be answered alone.

A roster holds for its unit and all below it; the nearest unit that has somebody on duty wins. A shift is handed over
by whoever had the one before (or by who plans the roster) and taken over by its person, one tap each; until both are
done the screens say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.evidence.actions import Subject, record
from mimin.inbox.models import Case, Duty
from mimin.inbox.roster import EARLY, LONGEST, Shift
from mimin.lib import spoken
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.models import Person, Unit
from mimin.people.queries import ancestors, at_or_below, held, people_playing
from mimin.people.rules import MAY, may
from mimin.policy.queries import value

URGENT = "urgent"
"""Stands among the classes of ``duty.may_answer_unapproved`` for whatever is urgent or an emergency."""
SHOWN = 60
"""So many shifts of the next days on one page."""


def on_duty(unit: Unit, at: datetime) -> Duty | None:
    """Who is on duty for a unit at a moment, by the nearest roster; None in office hours or where nobody is."""
    paths = ancestors(unit)
    rows = Duty.objects.filter(
        unit__path__in=paths, starts_at__lte=at, ends_at__gt=at, person__is_active=True
    )
    return min(
        rows.select_related("person", "unit"), key=lambda row: paths.index(row.unit.path), default=None
    )


def reached(duty: Duty) -> str:
    """How the person is reached in this shift; "" when nobody said."""
    return duty.reach or duty.person.phone_hint or duty.person.email


def confirmed(duty: Duty) -> bool:
    """Whether the shift was both handed over and taken over."""
    return duty.handed_at is not None and duty.taken_at is not None


def shifts_for(person: Person) -> QuerySet[Duty]:
    """The shifts that a person may see: of the units that a role of theirs covers, and of those above them."""
    own = {role.path for role in held(person)}
    above = {path for role in own for path in ancestors(Unit(path=role))}
    rows = Duty.objects.filter(at_or_below(own, "unit__path") | Q(unit__path__in=above))
    return rows.select_related("person", "unit")


def find_shift(person: Person, pk: int) -> Duty:
    """One shift that the person may see; Duty.DoesNotExist also when it is there and they may not know."""
    return shifts_for(person).get(pk=pk)


def next_shifts(person: Person, at: datetime, *, days: int = 8) -> list[Duty]:
    """The shifts that run now or begin within the next days, by unit and in order."""
    rows = shifts_for(person).filter(ends_at__gt=at, starts_at__lt=at + timedelta(days=days))
    return list(rows.order_by("unit__path", "starts_at")[:SHOWN])


def candidates(unit: Unit) -> list[Person]:
    """Who may be put on a unit's roster: whoever may answer its cases."""
    return list(people_playing(MAY["case.answer"], ancestors(unit)).order_by("label"))


def may_plan(person: Person, unit: Unit) -> bool:
    """Whether the person may plan the roster of a unit."""
    return may(held(person), "duty.plan", unit.path)


def _about(unit: Unit) -> Subject:
    return Subject("unit", unit.pk, unit.name)


@transaction.atomic
def plan(*, unit: Unit, wanted: Mapping[Shift, Person | None], by: Person, at: datetime) -> int:
    """Set who has each of these shifts (None: nobody); shifts not named stay. Returns how many changed.

    What has ended stays as it was; a shift that gets another person must be handed over anew. Refused when shifts
    would overlap, are too long, or a person may not answer the unit's cases.
    """
    lock(f"duty {unit.pk}")
    known = {Shift(row.starts_at, row.ends_at): row for row in unit.duties.filter(ends_at__gt=at)}
    changed = {
        shift: person
        for shift, person in wanted.items()
        if shift.ends_at > at
        and (known[shift].person_id if shift in known else None) != (person and person.pk)
    }
    if not changed:
        return 0
    Duty.objects.filter(pk__in=[known[shift].pk for shift in changed if shift in known]).delete()
    open_to = {person.pk for person in candidates(unit)}
    made = [_planned(unit, shift, person, open_to) for shift, person in sorted(changed.items()) if person]
    _refuse_overlaps(unit, [*unit.duties.filter(ends_at__gt=at).select_related("person"), *made])
    Duty.objects.bulk_create(made)
    told = [
        [s.starts_at.isoformat(), s.ends_at.isoformat(), who and who.pk] for s, who in sorted(changed.items())
    ]
    record("duty.planned", subject=_about(unit), by=actor(by), at=at, facts={"shifts": told})
    return len(changed)


def _planned(unit: Unit, shift: Shift, person: Person, open_to: set[int]) -> Duty:
    if person.pk not in open_to:
        raise Refused(
            _(
                "%(who)s cannot answer the cases of %(unit)s. Ask the coordinator to give them a role there first."
            )
            % {"who": person.label, "unit": unit.name}
        )
    if shift.ends_at - shift.starts_at > LONGEST:
        raise Refused(
            _("The shift from %(when)s is longer than four days. Split it among several people.")
            % {"when": spoken.moment(shift.starts_at, unit.zone)}
        )
    return Duty(unit=unit, person=person, starts_at=shift.starts_at, ends_at=shift.ends_at)


def _refuse_overlaps(unit: Unit, rows: list[Duty]) -> None:
    for before, after in pairwise(sorted(rows, key=lambda row: row.starts_at)):
        if after.starts_at < before.ends_at:
            raise Refused(
                _(
                    "%(who)s has the shift until %(until)s, but that of %(next)s begins at %(from)s. "
                    "Correct one of them."
                )
                % {
                    "who": before.person.label,
                    "until": spoken.moment(before.ends_at, unit.zone),
                    "next": after.person.label,
                    "from": spoken.moment(after.starts_at, unit.zone),
                }
            )


def may_hand_over(person: Person, duty: Duty) -> bool:
    """Whether the person had the shift before, or plans the roster and has not this shift themselves."""
    before = before_it(duty)
    if before is not None and before.person_id == person.pk:
        return True
    return duty.person_id != person.pk and may_plan(person, duty.unit)


def before_it(duty: Duty) -> Duty | None:
    """The unit's shift before this one, unless it ended days ago."""
    rows = duty.unit.duties.filter(ends_at__lte=duty.starts_at, ends_at__gt=duty.starts_at - LONGEST)
    return rows.order_by("-ends_at").first()


@transaction.atomic
def hand_over(*, duty: Duty, by: Person, at: datetime) -> Duty:
    """Say that a shift was handed over to its person; nothing changes when that was said already."""
    if not may_hand_over(by, duty):
        raise Refused(_("Only who had the shift before, or who plans the roster, hands it over."))
    _in_time(duty, at)
    if Duty.objects.filter(pk=duty.pk, handed_at=None).update(handed_at=at, handed_by=by.label):
        facts = {"duty": duty.pk, "to": duty.person_id}
        record("duty.handed_over", subject=_about(duty.unit), by=actor(by), at=at, facts=facts)
    duty.refresh_from_db(fields=["handed_at", "handed_by"])
    return duty


@transaction.atomic
def take_over(*, duty: Duty, by: Person, at: datetime, reach: str = "") -> Duty:
    """Say that one is on duty, and how one is reached; nothing changes when that was said already."""
    if duty.person_id != by.pk:
        raise Refused(
            _("This is the shift of %(who)s. Only they can take it over.") % {"who": duty.person.label}
        )
    _in_time(duty, at)
    if Duty.objects.filter(pk=duty.pk, taken_at=None).update(taken_at=at, reach=reach.strip()):
        record("duty.taken_over", subject=_about(duty.unit), by=actor(by), at=at, facts={"duty": duty.pk})
    duty.refresh_from_db(fields=["taken_at", "reach"])
    return duty


def _in_time(duty: Duty, at: datetime) -> None:
    if at >= duty.ends_at:
        raise Refused(
            _("This shift ended at %(when)s. Look who is on duty now.")
            % {"when": spoken.moment(duty.ends_at, duty.unit.zone)}
        )
    if at < duty.starts_at - EARLY:
        raise Refused(
            _("This shift begins at %(when)s; it can be handed over from %(hours)s hours before.")
            % {"when": spoken.moment(duty.starts_at, duty.unit.zone), "hours": EARLY // timedelta(hours=1)}
        )


def last_reach(person: Person) -> str:
    """How the person was reached in their last shift; else as their account says."""
    rows = person.duties.exclude(reach="").order_by("-starts_at").values_list("reach", flat=True)
    return rows.first() or person.phone_hint or person.email


def may_answer_alone(case: Case, *, by: Person, at: datetime) -> bool:
    """Whether the person, being on duty for the case's unit now, may answer it without anybody's approval."""
    duty = on_duty(case.lead, at)
    if duty is None or duty.person_id != by.pk:
        return False
    allowed = value(case.lead, "duty.may_answer_unapproved", on=timezone.localdate(at))
    return case.klass in allowed or (case.urgency != "biasa" and URGENT in allowed)
