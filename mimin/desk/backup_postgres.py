"""How a PostgreSQL database is copied while it is written to, tried out, and put back.

PostgreSQL's own programs do the work; they must be at least as new as the server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.client import DatabaseClient
from django.db.utils import DatabaseError
from django.utils.translation import gettext as _

from mimin.desk.backup_file import SILENCED, Contents, Refusal, describe

_PROGRAMS = Path("/usr/lib/postgresql")


def size() -> int:
    """The bytes that a copy takes at most on this machine's disk: a dump is smaller than the database."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def copy(target: Path, tell: Callable[[int, int], None]) -> Contents:
    """Dump the database as it stands now into ``target``; the rows are counted in the same snapshot."""
    db = connections["default"].copy("default")
    try:
        with db.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            found = _contents(cursor)
            tell(0, 1)
            _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
            tell(1, 1)
        return found
    finally:
        db.close()


@contextmanager
def trial(file: Path, folder: Path) -> Iterator[tuple[str, Contents]]:
    """The copy as a database of its own on the same server, dropped afterwards: its DATABASE_URL, and what
    it holds."""
    ours = (
        f"{settings.HOME} {_settings()['NAME']}".encode()
    )  # always the same, so that a killed run's is dropped
    name = f"mimin_trial_{sha256(ours).hexdigest()[:12]}"
    _outside_transactions(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _make_database(name)
    try:
        _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={name}", str(file))
        file.unlink()
        yield _url(name), _contents_of(name)
    finally:
        _outside_transactions(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def in_use() -> str:
    """Who else is connected, in words; "" when nobody."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    return _("%(count)s other connections to the database are open") % {"count": others} if others else ""


def put(file: Path, *, aside: str) -> list[Path]:
    """Put the dump in the place of what the database holds, in one transaction: all of it or nothing.

    What stood there is dumped to a file first, whose name ends in ``aside``. What was on its way is not due
    to anybody any more. Returns what was kept.
    """
    work = file.parent
    kept = _keep(aside)
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={work / 'all.sql'}", str(file))
    (work / "before.sql").write_text(_emptying())
    after = [f'UPDATE public."{table}" SET due_at = NULL, lease_until = NULL;\n' for table in SILENCED]  # noqa: S608
    (work / "after.sql").write_text("".join(after))
    parts = [f"--file={work / name}" for name in ("before.sql", "all.sql", "after.sql")]
    _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *parts)
    return kept


def _keep(aside: str) -> list[Path]:
    with connections["default"].cursor() as cursor:
        if not _tables(cursor):
            return []
    target = settings.HOME / f"database.{aside}.dump"
    _run("pg_dump", "--format=custom", f"--file={target}")
    target.chmod(0o600)
    return [target]


def _emptying() -> str:
    """SQL that drops every table and function of the schema, but nothing that an extension owns."""
    with connections["default"].cursor() as cursor:
        drops = [f'DROP TABLE IF EXISTS public."{name}" CASCADE;' for name in _tables(cursor)]
        cursor.execute(
            "SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND NOT "
            "EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        drops += [f"DROP ROUTINE IF EXISTS {name} CASCADE;" for (name,) in cursor.fetchall()]
    return "SET lock_timeout = '30s';\n" + "\n".join(drops) + "\n"


def _tables(cursor: Any) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [row[0] for row in cursor.fetchall()]


def _contents(cursor: Any) -> Contents:
    def query(sql: str) -> list[tuple[Any, ...]]:
        cursor.execute(sql)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    return describe(query, _tables(cursor))


def _contents_of(name: str) -> Contents:
    db = _elsewhere(name)
    try:
        with db.cursor() as cursor:
            return _contents(cursor)
    finally:
        db.close()


def _elsewhere(name: str) -> BaseDatabaseWrapper:
    """A connection to another database of the same server."""
    db = connections["default"].copy("default")
    db.settings_dict["NAME"] = name
    return db


def _outside_transactions(sql: str) -> None:
    db = connections["default"].copy("default")
    try:
        with db.cursor() as cursor:
            cursor.execute(sql)
    finally:
        db.close()


def _make_database(name: str) -> None:
    try:
        _outside_transactions(f'CREATE DATABASE "{name}" TEMPLATE template0')
    except DatabaseError as error:
        role = _settings()["USER"]
        raise Refusal(
            _(
                "PostgreSQL does not let “%(role)s” make a database to try the backup in (%(error)s). As the "
                "database's owner run: ALTER ROLE %(role)s CREATEDB;"
            )
            % {"role": role, "error": str(error).strip()}
        ) from error


def _settings() -> dict[str, Any]:
    return connections["default"].settings_dict


def _url(name: str) -> str:
    said = _settings()
    user = quote(said["USER"], safe="") + (f":{quote(said['PASSWORD'], safe='')}" if said["PASSWORD"] else "")
    host = quote(said["HOST"] or "", safe="") + (f":{said['PORT']}" if said["PORT"] else "")
    options = {key: value for key, value in said.get("OPTIONS", {}).items() if isinstance(value, str)}
    return f"postgres://{user}@{host}/{name}" + (f"?{urlencode(options)}" if options else "")


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; Refusal with what it said where it fails."""
    said = _settings()
    environment = DatabaseClient.settings_to_cmd_args_env(said, [])[1] or {}
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGDATABASE": "NAME"}
    environment.update({key: str(said[name]) for key, name in names.items() if said[name]})
    command = [str(_program(program)), *arguments]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)  # noqa: S603
    if done.returncode == 0:
        return
    if "No space left" in done.stderr or "File too large" in done.stderr:
        raise OSError(done.stderr.strip()[:500])
    raise Refusal(
        _("%(program)s failed: %(said)s") % {"program": program, "said": done.stderr.strip()[:1000]}
    )


def _program(name: str) -> Path:
    """The program of the server's own release, else what the PATH has, else the newest installed."""
    major = _server_release()
    own = _PROGRAMS / str(major) / "bin" / name
    if own.exists():
        return own
    if found := shutil.which(name):
        return Path(found)
    installed = sorted(_PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    if installed:
        return installed[-1]
    raise Refusal(
        _(
            "The program %(name)s is not installed. On Debian or Ubuntu: apt install "
            "postgresql-client-%(major)s (or postgresql-client)."
        )
        % {"name": name, "major": major}
    )


def _server_release() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10000
