"""The pages of the people who sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mimin.lib.acting import tried, whole
from mimin.people import actions, rows
from mimin.people.asking import demand, givable, managed_units, manages_wholly, person_of, reach
from mimin.people.forms import AddPersonForm, LookForm, PersonForm, RoleForm
from mimin.people.inviting_views import link_to, shown_once
from mimin.people.link_sheet import password_sheet
from mimin.people.lost_phone import phone_lost
from mimin.people.models import PasswordLink, Person, Role
from mimin.people.queries import people_within

SIZE = 50


def _managed(person: Person) -> QuerySet[Person]:
    """Everybody whom the person may look up here; PermissionDenied for who manages nobody."""
    demand(person, "person.manage")
    return people_within(reach(person, "person.manage"))


@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Who signs in, by name."""
    found, form = _managed(person_of(request)), LookForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    if text:
        named = Q(label__icontains=text) | Q(username__icontains=text)
        unit = Q(unit__name__icontains=text) | Q(unit__short__icontains=text)
        found = found.filter(named | Q(pk__in=Role.objects.filter(unit).values("person")))
    listed = list(_after(found, whole(request.GET.get("after"))).order_by("label", "pk")[: SIZE + 1])
    here = reverse("people")
    context = {
        "lead": _("%(n)s people") % {"n": found.count()},
        "form": form,
        "rows": rows.person_rows(listed[:SIZE]),
        "add_url": reverse("person_add"),
        "invite_url": reverse("invite"),
        "invitations_url": reverse("invitations"),
        "count_text": "",
        "older_url": f"{here}?{urlencode({'q': text, 'after': listed[SIZE - 1].pk})}"
        if len(listed) > SIZE
        else "",
        "newer_url": f"{here}?{urlencode({'q': text})}" if request.GET.get("after") else "",
    }
    return render(request, "people/list.html", context)


def _after(found: QuerySet[Person], pk: int) -> QuerySet[Person]:
    last = found.filter(pk=pk).first()
    return found.filter(Q(label__gt=last.label) | Q(label=last.label, pk__gt=last.pk)) if last else found


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Let somebody new in, with the first part they play; their first password is shown once."""
    person = person_of(request)
    demand(person, "person.manage")
    form = AddPersonForm(
        managed_units(person), givable(person), request.POST if request.method == "POST" else None
    )
    made: list[tuple[Person, str]] = []
    if (
        form.is_bound
        and form.is_valid()
        and tried(
            request,
            lambda: made.append(_added(form.cleaned_data, person)),
            done=_("The person can sign in."),
            form=form,
        )
    ):
        new, password = made[0]
        return _shown_once(request, _page(new, person, password_once=password))
    return render(
        request, "people/person.html", {"person": None, "form": form}, status=422 if form.is_bound else 200
    )


@transaction.atomic
def _added(data: dict[str, Any], by: Person) -> tuple[Person, str]:
    who, now, password = actions.actor(by), timezone.now(), actions.new_password()
    new = actions.add_person(
        username=data["username"], label=data["label"], email=data["email"], language=data["language"],
        password=password, by=who, at=now,
    )  # fmt: skip
    actions.give_role(
        person=new,
        unit=data["unit"],
        kind=data["kind"],
        since=data["since"],
        until=data["until"],
        by=who,
        at=now,
    )
    return new, password


def _shown_once(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """A page with a password on it: no browser keeps it."""
    answer = render(request, "people/person.html", page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _found(person: Person, pk: int) -> Person:
    return get_object_or_404(_managed(person), pk=pk)


@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: how they are called, which parts they play, and their way in."""
    by = person_of(request)
    found = _found(by, pk)
    form = None
    if request.method == "POST":
        _demand_wholly(by, found)
        form = PersonForm(request.POST)
        if form.is_valid() and tried(
            request, lambda: _changed(found, form.cleaned_data, by), done=_("The person is saved."), form=form
        ):
            return redirect("person", pk=pk)
    return render(request, "people/person.html", _page(found, by, form=form), status=422 if form else 200)


def _demand_wholly(by: Person, found: Person) -> None:
    if not manages_wholly(by, found):
        raise PermissionDenied


def _changed(found: Person, data: dict[str, Any], by: Person) -> Person:
    return actions.change_person(person=found, **data, by=actions.actor(by), at=timezone.now())


def _page(
    found: Person,
    by: Person,
    *,
    form: Form | None = None,
    role_form: Form | None = None,
    password_once: str = "",
) -> dict[str, Any]:
    wholly = manages_wholly(by, found)
    kept = {
        "label": found.label, "email": found.email, "language": found.language, "phone_hint": found.phone_hint,
    }  # fmt: skip
    return {
        "person": {"name": found.label, "username": found.username},
        "state": rows.person_state(found),
        "facts": rows.person_facts(found),
        "roles": rows.role_lines(found, reach(by, "person.manage")),
        "form": form or (PersonForm(initial=kept) if wholly else None),
        "role_form": role_form or RoleForm(managed_units(by), givable(by)),
        "role_url": reverse("role_give", args=[found.pk]),
        "password_once": password_once,
        "acts": _acts(found) if wholly else [],
    }


ACTS = {
    "password": (gettext_lazy("Reset the password"), "key-round", ""),
    "second_step": (gettext_lazy("Take off the second step"), "shield", ""),
    "lost_phone": (gettext_lazy("Telephone lost"), "smartphone", ""),
    "suspend": (gettext_lazy("Suspend"), "ban", "danger"),
    "restore": (gettext_lazy("Let in again"), "rotate-ccw", ""),
}


DONE: dict[str, tuple[Callable[..., Person], Any]] = {
    "second_step": (
        actions.reset_second_step,
        gettext_lazy("%(name)s signs in with the password alone until a new second step is set up."),
    ),
    "suspend": (
        actions.suspend,
        gettext_lazy(
            "%(name)s can no longer sign in. Every open session has ended, every link that they made is withdrawn, and "
            "they run no channel any more."
        ),
    ),
    "restore": (actions.restore, gettext_lazy("%(name)s can sign in again.")),
}
"""Verb -> the action, and what is true then."""


def _acts(found: Person) -> list[dict[str, Any]]:
    active, secured = found.is_active, Authenticator.objects.filter(user=found).exists()
    offered = {
        "password": active, "second_step": secured, "lost_phone": active, "suspend": active, "restore": not active,
    }  # fmt: skip
    verbs = [verb for verb, there in offered.items() if there]
    return [
        {"label": label, "icon": icon, "tone": tone, "url": reverse("person_act", args=[found.pk, verb])}
        for verb in verbs
        for label, icon, tone in (ACTS[verb],)
    ]


@login_required
@require_POST
def act(request: HttpRequest, pk: int, verb: str, then: actions.Left) -> HttpResponse:
    """Reset a password (shown once, on this page alone), take off a second step, close what a lost telephone opens,
    suspend, or let in again. ``then`` is what a higher layer ends when somebody is suspended."""
    by = person_of(request)
    found = _found(by, pk)
    if verb not in ACTS:
        raise Http404
    _demand_wholly(by, found)
    who, now = actions.actor(by), timezone.now()
    if verb == "password":
        password = actions.reset_password(person=found, by=who, at=now)
        return _shown_once(request, _page(found, by, password_once=password))
    if verb == "lost_phone":
        return _phone_lost(request, found, by)
    perform, done = DONE[verb]
    more = {"then": then} if verb == "suspend" else {}
    tried(
        request, lambda: perform(person=found, by=who, at=now, **more), done=str(done) % {"name": found.label}
    )
    return redirect("person", pk=pk)


def _phone_lost(request: HttpRequest, found: Person, by: Person) -> HttpResponse:
    """Close what the telephone opens; then the link to a new password is shown, this once."""
    made: list[tuple[PasswordLink, str]] = []
    if not tried(
        request,
        lambda: made.append(phone_lost(person=found, by=by, at=timezone.now())),
        done=_(
            "Every session of %(name)s has ended; the old password and the second step open nothing any more."
        )
        % {"name": found.label},
    ):
        return redirect("person", pk=found.pk)
    row, token = made[0]
    sheet = password_sheet(row, link_to(request, "choose_password", token))
    return shown_once(request, sheet, reverse("person", args=[found.pk]))


@login_required
@require_POST
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a part at a unit that the person who gives it manages."""
    by = person_of(request)
    found = _found(by, pk)
    form = RoleForm(managed_units(by), givable(by), request.POST)
    if form.is_valid() and tried(
        request, lambda: _given(found, form.cleaned_data, by), done=_("The part is given."), form=form
    ):
        return redirect("person", pk=pk)
    return render(request, "people/person.html", _page(found, by, role_form=form), status=422)


def _given(found: Person, data: dict[str, Any], by: Person) -> Role:
    return actions.give_role(person=found, **data, by=actions.actor(by), at=timezone.now())


@login_required
@require_POST
def end_role(request: HttpRequest, pk: int, role: int) -> HttpResponse:
    """End a part at once; ending it twice changes nothing more."""
    by = person_of(request)
    found = _found(by, pk)
    kept = Role.objects.select_related("unit", "person").filter(person=found, pk=role).first()
    if kept is None:
        messages.info(request, _("This part had ended already."))
        return redirect("person", pk=pk)
    demand(by, "person.manage", kept.unit.path)
    done = _("The part has ended, and every open session of %(name)s with it.") % {"name": found.label}
    tried(request, lambda: actions.end_role(role=kept, by=actions.actor(by), at=timezone.now()), done=done)
    return redirect("person", pk=pk) if _managed(by).filter(pk=pk).exists() else redirect("people")
