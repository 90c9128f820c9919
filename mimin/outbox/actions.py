"""The verbs of what leaves: written down before it is made, and looked for before any second try."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, Subject, record
from mimin.evidence.models import Capture
from mimin.lib.moving import Refused, move
from mimin.lib.store import lock
from mimin.lib.work import nudge
from mimin.outbox.models import Delivery
from mimin.outbox.rules import LOOK_FIRST, next_try
from mimin.outbox.states import BEFORE, DELIVERY
from mimin.people.models import Unit
from mimin.platforms.base import Answers, PlatformError, Post, Publishes, Receipt
from mimin.policy.queries import value
from mimin.registry.models import Channel
from mimin.registry.queries import connector_for

MIMIN = Actor(None, "Mimin")
Then = Callable[[Delivery, datetime], None]
"""What a higher layer does in the same transaction when a delivery is live."""


def _about(delivery: Delivery) -> Subject:
    return Subject("delivery", delivery.pk, delivery.key)


@transaction.atomic
def enqueue(
    *,
    channel: Channel,
    kind: str,
    thread: str,
    body: dict[str, str],
    by: Actor,
    at: datetime,
    unit: Unit | None = None,
    secrecy: int = 0,
) -> Delivery:
    """Write an intent down, with the key that every try will carry. It leaves when the transaction is committed.

    Where a person does it there is nothing to wait for: its steps are ready at once.
    ``unit`` speaks (the channel's own when not said); ``secrecy`` is a people.rules.Secrecy.
    """
    delivery = Delivery.objects.create(
        channel=channel, key=secrets.token_hex(16), kind=kind, thread=thread, body=json.dumps(body),
        unit=unit or channel.unit, secrecy=secrecy, state=DELIVERY.initial, state_since=at, state_by=by.label,
        due_at=at, made_at=at,
    )  # fmt: skip
    record(
        "delivery.intended",
        subject=_about(delivery),
        by=by,
        at=at,
        facts={"channel": channel.pk, "kind": kind},
    )
    if channel.mode == Channel.Mode.CONNECTED:
        nudge("deliver", delivery.pk)
        return delivery
    return _conclude(delivery, _say(connector_for(channel), delivery), at=at, then=_nothing)


def _nothing(delivery: Delivery, at: datetime) -> None:
    """What a step by hand has a higher layer do: it is live only when a person proves it."""


def deliver(
    delivery: Delivery, *, at: datetime, then: Then, connect: Callable[[Channel], Any] | None = None
) -> Delivery:
    """Take one step with a delivery that is due: send it, or look what became of the last try.

    ``then`` runs in the transaction that makes it live. ``connect`` builds the connector (the channel's own when not
    said). No network inside a transaction.
    """
    connect = connect or connector_for
    if delivery.state == "waiting":
        if not _begin(delivery, at=at):
            return delivery
        return _attempt(delivery, _say, connect, at=at, then=then)
    if delivery.state == "sending":  # its worker is gone: nobody knows what the platform did
        return _doubt(delivery, _("The worker stopped while sending."), "worker_gone", at=at)
    if delivery.state in ("unsure", "pending"):
        return _attempt(delivery, _look, connect, at=at, then=then)
    Delivery.objects.filter(pk=delivery.pk).update(due_at=None)
    return delivery


def _begin(delivery: Delivery, *, at: datetime) -> bool:
    """Claim the right to send: one at a time on a channel, and in a thread after all that is older and not settled.

    Else put the delivery off, which is no try: for two seconds, or a minute where only a person can make way.
    """
    with transaction.atomic():
        lock(f"channel {delivery.channel_id}")
        others = Delivery.objects.filter(channel=delivery.channel_id).exclude(pk=delivery.pk)
        older = Q(thread=delivery.thread, pk__lt=delivery.pk, state__in=BEFORE)
        found = set(others.filter(Q(state="sending") | older).values_list("state", flat=True))
        if found:
            wait = timedelta(minutes=1) if found == {"held"} else timedelta(seconds=2)
            tries = max(delivery.tries - 1, 0)
            Delivery.objects.filter(pk=delivery.pk).update(due_at=at + wait, tries=tries)
            return False
        move(delivery, DELIVERY, "claim", by=MIMIN.label, at=at, attempted=True)
    return True


def _attempt(
    delivery: Delivery,
    act: Callable[[Any, Delivery], Receipt],
    connect: Callable[[Channel], Any],
    *,
    at: datetime,
    then: Then,
) -> Delivery:
    begun = monotonic()
    try:
        receipt = act(connect(delivery.channel), delivery)
    except PlatformError as error:
        # What waits from now on waits from the moment the line was lost, not from when the try began.
        return _troubled(delivery, error, at=at + timedelta(seconds=int(monotonic() - begun)))
    return _conclude(delivery, receipt, at=at, then=then)


def _say(connector: Any, delivery: Delivery) -> Receipt:
    body = json.loads(delivery.body)
    if delivery.kind == Delivery.Kind.REPLY and isinstance(connector, Answers):
        return connector.reply(body["to"], body["text"], key=delivery.key)
    if delivery.kind == Delivery.Kind.PUBLICATION and isinstance(connector, Publishes):
        return connector.publish(Post(**body), key=delivery.key)
    raise PlatformError("The platform has no such door.", code="cannot", permanent=True)


def _look(connector: Any, delivery: Delivery) -> Receipt:
    body = json.loads(delivery.body)
    if delivery.kind == Delivery.Kind.REPLY and isinstance(connector, Answers):
        return connector.settle_reply(body["to"], body["text"], key=delivery.key)
    if delivery.kind == Delivery.Kind.PUBLICATION and isinstance(connector, Publishes):
        there = delivery.remote_id or body.get("remote_id", "")  # an update is looked for in what it changes
        return connector.settle(Receipt("pending", there, delivery.url), key=delivery.key)
    raise PlatformError("The platform has no such door.", code="cannot", permanent=True)


@transaction.atomic
def _conclude(delivery: Delivery, receipt: Receipt, *, at: datetime, then: Then) -> Delivery:
    if receipt.state == "live":
        return _land(delivery, receipt, by=MIMIN, at=at, then=then)
    if receipt.state == "by_hand":
        tried_before = delivery.state not in ("waiting", "sending")
        steps = f"{LOOK_FIRST}\n{receipt.instructions}" if tried_before else receipt.instructions
        move(delivery, DELIVERY, "hand", by=MIMIN.label, at=at, due_at=None, instructions=steps)
        record("delivery.handed", subject=_about(delivery), by=MIMIN, at=at, facts={})
    elif receipt.state == "absent" and delivery.state == "pending":
        _fail(delivery, "", "vanished", at=at)
    elif receipt.state == "absent":
        _again(delivery, at=at, due_at=at, error="", error_code="")
    elif delivery.state == "pending":
        Delivery.objects.filter(pk=delivery.pk).update(due_at=at + next_try(delivery.tries, None))
    else:
        move(
            delivery,
            DELIVERY,
            "accept",
            by=MIMIN.label,
            at=at,
            due_at=at + next_try(0, None),
            remote_id=receipt.remote_id,
        )
    return delivery


def _land(
    delivery: Delivery,
    receipt: Receipt,
    *,
    by: Actor,
    at: datetime,
    then: Then,
    photo: Capture | None = None,
    more: dict[str, str] | None = None,
) -> Delivery:
    move(
        delivery, DELIVERY, "land", by=by.label, at=at, due_at=None, error="", error_code="",
        remote_id=receipt.remote_id[:200], url=receipt.url[:500], photo=photo,
    )  # fmt: skip
    facts = {"remote_id": receipt.remote_id, "url": receipt.url, **(more or {})}
    record("delivery.live", subject=_about(delivery), by=by, at=at, facts=facts)
    then(delivery, at)
    return delivery


def _troubled(delivery: Delivery, error: PlatformError, *, at: datetime) -> Delivery:
    """Note a platform's trouble: permanent ends in ``failed``, unknown in ``unsure``, the rest is tried again."""
    if error.unknown and delivery.state == "sending":
        return _doubt(delivery, error.message, error.code, at=at)
    said: dict[str, Any] = {"error": error.message[:2000], "error_code": error.code}
    if error.permanent and not error.unknown:
        return _fail(delivery, error.message, error.code, at=at)
    again = at + next_try(delivery.tries, error.retry_after)
    if delivery.state == "sending":
        return _again(delivery, at=at, due_at=again, **said)
    Delivery.objects.filter(pk=delivery.pk).update(due_at=again, **said)
    delivery.refresh_from_db()
    return delivery


def _again(delivery: Delivery, *, at: datetime, due_at: datetime, **said: Any) -> Delivery:
    """It certainly does not stand there, so it waits as if it had never been tried, and can be cancelled."""
    return move(delivery, DELIVERY, "again", by=MIMIN.label, at=at, due_at=due_at, attempted=False, **said)


@transaction.atomic
def _fail(delivery: Delivery, why: str, code: str, *, at: datetime) -> Delivery:
    """Note that no further try can help until a person acts."""
    move(delivery, DELIVERY, "fail", by=MIMIN.label, at=at, due_at=None, error=why[:2000], error_code=code)
    record("delivery.failed", subject=_about(delivery), by=MIMIN, at=at, facts={"code": code})
    return delivery


def _doubt(delivery: Delivery, why: str, code: str, *, at: datetime) -> Delivery:
    """Nobody knows whether it arrived: wait until the platform must be done, then look."""
    wait = timedelta(seconds=value(delivery.channel.unit, "outbox.settle_after_seconds"))
    with transaction.atomic():
        move(delivery, DELIVERY, "doubt", by=MIMIN.label, at=at, due_at=at + wait, error=why, error_code=code)
        record("delivery.unsure", subject=_about(delivery), by=MIMIN, at=at, facts={"code": code})
    nudge("deliver", delivery.pk, eta=at + wait)
    return delivery


@transaction.atomic
def prove(
    *,
    delivery: Delivery,
    link: str,
    by: Actor,
    at: datetime,
    then: Then,
    note: str = "",
    photo: Capture | None = None,
) -> Delivery:
    """A person did it by hand, or saw that it is there: the address of the answer or a photo of it is the proof.

    Where there is no address (a notice board, a letter), ``note`` says who was told, where and when.
    """
    shown = {"photo_sha256": photo.sha256} if photo else {}
    told = {"note": note[:500]} if note else {}
    return _land(
        delivery, Receipt("live", "", link), by=by, at=at, then=then, photo=photo, more={**told, **shown}
    )


def keep_secret(*, thread: str, secrecy: int, unit: Unit) -> int:
    """Keep the deliveries of a thread as closely as what they belong to, and let ``unit`` answer for them.

    Called in the transaction that decides and records it. Returns how many there are.
    """
    return Delivery.objects.filter(thread=thread).update(secrecy=secrecy, unit=unit)


@transaction.atomic
def retry(*, delivery: Delivery, by: Actor, at: datetime) -> Delivery:
    """Try a failed delivery again; the platform is looked at first, so that no second copy appears."""
    return _resume(delivery, "retry", by=by, at=at)


@transaction.atomic
def release(*, delivery: Delivery, by: Actor, at: datetime) -> Delivery:
    """Let a held delivery go on (after a restore); the platform is looked at first."""
    return _resume(delivery, "release", by=by, at=at)


def _resume(delivery: Delivery, verb: str, *, by: Actor, at: datetime) -> Delivery:
    move(delivery, DELIVERY, verb, by=by.label, at=at, due_at=at, tries=0, lease_until=None)
    record(f"delivery.{verb}", subject=_about(delivery), by=by, at=at, facts={})
    nudge("deliver", delivery.pk)
    return delivery


@transaction.atomic
def cancel(*, delivery: Delivery, by: Actor, at: datetime) -> Delivery:
    """Say that it shall not leave; possible while it certainly has not."""
    if delivery.state == "waiting" and delivery.attempted:
        raise Refused(_("This answer is being tried. Wait until Mimin knows what became of it."))
    move(delivery, DELIVERY, "cancel", by=by.label, at=at, due_at=None)
    record("delivery.cancelled", subject=_about(delivery), by=by, at=at, facts={})
    return delivery


@transaction.atomic
def hold_all(*, by: Actor, at: datetime) -> int:
    """Hold everything that was on its way: after a restore nobody knows what left since. Returns how many."""
    sources = DELIVERY.moves["hold"].sources
    rows = Delivery.objects.filter(state__in=sources)
    keys = list(rows.values_list("key", flat=True))
    rows.update(state="held", state_since=at, state_by=by.label, due_at=None, lease_until=None)
    if keys:
        record("delivery.held", subject=Subject("restore", 0, ""), by=by, at=at, facts={"keys": keys})
    return len(keys)
