"""A case that names a unit's staff: invisible to that unit, to those below and beside it, and to the coordinator."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.desk import notices
from mimin.desk.models import Notice
from mimin.evidence.captures import keep
from mimin.inbox import actions, queries, searching
from mimin.inbox.hand.repeats import repeats
from mimin.inbox.hand.told import FileTold
from mimin.inbox.intake import receive
from mimin.inbox.models import (
    Alarm,
    Ask,
    Attachment,
    Case,
    CaseUnit,
    Message,
    Promise,
    Proof,
    Statement,
    StatementPhoto,
)
from mimin.inbox.register import VIEWS as PROMISES
from mimin.inbox.register import late
from mimin.inbox.understanding import understanding
from mimin.lib.moving import Refused
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.outbox.queries import deliveries, may_act
from mimin.people.actions import actor, describe_unit
from mimin.people.models import Person, Role
from mimin.people.rules import RoleKind, Secrecy
from tests.made import BY, Government, channel, every_role, heard, person
from tests.pictures import photo
from tests.scene import client_of, kept_from_its_unit, opened

pytestmark = pytest.mark.django_db

ABOUT_PUPR = "oknum pegawai dinas PUPR minta uang pelicin 5 juta waktu urus izin ruko, cendana"
ABOUT_INSPECTORATE = "oknum pegawai inspektorat minta uang pelicin 5 juta waktu memeriksa sekolah, cendana"
GIVEN = "0" * 64
"""The digest of the picture that hangs on the case."""
EVERYBODY = (
    "koordinator",
    "admin.pupr",
    "kepala.pupr",
    "admin.marga",
    "admin.dukcapil",
    "inspektur",
    "sekda",
    "pimpinan",
    "pengamat",
    "auditor",
    "petugas.pupr",
    "ppid.pupr",
    "piket.pupr",
    "pelatih.pupr",
    "tanpa.peran",
)


def sees(government: Government, case: Case) -> list[str]:
    """Who may see a case, by the one scope rule."""
    return [
        name
        for name in EVERYBODY
        if Case.objects.filter(queries.seen(government.person(name)), pk=case.pk).exists()
    ]


def read_rows(answer: Any, kind: str) -> list[str]:
    """The rows of an exported file, each as one text."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind == "csv":
        return [" ".join(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [" ".join(str(cell or "") for cell in row) for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def government(government: Government) -> Government:
    return every_role(government)


@pytest.fixture
def accused(government: Government) -> Case:
    return kept_from_its_unit(channel(government.pupr), ABOUT_PUPR)


def test_a_case_that_names_staff_goes_to_the_inspectorate_alone(
    government: Government, accused: Case
) -> None:
    assert (accused.secrecy, accused.about, accused.lead) == (
        Secrecy.OVERSIGHT,
        government.pupr,
        government.inspectorate,
    )
    assert sees(government, accused) == ["inspektur"]
    parts = list(CaseUnit.objects.filter(case=accused).values_list("unit", "part", "secrecy"))
    assert parts == [(government.inspectorate.pk, "lead", Secrecy.OVERSIGHT)]


def test_a_case_about_the_inspectorate_itself_goes_to_the_sekda_alone(government: Government) -> None:
    case = opened(channel(government.pupr), ABOUT_INSPECTORATE)
    assert (case.secrecy, case.about, case.lead) == (
        Secrecy.OVERSIGHT_SEKDA,
        government.inspectorate,
        government.root,
    )
    assert sees(government, case) == ["sekda"]


def test_where_there_is_no_inspectorate_the_sekda_keeps_what_names_staff(government: Government) -> None:
    government.inspectorate.affairs = []
    government.inspectorate.save()
    case = opened(channel(government.pupr), ABOUT_PUPR)
    assert (case.secrecy, case.lead) == (Secrecy.OVERSIGHT_SEKDA, government.root)
    assert sees(government, case) == ["sekda"]


def pages(case: Case, delivery: Delivery) -> list[str]:
    """Every place where a case or what belongs to it could show."""
    found = [reverse("home"), reverse("outbox"), reverse("outbox") + "?view=moving"]
    views = ("mine", "held", "late", "new", "answered", "closed", "all")
    found += [f"{reverse('inbox')}?view={view}" for view in views]
    found += [f"{reverse('inbox')}?view=all&channel={case.channel_id}"]
    found += [f"{reverse('promises')}?view={view}" for view, _label in PROMISES]
    found += [f"{reverse('search')}?q={word}" for word in ("pelicin", "oknum+ruko", case.number)]
    found += [reverse("channel", args=[case.channel_id]), reverse("case", args=[case.pk])]
    found += [reverse(name, args=[case.pk]) for name in ("disposition", "case_lapor")]
    found += [reverse("delivery", args=[delivery.pk]), reverse("prove", args=[delivery.pk])]
    found += [reverse("notices"), reverse("notices") + "?view=unread", reverse("duty"), *photos(case)]
    return [*found, f"{reverse('evidence')}?q={case.number}", reverse("work")]


def photos(case: Case) -> list[str]:
    """The pictures that hang on a case: told through a link, as proof, beside its message."""
    told = StatementPhoto.objects.get(statement__ask__case=case)
    return [
        reverse("statement_photo", args=[case.pk, told.pk]),
        reverse("proof_photo", args=[case.pk, case.proofs.get().pk]),
        reverse("attachment", args=[Attachment.objects.get(message__case=case).pk]),
    ]


def hung_on(case: Case, people: Collection[Person]) -> None:
    """Everything that can hang on a case, and a notice of it for everybody: as if it had been kept only afterwards."""
    now, kept = timezone.now(), keep(photo(), kind="image/jpeg", at=timezone.now())
    asked = {"case": case, "unit": case.lead, "state_since": now}
    ask = Ask.objects.create(
        **asked, kind="question", who="Lurah", question="Bagaimana?", asked_by=next(iter(people)), asked_at=now,
        expires_at=now + timedelta(days=1), token="x" * 64, key="k", state="told",
    )  # fmt: skip
    told = Statement.objects.create(ask=ask, author="Lurah", text="kabar cendana", at=now)
    StatementPhoto.objects.create(statement=told, capture=kept)
    Proof.objects.create(case=case, capture=kept, text="bukti cendana", at=now, by="Admin")
    message = Message.objects.get(case=case)
    Attachment.objects.create(message=message, capture=kept, given=GIVEN, told=str(FileTold("cendana.jpg")))
    Promise.objects.create(
        **asked, what="janji cendana", until=now.date(), who="UPTD", made_by="Admin", due_at=now, made_at=now,
        state="open",
    )  # fmt: skip
    alarm = Alarm.objects.create(case=case, kind="kebakaran", raised_at=now, state="ringing", state_since=now)
    for told in people:
        Notice.objects.create(person=told, kind="near", case=case, made_at=now)
        Notice.objects.create(person=told, kind="alarm", case=case, alarm=alarm, made_at=now)


def sent(case: Case) -> Delivery:
    """An answer of the Inspektorat that waits for a person: the outbox, the home page and the channel could show it."""
    delivery = outbox.enqueue(
        channel=case.channel, kind=Delivery.Kind.REPLY, thread=f"case {case.pk}", by=BY, at=timezone.now(),
        body={"to": "9", "text": "Laporan kami periksa, cendana."}, unit=case.lead, secrecy=case.secrecy,
    )  # fmt: skip
    Delivery.objects.filter(pk=delivery.pk).update(state="by_hand", due_at=None, instructions="Post it")
    return delivery


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "inspektur"])
def test_nobody_else_learns_of_it_anywhere(government: Government, accused: Case, person: str) -> None:
    hung_on(accused, government.people.values())
    delivery, client = sent(accused), client_of(government, person)
    marks = ("cendana", "pelicin", "ruko", f"/kotak-masuk/{accused.pk}/", f"/kotak-keluar/{delivery.pk}/")
    leaks = []
    for url in pages(accused, delivery):
        text = client.get(url).content.decode()
        leaks += [(url, mark) for mark in (*marks, accused.number) if mark in text and mark not in url]
    assert leaks == []
    assert {client.get(url).status_code for url in photos(accused)} == {404}


@pytest.mark.parametrize("person", ("koordinator", "admin.pupr", "sekda"))
def test_no_file_and_no_proposal_of_the_record_page_holds_it(
    government: Government, accused: Case, person: str
) -> None:
    hung_on(accused, government.people.values())
    beside = opened(accused.channel, "jalan depan pasar bolong", "2")
    client = client_of(government, person)
    for kind in ("csv", "xlsx"):
        taken = client.post(reverse("cases_export"), {"kind": kind})
        rows = [row for row in read_rows(taken, kind)[1:] if row.strip()]
        assert [(beside.title in row, "pelicin" in row) for row in rows] == [(True, False)]
    form = {"text": ABOUT_PUPR, "channel": str(accused.channel_id), "key": "k1", "do": "more"}
    page = client.get(client.post(reverse("record"), form).headers["Location"])
    assert (page.context["repeats"], accused.number in page.content.decode()) == ([], False)
    inspector = government.person("inspektur")
    assert [
        [one.row.id for one in repeats(who, link="", texts=[], given=[GIVEN], now=timezone.now())]
        for who in (government.person(person), inspector)
    ] == [[], [accused.pk]]


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "inspektur"])
def test_no_number_on_any_page_tells_that_there_is_something(
    government: Government, accused: Case, person: str
) -> None:
    hung_on(accused, government.people.values())
    sent(accused)
    known = government.person(person)
    now = timezone.now()
    views = ("mine", "held", "late", "new", "all")
    assert [queries.count(known, view=view, now=now) for view in views] == [0] * 5
    assert (notices.unread(known), late(known, now)) == ("", (0, 0))
    client = client_of(government, person)
    assert client.get(reverse("home")).context["todo"] == []
    assert client.get(reverse("inbox")).context["rows"] == []
    views = client.get(reverse("outbox")).context["views"]
    assert [view["count_text"] for view in views] == ["", "", "", ""]


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "inspektur"])
def test_its_own_address_is_unknown_to_everybody_else(
    government: Government, accused: Case, person: str
) -> None:
    delivery, client = sent(accused), client_of(government, person)
    case_url = reverse("case", args=[accused.pk])
    urls = [case_url, *(f"{case_url}{verb}/" for verb in ("answer", "transfer", "keep", "reveal", "note"))]
    urls += [reverse("delivery", args=[delivery.pk]), reverse("prove", args=[delivery.pk])]
    assert {client.get(url).status_code for url in urls} == {404}
    assert {client.post(url).status_code for url in urls} == {404}


def test_the_inspector_finds_it_everywhere(government: Government, accused: Case) -> None:
    hung_on(accused, government.people.values())
    delivery, client = sent(accused), client_of(government, "inspektur")
    assert client.get(reverse("inbox")).context["rows"][0].number == accused.number
    found = client.get(f"{reverse('search')}?q={accused.number}").context["rows"]
    assert [row.number for row in found] == [accused.number]
    assert "pelicin" in client.get(reverse("case", args=[accused.pk])).content.decode()
    assert "cendana" in client.get(reverse("prove", args=[delivery.pk])).content.decode()
    assert client.get(f"{reverse('evidence')}?q={accused.number}").context["trail"] != []
    assert client.get(reverse("promises")).context["rows"][0]["number"] == accused.number
    assert (len(client.get(reverse("notices")).context["rows"]), notices.unread(government.person("inspektur"))) == (
        2, "2"
    )  # fmt: skip
    assert {client.get(url).status_code for url in photos(accused)} == {200}
    assert "pelicin" in client.get(reverse("disposition", args=[accused.pk])).content.decode()


def test_its_words_stand_in_no_column_that_can_be_searched(accused: Case) -> None:
    message = Message.objects.get(case=accused)
    assert (message.text, message.author, accused.title) == ("", "", "")
    assert accused.understanding["reasons"] == []
    assert queries.told(message) == ABOUT_PUPR


def test_the_inspectorate_cannot_pass_it_to_those_who_may_not_read_it(
    government: Government, accused: Case
) -> None:
    """A case kept by the overseers would otherwise rest with a unit that cannot even see it."""
    inspector, now = government.person("inspektur"), timezone.now()
    for give in (
        lambda: actions.transfer(case=accused, to=government.pupr, reason="Cek", by=inspector, at=now),
        lambda: actions.hand_back(case=accused, reason="Cek", by=inspector, at=now),
        lambda: actions.involve(case=accused, unit=government.pupr, part="helper", by=inspector, at=now),
    ):
        with pytest.raises(Refused):
            give()
    accused.refresh_from_db()
    assert (accused.lead, sees(government, accused)) == (government.inspectorate, ["inspektur"])


def test_what_a_citizen_adds_in_an_open_case_and_names_staff_is_kept_from_the_unit_too(
    government: Government,
) -> None:
    """The thread is open, the accusation is not: it becomes a case of its own."""
    site = channel(government.pupr)
    first = opened(site, "jalan depan pasar rusak parah sejak lebaran", "10")
    follow = heard(ABOUT_PUPR, "11", at=timezone.now(), parent="10")
    receive([follow], channel=site, at=timezone.now(), understand=understanding())
    kept = Case.objects.get(messages__remote_id="11")
    assert (kept.pk != first.pk, kept.secrecy) == (True, Secrecy.OVERSIGHT)
    assert sees(government, kept) == ["inspektur"]
    assert [m.remote_id for m in queries.conversation(first)] == ["10"]
    assert searching.search(government.person("admin.pupr"), "pelicin") == ((), 0)


def test_taking_a_case_into_oversight_takes_it_from_who_held_it_at_once(government: Government) -> None:
    case = opened(channel(government.pupr), "jalan rusak depan pasar, cendana", "20")
    delivery = sent(case)
    assert "admin.pupr" in sees(government, case)
    head = government.person("kepala.pupr")
    actions.keep(
        case=case, secrecy=Secrecy.OVERSIGHT, concerns=government.pupr, reason="Menyebut staf", by=head,
        at=timezone.now(),
    )  # fmt: skip
    assert sees(government, case) == ["inspektur"]
    client = client_of(government, "admin.pupr")
    assert client.get(reverse("case", args=[case.pk])).status_code == 404
    assert client.get(reverse("delivery", args=[delivery.pk])).status_code == 404
    assert "cendana" not in client.get(reverse("outbox")).content.decode()
    assert searching.search(government.person("admin.pupr"), "cendana") == ((), 0)


def test_an_inspector_can_give_it_back_to_the_open_inbox(government: Government, accused: Case) -> None:
    inspector, now = government.person("inspektur"), timezone.now()
    actions.keep(
        case=accused, secrecy=Secrecy.OPEN, concerns=None, reason="Tidak menyebut staf", by=inspector, at=now
    )
    actions.transfer(case=accused, to=government.pupr, reason="Izin ruko", by=inspector, at=now)
    assert {"admin.pupr", "koordinator"} <= set(sees(government, accused))
    assert Message.objects.get(case=accused).text == ABOUT_PUPR


@pytest.mark.parametrize("kind", ["inspector", "secretary", "auditor"])
def test_the_accused_unit_does_not_choose_who_reads_it(government: Government, kind: str) -> None:
    person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR)
    client = Client()
    client.force_login(Person.objects.get(username="koordinator.pupr"))
    head = government.people["kepala.pupr"]
    form = client.get(reverse("person", args=[head.pk])).context["role_form"]
    assert kind not in [value for value, _word in form.fields["kind"].choices]
    typed = {"unit": government.pupr.pk, "kind": kind, "since": "2026-01-01", "until": "2099-01-01"}
    assert client.post(reverse("role_give", args=[head.pk]), typed).status_code == 422
    assert [role.kind for role in head.roles.all()] == ["head"]


def test_a_unit_that_had_a_case_never_opens_it_again_once_it_is_under_oversight(
    government: Government,
) -> None:
    """The accused unit keeps its trail; a part there that is cleared for oversight still opens nothing."""
    case = opened(channel(government.pupr), "jalan rusak depan pasar, cendana", "20")
    delivery = sent(case)
    now = timezone.now()
    actions.keep(
        case=case, secrecy=Secrecy.OVERSIGHT, concerns=government.pupr, reason="Menyebut staf",
        by=government.person("kepala.pupr"), at=now,
    )  # fmt: skip
    delivery.refresh_from_db()
    Role.objects.create(
        person=government.people["kepala.pupr"],
        unit=government.pupr,
        kind="inspector",
        since=date(2020, 1, 1),
    )
    head = government.person("kepala.pupr")
    assert sees(government, case) == ["inspektur"]
    assert [queries.count(head, view=view, now=now) for view in ("mine", "late", "new", "all")] == [0] * 4
    assert queries.page(head, view="all", now=now).cases == ()
    assert searching.search(head, case.number) == ((), 0)
    assert list(deliveries(head)) == []
    assert may_act(head, delivery) is False


def test_a_coordinator_of_a_unit_does_not_make_it_the_inspectorate(government: Government) -> None:
    """What names staff goes to the unit with this affair: a department that takes it would oversee itself."""
    coordinator = person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR)
    by, now = actor(coordinator), timezone.now()
    with pytest.raises(Refused):
        describe_unit(
            unit=government.pupr,
            aliases=[],
            affairs=["pupr", "inspektorat"],
            zone="Asia/Jakarta",
            by=by,
            at=now,
        )
    describe_unit(unit=government.pupr, aliases=[], affairs=["pupr"], zone="Asia/Jakarta", by=by, at=now)
    government.pupr.refresh_from_db()
    assert government.pupr.affairs == ["pupr"]
