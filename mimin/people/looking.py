"""Which of their units a person looks at: chosen in the top bar, kept in the session, and never more than is theirs.

Lists, counts and searches take ``looker_of``; a single thing is opened with ``person_of``, so that a link that somebody
passed on opens whatever unit is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.lib.acting import way_back
from mimin.people.asking import person_of
from mimin.people.models import Person, Unit
from mimin.people.queries import narrowed, units_of

KEY = "looking"
"""Its place in the session: the id of a unit."""


@dataclass(frozen=True)
class Looking:
    """The unit that is looked at, with all below it."""

    pk: int
    short: str
    path: str


def looking(request: HttpRequest) -> Looking | None:
    """The unit that was chosen, while it is there; None for all units of the person. No query for who chose none."""
    if not hasattr(request, "_looking"):
        chosen = getattr(request, "session", {}).get(KEY)  # an error page may come before the session
        row = (
            Unit.objects.filter(pk=chosen, active=True).values_list("pk", "short", "path").first()
            if chosen
            else None
        )
        request._looking = Looking(*row) if row else None  # type: ignore[attr-defined]
    found: Looking | None = request._looking  # type: ignore[attr-defined]
    return found


def looker_of(request: HttpRequest) -> Person:
    """The person with what lists show them narrowed to the unit that they look at. Their rights stay as they are."""
    known: Person | None = getattr(request, "looker", None)
    if known is None:
        person, unit = person_of(request), looking(request)
        known = narrowed(person, unit.path) if unit else person
        request.looker = known  # type: ignore[attr-defined]
    return known


class LookingForm(forms.Form):
    """Which unit is looked at."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Unit"), required=False)

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["unit"]
        field.queryset = units_of(person).order_by("path")  # type: ignore[attr-defined]
        field.empty_label = _("All my units")  # type: ignore[attr-defined]


@login_required
def look(request: HttpRequest) -> HttpResponse:
    """Choose the unit that is looked at, and go back to where one was."""
    person, unit = person_of(request), looking(request)
    form = LookingForm(person, request.POST or None, initial={"unit": unit.pk if unit else None})
    back = _back(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid():
        chosen: Unit | None = form.cleaned_data["unit"]
        request.session[KEY] = chosen.pk if chosen else None
        return redirect(back)
    status = 422 if request.method == "POST" else 200
    return render(request, "people/look.html", {"form": form, "next": back}, status=status)


def _back(request: HttpRequest, to: str) -> str:
    """The list to go back to, from its first page: a place in one unit's list is none in another's."""
    return urlsplit(way_back(request, to, "/")).path or "/"
