"""Forms of the inbox that are not a verb on a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.people.models import Person
from mimin.people.queries import units_of
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
