"""The pages of saved replies: the list, keeping one, and putting one into the answer of a case."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mimin.inbox import page, queries, saved, saved_rows, saving
from mimin.inbox.acts import ACTS
from mimin.inbox.models import Case, Reply, SavedReply
from mimin.inbox.offering import check
from mimin.inbox.saved_forms import SavedForm, SavedLookForm, UseForm, initial_of
from mimin.lib.acting import tried, whole
from mimin.people.asking import demand, person_of, reach
from mimin.people.models import Person, Unit
from mimin.people.queries import subtree


@login_required
def replies(request: HttpRequest) -> HttpResponse:
    """The saved replies of the person's units and of those above, narrowed by unit or title."""
    person = person_of(request)
    look, unit = request.GET.get("q", "")[:80], whole(request.GET.get("unit"))
    after = whole(request.GET.get("after"))
    found, on = saved.page(person, unit=unit, look=look, after=after)
    kept = {name: value for name, value in (("q", look), ("unit", unit)) if value}
    context = {
        "form": SavedLookForm(person, initial={"q": look, "unit": unit or ""}),
        "rows": saved_rows.rows(found, person),
        "may_add": bool(reach(person, "reply.save")),
        "narrowed": bool(kept),
        "count_text": "",
        "older_url": "?" + urlencode({**kept, "after": on}) if on else "",
        "newer_url": "?" + urlencode(kept) if after else "",
    }
    return render(request, "inbox/saved/list.html", context)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Keep a new one, for a unit of the person or one below it."""
    person = person_of(request)
    demand(person, "reply.save")
    units = _units(person)
    form = SavedForm(units, request.POST or None, initial={"unit": units.first()})
    if form.is_bound and form.is_valid():
        data = _kept(form)
        if tried(
            request,
            lambda: saving.save(**data, by=person, at=timezone.now()),
            done=_("The saved reply is there for everybody at %(unit)s and below.")
            % {"unit": data["unit"].name},
            form=form,
        ):
            return redirect("saved_replies")
    return _form_page(request, form, None)


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one; what somebody else changed meanwhile is not overwritten unseen."""
    person, found = person_of(request), _changeable(request, pk)
    units = Unit.objects.filter(Q(pk__in=_units(person)) | Q(pk=found.unit_id)).order_by("path")
    form = SavedForm(units, request.POST or None, initial=initial_of(found))
    if form.is_bound and form.is_valid():
        data, as_of = _kept(form), form.cleaned_data["as_of"]
        if tried(
            request,
            lambda: saving.change(saved=found, **data, as_of=as_of, by=person, at=timezone.now()),
            done=_("The saved reply is changed. Answers that were written with it stay as they are."),
            form=form,
        ):
            return redirect("saved_replies")
        found = SavedReply.objects.filter(pk=pk).first() or found
        form.data = {
            **request.POST.dict(),
            "as_of": found.version,
        }  # sent again, it is a form of what stands there now
    return _form_page(request, form, found)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one away; one that is gone already stays gone."""
    person, found = person_of(request), _changeable(request, pk)
    done = _("“%(title)s” is removed. Answers that were written with it stay.") % {"title": found.title}
    tried(request, lambda: saving.remove(saved=found, by=person, at=timezone.now()), done=done)
    return redirect("saved_replies")


def _units(person: Person) -> QuerySet[Unit]:
    return subtree(reach(person, "reply.save")).filter(active=True).order_by("path")


def _changeable(request: HttpRequest, pk: int) -> SavedReply:
    person = person_of(request)
    found = get_object_or_404(saved.seen(person).select_related("unit"), pk=pk)
    if not saved.may_change(person, found):
        raise PermissionDenied
    return found


def _kept(form: SavedForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "as_of"}


def _form_page(request: HttpRequest, form: SavedForm, found: SavedReply | None) -> HttpResponse:
    context = {
        "form": form,
        "title": found.title if found else "",
        "remove_url": reverse("saved_remove", args=[found.pk]) if found else "",
    }
    return render(request, "inbox/saved/edit.html", context, status=422 if form.is_bound else 200)


@login_required
def of_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for one by its title (GET, ``?q=``), or put it into the person's draft for this case."""
    person = person_of(request)
    try:
        case = queries.find_case(person, pk)
    except Case.DoesNotExist as error:
        raise Http404 from error
    if "case.answer" not in queries.standing(person, case).rights:
        raise PermissionDenied
    if request.method == "POST":
        return _use(request, case, person)
    look = request.GET.get("q", "")[:80]
    draft = Reply.objects.filter(case=case, author=person, state="draft").order_by("-pk").first()
    context = {
        "case": page.named(case),
        "before": draft.text if draft else "",
        **saved_rows.choices(case, person, look, timezone.now()),
    }
    return render(request, "inbox/saved/choose.html", context)


def _use(request: HttpRequest, case: Case, person: Person) -> HttpResponse:
    form, now = UseForm(request.POST), timezone.now()
    answer = redirect(f"{reverse('case', args=[case.pk])}#answer")
    if not form.is_valid():
        messages.error(request, _("Choose a saved reply first, then put it into the answer."))
        return answer
    chosen = get_object_or_404(saved.around(person, case), pk=form.cleaned_data["saved"])
    before = form.cleaned_data["text"] if "text" in request.POST else None

    def put() -> None:
        check(ACTS["answer"], case, as_of="", by=person)
        saving.use(saved=chosen, case=case, before=before, kind=form.cleaned_data["kind"], by=person, at=now)

    tried(
        request,
        put,
        done=_("“%(title)s” stands in your draft. Read it, then send it.") % {"title": chosen.title},
    )
    return answer
