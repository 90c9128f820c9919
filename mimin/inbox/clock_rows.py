"""The clocks of a case, its promise and its proof, as its page prints them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.inbox.closing import BECAUSE
from mimin.inbox.left import left, span
from mimin.inbox.models import Case, Pause, Promise, Proof
from mimin.inbox.pausing import REASONS
from mimin.inbox.rows import masked, state_of
from mimin.inbox.rules import deadline
from mimin.inbox.states import PROMISE
from mimin.inbox.terms import terms_of
from mimin.inbox.tracking import national_deadline
from mimin.lib import spoken
from mimin.lib.clock import Calendar

PROMISE_LOOKS: dict[str, tuple[str, str]] = {
    "open": ("info", "calendar-days"),
    "kept": ("ok", "check"),
    "moved": ("warn", "history"),
    "dropped": ("idle", "x"),
}
"""state of a promise -> tone, icon."""


@dataclass(frozen=True)
class Clock:
    """One promised time: until when, when it was kept (None: not yet), and what stands in its way ("" nothing)."""

    label: str
    due: datetime
    met: datetime | None = None
    stands: str = ""


def clocks(case: Case) -> list[Clock]:
    """The clocks of a case: verified, answered, settled; then that of the national system."""
    found = []
    if case.due_from:
        then = terms_of(case.channel.unit, on=timezone.localdate(case.due_from))
        found.append(Clock(_("Verified"), then.verified_by(case.due_from), case.verified_at))
    if case.due_at:
        found.append(Clock(_("First answer"), case.due_at, case.answered_at))
    if (again := deadline(case.rank)) and case.answered_at:
        found.append(Clock(_("Next answer"), again))
    if case.settle_by:
        found.append(Clock(_("Settled"), case.settle_by, case.settled_at, _stands(case)))
    if national := national_deadline(case):
        found.append(Clock("SP4N-LAPOR!", national, case.settled_at))
    return found


def _stands(case: Case) -> str:
    """Why the clock of settling does not run though nothing is settled."""
    if case.settled_at:
        return ""
    if pause := next((one for one in case.pauses.all() if one.until is None), None):
        since = spoken.moment(pause.since, case.zone)
        why = ": ".join(filter(None, (_(REASONS[pause.reason]), masked(pause.note))))
        return _("stands still since %(when)s: %(why)s") % {"when": since, "why": why}
    return _("a day is promised") if case.state == "scheduled" else ""


def context(case: Case, now: datetime, shown: Callable[[str], str]) -> dict[str, Any]:
    """What inbox/_clocks.html and inbox/_promises.html take; ``shown`` is how the person may read what was typed."""
    return {
        "clocks": clock_lines(case, now),
        "rests": _rests(case),
        "pauses": [_pause(one, case.zone, shown) for one in case.pauses.all() if one.until],
        "promises": [promise_line(one, now, case.zone, shown) for one in reversed(case.promises.all())],
        "proofs": [_proof(one, case, shown) for one in case.proofs.select_related("capture")],
    }


def clock_lines(case: Case, now: datetime) -> list[dict[str, str]]:
    """Each clock of a case with its words: label, text, tone, due, note."""
    office = terms_of(case.lead).office
    return [_line(one, now, office, case.zone) for one in clocks(case)]


def _line(clock: Clock, now: datetime, office: Calendar, zone: str) -> dict[str, str]:
    due = spoken.moment(clock.due, zone, weekday=True)
    if clock.met:
        kept = clock.met <= clock.due
        text = _("kept") if kept else _("%(span)s late") % {"span": span(clock.due, clock.met, office)}
        note = spoken.moment(clock.met, zone)
        return {"label": clock.label, "text": text, "tone": "ok" if kept else "bad", "due": due, "note": note}
    if clock.stands:
        return {"label": clock.label, "text": clock.stands, "tone": "idle", "due": due, "note": ""}
    text, tone = left(clock.due, now, office)
    return {"label": clock.label, "text": text, "tone": tone, "due": due, "note": ""}


def _rests(case: Case) -> str:
    if case.closed_because:
        return _(BECAUSE[case.closed_because])
    if case.rests_until is None:
        return ""
    until = spoken.moment(case.rests_until, case.zone, weekday=True)
    return _("Closes by itself on %(when)s if the citizen stays silent.") % {"when": until}


def _pause(pause: Pause, zone: str, shown: Callable[[str], str]) -> str:
    span = f"{spoken.moment(pause.since, zone)} – {spoken.moment(pause.until, zone) if pause.until else ''}"
    return " · ".join(filter(None, (_(REASONS[pause.reason]), shown(pause.note), span, pause.by)))


def promise_line(
    promise: Promise, now: datetime, zone: str, shown: Callable[[str], str] = masked
) -> dict[str, Any]:
    """A promise with its day, and whether the day is over. Lists show it masked, to everybody."""
    is_open = promise.state == PROMISE.initial
    late = is_open and now >= promise.due_at
    state = state_of(PROMISE, PROMISE_LOOKS, promise.state)
    if late:
        state = {"label": _("Its day is over"), "tone": "bad", "icon": "clock-alert"}
    elif promise.state == "kept" and promise.state_since >= promise.due_at:
        when = spoken.date_words(promise.state_since.astimezone(ZoneInfo(zone)).date())
        state = {"label": _("Kept late, on %(day)s") % {"day": when}, "tone": "warn", "icon": "check"}
    return {
        "what": shown(promise.what),
        "who": promise.who,
        "until": spoken.weekday_date(promise.until),
        "budget": _("Budget of %(year)s") % {"year": promise.budget_year} if promise.budget_year else "",
        "why": shown(promise.why),
        "made": f"{promise.made_by} · {spoken.moment(promise.made_at, zone)}",
        "state": state,
        "open": is_open,
    }


def _proof(proof: Proof, case: Case, shown: Callable[[str], str]) -> dict[str, str]:
    return {
        "text": shown(proof.text),
        "url": proof.url,
        "photo": reverse("proof_photo", args=[case.pk, proof.pk]) if proof.capture_id else "",
        "detail": f"{proof.by} · {spoken.moment(proof.at, case.zone)}",
    }
