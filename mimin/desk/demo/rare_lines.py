"""The lines to the websites of Kabupaten Contoh: what became of answers that left, and how each website is heard.

No website is there: the tries below speak with a stand-in, and nothing is left due for which a worker would go out.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from mimin.desk.demo.pemda import connect
from mimin.desk.demo.scene import DAY, HELD_FOR, HOUR, RECENT, THANKS, Scene
from mimin.evidence.actions import Subject, record
from mimin.inbox import answering
from mimin.inbox.models import Case
from mimin.lib.moving import move
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.outbox.states import DELIVERY
from mimin.people.actions import actor
from mimin.platforms.base import Receipt
from mimin.platforms.wordpress.errors import error
from mimin.registry.actions import heard, unheard
from mimin.registry.models import Connection

NOT_ASKED = timedelta(days=30)
"""For so long no worker looks what became of an answer on a website that is not there."""
MINUTE = timedelta(minutes=1)


def cut(scene: Scene) -> None:
    """Tell all of it."""
    _deliveries(scene)
    _connections(scene)


class _Stopped(BaseException):
    """The machine went off while a worker was sending."""


class _Line:
    """Stands for a website that does one thing."""

    def __init__(self, does: Callable[[], Receipt]) -> None:
        self._does = does

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        return self._does()

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        return self._does()


def _cut() -> Receipt:
    raise error("no_answer", writing=True)


def _stop() -> Receipt:
    raise _Stopped


def _deliveries(scene: Scene) -> None:
    """On the websites: one of which nobody knows whether it arrived, one that is not shown yet, one held after a
    restore with another waiting behind it; one that is being sent, and one on paper that was not needed any more."""
    lines = {"unsure": _cut, "pending": lambda: Receipt("pending", "demo-rare", "")}
    for n, line in enumerate(lines.values()):
        case = scene.case(
            "pupr-wordpress", f"Drainase Griya Asri blok {'CD'[n]} tersumbat lagi, Pak", ago=RECENT
        )
        _sent(scene, case, line=_Line(line))
    case = scene.case("pupr-wordpress", "Jembatan gantung Kampung Kulon papannya lepas tiga", ago=2 * DAY)
    first = _sent(scene, case)
    move(first, DELIVERY, "hold", by="Mimin", at=scene.until - 6 * HOUR, due_at=None, lease_until=None)
    about = Subject("delivery", first.pk, first.key)
    record(
        "delivery.held",
        subject=about,
        by=actor(scene.person("koordinator")),
        at=scene.until - 6 * HOUR,
        facts={},
    )
    _sent(scene, case, text="Papan jembatan sudah dipesan, mohon berhati-hati.", ago=5 * HOUR)
    case = scene.case("dishub-whatsapp", "lampu merah perempatan pasar kedip terus sejak pagi", ago=RECENT)
    outbox.cancel(delivery=_sent(scene, case), by=actor(scene.worker(case)), at=scene.until - 3 * HOUR)
    _being_sent(scene)


def _being_sent(scene: Scene) -> None:
    """A worker has it in hand, on a website on which nothing else waits for its turn. When the lease ends nobody came
    back, and Mimin says of it what it says after a power cut: it may have arrived."""
    case = scene.case(
        "diskominfo-wordpress", "Formulir permohonan informasi tidak bisa diunggah, Min", ago=RECENT
    )
    with suppress(_Stopped):
        _sent(scene, case, line=_Line(_stop))
    lease = scene.until + HELD_FOR
    Delivery.objects.filter(state="sending").update(due_at=lease, lease_until=lease, tries=1)


def _sent(
    scene: Scene, case: Case, *, text: str = THANKS, ago: timedelta = 8 * HOUR, line: _Line | None = None
) -> Delivery:
    """An answer that was handed over to its channel; ``line``: and tried once."""
    draft = scene.draft(case, text, after=scene.until - ago - case.opened_at)
    reply = answering.submit(reply=draft, by=scene.worker(case), at=scene.until - ago)
    delivery = reply.delivery
    if delivery is None:
        raise RuntimeError(f"nobody lets the answer in {case.number} leave")
    if line:
        outbox.deliver(delivery, at=scene.until - HOUR, then=answering.arrived, connect=lambda _channel: line)
        Delivery.objects.filter(pk=delivery.pk).update(due_at=scene.until + NOT_ASKED)
        delivery.refresh_from_db()
    return delivery


def _connections(scene: Scene) -> None:
    """Two websites answer, one stopped answering, one cannot be reached, one refuses; one was connected just now.

    As nobody asks them, the first two are silent as well after `rules.SILENT_AFTER`.
    """
    ago = {"kab-wordpress": 4 * MINUTE, "diskominfo-wordpress": 3 * MINUTE, "dukcapil-wordpress": 5 * HOUR}
    for key, before in ago.items():
        at = scene.until - before
        heard(_line_of(scene, key), cursor="", any_new=False, more=False, every=NOT_ASKED, at=at)
    for key, code in (("pupr-wordpress", "unreachable"), ("dinkes-wordpress", "wrong_password")):
        unheard(_line_of(scene, key), error(code), at=scene.until - HOUR)
    connect(scene.pemda.channels["rsud-wordpress"])
    Connection.objects.update(due_at=None)  # no worker goes out to ask them


def _line_of(scene: Scene, channel: str) -> Connection:
    return Connection.objects.select_related("channel").get(channel=scene.pemda.channels[channel])
