"""Copies of the database at several sizes, measured in turns in one run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connection

from mimin.lib.store import on_postgres


class Copies:
    """The database as it stood at each size; ``turn_to`` makes one of them the database."""

    def __init__(self) -> None:
        self.main = str(connection.settings_dict["NAME"])
        self.kept: dict[int, str] = {}

    def keep(self, size: int) -> None:
        """Keep a copy of the database as it stands now."""
        connection.close()
        self.kept[size] = _copied(self.main, size)

    def turn_to(self, size: int) -> None:
        """From now on every query goes to the copy of this size."""
        self._point(self.kept[size])

    def _point(self, name: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = name

    def drop(self) -> None:
        """Take every copy away; the database is again the one that was configured."""
        self._point(self.main)
        for name in self.kept.values():
            if on_postgres():
                with maintenance() as there:
                    there.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            else:
                for ending in ("", "-wal", "-shm"):
                    with suppress(FileNotFoundError):
                        Path(f"{name}{ending}").unlink()


def _copied(main: str, size: int) -> str:
    name = f"{main}_{size}"
    if on_postgres():
        with maintenance() as there:
            there.execute(f'CREATE DATABASE "{name}" TEMPLATE "{main}"')
        return name
    with sqlite3.connect(main) as source, sqlite3.connect(name) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    return name


@contextmanager
def maintenance() -> Iterator[Any]:
    """A connection to the same server beside the database, which nobody else may use while it is copied."""
    import psycopg

    known = connection.settings_dict
    given = {
        "host": known["HOST"],
        "port": known["PORT"],
        "user": known["USER"],
        "password": known["PASSWORD"],
    }
    there = psycopg.connect(dbname="postgres", autocommit=True, **{k: v for k, v in given.items() if v})
    try:
        yield there
    finally:
        there.close()
