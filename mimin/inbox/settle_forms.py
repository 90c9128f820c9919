"""Forms of how a matter is settled: promised, done with proof, closed for a reason, or waiting for somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mimin.inbox.act_forms import words
from mimin.inbox.ask_forms import OfCase, PhotosField
from mimin.inbox.closing import BECAUSE
from mimin.inbox.models import Case, StatementPhoto
from mimin.inbox.pausing import REASONS
from mimin.inbox.promising import open_promise
from mimin.inbox.rules import ENDS


class PromiseForm(OfCase):
    what = forms.CharField(
        label=_("What is promised"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In words that the citizen understands."),
    )
    until = forms.DateField(
        label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    who = forms.CharField(label=_("Who does it"), max_length=120, required=False)
    budget_year = forms.IntegerField(
        label=_("Budget year"),
        required=False,
        min_value=2020,
        max_value=2099,
        help_text=_("Where it depends on a budget that is still to come."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def of(self, case: Case) -> None:
        """The unit that holds the case, and what is promised now."""
        self.initial.setdefault("who", case.lead.name)
        self.fields["until"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"
        if now := open_promise(case):
            for name in ("what", "who", "budget_year"):
                self.initial[name] = getattr(now, name)


class PutOffForm(PromiseForm):
    why = words(_("Why it is put off"), rows=2)
    field_order = ("why", "what", "until", "who", "budget_year")


class WhyForm(forms.Form):
    why = words(_("Reason"), rows=2)


class ToldPhotos(forms.CheckboxSelectMultiple):
    """Photos to choose from, each shown small."""

    template_name = "inbox/_told_photos.html"


class FinishForm(OfCase):
    text = forms.CharField(
        label=_("What was done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    told = forms.MultipleChoiceField(
        label=_("Photos that were told through a link"), required=False, widget=ToldPhotos
    )
    photos = PhotosField(
        label=_("Photos"),
        required=False,
        help_text=_("Up to four. Their place and time of taking are removed."),
    )
    url = forms.URLField(
        label=_("Address of a document or a video"), required=False, max_length=500, assume_scheme="https"
    )

    def of(self, case: Case) -> None:
        """The photos that came by links of this case."""
        found = StatementPhoto.objects.filter(statement__ask__case=case).order_by("-pk")[:12]
        self.fields["told"].choices = [  # type: ignore[attr-defined]
            (photo.pk, reverse("statement_photo", args=[case.pk, photo.pk])) for photo in found
        ]
        if not found:
            del self.fields["told"]


class CloseForm(OfCase):
    because = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)
    reason = words(
        _("Explanation"),
        required=False,
        help_text=_("Of what cannot be done the citizen is told this too; your draft then says it."),
    )

    def of(self, case: Case) -> None:
        """The reasons that can be true in the case's state."""
        self.of_all([case])

    def of_all(self, cases: Iterable[Case]) -> None:
        """The reasons that can be true in the states of some of these cases."""
        stand = {case.state for case in cases}
        fit = [name for name, states in ENDS.items() if stand.intersection(states) and name != "silence"]
        self.fields["because"].choices = [(name, _(BECAUSE[name])) for name in fit]  # type: ignore[attr-defined]
        self.initial.setdefault("because", fit[0] if fit else "")


class PauseForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"), widget=forms.RadioSelect, choices=[(key, _(word)) for key, word in REASONS.items()]
    )
    note = words(_("Explanation"), required=False, rows=2)


class FieldCheckForm(forms.Form):
    needed = forms.TypedChoiceField(
        label=_("A look in the field"),
        coerce=lambda value: value == "yes",
        choices=[
            ("yes", _("Somebody must look on the spot")),
            ("no", _("It can be settled from the office")),
        ],
        widget=forms.RadioSelect,
    )


def proof_of(case: Case, data: dict[str, Any]) -> tuple[list[Any], list[StatementPhoto]]:
    """The photos of a finished form: those that come with it, and those that lie there already."""
    chosen = StatementPhoto.objects.filter(pk__in=data.get("told") or [], statement__ask__case=case)
    return data["photos"], list(chosen.select_related("capture"))
