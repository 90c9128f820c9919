"""The verbs of an answer, from the draft to the platform. Each is one transaction, one move and one evidence record."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, record
from mimin.inbox.duty import may_answer_alone
from mimin.inbox.models import Case, Message, Reply
from mimin.inbox.placing import about, end_pause, moved, units_of
from mimin.inbox.states import ANSWERING, CASE, PROMISE, REPLY
from mimin.inbox.terms import terms_of
from mimin.language.understand import prepare
from mimin.lib.moving import Refused, move
from mimin.lib.store import lock
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.platforms import PLATFORMS
from mimin.platforms.addresses import chat_with
from mimin.policy.queries import value


def draft(
    *,
    case: Case,
    message: Message,
    text: str,
    by: Person,
    at: datetime,
    kind: str = Reply.Kind.ANSWER,
    also: bool = False,
) -> Reply:
    """Begin an answer, or change the person's own open draft to this message.

    The same words that the person has handed in already are that answer: a form sent twice is one. ``kind``: whether
    the citizen goes on waiting, the work goes on, or nothing more will follow. ``also``: whether the citizens of the
    cases merged into this one get the same.
    """
    text = text.strip()
    if not text:
        raise Refused(_("The answer is empty. Write it before saving."))
    if message.case_id != case.pk:
        raise Refused(_("This message belongs to another case. Open that case to answer it."))
    with transaction.atomic():
        lock(f"case {case.pk}")
        own = list(Reply.objects.filter(case=case, message=message, author=by).exclude(state="withdrawn"))
        if same := next((r for r in own if r.state != "draft" and r.text == text), None):
            if also and not same.also:
                same.also = True
                same.save(update_fields=["also"])
            return same
        if begun := next((r for r in own if r.state == "draft"), None):
            begun.text, begun.kind, begun.also = text, kind, also
            begun.save(update_fields=["text", "kind", "also"])
            return begun
        reply = Reply.objects.create(
            case=case, message=message, unit=case.lead, author=by, text=text, kind=kind, also=also,
            written_at=at, state=REPLY.initial, state_since=at, state_by=by.label,
        )  # fmt: skip
        record("reply.drafted", subject=about(case), by=actor(by), at=at, facts={"reply": reply.pk})
    return reply


def needs_approval(case: Case, *, by: Person, at: datetime) -> bool:
    """Whether a person's answer in this case must be approved by somebody else before it leaves; on duty, some may."""
    return bool(value(case.lead, "case.approval")) and not may_answer_alone(case, by=by, at=at)


@transaction.atomic
def submit(*, reply: Reply, by: Person, at: datetime) -> Reply:
    """Finish an answer: it goes to approval where the unit's policy asks for it, else it leaves.

    Nothing changes when it is on its way already; who was merged since gets it too, where that was asked.
    """
    lock(f"case {reply.case_id}")
    reply.refresh_from_db(fields=["state", "text", "also"])
    if reply.state in ("leaving", "sent"):
        _to_others(reply, by=actor(by), at=at)
    if reply.state in ("submitted", "leaving", "sent"):
        return reply
    if found := prepare(reply.text).found:
        kinds = ", ".join(sorted({f.kind for f in found}))
        raise Refused(
            _("The answer holds personal data (%(kinds)s). Take it out: an answer can be read by everybody.")
            % {"kinds": kinds}
        )
    _true(reply)
    Reply.objects.filter(pk=reply.pk).update(tells=reply.case.state)
    reply.tells = reply.case.state
    if not needs_approval(reply.case, by=by, at=at):
        return let_go(reply, by=actor(by), at=at)
    move(reply, REPLY, "submit", by=by.label, at=at)
    record("reply.submitted", subject=about(reply.case), by=actor(by), at=at, facts={"reply": reply.pk})
    return reply


def _true(reply: Reply) -> None:
    """Refused where an answer would say that everything is answered while a promise is still to be kept."""
    if reply.kind == Reply.Kind.FINAL and reply.case.promises.filter(state=PROMISE.initial).exists():
        raise Refused(
            _(
                "Something is promised here, so this answer cannot be the last one. "
                "Choose that the work goes on, or take the promise back first."
            )
        )


@transaction.atomic
def approve(*, reply: Reply, by: Person, at: datetime) -> Reply:
    """Let an answer leave. Nobody approves their own."""
    lock(f"case {reply.case_id}")
    reply.refresh_from_db(fields=["state", "delivery", "also"])
    if reply.author_id == by.pk:
        raise Refused(_("Nobody approves their own answer. Ask the head of the unit or the coordinator."))
    if reply.state != "submitted":
        raise Refused(_("This answer is not waiting for approval. Reload the page to see what became of it."))
    return let_go(reply, by=actor(by), at=at)


def let_go(reply: Reply, *, by: Actor, at: datetime) -> Reply:
    """Write down that the answer is to leave, in the caller's transaction."""
    case = reply.case
    delivery = outbox.enqueue(
        channel=case.channel, kind=Delivery.Kind.REPLY, thread=f"case {case.pk}",
        body={"to": reply.message.remote_id, "text": reply.text, **_place(reply.message, reply.text)}, by=by, at=at,
        unit=reply.unit, secrecy=case.secrecy,
    )  # fmt: skip
    move(reply, REPLY, "send", by=by.label, at=at, delivery=delivery)
    facts = {"reply": reply.pk, "delivery": delivery.key}
    record("reply.approved", subject=about(case), by=by, at=at, facts=facts)
    _to_others(reply, by=by, at=at)
    return reply


def _place(message: Message, text: str) -> dict[str, str]:
    """Where a person answers by hand: at the message itself, or in a chat with its writer; nothing where neither is
    known."""
    if message.url:
        return {"place": message.url}
    chat = PLATFORMS[message.channel.platform].chat
    place = chat_with(json.loads(message.raw)["author"], chat, text) if chat else ""
    return {"place": place} if place else {}


def _to_others(reply: Reply, *, by: Actor, at: datetime) -> None:
    """Let a copy leave to the citizen of every merged case, in their own thread; the same words go to nobody twice."""
    if not reply.also:
        return
    main = reply.case
    same = [one.pk for one in main.replies.filter(also=True) if one.text == reply.text]
    copies = list(Reply.objects.filter(copy_of__in=same).only("case", "message", "copy_of", "state"))
    reached = {copy.case_id for copy in copies if copy.copy_of_id == reply.pk}
    told = {copy.message_id for copy in copies if copy.state != "withdrawn"}
    cases = (
        main.merged.filter(state="merged").exclude(pk__in=reached).select_related("channel", "lead", "main")
    )
    asked = {
        m.case_id: m for m in Message.objects.filter(case__main=main, ours=False).order_by("sent_at", "pk")
    }
    for case in cases.order_by("pk"):
        message = asked.get(case.pk)
        if message is None or message.pk in told:
            continue
        copy = Reply.objects.create(
            case=case, message=message, unit=reply.unit, author=reply.author, kind=reply.kind, copy_of=reply,
            text=reply.text.replace(main.number, case.number), tells=case.state, written_at=at,
            state=REPLY.initial, state_since=at, state_by=by.label,
        )  # fmt: skip
        let_go(copy, by=by, at=at)


def arrived(delivery: Delivery, at: datetime) -> None:
    """The answer stands on the platform: the reply is sent and the case answered (in what is not ours, its citizen is
    told whose it is). Runs in the outbox's transaction."""
    reply = Reply.objects.select_related("case", "message").filter(delivery=delivery).first()
    if reply is None or reply.state == "sent":
        return
    move(reply, REPLY, "arrive", by=reply.state_by, at=at)
    case = reply.case
    by = reply.wrote
    _said(reply, delivery, at=at)
    if reply.kind == Reply.Kind.INTERIM:  # the citizen still waits for the answer itself
        facts = {"reply": reply.pk, "url": delivery.url}
        record("case.told_interim", subject=about(case), by=by, at=at, facts=facts)
        return
    if verb := next((v for v in ANSWERING if case.state in CASE.moves[v].sources), ""):
        if verb == "answer" and case.promises.filter(state=PROMISE.initial).exists():
            verb = "schedule"  # what was promised before the citizen wrote again still stands
        changes = {"answered_at": case.answered_at or at, **_settled(case, verb, reply, at)}
        # an older answer does not tell of what came after it
        if verb != "tell" or reply.tells in ("", case.state):
            moved(case, verb, by=by, at=at, told=True, **changes)
    elif case.state == "merged":
        _told_there(case, reply, at)
    facts = {"reply": reply.pk, "url": delivery.url, "kind": reply.kind}
    record("case.answered", subject=about(case), by=by, at=at, facts=facts)


def _told_there(case: Case, reply: Reply, at: datetime) -> None:
    """The citizen of a merged case knows what the main case says: they wait no more, and what is settled there is
    settled for them."""
    settled = reply.kind == Reply.Kind.FINAL or (case.main is not None and case.main.settled_at is not None)
    case.answered_at, case.waited_until = case.answered_at or at, None
    case.settled_at = at if settled and case.settled_at is None else case.settled_at
    case.save(update_fields=["answered_at", "waited_until", "settled_at"])


def _settled(case: Case, verb: str, reply: Reply, at: datetime) -> dict[str, datetime]:
    """What an answer settles: all of the matter where it is final, what was done or is another's once they know."""
    done, final = case.state == "done", verb == "answer" and reply.kind == Reply.Kind.FINAL
    if not (done or final or case.state == "referred"):
        return {}
    end_pause(case, at=at)
    changes = {"settled_at": case.settled_at or at}
    if done or final:
        changes |= {"rests_from": at, "rests_until": terms_of(case.lead).rests_until(at)}
    return changes


def _said(reply: Reply, delivery: Delivery, *, at: datetime) -> None:
    """Keep our answer in the conversation under its remote id, so that hearing it again brings no second copy."""
    raw = json.dumps({"text": reply.text, "author": reply.wrote.label, "raw": {}}, ensure_ascii=False)
    Message.objects.get_or_create(
        channel=reply.case.channel,
        remote_id=delivery.remote_id or f"delivery:{delivery.key}",
        defaults={
            "parent_id": reply.message.remote_id, "case": reply.case, "ours": True, "author": reply.unit.name[:120],
            "text": "" if reply.case.secrecy >= Secrecy.SECRET else prepare(reply.text).text,
            "units": units_of(reply.case_id)[reply.case_id],
            "raw": raw, "url": delivery.url, "sent_at": at, "received_at": at,
        },
    )  # fmt: skip


@transaction.atomic
def send_back(*, reply: Reply, why: str, by: Person, at: datetime) -> Reply:
    """Return an answer to its author with what is to be changed."""
    if not why.strip():
        raise Refused(_("Say what is to be changed, so that the author can mend it."))
    move(reply, REPLY, "return", by=by.label, at=at, returned_because=why)
    record("reply.returned", subject=about(reply.case), by=actor(by), at=at, facts={"reply": reply.pk})
    return reply


@transaction.atomic
def withdraw(*, reply: Reply, by: Person, at: datetime) -> Reply:
    """Take an answer back before it has left."""
    lock(f"case {reply.case_id}")
    reply.refresh_from_db(fields=["state", "delivery"])  # somebody may have let it leave a moment ago
    _take_back(reply, by=by, at=at)
    for copy in reply.copies.filter(state="leaving").select_related("case", "delivery"):
        with suppress(Refused), transaction.atomic():  # what is being sent is on its way
            _take_back(copy, by=by, at=at)
    return reply


def _take_back(reply: Reply, *, by: Person, at: datetime) -> None:
    if reply.delivery and reply.delivery.state != "cancelled":
        outbox.cancel(delivery=reply.delivery, by=actor(by), at=at)
    move(reply, REPLY, "withdraw", by=by.label, at=at)
    record("reply.withdrawn", subject=about(reply.case), by=actor(by), at=at, facts={"reply": reply.pk})
