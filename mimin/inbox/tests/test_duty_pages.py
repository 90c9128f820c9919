"""The pages of duty: planning by choosing and pasting, handing over with one tap, and what they refuse."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mimin.inbox.models import Duty
from mimin.people.models import Person, Unit
from mimin.people.rules import RoleKind
from mimin.policy.queries import calendar
from tests.made import Government, person
from tests.scene import client_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def night(government: Government) -> Person:
    return person("piket.malam", "Petugas piket malam", government.root, RoleKind.DUTY)


@pytest.fixture
def planner(government: Government, night: Person) -> Client:
    return client_of(government, "koordinator")


def shift(unit: Unit, who: Person, *, begins: datetime | None = None, hours: int = 12) -> Duty:
    begins = begins or timezone.now() - HOUR
    return Duty.objects.create(unit=unit, person=who, starts_at=begins, ends_at=begins + hours * HOUR)


def next_month() -> date:
    today = timezone.localdate().replace(day=1)
    return (today + timedelta(days=32)).replace(day=1)


def plan_url(unit: Unit, month: date) -> str:
    return f"{reverse('duty_plan')}?unit={unit.pk}&month={month:%Y-%m}"


def chosen(page: Any, **given: str) -> dict[str, str]:
    """The form of a page as a browser sends it back, with what was changed."""
    form = page.context["form"]
    return {field.name: str(field.value() or "") for field in form} | given


# --- Planning ---


def test_a_month_has_a_select_for_every_day(planner: Client, government: Government) -> None:
    page = planner.get(plan_url(government.root, next_month()))
    days = (next_month() + timedelta(days=32)).replace(day=1) - next_month()
    assert len(page.context["shifts"]) == days.days
    assert page.content.decode().count("<select") == days.days + 1  # and the unit


def test_what_is_chosen_becomes_the_roster(planner: Client, government: Government, night: Person) -> None:
    url = plan_url(government.root, next_month())
    page = planner.get(url)
    names = [field.name for field in page.context["shifts"]][:2]
    answer = planner.post(url, chosen(page, **dict.fromkeys(names, str(night.pk))))
    assert (answer.status_code, Duty.objects.filter(person=night).count()) == (302, 2)
    page = planner.get(url)
    assert [page.context["form"][name].value() for name in names] == [night.pk] * 2
    planner.post(url, chosen(page, **{names[0]: ""}))
    assert Duty.objects.count() == 1


def test_what_is_pasted_wins_over_what_is_chosen(
    planner: Client, government: Government, night: Person
) -> None:
    url = plan_url(government.root, next_month())
    page = planner.get(url)
    first = page.context["shifts"][0].name
    pasted = "1 20.00-06.00 piket.malam\n2 Koordinator Diskominfo"
    planner.post(url, chosen(page, pasted=pasted, **{first: str(night.pk)}))
    zone = calendar(government.root).zone
    rows = [(row.starts_at.astimezone(zone), row.person.username) for row in Duty.objects.all()]
    assert [(at.day, who) for at, who in rows] == [(1, "piket.malam"), (2, "koordinator")]
    assert rows[0][0].hour == 20
    again = planner.get(url)
    assert "20.00–06.00" in again.content.decode()


@pytest.mark.parametrize(
    ("pasted", "named"),
    [("99 piket.malam", "99 piket.malam"), ("1 orang.asing", "orang.asing"), ("1 20.00-06.00", "")],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_lost(
    planner: Client, government: Government, pasted: str, named: str
) -> None:
    url = plan_url(government.root, next_month())
    answer = planner.post(url, chosen(planner.get(url), pasted=f"2 piket.malam\n{pasted}"))
    text = answer.content.decode()
    assert (answer.status_code, Duty.objects.count(), named in text, "2 piket.malam" in text) == (
        422,
        0,
        True,
        True,
    )


def test_shifts_that_overlap_are_refused_in_words(planner: Client, government: Government) -> None:
    url = plan_url(government.root, next_month())
    pasted = "1 16.00-08.00 piket.malam\n2 06.00-20.00 koordinator"
    answer = planner.post(url, chosen(planner.get(url), pasted=pasted))
    assert (answer.status_code, Duty.objects.count()) == (422, 0)
    assert "Petugas piket malam" in answer.content.decode()


def test_the_same_paste_twice_changes_nothing(planner: Client, government: Government) -> None:
    url = plan_url(government.root, next_month())
    for _time in range(2):
        planner.post(url, chosen(planner.get(url), pasted="1 piket.malam"))
    assert Duty.objects.count() == 1


@pytest.mark.parametrize("address", ["month=2020-01", "month=x", "month=9999-99", "unit=x", ""])
def test_an_address_that_names_no_month_shows_this_one(planner: Client, address: str) -> None:
    page = planner.get(f"{reverse('duty_plan')}?{address}")
    assert (page.status_code, [month["current"] for month in page.context["months"]]) == (
        200,
        [True, False, False],
    )


@pytest.mark.parametrize(
    ("name", "own", "other"),
    [("admin.pupr", 200, 404), ("kepala.pupr", 200, 404), ("inspektur", 403, 403), ("pimpinan", 403, 403)],
)
def test_a_roster_is_planned_by_the_people_of_its_unit(
    government: Government, name: str, own: int, other: int
) -> None:
    client = client_of(government, name)
    codes = [
        client.get(plan_url(u, next_month())).status_code for u in (government.pupr, government.dukcapil)
    ]
    assert codes == [own, other]


# --- Handing over ---


def test_one_tap_each_and_the_page_says_so(planner: Client, government: Government, night: Person) -> None:
    row = shift(government.root, night)
    client = Client()
    client.force_login(night)
    before = planner.get(reverse("duty")).context["rosters"][0]["shifts"][0]
    planner.post(reverse("duty_hand", args=[row.pk]))
    client.post(reverse("duty_take", args=[row.pk]), {"reach": "HT kanal 3"})
    after = planner.get(reverse("duty")).context["rosters"][0]["shifts"][0]
    assert (before["tag"]["tone"], before["hand"], after["tag"]["tone"], after["hand"]) == (
        "warn",
        True,
        "ok",
        False,
    )
    assert after["reach"] == "HT kanal 3"


def test_a_stranger_neither_sees_nor_confirms_a_shift(government: Government, night: Person) -> None:
    row = shift(government.pupr, government.person("admin.pupr"))
    client = client_of(government, "admin.dukcapil")
    codes = [client.post(reverse(name, args=[row.pk])).status_code for name in ("duty_hand", "duty_take")]
    row.refresh_from_db()
    assert (codes, row.handed_at, row.taken_at) == ([404, 404], None, None)
    assert "Admin Dinas PUPR" not in client.get(reverse("duty")).content.decode()


def test_a_colleague_sees_a_shift_and_cannot_confirm_it(government: Government, night: Person) -> None:
    row = shift(government.pupr, government.person("admin.pupr"))
    client = client_of(government, "admin.marga")
    codes = [client.post(reverse(name, args=[row.pk])).status_code for name in ("duty_hand", "duty_take")]
    assert (codes, "Admin Dinas PUPR" in client.get(reverse("duty")).content.decode()) == ([403, 403], True)


def test_how_somebody_is_reached_is_for_those_who_work_there(government: Government, night: Person) -> None:
    Duty.objects.filter(pk=shift(government.root, night).pk).update(reach="0812-sandi")
    shown = {
        name: "0812-sandi" in client_of(government, name).get(reverse("duty")).content.decode()
        for name in ("koordinator", "admin.pupr", "pimpinan", "auditor")
    }
    assert shown == {"koordinator": True, "admin.pupr": True, "pimpinan": False, "auditor": False}


def test_a_tap_too_early_says_from_when(government: Government, night: Person) -> None:
    row = shift(government.root, night, begins=timezone.now() + 48 * HOUR)
    client = Client()
    client.force_login(night)
    answer = client.post(reverse("duty_take", args=[row.pk]), follow=True)
    row.refresh_from_db()
    assert ([said.level_tag for said in answer.context["messages"]], row.taken_at) == (["error"], None)


def test_without_a_roster_the_page_says_what_then(planner: Client, government: Government) -> None:
    page = planner.get(reverse("duty"))
    assert (page.status_code, page.context["rosters"]) == (200, [])
    assert reverse("duty_plan") in page.content.decode()


def test_the_page_costs_no_more_for_a_long_roster(
    planner: Client, government: Government, night: Person
) -> None:
    costs = []
    for days in (range(1, 3), range(3, 7)):
        for day in days:
            shift(government.root, night, begins=timezone.now() + 24 * day * HOUR)
        planner.get(reverse("duty"))
        with CaptureQueriesContext(connection) as asked:
            planner.get(reverse("duty"))
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_the_home_page_tells_who_is_on_duty_now(government: Government, night: Person) -> None:
    shift(government.root, night)
    shown = {
        name: "Petugas piket malam" in client_of(government, name).get(reverse("home")).content.decode()
        for name in ("koordinator", "admin.pupr", "pimpinan")
    }
    assert shown == {"koordinator": True, "admin.pupr": True, "pimpinan": False}
