"""What must stand in the database beside the tables: append-only guards and search indexes."""

from __future__ import annotations

from typing import Any

from django.db import connections

from mimin.evidence.guards import GUARDS
from mimin.inbox.models import SEARCH
from mimin.lib import guards, store


def install(using: str = "default", **_: Any) -> None:
    """Put every guard and index in its place; idempotent. Called after every migration."""
    db = connections[using]
    guards.install(db, GUARDS)
    store.install_search(db, SEARCH)


def missing(using: str = "default") -> list[str]:
    """The names of what should stand and does not; empty when the database is whole."""
    db = connections[using]
    return [*guards.missing(db, GUARDS), *store.missing_search(db, SEARCH)]
