"""Points of the hear walk at which a process can be killed, each by a function that dies in its place."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from importlib import import_module
from typing import Any

Place = tuple[str, str, bool]
"""A module (or a name in one), a function, and whether the function still does its work before the end."""

HEARING: dict[str, Place] = {
    "fetched, not stored": ("mimin.desk.walks.hear", "receive", False),
    "stored, not committed": ("mimin.inbox.intake", "record_many", True),
    "committed, the cursor not moved": ("mimin.desk.walks.hear", "heard", False),
}
SENDING: dict[str, Place] = {
    "claimed, not sent": ("mimin.outbox.actions", "_say", False),
    "accepted by the site, not noted": ("mimin.outbox.actions", "_conclude", False),
    "noted, not committed": ("mimin.inbox.answering", "_said", True),
    "committed, the lease not given back": ("mimin.desk.walks.answer.outbox", "deliver", True),
}
SETTLING: dict[str, Place] = {
    "found on the site, not noted": ("mimin.outbox.actions", "_conclude", False),
    "found and noted, not committed": ("mimin.inbox.answering", "_said", True),
}
POSTING: dict[str, Place] = {
    "drafted, not handed in": ("mimin.inbox.answering", "submit", False),
    "handed in, not committed": ("mimin.inbox.answering.outbox", "enqueue", True),
    "committed, the person not told": ("mimin.inbox.views", "redirect", False),
}
APPROVING: dict[str, Place] = {
    "approved, not committed": ("mimin.inbox.answering", "move", True),
    "approved and committed, the worker not nudged": ("mimin.lib.work", "_run", False),
}
ROUTING: dict[str, Place] = {
    "moved, the new unit takes no part yet": ("mimin.inbox.actions", "takes_part", False),
    "passed on, not committed": ("mimin.inbox.actions", "record", True),
}
SEALING: dict[str, Place] = {
    "leaves laid, no seal": ("mimin.evidence.actions", "_write_seal", False),
    "sealed, not committed": ("mimin.evidence.actions", "_write_seal", True),
    "in the file, not ticked off": ("mimin.evidence.delivery", "append", True),
}
POINTS = {**HEARING, **SENDING, **SETTLING, **POSTING, **APPROVING, **ROUTING, **SEALING}


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
