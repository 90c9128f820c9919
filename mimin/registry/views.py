"""The pages of the channels: parse, ask or act, render."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mimin.lib.acting import tried, whole
from mimin.people.actions import actor
from mimin.people.asking import demand, person_of, reach
from mimin.people.looking import looker_of
from mimin.people.models import Person
from mimin.people.queries import held, people_along, subtree
from mimin.people.rules import may
from mimin.registry import actions, queries, rows
from mimin.registry.acts import ACTS, ChannelAct, may_connect
from mimin.registry.forms import Choices, LookForm
from mimin.registry.models import Assignment, Channel

Beside = Callable[[Person, Channel], dict[str, Any]]
"""What higher layers show on a channel's page: ``cases``, ``cases_url`` and ``outgoing``."""


@login_required
def channels(request: HttpRequest) -> HttpResponse:
    """The channels of the person's units, narrowed by words, platform and way."""
    person, form = looker_of(request), LookForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "platform": "", "mode": ""}
    found, after = queries.page(
        person,
        text=asked["q"],
        platform=asked["platform"],
        mode=asked["mode"],
        after=whole(request.GET.get("after")),
    )
    kept = {name: value for name, value in asked.items() if value}
    here = reverse("channels")
    context = {
        "lead": _("%(n)s channels in use")
        % {"n": queries.channels_for(person).filter(retired_at=None).count()},
        "form": form,
        "may_add": may(held(person), "channel.add"),
        "rows": rows.channel_rows(found, timezone.now()),
        "count_text": "",
        "older_url": f"{here}?{urlencode({**kept, 'after': after})}" if after else "",
        "newer_url": f"{here}?{urlencode(kept)}" if request.GET.get("after") else "",
    }
    return render(request, "registry/list.html", context)


def found_channel(person: Person, pk: int) -> Channel:
    """One channel; Http404 also when it is there and the person may not know."""
    seen: QuerySet[Channel] = queries.channels_for(person).select_related("unit", "connection")
    return get_object_or_404(seen, pk=pk)


def _may(person: Person, right: str, channel: Channel) -> bool:
    return may(held(person), right, channel.unit.path)


@login_required
def channel(request: HttpRequest, pk: int, beside: Beside) -> HttpResponse:
    """One channel: how it is, who runs it, what happened; ``beside`` adds its cases and what is on its way out."""
    person, now = person_of(request), timezone.now()
    found = found_channel(person, pk)
    runners, former = rows.runner_lines(found, _may(person, "channel.add", found))
    context = {
        "channel": {
            "pk": found.pk,
            "name": found.name,
            "address": found.address,
            "href": rows.href_of(found),
            "platform_label": rows.platform_label(found.platform),
        },
        "mode": rows.tag(rows.MODES[found.mode]),
        "health": rows.tag(rows.HEALTH[rows.health_of(found, now)]),
        "retired": bool(found.retired_at),
        "trouble": rows.trouble(found),
        "facts": rows.facts(found),
        "acts": _acts(found, person),
        "runners": runners,
        "former": former,
        "trail": rows.trail_lines(found),
        **beside(person, found),
    }
    return render(request, "registry/channel.html", context)


def _acts(found: Channel, person: Person) -> list[dict[str, Any]]:
    offered = [
        {
            "label": act.label,
            "icon": act.icon,
            "url": reverse("channel_act", args=[found.pk, verb]),
            "tone": "",
        }
        for verb, act in ACTS.items()
        if act.offered(found) and _may(person, act.right, found)
    ]
    if may_connect(found) and _may(person, "channel.connect", found):
        connected = found.mode == Channel.Mode.CONNECTED
        label = _("Enter a new key") if connected else _("Connect")
        url = reverse("channel_connect", args=[found.pk])
        offered.insert(
            0, {"label": label, "icon": "plug", "url": url, "tone": "" if connected else "primary"}
        )
    return offered


@login_required
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb on one channel: its form, and doing it."""
    person = person_of(request)
    found = found_channel(person, pk)
    if verb not in ACTS:
        raise Http404
    chosen = ACTS[verb]
    demand(person, chosen.right, found.unit.path)
    form = _form(chosen, found, person, request)
    if (
        form.is_bound
        and form.is_valid()
        and tried(
            request,
            lambda: chosen.perform(found, form.cleaned_data, actor(person), timezone.now()),
            done=str(chosen.done),
            form=form,
        )
    ):
        return redirect("channel", pk=pk)
    context = {
        "channel": {"pk": found.pk, "name": found.name},
        "what": chosen.label,
        "consequence": chosen.consequence,
        "button": chosen.label,
        "tone": chosen.tone,
        "form": form,
        "action_url": request.path,
    }
    return render(request, "registry/act.html", context, status=422 if form.is_bound else 200)


def _form(chosen: ChannelAct, found: Channel, person: Person, request: HttpRequest) -> Form:
    """The verb's form. Only those who hold a part at the channel's unit, above or below it, can be assigned; only where
    the person has the same right can a channel be moved to."""
    units = subtree(reach(person, chosen.right)).filter(active=True).order_by("name")
    choices = Choices(people_along(found.unit).order_by("label"), units)
    data = request.POST if request.method == "POST" else None
    return chosen.form(found, choices, data)  # type: ignore[arg-type]


@login_required
@require_POST
def end_assignment(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Say that somebody no longer runs the channel; saying it twice changes nothing more."""
    person = person_of(request)
    found = found_channel(person, pk)
    if not _may(person, "channel.add", found):
        raise PermissionDenied
    kept = get_object_or_404(
        Assignment.objects.select_related("channel", "person"), channel=found, pk=assignment
    )
    tried(
        request,
        lambda: actions.end_assignment(
            assignment=kept, until=timezone.localdate(), by=actor(person), at=timezone.now()
        ),
        done=_("%(name)s no longer runs this channel.") % {"name": kept.person.label},
    )
    return redirect("channel", pk=pk)
