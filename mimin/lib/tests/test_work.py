"""Rows that wait: one worker takes one, nothing is lost, and what fails is tried again later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from huey import MemoryHuey

from mimin.lib import work
from mimin.lib.work import Queue, QueueState, back_off, drain, nudge, run, state, sweep
from mimin.registry.models import Connection
from tests.made import Government, channel

pytestmark = pytest.mark.django_db

Handle = Callable[[int], None]
LONG_AGO = timedelta(hours=1)


@pytest.fixture
def rows(government: Government) -> list[Connection]:
    """Three rows, due one, two and three hours ago; the last is the longest due."""
    now = timezone.now()
    return [
        Connection.objects.create(
            channel=channel(government.kominfo, f"instagram.com/kanal{n}"),
            secrets="",
            due_at=now - n * LONG_AGO,
        )
        for n in (1, 2, 3)
    ]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What the queue was asked to do."""
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(work, "huey", MemoryHuey("empty"))
    monkeypatch.setattr(work, "_run", lambda name, pk: asked.append((name, pk)))
    return asked


@pytest.fixture
def handles(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Handle], Queue]]:
    """Give the one queue of the test its work."""

    def handles(handle: Handle) -> Queue:
        queue = Queue("try", "Tries", Connection, handle)
        monkeypatch.setattr(work, "QUEUES", {"try": queue})
        return queue

    yield handles


def finish(pk: int) -> None:
    Connection.objects.filter(pk=pk).update(due_at=None, tries=0)


def fail(pk: int) -> None:
    raise OSError("the line is cut")


def now_of(row: Connection) -> Connection:
    return Connection.objects.get(pk=row.pk)


# --- The lease ---


def test_a_row_is_taken_worked_on_and_let_go(
    rows: list[Connection], handles: Callable[[Handle], Queue]
) -> None:
    leases: list[datetime | None] = []

    def handle(pk: int) -> None:
        leases.append(Connection.objects.get(pk=pk).lease_until)
        finish(pk)

    queue, before = handles(handle), timezone.now()
    assert run("try", rows[0].pk) is True
    assert leases[0] is not None and before + queue.lease <= leases[0] <= timezone.now() + queue.lease
    assert (now_of(rows[0]).due_at, now_of(rows[0]).lease_until) == (None, None)


def test_of_two_that_reach_for_a_row_only_one_works(
    rows: list[Connection], handles: Callable[[Handle], Queue]
) -> None:
    worked: list[str] = []

    def handle(pk: int) -> None:
        worked.append("first")
        assert run("try", pk) is False  # another worker, while this one is at it
        finish(pk)

    handles(handle)
    assert (run("try", rows[0].pk), run("try", rows[0].pk)) == (True, False)
    assert worked == ["first"]


@pytest.mark.parametrize(
    ("due_in", "lease_in", "taken"),
    [
        (-1, None, True),
        (-1, -1, True),  # the worker that held it was killed
        (-1, 60, False),
        (60, None, False),
        (None, None, False),
        (None, -1, False),
    ],
)
def test_a_row_is_taken_when_it_is_due_and_nobody_holds_it(
    rows: list[Connection],
    handles: Callable[[Handle], Queue],
    due_in: int | None,
    lease_in: int | None,
    taken: bool,
) -> None:
    def moment(seconds: int | None) -> datetime | None:
        return None if seconds is None else timezone.now() + timedelta(seconds=seconds)

    Connection.objects.filter(pk=rows[0].pk).update(due_at=moment(due_in), lease_until=moment(lease_in))
    handles(finish)
    assert run("try", rows[0].pk) is taken


def test_a_slow_worker_does_not_end_the_lease_of_the_next(
    rows: list[Connection], handles: Callable[[Handle], Queue]
) -> None:
    theirs = timezone.now() + timedelta(hours=1)
    handles(lambda pk: Connection.objects.filter(pk=pk).update(lease_until=theirs) and None)
    run("try", rows[0].pk)
    assert now_of(rows[0]).lease_until == theirs


def test_a_row_that_is_not_there_is_no_work(handles: Callable[[Handle], Queue]) -> None:
    handles(fail)
    assert run("try", 4812) is False


# --- What fails ---


def test_a_failure_is_told_in_the_log_and_tried_again_later(
    rows: list[Connection], handles: Callable[[Handle], Queue], caplog: pytest.LogCaptureFixture
) -> None:
    handles(fail)
    before = timezone.now()
    assert run("try", rows[0].pk) is True
    row = now_of(rows[0])
    assert row.due_at is not None and before + back_off(1) <= row.due_at <= timezone.now() + back_off(1)
    assert (row.tries, row.lease_until) == (1, None)
    assert [one.getMessage() for one in caplog.records] == [f"try {row.pk} failed; it is tried again"]


def test_a_failure_does_not_stand_in_the_way_of_the_others(
    rows: list[Connection], handles: Callable[[Handle], Queue]
) -> None:
    handles(lambda pk: fail(pk) if pk == rows[2].pk else finish(pk))
    assert drain() == 3
    assert [now_of(row).due_at is None for row in rows] == [True, True, False]


def test_a_row_that_goes_while_it_is_worked_on_harms_nobody(
    rows: list[Connection], handles: Callable[[Handle], Queue]
) -> None:
    def handle(pk: int) -> None:
        Connection.objects.filter(pk=pk).delete()
        fail(pk)

    handles(handle)
    assert run("try", rows[0].pk) is True


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [(0, 5), (1, 10), (2, 20), (5, 160), (9, 2560), (10, 3600), (12, 3600), (10_000, 3600)],
)
def test_the_wait_doubles_up_to_an_hour(tries: int, seconds: int) -> None:
    assert back_off(tries) == timedelta(seconds=seconds)


def test_each_failure_waits_longer(rows: list[Connection], handles: Callable[[Handle], Queue]) -> None:
    handles(fail)
    waits = []
    for _try in range(3):
        Connection.objects.filter(pk=rows[0].pk).update(due_at=timezone.now())
        run("try", rows[0].pk)
        due = now_of(rows[0]).due_at
        assert due is not None
        waits.append(round((due - timezone.now()).total_seconds()))
    assert waits == [10, 20, 40]


# --- Nudges ---


def test_a_nudge_is_given_once_the_transaction_is_committed(
    asked: list[tuple[str, int]], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        nudge("try", 7)
        assert asked == []
    assert asked == [("try", 7)]


def test_what_is_rolled_back_is_not_nudged(
    asked: list[tuple[str, int]], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(OSError), transaction.atomic():  # type: ignore[attr-defined]
        nudge("try", 7)
        fail(7)
    assert asked == []


def test_a_queue_that_takes_no_nudge_loses_nothing(
    rows: list[Connection],
    handles: Callable[[Handle], Queue],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    def refuses(name: str, pk: int) -> None:
        raise ConnectionError("no queue")

    handles(finish)
    monkeypatch.setattr(work, "_run", refuses)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        nudge("try", rows[0].pk)
    pk = rows[0].pk
    assert [(one.levelno, one.getMessage()) for one in caplog.records] == [
        (logging.WARNING, f"the queue did not take a nudge for try {pk} (no queue); the sweep will find it")
    ]
    assert drain() == 3


def test_a_nudge_may_be_meant_for_later(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    memory = MemoryHuey("later")
    monkeypatch.setattr(work, "_run", memory.task()(lambda name, pk: None))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        nudge("try", 7, eta=timezone.now() + timedelta(hours=1))
    task = memory.dequeue()
    assert task is not None and task.args == ("try", 7)
    assert memory.ready_to_run(task) is False


# --- The sweep ---


def test_the_sweep_nudges_what_is_due_the_longest_first(
    rows: list[Connection], handles: Callable[[Handle], Queue], asked: list[tuple[str, int]]
) -> None:
    handles(finish)
    assert sweep(timezone.now()) == 3
    assert asked == [("try", rows[2].pk), ("try", rows[1].pk), ("try", rows[0].pk)]


def test_the_sweep_leaves_what_is_not_due_or_held(
    rows: list[Connection], handles: Callable[[Handle], Queue], asked: list[tuple[str, int]]
) -> None:
    now = timezone.now()
    Connection.objects.filter(pk=rows[0].pk).update(due_at=now + LONG_AGO)
    Connection.objects.filter(pk=rows[1].pk).update(lease_until=now + LONG_AGO)
    handles(finish)
    assert sweep(now) == 1
    assert asked == [("try", rows[2].pk)]


def test_the_sweep_takes_no_more_than_its_limit(
    rows: list[Connection], handles: Callable[[Handle], Queue], asked: list[tuple[str, int]]
) -> None:
    handles(finish)
    assert sweep(timezone.now(), limit=2) == 2
    assert asked == [("try", rows[2].pk), ("try", rows[1].pk)]


@pytest.mark.parametrize(("pending", "nudged"), [(100, 3), (101, 0)])
def test_the_sweep_waits_while_the_queue_is_full(
    rows: list[Connection],
    handles: Callable[[Handle], Queue],
    asked: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
    pending: int,
    nudged: int,
) -> None:
    handles(finish)
    full = MemoryHuey("full")
    task = full.task()(lambda: None)
    for _each in range(pending):
        task()
    monkeypatch.setattr(work, "huey", full)
    assert (sweep(timezone.now()), len(asked)) == (nudged, nudged)


# --- Draining and counting ---


def test_draining_works_until_nothing_is_due(
    rows: list[Connection], handles: Callable[[Handle], Queue]
) -> None:
    seen: list[int] = []

    def twice(pk: int) -> None:
        seen.append(pk)
        if seen.count(pk) == 2:
            finish(pk)

    handles(twice)
    assert (drain(), drain()) == (6, 0)
    assert seen == [rows[2].pk, rows[1].pk, rows[0].pk] * 2


def test_draining_ends_even_when_the_work_does_not(
    rows: list[Connection], handles: Callable[[Handle], Queue]
) -> None:
    handles(lambda pk: None)
    assert drain(rounds=4) == 12


def test_a_queue_is_counted(rows: list[Connection], handles: Callable[[Handle], Queue]) -> None:
    now = timezone.now()
    due, held, later = rows
    Connection.objects.filter(pk=due.pk).update(due_at=now - timedelta(minutes=4), tries=3)
    Connection.objects.filter(pk=held.pk).update(lease_until=now + LONG_AGO, tries=2)
    Connection.objects.filter(pk=later.pk).update(due_at=now + LONG_AGO)
    counted = state(handles(finish), now)
    oldest = now_of(held).due_at
    assert counted == QueueState("try", "Tries", waiting=3, due=1, leased=1, late=1, failing=1, oldest=oldest)


def test_an_empty_queue_has_nothing_oldest(handles: Callable[[Handle], Queue]) -> None:
    counted = state(handles(finish), timezone.now())
    assert counted == QueueState("try", "Tries", waiting=0, due=0, leased=0, late=0, failing=0, oldest=None)
