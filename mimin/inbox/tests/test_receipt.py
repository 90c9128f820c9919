"""The receipt: by itself on private connected channels alone, once a case; by hand where nobody else reads along."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from mimin.desk.walks import hear as walk
from mimin.evidence.queries import trail
from mimin.inbox import answering, interim, receipt
from mimin.inbox.intake import Received
from mimin.inbox.models import Case, Reply
from mimin.inbox.rules import rank
from mimin.outbox.models import Delivery
from mimin.platforms import PLATFORMS
from mimin.platforms.base import Batch, Heard
from mimin.policy.actions import set_value
from mimin.registry.models import Channel, Connection
from tests.made import BY, Government, channel, heard
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

ROAD = "jalan depan pasar bolong sudah dua bulan"
WHATSAPP, INSTAGRAM = "wa.me/6281100000112", "instagram.com/puprcontoh"


def connected(government: Government, address: str) -> Connection:
    """A channel that Mimin hears and answers by itself; no platform that is private has a connector yet."""
    made = channel(government.pupr, address)
    Channel.objects.filter(pk=made.pk).update(mode=Channel.Mode.CONNECTED)
    made.refresh_from_db()
    return Connection.objects.create(channel=made, secrets="{}", account="mimin", due_at=timezone.now())


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Heard]:
    """What the platform brings when it is asked, each time anew."""
    batch: list[Heard] = []
    listens = SimpleNamespace(fetch=lambda cursor: Batch(tuple(batch), cursor))
    monkeypatch.setattr(walk, "connector_for", lambda channel: listens)
    return batch


def hear(connection: Connection) -> None:
    walk.hear(Connection.objects.select_related("channel__unit").get(pk=connection.pk))


def now(**ago: int) -> datetime:
    return timezone.now() - timedelta(**ago)


def test_which_kinds_of_channel_are_private_is_known() -> None:
    assert [key for key, platform in PLATFORMS.items() if platform.private] == ["offline", "door", "whatsapp"]
    assert [key for key, platform in PLATFORMS.items() if "private" not in platform.facts] == []


def test_a_private_connected_channel_gets_exactly_one_also_when_it_is_received_twice(
    government: Government, said: list[Heard]
) -> None:
    here = connected(government, WHATSAPP)
    said.append(heard(ROAD, at=now(minutes=1)))
    for _time in range(2):
        hear(here)
    (reply,) = Reply.objects.all()
    case = Case.objects.get()
    assert (reply.state, reply.kind, reply.author, reply.wrote.label) == ("leaving", "interim", None, "Mimin")
    assert reply.text == receipt.words(case, reply.written_at)
    assert reply.text.startswith(
        f"Laporan Anda kami terima dengan nomor {case.number} dan ditangani {case.lead.name}."
    )
    assert Delivery.objects.get().thread == f"case {case.pk}"
    assert [fact.kind for fact in trail("case", case.pk)] == ["reply.approved", "message.received"]


def test_a_public_connected_channel_gets_none(government: Government, said: list[Heard]) -> None:
    here = connected(government, INSTAGRAM)
    said.append(heard(ROAD, at=now(minutes=1)))
    hear(here)
    assert (Case.objects.count(), Reply.objects.count(), Delivery.objects.count()) == (1, 0, 0)


def test_a_public_channel_gets_none_whoever_asks(government: Government) -> None:
    here = connected(government, INSTAGRAM).channel
    case = opened(here, ROAD)
    assert receipt.acknowledge(Received((), (case.pk,), ()), channel=here, at=timezone.now()) == []


def test_a_unit_that_has_emptied_the_words_gives_none(government: Government, said: list[Heard]) -> None:
    set_value(
        key="case.words_receipt", unit=government.root, value="", valid_from=timezone.localdate(), by=BY,
        at=timezone.now(),
    )  # fmt: skip
    here = connected(government, WHATSAPP)
    said.append(heard(ROAD, at=now(minutes=1)))
    hear(here)
    assert (Case.objects.count(), Reply.objects.count()) == (1, 0)


def test_what_follows_in_a_thread_gets_no_second_one(government: Government, said: list[Heard]) -> None:
    here = connected(government, WHATSAPP)
    said.append(heard(ROAD, "1", at=now(minutes=3)))
    said.append(heard("sudah dilihat?", "2", at=now(minutes=2), parent="1"))
    hear(here)
    said.append(heard("halo?", "3", at=now(minutes=1), parent="1"))
    hear(here)
    assert (Case.objects.count(), Reply.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        (ROAD, {"days": 10}),
        ("oknum pegawai dinas PUPR minta uang pelicin", {"minutes": 1}),
        ("SLOT GACOR maxwin hari ini daftar di situs judi slot88 deposit pulsa", {"minutes": 1}),
    ],
    ids=["what came long ago", "oversight", "advertising"],
)
def test_none_is_written_for(
    government: Government, said: list[Heard], text: str, ago: dict[str, int]
) -> None:
    here = connected(government, WHATSAPP)
    said.append(heard(text, at=now(**ago)))
    hear(here)
    assert (Case.objects.count(), Reply.objects.count()) == (1, 0)


def test_where_a_person_speaks_for_us_none_is_written_by_itself(government: Government) -> None:
    here = channel(government.pupr, WHATSAPP)
    case = opened(here, ROAD)
    assert receipt.acknowledge(Received((), (case.pk,), ()), channel=here, at=timezone.now()) == []


def test_once_it_stands_there_the_case_is_open_and_an_interim_answer_can_still_be_proposed(
    government: Government, said: list[Heard]
) -> None:
    here = connected(government, WHATSAPP)
    said.append(heard(ROAD, at=now(minutes=1)))
    hear(here)
    answering.arrived(Delivery.objects.get(), timezone.now())
    case = Case.objects.get()
    assert (case.state, case.answered_at, case.messages.filter(ours=True).count()) == ("new", None, 1)
    past = now(hours=1)
    Case.objects.update(rank=rank("new", past, past))
    case.refresh_from_db()
    assert interim.offered(case, timezone.now()) == "late"


def test_the_page_of_the_case_shows_it_while_it_leaves(government: Government, said: list[Heard]) -> None:
    here = connected(government, WHATSAPP)
    said.append(heard(ROAD, at=now(minutes=1)))
    hear(here)
    page = client_of(government, "admin.pupr").get(reverse("case", args=[Case.objects.get().pk]))
    assert [(line["author"], line["verbs"]) for line in page.context["replies"]] == [("Mimin", ())]


# By hand


def recorded(
    government: Government, where: object, text: str = ROAD, name: str = "admin.pupr"
) -> dict[str, str]:
    client = client_of(government, name)
    answer = client.post(reverse("record"), {"key": "k1", "channel": where, "text": text})
    assert answer.status_code == 302
    return client.get(answer.headers["Location"]).context


@pytest.mark.parametrize("way", ["way:desk", "way:phone", "way:letter", WHATSAPP])
def test_what_is_recorded_in_private_shows_the_unit_s_own_words_filled_in(
    government: Government, way: str
) -> None:
    set_value(
        key="case.words_receipt", unit=government.pupr, value="Diterima: {number}, {unit}, {until}.",
        valid_from=timezone.localdate(), by=BY, at=timezone.now(),
    )  # fmt: skip
    where = way if way.startswith("way:") else channel(government.pupr, way).pk
    shown = recorded(government, where)
    assert shown["message"].startswith(
        f"Diterima: {shown['number']}, Dinas Pekerjaan Umum dan Penataan Ruang, "
    )
    assert (shown["message"].endswith("WIB."), Reply.objects.count()) == (True, 0)


def test_what_is_recorded_in_public_shows_no_receipt(government: Government) -> None:
    shown = recorded(government, channel(government.pupr, INSTAGRAM).pk)
    assert (shown["message"], shown["number"]) == ("", Case.objects.get().number)


def test_who_may_not_see_the_case_is_not_told_by_the_receipt_who_handles_it(government: Government) -> None:
    shown = recorded(government, "way:desk", "oknum pegawai dinas PUPR minta uang pelicin")
    case = Case.objects.get()
    assert (case.lead, shown["case_url"]) == (government.inspectorate, "")
    assert (case.number in shown["message"], case.lead.name in shown["message"]) == (True, False)
