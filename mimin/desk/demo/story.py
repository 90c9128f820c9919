"""Kabupaten Contoh as data: ``load`` reads it, ``stretch`` tells it over any days and any number of messages.

Places are invented, people are roles, and what looks like a NIK or a telephone number belongs to nobody.
What the columns mean is said by the dataclasses; that the files agree is checked by the tests. No Django.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

ENDINGS = (
    "new",
    "routed",
    "returned",
    "waiting_approval",
    "answered",
    "reopened",
    "referred",
    "closed",
    "dismissed",
)
"""Where the story of a message stands today. ``returned``: back at the coordinator with a reason."""

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the tree; ``parent`` is a unit's key, "" for the root; ``affairs`` are playbook ids."""

    key: str
    parent: str
    kind: str
    name: str
    short: str
    aliases: tuple[str, ...]
    affairs: tuple[str, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A website, account or counter; ``address`` as somebody pasted it, unique once it is tidied."""

    key: str
    unit: str
    platform: str
    mode: str
    name: str
    address: str
    retired: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """A person by role title, never by name; ``roles`` are pairs of role kind and unit key."""

    username: str
    label: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the same citizen writes later in the thread, hours after the first message."""

    after_hours: int
    text: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """A hand-over: ``kind`` is to, help (``was`` keeps the lead) or return (``to`` is "", the desk)."""

    kind: str
    was: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    """What citizens write, with slots such as {jalan} to fill, and what becomes of it.

    ``unit`` ought to handle it ("" where ``body`` does, an id of the playbook's bodies outside the Pemda);
    ``accused`` is the unit whose staff is named where ``secrecy`` is oversight; both may be "@kecamatan" or
    "@desa", the unit of the place told. ``when``: any, flood or night. ``place``: the only kecamatan it is
    told in. ``plain``: never reworded. ``klass``, ``secrecy`` and ``urgency`` are levels of
    ``mimin.language.verdicts``.
    """

    key: str
    text: str
    klass: str
    affair: str
    platforms: tuple[str, ...]
    ending: str
    unit: str = ""
    body: str = ""
    accused: str = ""
    secrecy: str = "open"
    urgency: str = "biasa"
    when: str = "any"
    place: str = ""
    weight: int = 1
    plain: bool = False
    praise: bool = False
    follow_ups: tuple[FollowUp, ...] = ()
    answers: tuple[str, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Village:
    """A desa or kelurahan; ``unit`` is its key, "" where it has no unit here."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Place:
    """A kecamatan with what people name in it; ``weight`` says how much is heard from there."""

    unit: str
    weight: int
    villages: tuple[Village, ...]
    landmarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variations:
    """What makes the same complaint sound different, and the hours at which people write (24 weights)."""

    slots: Mapping[str, tuple[str, ...]]
    openers: tuple[str, ...]
    closers: tuple[str, ...]
    asides: tuple[str, ...]
    details: tuple[str, ...]
    shorter: Mapping[str, str]
    rhythm: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Demo:
    """The whole demonstration Pemda."""

    units: tuple[Unit, ...]
    channels: tuple[Channel, ...]
    staff: tuple[Staff, ...]
    messages: tuple[Message, ...]
    places: tuple[Place, ...]
    variations: Variations


class Told(NamedTuple):
    """One dated message of a citizen: ``thread`` counts conversations from 0, ``position`` within one from 0.

    ``sent_at`` is aware and in UTC. ``ending`` and ``waited`` (the time to the first answer, zero where there
    is none yet) hold for the whole thread. ``place`` is a kecamatan's key, "" where the text names no place.
    """

    thread: int
    position: int
    message: Message
    text: str
    sent_at: datetime
    author: str
    platform: str
    channel: str
    place: str
    unit: str
    accused: str
    ending: str
    waited: timedelta
    fills: Mapping[str, str]

    @property
    def key(self) -> str:
        """Unique in one telling, and the same in every telling with the same arguments."""
        return f"{self.thread}-{self.position}"

    @property
    def answers(self) -> tuple[str, ...]:
        """What staff answered (or drafted, when it waits for approval), about the same street and place."""
        return tuple(answer.format_map(self.fills) for answer in self.message.answers)

    @property
    def notes(self) -> tuple[str, ...]:
        """What colleagues wrote to each other."""
        return tuple(note.format_map(self.fills) for note in self.message.notes)

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """The hand-overs with the units of the place told and the slots of the reasons filled."""
        return tuple(
            Transfer(
                way.kind,
                self.fills.get(way.was, way.was),
                self.fills.get(way.to, way.to),
                way.reason.format_map(self.fills),
            )
            for way in self.message.transfers
        )


def load() -> Demo:
    """Read the files beside this module; raises KeyError, TypeError or ValueError where one is malformed."""
    varied = _read("fills.json")
    return Demo(
        units=tuple(Unit(**_frozen(row)) for row in _read("units.json")),
        channels=tuple(Channel(**_frozen(row)) for row in _read("channels.json")),
        staff=tuple(Staff(**_frozen(row)) for row in _read("staff.json")),
        messages=tuple(_message(row) for row in _read("messages.json")),
        places=tuple(_place(row) for row in varied["places"]),
        variations=_variations(varied),
    )


def stretch(
    demo: Demo, *, until: datetime, days: int = 90, count: int = 600, seed: int = 1
) -> Iterator[Told]:
    """Exactly ``count`` messages of the ``days`` before ``until``, oldest first, the same for the same seed.

    Each is told once as it stands before any of its occasion is told again in other words; 700 tell them all.
    Raises ValueError when ``until`` is naive, ``days`` is below 1 or ``count`` is negative.
    """
    from mimin.desk.demo.telling import tell  # the telling needs the shapes above

    return tell(demo, until=until, days=days, count=count, seed=seed)


def _read(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def _frozen(value: Any) -> Any:
    """Lists become tuples all the way down; the keys of a dict stay."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value


def _message(row: dict[str, Any]) -> Message:
    fields = _frozen(row)
    fields["follow_ups"] = tuple(FollowUp(**later) for later in row.get("follow_ups", ()))
    fields["transfers"] = tuple(Transfer(**way) for way in row.get("transfers", ()))
    return Message(**fields)


def _place(row: dict[str, Any]) -> Place:
    fields = _frozen(row)
    fields["villages"] = tuple(Village(**village) for village in row["villages"])
    return Place(**fields)


def _variations(varied: dict[str, Any]) -> Variations:
    """Every slot is the product of its parts: ["RT "], ["01", "02"] makes "RT 01" and "RT 02"."""
    slots = {name: tuple(map("".join, product(*parts))) for name, parts in varied["slots"].items()}
    kept = ("openers", "closers", "asides", "details", "shorter", "rhythm")
    return Variations(slots=slots, **{name: _frozen(varied[name]) for name in kept})
