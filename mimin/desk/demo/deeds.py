"""What staff did with what citizens wrote: told by the same verbs that people use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from mimin.desk.demo import settling
from mimin.desk.demo.history import answer, heard
from mimin.desk.demo.pemda import Pemda
from mimin.desk.demo.story import Told
from mimin.inbox import actions, answering
from mimin.inbox.intake import Understand, receive
from mimin.inbox.models import Case, Message, Reply
from mimin.lib.moving import Refused
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.platforms.base import PlatformError, Receipt
from mimin.registry.models import Connection

ANSWERS = ("answered", "closed", "reopened", "waiting_approval")
BEGUN = 4
"""Of so many cases that wait, and for which there are words, one has an answer that was begun."""
NOT_POSTED = 17
"""Of so many answers that leave by hand one still waits for the person who posts it."""
LEFT_LATE = 4
"""Of so many cases whose promised time ended one is still unanswered."""
READ, AT_ONCE = timedelta(minutes=20), timedelta(0)
"""How long a head takes to approve an answer."""
TURNED_AWAY = 3
"""Of so many answers that leave by themselves one is refused by the website."""


class Line:
    """Stands for the websites of the demonstration: what is said there is there. Nothing leaves the machine."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self._numbers = numbers

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        """The answer is there, under a number of its own; now and then a firewall turns Mimin away."""
        number = next(self._numbers)
        if number % TURNED_AWAY == 0:
            raise PlatformError("Turned away.", code="blocked", permanent=True)
        return Receipt("live", f"demo-{number}", "")

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        """Nothing was said that is not known."""
        return Receipt("absent")


def hear(pemda: Pemda, one: Told, *, at: datetime, understand: Understand) -> None:
    """A citizen writes, and Mimin hears it."""
    channel = pemda.channels[one.channel]
    receive([heard(one)], channel=channel, at=at, understand=understand)
    if channel.mode == "connected":
        Connection.objects.filter(channel=channel).update(last_heard_at=at)


def work(pemda: Pemda, one: Told, *, at: datetime, until: datetime) -> None:
    """What staff did: passed it on, asked, answered, closed. A refusal ends the story there.

    ``until``: when somebody looks at the demonstration. At whatever hour that is, most answers were not late.
    """
    message = Message.objects.select_related("case__lead", "case__channel__unit").get(
        channel=pemda.channels[one.channel], remote_id=heard(one).remote_id
    )
    case = message.case
    if case is None:
        return
    try:
        _keep(pemda, case, one, at)
        _pass_on(pemda, case, one, at)
        for text in one.notes:
            actions.note(case=case, text=text, by=pemda.worker(case.lead_id), at=at)
        if one.ending == "routed" and _in_time(pemda, case, one, until):
            one = one._replace(ending="answered")
        _end(pemda, case, message, one, at)
    except Refused:
        return


def _in_time(pemda: Pemda, case: Case, one: Told, until: datetime) -> bool:
    """Whether a case that would be late by now is one of those that staff answered before.

    Where a head must approve first, the answer is late with them.
    """
    over = case.due_at is not None and case.due_at <= until
    alone = not answering.needs_approval(case, by=pemda.worker(case.lead_id), at=until)
    return over and alone and case.secrecy < Secrecy.SECRET and one.thread % LEFT_LATE != 0


def settle(pemda: Pemda, one: Told, *, at: datetime, step: int) -> None:
    """What became of an answered matter some time later, in two steps."""
    message = Message.objects.select_related("case__lead", "case__channel__unit").get(
        channel=pemda.channels[one.channel], remote_id=heard(one).remote_id
    )
    if message.case is None or message.case.answered_at is None or message.case.state == "routed":
        return
    worker = pemda.worker(message.case.lead_id)
    settling.STEPS[step](
        message.case, one, worker, at, lambda reply: let_go(pemda, reply, worker, at, after=AT_ONCE)
    )


def _keep(pemda: Pemda, case: Case, one: Told, at: datetime) -> None:
    """What the machine did not see in the words, a person does: who may read the case is set right."""
    told = {"anonymous": Secrecy.ANONYMOUS, "secret": Secrecy.SECRET, "oversight": Secrecy.OVERSIGHT}
    wanted = told.get(one.message.secrecy, Secrecy.OPEN)
    if wanted is Secrecy.OVERSIGHT and one.accused == "inspektorat":
        wanted = Secrecy.OVERSIGHT_SEKDA
    if wanted is not Secrecy(case.secrecy):
        actions.keep(
            case=case, secrecy=wanted, concerns=pemda.units.get(one.accused), reason="Ditinjau koordinator.",
            by=pemda.people["koordinator"], at=at,
        )  # fmt: skip
        case.refresh_from_db()


def _pass_on(pemda: Pemda, case: Case, one: Told, at: datetime) -> None:
    coordinator = pemda.people["koordinator"]
    if case.secrecy >= Secrecy.OVERSIGHT:
        return
    target = pemda.units.get(one.unit)
    for way in one.transfers:
        if way.kind == "to" and way.to in pemda.units and pemda.units[way.to].pk != case.lead_id:
            actions.transfer(case=case, to=pemda.units[way.to], reason=way.reason, by=coordinator, at=at)
        elif way.kind == "help" and way.to in pemda.units and pemda.units[way.to].pk != case.lead_id:
            actions.involve(case=case, unit=pemda.units[way.to], part="helper", by=coordinator, at=at)
        elif way.kind == "return" and case.state == "routed":
            actions.hand_back(case=case, reason=way.reason, by=pemda.worker(case.lead_id), at=at)
    wants = one.ending in ("routed", *ANSWERS)
    if wants and target and (case.state == "new" or (case.lead_id != target.pk and not one.transfers)):
        actions.transfer(case=case, to=target, reason="", by=coordinator, at=at)


def _end(pemda: Pemda, case: Case, message: Message, one: Told, at: datetime) -> None:
    worker = pemda.worker(case.lead_id)
    if one.ending == "referred":
        actions.refer(case=case, outside=one.message.body or "Instansi lain", reason="", by=worker, at=at)
    elif one.ending == "dismissed":
        actions.dismiss(case=case, reason="Tidak ada yang diminta.", by=worker, at=at)
    elif one.ending == "routed" and one.answers:
        _begun(case, message, one, worker, at)
    if one.ending not in ("referred", *ANSWERS) or not _answered(pemda, case, message, one, worker, at):
        return
    case.refresh_from_db()
    if one.ending == "reopened":
        actions.reopen(case=case, reason="Warga menulis lagi.", by=worker, at=at + timedelta(hours=2))


def _begun(case: Case, message: Message, one: Told, worker: Person, at: datetime) -> None:
    """Words for a case that waits: they wait for a yes where the unit asks for one; elsewhere some of them just lie."""
    asked = answering.needs_approval(case, by=worker, at=at)
    if asked or one.thread % BEGUN == 0:
        reply = answering.draft(case=case, message=message, text=answer(one), by=worker, at=at)
        if asked:
            answering.submit(reply=reply, by=worker, at=at)


def _answered(pemda: Pemda, case: Case, message: Message, one: Told, worker: Person, at: datetime) -> bool:
    """Write the answer and let it leave; whether it stands there. What asks for nothing more is answered finally."""
    kind = Reply.Kind.FINAL if case.klass == "permintaan_informasi" else Reply.Kind.ANSWER
    reply = answering.draft(case=case, message=message, text=answer(one), kind=kind, by=worker, at=at)
    if one.ending == "waiting_approval" and not answering.needs_approval(case, by=worker, at=at):
        return False  # it was begun and lies
    if one.ending == "waiting_approval":
        answering.submit(reply=reply, by=worker, at=at)
        return False
    return let_go(pemda, reply, worker, at)


def let_go(pemda: Pemda, reply: Reply, worker: Person, at: datetime, *, after: timedelta = READ) -> bool:
    """Hand an answer in, have it approved where the unit asks for that, and let it leave; whether it stands there."""
    reply = answering.submit(reply=reply, by=worker, at=at)
    if reply.state == "submitted":
        approver = pemda.approver(reply.case.lead_id, worker)
        reply = answering.approve(reply=reply, by=approver, at=at + after)
    return reply.delivery is not None and _delivered(pemda, reply, reply.delivery, worker)


def _delivered(pemda: Pemda, reply: Reply, delivery: Delivery, worker: Person) -> bool:
    at = delivery.made_at
    if delivery.state != "by_hand":
        line = Line(pemda.numbers)
        return outbox.deliver(delivery, at=at, then=answering.arrived, connect=lambda _: line).state == "live"
    if delivery.pk % NOT_POSTED == 0:
        return False
    outbox.prove(
        delivery=delivery, link="", note="Dibalas di bawah pesannya.", by=actor(worker), at=at + timedelta(minutes=5),
        then=answering.arrived,
    )  # fmt: skip
    return True
