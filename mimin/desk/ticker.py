"""The worker: a consumer of nudges, and the second hand that finds what is due whether or not it was nudged."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.utils import timezone
from huey.consumer import Consumer

from mimin.lib.store import is_full
from mimin.lib.work import QUEUES, ROUTINES, Routine, failed, huey, state, sweep

log = logging.getLogger("mimin.work")

SECOND, FULL = 1.0, 30.0
"""Seconds to the next tick: as a rule, and while the disk is full."""


class Ticker(threading.Thread):
    """Each second: nudge what is due, run the routines, and tell when something is late."""

    def __init__(self) -> None:
        super().__init__(name="ticker", daemon=True)
        self.stopped = threading.Event()
        self._ran: dict[str, float] = {}
        self._told: datetime | None = None

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
        except Exception as error:
            failed(error, "the routine %s failed; it runs again in its turn", routine.name)

    def _watch(self, now: datetime) -> None:
        if self._told and now - self._told < timedelta(minutes=5):
            return
        late = {q.label: state(q, now).late for q in QUEUES.values()}
        if any(late.values()):
            self._told = now
            log.warning(
                "work is late: %s. Open Pengaturan > Pekerjaan.", {k: n for k, n in late.items() if n}
            )


def work(*, threads: int, periodic: bool = True) -> None:
    """Run a worker until it is told to end (SIGTERM or SIGINT: what is begun is finished)."""
    ticker = Ticker()
    if periodic:
        ticker.start()
    try:
        Consumer(huey, workers=threads, periodic=False, max_delay=0.5, graceful_signal="TERM").run()
    finally:
        ticker.stopped.set()
