"""The register of what is still owed: promises by their day, and answered matters that are not settled yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.inbox.clock_rows import promise_line
from mimin.inbox.models import Case, Promise
from mimin.inbox.queries import CAP, seen
from mimin.inbox.rows import title_of
from mimin.inbox.states import PROMISE
from mimin.inbox.terms import terms_of
from mimin.lib import spoken
from mimin.lib.clock import working_left
from mimin.people.looking import looker_of
from mimin.people.models import Person

SIZE = 50
VIEWS = (
    ("promises", gettext_lazy("Promises")),
    ("unsettled", gettext_lazy("Answered, not settled")),
    ("kept", gettext_lazy("Kept")),
    ("moved", gettext_lazy("Put off or taken back")),
)


def promises(person: Person, *states: str) -> QuerySet[Promise]:
    """Promises of cases that the person may see, by their day."""
    rows = Promise.objects.filter(seen(person, "case__"), state__in=states)
    return rows.select_related("case", "case__lead", "unit").order_by("due_at", "pk")


def unsettled(person: Person) -> QuerySet[Case]:
    """Cases that were answered and are not settled, by when they are to be."""
    rows = Case.objects.filter(seen(person), state="answered", settled_at=None, settle_by__isnull=False)
    return rows.select_related("lead").order_by("settle_by", "pk")


def late(person: Person, now: datetime) -> tuple[int, int]:
    """How many promises are past their day, and how many answered cases past their time for settling; at most CAP."""
    broken = promises(person, PROMISE.initial).filter(due_at__lte=now).order_by()[:CAP].count()
    return broken, unsettled(person).filter(settle_by__lte=now).order_by()[:CAP].count()


@dataclass(frozen=True)
class After:
    """Where a page goes on: the moment and the id of its last row."""

    at: datetime
    pk: int

    @classmethod
    def read(cls, text: str) -> After | None:
        """None for what is no place in the list."""
        moment, _dash, pk = text.partition("-")
        if not (moment.isascii() and moment.isdigit() and pk.isascii() and pk.isdigit() and len(text) < 30):
            return None
        return cls(datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(moment)), int(pk))

    @property
    def written(self) -> str:
        """As an address carries it: microseconds and id."""
        return f"{(self.at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)}-{self.pk}"

    def beyond(self, column: str) -> Q:
        """The rows behind it."""
        return Q(**{f"{column}__gt": self.at}) | Q(**{column: self.at, "pk__gt": self.pk})


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """One view of what is owed, by its day: the most overdue first."""
    person, now = looker_of(request), timezone.now()
    view = request.GET.get("view", "promises")
    view = view if view in dict(VIEWS) else "promises"
    after = After.read(request.GET.get("after", ""))
    rows, column = _rows(person, view)
    found: list[Any] = list((rows.filter(after.beyond(column)) if after else rows)[: SIZE + 1])
    last = found[SIZE - 1] if len(found) > SIZE else None
    more = After(getattr(last, column), last.pk).written if last else ""
    return render(
        request,
        "inbox/register.html",
        {
            "views": [
                {"label": label, "url": f"?view={name}", "current": name == view} for name, label in VIEWS
            ],
            "rows": [_row(one, now) for one in found[:SIZE]],
            "older_url": f"?view={view}&after={more}" if more else "",
            "newer_url": f"?view={view}" if after else "",
        },
    )


def _rows(person: Person, view: str) -> tuple[QuerySet[Any], str]:
    if view == "unsettled":
        return unsettled(person), "settle_by"
    states = {"promises": ("open",), "kept": ("kept",), "moved": ("moved", "dropped")}[view]
    return promises(person, *states), "due_at"


def _row(one: Promise | Case, now: datetime) -> dict[str, Any]:
    case = one if isinstance(one, Case) else one.case
    line = {
        "number": case.number,
        "title": title_of(case),
        "url": reverse("case", args=[case.pk]),
        "unit": case.lead.name,
    }
    return line | (_settling(one, now) if isinstance(one, Case) else promise_line(one, now, case.zone))


def _settling(case: Case, now: datetime) -> dict[str, Any]:
    until = case.settle_by
    assert until is not None  # noqa: S101 - the query asks for it
    office = terms_of(case.lead).office
    if now < until:
        words, tone = _("%(span)s left") % {"span": spoken.working(*working_left(now, until, office))}, "warn"
    else:
        words, tone = _("%(span)s late") % {"span": spoken.working(*working_left(until, now, office))}, "bad"
    return {
        "what": "",
        "until": spoken.moment(until, case.zone, weekday=True),
        "state": {"label": words, "tone": tone, "icon": "clock-alert" if tone == "bad" else "clock"},
    }
