"""Kabupaten Contoh itself: its units, the people in them by role title, and its channels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from mimin.desk.demo import replies, story
from mimin.evidence.actions import Actor
from mimin.people.actions import add_person, add_unit, give_role
from mimin.people.models import Person, Unit
from mimin.people.rules import RoleKind
from mimin.policy.actions import set_value
from mimin.registry.actions import add_channel, assign, retire
from mimin.registry.models import Channel, Connection

BY = Actor(None, "Mimin")
FIRST_DAY = date(2025, 1, 2)
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
WORKERS = ("admin", "officer", "coordinator", "head", "inspector", "secretary")
APPROVERS = ("head", "coordinator")
APPROVING = ("dukcapil", "dinkes", "disdik", "dlh", "dkukmpp")
"""Units that let nobody's answer leave before somebody else approved it."""


@dataclass(eq=False)
class Pemda:
    """What was built, by the keys of the story."""

    demo: story.Demo
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def worker(self, unit_id: int) -> Person:
        """Who works for a unit: its admin or officer, else the nearest one above, else the coordinator."""
        return self.people[_nearest(self, unit_id, WORKERS, "")]

    def approver(self, unit_id: int, author: Person) -> Person:
        """Who approves an author's answers for a unit: its head, else the coordinator; never the author."""
        return self.people[_nearest(self, unit_id, APPROVERS, author.username)]


@lru_cache(maxsize=1024)
def _nearest(pemda: Pemda, unit_id: int, wanted: tuple[str, ...], but: str) -> str:
    """The user name of the nearest person who plays one of these parts, at the unit or above it."""
    keys = {unit.pk: key for key, unit in pemda.units.items()}
    here: str | None = keys.get(unit_id)
    parents = {unit.key: unit.parent for unit in pemda.demo.units}
    while here:
        for kind in wanted:
            for one in pemda.demo.staff:
                if (kind, here) in one.roles and one.username != but:
                    return one.username
        here = parents[here]
    return "koordinator" if but != "koordinator" else "koordinator.malam"


@transaction.atomic
def tree(password: str, *, at: datetime) -> Pemda:
    """Units, people by role title and channels. Everybody has the same password."""
    pemda = Pemda(story.load())
    for row in pemda.demo.units:
        pemda.units[row.key] = add_unit(
            parent=pemda.units.get(row.parent), name=row.name, short=row.short, kind=row.kind, affairs=row.affairs,
            aliases=row.aliases, zone=ZONES[row.zone], by=BY, at=at,
        )  # fmt: skip
    for staff in pemda.demo.staff:
        pemda.people[staff.username] = _person(pemda, staff, at)
    Person.objects.update(password=make_password(password))
    for key in APPROVING:
        set_value(
            key="case.approval", unit=pemda.units[key], value=True, valid_from=FIRST_DAY, by=BY, at=at,
            source="Kabupaten Contoh",
        )  # fmt: skip
    for channel in pemda.demo.channels:
        pemda.channels[channel.key] = _channel(pemda, channel, at)
    replies.keep(pemda.units, by=pemda.people["koordinator"], at=at)
    return pemda


def _person(pemda: Pemda, staff: story.Staff, at: datetime) -> Person:
    person = add_person(username=staff.username, label=staff.label, password=None, by=BY, at=at)
    for kind, unit in staff.roles:
        until = timezone.localdate() + timedelta(days=60) if kind == "auditor" else None
        give_role(
            person=person,
            unit=pemda.units[unit],
            kind=RoleKind(kind),
            since=FIRST_DAY,
            until=until,
            by=BY,
            at=at,
        )
    return person


def _channel(pemda: Pemda, row: story.Channel, at: datetime) -> Channel:
    mode = Channel.Mode.ASSISTED if row.mode == "connected" else Channel.Mode(row.mode)
    channel = add_channel(
        pasted=row.address,
        unit=pemda.units[row.unit],
        name=row.name,
        mode=mode,
        platform=row.platform,
        by=BY,
        at=at,
    )
    assign(channel=channel, person=pemda.worker(channel.unit_id), since=FIRST_DAY, by=BY, at=at)
    if row.mode == "connected":
        connect(channel)
    if row.retired:
        retire(channel=channel, by=BY, at=at)
    return channel


def connect(channel: Channel) -> None:
    """Say that a website is connected. No key is at hand here: nobody asks it anything."""
    channel.mode = Channel.Mode.CONNECTED
    channel.save(update_fields=["mode"])
    Connection.objects.create(channel=channel, secrets=json.dumps({}), account="mimin")
