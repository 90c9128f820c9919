"""Forms of what comes in as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.desk.importing.columns import FIELDS
from mimin.desk.importing.rows import FIELD_WORDS
from mimin.desk.models import ImportJob
from mimin.people.asking import reach
from mimin.people.models import Person
from mimin.people.queries import at_or_below
from mimin.registry.models import Channel

RIGHT = "case.import"


def channels_to_fill(person: Person) -> Any:
    """The channels in use into which the person may take in history, those of SP4N-LAPOR! first."""
    rows = Channel.objects.filter(at_or_below(reach(person, RIGHT), "unit__path"), retired_at=None)
    return rows.order_by("name")


class FileForm(forms.Form):
    """Which file, and on which channel its reports were heard."""

    channel = forms.ModelChoiceField(
        Channel.objects.none(),
        label=gettext_lazy("Channel on which they were heard"),
        help_text=gettext_lazy("For the national export the channel of SP4N-LAPOR!."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy(
            "CSV or XLSX, up to 50 MB and 200,000 rows. Nothing comes in before you have seen it."
        ),
    )

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = channels_to_fill(person)
        self.fields["channel"].queryset = rows  # type: ignore[attr-defined]
        self.fields["channel"].initial = rows.filter(platform="lapor").values_list("pk", flat=True).first()


class ColumnsForm(forms.Form):
    """What each column is: one field a column, and how a row stands whose state says nothing."""

    otherwise = forms.ChoiceField(
        label=gettext_lazy("A row whose state says nothing"),
        choices=[
            ("new", gettext_lazy("waits for us: its promise begins when it comes in")),
            ("closed", gettext_lazy("is closed")),
        ],
    )

    def __init__(self, job: ImportJob, names: Sequence[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        meant = {place: field for field, place in job.mapping.items()}
        choices = [("", _("Kept beside the report")), *((field, _(FIELD_WORDS[field])) for field in FIELDS)]
        for place, name in enumerate(names):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name or _("Column %(number)s") % {"number": place + 1},
                choices=choices, required=False, initial=meant.get(place, ""),
            )  # fmt: skip
        self.initial.setdefault("otherwise", job.otherwise)

    def mapping(self) -> dict[str, int]:
        """What was chosen: field -> place of its column. Two columns for one thing is an error of the second."""
        found: dict[str, int] = {}
        for name, field in list(self.cleaned_data.items()):
            if not name.startswith("column_") or not field:
                continue
            if field in found:
                self.add_error(name, _("Another column is that already. Choose it for one of them."))
            found.setdefault(field, int(name.removeprefix("column_")))
        return found
