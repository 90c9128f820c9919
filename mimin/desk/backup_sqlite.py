"""How a SQLite database is copied while it is written to, tried out, and put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connections
from django.utils.translation import gettext as _

from mimin.desk.backup_file import SILENCED, Contents, Refusal, describe, hand_over

_PAGES = 4096  # copied between two looks at the clock
_BESIDE = ("-wal", "-shm")


def _live() -> Path:
    return Path(str(connections["default"].settings_dict["NAME"]))


def size() -> int:
    """The bytes of the live database, what waits in its log included."""
    files = [_live(), *(Path(f"{_live()}{end}") for end in _BESIDE)]
    return sum(file.stat().st_size for file in files if file.exists())


def copy(target: Path, tell: Callable[[int, int], None]) -> Contents:
    """Copy the live database as it stands now into ``target``, while others go on writing.

    A read transaction is held for the whole copy: without it SQLite begins anew after every foreign write.
    """
    if not _live().exists():
        raise Refusal(_("There is no database at %(path)s yet.") % {"path": _live()})
    try:
        with closing(_open(_live())) as source, closing(_open(target)) as made:
            source.execute("BEGIN")
            source.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            source.backup(made, pages=_PAGES, progress=lambda _s, left, total: tell(total - left, total))
        return contents(target)
    except sqlite3.Error as error:
        raise OSError(f"{error}") from error


def contents(file: Path) -> Contents:
    """What a database file holds; it becomes a single file, with no log beside it."""
    with closing(_open(file)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
        tables = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        names = [name for (name,) in db.execute(tables) if not name.startswith("sqlite_")]
        return describe(lambda sql: db.execute(sql).fetchall(), names)


@contextmanager
def trial(file: Path, folder: Path) -> Iterator[tuple[str, Contents]]:
    """The copy as a database of its own: its DATABASE_URL, and what it holds."""
    place = folder / "trial.sqlite3"
    os.replace(file, place)
    yield f"sqlite:///{place}", contents(place)


def in_use() -> str:
    """Who else has the database open, in words; "" when nobody. An unreadable one counts as free."""
    if not _live().exists():
        return ""
    try:
        with closing(_open(_live(), patience=1)) as db:
            db.execute("PRAGMA journal_mode=DELETE")  # needs the file for itself, and folds the log in
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return _("another process has the database open")
    except sqlite3.DatabaseError:
        return ""
    return ""


def put(file: Path, *, aside: str) -> list[Path]:
    """Put the copy in the place of the live database, which is kept beside it under the name ending in
    ``aside``. What was on its way is not due to anybody any more. Returns what was kept."""
    with closing(_open(file)) as db:
        for table in SILENCED:
            db.execute(f"UPDATE {table} SET due_at = NULL, lease_until = NULL")  # noqa: S608
    live = _live()
    fresh = live.with_name(f"{live.name}.restoring")
    fresh.unlink(missing_ok=True)
    shutil.move(file, fresh)
    kept = _keep(live, aside)
    hand_over([fresh])
    os.replace(fresh, live)
    return kept


def _keep(live: Path, aside: str) -> list[Path]:
    kept = []
    for end in _BESIDE:
        if Path(f"{live}{end}").exists():  # only beside a database that could not be opened
            os.rename(f"{live}{end}", f"{live}.{aside}{end}")
            kept.append(Path(f"{live}.{aside}{end}"))
    if live.exists() and live.stat().st_size:
        os.link(live, f"{live}.{aside}")
        kept.insert(0, Path(f"{live}.{aside}"))
    return kept


def _open(file: Path, *, patience: float = 20) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=patience, isolation_level=None)
