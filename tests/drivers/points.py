"""Points of the hear walk at which a process can be killed, each by a function that dies in its place."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from importlib import import_module
from typing import Any

POINTS: dict[str, tuple[str, str, bool]] = {
    # hearing
    "fetched, not stored": ("mimin.desk.walks.hear", "receive", False),
    "stored, not committed": ("mimin.inbox.intake", "record_many", True),
    "committed, the cursor not moved": ("mimin.desk.walks.hear", "heard", False),
    # sending
    "claimed, not sent": ("mimin.outbox.actions", "_say", False),
    "accepted by the site, not noted": ("mimin.outbox.actions", "_conclude", False),
    "noted, not committed": ("mimin.inbox.answering", "_said", True),
    "committed, the lease not given back": ("mimin.desk.walks.answer.outbox", "deliver", True),
    # a form on the web
    "drafted, not handed in": ("mimin.inbox.answering", "submit", False),
    "handed in, not committed": ("mimin.inbox.answering.outbox", "enqueue", True),
    "committed, the person not told": ("mimin.inbox.views", "redirect", False),
}
"""point -> module (or a name in one), function, and whether the function still does its work before the end."""
HEARING = tuple(POINTS)[:3]
SENDING = tuple(POINTS)[3:7]
POSTING = tuple(POINTS)[7:]


def arm(point: str) -> None:
    """From now on this process ends by SIGKILL when it comes to the point."""
    place, name, works = POINTS[point]
    module = _found(place)
    setattr(module, name, _deadly(getattr(module, name), works))


def _found(place: str) -> Any:
    try:
        return import_module(place)
    except ModuleNotFoundError:
        before, _, last = place.rpartition(".")
        return getattr(import_module(before), last)


def _deadly(does: Callable[..., Any], works: bool) -> Callable[..., Any]:
    def end(*args: Any, **named: Any) -> None:
        if works:
            does(*args, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return end
