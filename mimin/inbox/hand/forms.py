"""The form of hearing by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.inbox import queries
from mimin.inbox.act_forms import SecrecyRadios
from mimin.inbox.hand import nearby
from mimin.inbox.hand.repeats import may_join
from mimin.inbox.models import Case
from mimin.inbox.rows import SECRECIES
from mimin.people.models import Person
from mimin.people.rules import Secrecy

ASKED: dict[Secrecy, str] = {Secrecy.OPEN: "", Secrecy.ANONYMOUS: "anonymous", Secrecy.SECRET: "secret"}
"""What a citizen may ask for -> the confidentiality that the intake takes it for; what names staff is found there."""


class RecordForm(forms.Form):
    """What was heard where no API helps. ``key`` makes a double click one case; ``into`` is the case to join."""

    text = forms.CharField(
        label=gettext_lazy("What the citizen wrote or said"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    channel = forms.CharField(required=False, max_length=40)
    author = forms.CharField(
        label=gettext_lazy("Name or handle of the citizen"), max_length=120, required=False
    )
    sent_at = forms.DateTimeField(
        label=gettext_lazy("When it was written"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty means now."),
    )
    link = forms.URLField(
        label=gettext_lazy("Link to it"), required=False, max_length=500, assume_scheme="https"
    )
    on_behalf = forms.CharField(
        label=gettext_lazy("For somebody else"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For whom the citizen speaks, such as a neighbour or a parent."),
    )
    secrecy = forms.TypedChoiceField(
        label=gettext_lazy("What the citizen asks to be hidden"),
        required=False,
        coerce=int,
        empty_value=None,
        initial=0,
        choices=[(int(s), gettext_lazy(SECRECIES[s])) for s in ASKED],
        widget=SecrecyRadios,
        help_text=gettext_lazy(
            "“Do not name me” means anonymous. It holds before any colleague sees the case."
        ),
    )
    into = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    key = forms.SlugField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_into(self) -> Case | None:
        """The case to join: one that the person works on."""
        pk = self.cleaned_data["into"]
        if not pk:
            return None
        found = Case.objects.filter(queries.seen(self.person), pk=pk).select_related("channel__unit").first()
        if found is None or not may_join(self.person, found):
            raise forms.ValidationError(
                _("You cannot add to that case. Record a new one; whoever holds the case can join them.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Who joins a case need choose no channel: it is the case's own."""
        data: dict[str, Any] = super().clean() or {}
        joins = data.get("into") is not None
        if not joins and not nearby.recordable(data.get("channel", ""), self.person):
            self.add_error("channel", _("Choose where it was heard."))
        return data
