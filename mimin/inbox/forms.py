"""Forms of the inbox that are not a verb on a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.people.models import Person
from mimin.people.queries import units_of
from mimin.registry.models import Channel
from mimin.registry.queries import channels_for


class FilterForm(forms.Form):
    """What the list is narrowed to."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_of(person).order_by("path").values_list("pk", "short")
        channels = channels_for(person).order_by("name").values_list("pk", "name")
        self.fields["unit"].choices = [("", _("All units")), *units]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", _("All channels")), *channels]  # type: ignore[attr-defined]


class RecordForm(forms.Form):
    """What was heard where no API helps. ``key`` makes a double click one case."""

    channel = forms.ModelChoiceField(Channel.objects.none(), label=gettext_lazy("Channel"))
    text = forms.CharField(
        label=gettext_lazy("What the citizen wrote"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
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
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_channels = channels_for(person).filter(retired_at=None).order_by("name")
        self.fields["channel"].queryset = open_channels  # type: ignore[attr-defined]
