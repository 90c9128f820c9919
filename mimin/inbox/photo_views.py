"""Photos beside a case, to who works on it; never run as anything but a picture."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from mimin.evidence.captures import content_of
from mimin.inbox import queries
from mimin.inbox.ask_rows import PHOTO_RIGHT
from mimin.inbox.models import Case, Proof, StatementPhoto
from mimin.lib.pictures import small
from mimin.people.asking import person_of


@login_required
def photo(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """A photo that was told through a link."""
    return _shown(request, StatementPhoto.objects.filter(statement__ask__case=_worked_on(request, pk)), photo)


@login_required
def proof_photo(request: HttpRequest, pk: int, proof: int) -> HttpResponse:
    """A photo that proves that a matter is settled."""
    rows = Proof.objects.filter(case=_worked_on(request, pk), capture__isnull=False)
    return _shown(request, rows, proof)


def _worked_on(request: HttpRequest, pk: int) -> Case:
    person = person_of(request)
    case = get_object_or_404(Case.objects.filter(queries.seen(person)), pk=pk)
    if PHOTO_RIGHT not in queries.standing(person, case).rights:
        raise Http404
    return case


def _shown(request: HttpRequest, rows: QuerySet[Any], pk: int) -> HttpResponse:
    found = get_object_or_404(rows.select_related("capture"), pk=pk)
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Content-Disposition": "inline"}
    try:
        content = content_of(found.capture)
        picture = small(content) if request.GET.get("kecil") else content
        return HttpResponse(picture, content_type=found.capture.kind, headers=headers)
    except (ValueError, FileNotFoundError) as error:
        raise Http404 from error
