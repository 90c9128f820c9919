"""The poster of an office's door: a QR code large enough for a wall, the address, the numbers for emergencies."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mimin.lib.qr import drawn
from mimin.people.asking import person_of
from mimin.people.models import Unit
from mimin.people.queries import units_of
from mimin.portal.page import emergency


@require_safe
@login_required
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """One A4 page to print, for whoever works at the office or above it."""
    unit = get_object_or_404(units_of(person_of(request)), pk=pk)
    address = request.build_absolute_uri(reverse("report_at", args=[unit.pk]))
    context = {
        "unit": {"pk": unit.pk, "name": unit.name},
        "qr": drawn(address),
        "address": address.split("://", 1)[1],
        "emergency": emergency(unit),
    }
    return render(request, "portal/poster.html", context)


def door_facts(unit: Unit) -> list[dict[str, str]]:
    """The way to the poster, for the page of a unit; nothing for one that ended."""
    if not unit.active:
        return []
    return [
        {
            "label": _("Citizen's door"),
            "value": _("Poster to print"),
            "url": reverse("poster", args=[unit.pk]),
        }
    ]
