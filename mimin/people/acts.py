"""What can be done with a unit: one line a verb, with its words, its form and the action behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mimin.evidence.actions import Actor
from mimin.people import actions, tree
from mimin.people.forms import AddUnitForm, MergeForm, NameForm, OtherUnitForm, SplitForm
from mimin.people.models import Unit

Perform = Callable[[Unit, dict[str, Any], Actor, datetime], Unit]
"""What the form said, and as ``inherit`` and ``divide`` what higher layers hand over."""


@dataclass(frozen=True)
class UnitAct:
    """One thing to do with a unit. ``top``: also possible with the government itself."""

    label: Any
    icon: str
    consequence: Any
    form: type[forms.Form]
    perform: Perform
    done: Any
    tone: str = "primary"
    top: bool = False


ACTS: dict[str, UnitAct] = {
    "add": UnitAct(
        _("Add a unit below"), "plus", _("The new unit stands below this one and inherits its rules."), AddUnitForm,
        lambda u, d, by, at: actions.add_unit(
            parent=u, name=d["name"], short=d["short"], kind=d["kind"], zone=u.zone, by=by, at=at
        ),
        _("The unit is added."), top=True,
    ),
    "rename": UnitAct(
        _("Rename"), "pencil",
        _("The old name stays as another name, so that letters and citizens still find the unit."),
        NameForm,
        lambda u, d, by, at: tree.rename_unit(
            unit=u, name=d["name"], short=d["short"], basis=d["basis"], by=by, at=at
        ),
        _("The unit bears its new name."), top=True,
    ),
    "move": UnitAct(
        _("Move"), "corner-up-left",
        _("Everything below it moves along; cases, channels and parts stay with their units."),
        OtherUnitForm,
        lambda u, d, by, at: tree.move_unit(unit=u, parent=d["other"], basis=d["basis"], by=by, at=at),
        _("The unit stands at its new place."),
    ),
    "merge": UnitAct(
        _("Merge"), "arrow-right-left",
        _(
            "The unit ends. The other takes over its names, its affairs, its channels and the units below it; the "
            "ended unit stands below the other with its cases and its history."
        ),
        MergeForm,
        lambda u, d, by, at: tree.merge_unit(
            unit=u, into=d["other"], basis=d["basis"], staff=d.get("staff", ()), inherit=d["inherit"], by=by, at=at
        ),
        _("The unit has gone into the other, with its channels and the people you chose."), tone="danger primary",
    ),
    "split": UnitAct(
        _("Split"), "arrow-right-left", 
        _("A new unit stands beside this one and takes over the affairs, channels and people you choose."),
        SplitForm,
        lambda u, d, by, at: tree.split_unit(
            unit=u, name=d["name"], short=d["short"], affairs=d["affairs"], basis=d["basis"], by=by, at=at,
            staff=d.get("staff", ()), divide=d["divide"],
        ),
        _("The new unit stands beside the old one."),
    ),
}  # fmt: skip
"""Name in the address -> act."""
