"""The pages of the tree: units, their names and their history."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor
from mimin.lib.acting import tried
from mimin.lib.clock import CalendarChanged
from mimin.people import actions, rows
from mimin.people.acts import ACTS, UnitAct
from mimin.people.asking import demand, person_of, reach
from mimin.people.forms import LookForm, SplitForm, UnitForm
from mimin.people.models import Person, Role, Unit
from mimin.people.queries import held, not_over, subtree
from mimin.people.rules import may
from mimin.people.tree import Inherit

SIZE = 50
"""Units on a page."""
Counted = Callable[[], Mapping[int, int]]
Lines = Callable[[Unit], list[dict[str, str]]]


@dataclass(frozen=True)
class Beyond:
    """What higher layers keep by unit, and how they hand it over: all of it when a unit ends, a part when it is split.

    ``channels`` lists what can be chosen; ``divide`` takes the ids of those chosen and the affairs whose cases go.
    """

    inherit: Inherit
    divide: Callable[[Unit, Unit, Collection[int], Collection[str], Actor, datetime], None]
    channels: Callable[[Unit], list[tuple[int, str]]]

    def handing(self, data: dict[str, Any]) -> dict[str, Any]:
        """What a form said, with what is handed over by it."""
        channels = data.get("channels", ())
        affairs = data.get("affairs", ()) if data.get("cases") else ()

        def divide(unit: Unit, heir: Unit, by: Actor, at: datetime) -> None:
            self.divide(unit, heir, channels, affairs, by, at)

        return {**data, "inherit": self.inherit, "divide": divide}


def _seen(person: Person) -> Any:
    return subtree({role.path for role in held(person)})


@login_required
def units(request: HttpRequest, channels: Counted) -> HttpResponse:
    """The tree below the person's own units, a page at a time in the order of their paths. ``channels`` tells how many
    channels each unit has, by its id."""
    person, form = person_of(request), LookForm(request.GET)
    after = _path(request.GET.get("after", ""))
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = _seen(person)
    if text:
        named = Q(name__icontains=text) | Q(short__icontains=text) | Q(aliases__text__icontains=text)
        found = found.filter(named).distinct()
    ahead = list(found.filter(path__gt=after).order_by("path")[: SIZE + 1])
    listed, more = ahead[:SIZE], len(ahead) > SIZE
    parts = Role.objects.filter(not_over(timezone.localdate()), person__is_active=True, unit__in=listed)
    people = dict(parts.values_list("unit").annotate(n=Count("person", distinct=True)))
    tops = sorted(reach(person, "unit.change"))
    add_url = reverse("unit_act", args=[Unit.objects.get(path=tops[0]).pk, "add"]) if tops else ""
    context = {
        "lead": _("%(n)s units") % {"n": found.count()},
        "form": form,
        "rows": rows.unit_rows(listed, people, channels()),
        "add_url": add_url,
        "count_text": "",
        "older_url": "?" + urlencode({"q": text, "after": listed[-1].path}) if more else "",
        "newer_url": "?" + urlencode({"q": text}) if after else "",
    }
    return render(request, "people/units.html", context)


def _path(text: str) -> str:
    """A place in the tree from a query string; the beginning for anything else."""
    return text if re.fullmatch(r"[0-9.]{1,120}", text, re.ASCII) else ""


def _found(person: Person, pk: int) -> Unit:
    unit: Unit = get_object_or_404(_seen(person).select_related("parent"), pk=pk)
    return unit


@login_required
def unit(
    request: HttpRequest, pk: int, channels: Lines, beside: Lines, then: CalendarChanged
) -> HttpResponse:
    """One unit: its names, who plays a part, its channels (told by ``channels``), what stands below, its history.
    ``beside`` tells what higher layers know of it, among its facts; ``then`` is done when its zone changes."""
    person = person_of(request)
    found = _found(person, pk)
    form = _unit_form(request, person, found)
    if (
        form
        and form.is_bound
        and form.is_valid()
        and tried(
            request,
            lambda: _described(found, form.cleaned_data, person, then),
            done=_("The unit is saved."),
            form=form,
        )
    ):
        return redirect("unit", pk=pk)
    page = _page(found, person, form, channels)
    page["facts"] += beside(found)
    return render(request, "people/unit.html", page, status=_status(form))


def _unit_form(request: HttpRequest, person: Person, found: Unit) -> UnitForm | None:
    if request.method == "POST":
        demand(person, "unit.change", found.path)
        return UnitForm(found, request.POST)
    if not found.active or not may(held(person), "unit.change", found.path):
        return None
    aliases = "\n".join(found.aliases.order_by("text").values_list("text", flat=True))
    return UnitForm(found, initial={"aliases": aliases, "zone": found.zone, "affairs": found.affairs})


def _described(found: Unit, data: dict[str, Any], person: Person, then: CalendarChanged) -> Unit:
    return actions.describe_unit(unit=found, **data, by=actions.actor(person), at=timezone.now(), then=then)


def _status(form: Form | None) -> int:
    """422 where a form was refused, so that the page says so before anybody reads it."""
    return 422 if form is not None and form.is_bound else 200


def _page(found: Unit, person: Person, form: UnitForm | None, channels: Lines) -> dict[str, Any]:
    below = found.children.filter(active=True).order_by("name")
    return {
        "unit": {"name": found.name, "kind_label": found.get_kind_display()},
        "facts": rows.unit_facts(found),
        "aliases": list(found.aliases.order_by("text").values_list("text", flat=True)),
        "people": rows.staff_lines(found, may(held(person), "person.manage", found.path)),
        "channels": channels(found),
        "children": [
            {
                "icon": "building-2",
                "title": one.name,
                "detail": one.short,
                "url": reverse("unit", args=[one.pk]),
            }
            for one in below
        ],
        "changes": rows.change_lines(found),
        "acts": [*_invite(found, person), *_acts(found, person)],
        "form": form,
    }


def _invite(found: Unit, person: Person) -> list[dict[str, Any]]:
    if not found.active or not may(held(person), "person.manage", found.path):
        return []
    url = f"{reverse('invite')}?{urlencode({'unit': found.pk})}"
    return [{"label": _("Invite somebody"), "icon": "user-plus", "url": url, "tone": ""}]


def _acts(found: Unit, person: Person) -> list[dict[str, Any]]:
    if not found.active or not may(held(person), "unit.change", found.path):
        return []
    return [
        {"label": act.label, "icon": act.icon, "url": reverse("unit_act", args=[found.pk, verb]), "tone": ""}
        for verb, act in ACTS.items()
        if act.top or found.parent_id
    ]


@login_required
def unit_act(request: HttpRequest, pk: int, verb: str, beyond: Beyond) -> HttpResponse:
    """One verb on one unit: its form, and doing it. ``beyond`` is what higher layers hand over with it."""
    person = person_of(request)
    found = _found(person, pk)
    act = ACTS.get(verb)
    if act is None or not (act.top or found.parent_id):
        raise Http404
    demand(person, "unit.change", found.path)
    form = _act_form(request, person, found, act)
    if isinstance(form, SplitForm):
        form.offer(beyond.channels(found))
    made: list[Unit] = []
    if (
        form.is_bound
        and form.is_valid()
        and tried(
            request,
            lambda: made.append(_performed(act, found, beyond.handing(form.cleaned_data), person)),
            done=str(act.done),
            form=form,
        )
    ):
        return redirect("unit", pk=made[0].pk)
    context = {
        "unit": {"pk": found.pk, "name": found.name},
        "what": act.label,
        "consequence": act.consequence,
        "button": act.label,
        "tone": act.tone,
        "form": form,
        "action_url": request.path,
    }
    return render(request, "people/act.html", context, status=_status(form))


def _performed(act: UnitAct, found: Unit, data: dict[str, Any], person: Person) -> Unit:
    return act.perform(found, data, actions.actor(person), timezone.now())


def _act_form(request: HttpRequest, person: Person, found: Unit, act: UnitAct) -> Form:
    """The verb's form; a second unit is chosen only where the person may change it too."""
    others = subtree(reach(person, "unit.change")).filter(active=True).order_by("name")
    data = request.POST if request.method == "POST" else None
    first = {"name": found.name, "short": found.short} if act is ACTS["rename"] else {}
    return act.form(found, others, data, initial=first)  # type: ignore[call-arg, arg-type]
