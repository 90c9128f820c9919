"""The pages of invitations for whoever manages people: making one, passing it on, and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mimin.lib.acting import tried, whole
from mimin.people import actions, inviting, rows
from mimin.people.asking import demand, givable, managed_units, person_of, reach
from mimin.people.inviting import Invited
from mimin.people.joining_forms import InviteForm
from mimin.people.link_sheet import LinkSheet, invitation_sheet
from mimin.people.models import Invitation, Person
from mimin.people.queries import at_or_below, held, top_path
from mimin.people.rules import RoleKind, may_give

MOST, SIZE = 200, 50
"""Open links and past ones on the page."""


@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """Choose who is invited to what; then the link is shown, this once."""
    by = person_of(request)
    demand(by, "person.manage")
    units, kinds = managed_units(by), givable(by)
    chosen = units.filter(pk=whole(request.GET.get("unit"))).first()
    form = InviteForm(units, kinds, request.POST or None, initial={"unit": chosen and chosen.pk})
    made: list[Invited] = []
    if form.is_valid() and tried(
        request, lambda: made.append(_made(form.cleaned_data, by)), done="", form=form
    ):
        row, token = made[0].invitation, made[0].token
        return shown_once(
            request, invitation_sheet(row, link_to(request, "join", token)), reverse("invitations")
        )
    context = {"form": form, "back_url": _back(chosen)}
    return render(request, "people/invite.html", context, status=422 if form.is_bound else 200)


def _back(unit: Any) -> str:
    return reverse("unit", args=[unit.pk]) if unit else reverse("people")


def _made(data: dict[str, Any], by: Person) -> Invited:
    return inviting.invite(**data, by=by, at=timezone.now())


def link_to(request: HttpRequest, name: str, token: str) -> str:
    """The whole address of a link."""
    return request.build_absolute_uri(reverse(name, args=[token]))


def shown_once(request: HttpRequest, sheet: LinkSheet, back_url: str) -> HttpResponse:
    """A page with a link on it: no browser keeps it."""
    answer = render(request, "people/link_sheet.html", {"sheet": sheet, "back_url": back_url})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _reached(by: Person) -> QuerySet[Invitation]:
    """The invitations to units that the person manages; PermissionDenied for who manages none."""
    demand(by, "person.manage")
    found = Invitation.objects.filter(at_or_below(reach(by, "person.manage"), "unit__path"))
    return found.select_related("unit", "made_by", "used_by")


@login_required
def invitations(request: HttpRequest) -> HttpResponse:
    """The links that still open, and what became of the newest others."""
    by, now = person_of(request), timezone.now()
    found = _reached(by)
    waiting = found.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)
    past = found.exclude(pk__in=waiting.values("pk")).order_by("-pk")[:SIZE]
    top, makers = top_path(), dict[int, Person]()
    context = {
        "open": [_line(row, by, top, makers) for row in waiting[:MOST]],
        "past": [_line(row, by, top, makers) for row in past],
        "invite_url": reverse("invite"),
    }
    return render(request, "people/invitations.html", context)


def _line(row: Invitation, by: Person, top: str, makers: dict[int, Person]) -> dict[str, Any]:
    """One link; ``makers`` remembers who made them, so that their parts are read once."""
    row.made_by = makers.setdefault(row.made_by_id, row.made_by)
    state = inviting.closed(row, timezone.now(), top=top)
    may = state in ("", "no_right") and _may_give(by, row, top)
    return {
        "post": row.post,
        "what": f"{rows.kind_word(row.kind)}, {row.unit.name}",
        "detail": rows.invitation_times(row, waits=state in ("", "no_right")),
        "state": rows.invitation_state(row, state),
        "person_url": reverse("person", args=[row.used_by_id]) if row.used_by_id else "",
        "withdraw_url": reverse("invitation_withdraw", args=[row.pk]) if may else "",
    }


def _may_give(by: Person, row: Invitation, top: str) -> bool:
    return may_give(held(by), RoleKind(row.kind), row.unit.path, top)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a link open no more; a link that was used or withdrawn stays as it is."""
    by = person_of(request)
    row = get_object_or_404(_reached(by), pk=pk)
    if not _may_give(by, row, top_path()):
        raise PermissionDenied
    if inviting.withdraw(row=row, by=actions.actor(by), at=timezone.now()):
        messages.success(request, _("The link opens no more."))
    else:
        messages.info(request, _("The link was used or withdrawn already. The list shows by whom and when."))
    return redirect("invitations")
