"""Forms that set a value, by its kind, and a holiday."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.people.models import Unit
from mimin.policy.checks import BadValue
from mimin.policy.queries import DAYS
from mimin.policy.reading import read_hours, read_periods
from mimin.policy.rules import CLASSES, LONGEST_TEXT


class UnitChoiceForm(forms.Form):
    """Whose values are shown."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Unit"), required=False, empty_label=None
    )

    def __init__(self, units: QuerySet[Unit], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


def _span() -> dict[str, forms.Field]:
    words = [
        ("working_days", gettext_lazy("working days")),
        ("days", gettext_lazy("calendar days")),
        ("working_hours", gettext_lazy("working hours")),
        ("hours", gettext_lazy("hours")),
    ]
    return {
        "amount": forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=400),
        "unit": forms.ChoiceField(label=gettext_lazy("Counted in"), choices=words),
    }


def _yes_no() -> dict[str, forms.Field]:
    return {"value": forms.BooleanField(label=gettext_lazy("Yes"), required=False)}


def _percent() -> dict[str, forms.Field]:
    field = forms.IntegerField(
        label=gettext_lazy("Percent"), min_value=0, max_value=100, help_text=gettext_lazy("0 means never.")
    )
    return {"value": field}


def _count() -> dict[str, forms.Field]:
    return {"value": forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=100_000)}


def _hours() -> dict[str, forms.Field]:
    example = gettext_lazy(
        "Such as 07:30-12:00, 13:00-16:00. Empty: closed. All seven empty: the hours of the law."
    )
    return {
        f"day{place}": forms.CharField(
            label=_(day), required=False, max_length=100, help_text=example if place == 0 else ""
        )
        for place, day in enumerate(DAYS)
    }


def _periods() -> dict[str, forms.Field]:
    field = forms.CharField(
        label=gettext_lazy("Periods"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line, such as 2027-02-08 to 2027-03-09."),
    )
    return {"value": field}


def _text() -> dict[str, forms.Field]:
    widget = forms.Textarea(attrs={"rows": 5})
    field = forms.CharField(
        label=gettext_lazy("Text"), required=False, max_length=LONGEST_TEXT, widget=widget
    )
    return {"value": field}


def _classes() -> dict[str, forms.Field]:
    choices = [(name, _(words)) for name, words in CLASSES.items()]
    field = forms.MultipleChoiceField(
        label=gettext_lazy("What may be answered"),
        required=False,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing chosen: everything needs approval."),
    )
    return {"value": field}


def _colour() -> dict[str, forms.Field]:
    return {
        "value": forms.CharField(
            label=gettext_lazy("Colour"), max_length=7, widget=forms.TextInput(attrs={"type": "color"})
        )
    }


FIELDS: dict[str, Callable[[], dict[str, forms.Field]]] = {
    "span": _span,
    "yes_no": _yes_no,
    "percent": _percent,
    "count": _count,
    "hours": _hours,
    "periods": _periods,
    "text": _text,
    "classes": _classes,
    "colour": _colour,
}
"""Kind of a value -> the fields that edit it."""


def shown(kind: str, held: Any) -> dict[str, Any]:
    """A stored value as the fields of its kind show it."""
    if kind == "span":
        return dict(held)
    if kind == "hours":
        week = held or [[]] * 7
        return {
            f"day{place}": ", ".join("-".join(window) for window in day) for place, day in enumerate(week)
        }
    if kind == "periods":
        return {"value": "\n".join(_("%(a)s to %(b)s") % {"a": a, "b": b} for a, b in held)}
    return {"value": held}


def told(kind: str, data: dict[str, Any]) -> Any:
    """What the fields of a kind hold, as the value to store. Raises BadValue."""
    if kind == "span":
        return {"amount": data["amount"], "unit": data["unit"]}
    if kind == "hours":
        week = read_hours([data[f"day{place}"] for place in range(7)])
        return week if any(week) else []
    if kind == "periods":
        return read_periods(data["value"])
    return data["value"]


class ValueForm(forms.Form):
    """A value of one kind, the day from which it holds, and on what it stands."""

    valid_from = forms.DateField(
        label=gettext_lazy("Holds from"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), required=False, max_length=200)
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=200)

    def __init__(self, kind: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self.fields = {**FIELDS[kind](), **self.fields}

    def clean(self) -> dict[str, Any]:
        """Read the fields of the kind together, into ``held``."""
        data = self.cleaned_data
        if not self.errors:
            try:
                data["held"] = told(self.kind, data)
            except BadValue as error:
                self.add_error(None, _(str(error)) % error.holes)
        return data


class HolidayForm(forms.Form):
    date = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label=gettext_lazy("Name of the day"), max_length=120)
    working = forms.BooleanField(
        label=gettext_lazy("It is worked after all"),
        required=False,
        help_text=gettext_lazy("For a national holiday or a Saturday on which the offices are open."),
    )
