"""Kabupaten Contoh in the database: told by the same verbs that people use, in the order in which it happened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from mimin.desk.demo import story
from mimin.evidence.actions import Actor
from mimin.inbox import actions
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, Message, Reply
from mimin.inbox.understanding import understanding
from mimin.lib.moving import Refused
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.people.actions import add_person, add_unit, give_role
from mimin.people.models import Person, Unit
from mimin.people.rules import RoleKind, Secrecy
from mimin.platforms.base import Heard, Receipt
from mimin.registry.actions import add_channel, assign, retire
from mimin.registry.models import AddressRule, Channel, Connection
from mimin.registry.rules import DEFAULTS

BY = Actor(None, "Mimin")
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
LEFT_LYING = ("new", "routed", "returned", "waiting_approval", "reopened")
OLD = timedelta(days=12)
SHORT_ANSWER = (
    "Terima kasih laporannya. Sudah kami tindak lanjuti; bila masih terjadi, balas di sini dan kami cek lagi."
)
ANSWERS = ("answered", "closed", "reopened", "waiting_approval")
Progress = Callable[[int, int], None]


@dataclass
class Pemda:
    """What was built, by the keys of the story."""

    demo: story.Demo
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


class Line:
    """Stands for the platforms of the demonstration: what is said there is there. Nothing leaves the machine."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self._numbers = numbers

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        """The answer is there, under a number of its own."""
        return Receipt("live", f"demo-{next(self._numbers)}", "")

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        """Nothing was said that is not known."""
        return Receipt("absent")


def tree(password: str, *, at: datetime) -> Pemda:
    """Units, people by role title and channels. Everybody has the same password."""
    pemda = Pemda(story.load())
    for order, (platform, template) in enumerate(DEFAULTS):
        AddressRule.objects.get_or_create(template=template, defaults={"platform": platform, "order": order})
    for row in pemda.demo.units:
        pemda.units[row.key] = add_unit(
            parent=pemda.units.get(row.parent), name=row.name, short=row.short, kind=row.kind, affairs=row.affairs,
            aliases=row.aliases, zone=ZONES[row.zone], by=BY, at=at,
        )  # fmt: skip
    for staff in pemda.demo.staff:
        person = add_person(username=staff.username, label=staff.label, password=None, by=BY, at=at)
        for kind, unit in staff.roles:
            until = timezone.localdate() + timedelta(days=60) if kind == "auditor" else None
            give_role(
                person=person,
                unit=pemda.units[unit],
                kind=RoleKind(kind),
                since=date(2025, 1, 2),
                until=until,
                by=BY,
                at=at,
            )
        pemda.people[staff.username] = person
    Person.objects.update(password=make_password(password))
    _channels(pemda, at)
    return pemda


def _channels(pemda: Pemda, at: datetime) -> None:
    for row in pemda.demo.channels:
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
        pemda.channels[row.key] = channel
        runner = _worker(pemda, channel.unit)
        assign(channel=channel, person=runner, since=date(2025, 1, 2), by=BY, at=at)
        if row.mode == "connected":  # no key is at hand here: it is not asked, and says so
            Channel.objects.filter(pk=channel.pk).update(mode=Channel.Mode.CONNECTED)
            Connection.objects.create(
                channel=channel, secrets=json.dumps({}), account="mimin", last_heard_at=at
            )
            channel.refresh_from_db()
        if row.retired:
            retire(channel=channel, by=BY, at=at)


def _worker(pemda: Pemda, unit: Unit) -> Person:
    """Who works for a unit: its admin or officer, else the nearest one above, else the coordinator."""
    wanted = ("admin", "officer", "coordinator", "head", "inspector", "secretary")
    here: Unit | None = unit
    while here is not None:
        for kind in wanted:
            found = Person.objects.filter(roles__unit=here, roles__kind=kind).order_by("pk").first()
            if found:
                return found
        here = here.parent
    return pemda.people["koordinator"]


def tell(pemda: Pemda, *, until: datetime, count: int, progress: Progress) -> None:
    """Ninety days of messages and of what staff did about them, in the order in which it happened."""
    told = list(story.stretch(pemda.demo, until=until, days=90, count=count))
    events = sorted(_events(told, until), key=lambda event: event[0])
    understand = understanding()
    for done, (at, what, one) in enumerate(events):
        if what == "heard":
            _hear(pemda, one, at, understand)
        else:
            _work(pemda, one, at, until)
        progress(done + 1, len(events))


def _events(told: list[story.Told], until: datetime) -> Iterator[tuple[datetime, str, story.Told]]:
    for one in told:
        yield one.sent_at, "heard", one
        if one.position == 0 and (one.ending != "new" or until - one.sent_at > OLD):
            worked = one.sent_at + (one.waited or timedelta(hours=3))
            yield min(worked, until - timedelta(minutes=3)), "worked", one
        elif one.position and until - one.sent_at > OLD:
            yield one.sent_at + timedelta(hours=5), "worked", one


def _hear(pemda: Pemda, one: story.Told, at: datetime, understand: Callable[..., object]) -> None:
    parent = f"story-{one.thread}-0" if one.position else ""
    heard = Heard(f"story-{one.key}", one.text, one.author, one.sent_at, parent_id=parent)
    receive([heard], channel=pemda.channels[one.channel], at=at, understand=understand)  # type: ignore[arg-type]


def _work(pemda: Pemda, one: story.Told, at: datetime, until: datetime) -> None:
    """What staff did: passed it on, asked, answered, closed. A refusal ends the story there."""
    case = Case.objects.select_related("lead", "channel__unit").get(
        messages__remote_id=f"story-{one.thread}-0"
    )
    try:
        _keep(pemda, case, one, at)
        if until - one.sent_at > OLD and one.ending in LEFT_LYING:
            one = one._replace(ending="closed")  # a government that works leaves little lying for two weeks
        _pass_on(pemda, case, one, at)
        for text in one.notes:
            actions.note(case=case, text=text, by=_worker(pemda, case.lead), at=at)
        _end(pemda, case, one, at)
    except Refused:
        return


def _keep(pemda: Pemda, case: Case, one: story.Told, at: datetime) -> None:
    """What the machine did not see in the words, a person does: who may read the case is set right."""
    told = {"anonymous": Secrecy.ANONYMOUS, "secret": Secrecy.SECRET, "oversight": Secrecy.OVERSIGHT}
    wanted = told.get(one.message.secrecy, Secrecy.OPEN)
    if wanted is Secrecy.OVERSIGHT and one.accused == "inspektorat":
        wanted = Secrecy.OVERSIGHT_SEKDA
    if wanted is not Secrecy(case.secrecy):
        actions.keep(
            case=case, secrecy=wanted, concerns=pemda.units.get(one.accused), reason="Ditinjau koordinator.",
            by=pemda.people["koordinator"], at=at,
        )  # fmt: skip
        case.refresh_from_db()


def _pass_on(pemda: Pemda, case: Case, one: story.Told, at: datetime) -> None:
    coordinator = pemda.people["koordinator"]
    if case.secrecy >= Secrecy.OVERSIGHT:
        return
    target = pemda.units.get(one.unit)
    for way in one.transfers:
        if way.kind == "to" and way.to in pemda.units and pemda.units[way.to].pk != case.lead_id:
            actions.transfer(case=case, to=pemda.units[way.to], reason=way.reason, by=coordinator, at=at)
        elif way.kind == "help" and way.to in pemda.units and pemda.units[way.to].pk != case.lead_id:
            actions.involve(case=case, unit=pemda.units[way.to], part="helper", by=coordinator, at=at)
        elif way.kind == "return" and case.state == "routed":
            actions.hand_back(case=case, reason=way.reason, by=_worker(pemda, case.lead), at=at)
    wants = one.ending in ("routed", *ANSWERS)
    if wants and target and (case.state == "new" or (case.lead_id != target.pk and not one.transfers)):
        actions.transfer(case=case, to=target, reason="", by=coordinator, at=at)


def _end(pemda: Pemda, case: Case, one: story.Told, at: datetime) -> None:
    worker = _worker(pemda, case.lead)
    if one.ending == "referred":
        actions.refer(case=case, outside=one.message.body or "Instansi lain", reason="", by=worker, at=at)
    elif one.ending == "dismissed":
        actions.dismiss(case=case, reason="Tidak ada yang diminta.", by=worker, at=at)
    elif one.ending in ANSWERS:
        _answer(pemda, case, one, worker, at)


def _answer(pemda: Pemda, case: Case, one: story.Told, worker: Person, at: datetime) -> None:
    message = Message.objects.get(channel=case.channel, remote_id=f"story-{one.key}")
    reply = actions.draft(case=case, message=message, text=(*one.answers, SHORT_ANSWER)[0], by=worker, at=at)
    if one.ending == "waiting_approval":
        Reply.objects.filter(pk=reply.pk).update(state="submitted", state_since=at, state_by=worker.label)
        return
    reply = actions.submit(reply=reply, by=worker, at=at)
    if reply.delivery is None:
        return
    if one.ending == "answered" and one.thread % 17 == 0 and case.channel.mode == Channel.Mode.ASSISTED:
        outbox.deliver(reply.delivery, at=at, then=actions.arrived)  # a person still has to post it
        return
    line = Line(pemda.numbers)
    outbox.deliver(
        Delivery.objects.get(pk=reply.delivery.pk), at=at, then=actions.arrived, connect=lambda _: line
    )
    case.refresh_from_db()
    if one.ending == "closed":
        actions.close(case=case, by=worker, at=at + timedelta(minutes=30))
    elif one.ending == "reopened":
        actions.reopen(case=case, reason="Warga menulis lagi.", by=worker, at=at + timedelta(hours=2))
