"""The parts of a backup by themselves: what is refused, what is kept, what is cleared, and what is said."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation

from mimin.desk import backup, backup_postgres, backup_sqlite
from mimin.desk.backup_file import DATABASE, Contents, Manifest, Refusal
from mimin.desk.restore import _accept, _replace_folder


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "There is no room left in /backups, or in "),
        (OSError(errno.EFBIG, "File too large"), "There is no room left in /backups, or in "),
        (OSError("database or disk is full"), "There is no room left in /backups, or in "),
        (OSError("pg_dump: error: No space left on device"), "There is no room left in /backups, or in "),
        (PermissionError(errno.EACCES, "Permission denied", "/backups"),
         "The disk refused: [Errno 13] Permission denied: '/backups'."),
    ],
)  # fmt: skip
def test_what_the_disk_says_is_told_in_words(error: OSError, said: str) -> None:
    with translation.override("en"):
        assert backup._disk_said(error, Path("/backups"))[: len(said)] == said


def contents(**changes: object) -> Contents:
    """What a small database holds."""
    values = {"tables": {"mimin_case": 1}, "last_seal": None, "migrations": ("0001_initial",), **changes}
    return Contents(**values)  # type: ignore[arg-type]


def manifest(vendor: str, **changes: object) -> Manifest:
    """The manifest of a small database."""
    return Manifest(vendor, timezone.now(), "1.2.3", "Kabupaten Contoh", contents(**changes))


@pytest.mark.django_db
def test_a_backup_of_the_other_database_is_refused(settings) -> None:
    own = backup.connections["default"].vendor
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[own]
    with translation.override("en"):
        _accept(manifest(own))
        with pytest.raises(
            Refusal, match=rf"^This backup is of a {other} database; this installation uses {own}"
        ):
            _accept(manifest(other))


@pytest.mark.django_db
def test_a_backup_of_a_newer_release_is_refused() -> None:
    newer = manifest(backup.connections["default"].vendor, migrations=("0001_initial", "9999_later"))
    with (
        translation.override("en"),
        pytest.raises(
            Refusal, match=r"^This backup was made by the newer release 1.2.3 \(it knows 9999_later\)"
        ),
    ):
        _accept(newer)


NAMES = ["mimin-20260314-010000Z.backup", "mimin-20260315-010000Z.backup", "mimin-20260316-010000Z.backup"]
DOUBTED = "mimin-20260301-010000Z.backup.unverified"


@pytest.mark.parametrize(
    ("final", "keep", "left"),
    [
        (NAMES[2], None, [*NAMES, DOUBTED, "notes.txt"]),
        (NAMES[2], 5, [*NAMES, DOUBTED, "notes.txt"]),
        (NAMES[2], 2, [*NAMES[1:], DOUBTED, "notes.txt"]),
        (NAMES[2], 1, [NAMES[2], DOUBTED, "notes.txt"]),
        (DOUBTED, 1, [*NAMES, DOUBTED, "notes.txt"]),
    ],
)  # fmt: skip
def test_pruning_keeps_the_newest_of_its_kind_and_touches_nothing_else(
    tmp_path: Path, final: str, keep: int | None, left: list[str]
) -> None:
    for name in (*NAMES, DOUBTED, "notes.txt"):
        (tmp_path / name).touch()
    backup._prune(tmp_path / final, keep)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(left)


def test_the_newest_backup_is_a_verified_one(tmp_path: Path) -> None:
    assert backup.newest(tmp_path / "none") is None
    for name in (*NAMES[:2], f"{NAMES[2]}.unverified", f"{NAMES[2]}.partial"):
        (tmp_path / name).touch()
    found = backup.newest(tmp_path)
    assert found is not None
    assert (found[0].name, found[1].isoformat()) == (NAMES[1], "2026-03-15T01:00:00+00:00")


def test_two_backups_do_not_run_at_once(settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    with (
        translation.override("en"),
        backup.alone(),
        pytest.raises(Refusal, match=r"^Another backup or restore is running"),
        backup.alone(),
    ):
        pass


def test_what_a_killed_backup_left_is_cleared(settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    (tmp_path / ".backup-killed").mkdir()
    (tmp_path / ".backup-killed" / DATABASE).touch()
    (tmp_path / f"{NAMES[0]}.partial").touch()
    with backup.alone(), backup.workplace() as work:
        backup._clear_partials(tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([work.name, "backup.lock"])


def test_a_backup_does_not_begin_where_it_would_fill_the_disk_of_the_data(
    settings, tmp_path, monkeypatch
) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr(backup, "database", lambda: SimpleNamespace(size=lambda: 500_000_000))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=510_000_000))
    with (
        translation.override("en"),
        pytest.raises(Refusal, match=r"needs 533 MB of room in .*; 510 MB are free"),
    ):
        backup._check_room()


def test_a_missing_program_of_postgresql_is_named_with_its_package(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(backup_postgres, "_PROGRAMS", tmp_path)
    monkeypatch.setattr(backup_postgres, "_server_release", lambda: 15)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with (
        translation.override("en"),
        pytest.raises(Refusal, match=r"pg_dump is not .*apt install postgresql-client-15"),
    ):
        backup_postgres._program("pg_dump")


def test_the_program_of_the_servers_own_release_comes_first(monkeypatch, tmp_path: Path) -> None:
    for major in ("9.6", "13", "15", "17"):
        (tmp_path / major / "bin").mkdir(parents=True)
        (tmp_path / major / "bin" / "pg_dump").touch()
    monkeypatch.setattr(backup_postgres, "_PROGRAMS", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(backup_postgres, "_server_release", lambda: 15)
    assert backup_postgres._program("pg_dump") == tmp_path / "15" / "bin" / "pg_dump"
    monkeypatch.setattr(backup_postgres, "_server_release", lambda: 16)
    assert backup_postgres._program("pg_dump") == tmp_path / "17" / "bin" / "pg_dump"


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ({"USER": "mimin", "PASSWORD": "p@ss/word", "HOST": "db", "PORT": 5433, "OPTIONS": {"sslmode": "require"}},
         "postgres://mimin:p%40ss%2Fword@db:5433/trial?sslmode=require"),
        ({"USER": "postgres", "PASSWORD": "", "HOST": "127.0.0.1", "PORT": "", "OPTIONS": {}},
         "postgres://postgres@127.0.0.1/trial"),
        ({"USER": "mimin", "PASSWORD": "", "HOST": "/run/postgresql", "PORT": "", "OPTIONS": {}},
         "postgres://mimin@%2Frun%2Fpostgresql/trial"),
    ],
)  # fmt: skip
def test_the_trial_is_reached_as_the_database_itself_is(
    monkeypatch, said: dict[str, object], url: str
) -> None:
    monkeypatch.setattr(backup_postgres, "_settings", lambda: said)
    assert backup_postgres._url("trial") == url


def test_the_files_of_a_folder_give_way_and_are_kept_within_it(settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    source, folder = tmp_path / "from", tmp_path / "seals"
    (source / "2026").mkdir(parents=True)
    (source / "2026" / "a.jsonl").write_text("backup")
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "a.jsonl").write_text("today")
    (folder / "replaced-1").mkdir()
    assert _replace_folder(source, folder, "replaced-2") == [folder / "replaced-2"]
    assert (folder / "2026" / "a.jsonl").read_text() == "backup"
    assert (folder / "replaced-2" / "2026" / "a.jsonl").read_text() == "today"
    assert sorted(path.name for path in folder.iterdir()) == ["2026", "replaced-1", "replaced-2"]


def test_a_folder_that_a_backup_has_no_files_for_is_emptied_all_the_same(settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert _replace_folder(tmp_path / "none", tmp_path / "media", "replaced-1") == []
    (tmp_path / "media" / "new.jpg").touch()
    assert _replace_folder(tmp_path / "none", tmp_path / "media", "replaced-1") == [
        tmp_path / "media" / "replaced-1"
    ]
    assert [path.name for path in (tmp_path / "media").iterdir()] == ["replaced-1"]


@pytest.fixture
def live(monkeypatch, settings, tmp_path: Path) -> Path:
    """A small SQLite database with the tables that a backup reads, in the place of the configured one."""
    settings.HOME = tmp_path
    path = tmp_path / "mimin.sqlite3"
    monkeypatch.setattr(backup_sqlite, "_live", lambda: path)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "PRAGMA journal_mode=WAL;"
            "CREATE TABLE mimin_seal (number INTEGER PRIMARY KEY, size, hash);"
            "CREATE TABLE django_migrations (app, name);"
            "CREATE TABLE mimin_delivery (id INTEGER PRIMARY KEY, due_at, lease_until);"
            "CREATE TABLE mimin_mailing (id INTEGER PRIMARY KEY, due_at, lease_until);"
            "CREATE TABLE mimin_alarm (id INTEGER PRIMARY KEY, due_at, lease_until);"
            "CREATE VIRTUAL TABLE mimin_search USING fts5(text);"
            "INSERT INTO mimin_delivery VALUES (1, '2026-03-16', '2026-03-17');"
            "INSERT INTO mimin_mailing VALUES (1, '2026-03-16', '2026-03-17');"
            "INSERT INTO mimin_alarm VALUES (1, '2026-03-16', '2026-03-17');"
            "INSERT INTO mimin_seal VALUES (4, 9, x'0aff');"
        )
    return path


TABLES = {"django_migrations": 0, "mimin_alarm": 1, "mimin_delivery": 1, "mimin_mailing": 1, "mimin_seal": 1}


def test_a_copy_holds_what_its_moment_held_though_another_connection_writes(
    live: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(backup_sqlite, "_PAGES", 50)
    with closing(sqlite3.connect(live, isolation_level=None)) as other:
        other.executemany("INSERT INTO mimin_delivery VALUES (?, NULL, NULL)", [(n,) for n in range(2, 900)])
        other.execute("CREATE TABLE filler AS SELECT randomblob(1000000) AS bytes")
        told: list[tuple[int, int]] = []

        def write_beside(done: int, total: int) -> None:
            other.execute("INSERT INTO mimin_delivery (due_at) VALUES (NULL)")
            told.append((done, total))

        found = backup_sqlite.copy(tmp_path / "copy", write_beside)
    assert found == Contents({**TABLES, "mimin_delivery": 899, "filler": 1}, (4, 9, "0aff"), ())
    assert len(told) >= 3
    assert told[-1][0] == told[-1][1]


def test_a_database_that_somebody_has_open_is_in_use(live: Path) -> None:
    assert backup_sqlite.in_use() == ""
    with closing(sqlite3.connect(live)) as other, translation.override("en"):
        other.execute("PRAGMA journal_mode=WAL").fetchone()
        other.execute("SELECT COUNT(*) FROM mimin_seal").fetchone()
        assert backup_sqlite.in_use() == "another process has the database open"
    assert backup_sqlite.in_use() == ""


@pytest.mark.parametrize("content", [None, b"no database at all"])
def test_a_database_that_is_gone_or_wrecked_is_in_nobodys_use(live: Path, content: bytes | None) -> None:
    live.unlink()
    if content is not None:
        live.write_bytes(content)
    assert backup_sqlite.in_use() == ""


def test_what_is_put_back_is_due_to_nobody_and_the_former_file_is_kept(live: Path, tmp_path: Path) -> None:
    backup_sqlite.copy(tmp_path / "copy", lambda done, total: None)
    with closing(sqlite3.connect(live, isolation_level=None)) as db:
        db.execute("INSERT INTO mimin_delivery (due_at) VALUES ('today')")
    assert backup_sqlite.in_use() == ""
    kept = backup_sqlite.put(tmp_path / "copy", aside="replaced-1")
    assert kept == [tmp_path / "mimin.sqlite3.replaced-1"]
    with closing(sqlite3.connect(live)) as db:
        for table in ("mimin_delivery", "mimin_mailing", "mimin_alarm"):
            assert db.execute(f"SELECT * FROM {table}").fetchall() == [(1, None, None)]  # noqa: S608
    with closing(sqlite3.connect(kept[0])) as db:
        assert db.execute("SELECT COUNT(*) FROM mimin_delivery").fetchall() == [(2,)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mimin.sqlite3", "mimin.sqlite3.replaced-1"]


def test_the_log_of_a_database_counts_into_its_size(live: Path) -> None:
    with closing(sqlite3.connect(live, isolation_level=None)) as db:
        before = backup_sqlite.size()
        db.execute("CREATE TABLE filler AS SELECT randomblob(100000) AS bytes")
        assert backup_sqlite.size() >= before + 100_000


def test_a_database_that_is_not_there_is_named(live: Path, tmp_path: Path) -> None:
    live.unlink()
    with translation.override("en"), pytest.raises(Refusal, match=rf"^There is no database at {live} yet"):
        backup_sqlite.copy(tmp_path / "copy", lambda done, total: None)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"mimin_case": 1}, "the files"),
        ({"mimin_case": 2}, "mimin_case 2/1"),
        ({}, "mimin_case None/1"),
        ({"mimin_case": 1, "mimin_note": 3}, "mimin_note 3/None"),
    ],
)
def test_the_tables_that_differ_are_named(found: dict[str, int], said: str) -> None:
    with translation.override("en"):
        assert backup._differences(contents(tables=found), contents()) == said


def test_seals_are_copied_before_the_database_and_whole(settings, tmp_path: Path) -> None:
    settings.SEAL_DIR = tmp_path / "seals"
    (settings.SEAL_DIR / "replaced-1").mkdir(parents=True)
    (settings.SEAL_DIR / "seals-2026-03.jsonl").write_text("one\n")
    (settings.SEAL_DIR / "replaced-1" / "seals-2026-02.jsonl").write_text("two\n")
    (settings.SEAL_DIR / "link.jsonl").symlink_to("/etc/passwd")
    found = backup._copied_seals(tmp_path / "work")
    assert [(name, path.read_text()) for name, path in found] == [
        ("seals/replaced-1/seals-2026-02.jsonl", "two\n"),
        ("seals/seals-2026-03.jsonl", "one\n"),
    ]


@pytest.mark.parametrize("name", ["notes.txt", "mimin-2026.backup", "mimin-20260316-010000.backup"])
def test_the_moment_of_another_file_is_not_guessed(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name} is not the name of a backup"):
        backup.made_at(Path(name))
