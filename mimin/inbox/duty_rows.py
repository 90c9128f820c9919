"""Duty and danger as screens print them: every string is ready, so that a template only prints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.inbox import danger, duty
from mimin.inbox.models import Alarm, Case, Duty
from mimin.inbox.roster import EARLY
from mimin.inbox.rules import Standing
from mimin.inbox.states import ALARM
from mimin.lib import spoken
from mimin.people.models import Person
from mimin.people.queries import held
from mimin.people.rules import Secrecy, may

ALARM_LOOKS: dict[str, tuple[str, str]] = {
    "ringing": ("bad", "bell"),
    "unheard": ("bad", "triangle-alert"),
    "acknowledged": ("ok", "check"),
    "over": ("idle", "minus"),
}
"""state -> tone, icon; its word stands in the flow."""
UNCONFIRMED = gettext_noop("Not confirmed")
ON_HOME = 3


def shift_text(row: Duty) -> str:
    """From when to when, in the unit's zone."""
    first = spoken.moment(row.starts_at, row.unit.zone, weekday=True, year=False)
    return (
        f"{first.rpartition(' ')[0]} – {spoken.moment(row.ends_at, row.unit.zone, weekday=True, year=False)}"
    )


def confirmation(row: Duty, now: datetime) -> dict[str, str]:
    """Whether a shift was handed over and taken over, as a tag."""
    if duty.confirmed(row):
        return {"label": _("Handed over and taken over"), "tone": "ok", "icon": "check-check"}
    if row.taken_at:
        return {"label": _("Taken over, not handed over"), "tone": "warn", "icon": "check"}
    if row.handed_at:
        return {"label": _("Handed over, not taken over"), "tone": "warn", "icon": "hourglass"}
    if row.starts_at > now:
        return {"label": _("Planned"), "tone": "idle", "icon": "calendar-days"}
    return {"label": _(UNCONFIRMED), "tone": "warn", "icon": "triangle-alert"}


def _shift(row: Duty, person: Person, now: datetime, *, reach: bool) -> dict[str, Any]:
    soon = row.starts_at - EARLY <= now < row.ends_at
    own = row.person_id == person.pk
    return {
        "id": row.pk,
        "who": row.person.label,
        "unit": row.unit.name,
        "when_text": shift_text(row),
        "reach": duty.reached(row) if reach else "",
        "tag": confirmation(row, now),
        "now": row.starts_at <= now,
        "hand": soon and not row.handed_at and duty.may_hand_over(person, row),
        "take": soon and own and not row.taken_at,
        "last_reach": duty.last_reach(person) if soon and own else "",
    }


def duty_page(person: Person, now: datetime) -> dict[str, Any]:
    """What inbox/duty/page.html takes: the person's own shifts, and the rosters of the units around them."""
    reach = may(held(person), "case.answer")
    rows = duty.next_shifts(person, now)
    return {
        "own": [_shift(row, person, now, reach=reach) for row in rows if row.person_id == person.pk],
        "rosters": [
            {"unit": unit.name, "shifts": [_shift(row, person, now, reach=reach) for row in group]}
            for unit, group in groupby(rows, key=lambda row: row.unit)
        ],
        "may_plan": may(held(person), "duty.plan"),
    }


def on_home(person: Person, now: datetime) -> dict[str, Any]:
    """For inbox/duty/_alarms.html and _on_duty.html: what nobody has taken on, and who is on duty now; nothing for
    whoever only looks."""
    if not may(held(person), "case.answer"):
        return {"alarms": [], "now": []}
    running = duty.shifts_for(person).filter(starts_at__lte=now, ends_at__gt=now).order_by("unit__path")
    return {
        "alarms": [_alarm_line(alarm) for alarm in danger.alarms_for(person)],
        "now": [_home_line(row, now) for row in running[:ON_HOME]],
    }


def _alarm_line(alarm: Alarm) -> dict[str, Any]:
    secret = alarm.case.secrecy >= Secrecy.SECRET
    title = _("Danger in a confidential case") if secret else danger.title_of_danger(alarm.kind)
    since = spoken.moment(alarm.raised_at, alarm.zone)
    return {
        "icon": "flame", "title": title, "detail": f"{alarm.case.number} · {alarm.case.lead.short} · {since}",
        "url": reverse("case", args=[alarm.case_id]), "tag": alarm_tag(alarm),
    }  # fmt: skip


def _home_line(row: Duty, now: datetime) -> dict[str, Any]:
    until = spoken.moment(row.ends_at, row.unit.zone, year=False)
    detail = _("%(unit)s, until %(when)s") % {"unit": row.unit.short, "when": until}
    return {
        "icon": "moon", "title": _("On duty: %(who)s") % {"who": row.person.label}, "detail": detail,
        "url": reverse("duty"), "tag": confirmation(row, now),
    }  # fmt: skip


def alarm_tag(alarm: Alarm) -> dict[str, str]:
    """The state of an alarm as a tag."""
    tone, icon = ALARM_LOOKS[alarm.state]
    return {"label": _(ALARM.states[alarm.state]), "tone": tone, "icon": icon}


def danger_part(case: Case, standing: Standing, now: datetime) -> dict[str, Any] | None:
    """For inbox/duty/_danger.html: the card, the numbers, who is on duty, and the alarm; None without an alarm."""
    alarm = danger.open_alarm(case)
    if alarm is None:
        return None
    alarm.case = case
    card, waits = danger.card(alarm.kind, case.lead), alarm.state in danger.OPEN
    row = duty.on_duty(case.lead, now)
    return {
        "title": card.title,
        "steps": card.steps,
        "numbers": [
            {"number": number, "name": name, "tel": dialled(number)} for number, name in card.numbers
        ],
        "tag": alarm_tag(alarm),
        "open": waits,
        "detail": _alarm_detail(alarm),
        "may": waits and "alarm.acknowledge" in standing.rights,
        "duty": _on_duty(row, now) if row else None,
    }


def dialled(number: str) -> str:
    """What a phone dials: digits and a leading plus, without an extension."""
    return re.sub(r"(?!^\+)\D", "", re.split(r"ext|eks", number, flags=re.IGNORECASE)[0].strip())


def _alarm_detail(alarm: Alarm) -> str:
    if alarm.state == "acknowledged":
        when = spoken.moment(alarm.state_since, alarm.zone)
        return _("%(who)s took it on, %(when)s") % {"who": alarm.state_by, "when": when}
    since = spoken.moment(alarm.raised_at, alarm.zone)
    if alarm.state == "unheard":
        return _("Everybody in the chain was told since %(when)s, and nobody took it on.") % {"when": since}
    return _("Since %(when)s") % {"when": since}


def _on_duty(row: Duty, now: datetime) -> dict[str, Any]:
    return {
        "who": row.person.label,
        "reach": duty.reached(row),
        "until": spoken.moment(row.ends_at, row.unit.zone, year=False),
        "tag": None if duty.confirmed(row) else confirmation(row, now),
    }


def month_links(
    months: Iterable[tuple[int, int]], chosen: tuple[int, int], unit: int
) -> list[dict[str, Any]]:
    """The months that can be planned, as chips."""
    return [
        {
            "label": spoken.date_words(date(year, month, 1)).partition(" ")[2],
            "url": f"{reverse('duty_plan')}?unit={unit}&month={year}-{month:02d}",
            "current": (year, month) == chosen,
        }
        for year, month in months
    ]
