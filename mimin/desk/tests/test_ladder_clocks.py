"""The ladder of every clock: whose it is, a helper's part, a question by a link, a promised day; each against a table
by hand. The office opens at 07.30 and closes at 16.00, on Fridays at 16.30; lunch is an hour, on Fridays 90 minutes."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mimin.desk import notices
from mimin.desk.models import Notice
from mimin.desk.reminders import REMINDS
from mimin.desk.walks.ladder import climb_at
from mimin.evidence.queries import trail
from mimin.inbox import actions, asking, holding, ladder, promising
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, CaseUnit, Rung
from mimin.people.models import Unit
from mimin.people.rules import RoleKind, Secrecy
from mimin.policy.actions import set_value
from mimin.policy.queries import forget
from tests.made import BY, Government, channel, heard, person
from tests.scene import client_of

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def came(unit: Unit, when: str, number: str = "1") -> Case:
    site, at = channel(unit, f"facebook.com/halaman{number}"), wib(when)
    done = receive([heard("lampu taman mati", number, at=at)], channel=site, at=at, understand=None)
    return Case.objects.select_related("lead", "channel__unit").get(pk=done.opened[0])


def told(kind: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind__startswith=kind).order_by("pk")
    return [(who, word.removeprefix(kind)) for who, word in rows.values_list("person__username", "kind")]


def climbed(kind: str, *moments: str) -> list[tuple[str, str]]:
    """Who was told of one kind of clock, at which step, after the ladder looked at these moments, twice each."""
    for moment in moments:
        climb_at(wib(moment))
        climb_at(wib(moment))
    return told(kind)


def clock(case: Case, kind: str) -> ladder.Running | None:
    found = ladder.with_clocks(Case.objects.filter(pk=case.pk)).get()
    return next((one for one in ladder.clocks(found) if one.kind == kind), None)


def moments(case: Case, kind: str) -> tuple[str, str, str]:
    found = clock(case, kind)
    assert found is not None
    near, due, late = (one.astimezone(WIB) for one in (found.near, found.due, found.late))
    return f"{near:%d %b %H.%M}", f"{due:%d %b %H.%M}", f"{late:%d %b %H.%M}"


# --- Whose it is ---


@pytest.mark.parametrize(
    ("came_in", "near", "due", "late"),
    [
        # Monday 15.00: an hour, and three days of 7.30 h are 23.30 h; four fifths of them 18.48 h
        ("2026-02-02 15:00", "05 Feb 10.18", "05 Feb 16.00", "06 Feb 11.30"),
        # Friday night: Monday to Wednesday, 22.30 h; 18 h of them, and four hours on Thursday
        ("2026-02-06 23:30", "11 Feb 10.30", "11 Feb 16.00", "12 Feb 11.30"),
        # the last evening of the year: New Year's Day is a Thursday; Friday (7.30 h), Monday, Tuesday
        ("2025-12-31 23:30", "06 Jan 10.30", "06 Jan 16.00", "07 Jan 11.30"),
    ],
)
def test_whose_a_report_is_has_three_working_days(
    government: Government, came_in: str, near: str, due: str, late: str
) -> None:
    case = came(government.pupr, came_in)
    assert moments(case, ladder.VERIFY) == (near, due, late)


def test_nobody_decided_whose_it_is_the_admin_the_head_and_the_coordinator_hear_it_once(
    government: Government,
) -> None:
    case = came(government.pupr, "2026-02-02 15:00")
    assert climbed("v_", "2026-02-05 10:17") == []
    steps = climbed("v_", "2026-02-05 10:18", "2026-02-05 16:00", "2026-02-06 11:29", "2026-02-06 11:30")
    assert steps == [("admin.pupr", "near"), ("kepala.pupr", "due"), ("koordinator", "late")]
    case.refresh_from_db()
    assert case.remind_at is None
    said = [one.details for one in trail("case", case.pk) if one.kind == "case.reminded"]
    assert [one["step"] for one in reversed(said) if one["clock"] == "verify"] == ["near", "due", "late"]


def test_what_was_decided_is_not_asked_for_again(government: Government) -> None:
    case = came(government.pupr, "2026-02-02 15:00")
    who = government.person("admin.pupr")
    actions.transfer(case=case, to=government.pupr, reason="", by=who, at=wib("2026-02-03 09:00"))
    assert climbed("v_", "2026-02-05 10:18", "2026-02-10 10:00") == []
    assert clock(case, ladder.VERIFY) is None


def test_where_verifying_comes_before_the_answer_it_is_reminded_of_first(government: Government) -> None:
    for key, days in (("case.verify", 1), ("case.first_response", 3)):
        set_value(
            key=key, unit=government.root, value={"amount": days, "unit": "working_days"},
            valid_from=date(2026, 1, 1), by=BY, at=wib("2026-01-01 08:00"),
        )  # fmt: skip
    forget()
    case = came(government.pupr, "2026-02-02 07:30")
    found = clock(case, ladder.VERIFY)
    assert found is not None and case.remind_at == found.near < case.due_at
    assert climbed("v_", "2026-02-03 16:00") == [("kepala.pupr", "due")]


# --- A helper's part ---


def helps(government: Government, case: Case, unit: Unit, until: date, at: str) -> Case:
    actions.involve(
        case=case, unit=unit, part="helper", until=until, by=government.person("koordinator"), at=wib(at)
    )
    return case


def test_a_helpers_people_are_reminded_of_their_own_day(government: Government) -> None:
    government.people["kepala.dukcapil"] = person(
        "kepala.dukcapil", "Kepala Dukcapil", government.dukcapil, RoleKind.HEAD
    )
    case = came(government.pupr, "2026-02-02 08:00")
    helps(government, case, government.dukcapil, date(2026, 2, 6), "2026-02-02 15:00")
    # an hour on Monday, three days, and Friday's 7.30 h until midnight: 31 h, of them 24.48 h; then over the weekend
    assert moments(case, ladder.PART) == ("06 Feb 08.48", "07 Feb 00.00", "09 Feb 11.30")
    steps = climbed("h_", "2026-02-06 08:47", "2026-02-06 08:48", "2026-02-07 00:00", "2026-02-09 11:30")
    assert steps == [("admin.dukcapil", "near"), ("kepala.dukcapil", "due"), ("koordinator", "late")]


def test_two_helpers_of_one_day_are_reminded_each(government: Government) -> None:
    case = came(government.kominfo, "2026-02-02 08:00")
    for unit in (government.dukcapil, government.pupr):
        helps(government, case, unit, date(2026, 2, 6), "2026-02-02 15:00")
    assert sorted(climbed("h_", "2026-02-06 15:00")) == [("admin.dukcapil", "near"), ("admin.pupr", "near")]
    assert Rung.objects.filter(clock="part").count() == 2


def test_a_part_that_is_done_or_of_a_case_that_is_over_reminds_nobody(government: Government) -> None:
    done, over = (came(government.pupr, "2026-02-02 08:00", number) for number in ("1", "2"))
    for case in (done, over):
        helps(government, case, government.dukcapil, date(2026, 2, 6), "2026-02-02 15:00")
    at, top = wib("2026-02-03 09:00"), government.person("koordinator")
    holding.finish_part(
        case=done, unit=government.dukcapil.pk, text="Sudah", by=government.person("admin.dukcapil"), at=at
    )
    actions.dismiss(case=over, reason="Uji", by=top, at=at)
    assert climbed("h_", "2026-02-06 15:00", "2026-02-10 15:00") == []


def test_asked_for_another_day_a_helper_is_reminded_of_that_day(government: Government) -> None:
    case = came(government.pupr, "2026-02-02 08:00")
    helps(government, case, government.dukcapil, date(2026, 2, 6), "2026-02-02 15:00")
    assert climbed("h_", "2026-02-06 15:00") == [("admin.dukcapil", "near")]
    helps(government, case, government.dukcapil, date(2026, 2, 13), "2026-02-06 15:30")
    assert climbed("h_", "2026-02-09 08:00") == [("admin.dukcapil", "near")]
    assert climbed("h_", "2026-02-13 15:00") == [("admin.dukcapil", "near")] * 2


def test_of_a_case_that_is_kept_from_it_a_helping_unit_hears_nothing(government: Government) -> None:
    case = came(government.pupr, "2026-02-02 08:00")
    helps(government, case, government.dukcapil, date(2026, 2, 6), "2026-02-02 15:00")
    actions.keep(
        case=case, secrecy=Secrecy.OVERSIGHT, concerns=government.pupr, reason="Menyebut pegawai",
        by=government.person("sekda"), at=wib("2026-02-03 09:00"),
    )  # fmt: skip
    assert CaseUnit.objects.get(case=case, unit=government.dukcapil).part == "former"
    assert climbed("h_", "2026-02-06 15:00", "2026-02-10 15:00") == []


# --- A question by a link ---


def asked(government: Government, case: Case, at: str, hours: int, key: str = "k") -> asking.Asked:
    return asking.ask(
        case=case, who="Mandor taman", reach="", question="Kapan lampu diganti?", hours=hours, key=key,
        by=government.person("admin.pupr"), at=wib(at),
    )  # fmt: skip


def test_a_link_that_nobody_answers_is_told_to_who_asked_the_head_and_the_coordinator(
    government: Government,
) -> None:
    government.people["admin2"] = person("admin2.pupr", "Admin kedua", government.pupr, RoleKind.ADMIN)
    case = came(government.pupr, "2026-02-02 08:00")
    asked(government, case, "2026-02-02 10:00", hours=10)  # around the clock: it closes at 20.00
    assert moments(case, ladder.LINK) == ("02 Feb 18.00", "02 Feb 20.00", "03 Feb 11.30")
    steps = climbed("l_", "2026-02-02 17:59", "2026-02-02 18:00", "2026-02-02 20:00", "2026-02-03 11:30")
    assert steps == [("admin.pupr", "near"), ("kepala.pupr", "due"), ("koordinator", "late")]


def test_a_link_that_was_answered_or_withdrawn_reminds_nobody(government: Government) -> None:
    case = came(government.pupr, "2026-02-02 08:00")
    links = [asked(government, case, "2026-02-02 10:00", hours=10, key=key).ask for key in ("a", "b")]
    at = wib("2026-02-02 11:00")
    asking.tell(
        row=links[0], browser="b", key="k", author="Mandor", verdict="handled", until=None, text="Sudah",
        photos=(), at=at,
    )  # fmt: skip
    asking.withdraw(row=links[1], by=BY, at=at)
    assert climbed("l_", "2026-02-02 18:00", "2026-02-04 09:00") == []


# --- A promised day ---


def promise(government: Government, case: Case, until: date, at: str) -> None:
    promising.promise(
        case=case, what="Lampu diganti", until=until, budget_year=None, who="UPTD",
        by=government.person("admin.pupr"), at=wib(at),
    )  # fmt: skip


@pytest.mark.parametrize(("days", "late"), [(3, "11 Feb 16.00"), (1, "09 Feb 16.00"), (5, "13 Feb 16.30")])
def test_after_how_many_working_days_a_broken_promise_is_the_coordinators_is_a_value_of_the_government(
    government: Government, days: int, late: str
) -> None:
    set_value(
        key="promise.late_days", unit=government.root, value=days, valid_from=date(2026, 1, 1), by=BY,
        at=wib("2026-01-01 08:00"),
    )  # fmt: skip
    forget()
    case = came(government.pupr, "2026-02-02 08:00")
    promise(government, case, date(2026, 2, 6), "2026-02-02 09:00")
    assert moments(case, ladder.KEEP) == ("31 Jan 00.00", "07 Feb 00.00", late)


def test_a_promise_put_off_reminds_of_its_new_day_alone(government: Government) -> None:
    case = came(government.pupr, "2026-02-02 08:00")
    promise(government, case, date(2026, 2, 13), "2026-02-02 09:00")
    assert climbed("p_", "2026-02-07 08:00") == [("admin.pupr", "near")]
    case.refresh_from_db()
    promising.put_off(
        case=case, what="Lampu diganti", until=date(2026, 3, 13), budget_year=None, who="UPTD", why="Belum tiba",
        by=government.person("admin.pupr"), at=wib("2026-02-12 09:00"),
    )  # fmt: skip
    assert climbed("p_", "2026-02-16 08:00") == [("admin.pupr", "near")]
    assert climbed("p_", "2026-03-14 00:00") == [("admin.pupr", "near"), ("kepala.pupr", "due")]


# --- All of them together ---


def test_the_clocks_of_many_cases_are_asked_for_at_once(government: Government) -> None:
    costs = []
    for count in (2, 12):
        for number in range(count):
            case = came(government.pupr, "2026-02-02 08:00", f"{count}-{number}")
            helps(government, case, government.dukcapil, date(2026, 2, 6), "2026-02-02 15:00")
            asked(government, case, "2026-02-02 10:00", hours=10)
        climb_at(wib("2026-02-02 10:00"))  # the units' values are known then
        Case.objects.filter(remind_at__isnull=False).update(remind_at=wib("2026-02-06 15:00"))
        with CaptureQueriesContext(connection) as run:
            looked = climb_at(wib("2026-02-06 15:00"))
        costs.append(len(run) - looked)  # one UPDATE a case
    assert costs[0] == costs[1]


def test_each_kind_of_notice_has_words_an_icon_and_leads_somewhere(government: Government) -> None:
    admin, client = government.person("admin.pupr"), client_of(government, "admin.pupr")
    case = came(government.pupr, "2026-02-02 08:00")
    words = set()
    with translation.override("en"):  # it has words for one and for many
        for begins in set(REMINDS.values()):
            for step in (ladder.NEAR, ladder.DUE, ladder.LATE):
                for cases in ([case], [case, case]):
                    Notice.objects.all().delete()
                    notices.remind(admin, begins + step, cases, at=wib("2026-02-02 08:00"))
                    notice = Notice.objects.get()
                    words.add(notices.line(notice)["title"])
                    leads = client.get(reverse("notice", args=[notice.pk])).headers["Location"]
                    assert client.get(leads).status_code == 200
                    if len(cases) == 1:
                        assert leads == reverse("case", args=[case.pk])
    assert len(words) == 2 * (3 * len(set(REMINDS.values())) - 1)  # what goes round is never near
