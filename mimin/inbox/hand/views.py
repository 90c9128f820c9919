"""The page on which something is heard by hand: give, check what Mimin proposes, record, tell the number."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from mimin.inbox.hand import chat, hearing, held, page, tray
from mimin.inbox.hand.forms import RecordForm
from mimin.inbox.hand.hearing import Hearing
from mimin.inbox.hand.repeats import Repeat
from mimin.inbox.models import Tray
from mimin.lib.acting import tried, whole
from mimin.people.asking import person_of
from mimin.people.models import Person
from mimin.people.queries import held as roles_of
from mimin.people.rules import may


def _recorder(request: HttpRequest) -> Person:
    person = person_of(request)
    if not may(roles_of(person), "case.record"):
        raise PermissionDenied
    return person


@csrf_exempt
def share(request: HttpRequest) -> HttpResponse:
    """What a phone shares to the installed page. It comes without a form of ours, so that nothing is recorded by it: it
    is laid into the person's tray, and they press the button themselves.
    """
    if not request.user.is_authenticated:
        return held.hold(request) if request.method == "POST" else redirect_to_login(request.path)
    person = _recorder(request)
    given = held.sent(request) if request.method == "POST" else held.take_up(request)
    if given is None:
        return redirect("record")
    here = hearing.begin(person, secrets.token_hex(12), now=timezone.now())
    hearing.take_in(here, *given)
    here.keep()
    answer = redirect("record_tray", key=here.key)
    answer.delete_cookie(held.COOKIE, samesite="Lax")
    return answer


def record(request: HttpRequest, key: str = "") -> HttpResponse:
    """Write down what a citizen said; ``key`` is the tray in which it lies already."""
    if not request.user.is_authenticated:
        return held.hold(request) if request.method == "POST" else redirect_to_login(request.get_full_path())
    person = _recorder(request)
    try:
        here = hearing.begin(person, key or request.POST.get("key", ""), now=timezone.now())
    except Tray.DoesNotExist as error:
        raise Http404 from error
    if here.tray and here.tray.case_id:
        return redirect("recorded", key=here.key)
    with timezone.override(here.zone):
        return _posted(request, here) if request.method == "POST" else _shown(request, here, key)


def _shown(request: HttpRequest, here: Hearing, key: str) -> HttpResponse:
    if key and here.tray is None:
        raise Http404
    if not here.tray:
        here.content.fields = {"channel": request.GET.get("channel", "")}
    form = RecordForm(here.person, initial={**here.content.fields, "key": here.key})
    begin = whole(request.GET["dari"]) if "dari" in request.GET else None
    return _page(request, here, form, look=request.GET.get("cari", "")[:80], begin=begin)


def _page(request: HttpRequest, here: Hearing, form: RecordForm, **more: Any) -> HttpResponse:
    context = page.context(here, form, **more)
    return render(request, "inbox/record.html", context, status=422 if form.is_bound else 200)


def _posted(request: HttpRequest, here: Hearing) -> HttpResponse:
    do = request.POST.get("do", "record")
    if do == "discard":
        if here.tray:
            tray.discard(here.tray)
        return redirect("inbox")
    look_first = hearing.take_in(here, *held.sent(request))
    chat.chosen_from(here.content.chat, request.POST, now=here.now, zone=here.zone)
    if do.startswith("drop-") and here.tray:
        tray.drop(here.tray, whole(do.removeprefix("drop-")))
    if do == "record" and not look_first:
        return _recorded(request, here)
    return _kept(request, here, do)


def _kept(request: HttpRequest, here: Hearing, do: str) -> HttpResponse:
    """Keep everything and show the page again, where the person was."""
    here.keep()
    asked = {"cari": request.POST.get("seek", "")[:80]} if do == "find" else {}
    if do.startswith("window-"):
        asked["dari"] = do.removeprefix("window-")
    end = {"find": "#channels", "record": ""}.get(do, "#chat" if here.content.chat.text else "")
    query = f"?{urlencode(asked)}" if asked else ""
    return redirect(f"{reverse('record_tray', args=[here.key])}{query}{end}")


def _recorded(request: HttpRequest, here: Hearing) -> HttpResponse:
    """Make a case of it; or show what is still missing, or what was recorded already."""
    more = {"into": request.POST.get("into", ""), "key": request.POST.get("key", here.key)}
    form = RecordForm(here.person, {**here.content.fields, **more})
    found: list[Repeat] | None = None
    if form.is_valid():
        asked = "into" in request.POST
        found = [] if asked else page.again(here, here.content.fields)
        if found:
            return _kept(request, here, "record")
        if tried(request, lambda: hearing.record(here, form.cleaned_data), done="", form=form):
            return redirect("recorded", key=here.key)
    if here.tray:
        here.keep()
    return _page(request, here, form, found=found or None)


@login_required
def recorded(request: HttpRequest, key: str) -> HttpResponse:
    """The number of the case, large enough to be read out and ready to copy, and the receipt where one is given."""
    person = person_of(request)
    found = Tray.objects.filter(person=person, key=key).select_related("case__lead", "case__channel").first()
    if found is None or found.case is None:
        raise Http404
    return render(request, "inbox/recorded.html", page.number(found.case, person, timezone.now()))
