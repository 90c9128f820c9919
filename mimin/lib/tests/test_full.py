"""A full disk as the databases and the file system say it, and what a worker makes of it."""

from __future__ import annotations

import errno
import logging
import sqlite3
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from mimin.lib import store, work
from mimin.lib.store import has_room, is_full, on_postgres
from mimin.registry.models import Connection
from tests.made import Government, channel


def caused(error: Exception, by: Exception) -> Exception:
    error.__cause__ = by
    return error


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = code
    return error


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (None, False),
        (FULL, True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (caused(OperationalError("x"), sqlite_error(sqlite3.SQLITE_FULL)), True),
        (caused(OperationalError("x"), sqlite_error(sqlite3.SQLITE_IOERR_SHMSIZE)), True),
        (caused(OperationalError("x"), sqlite_error(sqlite3.SQLITE_BUSY)), False),
        (caused(OperationalError("x"), psycopg.errors.DiskFull("could not extend file")), True),
        (caused(OperationalError("x"), psycopg.errors.OutOfMemory("out of memory")), False),
        (caused(ValueError("while another was handled"), FULL), True),
        (ValueError("disk is full"), False),
    ],
)
def test_which_errors_say_that_the_disk_is_full(error: Exception | None, full: bool) -> None:
    assert is_full(error) is full


@pytest.mark.django_db
def test_the_database_itself_says_it_in_a_way_that_is_understood() -> None:
    said: DatabaseError | None = None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if on_postgres():
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$")
            else:
                cursor.execute("PRAGMA page_count")
                cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
                cursor.execute("CREATE TABLE ballast AS SELECT zeroblob(50000000)")
    except DatabaseError as error:
        said = error
    finally:
        if not on_postgres():
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA max_page_count = 1000000")
    assert is_full(said)


@pytest.mark.django_db
def test_a_look_for_room_leaves_nothing_behind() -> None:
    with connection.cursor() as cursor:
        before = connection.introspection.table_names(cursor)
        assert [has_room(), has_room()] == [True, True]
        assert connection.introspection.table_names(cursor) == before


@pytest.mark.django_db
def test_a_look_for_room_hides_no_other_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(store._FILLING, connection.vendor, ("SELECT * FROM nowhere",))
    with pytest.raises(DatabaseError), transaction.atomic():
        has_room()


@pytest.mark.django_db
def test_there_is_no_room_where_no_file_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_where: object) -> None:
        raise FULL

    monkeypatch.setattr(store.tempfile, "TemporaryFile", full)
    assert has_room() is False


# --- The worker ---


@pytest.fixture
def row(government: Government, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """One row that is due, whose work meets a full disk."""

    def full(_pk: int) -> None:
        raise FULL

    monkeypatch.setattr(work, "QUEUES", {"try": work.Queue("try", "Tries", Connection, full)})
    due_at = timezone.now() - timedelta(hours=1)
    return Connection.objects.create(channel=channel(government.kominfo), secrets="", due_at=due_at)


@pytest.mark.django_db
def test_what_a_full_disk_stopped_stays_due_and_is_told_in_one_line(
    row: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    assert work.run("try", row.pk) is True
    row.refresh_from_db()
    assert row.due_at is not None
    assert (row.due_at > timezone.now(), row.lease_until) == (True, None)
    assert [(one.levelno, one.exc_info) for one in caplog.records] == [(logging.ERROR, None)]
    assert "the disk is full" in caplog.records[0].getMessage()


@pytest.mark.django_db
def test_a_row_that_cannot_even_be_taken_stays_as_it_is(
    row: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise FULL

    monkeypatch.setattr(work, "free", full)
    assert work.run("try", row.pk) is False


@pytest.mark.django_db
def test_draining_ends_where_nothing_can_be_done(row: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []
    monkeypatch.setattr(work, "_worked", lambda queue, pk: bool(turns.append(pk)))
    assert (work.drain(), turns) == (0, [row.pk])
