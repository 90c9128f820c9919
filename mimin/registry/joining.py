"""How a channel comes in: its address is recognised, then confirmed; and how Mimin is given its key."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.lib.acting import tried
from mimin.people.actions import actor
from mimin.people.asking import demand, person_of, reach
from mimin.people.models import Person
from mimin.people.queries import subtree
from mimin.platforms import OFFLINE, PLATFORMS
from mimin.platforms.base import Health, PlatformError
from mimin.registry import actions, queries, rows
from mimin.registry.acts import may_connect
from mimin.registry.forms import AddressForm, ConfirmForm, ConnectForm
from mimin.registry.models import Channel
from mimin.registry.rules import Recognised
from mimin.registry.views import found_channel


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Paste an address, see what it is, then confirm. What stands there already is shown instead of a second form."""
    person = person_of(request)
    demand(person, "channel.add")
    first = AddressForm(request.POST if request.method == "POST" else None)
    if not first.is_bound or not first.is_valid():
        return _asked(request, first)
    found: list[Recognised] = []
    if not tried(request, lambda: found.append(_recognised(first.cleaned_data)), done="", form=first):
        return _asked(request, first)
    there = queries.standing_at(found[0].address)
    if there:
        return render(
            request, "registry/add.html", {"form": first, "duplicate": _duplicate(there, person)}, status=422
        )
    return _confirmed(request, person, first.cleaned_data, found[0])


def _recognised(data: dict[str, Any]) -> Recognised:
    if data["platform"] == OFFLINE.key:
        return Recognised(OFFLINE.key, data["url"])
    return actions.recognised(data["url"], data["platform"])


def _asked(request: HttpRequest, form: AddressForm) -> HttpResponse:
    return render(request, "registry/add.html", {"form": form}, status=422 if form.is_bound else 200)


def _duplicate(there: Channel, person: Person) -> dict[str, str]:
    """Where the address stands. Who may not see that channel learns its unit's name and nothing more."""
    if queries.channels_for(person).filter(pk=there.pk).exists():
        return {"name": there.name, "unit_name": there.unit.name, "url": reverse("channel", args=[there.pk])}
    return {"name": there.address, "unit_name": there.unit.name, "url": ""}


def _confirmed(
    request: HttpRequest, person: Person, pasted: dict[str, Any], found: Recognised
) -> HttpResponse:
    units = subtree(reach(person, "channel.add")).filter(active=True).order_by("name")
    asking = request.POST.get("step") == "add"
    first = {"url": pasted["url"], "name": found.handle, "unit": units.first(), "platform": found.platform}
    form = ConfirmForm(units, found.platform, request.POST if asking else None, initial=first)
    made: list[Channel] = []
    if (
        asking
        and form.is_valid()
        and tried(
            request,
            lambda: made.append(_added(form.cleaned_data, person)),
            done=_("The channel is added."),
            form=form,
        )
    ):
        return redirect("channel", pk=made[0].pk)
    recognised = {
        "platform_label": rows.platform_label(found.platform),
        "icon": rows.icon_of(found.platform),
        "address": found.address,
        "handle": f"@{found.handle}" if found.handle else "",
    }
    return render(
        request, "registry/add.html", {"form": form, "recognised": recognised}, status=422 if asking else 200
    )


def _added(data: dict[str, Any], person: Person) -> Channel:
    return actions.add_channel(
        pasted=data["url"], unit=data["unit"], name=data["name"], mode=data["mode"], platform=data["platform"],
        by=actor(person), at=timezone.now(),
    )  # fmt: skip


@login_required
def connect(request: HttpRequest, pk: int) -> HttpResponse:
    """Give Mimin the key: it is tried first, and kept only when the platform accepts it."""
    person = person_of(request)
    found = found_channel(person, pk)
    demand(person, "channel.connect", found.unit.path)
    if not may_connect(found):
        raise Http404
    form, said = ConnectForm(found, request.POST if request.method == "POST" else None), ""
    if form.is_bound and form.is_valid():
        made: list[Health] = []
        try:
            if tried(
                request, lambda: made.append(_connected(found, form.cleaned_data, person)), done="", form=form
            ):
                _say(request, made[0])
                return redirect("channel", pk=pk)
        except PlatformError as error:
            said = rows.trouble_text(found.platform, error.code, error.message)
    return render(
        request, "registry/connect.html", _page(found, form, said), status=422 if form.is_bound else 200
    )


def _connected(found: Channel, data: dict[str, Any], person: Person) -> Health:
    return actions.connect(channel=found, secrets=data, by=actor(person), at=timezone.now())


def _say(request: HttpRequest, health: Health) -> None:
    messages.success(
        request, _("Connected as %(account)s. Mimin listens from now on.") % {"account": health.account}
    )
    if health.note:
        messages.warning(request, _(health.note))


def _page(found: Channel, form: Form, said: str) -> dict[str, Any]:
    before = PLATFORMS[found.platform].errors.get("no_credentials")
    return {
        "channel": {
            "pk": found.pk,
            "name": found.name,
            "platform_label": rows.platform_label(found.platform),
        },
        "form": form,
        "how": [_(before.do)] if before else [],
        "test_text": said,
        "test_tone": "bad" if said else "",
        "guide_url": "",
    }
