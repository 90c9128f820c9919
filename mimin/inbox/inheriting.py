"""What becomes of the cases of a unit that ends or is split: those that are not over are the heir's, and their clocks
run on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from mimin.evidence.actions import Actor, Entry, record_many
from mimin.inbox.models import Case, CaseUnit, Transfer
from mimin.inbox.pausing import counted
from mimin.inbox.placing import about, takes_part
from mimin.inbox.states import CASE
from mimin.people.models import Unit

INHERITED = "heir"
"""The kind of hand-over by which nobody gave a case away: its unit ended, or the affair went to a new one."""


def inherit(
    unit: Unit, heir: Unit, by: Actor, at: datetime, *, affairs: Collection[str] | None = None
) -> None:
    """Give the heir every case of a unit which is not over yet, with its state, promised times and holder; of a unit
    that goes on those of the ``affairs`` alone.

    In the caller's transaction. What is over stays with the unit: one that ended lies below the heir with its history.
    """
    cases = Case.objects.filter(lead=unit).exclude(state__in=CASE.final)
    if affairs is not None:
        cases = cases.filter(affair__in=affairs)
    entries, moves = [], []
    for case in cases.select_related("channel").prefetch_related("pauses").order_by("pk"):
        Case.objects.filter(pk=case.pk).update(lead=heir)
        case.lead = heir
        CaseUnit.objects.filter(case=case, unit=unit).update(part=CaseUnit.Part.FORMER)
        takes_part(case, heir, CaseUnit.Part.LEAD)
        counted(case, at=at)
        moves.append(Transfer(case=case, kind=INHERITED, was=unit, to=heir, at=at, by=by.label))
        facts = {"from": unit.pk, "to": heir.pk, "to_name": heir.name}
        entries.append(Entry("case.inherited", about(case), by, at, facts))
    Transfer.objects.bulk_create(moves)
    record_many(entries)


def came_from(case: Case) -> Unit | None:
    """The unit that gave a case to the one that has it now, or to one that this unit took over; None where none did."""
    holders = {case.lead_id}
    for move in Transfer.objects.filter(case=case, to__isnull=False).select_related("was").order_by("-pk"):
        if move.to_id not in holders:
            continue
        if move.kind == INHERITED and move.was_id:
            holders.add(move.was_id)
        elif move.kind == "unit":
            return move.was
    return None
