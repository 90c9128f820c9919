"""Work that waits is a row; a task is only a nudge.

A queue is a table whose rows have ``due_at``, ``tries`` and ``lease_until``. A worker takes a row by one conditional
UPDATE (the lease), does the work, and says on the row what comes next: ``due_at`` None when nothing is left. A killed
worker's lease runs out and the row is found again. Losing every task loses nothing: ``sweep`` looks each second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import Count, F, Min, Model, Q, QuerySet
from django.utils import timezone
from huey import Huey, PriorityRedisHuey, SqliteHuey

from mimin.lib.store import is_full

log = logging.getLogger("mimin.work")

huey: Huey = (
    PriorityRedisHuey("mimin", url=settings.QUEUE_URL, immediate=False)
    if settings.QUEUE_URL
    else SqliteHuey("mimin", filename=str(settings.HOME / "queue.sqlite3"), immediate=False)
)


@dataclass(frozen=True)
class Queue:
    """Rows that wait, and what to do with one. ``lease``: how long a worker may take; ``late_after``: when a person
    is told. ``handle`` gets an id, and must clear or move ``due_at``; an exception backs the row off."""

    name: str
    label: str
    model: type[Model]
    handle: Callable[[int], None]
    lease: timedelta = timedelta(minutes=2)
    late_after: timedelta = timedelta(minutes=5)

    @property
    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()


@dataclass(frozen=True)
class Routine:
    """Something done every so often by whichever worker comes first; it must be safe to run twice."""

    name: str
    every: timedelta
    run: Callable[[], object]
    label: str = ""


QUEUES: dict[str, Queue] = {}
ROUTINES: list[Routine] = []


def back_off(tries: int) -> timedelta:
    """How long to wait before the next try: 5 s doubled each time, at most an hour."""
    return timedelta(seconds=min(5 * 2 ** min(tries, 12), 3600))


def free(now: datetime) -> Q:
    """The condition of a row that is due and that nobody holds."""
    return Q(due_at__lte=now) & (Q(lease_until=None) | Q(lease_until__lt=now))


def failed(error: Exception, what: str, *names: object) -> None:
    """Log what failed: one line where the disk is full, which a traceback each second would keep full."""
    if is_full(error):
        log.error(f"{what}: the disk is full. Nothing is lost; it goes on once there is room", *names)
    else:
        log.exception(what, *names, exc_info=error)


def run(name: str, pk: int) -> bool:
    """Take one row and work on it; False when somebody else holds it, nothing is due, or the disk is full: then the
    row stays as it is, due, or held until the lease ends."""
    try:
        return _worked(QUEUES[name], pk)
    except Exception as error:
        if not is_full(error):
            raise
        failed(error, "%s %s", name, pk)
        return False


def _worked(queue: Queue, pk: int) -> bool:
    now = timezone.now()
    lease = now + queue.lease
    taken = queue.rows.filter(free(now), pk=pk).update(lease_until=lease, tries=F("tries") + 1)
    if not taken:
        return False
    try:
        queue.handle(pk)
    except Exception as error:
        failed(error, "%s %s failed; it is tried again", queue.name, pk)
        for tries in queue.rows.filter(pk=pk).values_list(
            "tries", flat=True
        ):  # none where the row went meanwhile
            queue.rows.filter(pk=pk).update(due_at=timezone.now() + back_off(tries))
    queue.rows.filter(pk=pk, lease_until=lease).update(lease_until=None)  # another's lease is not ours to end
    return True


@huey.task()
def _run(name: str, pk: int) -> None:
    close_old_connections()
    try:
        run(name, pk)
    finally:
        close_old_connections()


def nudge(name: str, pk: int, *, eta: datetime | None = None) -> None:
    """Ask a worker to look at a row once the transaction is committed. A lost nudge loses nothing."""

    def ask() -> None:
        try:
            _run.schedule((name, pk), eta=eta) if eta else _run(name, pk)
        except Exception as error:
            log.warning(
                "the queue did not take a nudge for %s %s (%s); the sweep will find it", name, pk, error
            )

    transaction.on_commit(ask)


def sweep(now: datetime, *, limit: int = 100) -> int:
    """Nudge what is due and free, oldest first, unless the queue is still full of nudges. Returns how many."""
    if huey.pending_count() > limit:
        return 0
    asked = 0
    for queue in QUEUES.values():
        for pk in queue.rows.filter(free(now)).order_by("due_at").values_list("pk", flat=True)[:limit]:
            _run(queue.name, pk)
            asked += 1
    return asked


def drain(now: datetime | None = None, *, rounds: int = 50) -> int:
    """Work in this process until nothing is due: for tests, the demonstration and ``mimin work --once``."""
    done = 0
    for _ in range(rounds):
        moment = now or timezone.now()
        due = [
            (q.name, pk)
            for q in QUEUES.values()
            for pk in q.rows.filter(free(moment)).order_by("due_at", "pk").values_list("pk", flat=True)
        ]
        if not due:
            break
        worked = sum(run(name, pk) for name, pk in due)
        if not worked:
            break
        done += worked
    return done


@dataclass(frozen=True)
class QueueState:
    """What the page of work shows of one queue."""

    name: str
    label: str
    waiting: int
    due: int
    leased: int
    late: int
    failing: int
    oldest: datetime | None


def state(queue: Queue, now: datetime) -> QueueState:
    """Count one queue by one query: what waits, is due, is held, is late, and was tried three times or more."""
    counted = queue.rows.filter(due_at__isnull=False).aggregate(
        waiting=Count("pk"),
        due=Count("pk", filter=free(now)),
        leased=Count("pk", filter=Q(lease_until__gte=now)),
        late=Count("pk", filter=Q(due_at__lt=now - queue.late_after)),
        failing=Count("pk", filter=Q(tries__gte=3)),
        oldest=Min("due_at"),
    )
    return QueueState(name=queue.name, label=queue.label, **counted)


def is_late(queue: Queue, now: datetime) -> bool:
    """Whether anything of a queue is late: one look into its index."""
    return queue.rows.filter(due_at__lt=now - queue.late_after).exists()
