"""The pages behind a link that lets somebody in: an invitation to a part, and the choice of a new password.

They open without signing in and without JavaScript. Unlike a link to a case they sign somebody in, so each form carries
a CSRF token: nobody is to be signed in as a stranger without knowing. The address is told to no other site.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mimin.lib import spoken
from mimin.lib.moving import Refused
from mimin.people import inviting, lost_phone
from mimin.people.joining_forms import JoinForm, PasswordLinkForm, TakeForm
from mimin.people.links import OVER, LinkOver, same_form
from mimin.people.models import Invitation, PasswordLink, Person
from mimin.people.often import too_often
from mimin.people.rows import kind_word

A_MINUTE = 240
"""So often one address of the net may ask here in a minute: forty telephones in one hall join at the same time."""
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
"""``same-origin``: with ``no-referrer`` a browser sends ``Origin: null``, which the CSRF check refuses."""

CLOSED: dict[str, tuple[int, str, str]] = {
    **OVER,
    "used": (
        410,
        gettext_noop("This link was used already"),
        gettext_noop(
            "It works once. If that was you, sign in with the user name and password that you chose. If it was not, "
            "tell whoever sent it at once: they see who used it, can end it, and send you a link of your own."
        ),
    ),
    "no_right": (
        410,
        gettext_noop("This link gives nothing any more"),
        gettext_noop(
            "Whoever made it has another task now, or what it was for has ended. Ask the coordinator of your unit for "
            "a new one."
        ),
    ),
}
"""Why the page does not open -> status, what happened, what to do."""


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Take a part: somebody new chooses how to sign in, whoever is signed in takes it as they are."""
    return _answered(request, lambda: _joined(request, inviting.by_token(token)))


@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password after a telephone was lost."""
    return _answered(request, lambda: _chosen(request, lost_phone.by_token(token)))


def _answered(request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
    """The page, or why there is none; a stranger reads Indonesian."""
    stranger = settings.LANGUAGE_CODE if _signed_in(request) is None else get_language()
    with translation.override(stranger):
        try:
            answer = closed(request, "too_often") if too_often(request, "join", A_MINUTE) else page()
        except LinkOver as over:
            answer = closed(request, over.why)
    for name, value in HEADERS.items():
        answer.headers[name] = value
    return answer


def closed(request: HttpRequest, why: str) -> HttpResponse:
    """What happened to the link, and what to do."""
    status, what, how = CLOSED[why]
    context = {"what": _(what), "how": _(how), "sign_in": why == "used" and _signed_in(request) is None}
    return render(request, "people/link_closed.html", context, status=status)


def _signed_in(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _joined(request: HttpRequest, row: Invitation | None) -> HttpResponse:
    person = _signed_in(request)
    if row is None:
        return closed(request, "unknown")
    if person and row.used_by == person:
        return redirect("home")
    return _as_they_are(request, row, person) if person else _somebody_new(request, row)


def _somebody_new(request: HttpRequest, row: Invitation) -> HttpResponse:
    form, now = JoinForm(request.POST or None), timezone.now()
    if why := inviting.closed(row, now):
        same = why == "used" and form.is_valid() and same_form(row, form.cleaned_data["key"])
        if not same:
            return closed(request, why)
    made: list[Person] = []
    if form.is_valid() and _tried(form, lambda: made.append(_person(row, form))):
        return _let_in(request, made[0], _in_words(row))
    return render(request, "people/join.html", _page(row, form), status=422 if form.is_bound else 200)


def _person(row: Invitation, form: Form) -> Person:
    data = form.cleaned_data
    return inviting.join(
        row=row, username=data["username"], label=data["label"], password=data["password"], digits=data["phone"],
        key=data["key"], at=timezone.now(),
    )  # fmt: skip


def _as_they_are(request: HttpRequest, row: Invitation, person: Person) -> HttpResponse:
    form, now = TakeForm(request.POST or None), timezone.now()
    if why := inviting.closed(row, now):
        return closed(request, why)
    if form.is_valid() and _tried(form, lambda: _take(row, person, form)):
        messages.success(request, _in_words(row))
        return redirect("home")
    own, has = row.made_by == person, inviting.plays(row, person, now)
    context = {**_page(row, form), "own": own, "has": has, "may": not (own or has)}
    return render(request, "people/join.html", context, status=422 if form.is_bound else 200)


def _take(row: Invitation, person: Person, form: Form) -> None:
    inviting.take(row=row, person=person, key=form.cleaned_data["key"], at=timezone.now())


def _page(row: Invitation, form: Form) -> dict[str, Any]:
    """Who invites whom to what, and the form."""
    return {
        "form": form,
        "post": row.post,
        "part": kind_word(row.kind),
        "unit": row.unit.name,
        "by": row.made_by.label,
        "until_text": spoken.moment(row.expires_at, row.unit.zone, weekday=True),
    }


def _in_words(row: Invitation) -> str:
    return _("You are in: %(part)s, %(unit)s.") % {"part": kind_word(row.kind), "unit": row.unit.name}


def _chosen(request: HttpRequest, row: PasswordLink | None) -> HttpResponse:
    if row is None:
        return closed(request, "unknown")
    form = PasswordLinkForm(row.person, request.POST or None)
    if why := lost_phone.closed(row, timezone.now()):
        same = why == "used" and form.is_valid() and same_form(row, form.cleaned_data["key"])
        if not same:
            return closed(request, why)
    made: list[Person] = []
    if form.is_valid() and _tried(form, lambda: made.append(_with_password(row, form))):
        return _let_in(request, made[0], _("Your new password is set. The old one opens nothing any more."))
    context = {
        "form": form,
        "username": row.person.username,
        "by": row.made_by.label,
        "until_text": spoken.moment(row.expires_at, weekday=True),
    }
    return render(request, "people/choose_password.html", context, status=422 if form.is_bound else 200)


def _with_password(row: PasswordLink, form: Form) -> Person:
    data = form.cleaned_data
    return lost_phone.choose_password(row=row, password=data["password"], key=data["key"], at=timezone.now())


def _tried(form: Form, act: Callable[[], object]) -> bool:
    """Do it; a refusal is said on the form. A link that closed meanwhile closes the page."""
    try:
        act()
    except LinkOver:
        raise
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _let_in(request: HttpRequest, person: Person, words: str) -> HttpResponse:
    """Sign the person in by the way that everybody takes; a second step is asked for where one is on."""
    messages.success(request, words)
    login = Login(user=person, redirect_url=reverse("home"))
    answer: HttpResponse = perform_password_login(request, {"username": person.username}, login)
    return answer
