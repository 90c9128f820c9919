"""The data that Mimin brings along to read Indonesian: JSON files in ``data/``, each read once. Pure Python."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def packaged(name: str) -> Any:
    """The content of ``data/<name>.json``. Nobody may change it."""
    return json.loads(resources.files("mimin.language").joinpath(f"data/{name}.json").read_text("utf-8"))
