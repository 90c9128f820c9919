"""An interim answer: says honestly that the answer is not there yet, and until when. A person reads and sends it.

The case stays open and its promise runs on: an interim answer is no answer. It is never sent by itself, least of all
under public comments.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import record
from mimin.inbox import told
from mimin.inbox.ladder import ANSWER
from mimin.inbox.models import Case, Message, Reply
from mimin.inbox.placing import about
from mimin.inbox.rules import deadline
from mimin.inbox.states import REPLY, TELLING
from mimin.inbox.telling import PASSED_ON, wonders
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.models import Person


def offered(case: Case, now: datetime) -> str:
    """Why an interim answer is proposed: the deadline is near or past and none was written for it yet ("late"), or
    the citizen knows of another unit than the one that has the case now ("passed"); "" where it is not."""
    return "late" if _near(case, now) else "passed" if wonders(case) else ""


def _near(case: Case, now: datetime) -> bool:
    until = deadline(case.rank)
    if case.state in TELLING:  # what is to be told then is there already
        return False
    if until is None or not (now >= until or case.rungs.filter(clock=ANSWER, promised=until).exists()):
        return False
    told = case.replies.filter(kind=Reply.Kind.INTERIM, author__isnull=False)
    told = told.filter(written_at__gte=case.waits_from or case.opened_at)  # a receipt promises nothing new
    return not told.exclude(state="withdrawn").exists()


def words(case: Case, now: datetime) -> str:
    """The saved text of the unit with number, unit and time filled in: a time to come, also past the deadline."""
    key = PASSED_ON if offered(case, now) == "passed" else "case.interim_answer"
    return told.words(case, key, {"until": told.until(case, now)})


@transaction.atomic
def write(*, case: Case, by: Person, at: datetime) -> Reply:
    """Write an interim answer as the person's draft, to be read, changed and sent by them. Tapping twice is one."""
    lock(f"case {case.pk}")
    message = Message.objects.filter(case=case, ours=False).order_by("-sent_at", "-pk").first()
    if message is None or deadline(case.rank) is None:
        raise Refused(_("No citizen waits in this case now. Reload the page to see what became of it."))
    begun = Reply.objects.filter(case=case, message=message, author=by, state=REPLY.initial).first()
    if begun and begun.kind == Reply.Kind.INTERIM:
        return begun
    if begun:
        raise Refused(_("You have begun an answer here. Send it or empty it first; nothing was changed."))
    reply = Reply.objects.create(
        case=case, message=message, unit=case.lead, author=by, text=words(case, at), written_at=at,
        kind=Reply.Kind.INTERIM,
        state=REPLY.initial, state_since=at, state_by=by.label,
    )  # fmt: skip
    record(
        "reply.drafted",
        subject=about(case),
        by=actor(by),
        at=at,
        facts={"reply": reply.pk, "kind": reply.kind},
    )
    return reply
