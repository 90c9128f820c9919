"""A worker that dies at one point of the walk.

    python -m tests.drivers.killed POINT [COMMENT]

With a comment's number it is heard and answered first, so that the point may lie in the sending.
"""

from __future__ import annotations

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from mimin.inbox import answering  # noqa: E402
from mimin.inbox.models import Message  # noqa: E402
from mimin.lib.work import drain  # noqa: E402
from mimin.people.models import Person  # noqa: E402
from tests.drivers.points import arm  # noqa: E402


def answer(comment: str) -> None:
    """Hear the comment and hand in an answer, whole."""
    drain()
    message, admin = Message.objects.get(remote_id=comment), Person.objects.get(username="admin.pupr")
    at = timezone.now()
    text = f"Terima kasih, laporan {comment} kami tindak lanjuti."
    draft = answering.draft(case=message.case, message=message, text=text, by=admin, at=at)
    answering.submit(reply=draft, by=admin, at=at)


def main(point: str, comment: str = "") -> None:
    if comment:
        answer(comment)
    arm(point)
    drain()


if __name__ == "__main__":
    main(*sys.argv[1:])
