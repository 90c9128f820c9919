"""The pages of the inbox: parse, ask or act, render."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from mimin.inbox import asking, merging, page, presence, queries, reading
from mimin.inbox.acts import ACTS, MANY, Act
from mimin.inbox.correct_forms import labelled
from mimin.inbox.forms import FilterForm
from mimin.inbox.many import AnswerManyForm, preview
from mimin.inbox.models import Case, Reply, Statement
from mimin.inbox.offering import check, open_to
from mimin.inbox.rows import case_rows
from mimin.inbox.rules import VIEWS
from mimin.inbox.settle_forms import CloseForm
from mimin.lib.acting import tried, way_back, whole
from mimin.lib.moving import Refused
from mimin.outbox.queries import may_act
from mimin.people.asking import person_of
from mimin.people.looking import looker_of
from mimin.people.models import Person
from mimin.people.queries import held, units_of
from mimin.people.rules import may
from mimin.registry.queries import channels_for

CHIPS = (
    ("mine", gettext_lazy("Waiting")),
    ("held", gettext_lazy("I hold")),
    ("unread", gettext_lazy("Unread")),
    ("late", gettext_lazy("Late")),
    ("new", gettext_lazy("Not passed on")),
    ("answered", gettext_lazy("Answered")),
    ("closed", gettext_lazy("Ended")),
    ("all", gettext_lazy("All")),
)
EMPTY = {
    "mine": (
        gettext_lazy("Nothing waits here"),
        gettext_lazy("New messages from citizens appear by themselves."),
    ),
    "held": (
        gettext_lazy("You hold no case"),
        gettext_lazy("Open a case and take it, or let a colleague give it to you."),
    ),
    "unread": (
        gettext_lazy("Everything is read"),
        gettext_lazy("A case stands here until you open it, and again when its citizen writes again."),
    ),
    "late": (
        gettext_lazy("Nothing is late"),
        gettext_lazy("Every citizen who waits still has an answer coming in time."),
    ),
}
BULK = (
    ("answer_many", gettext_lazy("Answer them"), "send"),
    ("hold_many", gettext_lazy("Interim answer"), "hourglass"),
    ("transfer", gettext_lazy("Pass on"), "arrow-right"),
    ("merge", gettext_lazy("Merge"), "merge"),
    ("close", gettext_lazy("Close"), "archive"),
    ("dismiss", gettext_lazy("Needs no answer"), "ban"),
)


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The list: one view, narrowed by unit or channel, the most overdue first."""
    person, now = looker_of(request), timezone.now()
    view = request.GET.get("view", "mine")
    view = view if view in VIEWS else "mine"
    filters = _filters(request)
    found = queries.page(
        person, view=view, now=now, filters=filters, after=_after(request.GET.get("after", ""))
    )
    counts = queries.counts(person, now=now)
    kept = _kept(filters)
    empty_what, empty_how = EMPTY.get(
        view, (_("Nothing here"), _("No case fits this view and these filters."))
    )
    context = {
        "lead": _lead(counts),
        "views": [
            {
                "label": label,
                "count_text": counts.get(name, ""),
                "current": name == view,
                "url": _address(view=name, **kept),
            }
            for name, label in CHIPS
        ],
        "filters_url": f"{reverse('inbox_filter')}{_address(view=view, **kept)}",
        "filters": _chosen(person, filters, view),
        "rows": case_rows(found.cases, now, unread=reading.unread(person, found.cases)),
        "count_text": "",
        "older_url": _address(view=view, **kept, after=found.after) if found.after else "",
        "newer_url": _address(view=view, **kept) if request.GET.get("after") else "",
        "may_record": may(held(person), "case.record"),
        "bulk": _bulk(person) if view in queries.WORKED else [],
        "bulk_url": reverse("inbox_bulk"),
        "list_url": request.get_full_path(),
        "empty_what": empty_what,
        "empty_how": empty_how,
    }
    return render(request, "inbox/list.html", context)


def _filters(request: HttpRequest) -> queries.Filters:
    affair = request.GET.get("affair", "")
    return queries.Filters(
        unit=whole(request.GET.get("unit")),
        channel=whole(request.GET.get("channel")),
        affair=affair if affair in dict(labelled("affair")) else "",
    )


def _kept(filters: queries.Filters) -> dict[str, Any]:
    """What a list is narrowed to, as its address says it."""
    named = {"unit": filters.unit, "affair": filters.affair, "channel": filters.channel}
    return {name: value for name, value in named.items() if value}


def _address(**given: Any) -> str:
    return "?" + urlencode(given)


def _after(text: str) -> str:
    return text if re.fullmatch(r"-?[0-9]{1,12}-[0-9]{1,18}", text, re.ASCII) else ""


def _lead(counts: dict[str, str]) -> str:
    waiting = _("%(n)s waiting") % {"n": counts["mine"] or 0}
    late = _("%(n)s late") % {"n": counts["late"]}
    return f"{waiting} · {late}" if counts["late"] else waiting


def _chosen(person: Person, filters: queries.Filters, view: str) -> list[dict[str, str]]:
    names = {}
    if filters.unit:
        names["unit"] = units_of(person).filter(pk=filters.unit).values_list("short", flat=True).first()
    if filters.affair:
        names["affair"] = dict(labelled("affair"))[filters.affair]
    if filters.channel:
        names["channel"] = (
            channels_for(person).filter(pk=filters.channel).values_list("name", flat=True).first()
        )
    kept = _kept(filters)
    return [
        {"label": name, "url": _address(view=view, **{k: v for k, v in kept.items() if k != field})}
        for field, name in names.items()
        if name
    ]


def _bulk(person: Person) -> list[dict[str, Any]]:
    return [
        {"verb": verb, "label": label, "icon": icon}
        for verb, label, icon in BULK
        if may(held(person), MANY[verb].right)
    ]


@login_required
def choose_filter(request: HttpRequest) -> HttpResponse:
    """Where the filters of the list are chosen."""
    form = FilterForm(person_of(request), initial=request.GET.dict())
    return render(request, "inbox/filter.html", {"form": form, "view": request.GET.get("view", "mine")})


def _found(person: Person, pk: int) -> Case:
    try:
        return queries.find_case(person, pk)
    except Case.DoesNotExist as error:
        raise Http404 from error


@login_required
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: the conversation, the answer, its facts and the moves that are open to this person."""
    person, now, before = person_of(request), timezone.now(), whole(request.GET.get("before"))
    found = _found(person, pk)
    if request.method == "GET":
        reading.opened(case=found, by=person)
    here = presence.here(found, person, now)
    return render(
        request, "inbox/case.html", {**page.context(found, person, now, before=before), "here": here}
    )


@login_required
@require_GET
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """Who else has this case open now; asked again and again by the page, which so says that it is open here."""
    person = person_of(request)
    found, writing = _found(person, pk), request.GET.get("writing") == "1"
    context = {"here": presence.here(found, person, timezone.now(), writing=writing)}
    return render(request, "inbox/_here.html", context)


@login_required
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb on one case: its form, and doing it."""
    person = person_of(request)
    found = _found(person, pk)
    if verb not in ACTS:
        raise Http404
    chosen = ACTS[verb]
    if chosen.right not in queries.standing(person, found).rights:
        raise PermissionDenied
    if request.method != "POST":
        return render(
            request,
            f"inbox/acts/{verb}.html",
            _asking(found, verb, chosen.asks(found, initial=_initial(request, found))),
        )
    form = chosen.asks(found, request.POST, request.FILES)
    if result := _done(request, chosen, found, form, sound=form.is_valid()):
        _say(request, chosen.done[result[0].state] if isinstance(chosen.done, dict) else chosen.done)
        if chosen.shown:
            context = {**_asking(found, verb, form), **chosen.shown(request, result[0])}
            answer = render(request, f"inbox/acts/{verb}.html", context)
            answer.headers["Cache-Control"] = "no-store"
            return answer
        return _on(person, found, chosen.goes_on(found, result[0]), result[0])
    now_is = _found(person, pk)
    if verb == "answer":
        context = page.context(now_is, person, timezone.now(), answer=form)
        return render(request, "inbox/case.html", context, status=422)
    return render(request, f"inbox/acts/{verb}.html", _asking(now_is, verb, form), status=422)


def _on(person: Person, found: Case, case: int, made: Any) -> HttpResponse:
    """Where a person goes on: to the proof of an answer that they post by hand, else to the case if they see it."""
    delivery = made.delivery if isinstance(made, Reply) and made.state == "leaving" else None
    if delivery and delivery.state == "by_hand" and may_act(person, delivery):
        return redirect("prove", pk=delivery.pk)
    there = Case.objects.filter(queries.seen(person), pk=case).first()
    return redirect("case", pk=there.pk) if there else redirect("inbox")


def _initial(request: HttpRequest, found: Case) -> dict[str, Any]:
    """What a form begins with: what its address says, or what somebody told through a link of this case."""
    given: dict[str, Any] = dict(request.GET.items())
    told = str(given.pop("statement", ""))
    if not told.isdecimal():
        return given
    return given | asking.as_initial(get_object_or_404(Statement, ask__case=found, pk=int(told)))


def _asking(found: Case, verb: str, form: Any) -> dict[str, Any]:
    return {"case": page.named(found), "verb": verb, "verb_label": ACTS[verb].label, "form": form}


def _done(
    request: HttpRequest, chosen: Act, found: Case, form: Form, *, sound: bool, call: str = ""
) -> list[Any]:
    """What the verb gave, alone in a list; empty where the form is not sound or the case refuses.

    The refusal stands on the form, after ``call``. That the case has moved is said on a form that is not sound too:
    shown again, it is a form of the case as it is now.
    """
    person, seen, result = person_of(request), request.POST.get(f"as_of_{found.pk}", ""), []

    def act() -> None:
        try:
            check(chosen, found, as_of=seen, by=person)
            if sound:
                result.append(chosen.perform(found, form.cleaned_data, person, timezone.now()))
        except Refused as refused:
            raise Refused(f"{call}{refused}") from refused
        except ObjectDoesNotExist as error:
            raise Http404 from error

    tried(request, act, done="", form=form)
    return result


@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """One verb on several cases: what it will reach is shown first, then each is done by itself."""
    person, verb = person_of(request), request.POST.get("verb", "")
    if request.method != "POST" or verb not in MANY:
        return redirect("inbox")
    chosen = MANY[verb]
    back = way_back(request, request.POST.get("next", ""), reverse("inbox"))
    reached, left_out = _sorted(person, chosen, [whole(pk) for pk in request.POST.getlist("case")][:50])
    reached, form = _bulk_form(verb, reached, request.POST, person)
    unread = isinstance(form, AnswerManyForm) and form.is_bound and form.is_valid() and not form.was_read
    if form.is_bound and not unread:
        sound = form.is_valid()
        left = [c for c in reached if not _done(request, chosen, c, form, sound=sound, call=f"{c.number}: ")]
        if len(left) < len(reached):
            _say(request, _("%(n)s cases were done.") % {"n": len(reached) - len(left)})
        if sound and not left and not left_out:
            return redirect(back)
        reached, left_out = _sorted(person, chosen, [c.pk for c in (*left, *left_out)])
    context = {
        "verb": verb,
        "verb_label": chosen.label,
        "what": f"{chosen.label}: {len(reached)}",
        "consequence": _("Each of these cases is done by itself and recorded by itself."),
        "cases": [page.named(c) for c in reached],
        "left_out": [
            {"number": c.number, "why": _("its state or your role does not allow it")} for c in left_out
        ],
        "form": form,
        "next": back,
        "preview": _preview(form, reached, data=request.POST) if unread else [],
    }
    refused = form.is_bound and not unread
    return render(request, "inbox/bulk.html", context, status=422 if refused else 200)


def _preview(form: Any, reached: list[Case], *, data: QueryDict) -> list[dict[str, str]]:
    """The first answers filled in, and the mark of their words in the form, so that the next press sends them."""
    form.data = data.copy()
    form.data["previewed"] = form.cleaned_data["mark"]
    return preview(reached, form.cleaned_data["text"], timezone.now())


def _bulk_form(verb: str, reached: list[Case], data: QueryDict, person: Person) -> tuple[list[Case], Form]:
    """The verb's form, and the cases that it will reach: those merged are all but the main one, the oldest."""
    form: type[Form] = MANY[verb].form
    given = data if data.get("sure") else None
    if issubclass(form, AnswerManyForm):
        return reached, form(person, given)
    if issubclass(form, CloseForm):
        closing = form(given)
        closing.of_all(reached)
        return reached, closing
    if verb != "merge" or not reached:
        return reached, form(given)
    into = data.get("into") or merging.main_among(reached).number
    return [case for case in reached if case.number != into], form(given, initial={"into": into})


def _sorted(person: Person, chosen: Act, pks: list[int]) -> tuple[list[Case], list[Case]]:
    cases = list(
        Case.objects.filter(queries.seen(person), pk__in=pks)
        .select_related("lead", "channel__unit")
        .prefetch_related("pauses", "promises")
        .order_by("rank", "pk")
    )
    standings = queries.standings(person, cases)
    reached = [c for c in cases if open_to(chosen, c, standings[c.pk])]
    return reached, [c for c in cases if c not in reached]


def _say(request: HttpRequest, words: Any) -> None:
    """Say what is now true; nothing where the page itself shows it."""
    if words:
        messages.success(request, str(words))
