"""Laying an answer before one head for approval, by a link that works once, for that person and for these words.

The verbs of approval themselves stand in ``answering`` and keep their rules: nobody approves their own. What such an
approval proves: docs/decisions/0019-links-for-people-without-an-account.md.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mimin.evidence.actions import record
from mimin.inbox import answering, queries
from mimin.inbox.asking import Asked, LinkClosed, Then, closed, make_link, withdraw
from mimin.inbox.models import Ask, Case, Reply
from mimin.inbox.placing import about
from mimin.inbox.states import ASK
from mimin.lib.moving import Refused, move
from mimin.lib.store import lock
from mimin.people.actions import SYSTEM, actor
from mimin.people.links import digest
from mimin.people.models import Person
from mimin.people.queries import ancestors, people_playing
from mimin.people.rules import MAY, Secrecy, cleared
from mimin.policy.queries import value

MOST_TRIES = 5
"""So many wrong digits close a link: of 10,000 possible ones, a stranger guesses right in 1 of 2,000 links."""


def approvers(case: Case) -> QuerySet[Person]:
    """Who may approve answers in a case: by a role at its unit or above it, cleared for it."""
    kinds = {kind for kind in MAY["case.approve"] if Secrecy(case.secrecy) in cleared(kind)}
    return people_playing(kinds, ancestors(case.lead)).order_by("label")


def by_link(case: Case) -> bool:
    """Whether the unit lets answers be approved by a link."""
    return bool(value(case.lead, "ask.approval_by_link"))


def offered_by_link(case: Case) -> bool:
    """Whether a link may show this case at all, and its unit lets answers be approved by one."""
    return case.secrecy < Secrecy.SECRET and by_link(case)


@transaction.atomic
def ask_approval(*, reply: Reply, person: Person, hours: int, key: str, by: Person, at: datetime) -> Asked:
    """Lay a submitted answer before one person; an earlier link for the same answer opens no more."""
    case = reply.case
    if not by_link(case):
        raise Refused(_("This unit approves no answers by a link. The head signs in to approve."))
    if reply.state != "submitted":
        raise Refused(_("This answer is not waiting for approval. Reload the page to see what became of it."))
    _may_decide(case, reply, person)
    if not digits_of(person):
        raise Refused(
            _(
                "The last digits of %(person)s's telephone are not registered. Ask the coordinator to enter them."
            )
            % {"person": person.label}
        )
    for earlier in Ask.objects.filter(reply=reply, state="open"):
        withdraw(row=earlier, by=actor(by), at=at, why="asked anew")
    return make_link(
        case,
        Ask.Kind.APPROVAL,
        hours=hours,
        key=key,
        by=by,
        at=at,
        who=person.label,
        person=person,
        reply=reply,
    )


def _may_decide(case: Case, reply: Reply, person: Person) -> None:
    if person.pk == reply.author_id:
        raise Refused(_("Nobody approves their own answer. Ask the head of the unit or the coordinator."))
    if not person.is_active or "case.approve" not in queries.standing(person, case).rights:
        raise Refused(
            _("%(person)s may not approve answers in this case. Choose somebody who may.")
            % {"person": person.label}
        )


def digits_of(person: Person) -> str:
    """The last four digits of the person's telephone, as they are registered; "" when they are not."""
    digits = re.sub(r"[^0-9]", "", person.phone_hint)
    return digits[-4:] if len(digits) >= 4 else ""


def fingerprint(reply: Reply) -> str:
    """What tells one wording of an answer from another: who approves approves the words that they saw."""
    return digest(f"{reply.pk} {reply.text}")[:20]


def barred(row: Ask, *, browser: str, signed_in: Person | None, at: datetime) -> str:
    """Why an approval cannot be given by this link now; "" when it can."""
    if why := closed(row, browser=browser, at=at):
        return why
    reply, person = laid(row)
    if signed_in and signed_in.pk != person.pk:
        return "somebody_else"
    if reply.state != "submitted":
        return "not_waiting"
    try:
        _may_decide(row.case, reply, person)
    except Refused:
        return "no_right"
    return "" if by_link(row.case) and digits_of(person) else "no_right"


def laid(row: Ask) -> tuple[Reply, Person]:
    """The answer, and the person before whom it was laid. Raises LinkClosed for a link that is no approval."""
    if row.reply is None or row.person is None:
        raise LinkClosed("not_waiting")
    return row.reply, row.person


def decide(
    *,
    row: Ask,
    approve: bool,
    why: str,
    digits: str,
    seen: str,
    browser: str,
    signed_in: Person | None,
    at: datetime,
    then: Then | None = None,
) -> Ask:
    """Approve the answer, or return it with a word, as the person before whom it was laid. Once.

    ``then`` is what a higher layer does about it, in the same transaction. Raises LinkClosed when the link
    decides nothing any more, Refused when the digits are wrong, the words have changed since they were read, or the
    verb itself refuses.
    """
    _check_digits(row, digits=digits, browser=browser, signed_in=signed_in, at=at)
    with transaction.atomic():
        lock(f"case {row.case_id}")
        row = Ask.objects.select_related("case__lead", "case__channel", "person", "unit").get(pk=row.pk)
        row.reply = Reply.objects.select_related("case", "message", "unit").get(asks=row)
        reply, person = laid(row)
        if closing := barred(row, browser=browser, signed_in=signed_in, at=at):
            raise LinkClosed(closing)
        if not secrets.compare_digest(seen, fingerprint(reply)):
            raise Refused(_("The answer was changed after you had opened it. Read it again, then decide."))
        if approve:
            answering.approve(reply=reply, by=person, at=at)
        else:
            answering.send_back(reply=reply, why=why, by=person, at=at)
        move(row, ASK, "decide", by=person.label, at=at, browser=digest(browser))
        _recorded(row, reply, person, approve, at)
        if then:
            then(row, at)
    return row


def _recorded(row: Ask, reply: Reply, person: Person, approve: bool, at: datetime) -> None:
    """Whose decision it is, and by what it was shown to be theirs."""
    facts = {
        "ask": row.pk, "reply": reply.pk, "approved": approve, "sent_by": row.asked_by_id,
        "words": fingerprint(reply), "shown": "link and last digits of the telephone", "to_name": person.label,
    }  # fmt: skip
    record("ask.decided", subject=about(row.case), by=actor(person), at=at, facts=facts)


def _check_digits(row: Ask, *, digits: str, browser: str, signed_in: Person | None, at: datetime) -> None:
    """Refused when they are wrong. Tries are counted one after the other, each stands, and the last closes the link."""
    with transaction.atomic():
        lock(f"case {row.case_id}")
        row.refresh_from_db()
        if closing := barred(row, browser=browser, signed_in=signed_in, at=at):
            raise LinkClosed(closing)
        _reply, person = laid(row)
        if secrets.compare_digest(digits.encode(), digits_of(person).encode()):
            return
        row.tries += 1
        row.save(update_fields=["tries"])
        if row.tries >= MOST_TRIES:
            withdraw(row=row, by=SYSTEM, at=at, why="wrong digits")
    if row.state == "withdrawn":
        raise LinkClosed("wrong_digits")
    raise Refused(
        _("These are not the last four digits of the registered telephone. Tries left: %(n)s.")
        % {"n": MOST_TRIES - row.tries}
    )
