"""One case as the fields of the national system, for copying, and the two clocks that run for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from mimin.desk.exporting.cases import outgoing
from mimin.desk.exporting.lapor import cells
from mimin.desk.importing.reading import today
from mimin.inbox.models import Case
from mimin.inbox.rows import due_of
from mimin.inbox.tracking import national_deadline
from mimin.lib import spoken

NOT_ENTERED = (
    "Tracking ID",
    "ID Kategori",
    "ID Instansi Terdisposisi",
    "Status Laporan",
    "Isi Laporan Akhir",
)
"""Columns that the national system fills in itself."""
LONG = 80


def fields(case: Case) -> list[dict[str, Any]]:
    """Every field that holds something: label as the national system has it, text, whether it is long, an id."""
    held = cells(outgoing([case], today(), secret=True)[0])
    return [
        {"id": f"lapor-{place}", "label": column, "text": cell, "long": len(cell) > LONG or "\n" in cell}
        for place, (column, cell) in enumerate(held.items())
        if cell and column not in NOT_ENTERED
    ]


def promises(case: Case, now: datetime) -> list[dict[str, str]]:
    """Both clocks: ours for the first answer, and the national system's once the case stands there."""
    lines = []
    left, _tone = due_of(case, now)
    if left and case.due_at:
        lines.append({"label": _("Our first answer"), "value": _until(case, case.due_at), "note": left})
    if national := national_deadline(case):
        over = case.state in ("closed", "dismissed")
        note = "" if over else _left(national, now)
        lines.append({"label": "SP4N-LAPOR!", "value": _until(case, national), "note": note})
    return lines


def _until(case: Case, at: datetime) -> str:
    return spoken.moment(at, case.zone, weekday=True)


def _left(due_at: datetime, now: datetime) -> str:
    span = spoken.span(due_at - now)
    return _("Late by %(span)s") % {"span": span} if due_at < now else _("%(span)s left") % {"span": span}
