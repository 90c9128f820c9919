"""The worker: a consumer of nudges, and the second hand that finds what is due whether or not it was nudged."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.utils import timezone
from huey.consumer import Consumer

from mimin.desk.alive import ran
from mimin.lib.store import is_full
from mimin.lib.work import QUEUES, ROUTINES, Routine, failed, huey, is_late, sweep

log = logging.getLogger("mimin.work")

SECOND, FULL = 1.0, 30.0
"""Seconds to the next tick: as a rule, and while the disk is full."""
LOOK_EVERY, TOLD_EVERY = timedelta(minutes=1), timedelta(minutes=5)
"""How long until the next look at what is late: as a rule, and once it was told."""


class Ticker(threading.Thread):
    """Each second: nudge what is due, run the routines, and tell when something is late."""

    def __init__(self) -> None:
        super().__init__(name="ticker", daemon=True)
        self.stopped = threading.Event()
        self._ran: dict[str, float] = {}
        self._look_at: datetime | None = None

    def run(self) -> None:
        """Tick until stopped; an error is logged and the next tick comes, later where the disk is full."""
        pause = SECOND
        while not self.stopped.wait(pause):
            pause = SECOND
            close_old_connections()
            try:
                self.tick(timezone.now())
            except Exception as error:
                failed(error, "a tick failed; another one comes")
                pause = FULL if is_full(error) else SECOND
            finally:
                close_old_connections()

    def tick(self, now: datetime) -> None:
        """One second's work. A routine that fails holds up no other."""
        sweep(now)
        for routine in ROUTINES:
            if time.monotonic() - self._ran.get(routine.name, -1e9) >= routine.every.total_seconds():
                self._ran[routine.name] = time.monotonic()
                self._do(routine)
        self._watch(now)

    def _do(self, routine: Routine) -> None:
        try:
            routine.run()
            error = ""
        except Exception as raised:
            failed(raised, "the routine %s failed; it runs again in its turn", routine.name)
            error = f"{type(raised).__name__}: {raised}"
        try:
            ran(routine.name, at=timezone.now(), error=error)
        except Exception as raised:
            failed(raised, "that the routine %s ran could not be noted", routine.name)

    def _watch(self, now: datetime) -> None:
        """Look once a minute whether anything is late, and tell it every five."""
        if self._look_at and now < self._look_at:
            return
        late = [queue.label for queue in QUEUES.values() if is_late(queue, now)]
        self._look_at = now + (TOLD_EVERY if late else LOOK_EVERY)
        if late:
            log.warning("work is late: %s. Open Pengaturan > Pekerjaan.", ", ".join(late))


def work(*, threads: int, periodic: bool = True) -> None:
    """Run a worker until it is told to end (SIGTERM or SIGINT: what is begun is finished)."""
    ticker = Ticker()
    if periodic:
        ticker.start()
    try:
        Consumer(huey, workers=threads, periodic=False, max_delay=0.5, graceful_signal="TERM").run()
    finally:
        ticker.stopped.set()
