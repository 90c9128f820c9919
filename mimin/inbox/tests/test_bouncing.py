"""A case that units give to each other: after so many times the coordinator alone decides whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from mimin.desk.models import Notice
from mimin.desk.walks.ladder import climb_at
from mimin.inbox import actions, bouncing, queries
from mimin.inbox.models import Case, Transfer
from mimin.lib.moving import Refused
from mimin.people.models import Unit
from mimin.people.rules import RoleKind
from mimin.policy import actions as policy
from mimin.policy.queries import value
from tests.made import MONDAY, Government, channel, person
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.kominfo), "pohon miring di trotoar")


def route(case: Case, to: Unit, government: Government, by: str, hours: int) -> Case:
    at = MONDAY + timedelta(hours=hours)
    return actions.transfer(case=case, to=to, reason="Bukan kami", by=government.person(by), at=at)


def back(case: Case, government: Government, by: str, hours: int) -> Case:
    at = MONDAY + timedelta(hours=hours)
    return actions.hand_back(case=case, reason="Bukan kewenangan kami", by=government.person(by), at=at)


def bounced(case: Case, government: Government) -> Case:
    """Given away by units three times: it is the coordinator's now."""
    case = route(case, government.pupr, government, "koordinator", 1)
    case = route(case, government.dukcapil, government, "admin.pupr", 2)
    case = back(case, government, "admin.dukcapil", 3)
    assert case.lead == government.pupr
    case = route(case, government.dukcapil, government, "admin.pupr", 3)
    return back(case, government, "admin.dukcapil", 4)


def test_a_case_that_went_round_is_the_coordinators_with_the_whole_trail(
    government: Government, case: Case
) -> None:
    case = bounced(case, government)
    assert case.lead == government.root
    assert bouncing.given_away(case) == 4
    page = client_of(government, "koordinator").get(reverse("case", args=[case.pk]))
    assert page.status_code == 200
    told = page.content.decode()
    assert told.count("Diteruskan ke unit lain") == 3
    assert Transfer.objects.filter(case=case).count() == 5
    assert case.pk in [
        line.pk for line in queries.page(government.person("koordinator"), view="mine", now=MONDAY).cases
    ]


def test_then_units_answer_or_hand_back_and_only_the_coordinator_passes_on(
    government: Government, case: Case
) -> None:
    case = route(bounced(case, government), government.pupr, government, "koordinator", 5)
    with pytest.raises(Refused, match="4 kali"):
        route(case, government.dukcapil, government, "admin.pupr", 6)
    assert case.lead == Case.objects.get().lead == government.pupr
    case = back(case, government, "admin.pupr", 7)
    assert case.lead == government.root
    case = route(case, government.dukcapil, government, "koordinator", 8)
    assert (case.lead, case.state) == (government.dukcapil, "routed")


def test_five_times_round_loses_nothing_and_the_clock_runs_on(government: Government, case: Case) -> None:
    due = case.due_at
    for hour in range(1, 6):
        case = route(case, government.pupr, government, "koordinator", 2 * hour)
        case = back(case, government, "admin.pupr", 2 * hour + 1)
    case.refresh_from_db()
    assert (case.lead, case.due_at, case.state) == (government.root, due, "new")
    assert Transfer.objects.filter(case=case).count() == 10
    assert queries.find_case(government.person("admin.pupr"), case.pk) == case


def test_both_heads_and_the_coordinator_hear_of_it_once(government: Government, case: Case) -> None:
    government.people["kepala.dukcapil"] = person(
        "kepala.dukcapil", "Kepala Dukcapil", government.dukcapil, RoleKind.HEAD
    )
    case = bounced(case, government)
    for hour in (4, 5):
        climb_at(MONDAY + timedelta(hours=hour))
    told = Notice.objects.filter(kind__startswith="r_").order_by("pk")
    assert {(one.person.username, one.kind, one.case, one.count) for one in told} == {
        (who, kind, case, 1)
        for who, kind in (("kepala.pupr", "r_due"), ("kepala.dukcapil", "r_due"), ("koordinator", "r_late"))
    }
    assert told.count() == 3


def test_the_coordinator_decides_the_lead_and_adds_a_helper(government: Government, case: Case) -> None:
    case = route(bounced(case, government), government.pupr, government, "koordinator", 5)
    at, top = MONDAY + timedelta(hours=6), government.person("koordinator")
    actions.involve(case=case, unit=government.dukcapil, part="helper", by=top, at=at)
    parts = dict(case.parts.values_list("unit__short", "part"))
    assert (parts["Dinas PUPR"], parts["Dukcapil"]) == ("lead", "helper")


def test_a_government_sets_the_number(government: Government, case: Case) -> None:
    policy.set_value(
        unit=government.root, key=bouncing.LIMIT, value=5, valid_from=MONDAY.date(), legal_basis="SOP", source="",
        by=government.person("koordinator"), at=MONDAY,
    )  # fmt: skip
    case = route(case, government.pupr, government, "koordinator", 1)
    case = route(case, government.dukcapil, government, "admin.pupr", 2)
    case = route(
        back(case, government, "admin.dukcapil", 3), government.dukcapil, government, "admin.pupr", 4
    )
    assert back(case, government, "admin.dukcapil", 5).lead == government.pupr
    assert value(government.root, bouncing.LIMIT) == 5
