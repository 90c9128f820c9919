"""What a person can do on a case's page: one line a verb, with its right, its form and the action behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mimin.inbox import actions
from mimin.inbox.models import Case, CaseUnit, Message, Reply
from mimin.inbox.rows import SECRECIES
from mimin.language.playbook import load
from mimin.people.models import Person, Unit
from mimin.people.rules import Secrecy

LONG = 10_000


class UnitChoice(forms.ModelChoiceField):
    """Any unit of the government that still exists."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Unit.objects.filter(active=True).order_by("name"), **options)


def _words(label: Any, *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONG, widget=forms.Textarea(attrs={"rows": rows})
    )


class TransferForm(forms.Form):
    to = UnitChoice(label=_("Unit"))
    reason = _words(_("Reason"), required=False)


class ReasonForm(forms.Form):
    reason = _words(_("Reason"))


class ReopenForm(forms.Form):
    reason = _words(_("Reason"), required=False)


class ReferForm(forms.Form):
    outside = forms.CharField(
        label=_("Body whose business it is"), max_length=60, widget=forms.TextInput(attrs={"list": "bodies"})
    )
    reason = _words(_("Explanation"), required=False)

    @property
    def bodies(self) -> list[str]:
        """The bodies that citizens most often take for the government."""
        return [body.name for body in load().outside]


class AnswerForm(forms.Form):
    message = forms.IntegerField(widget=forms.HiddenInput)
    text = _words(_("Answer"), rows=5)
    do = forms.ChoiceField(choices=[("send", ""), ("draft", "")], required=False, widget=forms.HiddenInput)


class ReplyForm(forms.Form):
    reply = forms.IntegerField(widget=forms.HiddenInput)


class SendBackForm(ReplyForm):
    why = _words(_("What is to be changed"))


class NothingForm(forms.Form):
    """A verb that asks nothing more."""


class KeepForm(forms.Form):
    secrecy = forms.TypedChoiceField(
        label=_("Who may read it"), coerce=int, choices=[(int(s), _(word)) for s, word in SECRECIES.items()]
    )
    concerns = UnitChoice(label=_("Unit whose staff it names"), required=False)
    reason = _words(_("Reason"))


class InvolveForm(forms.Form):
    unit = UnitChoice(label=_("Unit"))
    part = forms.ChoiceField(
        label=_("Part"),
        choices=[(CaseUnit.Part.HELPER.value, _("Helps")), (CaseUnit.Part.INFORMED.value, _("Is informed"))],
    )


class NoteForm(forms.Form):
    text = _words(_("Note for colleagues"))


class RevealForm(forms.Form):
    message = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(label=_("What it is needed for"), max_length=300)


ANSWERED = {
    "draft": _("The draft is kept. It has not been sent."),
    "submitted": _("The answer waits for approval. It leaves when somebody else has approved it."),
    "leaving": _("The answer is on its way."),
    "sent": _("The answer stands on the channel."),
}
"""state of the answer -> what is now true."""


Perform = Callable[[Case, dict[str, Any], Person, datetime], Any]


@dataclass(frozen=True)
class Act:
    """One thing to do: its words, the right it needs, the flow's verb it moves by ("" for none), form and action."""

    label: Any
    right: str
    verb: str
    form: type[forms.Form]
    perform: Perform
    done: Any


def _message(case: Case, data: dict[str, Any]) -> Message:
    return Message.objects.get(case=case, pk=data["message"])


def _reply(case: Case, data: dict[str, Any]) -> Reply:
    return Reply.objects.select_related("case", "message", "delivery", "unit").get(
        case=case, pk=data["reply"]
    )


def _answer(case: Case, data: dict[str, Any], by: Person, at: datetime) -> Reply:
    """Keep the draft first, so that a refusal to send loses no word of it."""
    reply = actions.draft(case=case, message=_message(case, data), text=data["text"], by=by, at=at)
    return reply if data["do"] == "draft" else actions.submit(reply=reply, by=by, at=at)


ACTS: dict[str, Act] = {
    "transfer": Act(
        _("Pass on"), "case.transfer", "route", TransferForm,
        lambda c, d, by, at: actions.transfer(case=c, to=d["to"], reason=d["reason"], by=by, at=at),
        _("The case is with its new unit."),
    ),
    "hand_back": Act(
        _("Hand back"), "case.transfer", "return", ReasonForm,
        lambda c, d, by, at: actions.hand_back(case=c, reason=d["reason"], by=by, at=at),
        _("The case went back, with your reason."),
    ),
    "refer": Act(
        _("Not our authority"), "case.transfer", "refer", ReferForm,
        lambda c, d, by, at: actions.refer(case=c, outside=d["outside"], reason=d["reason"], by=by, at=at),
        _("Noted whose business it is. Tell the citizen in an answer."),
    ),
    "answer": Act(_("Answer"), "case.answer", "answer", AnswerForm, _answer, ANSWERED),
    "submit": Act(
        _("Send the answer"), "case.answer", "answer", ReplyForm,
        lambda c, d, by, at: actions.submit(reply=_reply(c, d), by=by, at=at),
        ANSWERED,
    ),
    "approve": Act(
        _("Approve and send"), "case.approve", "answer", ReplyForm,
        lambda c, d, by, at: actions.approve(reply=_reply(c, d), by=by, at=at),
        _("Approved. The answer is on its way."),
    ),
    "send_back": Act(
        _("Return to the author"), "case.approve", "", SendBackForm,
        lambda c, d, by, at: actions.send_back(reply=_reply(c, d), why=d["why"], by=by, at=at),
        _("The answer went back to its author."),
    ),
    "withdraw": Act(
        _("Take back"), "case.answer", "", ReplyForm,
        lambda c, d, by, at: actions.withdraw(reply=_reply(c, d), by=by, at=at),
        _("The answer was taken back. It does not leave."),
    ),
    "close": Act(
        _("Close the case"), "case.close", "close", NothingForm,
        lambda c, d, by, at: actions.close(case=c, by=by, at=at),
        _("The case is closed."),
    ),
    "dismiss": Act(
        _("Nothing to do"), "case.close", "dismiss", ReasonForm,
        lambda c, d, by, at: actions.dismiss(case=c, reason=d["reason"], by=by, at=at),
        _("Set aside, with your reason."),
    ),
    "reopen": Act(
        _("Reopen"), "case.close", "reopen", ReopenForm,
        lambda c, d, by, at: actions.reopen(case=c, reason=d["reason"], by=by, at=at),
        _("The case is open again; its clock began anew."),
    ),
    "keep": Act(
        _("Change who may read it"), "case.secrecy", "", KeepForm,
        lambda c, d, by, at: actions.keep(
            case=c, secrecy=Secrecy(d["secrecy"]), concerns=d["concerns"], reason=d["reason"], by=by, at=at
        ),
        _("Who may read this case has changed."),
    ),
    "involve": Act(
        _("Involve a unit"), "case.transfer", "", InvolveForm,
        lambda c, d, by, at: actions.involve(case=c, unit=d["unit"], part=d["part"], by=by, at=at),
        _("The unit takes part now."),
    ),
    "note": Act(
        _("Add note"), "case.note", "", NoteForm,
        lambda c, d, by, at: actions.note(case=c, text=d["text"], by=by, at=at),
        _("The note is kept. No citizen sees it."),
    ),
    "reveal": Act(
        _("Show what is masked"), "case.reveal", "", RevealForm,
        lambda c, d, by, at: actions.reveal(message=_message(c, d), why=d["why"], by=by, at=at),
        "",
    ),
}  # fmt: skip
"""Name in the address -> act."""
