"""The numbers of the home page: thirty days of what came in and was answered, and how the promise was kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mimin.inbox import counting
from mimin.inbox.counting import Day, Promised, Span
from mimin.lib import spoken
from mimin.lib.charts import Chart, Series
from mimin.people.models import Person

DAYS = 30
WEEK = timedelta(days=7)


def context(person: Person, now: datetime, zone: str) -> dict[str, Any]:
    """``week`` (label, value, note) and ``flow`` (a chart with its table), both empty where nothing happened."""
    spans = days(now, zone)
    counted = counting.by_day(person, spans)
    if not any(day.arrived or day.answered for day in counted):
        return {"week": [], "flow": None}
    this, before = counting.kept(person, (now - WEEK, now), (now - 2 * WEEK, now - WEEK))
    return {"week": _week(this, before), "flow": _flow(spans, counted, now, zone)}


def days(now: datetime, zone: str) -> list[Span]:
    """The last thirty days of a zone, each from midnight to midnight; the last one is today and goes on yet."""
    midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    edges = [midnight + timedelta(days=place - DAYS + 1) for place in range(DAYS + 1)]
    return list(pairwise(edges))


def _week(this: Promised, before: Promised) -> list[dict[str, str]]:
    share, earlier = _share(this), _share(before)
    of = _("%(n)s of %(of)s") % {"n": _said(this.in_time), "of": _said(this.answered)}
    return [
        {
            "label": _("Within the promised time"),
            "value": share or "–",
            "note": f"{of}\n{_before(earlier)}" if earlier else of,
        },
        {
            "label": _("First answers in seven days"),
            "value": _said(this.answered),
            "note": _before(_said(before.answered)) if before.answered else "",
        },
    ]


def _before(value: str) -> str:
    return spoken.unbroken(_("the week before: %(value)s") % {"value": value})


def _share(kept: Promised) -> str:
    return f"{round(100 * kept.in_time / kept.answered)} %" if kept.answered else ""


def _said(value: float) -> str:
    return number_format(int(value), use_l10n=True, force_grouping=True)


def _flow(spans: list[Span], counted: list[Day], now: datetime, zone: str) -> dict[str, Any]:
    """The chart with its table. A day before the oldest case that Mimin knows was not counted: it is a gap."""
    first = counting.first_day() or now
    known = [day if until > first else None for day, (_since, until) in zip(counted, spans, strict=True)]
    arrived = Series(_("came in"), tuple(day and day.arrived for day in known), "bars")
    answered = Series(_("answered"), tuple(day and day.answered for day in known), "line")
    labels = tuple(spoken.day_month(since, zone) for since, _until in spans)
    return {
        "chart": Chart(
            title=_("Cases that came in and were answered"),
            description=_described(labels, arrived, answered),
            unit=_("cases a day"),
            places=labels,
            series=(arrived, answered),
            unfinished=True,
        ),
        "period": _period(spans, zone),
        "rows": [
            (label, tuple(_said(number) for number in day) if day else ("–", "–"))
            for label, day in zip(labels, known, strict=True)
        ][::-1],
        "measured_at": spoken.moment(now, zone),
        "said": _said,
    }


def _period(spans: list[Span], zone: str) -> str:
    first, last = spans[0][0], spans[-1][0]
    return f"{spoken.day_month(first, zone)} – {spoken.day_month(last, zone)} {last:%Y}"


def _described(labels: tuple[str, ...], arrived: Series, answered: Series) -> str:
    """The chart in a sentence, for whoever cannot see it."""
    numbers = [value or 0 for value in arrived.values]
    return _(
        "From %(first)s to %(last)s: %(arrived)s cases came in, most of them on %(day)s (%(most)s); %(answered)s were "
        "answered for the first time. Today goes on yet."
    ) % {
        "first": labels[0],
        "last": labels[-1],
        "arrived": _said(sum(numbers)),
        "day": labels[numbers.index(max(numbers))],
        "most": _said(max(numbers)),
        "answered": _said(sum(value or 0 for value in answered.values)),
    }
