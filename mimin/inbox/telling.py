"""Telling a citizen what became of their report: by itself where nobody else reads along, elsewhere as a proposal.

What is decided stands in ``told`` as words of the Pemda. Where Mimin speaks itself on a private channel they leave with
the decision, or go to approval where answers need it; everywhere else they lie in the draft of who decided, to be read,
changed and sent. A citizen who was told that somebody else has their report is told when it goes on to a third.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from mimin.inbox import answering
from mimin.inbox.models import Case, Reply, Transfer
from mimin.inbox.told import propose, until
from mimin.lib.moving import Refused
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.platforms import PLATFORMS
from mimin.registry.models import Channel

PASSED_ON = "case.words_passed_on"
REACHED = ("submitted", "leaving", "sent")
"""States of an answer that the citizen has read, or will without anybody writing more."""


def private(channel: Channel) -> bool:
    """Whether nobody else reads what is written on the channel; what nobody knows counts as public."""
    return PLATFORMS[channel.platform].private


def by_itself(case: Case) -> bool:
    """Whether Mimin may tell its citizen without anybody looking: alone with them, and not under oversight."""
    connected = case.channel.mode == Channel.Mode.CONNECTED
    return connected and private(case.channel) and case.secrecy < Secrecy.OVERSIGHT


def tell(
    case: Case,
    key: str,
    fields: Mapping[str, str],
    *,
    by: Person,
    at: datetime,
    kind: str = Reply.Kind.ANSWER,
) -> Reply | None:
    """Tell the citizen, in the caller's transaction; None where none wrote.

    What the person had begun to write stays a draft, and so does what may not leave (it holds personal data).
    """
    reply = propose(case, key, fields, by=by, at=at, kind=kind)
    if reply and by_itself(case) and reply.text == reply.proposed:
        with suppress(Refused):
            answering.submit(reply=reply, by=by, at=at)
    return reply


def tell_who_has_it(case: Case, *, by: Person, at: datetime) -> None:
    """Tell the citizen of a case that was just passed on which unit has it, where they would wonder and nobody else
    reads along; elsewhere the new unit is offered to tell them."""
    if by_itself(case) and wonders(case):
        tell(case, PASSED_ON, {"until": until(case, at)}, by=by, at=at, kind=Reply.Kind.INTERIM)


def wonders(case: Case) -> bool:
    """Whether the citizen knows of another unit than the one that has the case now: we told them of that one, or the
    case went on a second time; and nobody has told them since."""
    if case.state != "routed":
        return False
    moves = list(Transfer.objects.filter(case=case, to__isnull=False).order_by("-pk")[:2])
    if not moves or moves[0].to_id != case.lead_id or moves[0].was_id == case.lead_id:
        return False
    replies = case.replies.filter(state__in=REACHED).values_list("unit", "written_at")
    if any(written >= moves[0].at for _unit, written in replies):
        return False
    return len(moves) > 1 or any(unit != case.lead_id for unit, _written in replies)
