"""Who works on a case: the one person of the unit who holds it, and the helpers who tell that their part is done."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mimin.evidence.actions import record
from mimin.inbox.models import Case, CaseUnit, Note
from mimin.inbox.placing import about
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.people.queries import ancestors, held, people_playing
from mimin.people.rules import MAY, Secrecy, cleared, covers


def holders(case: Case) -> QuerySet[Person]:
    """Who may hold a case: the people of its unit, or of one above it below the government's top, who may answer it."""
    kinds = {kind for kind in MAY["case.answer"] if Secrecy(case.secrecy) in cleared(kind)}
    return people_playing(kinds, ancestors(case.lead)[:-1] or [case.lead.path]).order_by("label")


@transaction.atomic
def hold(*, case: Case, holder: Person | None, by: Person, at: datetime) -> Case:
    """Give a case to one person of its unit, or to nobody. Refused when somebody else gave it away meanwhile.

    The same again changes nothing.
    """
    lock(f"case {case.pk}")
    if Case.objects.filter(pk=case.pk, holder=holder, lead=case.lead_id).exists():
        case.holder = holder
        return case
    if holder and not holders(case).filter(pk=holder.pk).exists():
        raise Refused(
            _("%(person)s does not answer cases at %(unit)s. Choose somebody who works there.")
            % {"person": holder.label, "unit": case.lead.name}
        )
    was = case.holder
    if Case.objects.filter(pk=case.pk, holder=was, lead=case.lead_id).update(holder=holder) != 1:
        raise Refused(
            _("Somebody else gave this case to a person a moment ago. Reload the page to see to whom.")
        )
    case.holder = holder
    facts = {"holder": holder and holder.pk, "was": was and was.pk, "to_name": holder.label if holder else ""}
    record("case.held", subject=about(case), by=actor(by), at=at, facts=facts)
    return case


def owed_by(case: Case, person: Person) -> list[CaseUnit]:
    """The parts of helpers that are not done, and of which this person may say that they are."""
    parts = CaseUnit.objects.filter(case=case, part=CaseUnit.Part.HELPER).select_related("unit")
    paths = [role.path for role in held(person) if role.kind in MAY["case.note"]]
    return [part for part in parts if any(covers(path, part.unit.path) for path in paths)]


@transaction.atomic
def finish_part(*, case: Case, unit: int, text: str, by: Person, at: datetime) -> CaseUnit:
    """A helper tells that its part is done, and what was done; the case stays with its lead."""
    text = text.strip()
    if not text:
        raise Refused(_("Say what was done, so that the responsible unit can answer the citizen."))
    part = next((one for one in owed_by(case, by) if one.unit_id == unit), None)
    done = {"part": CaseUnit.Part.HELPED, "done_at": at, "done_by": by.label}
    if not part or not CaseUnit.objects.filter(pk=part.pk, part=CaseUnit.Part.HELPER).update(**done):
        raise Refused(
            _("Nothing is asked of this unit in this case now. Reload the page to see what became of it.")
        )
    Note.objects.create(case=case, text=f"{part.unit.name}: {text}", at=at, by=by.label)
    facts = {"unit": unit, "to_name": part.unit.name}
    record("case.part_done", subject=about(case), by=actor(by), at=at, facts=facts)
    part.refresh_from_db()
    return part
