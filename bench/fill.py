"""Fill a database with believable cases quickly: rows are made here and copied in, in the database's own bulk form.

The shape follows a government that works: five in a hundred wait (a fifth of them late), ten are answered, the rest is
ended; one in a hundred is secret. Evidence rows stand beside every message.
"""

from __future__ import annotations

import hashlib
import json
import random
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection

from mimin.desk.demo.story import load, stretch
from mimin.inbox.models import SEARCH
from mimin.inbox.rules import rank
from mimin.lib.sealed import keyring
from mimin.lib.store import install_search, on_postgres
from mimin.registry.models import Channel

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
STATES = ("new", "routed", "answered", "scheduled", "done", "closed", "dismissed", "referred")
WEIGHTS = (2, 3, 7, 2, 1, 70, 10, 5)

CASE = (
    "id, title, klass, affair, urgency, secrecy, channel_id, lead_id, opened_at, due_at, state, state_since, state_by, "
    "rank, outside, outside_number, field_check, closed_because, due_from, waits_from, settle_from, settle_by, reopened"
)
PART = "case_id, unit_id, part, state, secrecy, rank, done_by"
MESSAGE = (
    "id, channel_id, remote_id, parent_id, case_id, ours, held, author, author_key, text, raw, url, sent_at, "
    "received_at"
)


def texts(seed: int = 1) -> Iterator[str]:
    """Endless believable messages."""
    demo = load()
    while True:
        for told in stretch(demo, until=NOW, count=200_000, seed=seed):
            yield told.text
        seed += 1


def fill(count: int, *, evidence: bool = True) -> None:
    """Add ``count`` messages, each with its case; indexes are kept as the product keeps them."""
    chance = random.Random(7)  # noqa: S311 (believable, not secret)
    channels = list(Channel.objects.values_list("pk", "unit_id"))
    units = sorted({unit for _, unit in channels})
    told = texts()
    first = _next("mimin_case")
    with _quick():
        for start in range(0, count, 20_000):
            numbers = range(first + start, first + min(start + 20_000, count))
            made = [
                _rows(n, text, chance, channels, units)
                for n, text in zip(numbers, islice(told, len(numbers)), strict=True)
            ]
            _copy("mimin_case", CASE, [m[0] for m in made])
            _copy("mimin_caseunit", PART, [part for m in made for part in m[1]])
            _copy("mimin_message", MESSAGE, [m[2] for m in made])
            if evidence:
                _evidence(len(made))
    _mend_sequences()


def _rows(
    number: int, text: str, chance: random.Random, channels: list[tuple[int, int]], units: list[int]
) -> tuple[Any, ...]:
    channel, home = chance.choice(channels)
    lead = chance.choice(units)
    state = chance.choices(STATES, WEIGHTS)[0]
    opened = NOW - timedelta(minutes=chance.randrange(1, 60 * 24 * 900))
    waits = state in ("new", "routed")
    due = NOW + timedelta(minutes=chance.randrange(-2880, 11_520)) if waits else opened + timedelta(days=1)
    secrecy = 2 if chance.random() < 0.01 else 0
    place = rank(state, due, opened + timedelta(days=2))
    case = (
        number, "" if secrecy else text[:80], "pengaduan", "", "biasa", secrecy, channel, lead, opened, due, state,
        opened, "Mimin", place, "", "", False, "", opened, opened, opened, opened + timedelta(days=20), 0,
    )  # fmt: skip
    parts = [(number, lead, "lead", state, secrecy, place, "")]
    if home != lead:
        parts.append((number, home, "informed", state, secrecy, place, ""))
    message = (
        number, channel, f"fill:{number}", "", number, False, False, "Warga", "0" * 32, "" if secrecy else text,
        _sealed(text), "", opened, opened,
    )  # fmt: skip
    return case, parts, message


def _sealed(text: str) -> bytes:
    return keyring().seal(json.dumps({"text": text, "author": "Warga"}).encode(), purpose="mimin_message.raw")


def _evidence(count: int) -> None:
    first = _next("mimin_record")
    records, facts = [], []
    for number in range(first, first + count):
        salt = secrets.token_bytes(16)
        records.append((number, 1, hashlib.sha256(salt).digest()))
        facts.append(
            (
                number,
                salt,
                b'{"facts":{"filled":true}}',
                "message.received",
                NOW,
                None,
                "Mimin",
                "case",
                number,
                "",
                "",
                "",
            )
        )
    _copy("mimin_record", "id, version, commitment", records)
    _copy(
        "mimin_facts",
        "record_id, salt, canonical, kind, at, actor_id, actor_label, subject_kind, subject_id, subject_label, "
        "erased_by, erased_why",
        facts,
    )


def _next(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _copy(table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    if on_postgres():
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    holes = ", ".join(["?"] * (columns.count(",") + 1))
    plain = [
        tuple(v.strftime("%Y-%m-%d %H:%M:%S") if isinstance(v, datetime) else v for v in row) for row in rows
    ]
    connection.ensure_connection()
    connection.connection.execute("BEGIN")
    connection.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({holes})", plain)  # noqa: S608
    connection.connection.execute("COMMIT")


class _quick:
    """On SQLite the search index is filled once at the end: the triggers would do it row by row."""

    def __enter__(self) -> None:
        if not on_postgres():
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TRIGGER IF EXISTS {SEARCH.name}_ai")

    def __exit__(self, *_: object) -> None:
        install_search(connection, SEARCH)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _mend_sequences() -> None:
    if not on_postgres():
        return
    with connection.cursor() as cursor:
        for table in ("mimin_case", "mimin_message", "mimin_record", "mimin_caseunit"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 1) FROM {table}))"  # noqa: S608
            )
