"""What stood on the channels before Mimin came: taken in as it stood there, a channel at a time.

Nobody worked on it here, and the evidence does not say so: it says that it was taken in, and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from mimin.desk.demo.pemda import Pemda
from mimin.desk.demo.story import Told
from mimin.inbox.history import Past
from mimin.inbox.intake import Understand, receive
from mimin.platforms.base import Heard

AT_ONCE = 200
ENDED = {"answered": "answered", "referred": "referred", "dismissed": "dismissed"}
"""How a thread ended there; whatever is not named was closed: a government that works leaves little lying."""
SHORT_ANSWER = (
    "Terima kasih laporannya. Sudah kami tindak lanjuti; bila masih terjadi, balas di sini dan kami cek lagi."
)


def take_over(pemda: Pemda, told: Sequence[Told], *, at: datetime, understand: Understand) -> Iterator[int]:
    """Take in whole threads that began before ``at``; gives how many of their messages came in with each step."""
    by_channel: dict[str, list[Told]] = {}
    for one in told:
        by_channel.setdefault(one.channel, []).append(one)
    for key, threads in by_channel.items():
        rest = iter(threads)
        while batch := list(islice(rest, AT_ONCE)):
            past = {remote_id(one): _stood(pemda, one) for one in batch if not one.position}
            heard = sorted((h for one in batch for h in _said(pemda, one)), key=lambda h: h.sent_at)
            receive(heard, channel=pemda.channels[key], at=at, understand=understand, past=past)
            yield len(batch)


def remote_id(one: Told) -> str:
    """Under which id the message stands on its channel."""
    return f"story-{one.key}"


def heard(one: Told) -> Heard:
    """The message as its channel gives it."""
    parent = f"story-{one.thread}-0" if one.position else ""
    return Heard(remote_id(one), one.text, one.author, one.sent_at, parent_id=parent)


def answered_at(one: Told) -> datetime:
    """When the first answer stood there."""
    return one.sent_at + (one.waited or timedelta(hours=3))


def answer(one: Told) -> str:
    """The words of the answer."""
    return (*one.answers, SHORT_ANSWER)[0]


def _stood(pemda: Pemda, one: Told) -> Past:
    state = ENDED.get(one.ending, "closed")
    unit = pemda.units.get(one.unit)
    return Past(
        state=state,
        lead=unit.pk if unit else None,
        confidentiality=one.message.secrecy,
        answered_at=None if state == "dismissed" else answered_at(one),
    )


def _said(pemda: Pemda, one: Told) -> Iterator[Heard]:
    """A message and, where it began a thread, what we answered there; overseers answer nobody in public."""
    yield heard(one)
    if one.position == 0 and one.ending != "dismissed" and one.message.secrecy != "oversight":
        unit = pemda.units.get(one.unit) or pemda.channels[one.channel].unit
        yield Heard(
            f"{remote_id(one)}-answer",
            answer(one),
            unit.name,
            answered_at(one),
            parent_id=remote_id(one),
            ours=True,
        )
