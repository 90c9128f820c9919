"""The pages of the inbox: parse, ask or act, render."""

from __future__ import annotations

import re
import secrets
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.inbox import actions, page, queries
from mimin.inbox.acts import ACTS
from mimin.inbox.forms import FilterForm, RecordForm
from mimin.inbox.models import Case, Message, Reply
from mimin.inbox.rows import case_rows, title_of
from mimin.inbox.rules import VIEWS
from mimin.inbox.understanding import understanding
from mimin.lib.acting import tried, whole
from mimin.people.asking import person_of
from mimin.people.models import Person
from mimin.people.queries import held, units_of
from mimin.people.rules import may
from mimin.registry.queries import channels_for

CHIPS = (
    ("mine", gettext_lazy("Waiting")),
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
    "late": (
        gettext_lazy("Nothing is late"),
        gettext_lazy("Every citizen who waits still has an answer coming in time."),
    ),
}
BULK = (
    ("transfer", gettext_lazy("Pass on"), "arrow-right"),
    ("dismiss", gettext_lazy("Needs no answer"), "ban"),
)


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The list: one view, narrowed by unit or channel, the most overdue first."""
    person, now = person_of(request), timezone.now()
    view = request.GET.get("view", "mine")
    view = view if view in VIEWS else "mine"
    filters = queries.Filters(unit=whole(request.GET.get("unit")), channel=whole(request.GET.get("channel")))
    found = queries.page(
        person, view=view, now=now, filters=filters, after=_after(request.GET.get("after", ""))
    )
    counts = queries.counts(person, now=now)
    kept = {k: v for k, v in (("unit", filters.unit), ("channel", filters.channel)) if v}
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
        "rows": case_rows(found.cases, now),
        "count_text": "",
        "older_url": _address(view=view, **kept, after=found.after) if found.after else "",
        "newer_url": _address(view=view, **kept) if request.GET.get("after") else "",
        "may_record": may(held(person), "case.record"),
        "bulk": _bulk(person) if view in ("mine", "late", "new") else [],
        "bulk_url": reverse("inbox_bulk"),
        "list_url": request.get_full_path(),
        "empty_what": empty_what,
        "empty_how": empty_how,
    }
    return render(request, "inbox/list.html", context)


def _address(**given: Any) -> str:
    return "?" + urlencode(given)


def _after(text: str) -> str:
    return text if re.fullmatch(r"-?[0-9]{1,12}-[0-9]{1,18}", text, re.ASCII) else ""


def _lead(counts: dict[str, str]) -> str:
    waiting = _("%(n)s waiting") % {"n": counts["mine"] or 0}
    late = _("%(n)s late") % {"n": counts["late"]}
    return f"{waiting} · {late}" if counts["late"] else waiting


def _chosen(person: Person, filters: queries.Filters, view: str) -> list[dict[str, str]]:
    chosen = []
    if filters.unit and (unit := units_of(person).filter(pk=filters.unit).first()):
        rest = {"channel": filters.channel} if filters.channel else {}
        chosen.append({"label": unit.short, "url": _address(view=view, **rest)})
    if filters.channel and (channel := channels_for(person).filter(pk=filters.channel).first()):
        rest = {"unit": filters.unit} if filters.unit else {}
        chosen.append({"label": channel.name, "url": _address(view=view, **rest)})
    return chosen


def _bulk(person: Person) -> list[dict[str, Any]]:
    return [
        {"verb": verb, "label": label, "icon": icon}
        for verb, label, icon in BULK
        if may(held(person), ACTS[verb].right)
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
    person = person_of(request)
    return render(request, "inbox/case.html", page.context(_found(person, pk), person, timezone.now()))


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
            request, f"inbox/acts/{verb}.html", _asking(found, verb, chosen.form(initial=_initial(request)))
        )
    form, result = chosen.form(request.POST), []
    if form.is_valid() and tried(
        request,
        lambda: result.append(_perform(verb, found, form.cleaned_data, person)),
        done="",
        form=form,
    ):
        _say(request, chosen.done[result[0].state] if isinstance(chosen.done, dict) else chosen.done)
        if verb == "reveal":
            return render(
                request, "inbox/acts/reveal.html", {**_asking(found, verb, form), "revealed": result[0]}
            )
        return (
            redirect("case", pk=pk)
            if Case.objects.filter(queries.seen(person), pk=pk).exists()
            else redirect("inbox")
        )
    if verb == "answer":
        context = page.context(_found(person, pk), person, timezone.now(), answer=form)
        return render(request, "inbox/case.html", context, status=422)
    return render(request, f"inbox/acts/{verb}.html", _asking(found, verb, form), status=422)


def _initial(request: HttpRequest) -> dict[str, Any]:
    return dict(request.GET.items())


def _asking(found: Case, verb: str, form: Any) -> dict[str, Any]:
    case = {"pk": found.pk, "number": found.number, "title": title_of(found)}
    return {"case": case, "verb": verb, "verb_label": ACTS[verb].label, "form": form}


def _perform(verb: str, found: Case, data: dict[str, Any], person: Person) -> Any:
    try:
        return ACTS[verb].perform(found, data, person, timezone.now())
    except (Message.DoesNotExist, Reply.DoesNotExist) as error:
        raise Http404 from error


@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """One verb on several cases: what it will reach is shown first, then each is done by itself."""
    person, verb = person_of(request), request.POST.get("verb", "")
    if request.method != "POST" or verb not in {name for name, *_rest in BULK}:
        return redirect("inbox")
    chosen = ACTS[verb]
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    back = back if safe else reverse("inbox")
    reached, left_out = _sorted(person, verb, [whole(pk) for pk in request.POST.getlist("case")][:50])
    form = chosen.form(request.POST if request.POST.get("sure") else None)
    if request.POST.get("sure") and form.is_valid():
        done = sum(
            tried(request, lambda c=c: _perform(verb, c, form.cleaned_data, person), done="")  # type: ignore[misc]
            for c in reached
        )
        _say(request, _("%(n)s cases were done.") % {"n": done})
        return redirect(back)
    context = {
        "verb": verb,
        "verb_label": chosen.label,
        "what": f"{chosen.label}: {len(reached)}",
        "consequence": _("Each of these cases is done by itself and recorded by itself."),
        "cases": [{"id": c.pk, "number": c.number, "title": title_of(c)} for c in reached],
        "left_out": [
            {"number": c.number, "why": _("its state or your role does not allow it")} for c in left_out
        ],
        "form": form,
        "next": back,
    }
    return render(request, "inbox/bulk.html", context)


def _sorted(person: Person, verb: str, pks: list[int]) -> tuple[list[Case], list[Case]]:
    cases = list(
        Case.objects.filter(queries.seen(person), pk__in=pks)
        .select_related("lead", "channel__unit")
        .order_by("rank", "pk")
    )
    reached = [c for c in cases if verb in page.verbs(c, queries.standing(person, c))]
    return reached, [c for c in cases if c not in reached]


def _say(request: HttpRequest, words: Any) -> None:
    """Say what is now true; nothing where the page itself shows it."""
    if words:
        messages.success(request, str(words))


@login_required
def record(request: HttpRequest) -> HttpResponse:
    """Write down what a citizen said; the form carries a key, so that a double click makes one case."""
    person = person_of(request)
    if not may(held(person), "case.record"):
        raise PermissionDenied
    form = RecordForm(
        person,
        request.POST or None,
        initial={"key": secrets.token_hex(12), "channel": request.GET.get("channel")},
    )
    if request.method == "POST" and form.is_valid():
        made: list[Case] = []
        if tried(
            request,
            lambda: made.append(_recorded(form.cleaned_data, person)),
            done=_("The case is recorded."),
            form=form,
        ):
            visible = Case.objects.filter(queries.seen(person), pk=made[0].pk).exists()
            return redirect("case", pk=made[0].pk) if visible else redirect("inbox")
    return render(
        request, "inbox/record.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


def _recorded(data: dict[str, Any], person: Person) -> Case:
    now = timezone.now()
    return actions.record_by_hand(
        channel=data["channel"],
        text=data["text"],
        author=data["author"],
        link=data["link"],
        sent_at=data["sent_at"] or now,
        key=data["key"],
        understand=understanding(),
        by=person,
        at=now,
    )
