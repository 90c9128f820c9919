"""The pages of the citizen's door. No sign-in, no script: forms alone, in the language of the visitor's choice."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mimin.lib.acting import tried, way_back, whole
from mimin.lib.qr import drawn
from mimin.people.models import Unit
from mimin.people.often import too_often
from mimin.people.queries import root
from mimin.portal import actions, page
from mimin.portal.actions import Reported
from mimin.portal.forms import (
    MOST_BYTES,
    REACH,
    Guarded,
    MatterForm,
    MoreForm,
    OpenForm,
    ReportForm,
    VerdictForm,
)
from mimin.portal.models import Slip
from mimin.portal.rules import spelled, typed

COOKIE, MINUTES = "mimin_lacak", 30
"""The device on which a slip was opened stays open so long: many share a phone."""
REPORTS, TRIES = 30, 20
"""So many reports, and so many tries to open a slip, come from one address of the net in a minute."""


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(request, f"portal/{name}.html", context, status=status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = (
        "same-origin"  # with none the browser would name no origin, and no form be taken
    )
    return answer


def _stopped(request: HttpRequest, what: str, how: str, status: int) -> HttpResponse:
    return _page(request, "stopped", {"what": what, "how": how}, status)


def _unit(pk: int) -> Unit:
    """The office whose door it is; the government's own where none is named."""
    if pk:
        return get_object_or_404(Unit.objects.filter(active=True), pk=pk)
    try:
        return root()
    except Unit.DoesNotExist as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, unit: int = 0) -> HttpResponse:
    """The form to report something, and the slip when it was sent."""
    office = _unit(unit)
    if whole(request.META.get("CONTENT_LENGTH")) > MOST_BYTES:
        how = _("Nothing was sent. Go back and choose fewer or smaller photos; your words are still there.")
        return _stopped(request, _("The photos are too large"), how, 413)
    form = ReportForm(request.POST, request.FILES) if request.method == "POST" else ReportForm()
    if form.is_bound and form.is_valid():
        if too_often(request, "report", REPORTS):
            how = _("Wait a minute and send it again; what you wrote is still there when you go back.")
            return _stopped(request, _("Too many reports from here in a minute"), how, 429)
        if form.by_program:
            return _stopped(request, _("Thank you"), _("It has been received."), 200)
        if slip := _reported(request, form, office):
            return _slip(request, slip)
    context = {"form": form, "office": office.name if unit else "", "emergency": page.emergency(office)}
    return _page(request, "report", context, 422 if form.is_bound else 200)


def _reported(request: HttpRequest, form: ReportForm, office: Unit) -> Slip | None:
    data = form.cleaned_data
    reach = str(REACH[data["reach"]]) if data["reach"] else ""
    told = Reported(
        text=data["text"], place=data["place"], name=data["name"], on_behalf=data["on_behalf"], asked=data["shown"],
        reach=", ".join(filter(None, [reach, data["contact"].strip()])),
    )  # fmt: skip
    found: list[Slip] = []
    tried(
        request,
        lambda: found.append(
            actions.report(
                told=told, files=form.files_of(data), unit=office, key=data["key"], at=timezone.now()
            )
        ),
        done="",
        form=form,
    )
    return found[0] if found else None


def _slip(request: HttpRequest, slip: Slip) -> HttpResponse:
    """What the citizen takes home: printed large, photographed, or written down."""
    address = request.build_absolute_uri(f"{reverse('track')}?kode={slip.code}")
    context = {
        "code": spelled(slip.code), "secret": actions.secret_word(slip.key), "number": slip.case.number,
        "qr": drawn(address), "address": request.build_absolute_uri(reverse("track")), "facts": page.brief(slip),
    }  # fmt: skip
    return _opened(_page(request, "slip", context), slip)


def _opened(answer: HttpResponse, slip: Slip) -> HttpResponse:
    answer.set_cookie(
        COOKIE, signing.dumps(slip.code, salt=COOKIE), max_age=MINUTES * 60, path=reverse("track"), httponly=True,
        samesite="Lax", secure=settings.SECURE,
    )  # fmt: skip
    return answer


def _known(request: HttpRequest) -> Slip | None:
    """The slip that this device opened within the last half hour."""
    try:
        code = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=MINUTES * 60)
    except signing.BadSignature:
        return None
    return Slip.objects.filter(code=code).first()


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Where a report stands: by code and secret number, or on the device that opened it a moment ago."""
    if request.method == "POST":
        return _open(request)
    slip = _known(request)
    asked = typed(request.GET.get("kode", ""))
    if slip is None or (asked and asked != slip.code):
        return _page(request, "open", {"form": OpenForm(initial={"code": spelled(asked) if asked else ""})})
    return _shown(request, slip)


def _open(request: HttpRequest) -> HttpResponse:
    if too_often(request, "slip", TRIES):
        how = _("Wait a minute and try again.")
        return _stopped(request, _("Too many tries from here in a minute"), how, 429)
    form = OpenForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        secret = "".join(filter(str.isdigit, data["secret"]))
        slip = actions.opened(code=typed(data["code"]), secret=secret, at=timezone.now())
        if slip is not None:
            return _opened(redirect("track"), slip)
        form.add_error(
            None,
            _(
                "Code and secret number do not belong together. Look at your slip once more. After five wrong numbers "
                "a code stays closed for 15 minutes."
            ),
        )
    return _page(request, "open", {"form": form}, 422)


def _shown(
    request: HttpRequest, slip: Slip, *, more: Form | None = None, verdict: Form | None = None
) -> HttpResponse:
    context = {
        **page.context(slip, timezone.now()),
        "more": more or MoreForm(),
        "verdict": verdict or VerdictForm(),
    }
    return _page(request, "track", context, 422 if more or verdict else 200)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """One more message, with photos or a voice note."""
    if (slip := _known(request)) is None:
        return redirect("track")
    form = MoreForm(request.POST, request.FILES)
    if form.is_valid() and (
        form.by_program or tried(request, lambda: _added(slip, form), done="", form=form)
    ):
        return redirect(f"{reverse('track')}#percakapan")
    return _shown(request, slip, more=form)


def _added(slip: Slip, form: MatterForm) -> None:
    data = form.cleaned_data
    actions.add(slip=slip, text=data["text"], files=form.files_of(data), key=data["key"], at=timezone.now())


@require_POST
def conclude(request: HttpRequest) -> HttpResponse:
    """Whether it is solved."""
    if (slip := _known(request)) is None:
        return redirect("track")
    form = VerdictForm(request.POST)
    if form.is_valid() and (
        form.by_program or tried(request, lambda: _concluded(slip, form), done="", form=form)
    ):
        return redirect("track")
    return _shown(request, slip, verdict=form)


def _concluded(slip: Slip, form: Guarded) -> None:
    data = form.cleaned_data
    actions.conclude(
        slip=slip, solved=data["solved"] == "yes", mark=int(data["mark"]) if data["mark"] else None,
        text=data["text"], key=data["key"], at=timezone.now(),
    )  # fmt: skip


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the slip on this device: the phone may belong to somebody else."""
    answer = redirect("track")
    answer.delete_cookie(COOKIE, path=reverse("track"))
    return answer


@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Show these pages in another language from now on, on this device."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    answer = redirect(way_back(request, request.GET.get("next", ""), reverse("report")))
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000, samesite="Lax", secure=settings.SECURE
    )
    return answer
