"""Reminders of a promise: who is told when, once for each step and promise, and many cases in one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mimin.desk import notices
from mimin.desk.models import Mailing, Notice
from mimin.desk.walks import ladder as walk
from mimin.evidence.queries import trail
from mimin.inbox import actions, ladder
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, Rung
from mimin.inbox.rules import deadline, rank
from mimin.inbox.terms import Terms, terms_of
from mimin.lib.calendar_id import office_calendar
from mimin.people.models import Person, Unit
from mimin.people.rules import Secrecy
from mimin.policy.actions import set_value
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel, heard

WIB = ZoneInfo("Asia/Jakarta")
HOUR = timedelta(hours=1)


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB).astimezone(UTC)


# --- When (a table without a database) ---


def terms(near: int = 80) -> Terms:
    return Terms(
        inspectorate=None, top=1, auto_score=0, ordinary={"amount": 1, "unit": "working_days"},
        urgent={"amount": 2, "unit": "hours"}, near=near, late_after={"amount": 4, "unit": "working_hours"},
        alarm_within=timedelta(hours=24), verify={"amount": 3, "unit": "working_days"}, settle={},
        silence={"amount": 10, "unit": "working_days"}, promise_near=7, promise_late=3,
        office=office_calendar(zone=WIB),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "promised", "near"),
    [
        (
            "2026-03-16 07:30",
            "2026-03-16 16:00",
            "2026-03-16 14:30",
        ),  # 7 h 30 of work; 6 h of it, with the lunch break
        ("2026-03-13 20:00", "2026-03-16 16:00", "2026-03-16 14:30"),  # a weekend does not count
        (
            "2025-12-31 18:00",
            "2026-01-02 16:30",
            "2026-01-02 15:00",
        ),  # nor does New Year; a Friday has other hours
        ("2026-03-16 22:00", "2026-03-17 00:00", "2026-03-16 23:36"),  # two hours at night: by the wall clock
        ("2026-03-16 23:30", "2026-03-17 01:30", "2026-03-17 01:06"),  # and over midnight
        ("2025-12-31 23:00", "2026-01-01 01:00", "2026-01-01 00:36"),  # and over the end of the year
        ("2026-03-16 10:00", "2026-03-16 10:00", "2026-03-16 10:00"),
    ],
)
def test_four_fifths_of_the_promised_time_are_working_time_where_there_is_any(
    start: str, promised: str, near: str
) -> None:
    assert terms().near_at(wib(start), wib(promised)) == wib(near)


def test_a_pemda_may_have_nobody_reminded_before_the_deadline() -> None:
    start, promised = wib("2026-03-16 07:30"), wib("2026-03-16 16:00")
    assert terms(near=0).near_at(start, promised) == promised


@pytest.mark.parametrize(
    ("now", "taken", "steps", "look"),
    [
        ("2026-03-16 14:30", (), ["near"], "2026-03-16 16:00"),
        ("2026-03-16 15:59", ("near",), [], "2026-03-16 16:00"),
        ("2026-03-16 16:00", ("near",), ["due"], "2026-03-17 11:30"),
        ("2026-03-16 16:00", (), ["due"], "2026-03-17 11:30"),  # past: nobody is told that it is near
        ("2026-03-17 11:30", ("near", "due"), ["late"], None),
        ("2026-03-20 09:00", (), ["due", "late"], None),  # the worker stood still for days
        ("2026-03-20 09:00", ("due", "late"), [], None),
    ],
)
def test_each_step_has_its_moment(
    now: str, taken: tuple[str, ...], steps: list[str], look: str | None
) -> None:
    promised, at = wib("2026-03-16 16:00"), wib(now)
    clock = ladder.Running(
        ladder.ANSWER, 0, wib("2026-03-16 14:30"), promised, terms().overdue(promised), unit=Unit()
    )
    assert clock.steps(taken, at) == steps
    assert clock.next_look(at) == (wib(look) if look else None)


# --- Whom, and once ---


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


def promised(case: Case, until: datetime, remind_at: datetime | None = None) -> Case:
    """Move the promise of a case, as if it had come in a month earlier and been verified."""
    Case.objects.filter(pk=case.pk).update(
        due_at=until,
        rank=rank(case.state, until, until),
        waits_from=until - timedelta(days=30),
        verified_at=until - timedelta(days=30),
        remind_at=remind_at or timezone.now(),
    )
    case.refresh_from_db()
    return case


def come_in(site: Channel, *, count: int = 1, prefix: str = "a") -> list[Case]:
    batch = [heard(f"keluhan {n} soal jalan", f"{prefix}{n}", at=timezone.now()) for n in range(count)]
    done = receive(batch, channel=site, at=timezone.now(), understand=None)
    return list(Case.objects.filter(pk__in=done.opened).order_by("pk"))


def told() -> list[tuple[str, str, int]]:
    rows = Notice.objects.order_by("pk").values_list("person__username", "kind", "count")
    return [(username, kind, count) for username, kind, count in rows]


@pytest.mark.django_db
def test_a_new_case_knows_when_its_people_are_reminded(site: Channel) -> None:
    (case,) = come_in(site)
    until = deadline(case.rank)
    assert until is not None and case.remind_at == terms_of(case.lead).near_at(case.opened_at, case.due_at)


@pytest.mark.django_db
def test_the_steps_go_to_the_admin_the_head_and_the_coordinator_each_once(site: Channel) -> None:
    (case,) = come_in(site)
    now = timezone.now()
    for until in (now + HOUR, now - timedelta(minutes=1), now - timedelta(days=5)):
        promised(case, until)
        Rung.objects.update(promised=deadline(case.rank))  # one promise, whose clock went on
        walk.climb()
        walk.climb()
        Case.objects.filter(pk=case.pk).update(remind_at=now)
        walk.climb()  # also when somebody looks again
    assert told() == [("admin.pupr", "near", 1), ("kepala.pupr", "due", 1), ("koordinator", "late", 1)]
    assert [f.details["step"] for f in reversed(trail("case", case.pk)) if f.kind == "case.reminded"] == [
        "near",
        "due",
        "late",
    ]
    case.refresh_from_db()
    assert case.remind_at is None


@pytest.mark.django_db
def test_the_database_itself_refuses_a_step_twice(site: Channel) -> None:
    (case,) = come_in(site)
    row = {"case": case, "clock": "answer", "step": "near", "promised": case.due_at, "at": MONDAY}
    Rung.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rung.objects.create(**row)


@pytest.mark.django_db
def test_who_holds_the_case_is_reminded_alone(government: Government, site: Channel) -> None:
    (case,) = come_in(site)
    Case.objects.filter(pk=case.pk).update(holder=government.people["kepala.pupr"])
    promised(case, timezone.now() + HOUR)
    walk.climb()
    assert told() == [("kepala.pupr", "near", 1)]


@pytest.mark.django_db
def test_an_answered_case_reminds_nobody(government: Government, site: Channel) -> None:
    (case,) = come_in(site)
    actions.dismiss(case=case, reason="Uji", by=government.person("koordinator"), at=timezone.now())
    walk.climb()
    assert Case.objects.get().remind_at is None
    Case.objects.update(remind_at=timezone.now())  # even if somebody had it looked at
    walk.climb()
    assert (told(), Case.objects.get().remind_at, Rung.objects.count()) == ([], None, 0)


@pytest.mark.django_db
def test_a_case_taken_up_again_has_a_new_promise_and_new_reminders(
    government: Government, site: Channel
) -> None:
    (case,) = come_in(site)
    promised(case, timezone.now() + HOUR)
    walk.climb()
    coordinator, at = government.person("koordinator"), timezone.now()
    actions.dismiss(case=case, reason="Uji", by=coordinator, at=at)
    case.refresh_from_db()
    actions.reopen(case=case, reason="Rusak lagi", by=coordinator, at=at)
    walk.climb()
    case.refresh_from_db()
    assert case.remind_at is not None and case.remind_at > at  # it was looked at, and is not near yet
    promised(case, timezone.now() + 2 * HOUR)
    walk.climb()
    assert sum(count for who, kind, count in told() if (who, kind) == ("admin.pupr", "near")) == 2


@pytest.mark.django_db
def test_a_case_under_oversight_reminds_its_overseers_alone(government: Government, site: Channel) -> None:
    (case,) = come_in(site)
    keep = {"secrecy": Secrecy.OVERSIGHT, "concerns": government.pupr, "reason": "Menyebut pegawai"}
    actions.keep(case=case, **keep, by=government.person("sekda"), at=timezone.now())
    for until in (timezone.now() + HOUR, timezone.now() - timedelta(days=5)):
        promised(case, until)
        walk.climb()
    assert {who for who, _kind, _count in told()} == {"inspektur"}


# --- One line ---


@pytest.mark.django_db
def test_twelve_cases_are_one_line(government: Government, site: Channel) -> None:
    for case in come_in(site, count=12):
        promised(case, timezone.now() + HOUR)
    walk.climb()
    assert told() == [("admin.pupr", "near", 12)]
    (notice,) = Notice.objects.all()
    assert (notice.case, notices.line(notice)["title"].split()[0]) == (None, "12")


@pytest.mark.django_db
def test_more_of_the_same_hour_joins_the_line_until_it_is_read(government: Government, site: Channel) -> None:
    admin = government.person("admin.pupr")
    for prefix, count in (("a", 1), ("b", 2), ("c", 3)):
        for case in come_in(site, count=count, prefix=prefix):
            promised(case, timezone.now() + HOUR)
        walk.climb()
        if prefix == "b":
            notices.read(admin, timezone.now())
    assert told() == [("admin.pupr", "near", 3), ("admin.pupr", "near", 3)]


@pytest.mark.django_db
def test_the_mail_gathers_and_leaves_later(government: Government, site: Channel) -> None:
    Person.objects.filter(username="admin.pupr").update(email="admin@contoh.test")
    for case in come_in(site, count=12):
        promised(case, timezone.now() + HOUR)
    walk.climb()
    mailing = Mailing.objects.get()
    assert mailing.due_at is not None and mailing.due_at - timezone.now() > timedelta(minutes=29)
    notices.send_mail(mailing.pk)
    assert [(sent.to, sent.body.count("12 ")) for sent in mail.outbox] == [(["admin@contoh.test"], 1)]


@pytest.mark.django_db
def test_what_was_read_in_the_meantime_is_not_mailed(government: Government, site: Channel) -> None:
    Person.objects.filter(username="admin.pupr").update(email="admin@contoh.test")
    promised(come_in(site)[0], timezone.now() + HOUR)
    walk.climb()
    notices.read(government.person("admin.pupr"), timezone.now())
    notices.send_mail(Mailing.objects.get().pk)
    assert (mail.outbox, Mailing.objects.get().due_at) == ([], None)


# --- What it costs ---


@pytest.mark.django_db
def test_only_what_is_due_is_looked_at_and_the_cases_of_one_unit_cost_no_more_questions(
    government: Government, site: Channel
) -> None:
    far = come_in(site, count=30, prefix="far")
    Case.objects.filter(pk__in=[c.pk for c in far]).update(remind_at=timezone.now() + timedelta(days=9))
    costs = []
    for count in (2, 20):
        for case in come_in(site, count=count, prefix=f"{count}-"):
            promised(case, timezone.now() + HOUR)
        terms_of(government.pupr)
        with CaptureQueriesContext(connection) as asked:
            assert walk.climb() == count
        costs.append(len(asked) - count)  # one UPDATE a case
    assert costs[0] == costs[1] <= 24


@pytest.mark.django_db
def test_a_worker_killed_in_the_middle_has_told_nobody_and_the_next_tells_once(
    site: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    promised(come_in(site)[0], timezone.now() + HOUR)

    def killed(*given: object, **named: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(notices, "remind", killed)
        with pytest.raises(SystemExit):
            walk.climb()
    assert (Rung.objects.count(), Notice.objects.count()) == (0, 0)
    for _minute in range(2):
        walk.climb()
    assert (Rung.objects.count(), told()) == (1, [("admin.pupr", "near", 1)])


@pytest.mark.django_db
def test_the_index_finds_what_is_due(site: Channel) -> None:
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # of a small table it would rather read the whole
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"{explain} SELECT id FROM mimin_case WHERE remind_at <= %s ORDER BY remind_at, id LIMIT 5",  # noqa: S608
            ["2026-03-16"],
        )
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "case_remind" in plan


@pytest.mark.django_db
def test_the_percent_is_a_value_of_the_unit(government: Government, site: Channel) -> None:
    set_value(
        key="case.near_percent", unit=government.pupr, value=50, valid_from=MONDAY.date(), by=BY, at=MONDAY
    )
    assert terms_of(government.pupr).near == 50
