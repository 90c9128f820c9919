"""A unit whose zone or office hours change: what runs is counted anew by the new clock, what is over stays."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.queries import trail
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, Recount
from mimin.inbox.recounting import calendar_changed, recount
from mimin.inbox.rules import deadline
from mimin.people import actions as people
from mimin.people.models import Unit
from mimin.policy.actions import set_value
from tests.made import BY, Government, channel, heard
from tests.scene import client_of

pytestmark = pytest.mark.django_db
WIB, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
NOON = datetime(2026, 12, 30, 12, tzinfo=WIB)


def at_once(since: date, until: date, *, at: datetime, from_day: date | None = None) -> None:
    recount(calendar_changed(since, until, at=at, from_day=from_day).pk)


def came(government: Government, when: datetime, number: str = "1") -> Case:
    site = channel(government.pupr, f"facebook.com/pupr{number}")
    receive([heard("jalan bolong", number, at=when)], channel=site, at=when, understand=None)
    return Case.objects.latest("pk")


def moved_to(zone: str, unit: Unit, when: datetime = NOON) -> None:
    unit.refresh_from_db()
    people.describe_unit(unit=unit, aliases=[], affairs=unit.affairs, zone=zone, by=BY, at=when, then=at_once)


def due(case: Case, zone: ZoneInfo = WIB) -> str:
    case.refresh_from_db()
    waits = deadline(case.rank)
    assert case.due_at == waits
    return f"{waits.astimezone(zone):%d %b %Y %H.%M}" if waits else ""


def test_an_open_clock_ends_by_the_new_zone_and_the_trail_says_so(government: Government) -> None:
    case = came(government, datetime(2026, 12, 30, 9, tzinfo=WIB))
    assert due(case) == "31 Dec 2026 16.00"
    moved_to("Asia/Jayapura", government.pupr)
    assert due(case, WIT) == "31 Dec 2026 16.00"
    assert trail("case", case.pk).filter(kind="case.recounted").count() == 1


def test_what_came_around_midnight_and_the_years_end_counts_by_the_day_of_the_new_zone(
    government: Government,
) -> None:
    late = datetime(2026, 12, 30, 23, 30, tzinfo=WIB)  # already the 31st two hours further east
    case = came(government, late)
    assert due(case) == "31 Dec 2026 16.00"
    moved_to("Asia/Jayapura", government.pupr, late)
    assert due(case, WIT) == "04 Jan 2027 16.00"  # New Year's Day is a Friday


def test_what_was_over_before_and_other_units_stay(government: Government) -> None:
    old = came(government, datetime(2026, 12, 1, 9, tzinfo=WIB), "1")
    site = channel(government.dukcapil, "facebook.com/dukcapil")
    receive([heard("KTP saya", "9", at=NOON)], channel=site, at=NOON, understand=None)
    other = Case.objects.latest("pk")
    before = due(old), due(other)
    moved_to("Asia/Jayapura", government.pupr)
    assert (due(old), due(other)) == before


def test_the_same_zone_counts_nothing(government: Government) -> None:
    came(government, NOON)
    moved_to("Asia/Jakarta", government.pupr)
    assert not Recount.objects.exists()


def test_the_screen_of_a_unit_counts_anew(government: Government) -> None:
    client = client_of(government, "koordinator")
    data = {"zone": "Asia/Makassar", "aliases": "", "affairs": government.pupr.affairs}
    assert client.post(reverse("unit", args=[government.pupr.pk]), data).status_code == 302
    assert Recount.objects.get().since == timezone.localdate()


def test_other_office_hours_count_anew_from_their_day(government: Government) -> None:
    case = came(government, datetime(2026, 12, 30, 9, tzinfo=WIB))
    week = [[["08:00", "14:00"]]] * 5 + [[], []]
    set_value(
        key="clock.hours", unit=government.pupr, value=week, valid_from=date(2026, 12, 31), by=BY, at=NOON,
        legal_basis="SE", then=at_once,
    )  # fmt: skip
    assert due(case) == "31 Dec 2026 14.00"
