"""What the tests of evidence are made of."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mimin.evidence.actions import record_many
from mimin.evidence.format import Actor, Entry, Subject
from mimin.evidence.models import Record

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text())
AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ADMIN = Actor(12, "Admin Dinas PU")
PPID = Actor(3, "PPID Kabupaten Contoh")


def entry(number: int = 1, **changes: Any) -> Entry:
    """A transfer of case ``number``."""
    values = {
        "kind": "case.transferred",
        "subject": Subject("case", number, f"KC-2026-{number:05}"),
        "by": ADMIN,
        "at": AT + timedelta(seconds=number),
        "facts": {"from": "PU", "to": "DLH", "note": f"bukan kewenangan kami ({number})"},
    }
    return Entry(**{**values, **changes})


def recorded(*numbers: int) -> list[Record]:
    """Records of the transfers of these cases."""
    return record_many(entry(number) for number in numbers)
