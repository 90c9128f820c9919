"""A process that does one deed of the walk and dies at one point of it.

    python -m tests.drivers.killed POINT DEED [COMMENT]

What must be before the deed is done whole: with a comment's number it is heard, and answered where the deed is the
sending or the looking. The point "nowhere" lets the deed come to its end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from mimin.desk.walks.answer import deliver  # noqa: E402
from mimin.evidence.jobs import deliver_due, seal_now  # noqa: E402
from mimin.inbox import actions, answering  # noqa: E402
from mimin.inbox.models import Message, Reply  # noqa: E402
from mimin.inbox.states import REPLY  # noqa: E402
from mimin.lib.moving import move  # noqa: E402
from mimin.lib.work import drain  # noqa: E402
from mimin.outbox import actions as outbox  # noqa: E402
from mimin.outbox.models import Delivery  # noqa: E402
from mimin.people.models import Person, Unit  # noqa: E402
from mimin.platforms.base import PlatformError, Receipt  # noqa: E402
from tests.drivers.points import arm  # noqa: E402


def person(username: str) -> Person:
    return Person.objects.get(username=username)


def drafted(comment: str) -> Reply:
    """Hear the comment and begin an answer."""
    drain()
    message = Message.objects.get(remote_id=comment)
    return answering.draft(
        case=message.case, message=message, by=person("admin.pupr"), at=timezone.now(),
        text=f"Terima kasih, laporan {comment} kami tindak lanjuti.",
    )  # fmt: skip


def answered(comment: str) -> None:
    """An answer to the comment is handed in."""
    answering.submit(reply=drafted(comment), by=person("admin.pupr"), at=timezone.now())


def lost(comment: str) -> None:
    """The site has the answer, and nobody knows: its line was cut. It is time to look."""
    answered(comment)
    say = outbox._say

    def cut(connector: Any, delivery: Delivery) -> Receipt:
        say(connector, delivery)
        raise PlatformError("cut", code="no_answer", unknown=True)

    outbox._say = cut
    deliver(Delivery.objects.latest("pk").pk)
    outbox._say = say
    Delivery.objects.filter(state="unsure").update(due_at=timezone.now() - timedelta(seconds=1))


def laid(comment: str) -> None:
    """An answer to the comment waits for approval, unless it does already."""
    if not Reply.objects.filter(message__remote_id=comment).exists():
        move(drafted(comment), REPLY, "submit", by="Admin Dinas PUPR", at=timezone.now())


def approve(comment: str) -> None:
    """The head lets it leave."""
    reply = Reply.objects.get(message__remote_id=comment)
    answering.approve(reply=reply, by=person("kepala.pupr"), at=timezone.now())


def transfer(comment: str) -> None:
    """The case of the comment is given to another unit."""
    case, to = Message.objects.get(remote_id=comment).case, Unit.objects.get(short="Dukcapil")
    actions.transfer(case=case, to=to, reason="Bukan kami", by=person("admin.pupr"), at=timezone.now())


def hear(_comment: str) -> None:
    """A worker does what is due."""
    drain()


def seal(_comment: str) -> None:
    """A worker seals every record, and writes the seals to their file."""
    seal_now()
    deliver_due()


def nothing(_comment: str) -> None:
    """Nothing must be before."""


DEEDS: dict[str, tuple[Callable[[str], None], Callable[[str], None]]] = {
    "hear": (nothing, hear),
    "send": (answered, hear),
    "settle": (lost, hear),
    "approve": (laid, approve),
    "route": (hear, transfer),
    "seal": (hear, seal),
}
"""deed -> what is done whole before, and what the process dies of."""


def main(point: str, deed: str, comment: str = "") -> None:
    before, does = DEEDS[deed]
    before(comment)
    if point != "nowhere":
        arm(point)
    does(comment)


if __name__ == "__main__":
    main(*sys.argv[1:])
