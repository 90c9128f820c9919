"""The verbs of the inbox. Each is one transaction, one move and one evidence record."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, Subject, record
from mimin.inbox.arriving import EARLIEST
from mimin.inbox.intake import Understand, receive, terms_of
from mimin.inbox.models import Case, CaseUnit, Message, Note, Reply, Transfer
from mimin.inbox.placing import about, moved, reopened, takes_part
from mimin.inbox.states import CASE, REPLY
from mimin.language.playbook import load
from mimin.language.titles import title
from mimin.language.understand import prepare
from mimin.lib.moving import Refused, move
from mimin.lib.store import lock
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.people.actions import actor
from mimin.people.models import Person, Unit
from mimin.people.rules import Secrecy
from mimin.platforms.base import Heard
from mimin.policy.queries import value
from mimin.registry.models import Channel


def record_by_hand(
    *,
    channel: Channel,
    text: str,
    author: str,
    sent_at: datetime,
    link: str,
    understand: Understand | None,
    by: Person,
    at: datetime,
    key: str = "",
) -> Case:
    """Write down what was heard where no API helps; the same form sent twice (``key``) is one case."""
    if not prepare(text).text:
        raise Refused(_("There is no text. Paste what the citizen wrote."))
    if sent_at > at:
        raise Refused(_("The time lies in the future. Enter when the citizen wrote."))
    if sent_at < EARLIEST:
        raise Refused(_("The time lies too far back. Enter when the citizen wrote."))
    remote_id = f"hand:{key or secrets.token_hex(12)}"
    heard = Heard(remote_id=remote_id, text=text, author=author, sent_at=sent_at, url=link)
    done = receive([heard], channel=channel, at=at, understand=understand, by=actor(by))
    if done.opened:
        return Case.objects.get(pk=done.opened[0])
    return Case.objects.get(messages__channel=channel, messages__remote_id=remote_id)


def _open_to_others(case: Case) -> None:
    """Refused for a case that the overseers keep: another unit would hold what it may not even read."""
    if case.secrecy >= Secrecy.OVERSIGHT:
        raise Refused(
            _("Only the overseers may read this case. Change who may read it before another unit gets it.")
        )


@transaction.atomic
def transfer(*, case: Case, to: Unit, reason: str, by: Person, at: datetime) -> Case:
    """Give a case to the unit whose business it is. The unit before keeps the trail as ``former``."""
    _open_to_others(case)
    if not to.active:
        raise Refused(
            _("%(unit)s no longer exists. Choose the unit that took over its work.") % {"unit": to.name}
        )
    if to.pk == case.lead_id and case.state != "new":
        raise Refused(_("%(unit)s holds this case already.") % {"unit": to.name})
    was = case.lead
    moved(case, "route", by=actor(by), at=at, lead=to)
    if was.pk != to.pk:
        CaseUnit.objects.filter(case=case, unit=was).update(part=CaseUnit.Part.FORMER)
    takes_part(case, to, CaseUnit.Part.LEAD)
    Transfer.objects.create(case=case, kind="unit", was=was, to=to, reason=reason, at=at, by=by.label)
    facts = {"from": was.pk, "to": to.pk, "to_name": to.name}
    record("case.transferred", subject=about(case), by=actor(by), at=at, facts=facts)
    return case


@transaction.atomic
def hand_back(*, case: Case, reason: str, by: Person, at: datetime) -> Case:
    """Return a case to where it came from, with a reason."""
    if not reason.strip():
        raise Refused(_("Say why the case goes back, so that it finds the right unit."))
    _open_to_others(case)
    was = case.lead
    last = Transfer.objects.filter(case=case, kind="unit", to=was).select_related("was").first()
    to = last.was if last and last.was else case.channel.unit
    moved(case, "return", by=actor(by), at=at, lead=to)
    CaseUnit.objects.filter(case=case, unit=was).update(part=CaseUnit.Part.FORMER)
    takes_part(case, to, CaseUnit.Part.LEAD)
    Transfer.objects.create(case=case, kind="return", was=was, to=to, reason=reason, at=at, by=by.label)
    record("case.returned", subject=about(case), by=actor(by), at=at, facts={"from": was.pk, "to": to.pk})
    return case


@transaction.atomic
def refer(*, case: Case, outside: str, reason: str, by: Person, at: datetime) -> Case:
    """Say that the matter is not the government's, and name the body whose it is."""
    if not outside.strip():
        raise Refused(_("Name the body whose business this is, so that the citizen knows where to go."))
    moved(case, "refer", by=actor(by), at=at, outside=outside[:60])
    Transfer.objects.create(
        case=case, kind="outside", was=case.lead, outside=outside[:60], reason=reason, at=at, by=by.label
    )
    record("case.referred", subject=about(case), by=actor(by), at=at, facts={"outside": outside})
    return case


def draft(*, case: Case, message: Message, text: str, by: Person, at: datetime) -> Reply:
    """Begin an answer, or change the person's own open draft to this message.

    The same words that the person has handed in already are that answer: a form sent twice is one.
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
            return same
        if begun := next((r for r in own if r.state == "draft"), None):
            begun.text = text
            begun.save(update_fields=["text"])
            return begun
        reply = Reply.objects.create(
            case=case, message=message, unit=case.lead, author=by, text=text, written_at=at,
            state=REPLY.initial, state_since=at, state_by=by.label,
        )  # fmt: skip
        record("reply.drafted", subject=about(case), by=actor(by), at=at, facts={"reply": reply.pk})
    return reply


def needs_approval(case: Case) -> bool:
    """Whether an answer in this case must be approved by somebody else before it leaves."""
    return bool(value(case.lead, "case.approval"))


@transaction.atomic
def submit(*, reply: Reply, by: Person, at: datetime) -> Reply:
    """Finish an answer: it goes to approval where the unit's policy asks for it, else it leaves.

    Nothing changes when it is on its way already.
    """
    lock(f"case {reply.case_id}")
    reply.refresh_from_db(fields=["state", "text"])
    if reply.state in ("submitted", "leaving", "sent"):
        return reply
    if found := prepare(reply.text).found:
        kinds = ", ".join(sorted({f.kind for f in found}))
        raise Refused(
            _("The answer holds personal data (%(kinds)s). Take it out: an answer can be read by everybody.")
            % {"kinds": kinds}
        )
    if not needs_approval(reply.case):
        return _send(reply, by=by, at=at)
    move(reply, REPLY, "submit", by=by.label, at=at)
    record("reply.submitted", subject=about(reply.case), by=actor(by), at=at, facts={"reply": reply.pk})
    return reply


@transaction.atomic
def approve(*, reply: Reply, by: Person, at: datetime) -> Reply:
    """Let an answer leave. Nobody approves their own."""
    lock(f"case {reply.case_id}")
    reply.refresh_from_db(fields=["state", "delivery"])
    if reply.author_id == by.pk:
        raise Refused(_("Nobody approves their own answer. Ask the head of the unit or the coordinator."))
    if reply.state != "submitted":
        raise Refused(_("This answer is not waiting for approval. Reload the page to see what became of it."))
    return _send(reply, by=by, at=at)


def _send(reply: Reply, *, by: Person, at: datetime) -> Reply:
    """Write down that the answer is to leave, and that the case is answered by it, in one transaction."""
    case = reply.case
    delivery = outbox.enqueue(
        channel=case.channel, kind=Delivery.Kind.REPLY, thread=f"case {case.pk}",
        body={"to": reply.message.remote_id, "text": reply.text}, by=actor(by), at=at,
        unit=reply.unit, secrecy=case.secrecy,
    )  # fmt: skip
    move(reply, REPLY, "send", by=by.label, at=at, delivery=delivery)
    facts = {"reply": reply.pk, "delivery": delivery.key}
    record("reply.approved", subject=about(case), by=actor(by), at=at, facts=facts)
    return reply


def arrived(delivery: Delivery, at: datetime) -> None:
    """The answer stands on the platform: the reply is sent and the case answered. Runs in the outbox's transaction."""
    reply = Reply.objects.select_related("case", "message").filter(delivery=delivery).first()
    if reply is None or reply.state == "sent":
        return
    move(reply, REPLY, "arrive", by=reply.state_by, at=at)
    case = reply.case
    by = Actor(reply.author_id, reply.author.label)
    _said(reply, delivery, at=at)
    if case.state in CASE.moves["answer"].sources:
        moved(case, "answer", by=by, at=at, answered_at=case.answered_at or at)
    record("case.answered", subject=about(case), by=by, at=at, facts={"reply": reply.pk, "url": delivery.url})


def _said(reply: Reply, delivery: Delivery, *, at: datetime) -> None:
    """Keep our answer in the conversation under its remote id, so that hearing it again brings no second copy."""
    raw = json.dumps({"text": reply.text, "author": reply.author.label, "raw": {}}, ensure_ascii=False)
    Message.objects.get_or_create(
        channel=reply.case.channel,
        remote_id=delivery.remote_id or f"delivery:{delivery.key}",
        defaults={
            "parent_id": reply.message.remote_id, "case": reply.case, "ours": True, "author": reply.unit.name[:120],
            "text": "" if reply.case.secrecy >= Secrecy.SECRET else prepare(reply.text).text,
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
    if reply.delivery and reply.delivery.state != "cancelled":
        outbox.cancel(delivery=reply.delivery, by=actor(by), at=at)
    move(reply, REPLY, "withdraw", by=by.label, at=at)
    record("reply.withdrawn", subject=about(reply.case), by=actor(by), at=at, facts={"reply": reply.pk})
    return reply


@transaction.atomic
def close(*, case: Case, by: Person, at: datetime) -> Case:
    """A person says that the matter is solved."""
    moved(case, "close", by=actor(by), at=at, closed_at=at)
    record("case.closed", subject=about(case), by=actor(by), at=at, facts={})
    return case


@transaction.atomic
def dismiss(*, case: Case, reason: str, by: Person, at: datetime) -> Case:
    """A person says that nothing is asked here (spam, thanks, a test), and why."""
    if not reason.strip():
        raise Refused(_("Say why nothing is to be done, so that a colleague can check it."))
    moved(case, "dismiss", by=actor(by), at=at, closed_at=at)
    Note.objects.create(case=case, text=reason, at=at, by=by.label)
    record("case.dismissed", subject=about(case), by=actor(by), at=at, facts={})
    return case


@transaction.atomic
def reopen(*, case: Case, reason: str, by: Person, at: datetime) -> Case:
    """Take a case up again; its first-answer clock starts anew from now."""
    reopened(case, by=actor(by), at=at)
    if reason.strip():
        Note.objects.create(case=case, text=reason, at=at, by=by.label)
    return case


@transaction.atomic
def note(*, case: Case, text: str, by: Person, at: datetime) -> Note:
    """Tell colleagues something; no citizen sees it."""
    if not text.strip():
        raise Refused(_("The note is empty. Write it before saving."))
    row = Note.objects.create(case=case, text=text.strip(), at=at, by=by.label)
    record("case.noted", subject=about(case), by=actor(by), at=at, facts={"note": row.pk})
    return row


@transaction.atomic
def involve(*, case: Case, unit: Unit, part: str, by: Person, at: datetime) -> Case:
    """Let another unit help or be informed."""
    if part not in (CaseUnit.Part.HELPER, CaseUnit.Part.INFORMED):
        raise Refused(_("Choose whether the unit helps or is informed."))
    _open_to_others(case)
    if unit.pk == case.lead_id:
        raise Refused(_("%(unit)s holds this case already.") % {"unit": unit.name})
    takes_part(case, unit, part)
    record("case.involved", subject=about(case), by=actor(by), at=at, facts={"unit": unit.pk, "part": part})
    return case


@transaction.atomic
def keep(
    *, case: Case, secrecy: Secrecy, concerns: Unit | None, reason: str, by: Person, at: datetime
) -> Case:
    """Decide how closely a case is kept. Oversight takes it from everybody but the overseers, at once."""
    if not reason.strip():
        raise Refused(_("Say why, because who may read this case changes."))
    was = Secrecy(case.secrecy)
    changes: Mapping[str, Any] = {"secrecy": secrecy, "about": concerns or case.about}
    if secrecy >= Secrecy.OVERSIGHT:
        changes = {**changes, "lead": _overseer(case, secrecy)}
    Case.objects.filter(pk=case.pk).update(**changes)
    case.refresh_from_db()
    if secrecy >= Secrecy.OVERSIGHT:
        CaseUnit.objects.filter(case=case).exclude(unit=case.lead).update(part=CaseUnit.Part.FORMER)
        takes_part(case, case.lead, CaseUnit.Part.LEAD)
    CaseUnit.objects.filter(case=case).update(secrecy=secrecy)
    outbox.keep_secret(thread=f"case {case.pk}", secrecy=secrecy, unit=case.lead)
    _hide_or_show(case)
    Note.objects.create(case=case, text=reason, at=at, by=by.label)
    record(
        "case.kept", subject=about(case), by=actor(by), at=at, facts={"was": was.name, "now": secrecy.name}
    )
    return case


def _overseer(case: Case, secrecy: Secrecy) -> Unit:
    terms = terms_of(case.lead)
    chosen = terms.top if secrecy is Secrecy.OVERSIGHT_SEKDA else terms.inspectorate or terms.top
    return Unit.objects.get(pk=chosen)


def _hide_or_show(case: Case) -> None:
    """Secret words leave the searchable column (they stay sealed); words no longer secret come back masked."""
    secret = case.secrecy >= Secrecy.SECRET
    for message in Message.objects.filter(case=case):
        told = json.loads(message.raw)
        message.text = "" if secret else prepare(told["text"]).text
        if not message.ours:
            hidden = case.secrecy >= Secrecy.ANONYMOUS
            message.author = "" if hidden else prepare(told["author"]).text[:120]
        message.save(update_fields=["text", "author"])
    if secret:
        Case.objects.filter(pk=case.pk).update(title="", understanding=None)
    elif not case.title:
        first = Message.objects.filter(case=case).order_by("pk").values_list("text", flat=True).first() or ""
        Case.objects.filter(pk=case.pk).update(title=title(first, load().greetings) or first[:80])
    case.refresh_from_db()


@transaction.atomic
def reveal(*, message: Message, why: str, by: Person, at: datetime) -> str:
    """Show what lies behind the masks, once, to one person, and record that it was shown."""
    if not why.strip():
        raise Refused(_("Say what the personal data are needed for; it is recorded."))
    case = message.case
    subject = about(case) if case else Subject("message", message.pk, "")
    record(
        "message.revealed",
        subject=subject,
        by=actor(by),
        at=at,
        facts={"message": message.pk, "why": why[:300]},
    )
    return str(json.loads(message.raw)["text"])
