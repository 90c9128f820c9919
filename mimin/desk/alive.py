"""Whether a worker is alive: when each of its routines ran last, kept in a row of the database that outlives it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from mimin.desk.models import RoutineRun
from mimin.lib import spoken
from mimin.lib.work import ROUTINES, Routine

SILENT_AFTER = timedelta(minutes=5)
"""A worker runs something each minute; after so long without anything there is none that looks for what is due."""


def ran(name: str, *, at: datetime, error: str = "") -> None:
    """Note that a routine ran, and what went wrong with it."""
    RoutineRun.objects.update_or_create(name=name, defaults={"at": at, "error": error[:500]})


def alive(now: datetime) -> bool | None:
    """Whether any routine ran a moment ago; None where none ever has."""
    last = RoutineRun.objects.order_by("-at").values_list("at", flat=True).first()
    return None if last is None else now - last < SILENT_AFTER


def no_worker(now: datetime) -> str:
    """That no worker is alive, what to do and who can; "" while one is."""
    last = RoutineRun.objects.order_by("-at").first()
    if last and now - last.at < SILENT_AFTER:
        return ""
    when = spoken.moment(last.at) if last else _("never yet")
    return _(
        "No worker is alive (last sign: %(when)s): nothing is sent, heard or sealed, and nothing is lost. Whoever runs "
        "this server starts Mimin again, or a worker with “mimin work”."
    ) % {"when": when}


def lines(now: datetime) -> list[dict[str, Any]]:
    """Each routine with its last run, for parts/lines.html."""
    runs = RoutineRun.objects.in_bulk([routine.name for routine in ROUTINES])
    return [_line(routine, runs.get(routine.name), now) for routine in ROUTINES]


def _line(routine: Routine, last: RoutineRun | None, now: datetime) -> dict[str, Any]:
    words = [_("every %(span)s") % {"span": spoken.span(routine.every)}]
    words.append(_("last run %(when)s") % {"when": spoken.moment(last.at)} if last else _("never ran"))
    if last and last.error:
        words.append(_("error: %(error)s") % {"error": last.error[:200]})
    return {
        "icon": "refresh-cw", "title": _(routine.label or routine.name), "detail": " · ".join(words), "url": "",
        "tag": _tag(routine, last, now),
    }  # fmt: skip


def _tag(routine: Routine, last: RoutineRun | None, now: datetime) -> dict[str, str]:
    if last is None or now - last.at > 2 * routine.every + SILENT_AFTER:
        return {"label": _("Does not run"), "tone": "bad", "icon": "clock-alert"}
    if last.error:
        return {"label": _("Failed"), "tone": "bad", "icon": "triangle-alert"}
    return {"label": _("In order"), "tone": "ok", "icon": "check"}
