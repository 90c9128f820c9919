"""Fill a database with believable cases quickly: rows are made here and copied in, in the database's own bulk form.

The shape follows a government that works: five in a hundred wait (a fifth of them late), thirteen are answered,
promised or done, the rest is ended; one in a hundred is secret. A case is with the unit whose affair its words are, so
that words and units go together as they do in life. Evidence rows stand beside every message.
"""

from __future__ import annotations

import hashlib
import json
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection

from mimin.desk.demo.story import Told, load, stretch
from mimin.inbox.alike import keys_of
from mimin.inbox.models import SEARCH
from mimin.inbox.rules import rank
from mimin.inbox.states import WORKING
from mimin.lib.sealed import keyring
from mimin.lib.store import install_search, marks, on_postgres
from mimin.people.models import Person, Unit
from mimin.registry.models import Channel

NOW = datetime.now(UTC).replace(microsecond=0)
"""What is filled in is late, or waits, as seen today."""
TOLD = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""The words are the same in every run."""
DAY = timedelta(days=1)
STATES = ("new", "routed", "answered", "scheduled", "done", "closed", "dismissed", "referred")
WEIGHTS = (2, 3, 8, 2, 3, 67, 10, 5)
HOLDERS = ("admin.pupr", "koordinator")
"""Who holds every second case that waits in their scope."""

CASE = (
    "id, title, klass, affair, urgency, secrecy, channel_id, lead_id, holder_id, opened_at, due_at, due_from, "
    "waits_from, settle_from, settle_by, settled_at, answered_at, closed_at, rests_until, remind_at, reopened, "
    "field_check, state, state_since, state_by, rank, outside, outside_number, closed_because"
)
PART = "case_id, unit_id, part, state, secrecy, rank, done_by"
MESSAGE = (
    "id, channel_id, remote_id, parent_id, case_id, ours, held, author, author_key, text, units, raw, url, sent_at, "
    "received_at"
)


@dataclass(frozen=True)
class Where:
    """The demonstration Pemda as it stands in the database: ids by the keys of its story."""

    units: dict[str, int]
    channels: dict[str, tuple[int, int]]
    holders: dict[int, int]

    @classmethod
    def read(cls) -> Where:
        """Raises KeyError where the tree of the demonstration does not stand."""
        demo = load()
        units = dict(Unit.objects.values_list("name", "pk"))
        channels = {
            name: (pk, unit) for name, pk, unit in Channel.objects.values_list("name", "pk", "unit_id")
        }
        holders = {}
        for person in Person.objects.filter(username__in=HOLDERS):
            for path in person.roles.filter(kind="admin").values_list("unit__path", flat=True):
                below = Unit.objects.filter(path__startswith=path).values_list("pk", flat=True)
                holders |= dict.fromkeys(below, person.pk)
        return cls(
            {one.key: units[one.name] for one in demo.units},
            {one.key: channels[one.name] for one in demo.channels},
            holders,
        )

    def place(self, told: Told) -> tuple[int, int, int]:
        """Channel, its unit, and the unit whose business it is: that of its affair, as a person passes it on."""
        channel, home = self.channels[told.channel]
        return channel, home, self.units.get(told.unit, home)


def telling(seed: int = 1) -> Iterator[Told]:
    """Endless believable messages, each with its affair, its channel and the unit whose business it is."""
    demo = load()
    while True:
        yield from stretch(demo, until=TOLD, count=200_000, seed=seed)
        seed += 1


def texts(seed: int = 1) -> Iterator[str]:
    """The words of endless believable messages."""
    return (told.text for told in telling(seed))


def fill(count: int, *, evidence: bool = True) -> None:
    """Add ``count`` messages, each with its case; indexes are kept as the product keeps them."""
    where = Where.read()
    first = max(_next("mimin_case"), _next("mimin_message"))
    chance = random.Random(first)  # noqa: S311 (believable, not secret)
    told = telling(seed=first)
    with _quick():
        for start in range(0, count, 20_000):
            numbers = range(first + start, first + min(start + 20_000, count))
            made = [
                _rows(n, one, chance, where)
                for n, one in zip(numbers, islice(told, len(numbers)), strict=True)
            ]
            _copy("mimin_case", CASE, [m[0] for m in made])
            _copy("mimin_caseunit", PART, [part for m in made for part in m[1]])
            _copy("mimin_message", MESSAGE, [m[2] for m in made])
            _copy("mimin_likeness", "key, case_id", [(k, m[0][0]) for m in made for k in keys_of(m[2][9])])
            if evidence:
                _evidence(len(made))
    _mend_sequences()


def _rows(number: int, told: Told, chance: random.Random, where: Where) -> tuple[Any, ...]:
    channel, home, lead = where.place(told)
    state = chance.choices(STATES, WEIGHTS)[0]
    opened = NOW - timedelta(minutes=chance.randrange(1, 60 * 24 * 900))
    secrecy = 2 if chance.random() < 0.01 else 0
    clocks, place = _clocks(state, opened, chance)
    holder = where.holders.get(lead) if state in WORKING and chance.random() < 0.5 else None
    closed_because = chance.choice(("solved", "answered", "silence")) if state == "closed" else ""
    case = (
        number, "" if secrecy else told.text[:80], told.message.klass, told.message.affair, told.message.urgency,
        secrecy, channel, lead, holder, opened, *clocks, 0, False, state, opened, "Mimin", place,
        told.message.body[:60] if state == "referred" else "", "", closed_because,
    )  # fmt: skip
    units = {lead: "lead"} | ({home: "informed"} if home != lead else {})
    if chance.random() < 0.05:
        units.setdefault(chance.choice(list(where.units.values())), "helper")
    parts = [(number, unit, part, state, secrecy, place, "") for unit, part in units.items()]
    message = (
        number, channel, f"fill:{number}", "", number, False, False, "Warga", "0" * 32,
        "" if secrecy else told.text, marks(units), _sealed(told.text), "", opened, opened,
    )  # fmt: skip
    return case, parts, message


def _clocks(state: str, opened: datetime, chance: random.Random) -> tuple[tuple[datetime | None, ...], int]:
    """due_at, due_from, waits_from, settle_from, settle_by, settled_at, answered_at, closed_at, rests_until,
    remind_at; and the rank."""
    waits, over = state in WORKING, state in ("closed", "dismissed", "done")
    if waits:  # a fifth is late; it was opened a working day before it is due
        opened = NOW + timedelta(minutes=chance.randrange(-2880, 11_520)) - DAY
    due, answered = opened + DAY, opened + timedelta(hours=20)
    ended = opened + timedelta(days=9)
    clocks = (
        due, opened, opened, opened, opened + timedelta(days=14), ended if over else None,
        answered if state in ("answered", "scheduled", "done", "closed") else None,
        ended if state in ("closed", "dismissed") else None,
        NOW + 10 * DAY if state == "done" else None, due - timedelta(hours=5) if waits else None,
    )  # fmt: skip
    return clocks, rank(state, due, opened + timedelta(days=2))


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
        with connection.cursor() as cursor:  # what PostgreSQL does by itself in a quiet minute
            cursor.execute("VACUUM ANALYZE" if on_postgres() else "ANALYZE")


def _mend_sequences() -> None:
    if not on_postgres():
        return
    with connection.cursor() as cursor:
        for table in ("mimin_case", "mimin_message", "mimin_record", "mimin_caseunit"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 1) FROM {table}))"  # noqa: S608
            )
