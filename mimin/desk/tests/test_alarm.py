"""An alarm goes from person to person until somebody takes it on: each step once, whatever dies in between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mimin.desk import notices
from mimin.desk.models import Mailing, Notice
from mimin.desk.walks import alarm as walk
from mimin.evidence.queries import trail
from mimin.inbox import actions, duty
from mimin.inbox.models import Alarm, Case, Duty
from mimin.inbox.queries import seen
from mimin.lib import work
from mimin.people.actions import suspend
from mimin.people.models import Person
from mimin.people.rules import RoleKind, Secrecy
from mimin.policy.actions import set_value
from tests.made import BY, MONDAY, Government, channel, person
from tests.scene import client_of, kept_from_its_unit, opened

pytestmark = pytest.mark.django_db

FIRE = "tolong, ada kebakaran di gudang sebelah pasar"
BRIBE = "oknum pegawai dinas PUPR minta uang pelicin 5 juta, sekarang saya dipukuli dan disekap, darurat"
QUARTER = timedelta(minutes=15)


@pytest.fixture
def case(government: Government) -> Case:
    for one in government.people.values():
        Person.objects.filter(pk=one.pk).update(email=f"{one.username}@contoh.test")
    return opened(channel(government.pupr), FIRE)


@pytest.fixture
def alarm(case: Case) -> Alarm:
    return Alarm.objects.get(case=case)


@pytest.fixture
def night(government: Government) -> Person:
    """On duty for the government now, and the shift is confirmed."""
    who = person("piket.malam", "Petugas piket malam", government.root, RoleKind.DUTY)
    on_duty(government, who, confirmed=True)
    return who


def on_duty(government: Government, who: Person, *, confirmed: bool) -> Duty:
    now = timezone.now()
    row = Duty.objects.create(
        unit=government.root, person=who, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9)
    )
    if confirmed:
        Duty.objects.filter(pk=row.pk).update(handed_at=now, taken_at=now)
    return row


def after(alarm: Alarm) -> None:
    """Let time pass until the next step is due, and have a worker look."""
    Alarm.objects.filter(pk=alarm.pk, due_at__isnull=False).update(
        due_at=timezone.now() - timedelta(seconds=1)
    )
    work.run("alarm", alarm.pk)


def told(alarm: Alarm) -> list[str]:
    rows = Notice.objects.filter(alarm=alarm).order_by("pk")
    return list(rows.values_list("person__username", flat=True))


def kinds(case: Case) -> list[str]:
    return [fact.kind for fact in reversed(trail("case", case.pk)) if fact.kind.startswith("alarm.")]


def test_whoever_is_on_duty_is_told_at_once_and_alone(alarm: Alarm, night: Person) -> None:
    work.run("alarm", alarm.pk)
    alarm.refresh_from_db()
    assert (told(alarm), alarm.step, alarm.tries) == (["piket.malam"], 1, 0)
    assert alarm.due_at is not None and timedelta(0) < alarm.due_at - timezone.now() <= QUARTER


def test_where_nobody_is_on_duty_the_admins_and_the_coordinator_are_told(alarm: Alarm) -> None:
    work.run("alarm", alarm.pk)
    assert sorted(told(alarm)) == ["admin.pupr", "koordinator"]


def test_a_shift_that_was_not_confirmed_is_not_relied_on(government: Government, alarm: Alarm) -> None:
    who = person("piket.malam", "Petugas piket malam", government.root, RoleKind.DUTY)
    on_duty(government, who, confirmed=False)
    work.run("alarm", alarm.pk)
    assert sorted(told(alarm)) == ["admin.pupr", "koordinator", "piket.malam"]


def test_unacknowledged_it_goes_up_the_chain_a_step_each_quarter_and_everybody_is_told_once(
    alarm: Alarm, case: Case, night: Person
) -> None:
    steps = []
    for _quarter in range(6):
        after(alarm)
        steps.append(told(alarm))
    assert steps[:4] == [
        ["piket.malam"],
        ["piket.malam", "koordinator"],
        ["piket.malam", "koordinator", "kepala.pupr"],
        ["piket.malam", "koordinator", "kepala.pupr", "sekda"],
    ]
    assert steps[4:] == [steps[3], steps[3]]
    alarm.refresh_from_db()
    assert (alarm.state, alarm.due_at) == ("unheard", None)
    assert kinds(case) == ["alarm.raised", *["alarm.told"] * 4, "alarm.unheard"]
    facts = [fact.details["step"] for fact in reversed(trail("case", case.pk)) if fact.kind == "alarm.told"]
    assert facts == ["duty", "coordinator", "head", "secretary"]


def test_what_nobody_took_on_stays_in_sight_and_can_still_be_taken_on(
    government: Government, alarm: Alarm, case: Case
) -> None:
    for _quarter in range(6):
        after(alarm)
    client = client_of(government, "koordinator")
    assert case.number in client.get(reverse("home")).content.decode()
    client.post(reverse("alarm_take", args=[case.pk]))
    assert Alarm.objects.get().state == "acknowledged"


def test_a_step_that_reaches_nobody_new_is_passed_over_at_once(government: Government, alarm: Alarm) -> None:
    work.run("alarm", alarm.pk)  # nobody on duty: admin and coordinator
    suspend(person=government.person("kepala.pupr"), by=BY, at=MONDAY)
    after(alarm)
    assert sorted(told(alarm)) == ["admin.pupr", "koordinator", "sekda"]


def test_the_time_to_take_it_on_is_a_value_of_the_unit(
    government: Government, alarm: Alarm, night: Person
) -> None:
    set_value(
        key="duty.acknowledge_minutes",
        unit=government.pupr,
        value=5,
        valid_from=MONDAY.date(),
        by=BY,
        at=MONDAY,
    )
    work.run("alarm", alarm.pk)
    alarm.refresh_from_db()
    assert alarm.due_at is not None and alarm.due_at - timezone.now() <= timedelta(minutes=5)


def test_taken_on_it_wakes_nobody_further(government: Government, alarm: Alarm, night: Person) -> None:
    work.run("alarm", alarm.pk)
    walk.take_on(alarm=Alarm.objects.get(), by=night, at=timezone.now())
    after(alarm)
    assert (told(alarm), Alarm.objects.get().state) == (["piket.malam"], "acknowledged")
    assert notices.unread(night) == ""


def test_a_case_that_was_dealt_with_rings_no_longer(
    government: Government, alarm: Alarm, case: Case, night: Person
) -> None:
    work.run("alarm", alarm.pk)
    at = timezone.now()
    actions.dismiss(case=case, reason="Simulasi kebakaran.", by=government.person("koordinator"), at=at)
    after(alarm)
    assert (told(alarm), Alarm.objects.get().state) == (["piket.malam"], "over")
    assert kinds(case)[-1] == "alarm.over"


def test_a_case_passed_on_meanwhile_rings_the_chain_of_its_new_unit(
    government: Government, alarm: Alarm, case: Case, night: Person
) -> None:
    work.run("alarm", alarm.pk)
    at = timezone.now()
    actions.transfer(case=case, to=government.dukcapil, reason="", by=government.person("koordinator"), at=at)
    for _quarter in range(3):
        after(alarm)
    assert told(alarm) == ["piket.malam", "koordinator", "sekda"]  # Dukcapil has no head


# --- What dies in between ---


def test_a_worker_killed_before_the_step_is_committed_leaves_nothing_and_the_next_one_does_it(
    alarm: Alarm, night: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*given: object, **named: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(notices, "tell_of_alarm", killed)
        with pytest.raises(SystemExit):
            work.run("alarm", alarm.pk)
    alarm.refresh_from_db()
    assert (told(alarm), alarm.step, alarm.lease_until is not None) == ([], 0, True)

    Alarm.objects.update(lease_until=timezone.now() - timedelta(seconds=1))  # its lease runs out
    assert work.run("alarm", alarm.pk) is True
    assert (told(alarm), Alarm.objects.get().step) == (["piket.malam"], 1)


def test_a_worker_killed_after_the_step_tells_nobody_twice(alarm: Alarm, night: Person) -> None:
    walk.ring(alarm.pk)  # committed, and the worker dies before it lets the row go
    Alarm.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    work.run("alarm", alarm.pk)  # found, but not due yet
    assert told(alarm) == ["piket.malam"]


def test_a_worker_killed_between_notice_and_mail_causes_one_notice_and_one_mail(
    alarm: Alarm, night: Person
) -> None:
    Person.objects.filter(pk=night.pk).update(email="piket@contoh.test")
    walk.ring(alarm.pk)
    assert (Notice.objects.count(), len(mail.outbox), Mailing.objects.get().due_at is not None) == (
        1,
        0,
        True,
    )
    for _sweep in range(3):
        work.drain()
    assert (Notice.objects.count(), [sent.to for sent in mail.outbox]) == (1, [["piket@contoh.test"]])


# --- What is told, and to whom ---


def test_the_mail_tells_where_to_look_and_nothing_of_the_citizen(alarm: Alarm, case: Case) -> None:
    work.drain()
    assert sorted(sent.to[0] for sent in mail.outbox) == ["admin.pupr@contoh.test", "koordinator@contoh.test"]
    sent = mail.outbox[0]
    assert case.number in sent.body and reverse("notices") in sent.body
    for word in ("gudang", "pasar", case.title, "Warga"):
        assert word not in sent.subject + sent.body


def test_of_a_secret_case_not_even_the_danger_is_told(alarm: Alarm, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(secrecy=Secrecy.SECRET)
    work.drain()
    assert ["ebakaran" in sent.body for sent in mail.outbox] == [False, False]


def test_an_alarm_of_a_case_under_oversight_reaches_only_its_overseers(
    government: Government, night: Person
) -> None:
    kept = kept_from_its_unit(channel(government.pupr), BRIBE)
    alarm = Alarm.objects.get(case=kept)
    for _quarter in range(6):
        after(alarm)
    assert (told(alarm), Alarm.objects.get().state) == (["inspektur"], "unheard")
    may_see = [
        name
        for name in government.people
        if Case.objects.filter(seen(government.person(name)), pk=kept.pk).exists()
    ]
    assert may_see == ["inspektur"]


def test_nothing_on_any_page_of_others_tells_of_it(government: Government, night: Person) -> None:
    kept = kept_from_its_unit(channel(government.pupr), BRIBE)
    work.run("alarm", Alarm.objects.get(case=kept).pk)
    for name in government.people:
        if name == "inspektur":
            continue
        client = client_of(government, name)
        for url in (reverse("home"), reverse("notices"), reverse("duty")):
            text = client.get(url).content.decode()
            assert [mark for mark in (kept.number, reverse("case", args=[kept.pk])) if mark in text] == [], (
                name,
                url,
            )
    assert client_of(government, "koordinator").post(reverse("alarm_take", args=[kept.pk])).status_code == 404


def test_everybody_in_the_chain_may_see_the_case(
    government: Government, alarm: Alarm, case: Case, night: Person
) -> None:
    for _quarter in range(6):
        after(alarm)
    for notice in Notice.objects.select_related("person"):
        assert Case.objects.filter(seen(Person.objects.get(pk=notice.person_id)), pk=case.pk).exists()


def test_one_tap_takes_it_on_and_the_second_person_is_told_who_was_first(
    government: Government, alarm: Alarm, case: Case
) -> None:
    url = reverse("alarm_take", args=[case.pk])
    first = client_of(government, "admin.pupr").post(url, follow=True)
    second = client_of(government, "koordinator").post(url, follow=True)
    assert [str(said.level_tag) for said in (*first.context["messages"], *second.context["messages"])] == [
        "success",
        "error",
    ]
    assert "Admin Dinas PUPR" in second.content.decode()
    assert Alarm.objects.get().state_by == "Admin Dinas PUPR"


def test_a_person_on_duty_sees_it_at_home_until_it_is_taken_on(
    government: Government, alarm: Alarm, case: Case
) -> None:
    client = client_of(government, "koordinator")
    before = client.get(reverse("home")).content.decode()
    client.post(reverse("alarm_take", args=[case.pk]))
    after_that = client.get(reverse("home")).content.decode()
    assert ("alarms" in before, "alarms" in after_that) == (True, False)


def test_the_moment_counts_and_not_the_day(government: Government, alarm: Alarm) -> None:
    """A shift that ended a minute ago is over, also in the middle of the night."""
    who = person("piket.malam", "Petugas piket malam", government.root, RoleKind.DUTY)
    row = on_duty(government, who, confirmed=True)
    now: datetime = timezone.now()
    Duty.objects.filter(pk=row.pk).update(ends_at=now - timedelta(minutes=1))
    assert duty.on_duty(government.pupr, now) is None
    work.run("alarm", alarm.pk)
    assert "piket.malam" not in told(alarm)
