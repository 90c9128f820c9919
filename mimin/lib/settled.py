"""Up to which id a table that only grows is complete: ids commit out of order on PostgreSQL."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection


def settled_to(table: str, *, patience: timedelta = timedelta(seconds=1)) -> int | None:
    """The highest id such that every row up to it is visible to the next statement or will never exist.

    On SQLite, inside a transaction that began IMMEDIATE, that is the highest id. On PostgreSQL an id is drawn
    before its transaction commits, so this waits until every transaction that was writing to the table when
    the highest id was read has ended: such a transaction holds the table's ROW EXCLUSIVE lock from before it
    draws an id until its end, and ``pg_locks`` shows that to every role. None where a writer takes longer
    than ``patience``.
    """
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT COALESCE(MAX(id), 0) FROM "{table}"')  # noqa: S608
        highest: int = cursor.fetchone()[0]
    if connection.vendor != "postgresql":
        return highest
    writing = _writers(table)
    give_up = time.monotonic() + patience.total_seconds()
    while writing:
        if time.monotonic() > give_up:
            return None
        time.sleep(0.01)
        writing &= _writers(table)
    return highest


def _writers(table: str) -> set[str]:
    """The other transactions that hold the lock of a writer on the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted "
            "AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid() "
            "AND relation = to_regclass(%s) "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [f'"{table}"'],
        )
        return {row[0] for row in cursor.fetchall()}
