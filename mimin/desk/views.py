"""Pages that belong to no single package: home, search, the person's own, the worker's and the evidence's."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mimin.desk import alive, proof, watching
from mimin.desk import home as home_page
from mimin.desk.importing import rows as importing
from mimin.desk.models import ImportJob
from mimin.desk.readiness import lacking
from mimin.desk.shell import THEMES
from mimin.desk.standing import missing
from mimin.desk.states import WORKING
from mimin.desk.walks.erase import RIGHT as ERASING
from mimin.inbox import searching
from mimin.inbox.rows import case_rows
from mimin.lib import spoken
from mimin.lib import work as working
from mimin.lib.acting import way_back, whole
from mimin.lib.colour import stylesheet
from mimin.lib.store import has_room
from mimin.people.asking import person_of, reaches
from mimin.people.looking import looker_of
from mimin.people.queries import held, parts_of, top_path
from mimin.people.rules import RoleKind, may
from mimin.policy import queries as policy

SECTIONS = (
    ("policy", "policy.change"),
    ("holidays", "policy.change"),
    ("duty", "policy.change"),
    ("units", "unit.change"),
    ("people", "person.manage"),
    ("addresses", "channel.rules"),
    ("imports", "case.import"),
    ("work", "work.see"),
    ("evidence", "evidence.see"),
)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me now."""
    return render(request, "desk/home.html", home_page.context(looker_of(request), timezone.now()))


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Messages by their words or a case's number, newest first, within what the person may see."""
    query, before = request.GET.get("q", "")[:200], whole(request.GET.get("before"))
    cases, further = searching.search(looker_of(request), query, before=before)
    context = {
        "query": query,
        "rows": case_rows(cases, timezone.now(), passages=searching.passages(cases, query)),
        "count_text": "",
        "older_url": "?" + urlencode({"q": query, "before": further}) if further else "",
        "newer_url": "?" + urlencode({"q": query}) if before else "",
    }
    return render(request, "desk/search.html", context)


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """My account: language, theme, password, second factor, sessions."""
    person = person_of(request)
    if request.method == "POST":
        if (language := request.POST.get("language")) in dict(django_settings.LANGUAGES):
            person.language = language
        if (theme := request.POST.get("theme")) is not None and theme in ("", *THEMES):
            person.theme = theme
        person.save(update_fields=["language", "theme"])
        return redirect(way_back(request, request.POST.get("next", ""), "me"))
    roles = parts_of(person)
    context = {
        "facts": [
            {"label": _("Name"), "value": person.label},
            {"label": _("User name"), "value": person.username},
            {"label": _("E-mail"), "value": person.email},
        ],
        "roles": [
            {
                "icon": "shield", "title": _(ROLE_WORDS[RoleKind(r.kind)]), "url": "",
                "detail": f"{r.unit.name} · {_until(r.until)}",
            }
            for r in roles
        ],
        "languages": [{"code": c, "label": n, "current": c == person.language} for c, n in django_settings.LANGUAGES],
        "totp_on": Authenticator.objects.filter(user=person, type="totp").exists(),
    }  # fmt: skip
    return render(request, "desk/me.html", context)


def _until(day: date | None) -> str:
    return _("until %(day)s") % {"day": spoken.date_words(day)} if day else _("no end")


ROLE_WORDS: dict[RoleKind, Any] = {
    RoleKind.COORDINATOR: gettext_lazy("Coordinator"),
    RoleKind.HEAD: gettext_lazy("Head of unit"),
    RoleKind.ADMIN: gettext_lazy("Social-media admin"),
    RoleKind.OFFICER: gettext_lazy("Officer"),
    RoleKind.PPID: gettext_lazy("PPID"),
    RoleKind.DUTY: gettext_lazy("Duty officer"),
    RoleKind.INSPECTOR: gettext_lazy("Inspector"),
    RoleKind.SECRETARY: gettext_lazy("Regional secretary (Sekda)"),
    RoleKind.LEADER: gettext_lazy("Leader"),
    RoleKind.TRAINER: gettext_lazy("Trainer"),
    RoleKind.OBSERVER: gettext_lazy("Observer"),
    RoleKind.AUDITOR: gettext_lazy("Auditor"),
}


def _must(request: HttpRequest, verb: str) -> None:
    if not may(held(person_of(request)), verb):
        raise PermissionDenied


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """The way to everything that a Pemda sets."""
    roles = held(person_of(request))
    sections = [name for name, verb in SECTIONS if may(roles, verb)]
    if not sections:
        raise PermissionDenied
    return render(request, "desk/settings.html", {"sections": sections})


@login_required
def work(request: HttpRequest) -> HttpResponse:
    """What the machine is doing: queues, leases, late work, and what does not stand in the database."""
    _must(request, "work.see")
    now = timezone.now()
    rows, late = [], []
    for queue in working.QUEUES.values():
        state = working.state(queue, now)
        trouble = state.late or state.failing
        rows.append(
            {
                "label": _(state.label), "waiting": state.waiting, "late": state.late, "leased": state.leased,
                "failing": state.failing, "oldest_text": spoken.moment(state.oldest) if state.oldest else "–",
                "state": {"label": _("Late"), "tone": "bad", "icon": "clock-alert"} if state.late
                else {"label": _("Tried again"), "tone": "warn", "icon": "rotate-ccw"} if trouble
                else {"label": _("In order"), "tone": "ok", "icon": "check"},
            }
        )  # fmt: skip
        for row in queue.rows.filter(due_at__lt=now - queue.late_after).order_by("due_at")[:10]:
            late.append(
                {"icon": "clock-alert", "title": str(row), "detail": spoken.moment(row.due_at), "url": ""}
            )
    context = {
        "measured_at": spoken.moment(now), "alarm": _alarm(now), "queues": rows, "late": late,
        "routines": alive.lines(now), "progress": _progress(now),
    }  # fmt: skip
    return render(request, "desk/work.html", context)


def _progress(now: datetime) -> list[dict[str, Any]]:
    """The files that are coming in, by number: their names are for those who sent them. The page asks for itself."""
    running = ImportJob.objects.filter(state__in=WORKING).order_by("pk")[:10]
    return [
        {
            **importing.progress(job, now),
            "label": _("Import %(number)s") % {"number": job.pk},
            "running": False,
        }
        for job in running
    ]


def _alarm(now: datetime) -> str:
    """What stops the machine, what to do and who can do it; "" when nothing does."""
    if not has_room():
        return _(
            "The disk is full: nothing can be stored, and all work waits. Nothing is lost. Whoever runs this server "
            "must make room; the work then goes on by itself."
        )
    if gone := missing():
        return _(
            "Parts of the database do not stand: %(names)s. Run “mimin migrate”, then “mimin doctor”."
        ) % {"names": ", ".join(gone)}
    return alive.no_worker(now) or " ".join(watching.troubles(now).values())


@login_required
def evidence(request: HttpRequest) -> HttpResponse:
    """The sealed trail: numbers, seals, one case's records, and a check of the whole chain."""
    _must(request, "evidence.see")
    verdict = proof.checked() if request.method == "POST" else None
    person, number = person_of(request), request.GET.get("q", "").strip()[:40]
    before = whole(request.GET.get("before"))
    context = {
        **proof.seals(before),
        "facts": proof.numbers(),
        "places": proof.places(timezone.now()),
        "verdict": verdict,
        "form": proof.TrailForm(request.GET or None),
        "trail_of": number,
        "trail": proof.trail_of(person, number) if number else [],
        "verify_url": reverse("evidence"),
        "erase_url": reverse("evidence_erase") if reaches(person, ERASING, [top_path()]) else "",
    }
    return render(request, "evidence/page.html", context)


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install Mimin."""
    context = {"pemda": django_settings.PEMDA_NAME, "colour": policy.colour()}
    return render(request, "manifest.webmanifest", context, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
def colour(request: HttpRequest, digits: str) -> HttpResponse:
    """The steps of one colour as a stylesheet. It says nothing of anybody: the same digits always give the same."""
    try:
        return HttpResponse(stylesheet(f"#{digits}"), content_type="text/css")
    except ValueError as error:
        raise Http404 from error


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows a page without a connection; served from the root so that it reaches every page."""
    from django.contrib.staticfiles import finders

    found = finders.find("js/sw.js")
    if not found:
        raise PermissionDenied
    with open(found, encoding="utf-8") as script:
        return HttpResponse(
            script.read(), content_type="text/javascript", headers={"Cache-Control": "no-cache"}
        )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown without a connection."""
    return render(request, "desk/offline.html")


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether the database answers; no more is told to a stranger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether work can be sent here now; of what lacks no more is told than its name."""
    found = lacking(timezone.now())
    return JsonResponse({"ready": not found, "lacking": found}, status=503 if found else 200)
