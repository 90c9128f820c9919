"""The pages of what leaves: what is on its way, what stopped, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mimin.evidence.captures import capture, content_of
from mimin.lib.acting import tried, whole
from mimin.outbox import actions, queries, rows
from mimin.outbox.forms import ProofForm
from mimin.outbox.models import Delivery
from mimin.outbox.rules import PROVABLE
from mimin.people.actions import actor
from mimin.people.asking import person_of
from mimin.people.looking import looker_of
from mimin.people.models import Person
from mimin.registry.rows import href_of

CHIPS = (
    ("stopped", gettext_lazy("Stopped")),
    ("moving", gettext_lazy("On its way")),
    ("live", gettext_lazy("Arrived")),
    ("cancelled", gettext_lazy("Cancelled")),
)
VERBS: dict[str, tuple[Callable[..., Delivery], Any]] = {
    "retry": (actions.retry, gettext_lazy("It is tried again. Mimin looks on the platform first.")),
    "release": (actions.release, gettext_lazy("It goes on. Mimin looks on the platform first.")),
    "cancel": (actions.cancel, gettext_lazy("It is cancelled and does not leave.")),
}
"""Name in the address -> action, and what is true afterwards."""


@login_required
def outbox(request: HttpRequest) -> HttpResponse:
    """What leaves from the person's channels: what stopped first."""
    person = looker_of(request)
    view = request.GET.get("view", "stopped")
    view = view if view in queries.VIEWS else "stopped"
    found, before = queries.page(person, view=view, before=whole(request.GET.get("before")))
    older_url = f"?view={view}&before={before}" if before else ""
    newer_url = f"?view={view}" if request.GET.get("before") else ""
    context = {**_frame(person, view), "rows": rows.delivery_rows(found, person)}
    return render(request, "outbox/list.html", {**context, "older_url": older_url, "newer_url": newer_url})


def _frame(person: Person, view: str) -> dict[str, Any]:
    counts, here = queries.counts(person), reverse("outbox")
    return {
        "lead": _("%(stopped)s stopped · %(moving)s on the way")
        % {"stopped": counts["stopped"] or 0, "moving": counts["moving"] or 0},
        "views": [
            {
                "label": label,
                "url": f"{here}?view={name}",
                "count_text": counts.get(name, ""),
                "current": name == view,
            }
            for name, label in CHIPS
        ],
        "count_text": "",
    }


def _found(person: Person, pk: int) -> Delivery:
    return get_object_or_404(queries.deliveries(person), pk=pk)


@login_required
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery by itself, with its steps."""
    person = person_of(request)
    found = _found(person, pk)
    context = {
        **_frame(person, queries.view_of(found)),
        "said": rows.said(found),
        "rows": rows.delivery_rows([found], person),
    }
    return render(request, "outbox/list.html", {**context, "older_url": "", "newer_url": ""})


def _acting(request: HttpRequest, pk: int) -> tuple[Person, Delivery]:
    person = person_of(request)
    found = _found(person, pk)
    if not queries.may_act(person, found):
        raise PermissionDenied
    return person, found


@login_required
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Retry, release or cancel one delivery."""
    person, found = _acting(request, pk)
    if verb not in VERBS:
        raise Http404
    perform, done = VERBS[verb]
    tried(request, lambda: perform(delivery=found, by=actor(person), at=timezone.now()), done=str(done))
    return redirect("outbox")


@login_required
def prove(request: HttpRequest, pk: int, then: actions.Then) -> HttpResponse:
    """Posting by hand and proving it. ``then`` is what a higher layer does when the delivery is live."""
    person, found = _acting(request, pk)
    if found.state not in PROVABLE:
        messages.info(request, _("There is nothing to prove here now. This is how it stands."))
        return redirect("delivery", pk=pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProofForm(found.channel, *posted)
    if (
        form.is_bound
        and form.is_valid()
        and tried(
            request,
            lambda: _proven(found, form.cleaned_data, person, then),
            done=_("It stands there, and the proof is kept."),
            form=form,
        )
    ):
        return redirect(rows.place_of(found))
    context = {
        "channel_name": found.channel.name,
        "text": queries.text_of(found),
        "instructions": "\n".join(rows.steps_of(found)),
        "open_url": queries.place_of(found) or href_of(found.channel),
        "form": form,
        "action_url": request.path,
        "back_url": reverse("outbox"),
    }
    return render(request, "outbox/prove.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _proven(found: Delivery, data: dict[str, Any], person: Person, then: actions.Then) -> Delivery:
    at = timezone.now()
    photo = capture(data["photo"], at=at) if data.get("photo") else None
    link, note = data.get("link", ""), data.get("note", "")
    return actions.prove(
        delivery=found, link=link, note=note, photo=photo, by=actor(person), at=at, then=then
    )


@login_required
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """The photo that proves a delivery, to who may see the delivery; never run as anything but a picture."""
    found = queries.deliveries(person_of(request)).filter(pk=pk, photo__isnull=False).first()
    if found is None or found.photo is None:
        raise Http404
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Content-Disposition": "inline"}
    return HttpResponse(content_of(found.photo), content_type=found.photo.kind, headers=headers)
