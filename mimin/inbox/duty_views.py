"""The pages of duty: who is on duty, handing over, planning a month; and the interim answer of a case."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mimin.inbox import duty, interim, queries
from mimin.inbox.duty_forms import PlanForm
from mimin.inbox.duty_rows import duty_page, month_links
from mimin.inbox.models import Case, Duty
from mimin.lib.acting import tried, whole
from mimin.people.asking import demand, person_of, reach
from mimin.people.models import Unit
from mimin.people.queries import subtree
from mimin.policy.forms import UnitChoiceForm
from mimin.policy.queries import calendar

AHEAD = 3
"""So many months can be planned, the present one among them."""


@login_required
def duties(request: HttpRequest) -> HttpResponse:
    """Who is on duty now and in the next days, around the person's units."""
    return render(request, "inbox/duty/page.html", duty_page(person_of(request), timezone.now()))


@login_required
@require_POST
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a shift was handed over."""
    person = person_of(request)
    row = _found(request, pk)
    if not duty.may_hand_over(person, row):
        raise PermissionDenied
    done = _("Handed over to %(who)s.") % {"who": row.person.label}
    tried(request, lambda: duty.hand_over(duty=row, by=person, at=timezone.now()), done=done)
    return redirect("duty")


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is on duty now, and how one is reached."""
    person = person_of(request)
    row = _found(request, pk)
    if row.person_id != person.pk:
        raise PermissionDenied
    said = request.POST.get("reach", "")[:80]
    done = _("You are on duty. Alarms come to you until your shift ends.")
    tried(request, lambda: duty.take_over(duty=row, by=person, at=timezone.now(), reach=said), done=done)
    return redirect("duty")


def _found(request: HttpRequest, pk: int) -> Duty:
    try:
        return duty.find_shift(person_of(request), pk)
    except Duty.DoesNotExist as error:
        raise Http404 from error


@login_required
def plan(request: HttpRequest) -> HttpResponse:
    """Plan one month of one unit's roster (``?unit=&month=2026-03``), by choosing or pasting."""
    person, now = person_of(request), timezone.now()
    demand(person, "duty.plan")
    units = subtree(reach(person, "duty.plan")).filter(active=True).order_by("path")
    asked = whole(request.GET.get("unit"))
    unit = get_object_or_404(units, pk=asked) if asked else units.first()
    if unit is None:
        raise PermissionDenied
    months = _months(unit, now)
    month = _month(request.GET.get("month", ""), months)
    form = PlanForm(unit, month, now, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        done = _("The roster is set.")
        if tried(
            request, lambda: duty.plan(unit=unit, wanted=form.wanted, by=person, at=now), done=done, form=form
        ):
            return redirect(f"{reverse('duty_plan')}?unit={unit.pk}&month={month:%Y-%m}")
    context = {
        "unit_name": unit.name,
        "look": UnitChoiceForm(units, initial={"unit": unit.pk}),
        "months": month_links([(m.year, m.month) for m in months], (month.year, month.month), unit.pk),
        "form": form,
        "shifts": [field for field in form if field.name != "pasted"],
    }
    return render(request, "inbox/duty/plan.html", context, status=422 if form.is_bound else 200)


def _months(unit: Unit, now: datetime) -> list[date]:
    today = calendar(unit).local_day(now).replace(day=1)
    return [
        date(today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1, 1)
        for ahead in range(AHEAD)
    ]


def _month(text: str, months: list[date]) -> date:
    return next((month for month in months if f"{month:%Y-%m}" == text), months[0])


@login_required
@require_POST
def write_interim(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the saved interim answer into the person's draft; they read and send it."""
    person = person_of(request)
    try:
        case: Case = queries.find_case(person, pk)
    except Case.DoesNotExist as error:
        raise Http404 from error
    if "case.answer" not in queries.standing(person, case).rights:
        raise PermissionDenied
    done = _("The interim answer stands below as your draft. Read it, then send it.")
    tried(request, lambda: interim.write(case=case, by=person, at=timezone.now()), done=done)
    return redirect(f"{reverse('case', args=[pk])}#answer")
