"""Moving a case so that its place in every unit's list moves with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mimin.evidence.actions import Actor, Subject, record
from mimin.inbox.models import Case, CaseUnit, Message
from mimin.inbox.rules import deadline, rank
from mimin.inbox.states import CASE, REPLY, TELLING
from mimin.inbox.terms import terms_of
from mimin.lib.moving import move
from mimin.lib.store import marks
from mimin.people.models import Unit


def about(case: Case) -> Subject:
    """How the trail names a case."""
    return Subject("case", case.pk, case.number)


def moved(
    case: Case,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    until: datetime | None = None,
    told: bool = False,
    **changes: Any,
) -> Case:
    """Move a case and keep its place in every unit's list; Refused when somebody else was first.

    A citizen who waits goes on waiting until the same deadline; ``until`` is a new one. In a state of which they must
    be told they wait until they were (``told``), also where nobody had waited before.
    """
    state = CASE.moves[verb].leads(case.state)
    if state in TELLING and not told and not until and deadline(case.rank) is None:
        until = terms_of(case.lead).deadline(at, case.urgency)
    place = rank(state, until or deadline(case.rank), at, told=told)
    if "lead" in changes and changes["lead"].pk != case.lead_id:
        changes["holder"] = None  # who held it works for the unit that it leaves
    if until:
        changes.setdefault("waits_from", at)
    for name in (
        "rests_from",
        "rests_until",
        "settled_at",
    ):  # what moves on is not settled, unless the verb says so
        changes.setdefault(name, None)
    if case.verified_at is None and state != CASE.initial:
        changes["verified_at"] = at
    seen = ("state", "lead_id")  # of two who decide at once on the same sight, one wins
    move(case, CASE, verb, by=by.label, at=at, unchanged=seen, rank=place, remind_at=at, **changes)
    CaseUnit.objects.filter(case=case).update(state=state, rank=place)
    return case


def end_pause(case: Case, *, at: datetime) -> bool:
    """Let a clock that stands still run again, because what it waited for is over; whether one did."""
    return bool(case.pauses.filter(until=None).update(until=at))


def take_back_words(case: Case) -> None:
    """Words that Mimin put into drafts say what is no longer true: they go, what people wrote stays."""
    for draft in case.replies.filter(state=REPLY.initial):
        if draft.proposed and draft.proposed in draft.text:
            draft.text = draft.text.replace(draft.proposed, "").strip()
            draft.proposed = ""
            if draft.text:
                draft.save(update_fields=["text", "proposed"])
            else:
                draft.delete()


def look(case: Case, at: datetime) -> None:
    """Have the ladder look at a case in its next round: one of its clocks began, ended or was moved."""
    case.remind_at = at
    Case.objects.filter(pk=case.pk).update(remind_at=at)


def unsettled_by(case: Case) -> datetime | None:
    """When an answered matter is to be settled; None where that is not asked now: it is settled, it has a promise of
    its own, or its clock stands still."""
    running = case.state == "answered" and case.settled_at is None and case.settle_by is not None
    return case.settle_by if running and all(pause.until for pause in case.pauses.all()) else None


def end_of(day: date, unit: Unit) -> datetime:
    """The moment at which a day ends where the unit is."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(unit.zone)).astimezone(UTC)


def sooner(case: Case, until: datetime, *, since: datetime) -> None:
    """Let a case that waits wait no longer than until an earlier deadline: of somebody who waits in it too."""
    place = rank(case.state, until, until, told=False)
    changes = {"rank": place, "waits_from": since, "remind_at": since}
    if Case.objects.filter(pk=case.pk, rank=case.rank).update(**changes):
        CaseUnit.objects.filter(case=case).update(rank=place)
        case.rank = place


def takes_part(
    case: Case, unit: Unit, part: str, *, due_from: datetime | None = None, due_at: datetime | None = None
) -> None:
    """Let a unit take part in a case, or change its part; what it had done before counts no more."""
    _part, anew = CaseUnit.objects.update_or_create(
        case=case,
        unit=unit,
        defaults={
            "part": part,
            "state": case.state,
            "rank": case.rank,
            "secrecy": case.secrecy,
            "due_from": due_from,
            "due_at": due_at,
            "done_at": None,
            "done_by": "",
        },
    )
    if anew:
        Message.objects.filter(case=case).update(units=units_of(case.pk)[case.pk])


def units_of(*cases: int) -> dict[int, str]:
    """Which units take part in cases, as the search marks it on their messages. Call inside a transaction.

    The cases are locked: a message that comes in while a unit begins to take part is marked by one of the two.
    """
    list(Case.objects.select_for_update(no_key=True).filter(pk__in=cases).order_by("pk").values_list("pk"))
    found: dict[int, list[int]] = {pk: [] for pk in cases}
    for case, unit in CaseUnit.objects.filter(case__in=cases).values_list("case", "unit"):
        found[case].append(unit)
    return {case: marks(units) for case, units in found.items()}


def reopened(case: Case, *, wrote: datetime | None, by: Actor, at: datetime, counts: bool = True) -> Case:
    """Take a case up again: a new promise runs from when the citizen wrote (now, where ``wrote`` is None).

    ``counts``: whether it speaks against the answer that was given; a citizen who only thanks does not.

    The first promise stays what the first answer is measured by; where nothing had been asked (dismissed), it begins
    with what the citizen wrote now (docs/decisions/0018-promises-after-a-reopening.md).
    """
    terms, start = terms_of(case.lead), wrote or at
    until = terms.deadline(start, case.urgency)
    anew: dict[str, Any] = {"waits_from": start, "closed_at": None, "closed_because": ""}
    anew |= {"outside": "", "outside_number": ""}
    end_pause(case, at=at)
    if wrote and case.state == "dismissed" and not case.answered_at:
        anew |= {"due_at": until, "due_from": start}
    elif counts:
        anew["reopened"] = case.reopened + 1
    if case.settled_at or case.settle_by is None:
        anew["settle_from"] = start
        anew["settle_by"] = terms.settled_by(start, case.klass, field_check=case.field_check)
    moved(case, "reopen", by=by, at=at, until=until, **anew)
    take_back_words(case)
    record("case.reopened", subject=about(case), by=by, at=at, facts={"due_at": until.isoformat()})
    return case
