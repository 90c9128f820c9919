"""Words of danger: the card that people wrote for them, the alarm, and who is told when. None of it is ever public."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from mimin.evidence.actions import Actor, Entry, record, record_many
from mimin.inbox.duty import confirmed, on_duty
from mimin.inbox.models import Alarm, Case
from mimin.inbox.placing import about
from mimin.inbox.queries import seen
from mimin.inbox.rules import deadline
from mimin.inbox.states import ALARM
from mimin.inbox.whom import nearest
from mimin.language.understand import Understanding
from mimin.lib.moving import Refused, move
from mimin.lib.work import nudge
from mimin.people.actions import actor
from mimin.people.models import Person, Unit
from mimin.people.rules import RoleKind
from mimin.policy.queries import value

MIMIN = Actor(None, "Mimin")
GENERAL = "darurat"
"""The kind, and its card, where nobody can say which danger it is."""
OPEN = ("ringing", "unheard")
"""States of an alarm that nobody has taken on."""
STEPS: tuple[tuple[str, frozenset[RoleKind]], ...] = (
    ("duty", frozenset({RoleKind.ADMIN, RoleKind.COORDINATOR})),
    ("coordinator", frozenset({RoleKind.COORDINATOR})),
    ("head", frozenset({RoleKind.HEAD})),
    ("secretary", frozenset({RoleKind.SECRETARY})),
)
"""Who is told one after the other, until somebody takes the alarm on; the first step is for when nobody is on duty."""


def danger_of(understood: Understanding | None) -> str:
    """Which danger a message speaks of; "" for none."""
    if understood is None:
        return ""
    return understood.danger or (GENERAL if understood.urgency == "darurat" else "")


# --- The card -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """What to do in one danger, as people wrote it, and the numbers to call: (number, whose), local ones first."""

    kind: str
    title: str
    steps: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def _written() -> dict[str, Card]:
    told = json.loads((Path(__file__).parent / "data" / "danger_cards.json").read_text(encoding="utf-8"))
    always, names = tuple(told["always"]), told["numbers"]
    return {
        kind: Card(kind, one["title"], (*one["steps"], *always), tuple((n, names[n]) for n in one["numbers"]))
        for kind, one in told["cards"].items()
    }


def title_of_danger(kind: str) -> str:
    """What people call a danger, in Indonesian."""
    return _written().get(kind, _written()[GENERAL]).title


def card(kind: str, unit: Unit) -> Card:
    """The card for a danger; a unit's own numbers (a value on screen) stand first."""
    written = _written().get(kind, _written()[GENERAL])
    local = tuple(_local(value(unit, "duty.local_numbers")))
    return Card(written.kind, written.title, written.steps, (*local, *written.numbers))


def _local(lines: str) -> Iterable[tuple[str, str]]:
    for line in lines.splitlines():
        name, _colon, number = line.rpartition(":")
        if number.strip():
            yield number.strip(), name.strip()


# --- The alarm ------------------------------------------------------------------------------------------------------


def raise_alarms(found: Mapping[Case, str], *, at: datetime) -> None:
    """Write an alarm for each case in which a danger (its kind) is spoken of, unless one rings there already.

    In the transaction that stores the case: there is no case of danger without its alarm. Whoever is on duty is told by
    a worker the moment this is committed.
    """
    if not found:
        return
    before = {one.case_id: one for one in Alarm.objects.filter(case__in=list(found), state__in=OPEN)}
    fresh = {case: kind for case, kind in found.items() if not _rings(before.get(case.pk))}
    for case in fresh:
        if last := before.get(case.pk):  # nobody took it on: it gives way to the new one
            last.case = case
            conclude(last, "end", at=at)
    made = [
        Alarm(
            case=case, kind=kind, raised_at=at, due_at=at,
            state=ALARM.initial, state_since=at, state_by=MIMIN.label,
        )
        for case, kind in fresh.items()
    ]  # fmt: skip
    Alarm.objects.bulk_create(made)
    record_many(
        Entry("alarm.raised", about(one.case), MIMIN, at, {"alarm": one.pk, "danger": one.kind})
        for one in made
    )
    for one in made:
        nudge("alarm", one.pk)


def _rings(alarm: Alarm | None) -> bool:
    """Whether an alarm still wakes people: one that a restore silenced gives way to a new one."""
    return alarm is not None and alarm.state == ALARM.initial and alarm.due_at is not None


def open_alarm(case: Case) -> Alarm | None:
    """The alarm of a case that nobody has taken on; else its last one, else None."""
    rows = case.alarms.order_by("-pk")
    return rows.filter(state__in=OPEN).first() or rows.first()


def alarms_for(person: Person, *, size: int = 5) -> list[Alarm]:
    """The alarms that nobody has taken on, of cases that the person may see, the newest first."""
    rows = Alarm.objects.filter(seen(person, "case__"), state__in=OPEN)
    return list(rows.select_related("case", "case__lead").order_by("-pk")[:size])


@transaction.atomic
def acknowledge(*, alarm: Alarm, by: Person, at: datetime) -> Alarm:
    """Take an alarm on: nobody further is told. Refused when somebody else was first; the same person may tap twice."""
    if alarm.state == "acknowledged" and alarm.state_by == by.label:
        return alarm
    move(alarm, ALARM, "acknowledge", by=by.label, at=at, due_at=None)
    record("alarm.acknowledged", subject=about(alarm.case), by=actor(by), at=at, facts={"alarm": alarm.pk})
    return alarm


# --- Who is told ----------------------------------------------------------------------------------------------------


def to_tell(case: Case, step: int, at: datetime) -> list[Person]:
    """Who is told of an alarm at a step, of those who may see the case.

    First whoever is on duty; where nobody is, or the shift was not confirmed, the unit's admins and the coordinator.
    """
    name, kinds = STEPS[step]
    duty = on_duty(case.lead, at) if name == "duty" else None
    told = [duty.person] if duty and may_see(duty.person, case) else []
    if not told or not (duty and confirmed(duty)):
        for kind in sorted(kinds):
            told += nearest(case.lead, case.secrecy, {kind}, on=timezone.localdate(at))
    return list({person.pk: person for person in told}.values())


def may_see(person: Person, case: Case) -> bool:
    """Whether the one scope rule lets a person see a case."""
    return Case.objects.filter(seen(person), pk=case.pk).exists()


def waits_for(alarm: Alarm) -> timedelta:
    """How long the one who was told has to take the alarm on."""
    return timedelta(minutes=value(alarm.case.lead, "duty.acknowledge_minutes"))


def step_on(alarm: Alarm, *, to: int, told: Sequence[Person], at: datetime) -> bool:
    """Note that a step was taken and when the next one is due; False when somebody was faster. In a transaction."""
    after = at + waits_for(alarm)
    rows = Alarm.objects.filter(pk=alarm.pk, state=ALARM.initial, step=alarm.step)
    if not rows.update(step=to + 1, due_at=after, tries=0):
        return False
    facts = {"alarm": alarm.pk, "step": STEPS[to][0], "to": [[person.pk, person.label] for person in told]}
    record("alarm.told", subject=about(alarm.case), by=MIMIN, at=at, facts=facts)
    return True


def conclude(alarm: Alarm, verb: str, *, at: datetime) -> None:
    """End an alarm whose case was dealt with (``end``), or note that the chain is through (``give_up``)."""
    try:
        move(alarm, ALARM, verb, by=MIMIN.label, at=at, due_at=None)
    except Refused:  # somebody took it on this very moment
        return
    kind = {"end": "alarm.over", "give_up": "alarm.unheard"}[verb]
    record(kind, subject=about(alarm.case), by=MIMIN, at=at, facts={"alarm": alarm.pk})


def dealt_with(case: Case) -> bool:
    """Whether no citizen waits in the case any more: somebody has answered, referred, dismissed or closed it."""
    return deadline(case.rank) is None
