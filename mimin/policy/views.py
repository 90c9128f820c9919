"""The pages of what holds: values of law and government, and the working calendar."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mimin.lib import spoken
from mimin.lib.acting import tried, whole
from mimin.lib.calendar_id import KNOWN_YEARS
from mimin.lib.colour import ramp
from mimin.people.actions import actor
from mimin.people.asking import demand, person_of
from mimin.people.models import Person, Unit
from mimin.people.queries import held, top_path, units_of
from mimin.people.rules import may
from mimin.policy import actions, queries
from mimin.policy.actions import CalendarChanged
from mimin.policy.forms import HolidayForm, UnitChoiceForm, ValueForm, shown
from mimin.policy.models import Holiday, Policy
from mimin.policy.rules import KEYS

GROUPS = (
    (gettext_lazy("Answering citizens"), ("case.", "promise.", "ask.", "lapor.")),
    (gettext_lazy("Duty and danger"), ("duty.",)),
    (gettext_lazy("Listening, sending and notices"), ("listen.", "outbox.", "notice.")),
    (gettext_lazy("Working time"), ("clock.",)),
    (gettext_lazy("The server"), ("machine.",)),
    (gettext_lazy("Look"), ("look.",)),
)
"""Heading -> how the keys below it begin."""


def _seen(person: Person) -> QuerySet[Unit]:
    return units_of(person).order_by("path")


@login_required
def policy(request: HttpRequest) -> HttpResponse:
    """Every value that holds for one unit (``?unit=``, else the person's highest), and where it comes from."""
    person = person_of(request)
    units = _seen(person)
    asked = whole(request.GET.get("unit"))
    unit = get_object_or_404(units, pk=asked) if asked else units.first()
    if unit is None:
        raise PermissionDenied
    context = {
        "unit_name": unit.name,
        "form": UnitChoiceForm(units, initial={"unit": unit.pk}),
        "may_change": may(held(person), "policy.change", unit.path),
        "groups": _groups(unit),
    }
    return render(request, "policy/list.html", context)


def _groups(unit: Unit) -> list[dict[str, Any]]:
    lines = queries.shown(unit)
    groups = [
        {"label": label, "rows": [_row(line, unit) for line in lines if line.key.startswith(beginnings)]}
        for label, beginnings in GROUPS
    ]
    return [group for group in groups if group["rows"]]


def _row(line: queries.Shown, unit: Unit) -> dict[str, Any]:
    return {
        "label": line.label,
        "value": line.text,
        "unit_name": line.unit_name or _("Mimin's default"),
        "inherited": line.inherited and bool(line.unit_name),
        "valid_from": spoken.date_words(line.valid_from) if line.valid_from else "",
        "legal_basis": line.legal_basis,
        "source": line.source,
        "edit_url": reverse("policy_edit", args=[unit.pk, line.key]),
    }


@login_required
def edit(request: HttpRequest, pk: int, key: str, then: CalendarChanged) -> HttpResponse:
    """Set one value for one unit from a day on; its earlier values are shown beside it."""
    person = person_of(request)
    unit = get_object_or_404(_seen(person), pk=pk)
    if key not in KEYS or (KEYS[key].whole and unit.parent_id):
        raise Http404
    demand(person, "policy.change", unit.path)
    line = next(line for line in queries.shown(unit) if line.key == key)
    kind, back = KEYS[key].kind, f"{reverse('policy')}?unit={unit.pk}"
    form = (
        ValueForm(kind, request.POST) if request.method == "POST" else ValueForm(kind, initial=_initial(line))
    )
    if (
        form.is_bound
        and form.is_valid()
        and tried(
            request,
            lambda: _set(key, unit, form.cleaned_data, person, then),
            done=_("The value is set."),
            form=form,
        )
    ):
        return redirect(back)
    context = {
        "label": line.label,
        "about": line.help,
        "unit_name": unit.name,
        "now": _now(line),
        "form": form,
        "history": _history(key, unit),
        "steps": [{"x": x * 24, "colour": step} for x, step in enumerate(ramp(line.value).values())]
        if kind == "colour"
        else [],
        "back_url": back,
    }
    return render(request, "policy/edit.html", context, status=422 if form.is_bound else 200)


def _initial(line: queries.Shown) -> dict[str, Any]:
    return {**shown(line.kind, line.value), "legal_basis": line.legal_basis}


def _set(key: str, unit: Unit, data: dict[str, Any], person: Person, then: CalendarChanged) -> Policy:
    return actions.set_value(
        key=key, unit=unit, value=data["held"], valid_from=data["valid_from"], legal_basis=data["legal_basis"],
        source=data["source"], by=actor(person), at=timezone.now(), then=then,
    )  # fmt: skip


def _now(line: queries.Shown) -> list[dict[str, str]]:
    since = spoken.date_words(line.valid_from) if line.valid_from else ""
    return [
        {"label": _("Value"), "value": line.text},
        {"label": _("Set by"), "value": line.unit_name or _("Mimin's default")},
        {"label": _("Since"), "value": since},
        {"label": _("Legal basis"), "value": line.legal_basis},
        {"label": _("Source"), "value": line.source},
    ]


def _history(key: str, unit: Unit) -> list[dict[str, str]]:
    rows = Policy.objects.filter(key=key, unit=unit).order_by("-valid_from")
    return [
        {
            "value": queries.in_words(KEYS[key].kind, row.value),
            "valid_from": spoken.date_words(row.valid_from),
            "set_by": row.set_by,
            "legal_basis": row.legal_basis,
            "unset_url": reverse("policy_unset", args=[unit.pk, key, row.pk]),
        }
        for row in rows
    ]


@login_required
@require_POST
def unset(request: HttpRequest, pk: int, key: str, row: int, then: CalendarChanged) -> HttpResponse:
    """Take back one value of one unit; what was taken back already stays so."""
    person = person_of(request)
    unit = get_object_or_404(_seen(person), pk=pk)
    demand(person, "policy.change", unit.path)
    if kept := Policy.objects.select_related("unit").filter(pk=row, unit=unit, key=key).first():
        tried(
            request,
            lambda: actions.unset_value(row=kept, by=actor(person), at=timezone.now(), then=then),
            done=_("The value is taken back. What was set before it, or above this unit, holds again."),
        )
    return redirect("policy_edit", pk, key) if key in KEYS else redirect("policy")


@login_required
def holidays(request: HttpRequest, then: CalendarChanged) -> HttpResponse:
    """The days on which no promise runs, a year a page; whoever may change values at the top may add one."""
    person = person_of(request)
    year = min(
        max(whole(request.GET.get("year"), timezone.localdate().year), KNOWN_YEARS[0]), KNOWN_YEARS[-1]
    )
    changes = may(held(person), "policy.change", top_path())
    form = HolidayForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        demand(person, "policy.change", top_path())
    if (
        form.is_bound
        and form.is_valid()
        and tried(
            request,
            lambda: _day_set(form.cleaned_data, person, then),
            done=_("The calendar is changed. Promised times over this day are being counted anew."),
            form=form,
        )
    ):
        return redirect(_year_url(form.cleaned_data["date"].year))
    context = {
        "year": str(year),
        "earlier_url": _year_url(year - 1),
        "later_url": _year_url(year + 1),
        "rows": [_day_row(day, changes) for day in queries.days_of(year)],
        "may_change": changes,
        "form": form,
    }
    return render(request, "policy/holidays.html", context, status=_status(form))


def _status(form: Form) -> int:
    return 422 if form.is_bound else 200


def _year_url(year: int) -> str:
    return f"{reverse('holidays')}?year={year}"


def _day_set(data: dict[str, Any], person: Person, then: CalendarChanged) -> Holiday:
    return actions.set_holiday(
        day=data["date"], name=data["name"], working=data["working"], by=actor(person), at=timezone.now(),
        then=then,
    )  # fmt: skip


TAGS = {
    "public": (gettext_lazy("National"), "info", "landmark"),
    "cuti_bersama": (gettext_lazy("Joint leave"), "info", "calendar-days"),
    "estimated": (gettext_lazy("National, estimated"), "warn", "calendar-days"),
    "ours": (gettext_lazy("Ours"), "ok", "building-2"),
    "worked": (gettext_lazy("Worked after all"), "idle", "clock"),
}


def _day_row(day: queries.DayShown, changes: bool) -> dict[str, Any]:
    label, tone, icon = TAGS[day.kind]
    return {
        "date_text": spoken.weekday_date(day.day),
        "name": day.name,
        "tag": {"label": label, "tone": tone, "icon": icon},
        "delete_url": reverse("holiday_forget", args=[day.row]) if day.row and changes else "",
    }


@login_required
@require_POST
def forget(request: HttpRequest, pk: int, then: CalendarChanged) -> HttpResponse:
    """Let the national calendar hold again for a day; a day forgotten already stays forgotten."""
    person = person_of(request)
    demand(person, "policy.change", top_path())
    day = Holiday.objects.filter(pk=pk).first()
    if day is None:
        return redirect("holidays")
    tried(
        request,
        lambda: actions.forget_holiday(holiday=day, by=actor(person), at=timezone.now(), then=then),
        done=_("The national calendar holds again for this day."),
    )
    return redirect(_year_url(day.date.year))
