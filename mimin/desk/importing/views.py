"""The pages of what comes in as a file: send it, choose its columns, see what is in it, watch it come in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_POST

from mimin.desk.exporting.sheets import TYPES, written
from mimin.desk.importing import actions, rows
from mimin.desk.importing.forms import RIGHT, ColumnsForm, FileForm, channels_to_fill
from mimin.desk.importing.words import why_not
from mimin.desk.models import ImportJob
from mimin.desk.states import IMPORT, WORKING
from mimin.evidence.actions import record
from mimin.lib.acting import tried
from mimin.people.actions import actor
from mimin.people.asking import demand, person_of, reach
from mimin.people.models import Person
from mimin.people.queries import at_or_below

SHOWN = 50


def _seen(person: Person) -> QuerySet[ImportJob]:
    """The files on channels into which the person may take in history."""
    within = at_or_below(reach(person, RIGHT), "channel__unit__path")
    return ImportJob.objects.filter(within).select_related("channel", "channel__unit", "person")


def _found(person: Person, pk: int) -> ImportJob:
    demand(person, RIGHT)
    return get_object_or_404(_seen(person), pk=pk)


@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """The files that came in, and sending one."""
    person = person_of(request)
    demand(person, RIGHT)
    form = FileForm(person, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made: list[ImportJob] = []
        if tried(request, lambda: made.append(_uploaded(form.cleaned_data, person)), done="", form=form):
            return redirect("import", pk=made[0].pk)
    context = {
        "form": form,
        "channels": channels_to_fill(person).exists(),
        "lapor": channels_to_fill(person).filter(platform="lapor").exists(),
        "lines": [rows.line(job) for job in _seen(person)[:SHOWN]],
    }
    return render(request, "desk/importing/list.html", context, status=422 if form.is_bound else 200)


def _uploaded(data: dict[str, Any], person: Person) -> ImportJob:
    return actions.upload(
        channel=data["channel"], file=data["file"].file, name=data["file"].name, person=person, by=actor(person),
        at=timezone.now(),
    )  # fmt: skip


@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One file, as far as it is."""
    job = _found(person_of(request), pk)
    return render(request, "desk/importing/file.html", _context(job, person_of(request)))


def _context(job: ImportJob, person: Person, form: ColumnsForm | None = None) -> dict[str, Any]:
    now = timezone.now()
    context = {
        "job": {"pk": job.pk, "name": job.name},
        "state": rows.tag(job),
        "step": job.state,
        "facts": rows.facts(job),
        "trouble": why_not(job.trouble),
        "may_cancel": job.state not in IMPORT.final,
        "may_take_faults": _own(job, person),
    }
    if job.state == "mapping":
        names = json.loads(job.sample)["names"]
        form = form or ColumnsForm(job, names)
        context |= {
            "form": form,
            "columns": _columns(form, rows.samples(job, names)),
            "lapor": job.form == "lapor",
        }
    elif job.state in WORKING:
        context |= {"progress": rows.progress(job, now)}
    if job.state == "checked":
        context |= {"found": rows.checked(job), "fresh": job.found and job.found["fresh"]}
    if job.state in ("checked", "done", "failed", "cancelled"):
        faults = job.faults.count()
        context |= {
            "faults": rows.fault_lines(job), "fault_count": rows.said(faults),
            "further": rows.said(faults - 10) if faults > 10 else "",
        }  # fmt: skip
    if job.state in IMPORT.final:
        context |= {
            "numbers": rows.ended(job) if job.looked_at else [],
            "cases_url": f"{reverse('inbox')}?view=all&channel={job.channel_id}",
        }
    return context


def _columns(form: ColumnsForm, samples: list[str]) -> list[dict[str, Any]]:
    return [{"field": form[f"column_{place}"], "sample": sample} for place, sample in enumerate(samples)]


def _own(job: ImportJob, person: Person) -> bool:
    """Whether the file was this person's own: what was left out holds what citizens wrote, not masked."""
    return job.person_id in (None, person.pk)


@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, for a page that asks every two seconds; once it is over the whole page is to be asked for."""
    job = _found(person_of(request), pk)
    if job.state not in WORKING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "parts/progress.html", {"progress": rows.progress(job, timezone.now())})


ACTS: dict[str, tuple[Callable[..., ImportJob], Any]] = {
    "run": (actions.run, translation.gettext_lazy("The rows come in now. You can leave this page.")),
    "change": (actions.change, ""),
    "cancel": (
        actions.cancel,
        translation.gettext_lazy("Cancelled. The file was deleted; what came in stays."),
    ),
}
"""Name in the address -> action, and what is true afterwards."""


@login_required
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb on one file."""
    person = person_of(request)
    job = _found(person, pk)
    if verb == "check":
        return _checked(request, job, person)
    if verb not in ACTS:
        raise Http404
    perform, done = ACTS[verb]
    tried(request, lambda: perform(job=job, by=actor(person), at=timezone.now()), done=str(done))
    return redirect("import", pk=pk)


def _checked(request: HttpRequest, job: ImportJob, person: Person) -> HttpResponse:
    form = ColumnsForm(job, json.loads(job.sample)["names"], request.POST)
    if form.is_valid():
        mapping = form.mapping()
        if not form.errors and tried(
            request,
            lambda: actions.check(
                job=job, mapping=mapping, otherwise=form.cleaned_data["otherwise"], by=actor(person),
                at=timezone.now(),
            ),
            done="",
            form=form,
        ):  # fmt: skip
            return redirect("import", pk=job.pk)
    if job.state != "mapping":  # somebody else was first; the page shows how far it is
        return redirect("import", pk=job.pk)
    return render(request, "desk/importing/file.html", _context(job, person, form), status=422)


@login_required
@require_POST
def faults(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was left out, as a file with a reason a row. It is not masked, so that taking it is recorded."""
    person = person_of(request)
    job, kind = _found(person, pk), request.POST.get("kind", "")
    if not _own(job, person):
        raise PermissionDenied
    if kind not in TYPES:
        raise Http404
    with transaction.atomic():
        given = {"rows": job.faults.count(), "kind": kind}
        record(
            "import.left_out_taken",
            subject=actions.about(job),
            by=actor(person),
            at=timezone.now(),
            facts=given,
        )
    return download(written(kind, rows.fault_rows(job)), kind, f"impor-{job.pk}-ditolak")


def download(pieces: Iterator[bytes], kind: str, name: str) -> StreamingHttpResponse:
    """A file that is sent while it is written."""
    response = StreamingHttpResponse(pieces, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response
