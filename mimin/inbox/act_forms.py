"""Forms of what is done with a case: to whom it goes, what is answered, who may read it."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mimin.inbox.ask_forms import OfCase
from mimin.inbox.models import Case, CaseUnit, Reply
from mimin.inbox.rows import SECRECIES, SECRECY_HELP
from mimin.language.playbook import load
from mimin.people.models import Unit
from mimin.people.rules import Secrecy

LONG = 10_000


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Any unit of the government that still exists."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Unit.objects.filter(active=True).order_by("name"), **options)


def words(label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONG,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class TransferForm(forms.Form):
    to = UnitChoice(label=_("Unit"))
    reason = words(_("Reason"), required=False)


class ReasonForm(forms.Form):
    reason = words(_("Reason"))


class ReopenForm(forms.Form):
    reason = words(_("Reason"), required=False)


class MergeCaseForm(forms.Form):
    into = forms.CharField(
        label=_("Number of the case that it becomes a part of"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SplitCaseForm(forms.Form):
    reason = words(_("Why it is another matter"), rows=2)


class ReferForm(forms.Form):
    outside = forms.CharField(
        label=_("Body whose business it is"), max_length=60, widget=forms.TextInput(attrs={"list": "bodies"})
    )
    number = forms.CharField(
        label=_("How it is reached, or its number for the report"), max_length=60, required=False
    )
    reason = words(_("Explanation"), required=False)

    @property
    def bodies(self) -> list[str]:
        """The bodies that citizens most often take for the government."""
        return [body.name for body in load().outside]


class AnswerForm(forms.Form):
    message = forms.IntegerField(widget=forms.HiddenInput)
    text = words(_("Answer"), rows=5)
    do = forms.ChoiceField(choices=[("send", ""), ("draft", "")], required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Reply.Kind.choices, required=False)
    also = forms.BooleanField(required=False)

    def clean_kind(self) -> str:
        """What is not said is an answer after which the work goes on: it closes nothing."""
        return self.cleaned_data["kind"] or Reply.Kind.ANSWER


class ReplyForm(forms.Form):
    reply = forms.IntegerField(widget=forms.HiddenInput)


class SendBackForm(ReplyForm):
    why = words(_("What is to be changed"))


class NothingForm(forms.Form):
    """A verb that asks nothing more."""


class SecrecyRadios(forms.RadioSelect):
    """How closely a case is kept, each with what it means in one line."""

    template_name = "inbox/_secrecies.html"

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """The option with its line of help."""
        made: dict[str, Any] = super().create_option(name, value, *args, **options)
        secrecy = Secrecy(int(value or 0))
        return {**made, "help": gettext(SECRECY_HELP[secrecy])}


class KeepForm(OfCase):
    secrecy = forms.TypedChoiceField(
        label=_("Who may read it"),
        coerce=int,
        choices=[(int(s), _(word)) for s, word in SECRECIES.items()],
        widget=SecrecyRadios,
    )
    concerns = UnitChoice(label=_("Unit whose staff it names"), required=False)
    reason = words(_("Reason"))

    def of(self, case: Case) -> None:
        """How closely it is kept now."""
        self.initial.setdefault("secrecy", case.secrecy)


class InvolveForm(forms.Form):
    unit = UnitChoice(label=_("Unit"))
    part = forms.ChoiceField(
        label=_("Part"),
        choices=[(CaseUnit.Part.HELPER.value, _("Helps")), (CaseUnit.Part.INFORMED.value, _("Is informed"))],
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day for its part, if it helps."),
    )


def _key() -> str:
    return secrets.token_hex(12)


class NoteForm(forms.Form):
    """``key`` makes a double click one note."""

    text = words(_("Note for colleagues"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=40, initial=_key)


class RevealForm(forms.Form):
    message = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(label=_("What it is needed for"), max_length=300)
