"""Learning from what people corrected and passed on: the words are counted anew, and replace what was known before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from mimin.evidence.actions import Actor, Subject, record
from mimin.inbox.models import Case, Correction, Message, Taught
from mimin.language.taught import Lesson, learned_words
from mimin.people.rules import Secrecy

MIMIN = Actor(None, "Mimin")
DAILY = timedelta(hours=20)
NEWEST = 20_000
"""So many cases are learned from, the newest; older ones tell of units and words that are gone."""


class Example(NamedTuple):
    """A case as a lesson: the masked words that opened it, and what people left it as; "" where nobody said."""

    text: str
    received_at: datetime
    affair: str
    unit: str
    affair_corrected: bool
    unit_corrected: bool


def learn(*, by: Actor, at: datetime) -> Taught:
    """Count again what corrections teach. What was learned before is forgotten, with the cases that were erased.

    Reading and counting end before the transaction begins.
    """
    told = list(lessons())
    words = {
        "affair": learned_words(Lesson(t.text, t.affair, t.affair_corrected) for t in told if t.affair),
        "unit": learned_words(Lesson(t.text, t.unit, t.unit_corrected) for t in told if t.unit),
    }
    corrections = sum(t.affair_corrected + t.unit_corrected for t in told)
    with transaction.atomic():
        made = Taught.objects.create(at=at, corrections=corrections, cases=len(told), words=words)
        Taught.objects.exclude(pk=made.pk).delete()
        facts = {
            "cases": made.cases,
            "corrections": corrections,
            "words": sum(len(w) for w in words.values()),
        }
        record(
            "understanding.learned", subject=Subject("understanding", made.pk, ""), by=by, at=at, facts=facts
        )
    return made


def learn_daily(at: datetime) -> Taught | None:
    """A routine: learn once a day, where somebody has corrected something since."""
    last = Taught.objects.order_by("-pk").values_list("at", flat=True).first()
    if last and at - last < DAILY:
        return None
    fresh = Correction.objects.filter(at__gt=last) if last else Correction.objects.all()
    return learn(by=MIMIN, at=at) if fresh.exists() else None


def lessons() -> Iterator[Example]:
    """The cases that a person has decided on, the newest first. What is secret teaches nothing and is not read."""
    first = Message.objects.filter(case=OuterRef("pk"), ours=False).order_by("pk").values("text")[:1]
    corrected = Exists(Correction.objects.filter(case=OuterRef("pk")))
    rows = Case.objects.filter(~Q(state="new") | corrected, secrecy__lt=Secrecy.SECRET)
    rows = rows.exclude(state="dismissed").exclude(klass="spam").order_by("-pk")
    cases = list(rows.values_list("pk", "opened_at", "state", "affair", "lead_id", Subquery(first))[:NEWEST])
    now = _corrected(cases[-1][0] if cases else 0)
    for pk, opened_at, state, affair, lead, text in cases:
        if text:
            unit = str(lead) if state != "new" else ""
            yield Example(
                text, opened_at, affair, unit,
                bool(affair) and now.get((pk, "affair")) == affair,
                bool(unit) and now.get((pk, "unit")) == unit,
            )  # fmt: skip


def _corrected(since: int) -> dict[tuple[int, str], str]:
    """Of each case and field what the last correction said."""
    rows = Correction.objects.filter(case__gte=since).order_by("pk")
    return {(case, field): now for case, field, now in rows.values_list("case_id", "field", "now")}
