"""What was handled elsewhere before it came here: such a case stands as it stood there, and no promise of ours ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from mimin.inbox.models import Case
from mimin.inbox.rules import rank
from mimin.inbox.states import WORKING
from mimin.people.rules import Secrecy


@dataclass(frozen=True)
class Past:
    """How a report stood where it comes from.

    ``state`` is one of the case's flow; ``lead`` the unit that had it (None: nobody knows). ``confidentiality`` is one
    of language.understand. ``tracking_id`` is its number in SP4N-LAPOR!, "" where it has none; ``answered_at`` when the
    first answer stood there, where that is known.
    """

    state: str
    lead: int | None = None
    title: str = ""
    klass: str = ""
    confidentiality: str = ""
    tracking_id: str = ""
    answered_at: datetime | None = None


NO_PAST: Mapping[str, Past] = MappingProxyType({})


def settled(case: Case, past: Past) -> Case:
    """A new case as it stood elsewhere. One that is over has no deadline, nobody is reminded of it, and its place is
    by age; one that waits is ours from now on, and keeps the deadline that the intake counted from now."""
    case.klass = past.klass or case.klass
    case.answered_at = past.answered_at
    if past.tracking_id:
        case.tracking_id, case.tracked_at = past.tracking_id, case.opened_at
    if case.secrecy < Secrecy.OVERSIGHT:  # what the overseers keep is with nobody else
        case.lead_id = past.lead or case.channel.unit_id
    if past.state in WORKING:
        case.state = "routed" if past.lead or case.secrecy >= Secrecy.OVERSIGHT else "new"
    else:
        case.state, case.state_since = past.state, case.opened_at
        case.due_at = case.due_from = case.waits_from = case.remind_at = None
        case.settle_from = case.settle_by = case.heard_at = None
    case.rank = rank(case.state, case.due_at, case.state_since)
    return case
