"""A case that people worked on, made by the product's own verbs: what a case page has to show in life."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from bench import fill
from mimin.evidence.models import Facts
from mimin.inbox import actions, answering
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, Message, Note, Reply, Transfer
from mimin.outbox import actions as outbox
from mimin.people.actions import actor
from mimin.people.models import Person, Unit
from mimin.platforms.base import Heard
from mimin.registry.models import Channel

MESSAGES, TRANSFERS, REPLIES, RECORDS = 6, 2, 3, 30
BEGAN = fill.NOW - timedelta(days=5)


def worked_case() -> int:
    """Six messages of the citizen, two transfers, three answers that stand on the channel, and notes until thirty
    records of evidence tell of it; its id. Needs the tree of the demonstration."""
    coordinator = Person.objects.get(username="koordinator")
    channel = Channel.objects.filter(mode=Channel.Mode.ASSISTED, retired_at=None, unit__parent=None).first()
    channel = channel or Channel.objects.filter(mode=Channel.Mode.ASSISTED).first()
    assert channel is not None
    texts = list(islice(fill.texts(), MESSAGES))
    pk = receive([_heard(0, texts[0])], channel=channel, at=BEGAN, understand=None).opened[0]
    units = Unit.objects.filter(parent__parent=None, parent__isnull=False, active=True).exclude(
        pk=channel.unit_id
    )
    for number, unit in enumerate(units.order_by("-path")[:TRANSFERS]):
        case = Case.objects.get(pk=pk)
        actions.transfer(case=case, to=unit, reason="Urusannya.", by=coordinator, at=_at(number + 1))
    for number, text in enumerate(texts[1:], 1):
        receive([_heard(number, text)], channel=channel, at=_at(10 + number * 5), understand=None)
        if number <= REPLIES:
            _answer(pk, f"fill-worked:{number}", coordinator, 12 + number * 5)
    while Facts.objects.filter(subject_kind="case", subject_id=pk).count() < RECORDS:
        number = Note.objects.filter(case=pk).count()
        case = Case.objects.get(pk=pk)
        actions.note(case=case, text=f"{texts[0]} ({number})", by=coordinator, at=_at(60 + number))
    assert Message.objects.filter(case=pk, ours=False).count() == MESSAGES
    assert Transfer.objects.filter(case=pk).count() == TRANSFERS
    assert Reply.objects.filter(case=pk, state="sent").count() == REPLIES
    return pk


def _at(hours: int) -> fill.datetime:
    return BEGAN + timedelta(hours=hours)


def _heard(number: int, text: str) -> Heard:
    parent = "fill-worked:0" if number else ""
    return Heard(
        f"fill-worked:{number}", text, "Warga", _at(10 + number * 5 if number else 0), parent_id=parent
    )


def _answer(pk: int, remote_id: str, by: Person, hours: int) -> None:
    message = Message.objects.select_related("case__lead", "case__channel__unit").get(
        case=pk, remote_id=remote_id
    )
    case = message.case
    assert case is not None
    reply = answering.draft(
        case=case, message=message, text=f"Sudah kami terima. ({hours})", by=by, at=_at(hours)
    )
    reply = answering.submit(reply=reply, by=by, at=_at(hours))
    if reply.state == "submitted":
        other = Person.objects.get(username="koordinator.malam")
        reply = answering.approve(reply=reply, by=other, at=_at(hours))
    assert reply.delivery is not None
    outbox.prove(
        delivery=reply.delivery, link="", note="Dibalas di bawah pesannya.", by=actor(by), at=_at(hours),
        then=answering.arrived,
    )  # fmt: skip
