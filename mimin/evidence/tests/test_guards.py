"""The database itself refuses to change evidence, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from mimin.evidence.actions import erase, seal
from mimin.evidence.guards import GUARDS
from mimin.evidence.models import Facts, Leaf, Record, Seal
from mimin.evidence.tests.made import ADMIN, AT, recorded
from mimin.lib import guards
from mimin.lib.guards import Guard

NOTES = Guard("guarded_notes", allow_update="NEW.text = OLD.text", unique=("id", "name"))
POSTGRES = connection.vendor == "postgresql"


def execute(sql: str, *params: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def notes() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, text, seen FROM guarded_notes ORDER BY id")
        return cursor.fetchall()


def names(missing: list[str]) -> list[str]:
    """The names without their digests."""
    return [name.rsplit("_", 1)[0] for name in missing]


@pytest.fixture
def table(db: Any) -> Iterator[None]:
    """A table of two notes, guarded."""
    execute("CREATE TABLE guarded_notes (id INTEGER PRIMARY KEY, name TEXT UNIQUE, text TEXT, seen INTEGER)")
    guards.install(connection, [NOTES])
    execute("INSERT INTO guarded_notes VALUES (1, 'first', 'one', NULL), (2, 'second', NULL, NULL)")
    yield
    execute("DROP TABLE guarded_notes")


REFUSED = [
    "UPDATE guarded_notes SET text = 'changed' WHERE id = 1",
    "UPDATE guarded_notes SET seen = 1, text = 'changed' WHERE id = 1",
    "DELETE FROM guarded_notes WHERE id = 1",
    "DELETE FROM guarded_notes",
    pytest.param("UPDATE guarded_notes SET seen = 1 WHERE id = 2", id="a condition that comes out NULL"),
]
REFUSED += (
    ["TRUNCATE guarded_notes", "TRUNCATE guarded_notes CASCADE"]
    if POSTGRES
    else [
        "INSERT OR REPLACE INTO guarded_notes VALUES (1, 'new', 'one', 1)",
        "REPLACE INTO guarded_notes VALUES (3, 'first', 'one', 1)",
        "UPDATE OR REPLACE guarded_notes SET id = 2, text = 'x' WHERE id = 1",
    ]
)


@pytest.mark.parametrize("sql", REFUSED)
def test_a_guarded_row_cannot_be_changed_or_removed(table: None, sql: str) -> None:
    before = notes()
    with pytest.raises(IntegrityError, match="append-only: guarded_notes"):
        execute(sql)
    assert notes() == before


def test_the_update_that_the_condition_allows_passes(table: None) -> None:
    execute("UPDATE guarded_notes SET seen = 7 WHERE id = 1")
    assert notes() == [(1, "first", "one", 7), (2, "second", None, None)]


def test_rows_can_be_added_to_a_guarded_table(table: None) -> None:
    execute("INSERT INTO guarded_notes (id, name) VALUES (3, 'third')")
    assert [row[1] for row in notes()] == ["first", "second", "third"]


def test_rows_may_go_where_the_guard_lets_them(table: None) -> None:
    guards.remove(connection, [NOTES])
    guards.install(connection, [Guard("guarded_notes", allow_delete=True)])
    execute("DELETE FROM guarded_notes WHERE id = 1")
    assert [row[0] for row in notes()] == [2]


def test_a_fallen_guard_is_named_and_raised_again(table: None) -> None:
    standing = guards.missing(connection, [NOTES])
    guards.remove(connection, [NOTES])
    last = "truncate" if connection.vendor == "postgresql" else "replace"
    fallen = [f"guarded_notes_no_{event}" for event in ("update", "delete", last)]
    assert (standing, names(guards.missing(connection, [NOTES]))) == ([], fallen)
    guards.install(connection, [NOTES])
    assert guards.missing(connection, [NOTES]) == []


def test_installing_twice_changes_nothing(table: None) -> None:
    guards.install(connection, [NOTES])
    guards.install(connection, [NOTES])
    assert guards.missing(connection, [NOTES]) == []


def test_a_guard_of_another_release_is_missing_and_is_replaced(table: None) -> None:
    newer = Guard("guarded_notes", allow_update="NEW.name = OLD.name", unique=("id", "name"))
    assert names(guards.missing(connection, [newer])) == ["guarded_notes_no_update"]
    guards.install(connection, [newer])
    assert guards.missing(connection, [newer]) == []
    execute("UPDATE guarded_notes SET text = 'now allowed' WHERE id = 1")
    assert notes()[0] == (1, "first", "now allowed", None)


if POSTGRES:

    def test_a_replica_session_is_guarded_too(table: None) -> None:
        execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(IntegrityError, match="append-only: guarded_notes"):
            execute("DELETE FROM guarded_notes")

    @pytest.mark.parametrize(
        "weakened",
        [
            "ALTER TABLE guarded_notes DISABLE TRIGGER ALL",
            "ALTER TABLE guarded_notes DISABLE TRIGGER USER",
            "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        ],
    )
    def test_a_guard_that_was_switched_off_is_missing(table: None, weakened: str) -> None:
        execute(weakened)
        assert len(guards.missing(connection, [NOTES])) == 3
        guards.install(connection, [NOTES])
        assert guards.missing(connection, [NOTES]) == []

else:

    def test_a_trigger_that_only_bears_the_guards_name_is_missing(table: None) -> None:
        wanted = next(name for name in _trigger_names() if name.startswith("guarded_notes_no_delete_"))
        execute(f'DROP TRIGGER "{wanted}"')
        execute(f'CREATE TRIGGER "{wanted}" BEFORE DELETE ON guarded_notes BEGIN SELECT 1; END')
        assert guards.missing(connection, [NOTES]) == [wanted]
        guards.install(connection, [NOTES])
        assert guards.missing(connection, [NOTES]) == []

    def _trigger_names() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            return [row[0] for row in cursor.fetchall()]

    def test_a_table_that_a_migration_rebuilt_has_lost_its_guards_until_they_are_installed(
        table: None,
    ) -> None:
        execute("CREATE TABLE new_notes AS SELECT * FROM guarded_notes")
        execute("DROP TABLE guarded_notes")
        execute("ALTER TABLE new_notes RENAME TO guarded_notes")
        assert len(guards.missing(connection, [NOTES])) == 3
        guards.install(connection, [NOTES])
        assert guards.missing(connection, [NOTES]) == []


def test_a_table_that_is_not_there_yet_is_named_but_stops_nothing(db: Any) -> None:
    absent = Guard("no_such_table")
    guards.install(connection, [absent])
    assert len(guards.missing(connection, [absent])) == 3


def test_guards_come_back_after_they_were_down_even_when_something_broke(table: None) -> None:
    with pytest.raises(LookupError), guards.guards_down(connection, [NOTES]):
        execute("UPDATE guarded_notes SET text = 'changed' WHERE id = 1")
        raise LookupError
    assert notes()[0] == (1, "first", "changed", None)
    assert guards.missing(connection, [NOTES]) == []


def test_every_guard_of_evidence_stands(db: Any) -> None:
    assert guards.missing(connection, GUARDS) == []


@pytest.mark.parametrize("model", [Record, Facts, Leaf, Seal], ids=lambda model: model.__name__)
def test_no_row_of_evidence_can_be_deleted(db: Any, model: Any) -> None:
    recorded(1)
    seal(at=AT)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.all()._raw_delete("default")
    assert model.objects.count() == 1


CHANGES = [
    (Record, {"commitment": bytes(32)}),
    (Record, {"version": 2}),
    (Facts, {"canonical": b"{}"}),
    (Facts, {"actor_label": "Someone else"}),
    (Facts, {"salt": None, "canonical": None}),
    (Leaf, {"hash": bytes(32)}),
    (Leaf, {"position": 9}),
    (Seal, {"root": bytes(32)}),
    (Seal, {"complete_to": 10**6}),
]


@pytest.mark.parametrize(("model", "change"), CHANGES, ids=[f"{m.__name__} {[*c]}" for m, c in CHANGES])
def test_no_row_of_evidence_can_be_changed(db: Any, model: Any, change: dict[str, Any]) -> None:
    recorded(1)
    seal(at=AT)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.update(**change)


ALMOST_ERASURES = [
    {"canonical": b"still here"},
    {"salt": bytes(32)},
    {"erased_why": ""},
    {"erased_by": ""},
    {"erased_in": None},
    {"erased_in": 0},
    {"erased_at": None},
    {"actor_label": "Admin"},
    {"actor_id": None},
    {"kind": "case.closed"},
    {"subject_id": 99},
]


@pytest.mark.parametrize("difference", ALMOST_ERASURES, ids=str)
def test_facts_can_be_erased_only_as_a_whole_and_with_reasons(db: Any, difference: dict[str, Any]) -> None:
    first, second = recorded(1, 2)
    erasure = {
        "salt": None,
        "canonical": None,
        "actor_label": "",
        "subject_label": "",
        "erased_at": AT,
        "erased_by": "PPID",
        "erased_why": "request",
        "erased_in": second.pk + 1,
    }
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Facts.objects.filter(pk=first.pk).update(**{**erasure, **difference})
    assert Facts.objects.filter(pk=first.pk).update(**erasure) == 1


def test_what_was_erased_cannot_be_changed_again(db: Any) -> None:
    (record,) = recorded(1)
    erase([record.pk], by=ADMIN, why="request", at=AT)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Facts.objects.filter(pk=record.pk).update(erased_why="another reason")


@pytest.mark.django_db(transaction=True)
def test_guards_stand_in_a_test_whose_tables_are_flushed() -> None:
    recorded_rows = Record.objects.count()
    assert (recorded_rows, guards.missing(connection, GUARDS)) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_guards_stand_again_after_the_flush_of_the_test_before() -> None:
    with transaction.atomic():
        recorded(1)
    assert guards.missing(connection, GUARDS) == []
