"""What a citizen is told when something changes: the Pemda's own words, filled in, as a draft that a person sends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mimin.evidence.actions import record
from mimin.inbox.models import Case, Message, Reply
from mimin.inbox.placing import about
from mimin.inbox.rules import FIELD, deadline
from mimin.inbox.states import REPLY
from mimin.inbox.terms import terms_of
from mimin.lib import spoken
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.policy.queries import value

SENTENCES = ("what", "why")
"""Fields that people write as sentences: the text around them has its own full stop."""


def words(case: Case, key: str, fields: Mapping[str, str] | None = None) -> str:
    """The text of a policy key with its fields filled in, in the language of citizens; an unknown field stays."""
    known = {"number": case.number, "unit": case.lead.name, **(fields or {})}
    spoken_of = {name: text.rstrip(". ") if name in SENTENCES else text for name, text in known.items()}
    return filled(value(case.lead, key), spoken_of)


def filled(text: str, fields: Mapping[str, str]) -> str:
    """A text with its fields filled in, each once: what fills one is not read again; an unknown field stays."""
    return FIELD.sub(lambda hole: fields.get(hole[1], hole[0]), text)


def fields_of(case: Case, now: datetime) -> dict[str, str]:
    """What the fields of a saved reply are filled with."""
    with translation.override(settings.LANGUAGE_CODE):
        today = spoken.day(now, case.zone)
    return {
        "number": case.number,
        "unit": case.lead.name,
        "channel": case.channel.name,
        "until": until(case, now),
        "today": today,
    }


def until(case: Case, now: datetime) -> str:
    """Until when the citizen has an answer, as they read it: a time to come, also past the deadline."""
    promised = deadline(case.rank)
    if promised is None or promised <= now:
        promised = terms_of(case.lead).deadline(now, case.urgency)
    with translation.override(settings.LANGUAGE_CODE):
        return spoken.moment(promised, case.zone, weekday=True)


def day(on: date) -> str:
    """A day as a citizen reads it."""
    with translation.override(settings.LANGUAGE_CODE):
        return spoken.date_words(on)


def budget(year: int | None) -> str:
    """The budget year as a part of a sentence; "" where none is named."""
    with translation.override(settings.LANGUAGE_CODE):
        return _(" (budget of %(year)s)") % {"year": year} if year else ""


def propose(
    case: Case,
    key: str,
    fields: Mapping[str, str] | None = None,
    *,
    by: Person,
    at: datetime,
    kind: str = Reply.Kind.ANSWER,
) -> Reply | None:
    """Put the words into the person's draft to the citizen's last message, below what they wrote; words that Mimin
    proposed before give way.

    In the caller's transaction. None where no citizen wrote.
    """
    message = Message.objects.filter(case=case, ours=False).order_by("sent_at", "pk").last()
    if message is None:
        return None
    text = words(case, key, fields)
    begun = Reply.objects.filter(case=case, message=message, author=by, state=REPLY.initial).last()
    if begun is None:
        made = Reply.objects.create(
            case=case, message=message, unit=case.lead, author=by, text=text, proposed=text, written_at=at, kind=kind,
            state=REPLY.initial, state_since=at, state_by=by.label,
        )  # fmt: skip
        record("reply.drafted", subject=about(case), by=actor(by), at=at, facts={"reply": made.pk})
        return made
    before = begun.text.replace(begun.proposed, "").strip() if begun.proposed else begun.text
    begun.text, begun.proposed = f"{before}\n\n{text}".strip(), text
    begun.save(update_fields=["text", "proposed"])
    return begun
