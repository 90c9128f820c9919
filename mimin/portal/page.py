"""What a citizen's own page shows of their case: every string is ready, and nothing that only staff may know."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from mimin.inbox import queries
from mimin.inbox.models import Attachment, Case, Message
from mimin.inbox.rules import deadline
from mimin.inbox.states import PROMISE
from mimin.lib import spoken
from mimin.people.models import Unit
from mimin.people.rules import Secrecy
from mimin.policy.queries import value
from mimin.portal.models import Slip
from mimin.portal.rules import STATES, asks, spelled


def emergency(unit: Unit) -> list[str]:
    """The numbers to call before anything is written: 112 and those that the government set."""
    return ["112", *filter(None, (line.strip() for line in value(unit, "duty.local_numbers").splitlines()))]


def context(slip: Slip, now: datetime) -> dict[str, Any]:
    """What portal/track.html takes."""
    case = Case.objects.select_related("lead", "channel", "channel__unit", "main__lead").get(pk=slip.case_id)
    worked = case.main or case
    tone, icon, words = STATES[case.state]
    turns, more = queries.turns(case)
    own, files = _own_words(turns), _files(turns)
    asked = asks(case.state, case.state_since, slip.said_at)
    return {
        "code": spelled(slip.code),
        "number": case.number,
        "state": {"tone": tone, "icon": icon, "words": _(words)},
        "facts": _facts(case, worked, now),
        "erased": bool(case.erased_at),
        "turns": [
            _turn(message, case, own, files)
            for message in turns
            if not message.held and _there(message, case)
        ],
        "earlier": bool(more),
        "asks": asked,
        "said": "" if asked else _said(slip),
    }


def brief(slip: Slip) -> list[dict[str, str]]:
    """Who handles it and until when they answer, for the slip itself."""
    case = slip.case
    return _facts(case, case.main or case, case.opened_at)[1:]


def _there(message: Message, case: Case) -> bool:
    return not (case.erased_at and message.received_at <= case.erased_at)


def _own_words(turns: list[Message]) -> dict[int, str]:
    """What we answered, as it was written: a telephone number of the office is what the citizen needs. Their own words
    stay masked, for the slip may be in other hands.
    """
    ours = [message.pk for message in turns if message.ours]
    rows = Message.objects.filter(pk__in=ours).values_list("pk", "raw")
    return {pk: str(json.loads(raw)["text"]) for pk, raw in rows}


def _files(turns: list[Message]) -> dict[int, int]:
    """How many files came with each of the citizen's messages."""
    theirs = [message.pk for message in turns if not message.ours]
    rows = Attachment.objects.filter(message__in=theirs).order_by().values_list("message")
    return dict(rows.annotate(n=Count("pk")))


def _turn(message: Message, case: Case, own: dict[int, str], files: dict[int, int]) -> dict[str, Any]:
    return {
        "ours": message.ours,
        "text": own.get(message.pk) or queries.told(message),
        "when_text": spoken.moment(message.sent_at, case.zone),
        "files": files.get(message.pk, 0),
    }


def _facts(case: Case, worked: Case, now: datetime) -> list[dict[str, str]]:
    """Who holds it, until when they answer, what is promised; of what is kept closely nobody is named."""
    close = case.secrecy >= Secrecy.SECRET
    until = deadline(worked.rank)
    facts = [
        (_("Reported"), spoken.moment(case.opened_at, case.zone, weekday=True)),
        (_("Handled by"), _("officers who are cleared for it") if close else worked.lead.name),
    ]
    if until:
        late = _(" (late: we owe you an answer)") if until < now else ""
        facts.append((_("Answer by"), spoken.moment(until, case.zone, weekday=True) + late))
    for promise in worked.promises.filter(state=PROMISE.initial).order_by("due_at"):
        facts.append((_("Promised"), f"{promise.what} ({spoken.date_words(promise.until)})"))
    if case.state == "referred" and case.outside:
        number = f" ({case.outside_number})" if case.outside_number else ""
        facts.append((_("Passed on to"), f"{case.outside}{number}"))
    return [{"label": label, "value": value} for label, value in facts]


def _said(slip: Slip) -> str:
    if slip.solved is None:
        return ""
    return (
        _("You said: solved. Thank you.")
        if slip.solved
        else _("You said: not solved yet. It is looked at again.")
    )
