"""Two people and two workers at one alarm, two workers at one ladder, at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from mimin.desk import notices
from mimin.desk.models import Mailing, Notice
from mimin.desk.walks import alarm as alarms
from mimin.desk.walks import ladder
from mimin.evidence.models import Facts
from mimin.inbox import danger, duty
from mimin.inbox.models import Alarm, Case, Duty, Rung
from mimin.lib import work
from mimin.lib.moving import Refused
from mimin.people.models import Person
from tests.made import Government, channel, government
from tests.scene import opened
from tests.together import at_once, database_file

pytestmark = pytest.mark.django_db(transaction=True)

FIRE = "tolong, ada kebakaran di gudang sebelah pasar"


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Government]:
    """A government in a database that several connections reach; nobody is nudged."""
    for module in (danger, notices):
        monkeypatch.setattr(module, "nudge", lambda *given, **named: None)
    with database_file(tmp_path) if connection.vendor == "sqlite" else nullcontext():
        yield government()


@pytest.fixture
def case(crowd: Government) -> Case:
    Person.objects.filter(username__in=("admin.pupr", "koordinator")).update(email="satu@contoh.test")
    return opened(channel(crowd.pupr), FIRE)


def facts(kind: str) -> int:
    return Facts.objects.filter(kind=kind).count()


def test_of_two_who_take_an_alarm_on_one_does_and_the_other_is_told_who(
    crowd: Government, case: Case
) -> None:
    people = [crowd.person("koordinator"), crowd.person("admin.pupr")]

    def take(person: Person) -> str:
        alarm = Alarm.objects.select_related("case__lead").get()
        return alarms.take_on(alarm=alarm, by=person, at=timezone.now()).state_by

    done = at_once(*[lambda person=person: take(person) for person in people])
    (refused,) = [one for one in done if isinstance(one, Refused)]
    (won,) = [one for one in done if isinstance(one, str)]
    assert won in str(refused)
    assert (Alarm.objects.get().state_by, facts("alarm.acknowledged")) == (won, 1)


def test_two_workers_at_one_alarm_tell_everybody_once(case: Case) -> None:
    alarm = Alarm.objects.get()
    at_once(*[lambda: alarms.ring(alarm.pk)] * 4)
    told = list(Notice.objects.values_list("person__username", flat=True))
    assert (sorted(told), facts("alarm.told")) == (["admin.pupr", "koordinator"], 1)
    assert Alarm.objects.get().step == 1


def test_an_alarm_is_either_taken_on_or_goes_a_step_further_and_never_both(
    crowd: Government, case: Case
) -> None:
    alarm, who = Alarm.objects.get(), crowd.person("admin.pupr")
    fresh = Alarm.objects.select_related("case__lead").get()
    at_once(lambda: alarms.ring(alarm.pk), lambda: alarms.take_on(alarm=fresh, by=who, at=timezone.now()))
    alarm.refresh_from_db()
    assert (alarm.state, alarm.due_at) == ("acknowledged", None)
    assert (alarm.step, facts("alarm.told"), Notice.objects.count()) in ((0, 0, 0), (1, 1, 2))


def test_two_ladders_at_once_remind_once(case: Case) -> None:
    now = timezone.now()
    Case.objects.update(
        remind_at=now - timedelta(minutes=1),
        rank=int((now + timedelta(hours=1)).timestamp()),
        waits_from=now - timedelta(days=30),
        verified_at=now,
    )
    at_once(*[ladder.climb] * 4)
    assert (Rung.objects.count(), Notice.objects.filter(kind="near").count()) == (1, 1)
    assert (Notice.objects.get(kind="near").count, facts("case.reminded")) == (1, 1)


def test_two_workers_at_one_mail_send_it_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    alarms.ring(Alarm.objects.get().pk)
    mailing = Mailing.objects.order_by("pk").first()
    assert mailing is not None
    at_once(*[lambda: work.run("mail", mailing.pk)] * 4)
    assert len(mail.outbox) == 1


def test_of_two_taps_to_take_over_a_shift_one_is_recorded(crowd: Government) -> None:
    who, now = crowd.person("koordinator"), timezone.now()
    row = Duty.objects.create(
        unit=crowd.root, person=who, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9)
    )

    def take() -> None:
        duty.take_over(
            duty=Duty.objects.select_related("unit", "person").get(pk=row.pk), by=who, at=timezone.now()
        )

    at_once(*[take] * 3)
    assert facts("duty.taken_over") == 1
