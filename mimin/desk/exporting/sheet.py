"""One case as the fields of the national system, for copying, and the two clocks that run for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mimin.desk.exporting.cases import outgoing
from mimin.desk.exporting.lapor import cells
from mimin.desk.importing.reading import today
from mimin.inbox.clock_rows import clock_lines
from mimin.inbox.models import Case

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
    """Our clocks and, once the case stands there, the national system's: as the case's page shows them."""
    return [{"label": c["label"], "value": c["due"], "note": c["text"]} for c in clock_lines(case, now)]
