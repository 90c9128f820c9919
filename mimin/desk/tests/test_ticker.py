"""The second hand: routines keep their rhythm, an error stops nothing, and what is late is told now and then."""

from __future__ import annotations

import errno
import logging
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mimin.desk import jobs, ticker
from mimin.desk.models import RoutineRun
from mimin.desk.ticker import Ticker
from mimin.lib.work import QUEUES, ROUTINES, Queue, Routine
from mimin.registry.models import Connection
from tests.made import MONDAY, Government, channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that the test moves; no queue, no routine, and a sweep that only counts itself."""
    stands = SimpleNamespace(seconds=1000.0, swept=0)

    def swept(now: object) -> int:
        stands.swept += 1
        return 0

    monkeypatch.setattr(ticker, "time", SimpleNamespace(monotonic=lambda: stands.seconds))
    monkeypatch.setattr(ticker, "sweep", swept)
    monkeypatch.setattr(ticker, "QUEUES", {})
    monkeypatch.setattr(ticker, "ROUTINES", [])
    return stands


def ran_at(clock: SimpleNamespace, hand: Ticker, seconds: list[float], routine: list[float]) -> list[float]:
    """Tick at each second; when the routine ran."""
    for at in seconds:
        clock.seconds = at
        hand.tick(MONDAY)
    return routine


def test_a_routine_runs_at_once_and_then_on_its_rhythm(
    clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[float] = []
    routine = Routine("seal", timedelta(minutes=1), lambda: ran.append(clock.seconds))
    monkeypatch.setattr(ticker, "ROUTINES", [routine])
    assert ran_at(clock, Ticker(), [0, 1, 59, 60, 61, 119.5, 121, 500, 501], ran) == [0, 60, 121, 500]


def test_routines_keep_their_own_rhythm(clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, float]] = []
    monkeypatch.setattr(
        ticker,
        "ROUTINES",
        [
            Routine("fast", timedelta(seconds=10), lambda: ran.append(("fast", clock.seconds))),
            Routine("slow", timedelta(seconds=25), lambda: ran.append(("slow", clock.seconds))),
        ],
    )
    hand = Ticker()
    for at in (0, 10, 20, 30):
        clock.seconds = at
        hand.tick(MONDAY)
    assert ran == [("fast", 0), ("slow", 0), ("fast", 10), ("fast", 20), ("fast", 30), ("slow", 30)]


def test_every_tick_sweeps(clock: SimpleNamespace) -> None:
    hand = Ticker()
    for _tick in range(3):
        hand.tick(MONDAY)
    assert clock.swept == 3


def breaks() -> None:
    raise OSError("the disk is full")


def test_a_routine_that_fails_holds_up_neither_the_others_nor_itself(
    clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[float] = []
    monkeypatch.setattr(
        ticker,
        "ROUTINES",
        [
            Routine("broken", timedelta(seconds=1), breaks),
            Routine("whole", timedelta(seconds=1), lambda: ran.append(clock.seconds)),
        ],
    )
    assert ran_at(clock, Ticker(), [1, 2, 3], ran) == [1, 2, 3]
    assert [one.getMessage() for one in caplog.records] == [
        "the routine broken failed; it runs again in its turn"
    ] * 3


def test_an_error_does_not_stop_the_next_tick(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticks: list[float] = []
    hand = Ticker()
    monkeypatch.setattr(ticker, "close_old_connections", lambda: None)

    def tick(now: object) -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 2:
            hand.stopped.set()
        raise OSError("the database is away")

    monkeypatch.setattr(hand, "tick", tick)
    hand.start()
    hand.join(timeout=5)
    assert (hand.is_alive(), len(ticks)) == (False, 2)
    assert [one.getMessage() for one in caplog.records] == ["a tick failed; another one comes"] * 2


def test_on_a_full_disk_the_next_tick_comes_later_and_the_log_stays_short(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hand, waits, errors = Ticker(), [], [OSError(errno.ENOSPC, "full"), OSError("away"), None]

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) > len(errors)

    def tick(now: object) -> None:
        if error := errors[len(waits) - 1]:
            raise error

    monkeypatch.setattr(ticker, "close_old_connections", lambda: None)
    monkeypatch.setattr(hand.stopped, "wait", wait)
    monkeypatch.setattr(hand, "tick", tick)
    hand.run()
    assert waits == [ticker.SECOND, ticker.FULL, ticker.SECOND, ticker.SECOND]
    assert [one.exc_info is None for one in caplog.records] == [True, False]


def test_a_stopped_hand_does_not_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Ticker()
    hand.stopped.set()
    monkeypatch.setattr(hand, "tick", lambda now: pytest.fail("it ticked"))
    hand.run()
    assert hand.stopped.is_set()


@pytest.fixture
def late(government: Government, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """One row of one queue, due six minutes before Monday ten o'clock."""
    queue = Queue("listen", "Channels to listen to", Connection, lambda pk: None)
    other = Queue("other", "Other", Connection, print, late_after=timedelta(days=1))
    monkeypatch.setattr(ticker, "QUEUES", {"listen": queue, "other": other})
    place = channel(government.kominfo)
    return Connection.objects.create(channel=place, secrets="", due_at=MONDAY - timedelta(minutes=6))


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [(one.levelno, one.getMessage()) for one in caplog.records if one.name == "mimin.work"]


def test_late_work_is_told_once_in_five_minutes(late: Connection, caplog: pytest.LogCaptureFixture) -> None:
    hand, counts = Ticker(), []
    for seconds in (0, 1, 299, 300, 301, 599, 600):
        hand.tick(MONDAY + timedelta(seconds=seconds))
        counts.append(len(told(caplog)))
    assert counts == [1, 1, 1, 2, 2, 2, 3]
    text = "work is late: Channels to listen to. Open Pengaturan > Pekerjaan."
    assert told(caplog)[0] == (logging.WARNING, text)


@pytest.mark.parametrize(("minutes", "lines"), [(4, 0), (5, 0), (6, 1)])
def test_work_is_late_after_five_minutes(
    late: Connection, caplog: pytest.LogCaptureFixture, minutes: int, lines: int
) -> None:
    Connection.objects.update(due_at=MONDAY - timedelta(minutes=minutes))
    Ticker().tick(MONDAY)
    assert len(told(caplog)) == lines


def test_work_in_time_is_not_spoken_of(late: Connection, caplog: pytest.LogCaptureFixture) -> None:
    Connection.objects.update(due_at=None)
    Ticker().tick(MONDAY)
    assert told(caplog) == []


def test_the_worker_knows_every_queue_and_routine_of_mimin() -> None:
    assert list(QUEUES) == ["alarm", "deliver", "import", "recount", "mail", "listen"]
    assert [r.name for r in ROUTINES] == [
        "remind",
        "close after silence",
        "learn",
        "forget files",
        "seal",
        "send seals",
        "trays",
        "watch",
    ]
    assert jobs.ROUTINES is ROUTINES


def test_the_worker_ticks_only_where_it_is_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    class Consumer:
        def __init__(self, *args: object, **options: object) -> None:
            begun.append(f"{options['workers']} threads, {options['graceful_signal']}")

        def run(self) -> None:
            """End at once, as if told to."""

    monkeypatch.setattr(ticker, "Consumer", Consumer)
    monkeypatch.setattr(Ticker, "start", lambda self: begun.append("ticker"))
    ticker.work(threads=2)
    ticker.work(threads=3, periodic=False)
    assert begun == ["ticker", "2 threads, TERM", "3 threads, TERM"]


def test_a_real_tick_seals_and_nudges(government: Government, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(ticker, "sweep", lambda now: done.append("swept"))
    monkeypatch.setattr(
        ticker, "ROUTINES", [Routine(r.name, r.every, lambda r=r: done.append(r.name)) for r in ROUTINES]
    )
    Ticker().tick(timezone.now())
    assert done == ["swept", *(routine.name for routine in ROUTINES)]


def test_while_nothing_is_late_it_looks_once_a_minute_with_one_question_a_queue(late: Connection) -> None:
    Connection.objects.update(due_at=None)
    hand, asked = Ticker(), []
    for seconds in (0, 1, 30, 59, 60, 61, 120):
        with CaptureQueriesContext(connection) as found:
            hand.tick(MONDAY + timedelta(seconds=seconds))
        asked.append(len(found))
    assert asked == [2, 0, 0, 0, 2, 0, 2]


def test_when_each_routine_ran_and_what_went_wrong_outlives_the_worker(
    clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = timedelta(minutes=1)
    monkeypatch.setattr(ticker, "ROUTINES", [Routine("broken", every, breaks), Routine("whole", every, list)])
    began = timezone.now()
    Ticker().tick(MONDAY)
    kept = {run.name: (run.error, began <= run.at <= timezone.now()) for run in RoutineRun.objects.all()}
    assert kept == {"broken": ("OSError: the disk is full", True), "whole": ("", True)}


def test_a_run_that_cannot_be_noted_holds_up_nothing(
    clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    every = timedelta(minutes=1)
    routines = [Routine(name, every, lambda name=name: done.append(name)) for name in ("first", "second")]
    monkeypatch.setattr(ticker, "ROUTINES", routines)
    monkeypatch.setattr(ticker, "ran", lambda *args, **options: breaks())
    Ticker().tick(MONDAY)
    assert done == ["first", "second"]
