"""The receipt: tells a citizen that their report came in, its number, who handles it and until when they are answered.

Only where nobody else reads along. On a connected channel Mimin writes it in the transaction that stores the case;
where a person recorded the case, they are shown the words and say or send them themselves.
"""

from __future__ import annotations

from datetime import datetime

from mimin.inbox import told
from mimin.inbox.answering import let_go
from mimin.inbox.intake import MIMIN, Received
from mimin.inbox.models import Case, Reply
from mimin.inbox.rules import deadline
from mimin.inbox.states import REPLY
from mimin.inbox.telling import private
from mimin.people.rules import Secrecy
from mimin.registry.models import Channel


def words(case: Case, now: datetime) -> str:
    """What the citizen is told: the unit's own words, filled in; "" where the unit gives no receipts."""
    return told.words(case, "case.words_receipt", {"until": told.until(case, now)})


def acknowledge(received: Received, *, channel: Channel, at: datetime) -> list[Reply]:
    """Write the receipts of the cases that were just opened; they leave when the intake's transaction is committed.

    None where others read along or Mimin does not speak itself; none for advertising, for what came too long ago to be
    answered in time, and under oversight: whose staff is named may work on the channel, and would read who handles it.
    """
    if channel.mode != Channel.Mode.CONNECTED or not private(channel):
        return []
    opened = Case.objects.select_related("lead", "channel").filter(pk__in=received.opened)
    return [_written(case, at) for case in opened.order_by("pk") if _asks(case, at)]


def _asks(case: Case, at: datetime) -> bool:
    until = deadline(case.rank)
    waits = until is not None and until > at
    return waits and case.klass != "spam" and case.secrecy < Secrecy.OVERSIGHT and bool(words(case, at))


def _written(case: Case, at: datetime) -> Reply:
    reply = Reply.objects.create(
        case=case, message=case.messages.earliest("sent_at", "pk"), unit=case.lead, author=None, text=words(case, at),
        kind=Reply.Kind.INTERIM, written_at=at, state=REPLY.initial, state_since=at, state_by=MIMIN.label,
    )  # fmt: skip
    return let_go(reply, by=MIMIN, at=at)
