"""A channel that was renamed on its platform is the same channel; who runs it and has left is seen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from mimin.evidence.models import Facts
from mimin.lib.moving import Refused
from mimin.people.models import Role
from mimin.registry import actions
from mimin.registry.models import Channel
from mimin.registry.rows import runner_lines
from tests.made import BY, MONDAY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def correct(one: Channel, pasted: str, name: str = "") -> tuple[str, str, str]:
    actions.correct(channel=one, pasted=pasted, name=name, by=BY, at=MONDAY)
    kept = Channel.objects.get(pk=one.pk)
    return kept.address, kept.handle, kept.name


def test_a_renamed_account_keeps_its_cases(government: Government) -> None:
    one = channel(government.kominfo)
    case = opened(one, "lampu jalan mati di depan pasar")
    told = correct(one, "https://www.instagram.com/Kominfo.Contoh/?hl=id", "Kominfo Contoh")
    assert told == ("instagram.com/kominfo.contoh", "kominfo.contoh", "Kominfo Contoh")
    case.refresh_from_db()
    assert case.channel_id == one.pk
    facts = Facts.objects.get(kind="channel.corrected").details
    assert facts == {
        "from": "instagram.com/diskominfocontoh", "to": "instagram.com/kominfo.contoh", "name": "Kominfo Contoh",
    }  # fmt: skip


@pytest.mark.parametrize("pasted", ["", "instagram.com/diskominfocontoh", "@DiskominfoContoh"])
def test_what_is_as_it_was_changes_nothing(government: Government, pasted: str) -> None:
    one = channel(government.kominfo)
    assert correct(one, pasted, one.name) == ("instagram.com/diskominfocontoh", "diskominfocontoh", one.name)
    assert Facts.objects.filter(kind="channel.corrected").count() == 0


def test_a_duplicate_is_refused_with_the_place_where_it_stands(government: Government) -> None:
    channel(government.pupr, "instagram.com/pupr.contoh")
    one = channel(government.kominfo)
    with pytest.raises(Refused) as refused:
        correct(one, "instagr.am/PUPR.contoh")
    assert government.pupr.name in str(refused.value)
    assert Channel.objects.get(pk=one.pk).address == "instagram.com/diskominfocontoh"


@pytest.mark.parametrize("pasted", ["tiktok.com/@kominfo", "kominfo.contoh.go.id"])
def test_an_address_of_another_platform_is_another_channel(government: Government, pasted: str) -> None:
    with pytest.raises(Refused, match="an address of another platform"):
        correct(channel(government.kominfo), pasted)


def test_while_mimin_holds_a_key_the_name_may_change_and_the_address_not(government: Government) -> None:
    """The key was given for the old address; it must not be shown to whoever stands at the new one."""
    one = channel(government.kominfo, "kominfo.contoh.go.id")
    Channel.objects.filter(pk=one.pk).update(platform="wordpress", mode="connected")
    one.refresh_from_db()
    with pytest.raises(Refused, match="Mimin holds a key for the old address"):
        correct(one, "lain.contoh.go.id")
    assert correct(one, "kominfo.contoh.go.id", "Situs Kominfo")[2] == "Situs Kominfo"


def test_a_website_moves_to_another_host(government: Government) -> None:
    one = channel(government.kominfo, "kominfo.contoh.go.id")
    assert correct(one, "https://diskominfo.contoh.go.id/")[0] == "diskominfo.contoh.go.id"


def test_a_notice_board_gets_another_name_and_stays_its_units(government: Government) -> None:
    one = actions.add_channel(
        pasted="Papan depan kantor", unit=government.kominfo, name="Papan", mode="assisted", by=BY, at=MONDAY,
        platform="offline",
    )  # fmt: skip
    assert correct(one, "Papan belakang kantor")[0] == f"{government.kominfo.pk}/Papan belakang kantor"


def test_the_form_shows_what_is_and_saves_what_is_now(government: Government) -> None:
    one = channel(government.pupr, "instagram.com/pupr.contoh")
    client, url = client_of(government, "admin.pupr"), reverse("channel_act", args=[one.pk, "correct"])
    assert client.get(url).context["form"].initial == {"url": "instagram.com/pupr.contoh", "name": one.name}
    assert client.post(url, {"url": "instagram.com/binamarga", "name": "Bina Marga"}).status_code == 302
    assert Channel.objects.get(pk=one.pk).handle == "binamarga"
    assert client.get(reverse("channel", args=[one.pk])).status_code == 200


def left(one: Channel) -> list[str]:
    return [line["left"] for line in runner_lines(one, may_end=True)[0]]


def test_who_runs_a_channel_and_has_no_part_there_any_more_is_marked(government: Government) -> None:
    one, person = channel(government.pupr, "instagram.com/pupr.contoh"), government.person("admin.pupr")
    actions.assign(channel=one, person=person, since=date(2026, 1, 5), by=BY, at=MONDAY)
    assert left(one) == [""]
    Role.objects.filter(person=person).update(until=timezone.localdate() - timedelta(days=1))
    assert left(one) == ["No longer at this unit"]
    page = client_of(government, "koordinator").get(reverse("channel", args=[one.pk]))
    assert [line["left"] != "" for line in page.context["runners"]] == [True]


@pytest.mark.parametrize(
    ("who", "marked"), [("koordinator", False), ("admin.marga", False), ("admin.dukcapil", True)]
)
def test_above_and_below_the_unit_is_at_the_unit_beside_it_is_not(
    government: Government, who: str, marked: bool
) -> None:
    one = channel(government.pupr, "instagram.com/pupr.contoh")
    actions.assign(channel=one, person=government.person(who), since=date(2026, 1, 5), by=BY, at=MONDAY)
    assert [text != "" for text in left(one)] == [marked]
