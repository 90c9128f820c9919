"""Moving a running installation from SQLite to PostgreSQL: copied while it works, brought up to date in a short pause.

The pause is SQLite's own write lock: whoever writes waits. In it, what changed since the copy is carried over, counts
and hashes of both sides are compared, and every table here is closed, so that nothing can be written to the place that
was left. Either all of it is true at its end, or nothing has changed here and the other side is empty again.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _
from psycopg import sql

from mimin.desk import backup_sqlite
from mimin.desk.backup_file import Refusal
from mimin.lib.store import CLOSED
from mimin.people.models import Person, Unit

Tell = Callable[[str, int, int], None]
Row = tuple[Any, ...]

_BATCH = 2000  # rows between two looks at the progress
_WAIT = 60.0  # seconds for the write lock
_MADE_THERE = "django_migrations"
"""Each database has its own list of the migrations that made it."""


@dataclass(frozen=True)
class Table:
    """A table on both sides: its columns (those that PostgreSQL computes left out), their types there, its key."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: tuple[str, ...]

    def select(self, schema: str = "main") -> str:
        """All rows, in SQLite's words."""
        columns = ", ".join(f'"{column}"' for column in self.columns)
        return f'SELECT {columns} FROM {schema}."{self.name}"'  # noqa: S608


@dataclass(frozen=True)
class Moved:
    """What was moved: rows and hash (hex) by table, and for how long nobody could write, in seconds."""

    tables: dict[str, tuple[int, str]]
    paused: float
    late: int
    """Rows that were written, changed or removed while the copy was made."""

    @property
    def rows(self) -> int:
        return sum(count for count, _hash in self.tables.values())


def move(url: str, *, tell: Tell) -> Moved:
    """Move everything to the empty PostgreSQL database of ``url``.

    Raises Refusal with what to do where this is no SQLite installation, the target is not reached or not empty, or the
    two sides differ at the end.
    """
    live = _live()
    _make_tables(url)
    with tempfile.TemporaryDirectory(prefix=".moving-", dir=settings.HOME) as folder, _open(url) as there:
        copy = Path(folder) / "copy.sqlite3"
        backup_sqlite.copy(copy, lambda done, total: tell(_("Copy"), done, total))
        with closing(sqlite3.connect(copy)) as here:
            tables = _tables(here, there)
            sums = {table.name: _carry(table, here, there, tell) for table in tables}
            for table in tables:
                tell(_("Compare"), tables.index(table) + 1, len(tables))
                _same(table, sums[table.name], _hashed(table, _rows_there(table, there)))
        return _caught_up(live, copy, tables, sums, there)


def reopen() -> None:
    """Let SQLite be written to again, after a move that nobody kept: what was written elsewhere stays there."""
    with closing(sqlite3.connect(_live(), timeout=_WAIT, isolation_level=None)) as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'closed!_%' ESCAPE '!'"
        ).fetchall():
            db.execute(f'DROP TRIGGER "{name}"')


def _live() -> Path:
    db = connections["default"]
    if db.vendor != "sqlite":
        raise Refusal(_("This installation is on PostgreSQL already."))
    live = Path(str(db.settings_dict["NAME"]))
    if not live.exists():
        raise Refusal(_("There is no database at %(path)s yet.") % {"path": live})
    return live


@contextmanager
def _open(url: str) -> Iterator[psycopg.Connection]:
    try:
        with closing(psycopg.connect(url.replace("postgis://", "postgres://"))) as there:
            there.execute("SET TIME ZONE 'UTC'")
            there.commit()
            yield there
    except psycopg.Error as error:
        raise Refusal(_("PostgreSQL refused: %(said)s") % {"said": str(error).strip()[:500]}) from error


def _make_tables(url: str) -> None:
    """Make the tables there, by the program itself; no unit and nobody may stand there before."""
    with _open(url) as there:
        for model in (Unit, Person):
            name = model._meta.db_table
            if there.execute("SELECT to_regclass(%s)", [name]).fetchone() == (None,):
                continue
            if there.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(name))).fetchone():
                raise Refusal(_("The database there is not empty. Make a new one, or empty it."))
    environment = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "-m", "mimin.program", "migrate", "--no-input", "--verbosity=0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Refusal(
            _("The tables could not be made there: %(said)s") % {"said": done.stderr.strip()[-500:]}
        )


def _tables(here: sqlite3.Connection, there: psycopg.Connection) -> list[Table]:
    """Every table that stands on both sides, in the order of names."""
    names = [
        name
        for (name,) in here.execute("SELECT name FROM pragma_table_list WHERE schema='main' AND type='table'")
        if not name.startswith("sqlite_") and name != _MADE_THERE
    ]
    found = []
    for name in sorted(names):
        info = here.execute(f'PRAGMA table_info("{name}")').fetchall()
        types: dict[str, str] = dict(
            there.execute(
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
                "AND table_name = %s AND is_generated = 'NEVER'",
                [name],
            ).fetchall()
        )
        columns = tuple(row[1] for row in info)
        if missing := [column for column in columns if column not in types]:
            raise Refusal(
                _("The other side has no place for %(table)s: %(columns)s.")
                % {"table": name, "columns": ", ".join(missing)}
            )
        key = tuple(row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]) or columns
        found.append(Table(name, columns, tuple(types[column] for column in columns), key))
    return found


# What a row is on both sides


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _plain(value: Any, kind: str) -> Any:
    """A value of either side in one form, such as a time in microseconds since 1970."""
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    if kind.startswith("timestamp"):
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH) // _EPOCH.resolution
    if kind == "jsonb":
        return dumps(loads(value), sort_keys=True)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if isinstance(value, int | float) else str(value)


def _hash(table: Table, row: Row) -> int:
    said = [_plain(value, kind) for value, kind in zip(row, table.types, strict=True)]
    return int.from_bytes(
        sha256(dumps([table.name, said], ensure_ascii=False).encode("utf-8", "replace")).digest()
    )


class _Sum:
    """Rows counted, and their hashes added: the order of the rows does not matter, every value of every row does."""

    def __init__(self) -> None:
        self.count, self.total = 0, 0

    def add(self, table: Table, row: Row, sign: int = 1) -> None:
        self.count += sign
        self.total = (self.total + sign * _hash(table, row)) % 2**256

    @property
    def told(self) -> tuple[int, str]:
        return self.count, f"{self.total:064x}"


def _hashed(table: Table, rows: Iterable[Row]) -> _Sum:
    made = _Sum()
    for row in rows:
        made.add(table, row)
    return made


def _rows_there(table: Table, there: psycopg.Connection, keys: Sequence[Row] | None = None) -> Iterator[Row]:
    columns = sql.SQL(", ").join(
        sql.SQL("{}::text").format(sql.Identifier(column)) if kind == "jsonb" else sql.Identifier(column)
        for column, kind in zip(table.columns, table.types, strict=True)
    )
    query = sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(table.name))
    if keys is None:
        with there.cursor(name="all_rows") as cursor:
            cursor.itersize = _BATCH
            yield from cursor.execute(query)
        return
    where = query + sql.SQL(" WHERE {}").format(_key_is(table))
    for key in keys:
        yield from there.execute(where, key)


def _key_is(table: Table) -> sql.Composed:
    return sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in table.key)


def _key_of(table: Table, row: Row) -> Row:
    return tuple(row[table.columns.index(column)] for column in table.key)


# Carrying


def _carry(table: Table, here: sqlite3.Connection, there: psycopg.Connection, tell: Tell) -> _Sum:
    """Copy a table whole; what the making of the tables put there gives way."""
    total = here.execute(f'SELECT COUNT(*) FROM "{table.name}"').fetchone()[0]  # noqa: S608
    name = sql.Identifier(table.name)
    if there.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(name)).fetchone() == (True,):
        there.execute(sql.SQL("SET CONSTRAINTS ALL DEFERRED"))
        there.execute(sql.SQL("DELETE FROM {}").format(name))
    made = _Sum()
    with there.cursor() as cursor, cursor.copy(_copying(table)) as sink:
        for row in here.execute(table.select()):
            sink.write_row(_given(table, row))
            made.add(table, row)
            if made.count % _BATCH == 0 or made.count == total:
                tell(table.name, made.count, total)
    _number_on(table, there)
    return made


def _copying(table: Table) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)


def _given(table: Table, row: Row) -> Row:
    """A row of SQLite as PostgreSQL takes it: its booleans are numbers here."""
    return tuple(
        bool(value) if kind == "boolean" and value is not None else value
        for value, kind in zip(row, table.types, strict=True)
    )


def _number_on(table: Table, there: psycopg.Connection) -> None:
    """The next row there gets the next number."""
    for column in table.key:
        found = there.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', column]).fetchone()
        if found and found[0]:
            last = sql.SQL("SELECT setval(%s, GREATEST((SELECT COALESCE(MAX({}), 0) FROM {}), 1))")
            there.execute(last.format(sql.Identifier(column), sql.Identifier(table.name)), [found[0]])


def _same(table: Table, here: _Sum, there: _Sum) -> None:
    if here.told != there.told:
        raise Refusal(
            _(
                "%(table)s is not the same on both sides: %(here)s rows here, %(there)s there. Nothing was moved."
            )
            % {"table": table.name, "here": here.count, "there": there.count}
        )


def _caught_up(
    live: Path, copy: Path, tables: Sequence[Table], sums: dict[str, _Sum], there: psycopg.Connection
) -> Moved:
    """The pause: what is late is carried, compared, and the place that is left is closed."""
    with closing(sqlite3.connect(live, timeout=_WAIT, isolation_level=None)) as db:
        db.execute("ATTACH ? AS copied", [str(copy)])
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise Refusal(_("Somebody writes for very long; try again in a minute.")) from error
        began = time.monotonic()
        try:
            there.execute("SET CONSTRAINTS ALL DEFERRED")
            late = sum(_catch_up(table, db, there, sums[table.name]) for table in tables)
            for table in tables:
                count = db.execute(f'SELECT COUNT(*) FROM main."{table.name}"').fetchone()[0]  # noqa: S608
                other = there.execute(
                    sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(table.name))
                ).fetchone()
                if (count, other) != (sums[table.name].count, (count,)):
                    raise Refusal(_("%(table)s changed while it was compared.") % {"table": table.name})
            _close(db, tables)
            there.commit()
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
    return Moved({name: found.told for name, found in sums.items()}, time.monotonic() - began, late)


def _catch_up(table: Table, db: sqlite3.Connection, there: psycopg.Connection, made: _Sum) -> int:
    """Carry the rows of a table that are not as they were copied; how many."""
    now, then = table.select("main"), table.select("copied")
    gone = db.execute(f"{then} EXCEPT {now}").fetchall()
    come = db.execute(f"{now} EXCEPT {then}").fetchall()
    if not gone and not come:
        return 0
    kept = {_key_of(table, row) for row in come}
    name = sql.Identifier(table.name)
    for row in gone:
        made.add(table, row, -1)
        if _key_of(table, row) not in kept:
            there.execute(
                sql.SQL("DELETE FROM {} WHERE {}").format(name, _key_is(table)), _key_of(table, row)
            )
    before = {_key_of(table, row) for row in gone}
    for row in come:
        made.add(table, row)
        there.execute(_put(table, known=_key_of(table, row) in before), _values(table, row, before))
    _number_on(table, there)
    read_back = _hashed(table, _rows_there(table, there, [_key_of(table, row) for row in come]))
    _same(table, _hashed(table, come), read_back)
    return len(before | kept)


def _put(table: Table, *, known: bool) -> sql.Composed:
    name, columns = sql.Identifier(table.name), [sql.Identifier(column) for column in table.columns]
    if known:
        changes = sql.SQL(", ").join(
            sql.SQL("{} = %s::{}").format(column, sql.SQL(kind))
            for column, kind in zip(columns, table.types, strict=True)
        )
        return sql.SQL("UPDATE {} SET {} WHERE {}").format(name, changes, _key_is(table))
    values = sql.SQL(", ").join(sql.SQL("%s::{}").format(sql.SQL(kind)) for kind in table.types)
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(name, sql.SQL(", ").join(columns), values)


def _values(table: Table, row: Row, before: set[Row]) -> Row:
    key = _key_of(table, row)
    return (*_given(table, row), *key) if key in before else _given(table, row)


def _close(db: sqlite3.Connection, tables: Sequence[Table]) -> None:
    """From now on nothing is written here: whoever still works on this database is told that it moved."""
    for table in tables:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            db.execute(
                f'CREATE TRIGGER "closed_{table.name}_{verb.lower()}" BEFORE {verb} ON main."{table.name}" '
                f"BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
            )
