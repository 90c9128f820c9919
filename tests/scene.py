"""One open case of one department with everything that hangs on it, for tests that walk the addresses."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta

from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from mimin.desk.importing.actions import upload
from mimin.desk.models import ImportJob, Notice
from mimin.evidence.captures import keep
from mimin.inbox import actions, answering, asking, saving
from mimin.inbox.hand.told import FileTold
from mimin.inbox.hand.tray import Content, put, recorded
from mimin.inbox.intake import receive
from mimin.inbox.models import (
    Alarm,
    Ask,
    Attachment,
    Case,
    CaseUnit,
    Duty,
    Message,
    Pause,
    Promise,
    Proof,
    Reply,
    Statement,
)
from mimin.inbox.understanding import understanding
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.people.inviting import invite
from mimin.people.models import Person, Role
from mimin.people.rules import RoleKind, Secrecy
from mimin.policy.actions import set_value
from mimin.policy.models import Holiday, Policy
from mimin.registry.actions import assign
from mimin.registry.models import AddressRule, Assignment, Channel
from tests.made import BY, Government, heard
from tests.made import channel as made_channel
from tests.pictures import photo

WORDS = {
    "title": "jembatan gantung Sumberwangi",
    "message": "papan-jati-keropos",
    "note": "catatan-rekan-melati",
    "reply": "jawaban-kenanga",
    "submitted": "jawaban-cempaka",
    "reason": "alasan-flamboyan",
    "told": "kabar-bugenvil",
    "promised": "janji-kamboja",
    "author": "Pewarta Anggrek",
    "picture": "gambar-anyelir.jpg",
    "given": "titipan-seruni",
    "history": "riwayat-teratai",
}
"""What is said in the case and nowhere else in the government."""

HISTORY = f"Tanggal,Isi\n1 Mei 2023,{WORDS['history']} pernah dilaporkan\n".encode()


@dataclass
class Scene:
    """An open case of the PUPR: heard, passed on, noted, with one draft, one answer to approve and one that failed."""

    government: Government
    channel: Channel
    case: Case
    message: Message
    draft: Reply
    submitted: Reply
    delivery: Delivery
    assignment: Assignment
    role: Role
    holiday: Holiday
    shift: Duty
    notice: Notice
    ask: Ask
    statement: Statement

    @property
    def job(self) -> ImportJob:
        """A file of history that the coordinator sent for the department's channel."""
        return ImportJob.objects.order_by("pk")[0]

    @property
    def policy(self) -> Policy:
        """A value that the department has for itself."""
        return Policy.objects.get(unit=self.government.pupr)

    @property
    def marks(self) -> tuple[str, ...]:
        """What nobody may read who may not see the case."""
        return (self.case.number, *WORDS.values())


def client_of(government: Government, username: str) -> Client:
    """A browser in which this person is signed in; nobody for ""."""
    client = Client(raise_request_exception=False)
    if username:
        client.force_login(government.person(username))
    return client


def scene(government: Government) -> Scene:
    """Make it, by the verbs that people use."""
    now, pupr = timezone.now(), government.pupr
    admin, coordinator = government.person("admin.pupr"), government.person("koordinator")
    channel = made_channel(pupr, "pupr.contoh.go.id")
    Channel.objects.filter(pk=channel.pk).update(platform="wordpress")
    channel.refresh_from_db()
    case = opened(channel, f"{WORDS['title']} {WORDS['message']}, mohon diperbaiki", author=WORDS["author"])
    Case.objects.filter(pk=case.pk).update(title=WORDS["title"])
    actions.transfer(case=case, to=pupr, reason=WORDS["reason"], by=coordinator, at=now)
    message = case.messages.get()
    actions.note(case=case, text=WORDS["note"], by=admin, at=now)
    draft = answering.draft(case=case, message=message, text=WORDS["reply"], by=admin, at=now)
    head = government.person("kepala.pupr")
    submitted = answering.draft(case=case, message=message, text=WORDS["submitted"], by=head, at=now)
    Reply.objects.filter(pk=submitted.pk).update(state="submitted")
    delivery = outbox.enqueue(
        channel=channel, kind=Delivery.Kind.REPLY, thread=f"case {case.pk}", by=BY, at=now, unit=pupr,
        body={"to": message.remote_id, "text": WORDS["reply"]},
    )  # fmt: skip
    Delivery.objects.filter(pk=delivery.pk).update(state="failed", due_at=None)
    _given(message, admin)
    _promised(case, admin)
    saving.save(unit=pupr, title="Jalan berlubang", text="{number} kami tinjau.", by=admin, at=now)
    invite(unit=pupr, kind=RoleKind.DUTY, post="Petugas piket", days=7, key="adegan", by=coordinator, at=now)
    set_value(key="case.approval", unit=pupr, value=False, valid_from=date(2020, 1, 1), by=BY, at=now)
    AddressRule.objects.create(platform="instagram", template="ig.contoh.go.id/{handle}", order=1)
    upload(channel=channel, file=io.BytesIO(HISTORY), name="riwayat.csv", person=coordinator, by=BY, at=now)
    return Scene(
        government, channel, Case.objects.get(pk=case.pk), message, draft, submitted, delivery,
        assign(channel=channel, person=admin, since=date(2026, 1, 5), by=BY, at=now),
        Role.objects.get(person=admin), Holiday.objects.create(date=date(2026, 3, 2), name="Hari Jadi"),
        Duty.objects.create(
            unit=pupr, person=admin, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9)
        ),
        _alarmed(case, coordinator),
        *_asked(case, admin),
    )  # fmt: skip


TRAY, RECORDED = "titipan-admin", "tercatat-admin"
"""Keys of what the department's admin gave: one not recorded yet, one that became the case."""


def _given(message: Message, by: Person) -> None:
    """A picture came with the message, and the admin has two trays."""
    now = timezone.now()
    kept = keep(photo(), kind="image/jpeg", at=now)
    Attachment.objects.create(
        message=message, capture=kept, given="0" * 64, told=str(FileTold(WORDS["picture"]))
    )
    put(by, TRAY, Content(fields={"text": WORDS["given"]}), at=now)
    if message.case:
        recorded(by, RECORDED, message.case, at=now)


def _promised(case: Case, by: Person) -> None:
    """Something was promised in the case, its clock stands still, and there is a photo of what was done."""
    now = timezone.now()
    Promise.objects.create(
        case=case, unit=case.lead, what=WORDS["promised"], until=date(2036, 1, 2), who="UPTD", made_by=by.label,
        due_at=now + timedelta(days=400), made_at=now, state="moved", state_since=now,
    )  # fmt: skip
    Pause.objects.create(case=case, reason="citizen", since=now, by=by.label)
    kept = keep(photo(size=(320, 240)), kind="image/jpeg", at=now)
    Proof.objects.create(case=case, capture=kept, text=WORDS["promised"], at=now, by=by.label)


def _asked(case: Case, by: Person) -> tuple[Ask, Statement]:
    """Somebody without an account was asked by a link, and has told something."""
    now = timezone.now()
    made = asking.ask(
        case=case, who="Kepala UPTD", reach="", question="Bagaimana?", hours=24, key="adegan", by=by, at=now
    )
    told = asking.tell(
        row=made.ask, browser="peramban", key="kabar", author="Mandor", verdict="", until=None,
        text=WORDS["told"], photos=(keep(photo(size=(320, 200)), kind="image/jpeg", at=now),), at=now,
    )  # fmt: skip
    Person.objects.filter(username="koordinator").update(phone_hint="4821")
    return Ask.objects.get(pk=made.ask.pk), told


def _alarmed(case: Case, person: Person) -> Notice:
    """The case speaks of danger, and a person was told."""
    now = timezone.now()
    alarm = Alarm.objects.create(case=case, kind="kebakaran", raised_at=now, state="ringing", state_since=now)
    return Notice.objects.create(person=person, kind="alarm", case=case, alarm=alarm, made_at=now)


def opened(channel: Channel, text: str, remote_id: str = "1", *, author: str = "Warga") -> Case:
    """The case that one message on a channel opens."""
    at = timezone.now()
    written = heard(text, remote_id, at=at - timedelta(minutes=5), author=author)
    done = receive([written], channel=channel, at=at, understand=understanding())
    return Case.objects.select_related("channel", "lead").get(pk=done.opened[0])


def kept_from_its_unit(channel: Channel, text: str, remote_id: str = "9") -> Case:
    """A case that names the staff of the channel's unit; the words that decide it are checked here."""
    case = opened(channel, text, remote_id)
    assert case.secrecy >= Secrecy.OVERSIGHT
    assert not CaseUnit.objects.filter(case=case, unit=channel.unit).exists()
    return case


def rows_now() -> dict[str, tuple[object, ...]]:
    """Every row of every table of Mimin, to compare before and after."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("mimin").get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY 1')  # noqa: S608
            found[model._meta.db_table] = tuple(cursor.fetchall())
    return found
