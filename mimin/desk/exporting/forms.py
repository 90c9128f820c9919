"""Forms of what leaves as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.desk.exporting.cases import Wanted
from mimin.desk.exporting.sheets import CSV, XLSX
from mimin.inbox.states import CASE
from mimin.people.models import Person
from mimin.people.queries import units_of
from mimin.registry.queries import channels_for


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class WantedForm(forms.Form):
    """Which cases, and in which kind of file."""

    since = _day(gettext_lazy("Came in from"))
    until = _day(gettext_lazy("Came in until"))
    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), required=False, coerce=int, empty_value=None)
    channel = forms.TypedChoiceField(
        label=gettext_lazy("Channel"), required=False, coerce=int, empty_value=None
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[(XLSX, "XLSX"), (CSV, "CSV")],
        help_text=gettext_lazy("A spreadsheet keeps 32,767 characters in a cell; a CSV keeps everything."),
    )
    secret = forms.BooleanField(
        label=gettext_lazy("With the words of secret cases"),
        required=False,
        help_text=gettext_lazy(
            "Otherwise their words are left out. Whoever gets the file can read what is in it."
        ),
    )

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        units = units_of(person).order_by("path").values_list("pk", "short")
        channels = channels_for(person).order_by("name").values_list("pk", "name")
        self.fields["unit"].choices = [("", _("All units")), *units]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", _("All channels")), *channels]  # type: ignore[attr-defined]
        states = [(state, _(word)) for state, word in CASE.states.items()]
        self.fields["state"].choices = [("", _("All states")), *states]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What was chosen."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value and name != "kind"}
        return Wanted(**chosen)


class TrackingForm(forms.Form):
    """The number that the national system gave."""

    number = forms.CharField(
        label=gettext_lazy("Tracking ID"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("Seven digits. Empty takes a wrong number away."),
    )
