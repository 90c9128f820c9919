"""The saved replies of Kabupaten Contoh: some for every unit, some of single units."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from mimin.inbox import saving
from mimin.inbox.models import SavedReply
from mimin.people.models import Person, Unit

FILE = Path(__file__).parent / "replies.json"


def keep(units: Mapping[str, Unit], *, by: Person, at: datetime) -> list[SavedReply]:
    """Keep all of them; twice is once."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    return [saving.save(**{**row, "unit": units[row["unit"]]}, by=by, at=at) for row in rows]
