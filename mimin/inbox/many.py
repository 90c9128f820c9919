"""One answer for many citizens: the same words, each with its own number and office, each sent for itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from mimin.inbox import answering, interim, saved, told
from mimin.inbox.act_forms import words
from mimin.inbox.models import Case, Message, Reply, SavedReply
from mimin.inbox.rows import KINDS
from mimin.inbox.rules import deadline, unknown_fields
from mimin.inbox.states import REPLY, TELLING
from mimin.lib.moving import Refused
from mimin.people.models import Person

PREVIEWED = 3
"""So many of the answers are shown, filled in, before any leaves."""


class AnswerManyForm(forms.Form):
    """A text, or a saved reply. ``previewed`` says which words the person has read, filled in, before they are sent."""

    saved = forms.ModelChoiceField(
        SavedReply.objects.none(),
        label=gettext_lazy("Saved reply"),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    text = words(gettext_lazy("Answer"), required=False, rows=6)
    kind = forms.ChoiceField(
        label=gettext_lazy("After it"),
        choices=[(str(kind), gettext_lazy(word)) for kind, word in KINDS.items()],
        initial=Reply.Kind.ANSWER,
        widget=forms.RadioSelect,
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["saved"].queryset = saved.seen(person).order_by("title")  # type: ignore[attr-defined]
        self.fields["text"].help_text = gettext(
            "Empty: the saved reply. {number}, {unit}, {channel}, {until} and {today} are filled in for each case."
        )

    def clean(self) -> dict[str, Any]:
        """The words to be sent: what was typed, else the saved reply."""
        data = super().clean() or {}
        kept = data.get("saved")
        text = data["text"] = data.get("text") or (kept.text if kept else "")
        data["mark"] = hashlib.sha256(f"{data.get('kind')} {text}".encode()).hexdigest()
        if not text:
            self.add_error("text", gettext("Write the answer, or choose a saved reply."))
        elif unknown := unknown_fields(text):
            names = {"unknown": ", ".join(unknown)}
            self.add_error(
                "text", gettext("Nothing fills in %(unknown)s. Correct it or write the words.") % names
            )
        return data

    @property
    def was_read(self) -> bool:
        """Whether the person has seen these very words filled in."""
        return bool(self.is_valid() and self.cleaned_data["previewed"] == self.cleaned_data["mark"])


def preview(cases: Sequence[Case], text: str, now: datetime) -> list[dict[str, str]]:
    """The first answers as their citizens would read them."""
    return [{"number": case.number, "text": filled(case, text, now)} for case in cases[:PREVIEWED]]


def filled(case: Case, text: str, now: datetime) -> str:
    """A text with the fields of one case filled in."""
    return told.filled(text, told.fields_of(case, now))


@transaction.atomic
def answer(case: Case, data: dict[str, Any], by: Person, at: datetime) -> Reply:
    """Answer the newest message of a case with the common words; all of it, or nothing."""
    message = Message.objects.filter(case=case, ours=False).order_by("-sent_at", "-pk").first()
    if message is None:
        raise Refused(gettext("No citizen wrote in this case, so there is nobody to answer."))
    _nothing_begun(case, by)
    reply = answering.draft(
        case=case, message=message, text=filled(case, data["text"], at), kind=data["kind"], by=by, at=at
    )
    return answering.submit(reply=reply, by=by, at=at)


@transaction.atomic
def hold(case: Case, data: dict[str, Any], by: Person, at: datetime) -> Reply:
    """Send the unit's interim answer: honest that the answer is not there yet, and until when."""
    _nothing_begun(case, by)
    return answering.submit(reply=interim.write(case=case, by=by, at=at), by=by, at=at)


def may_hold(case: Case) -> bool:
    """Whether a citizen waits who was not told yet that it takes longer."""
    if case.state in TELLING or deadline(case.rank) is None:
        return False
    since = case.waits_from or case.opened_at
    sent = case.replies.filter(kind=Reply.Kind.INTERIM, author__isnull=False, written_at__gte=since)
    return not sent.exclude(state__in=("withdrawn", REPLY.initial)).exists()


def _nothing_begun(case: Case, by: Person) -> None:
    """Refused where common words would take the place of what the person began to write in this case."""
    if case.replies.filter(author=by, state=REPLY.initial).exists():
        raise Refused(
            gettext("You have begun an answer here. Send it or empty it first; nothing was changed.")
        )
