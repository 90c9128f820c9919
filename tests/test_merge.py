"""Two departments become one: what was the one's is the other's in one act, and nothing of its history is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from mimin.desk.models import Notice
from mimin.desk.walks.ladder import climb_at
from mimin.evidence.models import Facts
from mimin.evidence.queries import trail
from mimin.inbox import actions, bouncing, queries, searching
from mimin.inbox.models import Case, CaseUnit, Rung
from mimin.people.models import Role, Unit
from mimin.people.rules import RoleKind
from mimin.registry.models import Channel
from tests.made import Government, channel, person
from tests.scene import Scene, client_of, opened, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def before(government: Government) -> Scene:
    return scene(government)


def merge(here: Scene, *staff: str) -> Unit:
    """The coordinator merges the PUPR into Dukcapil; of its people these go on."""
    government = here.government
    people = [government.people[name] for name in staff]
    typed = {
        "other": government.dukcapil.pk, "basis": "Perda 4/2026",
        "staff": list(Role.objects.filter(person__in=people, unit=government.pupr).values_list("pk", flat=True)),
    }  # fmt: skip
    url = reverse("unit_act", args=[government.pupr.pk, "merge"])
    answer = client_of(government, "koordinator").post(url, typed)
    assert answer["Location"] == reverse("unit", args=[government.dukcapil.pk])
    return Unit.objects.get(pk=government.dukcapil.pk)


def test_the_page_names_everybody_who_can_go_on_and_has_them_chosen(before: Scene) -> None:
    url = reverse("unit_act", args=[before.government.pupr.pk, "merge"])
    form = client_of(before.government, "koordinator").get(url).context["form"]
    named = [str(label) for _value, label in form.fields["staff"].choices]
    assert named == ["Admin Dinas PUPR · Admin media sosial", "Kepala Dinas PUPR · Kepala unit"]
    assert len(form["staff"].value()) == 2


def test_where_nobody_plays_a_part_nobody_is_asked_about(before: Scene) -> None:
    Role.objects.filter(unit=before.government.marga).delete()
    url = reverse("unit_act", args=[before.government.marga.pk, "merge"])
    assert "staff" not in client_of(before.government, "koordinator").get(url).context["form"].fields


def test_the_channels_go_to_the_heir_with_one_record_each(before: Scene) -> None:
    retired = channel(before.government.pupr, "instagram.com/puprlama")
    Channel.objects.filter(pk=retired.pk).update(retired_at=retired.added_at)
    heir = merge(before)
    assert set(Channel.objects.filter(unit=heir)) == {before.channel, retired}
    moved = Facts.objects.filter(kind="channel.moved").values_list("subject_id", flat=True)
    assert sorted(moved) == sorted([before.channel.pk, retired.pk])
    assert Facts.objects.get(kind="channel.moved", subject_id=retired.pk).details == {
        "from": before.government.pupr.pk, "to": heir.pk,
    }  # fmt: skip


def test_who_goes_on_works_at_the_heir_and_who_does_not_sees_nothing_more(before: Scene) -> None:
    merge(before, "admin.pupr")
    assert [
        client_of(before.government, who).get(reverse("case", args=[before.case.pk])).status_code
        for who in ("admin.pupr", "kepala.pupr")
    ] == [200, 404]


def test_the_heirs_people_find_the_open_cases_and_can_answer_them(before: Scene) -> None:
    government, url = before.government, reverse("case", args=[before.case.pk])
    assert client_of(government, "admin.dukcapil").get(url).status_code == 404
    merge(before)
    browser = client_of(government, "admin.dukcapil")
    assert browser.get(url).status_code == 200
    answered = browser.post(
        reverse("case_act", args=[before.case.pk, "answer"]),
        {"message": before.message.pk, "text": "Kami tinjau besok.", "do": "send"},
    )
    assert answered.status_code == 302
    assert before.case.replies.latest("pk").text == "Kami tinjau besok."
    assert Case.objects.get(pk=before.case.pk).lead == government.dukcapil


def test_the_clocks_of_the_open_cases_run_on_and_what_is_over_stays_with_its_unit(before: Scene) -> None:
    government, site = before.government, before.channel
    open_, over = opened(site, "lampu taman mati", "o1"), opened(site, "terima kasih", "o2")
    coordinator, now = government.person("koordinator"), timezone.now()
    for case in (open_, over):
        actions.transfer(case=case, to=government.pupr, reason="", by=coordinator, at=now)
    actions.dismiss(case=over, reason="Ucapan", by=coordinator, at=now)
    government.people["kepala.dukcapil"] = person(
        "kepala.dukcapil", "Kepala Dukcapil", government.dukcapil, RoleKind.HEAD
    )
    clocks = ("rank", "due_at", "settle_by", "waits_from", "state", "state_since", "verified_at")
    then = Case.objects.values(*clocks).get(pk=open_.pk)
    heir = merge(before, "admin.pupr")
    assert Case.objects.values(*clocks).get(pk=open_.pk) == then
    assert {case.pk: Case.objects.get(pk=case.pk).lead for case in (open_, over)} == {
        open_.pk: heir, over.pk: government.pupr,
    }  # fmt: skip
    parts = dict(CaseUnit.objects.filter(case=open_).values_list("unit", "part"))
    assert parts == {heir.pk: "lead", government.pupr.pk: "former"}
    assert trail("case", open_.pk)[0].kind == "case.inherited"
    admin = government.person("admin.dukcapil")
    listed = [line.pk for line in queries.page(admin, view="mine", now=now).cases]
    assert open_.pk in listed and over.pk not in listed
    assert searching.search(admin, "lampu taman")[0][0].pk == open_.pk
    climb_at(datetime.fromtimestamp(then["rank"], UTC))
    assert set(Rung.objects.filter(case=open_, step="due").values_list("clock", flat=True)) == {"answer"}
    told = Notice.objects.filter(kind="due").values_list("person__username", flat=True)
    assert list(told) == ["kepala.dukcapil"]


def test_an_heir_hands_back_to_who_had_given_it_to_the_unit_that_ended_and_it_is_no_bounce(
    before: Scene,
) -> None:
    government, now = before.government, timezone.now()
    case = opened(channel(government.kominfo, "facebook.com/kominfo"), "KTP saya", "o3")
    for to in (government.marga, government.pupr):
        actions.transfer(case=case, to=to, reason="", by=government.person("koordinator"), at=now)
    given = bouncing.given_away(case)
    merge(before)
    case.refresh_from_db()
    assert bouncing.given_away(case) == given
    who = government.person("admin.dukcapil")
    assert actions.hand_back(case=case, reason="Bukan kami", by=who, at=now).lead == government.marga


def test_the_channel_of_the_ended_unit_is_nobodys_to_lose(before: Scene) -> None:
    merge(before)
    page = client_of(before.government, "admin.dukcapil").get(reverse("channel", args=[before.channel.pk]))
    assert page.status_code == 200


def test_a_unit_that_is_split_off_takes_what_was_chosen_and_nothing_else(government: Government) -> None:
    pupr, coordinator = government.pupr, client_of(government, "koordinator")
    Unit.objects.filter(pk=pupr.pk).update(affairs=["pupr", "perumahan"])
    goes, stays = (channel(pupr, f"instagram.com/{name}contoh") for name in ("rumah", "jalan"))
    mine = channel(government.dukcapil, "instagram.com/dukcapilcontoh")
    house, road, over = (opened(stays, f"keluhan {n}", n) for n in ("satu", "dua", "tiga"))
    states = ((house, "perumahan", "routed"), (road, "pupr", "routed"), (over, "perumahan", "closed"))
    for case, affair, state in states:
        Case.objects.filter(pk=case.pk).update(affair=affair, state=state)
    url = reverse("unit_act", args=[pupr.pk, "split"])
    page = coordinator.get(url).content.decode()
    assert "Instagram" in page and str(goes.pk) in page
    part = government.people["admin.pupr"].roles.get()
    answer = coordinator.post(
        url,
        {
            "name": "Dinas Perumahan", "short": "Disperkim", "affairs": ["perumahan"], "cases": "on",
            "channels": [goes.pk], "staff": [part.pk], "basis": "Perda 1/2026",
        },
    )  # fmt: skip
    made = Unit.objects.get(short="Disperkim")
    assert answer.headers["Location"] == reverse("unit", args=[made.pk])
    assert [Channel.objects.get(pk=one.pk).unit_id for one in (goes, stays, mine)] == [
        made.pk, pupr.pk, government.dukcapil.pk,
    ]  # fmt: skip
    leads = [Case.objects.get(pk=one.pk).lead_id for one in (house, road, over)]
    assert leads == [made.pk, pupr.pk, pupr.pk]
    assert [role.unit_id for role in government.people["admin.pupr"].roles.all()] == [made.pk]
    assert [role.unit_id for role in government.people["kepala.pupr"].roles.all()] == [pupr.pk]
    assert Facts.objects.filter(kind="case.inherited").count() == 1


def test_a_channel_of_another_unit_is_not_taken_by_a_split(government: Government) -> None:
    strange = channel(government.dukcapil, "instagram.com/dukcapilcontoh")
    channel(government.pupr, "instagram.com/puprcontoh")
    answer = client_of(government, "koordinator").post(
        reverse("unit_act", args=[government.pupr.pk, "split"]),
        {"name": "Dinas Baru", "short": "Baru", "channels": [strange.pk], "basis": ""},
    )
    assert answer.status_code == 422
    assert not Unit.objects.filter(short="Baru").exists()
    assert Channel.objects.get(pk=strange.pk).unit_id == government.dukcapil.pk
