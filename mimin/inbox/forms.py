"""Forms of the inbox that are not a verb on a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.inbox.correct_forms import labelled
from mimin.people.models import Person
from mimin.registry.queries import channels_for


class FilterForm(forms.Form):
    """What the list is narrowed to."""

    affair = forms.ChoiceField(label=gettext_lazy("Affair"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = channels_for(person).order_by("name").values_list("pk", "name")
        self.fields["affair"].choices = [("", _("All affairs")), *labelled("affair")]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", _("All channels")), *channels]  # type: ignore[attr-defined]
