"""A real worker in a process of its own, on a real Redis and on the queue in a file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from redis import Redis

from mimin.desk.tests.installation import ROOT, Installation, copy_of

REDIS = "redis://127.0.0.1:6379/15"
pytestmark = pytest.mark.xdist_group("worker")

NUDGE = """
from mimin.outbox.models import Delivery
from mimin.lib.work import huey, nudge
for pk in Delivery.objects.values_list("pk", flat=True):
    nudge("deliver", pk)
print(huey.pending_count())
"""
DONE = [("by_hand", None, None)] * 3


@pytest.fixture(params=[pytest.param("redis", marks=pytest.mark.redis), "file"])
def place(request: pytest.FixtureRequest) -> Iterator[Installation]:
    """Three answers wait; the queue is the one named, and empty."""
    if request.param == "file":
        place = copy_of("sqlite")
        (place.home / "queue.sqlite3").unlink(missing_ok=True)
        yield place
        return
    redis = Redis.from_url(REDIS)
    redis.delete(*redis.keys("huey*mimin*"), "none")
    yield copy_of("sqlite", MIMIN_QUEUE_URL=REDIS)
    redis.delete(*redis.keys("huey*mimin*"), "none")


@contextmanager
def worker(place: Installation, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """``mimin work`` as an operator starts it."""
    command = [sys.executable, "-m", "mimin.program", "work", *options]
    process = subprocess.Popen(command, env=place.environment, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def outbox(place: Installation) -> list[tuple[str, str | None, str | None]]:
    """State, due and leased until of every answer, read past the program."""
    with closing(sqlite3.connect(place.home / "mimin.sqlite3", timeout=5)) as db:
        return db.execute("SELECT state, due_at, lease_until FROM mimin_delivery ORDER BY id").fetchall()


def handed_within(seconds: float, place: Installation, number: int) -> bool:
    """Whether so many answers are handed to a person within the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if sum(state == "by_hand" for state, _due, _lease in outbox(place)) >= number:
            return True
        time.sleep(0.1)
    return False


def test_a_nudged_row_is_done_and_the_worker_ends_cleanly(place: Installation) -> None:
    assert place.run(NUDGE) == 3
    with worker(place, "--no-periodic") as process:
        assert handed_within(
            30, place, 1
        )  # answers of one channel leave one by one: the others wait for the sweep
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_without_any_nudge_the_sweep_finds_the_row(place: Installation) -> None:
    with worker(place) as process:
        assert handed_within(30, place, 3)
        process.terminate()
        assert process.wait(timeout=10) == 0


@pytest.mark.redis
def test_a_redis_that_is_away_does_not_lose_what_was_written() -> None:
    place = copy_of("sqlite", MIMIN_QUEUE_URL="redis://127.0.0.1:1/15")
    refused = NUDGE.replace("huey.pending_count()", "drain()").replace("huey, nudge", "drain, nudge")
    assert place.run("import mimin.desk.jobs" + refused) == 3
    assert outbox(place) == DONE
