"""The pages of what leaves: cases as a file, and one case to be copied into the national system."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.desk.exporting import cases
from mimin.desk.exporting.forms import TrackingForm, WantedForm
from mimin.desk.exporting.sheet import fields, promises
from mimin.desk.exporting.sheets import written
from mimin.desk.importing.views import download
from mimin.inbox.models import Case
from mimin.inbox.queries import find_case, standing
from mimin.inbox.rows import title_of
from mimin.inbox.tracking import track
from mimin.lib.acting import tried
from mimin.people.asking import demand, person_of
from mimin.people.models import Person


@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    """Cases as a file in the national export's columns: chosen first, then sent; that it was taken is recorded."""
    person, now = person_of(request), timezone.now()
    demand(person, "case.export")
    form = WantedForm(person, request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if form.is_bound and form.is_valid():
        wanted, kind, made = form.wanted(), form.cleaned_data["kind"], []
        if tried(
            request,
            lambda: made.append(cases.export(wanted=wanted, kind=kind, by=person, at=now)),
            done="",
            form=form,
        ):
            return download(written(kind, made[0]), kind, f"aduan-{timezone.localdate(now).isoformat()}")
    return render(request, "desk/exporting/cases.html", {"form": form}, status=422 if form.is_bound else 200)


def _found(person: Person, pk: int) -> Case:
    try:
        return find_case(person, pk)
    except Case.DoesNotExist as error:
        raise Http404 from error


@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One case field by field, to be copied into SP4N-LAPOR!, and the number that it got there."""
    person = person_of(request)
    found = _found(person, pk)
    may_track = "case.track" in standing(person, found).rights
    form = TrackingForm(
        request.POST if request.method == "POST" else None, initial={"number": found.tracking_id}
    )
    if form.is_bound:
        if not may_track:
            raise PermissionDenied
        if form.is_valid() and tried(
            request,
            lambda: track(case=found, number=form.cleaned_data["number"], by=person, at=timezone.now()),
            done=_("The Tracking ID is kept on the case.")
            if form.data.get("number")
            else _("It is taken away."),
            form=form,
        ):
            return redirect("case_lapor", pk=pk)
    return render(
        request,
        "desk/exporting/sheet.html",
        _context(found, form, may_track),
        status=422 if form.is_bound else 200,
    )


def _context(found: Case, form: TrackingForm, may_track: bool) -> dict[str, Any]:
    return {
        "case": {"pk": found.pk, "number": found.number, "title": title_of(found)},
        "fields": fields(found),
        "promises": promises(found, timezone.now()),
        "form": form if may_track else None,
        "tracking_id": found.tracking_id or "",
    }
