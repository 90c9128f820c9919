"""Whole installations of Mimin for tests: a home of their own, a real SQLite file or a real PostgreSQL database."""

from __future__ import annotations

import atexit
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

ROOT = Path(__file__).parents[3]
SERVER = os.environ.get("MIMIN_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/test").rsplit("/", 1)[0]
VENDORS = ("sqlite", "postgresql")
_NUMBERS = itertools.count()

BEGIN = """
import json, os, sys
import django
django.setup()
from django.utils import translation
translation.activate("en")
from io import StringIO
from django.core.management import CommandError, call_command
def said(*command, **options):
    out = StringIO()
    try:
        call_command(*command, stdout=out, stderr=out, **options)
    except CommandError as error:
        return "refused: " + str(error)
    return out.getvalue()
"""

FILL = """
from tests.made import BY, MONDAY, channel, heard, unit
from mimin.inbox.intake import receive
from mimin.outbox.actions import enqueue
from mimin.evidence.jobs import deliver_due, seal_now
call_command("migrate", verbosity=0)
place = channel(unit(None, "Kabupaten Contoh", "Contoh", "kabupaten"), mode="connected")
receive([heard(f"lampu mati {n}", f"first-{n}") for n in range(20)], channel=place, at=MONDAY, understand=None)
for n in range(3):
    enqueue(channel=place, kind="reply", thread=str(n), body={"to": str(n), "text": "Terima kasih"}, by=BY, at=MONDAY)
type(place).objects.update(mode="assisted")  # since then a person works it: a worker hands them over
seal_now()
deliver_due()
"""


@dataclass(frozen=True)
class Installation:
    """A home and a database; every run is a process of its own."""

    home: Path
    url: str
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the installation that runs the tests, everything of this one."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("MIMIN_")}
        own = {"MIMIN_HOME": str(self.home), "DATABASE_URL": self.url}
        return {**clean, "DJANGO_SETTINGS_MODULE": "mimin.settings", **own, **self.more}

    @property
    def backups(self) -> Path:
        """Where its backups go when nobody says otherwise."""
        return self.home / "backups"

    def begin(self, script: str) -> subprocess.Popen[str]:
        """Start a script in a process of its own."""
        command = [sys.executable, "-c", BEGIN + script]
        return subprocess.Popen(
            command, env=self.environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, script: str) -> Any:
        """Run a script; the last line that it prints is JSON and comes back as data."""
        process = self.begin(script)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        lines = out.strip().splitlines()
        return json.loads(lines[-1]) if lines else None


@cache
def filled(vendor: str) -> Installation:
    """The installation that the others are copies of: 20 cases, 3 answers on their way, one seal."""
    made = _new(vendor)
    if vendor == "postgresql":
        _execute(f'CREATE DATABASE "{_name(made)}"')
    made.run(FILL)
    return made


def copy_of(vendor: str, **more: str) -> Installation:
    """A filled installation of one's own. Skips where PostgreSQL does not answer."""
    if vendor == "postgresql":
        _answering()
    model = filled(vendor)
    made = _new(vendor, **more)
    shutil.rmtree(made.home)
    shutil.copytree(model.home, made.home)
    if vendor == "postgresql":
        _execute(f'CREATE DATABASE "{_name(made)}" TEMPLATE "{_name(model)}"')
    return made


def empty(vendor: str, **more: str) -> Installation:
    """An installation with nothing in it. Skips where PostgreSQL does not answer."""
    if vendor == "sqlite":
        return _new(vendor, **more)
    _answering()
    made = _new(vendor, **more)
    _execute(f'CREATE DATABASE "{_name(made)}"')
    return made


def _new(vendor: str, **more: str) -> Installation:
    home = Path(tempfile.mkdtemp(prefix="mimin-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    if vendor == "sqlite":
        return Installation(home, "", more)
    made = Installation(home, f"{SERVER}/mimin_backup_{os.getpid()}_{next(_NUMBERS)}", more)
    atexit.register(_execute, f'DROP DATABASE IF EXISTS "{_name(made)}" WITH (FORCE)')
    return made


def _name(made: Installation) -> str:
    return made.url.rsplit("/", 1)[1]


def _execute(sql: str) -> None:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(sql)  # type: ignore[arg-type]


def _answering() -> None:
    try:
        psycopg.connect(f"{SERVER}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        pytest.skip("PostgreSQL does not answer on 127.0.0.1:5432")
