"""Whether this installation can do its work now, for whoever sends work here: the names of what lacks, nothing else."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from mimin.desk import watching
from mimin.desk.alive import alive

NO_ROOM = 100_000_000
"""Bytes: with less than that free nothing more should be sent here."""
Name = tuple[str, str]


def lacking(now: datetime) -> list[str]:
    """What is not as it must be: database, migrations, worker, room; nothing where all is ready. Writes nothing."""
    try:
        found = [] if _of_this_release() <= _applied() else ["migrations"]
        found += [] if alive(now) else ["worker"]
    except DatabaseError:
        found = ["database"]
    return found + (["room"] if watching.short_of_room(NO_ROOM) else [])


@lru_cache(maxsize=1)
def _of_this_release() -> frozenset[Name]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _applied() -> frozenset[Name]:
    return frozenset(MigrationRecorder(connection).applied_migrations())
