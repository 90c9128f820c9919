"""What differs between SQLite and PostgreSQL: locks, search, and what a full disk says.

Nothing else in Mimin asks which database it runs on.
"""

from __future__ import annotations

import errno
import re
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

Row = TypeVar("Row", bound=models.Model)


def on_postgres() -> bool:
    """Whether the default database is PostgreSQL (else it is SQLite)."""
    return connection.vendor == "postgresql"


def lock(name: str) -> None:
    """Hold the named lock until the transaction ends. Call inside ``transaction.atomic``.

    On SQLite a transaction begins IMMEDIATE and is alone already.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"the lock {name!r} needs a transaction around it")
    if on_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])


_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE, "53100")
"""What SQLite and PostgreSQL (SQLSTATE disk_full) call it."""
_ROOM = 256 * 1024
_FILLING = {
    "postgresql": ("CREATE TEMP TABLE mimin_room AS SELECT repeat('x', 1024) FROM generate_series(1, 256)",),
    "sqlite": ("CREATE TABLE mimin_room (x)", "INSERT INTO mimin_room VALUES (zeroblob(262144))"),
}


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what led to it, says that a disk is full: the database's or that of a file."""
    while error is not None:
        codes = (getattr(error, "sqlite_errorcode", None), getattr(error, "sqlstate", None))
        if any(code in _FULL for code in codes if code is not None):
            return True
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    return False


CLOSED = "mimin: this database moved"
"""What a database says that was left for another one (``mimin migrate-store``) when somebody writes to it."""


def is_closed(error: BaseException | None) -> bool:
    """Whether an error says that this database was left for another one."""
    return error is not None and CLOSED in str(error)


def has_room() -> bool:
    """Whether the database and the home of this installation take 256 KB more: written, and taken back at once."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _FILLING[connection.vendor]:
                cursor.execute(statement)
            transaction.set_rollback(True)
        with tempfile.TemporaryFile(dir=settings.HOME) as file:  # SQLite writes nothing before it must
            file.write(bytes(_ROOM))
            file.flush()
    except (DatabaseError, OSError) as error:
        if not is_full(error):
            raise
        return False
    return True


@dataclass(frozen=True)
class Index:
    """A full-text index over one text column of a table, kept by the database itself.

    ``scope`` is a second column, of marks as ``marks`` writes them: a search can be kept to the rows that hold one.
    """

    table: str
    column: str
    scope: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}_{self.column}_search"


MARKED = 500
"""Up to so many marks a search is narrowed by; of more, the way through the index costs what it saves."""
RECENT = (8_192, 49_152)
"""So many of the newest rows PostgreSQL reads as they lie before it asks the index; more where the first hold some."""
CHUNK = 64
"""So many of the newest ids are asked of PostgreSQL first: a page and some to spare."""
_WORD = re.compile(r"[^\W_]+")  # an underscore is no letter to either database


def words(text: str) -> list[str]:
    """The words of a search, lower case, at most eight of at most 40 letters."""
    return [w.lower()[:40] for w in _WORD.findall(text)][:8]


Spellings = Callable[[str], Iterable[str]]
"""How else a word is written."""


def _groups(text: str, spellings: Spellings | None) -> list[list[str]]:
    """The words of a search, each with its other spellings behind it."""
    found = []
    for word in words(text):
        others = {part for other in (spellings(word) if spellings else ()) for part in words(other)}
        found.append([word, *sorted(others - {word})])
    return found


def marks(numbers: Iterable[int]) -> str:
    """What an index's scope column holds: marks that no word which a person types can be, or begin."""
    return " ".join(f"#{number}" for number in sorted(set(numbers)))


def matching(
    rows: QuerySet[Row],
    index: Index,
    text: str,
    *,
    before: int = 0,
    within: Collection[int] | None = None,
    spellings: Spellings | None = None,
) -> QuerySet[Row] | None:
    """The rows of the index's table with every word of a search, the last as a beginning, newest first and below the id
    ``before``; None where the search holds no word. The index is read in order and only as far as needed.

    ``spellings``: how else a word may stand in the text. ``within`` leaves out rows that hold none of these marks
    without looking at them. It decides nothing: whoever asks has narrowed ``rows`` already.
    """
    found = _groups(text, spellings)
    if not found:
        return None
    marked = _marked(index, within)
    if marked == []:
        return rows.none()
    if on_postgres():
        where, given = _tsquery(index, found, marked)
        kept = rows.extra(where=[where], params=given)  # noqa: S610
        return (kept.filter(pk__lt=before) if before else kept).order_by("-pk")
    where, given = f"{index.name} MATCH %s", [_fts_query(index, found, marked)]
    if before:
        where = f"{where} AND {index.name}.rowid < %s"
        given.append(before)
    joined = f"{index.name}.rowid = {index.table}.id"
    return rows.extra(  # noqa: S610
        tables=[index.name], where=[where, joined], params=given, order_by=[f"-{index.name}.rowid"]
    )


def newest(
    rows: QuerySet[Row],
    index: Index,
    text: str,
    fields: Sequence[str],
    *,
    size: int,
    before: int = 0,
    within: Collection[int] | None = None,
    spellings: Spellings | None = None,
) -> list[tuple[Any, ...]] | None:
    """The values of the first ``size`` rows of ``matching``.

    PostgreSQL's planner takes every beginning of a word for a common one: it would read the table backwards for a rare
    word, or put half of it in order for a frequent one. Here the newest ids are found first, and ``rows`` is asked
    about these only, until there are enough.
    """
    found, marked = _groups(text, spellings), _marked(index, within)
    if not found or marked == [] or not on_postgres():
        kept = matching(rows, index, text, before=before, within=within, spellings=spellings)
        return None if kept is None else list(kept.values_list(*fields)[:size])
    where, given = _tsquery(index, found, marked)
    taken: list[tuple[Any, ...]] = []
    step = max(size, CHUNK)
    while True:
        ids = _last(index, where, given, before, step)
        taken += rows.filter(pk__in=ids).order_by("-pk").values_list(*fields)[: size - len(taken)]
        if len(ids) < step or len(taken) >= size:
            return taken
        before, step = min(ids), step * 4


def _marked(index: Index, within: Collection[int] | None) -> list[int] | None:
    """The marks that a search is narrowed by; None where it is not."""
    return sorted(within) if index.scope and within is not None and len(within) <= MARKED else None


def _said(found: list[list[str]], word: str, begins: str, either: str) -> list[str]:
    """Each word of a search in a database's own words (``word``), the last one as a beginning (``begins``)."""
    told = [[word % w for w in group] for group in found]
    told[-1][0] = begins % found[-1][0]
    return [f"({either.join(group)})" if len(group) > 1 else group[0] for group in told]


def _fts_query(index: Index, found: list[list[str]], marked: list[int] | None) -> str:
    """The search in FTS5's words; a mark is its number there, in a column of its own."""
    said = " AND ".join(_said(found, '"%s"', '"%s"*', " OR "))
    if not index.scope:
        return said
    kept = f"{{{index.column}}} : ({said})"
    return f"{kept} AND {{{index.scope}}} : ({' OR '.join(map(str, marked))})" if marked else kept


def _tsquery(index: Index, found: list[list[str]], marked: list[int] | None) -> tuple[str, list[Any]]:
    """The search as a condition of PostgreSQL, with its values."""
    where = f"{index.table}.search @@ to_tsquery('simple', %s)"
    given: list[Any] = [" & ".join(_said(found, "%s", "%s:*", " | "))]
    if marked:
        where = f"{index.table}.search @@ (to_tsquery('simple', %s) && %s::tsquery)"
        given.append(" | ".join(f"'#{number}'" for number in marked))
    return where, given


def _last(index: Index, where: str, given: list[Any], before: int, size: int) -> list[int]:
    """The highest ids that a search finds on PostgreSQL.

    A frequent word stands often enough in the newest rows, which are read as they lie. What does not is no frequent
    word: the index finds all of its rows, and they are put in order (``id + 0``, or the planner would read the table
    backwards).
    """
    below = f"id < {int(before)}" if before else "TRUE"
    for recent in RECENT:
        near = f"(SELECT * FROM {index.table} WHERE {below} ORDER BY id DESC LIMIT {recent}) AS {index.table}"  # noqa: S608
        ids = _ids(f"{near} WHERE {where} ORDER BY id DESC", given, size)
        if len(ids) == size:
            return ids
        if 3 * len(ids) < size:
            break
    return _ids(f"{index.table} WHERE {where} AND {below} ORDER BY id + 0 DESC", given, size)


def _ids(which: str, given: list[Any], size: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {which} LIMIT {size}", given)  # noqa: S608
        return [int(row[0]) for row in cursor.fetchall()]


def install_search(db: BaseDatabaseWrapper, index: Index) -> None:
    """Make the index and what keeps it, where they do not stand; fill it when it was just made. Idempotent."""
    t, c, s = index.table, index.column, index.name
    columns = ", ".join(filter(None, (c, index.scope)))
    marked = f" || array_to_tsvector(string_to_array({index.scope}, ' '))" if index.scope else ""
    with db.cursor() as cursor:
        if db.vendor == "postgresql":
            cursor.execute(
                f"ALTER TABLE {t} ADD COLUMN IF NOT EXISTS search tsvector "
                f"GENERATED ALWAYS AS (to_tsvector('simple', {c}){marked}) STORED"
            )
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {s} ON {t} USING gin (search) WITH (fastupdate = on)")
            return
        missing = missing_search(db, index)
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {s} USING fts5({columns}, content='{t}', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 2', detail='column', columnsize=0)"
        )
        for name, body in _sqlite_triggers(index).items():
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
        if missing:
            cursor.execute(f"INSERT INTO {s}({s}) VALUES ('rebuild')")  # noqa: S608


def _sqlite_triggers(index: Index) -> dict[str, str]:
    t, c, s = index.table, index.column, index.name
    columns = [c, index.scope] if index.scope else [c]
    named = ", ".join(columns)
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    forget = f"INSERT INTO {s}({s}, rowid, {named}) VALUES ('delete', old.id, {old});"  # noqa: S608
    learn = f"INSERT INTO {s}(rowid, {named}) VALUES (new.id, {new});"  # noqa: S608
    return {
        f"{s}_ai": f"AFTER INSERT ON {t} BEGIN {learn} END",
        f"{s}_ad": f"AFTER DELETE ON {t} BEGIN {forget} END",
        f"{s}_au": f"AFTER UPDATE OF {named} ON {t} BEGIN {forget} {learn} END",
    }


def missing_search(db: BaseDatabaseWrapper, index: Index) -> list[str]:
    """The names of the index's parts that do not stand (a table rebuilt by a migration loses its triggers)."""
    with db.cursor() as cursor:
        if db.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = %s", [index.name])
            return [] if cursor.fetchone() else [index.name]
        wanted = [index.name, *_sqlite_triggers(index)]
        cursor.execute(
            f"SELECT name FROM sqlite_master WHERE name IN ({', '.join(['%s'] * len(wanted))})",  # noqa: S608
            wanted,
        )
        standing = {row[0] for row in cursor.fetchall()}
        return [name for name in wanted if name not in standing]


@dataclass(frozen=True)
class _Shape:
    """How rows of one model are written: the statement, the values to read, and which of them are put otherwise."""

    head: str
    tail: str
    row: str
    read: Callable[[dict[str, Any]], tuple[Any, ...]]
    puts: tuple[tuple[int, Callable[[Any], Any]], ...]
    makes_key: bool


def insert(rows: Sequence[Row]) -> list[Row]:
    """Insert rows of one model and give them their primary keys, as ``bulk_create`` does at a third of its cost.

    For the few tables that every message goes through. Values are put as the model's fields put them; defaults must
    stand on the rows already. No signals, no ``auto_now``. Raises IntegrityError like any insert.
    """
    if not rows:
        return []
    shape = _shape(type(rows[0]), connection.vendor)
    alias = connection.alias
    with connection.cursor() as cursor:
        for start in range(0, len(rows), 200):
            part = rows[start : start + 200]
            given: list[Any] = []
            for row in part:
                values = list(shape.read(row.__dict__))
                for at, put in shape.puts:
                    if values[at] is not None:
                        values[at] = put(values[at])
                given += values
            cursor.execute(f"{shape.head}{', '.join([shape.row] * len(part))}{shape.tail}", given)
            if shape.makes_key:
                # Both databases number the rows of one statement in the order of its VALUES.
                for row, pk in zip(part, sorted(found[0] for found in cursor.fetchall()), strict=True):
                    row.pk = pk
            for row in part:
                row._state.adding, row._state.db = False, alias
    return list(rows)


def present(model: type[models.Model], column: str, values: Sequence[Any], **same: Any) -> set[Any]:
    """Which values stand in a column, among the rows that have the columns of ``same`` so: for what every message asks,
    at half the cost of a queryset."""
    if not values:
        return set()
    where = "".join(f"{name} = %s AND " for name in same)
    sql = f"SELECT {column} FROM {model._meta.db_table} WHERE {where}{column} IN ({', '.join(['%s'] * len(values))})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*same.values(), *values])
        return {row[0] for row in cursor.fetchall()}


@lru_cache(maxsize=32)
def _shape(model: type[models.Model], vendor: str) -> _Shape:
    meta, quote = model._meta, connection.ops.quote_name
    makes_key = isinstance(meta.pk, models.AutoField)
    fields = [f for f in meta.concrete_fields if not (makes_key and f.primary_key)]
    columns = ", ".join(quote(str(f.column)) for f in fields)
    return _Shape(
        head=f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ",  # noqa: S608
        tail=f" RETURNING {quote(str(meta.pk.column))}" if makes_key else "",
        row="(" + ", ".join(["%s"] * len(fields)) + ")",
        read=itemgetter(*(f.attname for f in fields)),
        puts=tuple((at, put) for at, f in enumerate(fields) if (put := _putter(f))),
        makes_key=makes_key,
    )


_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


def _putter(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How a field's value is put; None where it goes as it is. A time is put once for all rows that carry it."""
    if isinstance(field, _PLAIN) and not isinstance(field, models.JSONField):
        return None

    def put(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    return lru_cache(maxsize=512)(put) if isinstance(field, models.DateTimeField) else put
