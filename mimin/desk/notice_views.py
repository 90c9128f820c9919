"""The page of notices, opening one, and taking an alarm on."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mimin.desk import notices as telling
from mimin.desk.models import Notice
from mimin.desk.walks import alarm as alarms
from mimin.inbox import danger, queries
from mimin.inbox.models import Case
from mimin.lib.acting import tried, whole
from mimin.people.asking import person_of


@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What Mimin told the person: the unread (``?view=unread``) or all, the newest first. A POST marks all as read."""
    person = person_of(request)
    if request.method == "POST":
        telling.read(person, timezone.now())
        return redirect("notices")
    view = "unread" if request.GET.get("view") == "unread" else "all"
    before = whole(request.GET.get("before"))
    found, further = telling.page(person, only_unread=view == "unread", before=before)
    context = {
        "rows": [telling.line(notice) for notice in found],
        "unread": telling.unread(person),
        "views": [
            {"label": label, "url": f"?view={name}", "current": name == view}
            for name, label in (("all", _("All")), ("unread", _("Unread")))
        ],
        "newer_url": f"?view={view}" if before else "",
        "older_url": "?" + urlencode({"view": view, "before": further}) if further else "",
    }
    return render(request, "desk/notices.html", context)


@login_required
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one notice: it is read, and leads to its case or list."""
    person = person_of(request)
    found = Notice.objects.filter(person=person, pk=pk).first()
    if found is None:
        raise Http404
    telling.read(person, timezone.now(), pk=pk)
    return redirect(telling.leads_to(found, person))


@login_required
@require_POST
def take_alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the alarm of a case on, with one tap."""
    person = person_of(request)
    try:
        case = queries.find_case(person, pk)
    except Case.DoesNotExist as error:
        raise Http404 from error
    if "alarm.acknowledge" not in queries.standing(person, case).rights:
        raise PermissionDenied
    alarm = danger.open_alarm(case)
    if alarm is None:
        raise Http404
    done = _("You have taken it on. Nobody further is woken; note below whom you called.")
    tried(request, lambda: alarms.take_on(alarm=alarm, by=person, at=timezone.now()), done=done)
    return redirect("case", pk=pk)
