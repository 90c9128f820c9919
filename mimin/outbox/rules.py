"""What a platform's answer means for a delivery, and what a person may do with it. Pure."""

from __future__ import annotations

from datetime import timedelta

from mimin.platforms.base import Explained

LEASE = timedelta(minutes=2)
"""How long one try may take before another worker may look what became of it."""

EXPLAINED: dict[str, Explained] = {
    "worker_gone": Explained(
        "Mimin was interrupted while it sent this.",
        "Nothing: it looks on the platform first whether it arrived, and sends no second copy.",
        "platform",
    ),
    "cannot": Explained(
        "Mimin has no door to this platform for this.",
        "Let the coordinator set the channel to assisted, then retry: a person can post it.",
        "coordinator",
    ),
    "vanished": Explained(
        "The platform had taken it and no longer has it: somebody or something there removed it.",
        "Look on the platform why; retry if it shall be said again.",
        "admin",
    ),
}
"""Our own error codes, in the form of the platforms' tables."""

LOOK_FIRST = "Look first whether it stands there already."
"""Said before the steps of posting by hand when an earlier try may have arrived."""

PROVABLE = ("pending", "unsure", "by_hand", "held")
"""States in which a person may show that it stands there; while it is being sent, the worker is asked first."""


def next_try(tries: int, retry_after: float | None) -> timedelta:
    """The wait before the next try: what the platform asked for, else 5 s doubled each time, at most an hour."""
    if retry_after:
        return timedelta(seconds=retry_after)
    return timedelta(seconds=min(5 * 2 ** min(tries, 12), 3600))
