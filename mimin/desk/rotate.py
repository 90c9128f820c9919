"""Sealing every sealed column again with the current key, so that an older key may leave the ring; and the secrets of
the second steps.

Each batch is sealed outside any transaction and written by one conditional UPDATE a row: who changed a row in
between wins, and has sealed it with the current key himself. A run that was killed is simply begun again:
what is done already is passed over by the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction

from mimin.lib.crypto import KeyMissing, Tampered, key_id_of
from mimin.lib.sealed import SealedText, keyring
from mimin.people import second_step

BATCH = 500
Row = tuple[int, bytes]


@dataclass(frozen=True)
class Column:
    """A sealed column: its table, the table's key, its name, and the purpose that its tokens are bound to."""

    table: str
    key: str
    name: str
    purpose: str

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


@dataclass
class Rotated:
    """How many tokens were sealed again, and which rows stayed closed, by why."""

    done: int = 0
    closed: dict[str, list[str]] = field(default_factory=dict)


def sealed_columns() -> list[Column]:
    """Every sealed column of the tables, found by walking the models."""
    return [
        Column(model._meta.db_table, str(model._meta.pk.column), str(text.column), text._purpose())
        for model in apps.get_models()
        for text in model._meta.local_concrete_fields
        if isinstance(text, SealedText)
    ]


def waiting(column: Column) -> int:
    """How many tokens of a column are sealed with another key than the current one."""
    where, prefix = _other_key(column)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT COUNT(*) FROM "{column.table}" WHERE {where}', prefix)  # noqa: S608
        return int(cursor.fetchone()[0])


def newest(column: Column, count: int) -> list[Row]:
    """The newest tokens of a column: key of the row, and the token as it is stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{column.key}", "{column.name}" FROM "{column.table}" WHERE "{column.name}" IS NOT NULL '  # noqa: S608
            f'ORDER BY "{column.key}" DESC LIMIT {count}'
        )
        return [(pk, bytes(token)) for pk, token in cursor.fetchall()]


def closed(column: Column, rows: list[Row]) -> Iterator[tuple[int, str]]:
    """The rows whose token does not open, and why: the missing key as "key NAME", or "changed"."""
    for pk, token in rows:
        if why := _shut(partial(keyring().open, token, purpose=column.purpose)):
            yield pk, why


def _shut(opens: Callable[[], object]) -> str:
    try:
        opens()
    except KeyMissing as error:
        return f"key {error.key_id}"
    except Tampered:
        return "changed"
    return ""


def rotate(column: Column, *, into: Rotated, tell: Callable[[str, int, int], None]) -> None:
    """Seal a column again with the current key, a batch at a time. ``tell`` gets the column, how many rows were
    looked at and how many there are."""
    looked, last, total = 0, -1, waiting(column)
    while rows := _batch(column, above=last):
        shut = dict(closed(column, rows))
        for pk, why in shut.items():
            into.closed.setdefault(why, []).append(f"{column} {pk}")
        _write(column, [row for row in rows if row[0] not in shut])
        into.done += len(rows) - len(shut)
        looked, last = looked + len(rows), rows[-1][0]
        tell(str(column), looked, total)


def closed_second_steps(count: int) -> Iterator[tuple[int, str]]:
    """Of the newest second steps, those whose secrets do not open, and why."""
    for step in Authenticator.objects.order_by("-pk")[:count]:
        if why := _shut_step(step):
            yield step.pk, why


def _shut_step(step: Authenticator) -> str:
    return next(
        filter(None, (_shut(partial(second_step.opened, s)) for s in second_step.secrets_in(step.data))), ""
    )


def rotate_second_steps(*, into: Rotated, tell: Callable[[str, int, int], None]) -> None:
    """Seal the secrets of every second step again, a person's row at a time, under that row's lock."""
    steps = list(Authenticator.objects.order_by("pk").values_list("pk", flat=True))
    for looked, pk in enumerate(steps, 1):
        with transaction.atomic():
            step = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if step and (why := _shut_step(step)):
                into.closed.setdefault(why, []).append(f"{second_step.TABLE} {pk}")
            elif step and (count := _of_another_key(step)):
                step.data = second_step.changed(step.data, second_step.resealed)
                step.save(update_fields=["data"])
                into.done += count
        tell(second_step.TABLE, looked, len(steps))


def _of_another_key(step: Authenticator) -> int:
    keys = [key_id_of(second_step.token(stored)) for stored in second_step.secrets_in(step.data)]
    return sum(key != keyring().current for key in keys)


def _write(column: Column, rows: list[Row]) -> None:
    """Seal these tokens anew; one that changed since it was read stays as it is."""
    ring = keyring()
    renewed = [(ring.rotate(token, purpose=column.purpose), pk, token) for pk, token in rows]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{column.table}" SET "{column.name}" = %s WHERE "{column.key}" = %s '  # noqa: S608
            f'AND "{column.name}" = %s',
            renewed,
        )


def _batch(column: Column, *, above: int) -> list[Row]:
    where, prefix = _other_key(column)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{column.key}", "{column.name}" FROM "{column.table}" WHERE "{column.key}" > %s '  # noqa: S608
            f'AND {where} ORDER BY "{column.key}" LIMIT {BATCH}',
            [above, *prefix],
        )
        return [(pk, bytes(token)) for pk, token in cursor.fetchall()]


def _other_key(column: Column) -> tuple[str, list[bytes]]:
    """SQL that holds for tokens of another key: a token begins with its version and its key's name."""
    token = keyring().seal(b"", purpose=column.purpose)
    prefix = token[: 2 + token[1]]
    return f'substr("{column.name}", 1, {len(prefix)}) <> %s', [prefix]
