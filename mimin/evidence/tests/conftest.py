"""Fixtures of the evidence's tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import settings

from mimin.evidence.actions import erase, seal
from mimin.evidence.delivery import append
from mimin.evidence.guards import GUARDS
from mimin.evidence.models import Seal
from mimin.evidence.tests.made import AT, PPID, recorded
from mimin.evidence.tests.tampering import Sql
from mimin.lib.guards import guards_down

# A busy machine is slow at times, which says nothing about what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The texts as they are written in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def tamper(db: Any) -> Iterator[Sql]:
    """SQL as the owner of the database can run it: the guards are down and foreign keys not yet looked at."""
    with guards_down(connection, GUARDS):

        def run(sql: str, *params: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)

        yield run
        for table in ("sealcopy", "facts", "record", "leaf", "seal"):
            run(f"DELETE FROM mimin_{table}")  # noqa: S608
        connection.check_constraints()


@pytest.fixture
def sealed(db: Any) -> list[int]:
    """The ids of nine records in three seals of three, and of the erasure of the fifth in a fourth seal."""
    ids: list[int] = []
    for first in (1, 4, 7):
        ids += [row.pk for row in recorded(first, first + 1, first + 2)]
        seal(at=AT + timedelta(minutes=first))
    ids.append(erase([ids[4]], by=PPID, why="request", at=AT).pk)
    seal(at=AT + timedelta(minutes=9))
    return ids


@pytest.fixture
def copies(tmp_path: Path, sealed: list[int]) -> Path:
    """A folder with every seal as it left the machine."""
    append(tmp_path, [row.line for row in Seal.objects.order_by("number")])
    return tmp_path
