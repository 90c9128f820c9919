"""Whether work can be sent here: names of what lacks, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from mimin.desk import readiness, watching
from mimin.desk.alive import ran

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_work() -> None:
    """A worker gave a sign a moment ago."""
    ran("seal", at=timezone.now())


def answer() -> tuple[int, dict[str, Any]]:
    got = Client().get("/siap/")
    return got.status_code, got.json()


def test_what_is_ready_says_so() -> None:
    assert answer() == (200, {"ready": True, "lacking": []})


@pytest.mark.parametrize("minutes", [5, 600])
def test_a_worker_that_gave_no_sign_for_five_minutes_lacks(minutes: int) -> None:
    ran("seal", at=timezone.now() - timedelta(minutes=minutes))
    assert answer() == (503, {"ready": False, "lacking": ["worker"]})


def test_a_migration_that_was_not_run_lacks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'mimin' AND name = '0001_initial'")
    assert answer() == (503, {"ready": False, "lacking": ["migrations"]})


def test_a_disk_without_room_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "free", lambda path: readiness.NO_ROOM - 1)
    assert answer() == (503, {"ready": False, "lacking": ["room"]})


def test_a_database_that_does_not_answer_lacks_and_its_words_are_kept_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone() -> frozenset[readiness.Name]:
        raise DatabaseError("password of mimin at 192.0.2.1")

    monkeypatch.setattr(readiness, "_applied", gone)
    assert answer() == (503, {"ready": False, "lacking": ["database"]})


def test_asking_writes_nothing_and_needs_few_queries(django_assert_max_num_queries: Any) -> None:
    answer()
    with django_assert_max_num_queries(4):
        answer()
