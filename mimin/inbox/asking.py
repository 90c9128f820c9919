"""Asking somebody who does not sign in: a link to one case for a limited time, and what is told through it.

A link holds 256 random bits; the database keeps only their SHA-256, so that nobody who reads it can open a link. What a
link proves and what not: docs/decisions/0019-links-for-people-without-an-account.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.evidence.actions import Actor, record
from mimin.evidence.models import Capture
from mimin.inbox import answering
from mimin.inbox.models import Ask, Case, Message, Reply, Statement
from mimin.inbox.placing import about, look
from mimin.inbox.states import ASK, CASE
from mimin.language.understand import prepare
from mimin.lib import spoken
from mimin.lib.moving import Refused, move
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.links import digest, new_token
from mimin.people.models import Person
from mimin.people.rules import Secrecy

MOST_HOURS = 720
MOST_STATEMENTS = 10
"""So often one link may be told through: enough for "we look", "planned" and "done", too little to fill a case."""

VERDICTS: dict[str, str] = {
    "handled": gettext_noop("What you reported has been dealt with."),
    "scheduled": gettext_noop("The work on it is planned for %(day)s."),
    "not_ours": gettext_noop("This matter is not within our authority."),
    "needs_time": gettext_noop("We still need time to deal with it."),
}
"""The quick answers -> what a citizen could be told of them."""


Then = Callable[[Ask, datetime], None]


@dataclass(frozen=True)
class Asked:
    """A question and its token: the only moment at which the token is known."""

    ask: Ask
    token: str


class LinkClosed(Refused):
    """The link does not open any more; ``why`` is a key of ``asked_views.CLOSED``."""

    def __init__(self, why: str) -> None:
        super().__init__(_("This link does not open the case any more. Ask whoever sent it for a new one."))
        self.why = why


def open_to_links(case: Case) -> None:
    """Refused for what may not be read without signing in, and for what is over."""
    if case.secrecy >= Secrecy.SECRET:
        raise Refused(
            _("A secret case is not shown without signing in. Ask in person, and write a note of it.")
        )
    if case.state in CASE.final:
        raise Refused(_("This case is over. Reopen it before you ask somebody about it."))


@transaction.atomic
def ask(
    *, case: Case, who: str, reach: str, question: str, hours: int, key: str, by: Person, at: datetime
) -> Asked:
    """Make a question to somebody who does not sign in, and the link by which it is answered."""
    who, question = who.strip(), question.strip()
    if not who:
        raise Refused(_("Say who is asked: the post or the name."))
    if not question:
        raise Refused(_("Say what you want to know."))
    if found := prepare(question).found:
        kinds = ", ".join(sorted({f.kind for f in found}))
        raise Refused(
            _("The question holds personal data (%(kinds)s). Take it out: a link can be passed on.")
            % {"kinds": kinds}
        )
    return make_link(case, Ask.Kind.QUESTION, hours=hours, key=key, by=by, at=at,
                     who=who[:120], reach=reach.strip(), question=question)  # fmt: skip


def make_link(
    case: Case, kind: str, *, hours: int, key: str, by: Person, at: datetime, **columns: Any
) -> Asked:
    """A new link, in the caller's transaction; Refused when this form made one: nobody can show that one again."""
    open_to_links(case)
    lock(f"case {case.pk}")
    if Ask.objects.filter(case=case, key=key).exists():
        raise Refused(
            _("This link was made already, and a link is shown only once. Make a new one on the case's page.")
        )
    token, until = new_token(), at + timedelta(hours=min(max(hours, 1), MOST_HOURS))
    row = Ask.objects.create(
        case=case, kind=kind, unit=case.lead, asked_by=by, asked_at=at, expires_at=until, token=digest(token), key=key,
        state=ASK.initial, state_since=at, state_by=by.label, **columns,
    )  # fmt: skip
    look(case, at)
    facts = {"ask": row.pk, "to_name": row.who, "until": until.isoformat()}
    record(f"ask.{kind}", subject=about(case), by=actor(by), at=at, facts=facts)
    return Asked(row, token)


@transaction.atomic
def ask_again(*, row: Ask, hours: int, by: Person, at: datetime) -> Asked:
    """Ask the same person the same thing by a new link; the old one opens no more."""
    if row.kind != Ask.Kind.QUESTION:
        raise Refused(_("An approval is asked for at the answer itself. Open the case and ask there."))
    if row.state != "withdrawn":
        withdraw(row=row, by=actor(by), at=at)
    return ask(
        case=row.case, who=row.who, reach=row.reach, question=row.question, hours=hours, key=f"after-{row.pk}",
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def withdraw(*, row: Ask, by: Actor, at: datetime, why: str = "") -> Ask:
    """Let a link open no more. What was told through it stays."""
    move(row, ASK, "withdraw", by=by.label, at=at)
    record("ask.withdrawn", subject=about(row.case), by=by, at=at, facts={"ask": row.pk, "why": why})
    return row


def by_token(token: str) -> Ask | None:
    """The question that a link asks; None for a link that nobody made."""
    rows = Ask.objects.select_related("case__channel", "case__lead", "unit", "person", "reply", "asked_by")
    return rows.filter(token=digest(token)).first()


def opened(row: Ask, *, new_browser: bool, at: datetime) -> None:
    """Count that the page was opened; a link that was passed on is opened from several browsers."""
    Ask.objects.filter(pk=row.pk).update(
        opened=F("opened") + 1, browsers=F("browsers") + int(new_browser), opened_at=at
    )


def closed(row: Ask, *, browser: str, at: datetime) -> str:
    """Why a link does not open for this browser now; "" when it does."""
    if row.state in ("withdrawn", "decided"):
        return row.state
    if at >= row.expires_at:
        return "expired"
    if row.browser and not secrets.compare_digest(row.browser, digest(browser)):
        return "elsewhere"
    if row.case.secrecy >= Secrecy.SECRET:
        return "kept"
    return "ended" if row.case.state in CASE.final else ""


@transaction.atomic
def tell(
    *,
    row: Ask,
    browser: str,
    key: str,
    author: str,
    verdict: str,
    until: date | None,
    text: str,
    photos: Sequence[Capture],
    at: datetime,
    signed_in: Person | None = None,
    then: Then | None = None,
) -> Statement:
    """Keep what somebody told through a link, and tie the link to their browser. The same form twice is one.

    ``then`` is what a higher layer does about it, in the same transaction.

    Raises LinkClosed when the link opens no more, Refused when there is nothing to keep.
    """
    lock(f"case {row.case_id}")
    row.refresh_from_db()
    if same := row.statements.filter(key=key).first():
        return same
    if why := closed(row, browser=browser, at=at):
        raise LinkClosed(why)
    check_whole(row, verdict=verdict, until=until, text=text, photos=len(photos))
    made = row.statements.create(
        key=key, author=author.strip()[:120] or row.who, verdict=verdict, text=text.strip(), at=at,
        until=until if verdict == "scheduled" else None,
    )  # fmt: skip
    for photo in photos:
        made.photos.create(capture=photo)
    by = Actor(signed_in.pk if signed_in else None, made.author)
    move(row, ASK, "tell", by=made.author, at=at, browser=digest(browser))
    facts = {"ask": row.pk, "told": made.pk, "verdict": verdict, "photos": [p.sha256 for p in photos]}
    record("ask.told", subject=about(row.case), by=by, at=at, facts=facts)
    if then:
        then(row, at)
    return made


def check_whole(row: Ask, *, verdict: str, until: date | None, text: str, photos: int) -> None:
    """Refused when there is nothing to keep, or too much of it."""
    if not (text.strip() or verdict or photos):
        raise Refused(_("Nothing is written yet. Choose an answer, or write how things are."))
    if verdict == "scheduled" and until is None:
        raise Refused(_("Enter the day for which it is planned."))
    if row.statements.count() >= MOST_STATEMENTS:
        raise Refused(_("Enough was told through this link. Ask whoever sent it for a new one."))


def as_draft(*, statement: Statement, by: Person, at: datetime) -> Reply:
    """Put what was told into the person's own draft of an answer, below what stands there already; once."""
    case = statement.ask.case
    message = Message.objects.filter(case=case, ours=False).order_by("sent_at", "pk").last()
    if message is None:
        raise Refused(_("No citizen wrote in this case, so there is nobody to answer."))
    begun = Reply.objects.filter(case=case, message=message, author=by, state="draft").last()
    before, words = begun.text if begun else "", told_to_citizens(statement)
    text = before if words in before else f"{before}\n\n{words}".strip()
    return answering.draft(case=case, message=message, text=text, by=by, at=at)


def as_initial(statement: Statement) -> dict[str, Any]:
    """What was told, as the beginning of the form to which it leads: of a promise, of the end, of passing on."""
    return {
        "what": statement.text[:300],
        "text": statement.text[:1000],
        "reason": statement.text,
        "until": statement.until,
        "who": statement.ask.unit.name,
        "told": list(statement.photos.values_list("pk", flat=True)),
    }


def told_to_citizens(statement: Statement) -> str:
    """What a statement would be as an answer, in the language of citizens; a person checks it before it leaves."""
    with translation.override(settings.LANGUAGE_CODE):
        day = spoken.weekday_date(statement.until) if statement.until else ""
        sentence = _(VERDICTS[statement.verdict]) % {"day": day} if statement.verdict else ""
    return f"{sentence} {statement.text}".strip()
