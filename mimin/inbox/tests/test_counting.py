"""The numbers of the home page: what a person's units lead, day by day, from an index alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mimin.inbox.counting import Day, Promised, by_day, first_day, kept
from mimin.inbox.intake import receive
from mimin.inbox.models import Case
from mimin.lib.store import on_postgres
from mimin.people.rules import Secrecy
from tests.made import MONDAY, Government, channel, heard

pytestmark = pytest.mark.django_db

DAYS = [(MONDAY + timedelta(days=n), MONDAY + timedelta(days=n + 1)) for n in range(3)]
NONE = Day(0, 0)


def case(government: Government, unit: str, opened: datetime, **columns: object) -> Case:
    """A case that a unit leads, opened at a moment; what else it is comes in as columns."""
    site = channel(getattr(government, unit), f"instagram.com/{unit}{Case.objects.count()}")
    done = receive([heard("jalan rusak", "1", at=opened)], channel=site, at=opened, understand=None)
    Case.objects.filter(pk=done.opened[0]).update(**columns)
    return Case.objects.get(pk=done.opened[0])


def test_a_case_counts_on_the_day_it_came_in_and_on_the_day_it_was_answered(government: Government) -> None:
    case(government, "pupr", DAYS[0][0], answered_at=DAYS[2][0])
    case(government, "pupr", DAYS[1][1] - timedelta(microseconds=1))
    known = government.person("koordinator")
    assert by_day(known, DAYS) == [Day(1, 0), Day(1, 0), Day(0, 1)]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("koordinator", 3), ("pimpinan", 3), ("auditor", 3), ("admin.pupr", 2), ("admin.marga", 1),
        ("admin.dukcapil", 1), ("tanpa.peran", 0),
    ],
)  # fmt: skip
def test_a_person_counts_what_their_units_lead(government: Government, name: str, number: int) -> None:
    for unit in ("pupr", "marga", "dukcapil"):
        case(government, unit, MONDAY, answered_at=MONDAY + timedelta(hours=1))
    known = government.person(name)
    assert by_day(known, DAYS) == [Day(number, number), NONE, NONE]
    assert kept(known, DAYS[0]) == [Promised(number, number)]


@pytest.mark.parametrize(
    ("secrecy", "seeing"),
    [
        (Secrecy.ANONYMOUS, {"koordinator", "admin.pupr", "sekda", "pimpinan", "auditor"}),
        (Secrecy.SECRET, {"koordinator", "admin.pupr", "sekda"}),
        (Secrecy.OVERSIGHT, set()),
        (Secrecy.OVERSIGHT_SEKDA, {"sekda"}),
    ],
)
def test_no_number_tells_of_a_case_that_the_person_may_not_see(
    government: Government, secrecy: Secrecy, seeing: set[str]
) -> None:
    case(government, "pupr", MONDAY, answered_at=MONDAY, secrecy=secrecy)
    everybody = ("koordinator", "admin.pupr", "sekda", "pimpinan", "pengamat", "auditor", "inspektur")
    counted = {name for name in everybody if by_day(government.person(name), DAYS)[0] == Day(1, 1)}
    assert counted == seeing
    assert {n for n in everybody if kept(government.person(n), DAYS[0])[0].answered} == seeing


def test_a_person_who_is_suspended_counts_nothing(government: Government) -> None:
    case(government, "pupr", MONDAY)
    known = government.person("koordinator")
    known.is_active = False
    assert by_day(known, DAYS) == [NONE, NONE, NONE]


def test_a_promise_is_kept_until_its_very_moment(government: Government) -> None:
    for late in (-1, 0, 1):
        answered = MONDAY + timedelta(hours=5)
        case(government, "pupr", MONDAY, answered_at=answered, due_at=answered - timedelta(seconds=late))
    assert kept(government.person("admin.pupr"), DAYS[1], DAYS[0]) == [Promised(0, 0), Promised(2, 3)]


def test_thirty_days_cost_one_query_and_so_do_two_weeks(government: Government) -> None:
    known = government.person("admin.pupr")
    by_day(known, DAYS)  # what they hold and see is remembered from here on
    month = [(MONDAY + timedelta(days=n), MONDAY + timedelta(days=n + 1)) for n in range(30)]
    with CaptureQueriesContext(connection) as asked:
        assert by_day(known, month) == [NONE] * 30
        assert kept(known, *DAYS) == [Promised(0, 0)] * 3
    assert len(asked) == 2


def test_no_day_is_asked_for_without_asking(government: Government) -> None:
    assert by_day(government.person("koordinator"), []) == []


def test_the_days_are_counted_from_an_index_alone(government: Government) -> None:
    """No row of the table is read, so that the years that lie before a month cost it nothing."""
    known = government.person("admin.pupr")
    with CaptureQueriesContext(connection) as asked:
        by_day(known, DAYS)
    sql = next(q["sql"] for q in asked.captured_queries if "answered_at" in q["sql"])
    with connection.cursor() as cursor:
        if on_postgres():
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {'' if on_postgres() else 'QUERY PLAN '}{sql}")
        plan = [str(row) for row in cursor.fetchall() if "mimin_case" in str(row)]
    index = "Index Only Scan using" if on_postgres() else "USING COVERING INDEX"
    assert len(plan) == 2 * len(DAYS)
    assert [
        line for line in plan if f"{index} case_opened" not in line and f"{index} case_answered" not in line
    ] == []


def test_the_first_day_is_that_of_the_oldest_case(government: Government) -> None:
    assert first_day() is None
    case(government, "pupr", MONDAY + timedelta(days=1))
    case(government, "dukcapil", MONDAY)
    assert first_day() == MONDAY
