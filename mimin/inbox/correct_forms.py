"""The form by which one thing that Mimin understood is put right, and what the case's page offers to tap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from mimin.inbox import correcting
from mimin.inbox.ask_forms import OfCase
from mimin.inbox.models import Case
from mimin.inbox.rows import CLASSES
from mimin.language.playbook import load

URGENCIES = {
    "biasa": gettext_noop("Ordinary"),
    "mendesak": gettext_noop("Urgent"),
    "darurat": gettext_noop("Emergency"),
}
FIELDS = {
    "kind": gettext_lazy("Kind"),
    "affair": gettext_lazy("Affair"),
    "urgency": gettext_lazy("Urgency"),
}


def labelled(field: str) -> list[tuple[str, str]]:
    """The values of a field with their words; affairs by name."""
    if field == "affair":
        return sorted(load().affair_names.items(), key=lambda pair: pair[1].lower())
    words = CLASSES if field == "kind" else URGENCIES
    return [(value, _(words[value])) for value in correcting.choices(field)]


class CorrectForm(OfCase):
    """``field`` says what is put right (of an address: the affair); ``value`` what it really is."""

    field = forms.ChoiceField(choices=list(FIELDS.items()), widget=forms.HiddenInput)
    value = forms.ChoiceField(label=gettext_lazy("What it really is"))

    def of(self, case: Case) -> None:
        """Offer the values of what is put right, the present one chosen."""
        asked = str(self.data.get("field") or self.initial.get("field") or "")
        field = asked if asked in FIELDS else "affair"
        self.initial.update(field=field, value=getattr(case, correcting.COLUMNS[field]))
        self.fields["value"].choices = labelled(field)  # type: ignore[attr-defined]
        self.fields["value"].label = FIELDS[field]


def told(facts: Mapping[str, Any]) -> str:
    """What a line of the trail names: the unit it led to, or what a field is now after it was put right."""
    if str(facts.get("field")) not in FIELDS:
        return str(facts.get("to_name", ""))
    return f"{FIELDS[facts['field']]} → {dict(labelled(facts['field'])).get(facts['now'], facts['now'])}"


def taps(case: Case) -> list[dict[str, Any]]:
    """What inbox/_taps.html takes: each field with the values to tap (of affairs the best three), and all of them
    where that is more."""
    return [_tapped(case, field, str(label)) for field, label in FIELDS.items()]


def _tapped(case: Case, field: str, label: str) -> dict[str, Any]:
    present = getattr(case, correcting.COLUMNS[field])
    every = labelled(field)
    shown = every
    if field == "affair":
        best = [present, *(one[0] for one in (case.understanding or {}).get("affairs", []))]
        names = dict(every)
        shown = [(value, names[value]) for value in dict.fromkeys(best) if value in names][:4]
    return {
        "field": field,
        "label": label,
        "taps": [{"value": value, "label": word, "chosen": value == present} for value, word in shown],
        "every": every if field == "affair" else [],
    }
