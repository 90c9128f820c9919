"""What a person and a worker do around a backup, one step a process.

    python -m tests.drivers.restored STEP [COMMENT]

``draft`` begins an answer to a comment that is heard, ``answer`` hands it in (the same draft where there is one) and
``release`` lets go what a restore holds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import django

django.setup()

from django.utils import timezone  # noqa: E402

from mimin.outbox import actions as outbox  # noqa: E402
from mimin.outbox.models import Delivery  # noqa: E402
from tests.drivers.killed import answered, drafted  # noqa: E402
from tests.made import BY  # noqa: E402


def release(_comment: str = "") -> None:
    """A person lets every held answer go on."""
    for delivery in Delivery.objects.filter(state="held"):
        outbox.release(delivery=delivery, by=BY, at=timezone.now())


STEPS: dict[str, Callable[[str], object]] = {"draft": drafted, "answer": answered, "release": release}


if __name__ == "__main__":
    step, *comment = sys.argv[1:]
    STEPS[step](*comment)
