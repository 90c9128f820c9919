"""Forms of saved replies: what is kept, what the list is narrowed to, and putting one into an answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.inbox.act_forms import LONG
from mimin.inbox.models import Reply, SavedReply
from mimin.inbox.rows import CLASSES
from mimin.inbox.saving import LONGEST
from mimin.people.models import Person, Unit
from mimin.people.queries import units_of
from mimin.people.rows import affair_words

FOR = ("pengaduan", "aspirasi", "permintaan_informasi", "lainnya")
"""The classes that citizens are answered in."""


class SavedForm(forms.Form):
    """What is kept. ``as_of``: the version that was shown; how long it may be is said by the verb, with what to do."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONG)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 6, "data-limit": LONGEST}),
        help_text=gettext_lazy(
            "Filled in when it is put into an answer: {number} of the case, {unit} that answers, {channel}, "
            "{until} when the citizen has an answer, {today}. No personal data: many people answer with it."
        ),
    )
    affair = forms.ChoiceField(
        label=gettext_lazy("Affair"),
        required=False,
        help_text=gettext_lazy("It is offered first in cases of this affair and kind."),
    )
    klass = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Unit"),
        empty_label=None,
        help_text=gettext_lazy("Its people see it, and those of every unit below it."),
    )
    as_of = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, units: QuerySet[Unit], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [(name, _(CLASSES[name])) for name in FOR]
        affairs = sorted(affair_words().items(), key=lambda pair: pair[1])
        self.fields["affair"].choices = [("", _("Any")), *affairs]  # type: ignore[attr-defined]
        self.fields["klass"].choices = [("", _("Any")), *kinds]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


def initial_of(saved: SavedReply) -> dict[str, Any]:
    """A saved reply as its form shows it."""
    names = ("title", "text", "affair", "klass", "unit")
    return {name: getattr(saved, name) for name in names} | {"as_of": saved.version}


class SavedLookForm(forms.Form):
    """What the list is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=80)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        units = units_of(person).order_by("path").values_list("pk", "short")
        self.fields["unit"].choices = [("", _("All units")), *units]  # type: ignore[attr-defined]


class UseForm(forms.Form):
    """Which one is put into the answer, below the words that stand in the box; a page without a box sends no text."""

    saved = forms.IntegerField(min_value=1, max_value=2**62)
    text = forms.CharField(required=False, max_length=LONG, strip=False)
    kind = forms.ChoiceField(choices=Reply.Kind.choices, required=False)
