"""Words of danger: the alarm is written with the case, the card is what people wrote, and none of it is public."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.queries import trail
from mimin.inbox import answering, danger
from mimin.inbox.danger import card, danger_of, raise_alarms, title_of_danger
from mimin.inbox.duty_rows import dialled
from mimin.inbox.intake import receive
from mimin.inbox.models import Alarm, Case
from mimin.inbox.understanding import understanding
from mimin.language.dangers import kinds
from mimin.lib.moving import Refused
from mimin.outbox.models import Delivery
from mimin.policy.actions import set_value
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel, heard
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

FIRE = "tolong, ada kebakaran di gudang sebelah pasar"
HOLE = "jalan depan pasar bolong sudah dua bulan"


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


# --- What means danger ---


def test_a_message_of_danger_has_a_kind_and_any_other_has_none(government: Government) -> None:
    understand = understanding()
    kinds = [danger_of(understand(text)) for text in (FIRE, HOLE, "terima kasih, jalannya sudah bagus")]
    assert (bool(kinds[0]), kinds[1:], danger_of(None)) == (True, ["", ""], "")


# --- The alarm ---


def test_a_case_whose_words_mean_danger_has_an_alarm_from_the_start(site: Channel) -> None:
    fire, hole = opened(site, FIRE, "1"), opened(site, HOLE, "2")
    (alarm,) = Alarm.objects.all()
    assert (alarm.case, alarm.state, alarm.step, alarm.due_at) == (fire, "ringing", 0, alarm.raised_at)
    assert [fact.kind for fact in trail("case", fire.pk)].count("alarm.raised") == 1
    assert "alarm.raised" not in [fact.kind for fact in trail("case", hole.pk)]


def test_the_alarm_stands_in_the_transaction_of_the_case(site: Channel) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        opened(site, FIRE)
        assert Alarm.objects.count() == 1
        raise RuntimeError("the power is gone")
    assert (Case.objects.count(), Alarm.objects.count()) == (0, 0)


def test_the_same_message_twice_rings_once(site: Channel) -> None:
    opened(site, FIRE, "1")
    at = timezone.now()
    receive([heard(FIRE, "1", at=at)], channel=site, at=at, understand=understanding())
    assert Alarm.objects.count() == 1


def test_a_citizen_who_writes_again_of_danger_rings_a_case_that_was_calm(site: Channel) -> None:
    case, at = opened(site, HOLE, "1"), timezone.now()
    follow = [heard(FIRE, "2", parent="1", at=at), heard(FIRE + " cepat", "3", parent="1", at=at)]
    receive(follow, channel=site, at=at, understand=understanding())
    assert [(alarm.case, alarm.state) for alarm in Alarm.objects.all()] == [(case, "ringing")]


def test_an_alarm_that_nobody_took_on_gives_way_to_the_next(site: Channel) -> None:
    case, at = opened(site, FIRE, "1"), timezone.now()
    Alarm.objects.update(state="unheard", due_at=None)
    receive([heard(FIRE, "2", parent="1", at=at)], channel=site, at=at, understand=understanding())
    assert [(a.case, a.state) for a in Alarm.objects.order_by("pk")] == [(case, "over"), (case, "ringing")]


def test_an_alarm_that_a_restore_silenced_gives_way_to_the_next(site: Channel) -> None:
    case, at = opened(site, FIRE, "1"), timezone.now()
    Alarm.objects.update(due_at=None)
    receive([heard(FIRE, "2", parent="1", at=at)], channel=site, at=at, understand=understanding())
    assert [(a.case, a.state, a.due_at) for a in Alarm.objects.order_by("pk")] == [
        (case, "over", None), (case, "ringing", at),
    ]  # fmt: skip


def test_what_a_new_channel_brings_of_last_week_wakes_nobody(site: Channel) -> None:
    at = timezone.now()
    old = [heard(FIRE, str(days), at=at - timedelta(days=days)) for days in (2, 7)]
    receive([*old, heard(FIRE, "0", at=at)], channel=site, at=at, understand=understanding())
    assert (Case.objects.count(), Alarm.objects.count()) == (3, 1)


def test_our_own_words_ring_nothing(site: Channel) -> None:
    at = timezone.now()
    receive([replace(heard(FIRE, "1", at=at), ours=True)], channel=site, at=at, understand=understanding())
    assert Alarm.objects.count() == 0


def test_nothing_is_asked_of_the_database_where_nobody_is_in_danger(
    site: Channel, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        raise_alarms({}, at=MONDAY)


def test_one_takes_it_on_and_the_second_is_told_who(government: Government, site: Channel) -> None:
    alarm = Alarm.objects.get(case=opened(site, FIRE))
    first, second, at = government.person("koordinator"), government.person("admin.pupr"), timezone.now()
    stale = Alarm.objects.get()
    danger.acknowledge(alarm=alarm, by=first, at=at)
    danger.acknowledge(alarm=Alarm.objects.get(), by=first, at=at)  # a second tap of the same person
    with pytest.raises(Refused, match="Koordinator Diskominfo"):
        danger.acknowledge(alarm=stale, by=second, at=at)
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.state_by, alarm.due_at) == ("acknowledged", first.label, None)
    assert [f.kind for f in trail("case", alarm.case_id)].count("alarm.acknowledged") == 1


# --- The card ---


def test_every_danger_that_is_understood_has_a_card_of_its_own() -> None:
    assert set(danger._written()) == {danger.GENERAL, *kinds()}


def test_every_card_says_what_to_do_and_whom_to_call(government: Government) -> None:
    for kind in danger._written():
        found = card(kind, government.pupr)
        assert found.kind == kind and len(found.steps) >= 4 and len(found.numbers) >= 3
        assert {dialled(number) for number, _name in found.numbers} & {"112", "110", "123", "129"}


def test_a_danger_without_a_card_has_the_general_one(government: Government) -> None:
    assert card("meteor", government.pupr).title == title_of_danger("darurat") == "Keadaan darurat"


def test_the_numbers_of_the_place_stand_first(government: Government) -> None:
    lines = "Damkar Kabupaten: 0263 555 113\n\nPusdalops BPBD : 0263 555 117\nsalah tulis:\n119 saja"
    set_value(
        key="duty.local_numbers",
        unit=government.root,
        value=lines,
        valid_from=MONDAY.date(),
        by=BY,
        at=MONDAY,
    )
    found = card("kebakaran", government.marga).numbers
    assert found[:4] == (
        ("0263 555 113", "Damkar Kabupaten"),
        ("0263 555 117", "Pusdalops BPBD"),
        ("119 saja", ""),
        ("112", "Panggilan darurat (di daerah yang sudah punya)"),
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("112", "112"),
        ("119 ext 8", "119"),
        ("0263 555-113", "0263555113"),
        ("+62 811 1129 129", "+628111129129"),
    ],
)
def test_a_phone_dials_digits(written: str, number: str) -> None:
    assert dialled(written) == number


# --- Who may see it ---


def test_the_card_stands_on_the_page_of_who_may_see_the_case_and_only_workers_take_it_on(
    government: Government, site: Channel
) -> None:
    case = opened(site, FIRE)
    shown = {}
    for name in ("koordinator", "admin.pupr", "pimpinan"):
        page = client_of(government, name).get(reverse("case", args=[case.pk]))
        shown[name] = page.context["danger"]["may"]
        assert "tel:112" in page.content.decode()
    assert shown == {"koordinator": True, "admin.pupr": True, "pimpinan": False}
    assert client_of(government, "admin.dukcapil").get(reverse("case", args=[case.pk])).status_code == 404


def test_no_word_of_card_or_alarm_goes_into_an_answer(government: Government, site: Channel) -> None:
    case = opened(site, FIRE)
    who, at = government.person("admin.pupr"), timezone.now()
    reply = answering.draft(
        case=case, message=case.messages.get(), text="Petugas menuju lokasi.", by=who, at=at
    )
    answering.submit(reply=reply, by=who, at=at)
    body = json.loads(Delivery.objects.get().body)
    assert body == {"to": "1", "text": "Petugas menuju lokasi."}
    told = json.dumps(body) + Delivery.objects.get().instructions
    for found in danger._written().values():
        assert [word for word in (found.title, *found.steps) if word in told] == []
