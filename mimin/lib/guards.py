"""Append-only tables: triggers by which the database itself refuses to change, delete or truncate rows.

A guard is raised again whenever it does not stand exactly as written here (``install`` is idempotent and
meant for ``post_migrate``: on SQLite a migration that rebuilds a table silently drops its triggers). A
trigger's name ends in a digest of its text, so that a guard of an older release counts as missing and is
replaced. What a guard refuses is an ``IntegrityError`` with the text "append-only: <table>".

SQLite's ``INSERT OR REPLACE`` deletes rows without firing any DELETE trigger, so there the guard also
refuses an INSERT whose unique columns are taken. On PostgreSQL the triggers fire ALWAYS, in a replica session
too, and TRUNCATE is refused. Whoever owns the database can still take a guard down: that is what the seals of
``mimin.evidence`` are for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from django.db.backends.base.base import BaseDatabaseWrapper

_FUNCTION = "append_only"
_FUNCTION_BODY = """
BEGIN
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
"""
# pg_trigger.tgtype: ROW 1, BEFORE 2, DELETE 8, UPDATE 16, TRUNCATE 32.
_POSTGRES_TYPES = {"update": 1 + 2 + 16, "delete": 1 + 2 + 8, "truncate": 2 + 32}


@dataclass(frozen=True)
class Guard:
    """What a table refuses.

    ``allow_update``: SQL over OLD and NEW that holds for the updates that may pass (None: no update may); a
    condition that comes out NULL refuses. ``allow_delete``: whether rows may go. ``unique``: the columns that
    are each unique by themselves, the primary key among them.
    """

    table: str
    allow_update: str | None = None
    allow_delete: bool = False
    unique: tuple[str, ...] = ("id",)


@dataclass(frozen=True)
class _Trigger:
    """A trigger: its name, the SQL that makes it, and how the database describes it when it stands."""

    name: str
    sql: str
    stands_as: str


def install(connection: BaseDatabaseWrapper, guards: Sequence[Guard]) -> None:
    """Raise every guard that does not stand, on the tables that exist. Idempotent."""
    absent = set(missing(connection, guards))
    for guard in guards:
        standing = _standing(connection, guard.table)
        wanted = _triggers(connection, guard)
        _drop(connection, guard.table, standing.keys() - ({trigger.name for trigger in wanted} - absent))
        if _exists(connection, guard.table):
            _make(connection, [trigger for trigger in wanted if trigger.name in absent])


def remove(connection: BaseDatabaseWrapper, guards: Sequence[Guard]) -> None:
    """Take the guards down, of every release."""
    for guard in guards:
        _drop(connection, guard.table, _standing(connection, guard.table).keys())


def missing(connection: BaseDatabaseWrapper, guards: Sequence[Guard]) -> list[str]:
    """The names of the triggers that must stand and do not, or not as they must."""
    absent = []
    for guard in guards:
        standing = _standing(connection, guard.table)
        wanted = _triggers(connection, guard)
        absent += [trigger.name for trigger in wanted if standing.get(trigger.name) != trigger.stands_as]
    return absent


@contextmanager
def guards_down(connection: BaseDatabaseWrapper, guards: Sequence[Guard]) -> Iterator[None]:
    """Take the guards down for a while: to flush a test's tables, or to test what finds a tampered row."""
    remove(connection, guards)
    try:
        yield
    finally:
        install(connection, guards)


def _triggers(connection: BaseDatabaseWrapper, guard: Guard) -> list[_Trigger]:
    postgres = connection.vendor == "postgresql"
    events = ["update"] if guard.allow_delete else ["update", "delete", "truncate" if postgres else "replace"]
    return [
        _postgres_trigger(guard, event) if postgres else _sqlite_trigger(guard, event) for event in events
    ]


def _condition(guard: Guard, event: str) -> str:
    if event == "replace":
        taken = [f'EXISTS (SELECT 1 FROM "{guard.table}" WHERE "{c}" = NEW."{c}")' for c in guard.unique]  # noqa: S608
        return f" WHEN ({' OR '.join(taken)})"
    if event == "update" and guard.allow_update is not None:
        return f" WHEN (({guard.allow_update}) IS NOT TRUE)"
    return ""


def _name(guard: Guard, event: str, text: str) -> str:
    return f"{guard.table}_no_{event}_{sha256(text.encode()).hexdigest()[:8]}"


def _sqlite_trigger(guard: Guard, event: str) -> _Trigger:
    statement = "INSERT" if event == "replace" else event.upper()
    refuse = f"BEGIN SELECT RAISE(ABORT, 'append-only: {guard.table}'); END"
    text = f'BEFORE {statement} ON "{guard.table}"{_condition(guard, event)} {refuse}'
    name = _name(guard, event, text)
    sql = f'CREATE TRIGGER "{name}" {text}'
    return _Trigger(name, sql, sql)


def _postgres_trigger(guard: Guard, event: str) -> _Trigger:
    each = "STATEMENT" if event == "truncate" else "ROW"
    condition = _condition(guard, event)
    text = (
        f'BEFORE {event.upper()} ON "{guard.table}" FOR EACH {each}{condition} EXECUTE FUNCTION {_FUNCTION}()'
    )
    name = _name(guard, event, text)
    sql = f'CREATE TRIGGER "{name}" {text}; ALTER TABLE "{guard.table}" ENABLE ALWAYS TRIGGER "{name}"'
    return _Trigger(name, sql, _signature(_POSTGRES_TYPES[event], "A", bool(condition), _FUNCTION_BODY))


def _signature(kind: int, enabled: str, conditional: bool, body: str) -> str:
    return f"type {kind}, enabled {enabled}, conditional {conditional}, body {body}"


def _standing(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    """The guards that stand on a table, of every release: name -> description."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, t.tgtype, t.tgenabled, t.tgqual IS NOT NULL, p.prosrc FROM pg_trigger t "
                "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = to_regclass(%s) AND NOT t.tgisinternal",
                [f'"{table}"'],
            )
            found = {row[0]: _signature(*row[1:]) for row in cursor.fetchall()}
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
            )
            found = dict(cursor.fetchall())
    return {name: described for name, described in found.items() if name.startswith(f"{table}_no_")}


def _exists(connection: BaseDatabaseWrapper, table: str) -> bool:
    with connection.cursor() as cursor:
        return table in connection.introspection.table_names(cursor)


def _make(connection: BaseDatabaseWrapper, triggers: Sequence[_Trigger]) -> None:
    with connection.cursor() as cursor:
        if triggers and connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger "
                f"LANGUAGE plpgsql AS $${_FUNCTION_BODY}$$"
            )
        for trigger in triggers:
            cursor.execute(trigger.sql)


def _drop(connection: BaseDatabaseWrapper, table: str, names: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for name in names:
            on_table = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on_table}')
