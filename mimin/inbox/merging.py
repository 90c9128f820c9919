"""One problem that many citizens report is worked on once: cases become a part of one, and leave it again.

A merged case keeps its messages, its channel and its thread; its citizen is answered there. What becomes of both
clocks: docs/decisions/0026-one-problem-many-citizens.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, Entry, record_many
from mimin.inbox import queries, searching
from mimin.inbox.danger import OPEN
from mimin.inbox.models import Case, CaseUnit, Message, Note
from mimin.inbox.placing import about, moved, reopened, sooner, units_of
from mimin.inbox.rules import deadline
from mimin.inbox.states import CASE, GATHERING, PROMISE
from mimin.inbox.terms import terms_of
from mimin.lib import spoken
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.models import Person, Unit
from mimin.people.rules import Secrecy


def named(person: Person, number: str) -> Case:
    """The case of a number that the person may see; Refused for every other number, in the same words."""
    found = searching.by_number(person, number)
    if not found:
        raise Refused(
            _("There is no case %(number)s that you may see. Check the number.") % {"number": number[:40]}
        )
    return queries.find_case(person, found[0].pk)


def main_among(cases: list[Case]) -> Case:
    """Which of several cases the others are merged into."""
    mains = Case.objects.filter(main__in=cases).values_list("main", flat=True)
    return first_of(cases, gathered=frozenset(pk for pk in mains.distinct() if pk))


def first_of(cases: Iterable[Case], *, gathered: Collection[int]) -> Case:
    """Of several cases the one that has merged ones (``gathered``), else the oldest."""
    return min(cases, key=lambda case: (case.pk not in gathered, case.opened_at, case.pk))


@transaction.atomic
def merge(*, case: Case, into: Case, by: Person, at: datetime) -> Case:
    """Make a case a part of another one, which is answered for both. Its own clock stands until it is split off.

    The citizen who waits goes on waiting there: the other case takes the earlier of both deadlines, and is put back to
    work where nobody waited in it.
    """
    _alone(case, into)
    _check(case, into, by)
    waited, wrote = deadline(case.rank), case.waits_from or case.opened_at
    moved(case, "merge", by=actor(by), at=at, main=into, waited_until=waited)
    show_to(into.lead, [case])
    if waited and deadline(into.rank) is None:
        reopened(into, wrote=wrote, by=actor(by), at=at)
    if waited and waited < (deadline(into.rank) or waited):
        sooner(into, waited, since=wrote)
    _recorded("case.merged", case, into, by=actor(by), at=at)
    return case


def _alone(*cases: Case) -> None:
    """Let nobody else merge, split or answer these until the transaction ends, and look at them as they are now."""
    for pk in sorted({case.pk for case in cases}):
        lock(f"case {pk}")
    for case in cases:
        case.refresh_from_db()


def _check(case: Case, into: Case, by: Person) -> None:
    """Refused where the two cannot be one."""
    if case.pk == into.pk:
        raise Refused(_("A case cannot be merged into itself. Choose another one."))
    for one in (case, into):
        if one.secrecy >= Secrecy.SECRET:
            raise Refused(_("What is secret stays by itself: %(case)s is not merged.") % {"case": one.number})
        if "case.transfer" not in queries.standing(by, one).rights:
            told = _("You may not pass %(case)s on, and so not merge it. Ask the coordinator.")
            raise Refused(told % {"case": one.number})
    if into.state == "merged":
        raise Refused(_elsewhere(into, by))
    if into.state not in GATHERING:
        told = _("%(case)s is “%(state)s”. Reopen it first, or choose a case that is being worked on.")
        raise Refused(told % {"case": into.number, "state": _(CASE.states[into.state])})
    if case.merged.exists():
        told = _("Others were merged into %(case)s. Merge %(other)s into it instead.")
        raise Refused(told % {"case": case.number, "other": into.number})
    if case.promises.filter(state=PROMISE.initial).exists():
        raise Refused(
            _("Something is promised in %(case)s. Take that promise back first.") % {"case": case.number}
        )
    if case.alarms.filter(state__in=OPEN).exists():
        raise Refused(_("An alarm rings in %(case)s. Take it on first.") % {"case": case.number})


def _elsewhere(into: Case, by: Person) -> str:
    """Who merged the chosen main case meanwhile; into which, where the person may see that one."""
    told = _("%(who)s merged %(case)s into another case at %(when)s.") % {
        "who": into.state_by, "case": into.number, "when": spoken.moment(into.state_since, into.zone),
    }  # fmt: skip
    there = Case.objects.filter(queries.seen(by), merged=into).first()
    instead = _("Choose %(case)s instead.") % {"case": there.number} if there else ""
    return f"{told} {instead}".strip()


@transaction.atomic
def split(*, case: Case, reason: str, by: Person, at: datetime) -> Case:
    """Take a case out of the one that it was merged into, with a reason."""
    if not reason.strip():
        raise Refused(_("Say why it is another matter, so that nobody merges it again."))
    _alone(case, *([case.main] if case.main else []))
    part(case, by=actor(by), at=at)
    Note.objects.create(case=case, text=reason.strip(), at=at, by=by.label)
    return case


def part(case: Case, *, by: Actor, at: datetime) -> None:
    """Give a merged case its own clock back: that of before, or a new promise where its citizen was told meanwhile."""
    main, terms = case.main, terms_of(case.lead)
    since = (case.waits_from or case.opened_at) if case.waited_until else at
    until = case.waited_until or terms.deadline(at, case.urgency)
    moved(
        case, "split", by=by, at=at, until=until, main=None, waited_until=None, settled_at=None,
        waits_from=since,
    )  # fmt: skip
    if main:
        _recorded("case.split", case, main, by=by, at=at)


def part_all(case: Case, *, by: Actor, at: datetime) -> None:
    """Take a case out of its main one, and everything out of it: it is kept too closely to stand with others."""
    if case.state == "merged":
        part(case, by=by, at=at)
    for one in case.merged.select_related("lead", "main").order_by("pk"):
        part(one, by=by, at=at)


def show_to(unit: Unit, cases: list[Case]) -> None:
    """Let a unit read merged cases: it answers for them. Where it takes part already, its part stays."""
    rows = [
        CaseUnit(
            case=one,
            unit=unit,
            part=CaseUnit.Part.INFORMED,
            state=one.state,
            secrecy=one.secrecy,
            rank=one.rank,
        )
        for one in cases
    ]
    CaseUnit.objects.bulk_create(rows, ignore_conflicts=True)
    for pk, units in units_of(*[one.pk for one in cases]).items():
        Message.objects.filter(case=pk).exclude(units=units).update(units=units)


def wrote_again(case: Case, *, wrote: datetime, by: Actor, at: datetime) -> None:
    """The citizen of a merged case wrote: they wait again, and the main case is put back to work as if it had come
    there."""
    if case.waited_until is None:
        until = terms_of(case.lead).deadline(wrote, case.urgency)
        Case.objects.filter(pk=case.pk).update(waited_until=until, waits_from=wrote, settled_at=None)
    main = case.main
    if main and main.state in CASE.moves["reopen"].sources:
        reopened(main, wrote=wrote, by=by, at=at)


def _recorded(kind: str, case: Case, main: Case, *, by: Actor, at: datetime) -> None:
    """The same in the trail of both."""
    pairs = ((case, main, "part"), (main, case, "main"))
    record_many(
        Entry(kind, about(one), by, at, {"other": other.pk, "as": role}) for one, other, role in pairs
    )
