"""An installation of Mimin of its own: a home, a database, and its processes, all gone afterwards."""

from __future__ import annotations

import json
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.database import free_port, wait_for

ROOT = Path(__file__).parents[2]
POSTGRES_PORT = 5432
SERVER = f"postgres://postgres@127.0.0.1:{POSTGRES_PORT}"


@dataclass(frozen=True)
class Installation:
    """Where it lives; ``sql`` reads and writes its database past the program."""

    home: Path
    url: str
    allow: str

    def environment(self, **more: str) -> dict[str, str]:
        own = {"MIMIN_HOME": str(self.home), "DATABASE_URL": self.url, "MIMIN_QUEUE_URL": ""}
        own |= {"MIMIN_NETWORK_ALLOW": self.allow, "DJANGO_SETTINGS_MODULE": "mimin.settings"}
        return {**os.environ, **own, "MIMIN_PLAIN_STATIC": "1", "PYTHONPATH": str(ROOT), **more}

    def run(self, module: str, *args: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end."""
        command = [sys.executable, "-m", module, *args]
        return subprocess.run(
            command, env=self.environment(), cwd=ROOT, capture_output=True, text=True, timeout=120
        )

    def mimin(self, *args: str) -> str:
        """Run a command of Mimin; AssertionError with what it said where it failed."""
        done = self.run("mimin.program", *args)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def process(self, module: str, *args: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process that runs beside the test; what is left of it is killed at the end."""
        command = [sys.executable, "-m", module, *args]
        with (self.home / "process.log").open("ab") as log:
            running = subprocess.Popen(
                command, env=self.environment(**environment), cwd=ROOT, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            yield running
        finally:
            kill(running)

    @contextmanager
    def web(self, application: str = "mimin.wsgi:application", **environment: str) -> Iterator[str]:
        """The web server; yields its host and port."""
        port = free_port()
        args = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
        args += ["--blocking-threads", "2", "--no-ws", "--log-level", "warning", application]
        with self.process("granian", *args, **environment):
            wait_for(port)
            yield f"127.0.0.1:{port}"

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement; the rows of a SELECT."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.home / "mimin.sqlite3", timeout=20)) as line, line:
                return line.execute(statement).fetchall()
        with psycopg.connect(self.url, autocommit=True) as server:
            found = server.execute(statement)  # type: ignore[arg-type]
            return found.fetchall() if found.description else []


def kill(running: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait(timeout=20)


@contextmanager
def installation(base: Path, kind: str, *, site: Any) -> Iterator[tuple[Installation, dict[str, Any]]]:
    """An installation on "sqlite" or "postgresql" with ``site`` connected, and what house.py printed."""
    home = base / kind
    home.mkdir(parents=True)
    host = site.url.removeprefix("http://").rstrip("/")
    with _database(home, kind) as url:
        made = Installation(home, url, host)
        done = made.run("tests.drivers.house", site.url, site.username, site.application_password)
        assert done.returncode == 0, done.stderr
        yield made, json.loads(done.stdout.splitlines()[-1])


@contextmanager
def _database(home: Path, kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{home / 'mimin.sqlite3'}"
        return
    name = f"mimin_kill_{secrets.token_hex(6)}"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{SERVER}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
