"""Who can act on what leaves: the part that somebody really holds, for who speaks and for the channel."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from mimin.outbox.doers import Doer, doers
from mimin.outbox.forms import ProofForm
from mimin.outbox.models import Delivery
from mimin.outbox.queries import may_act
from mimin.outbox.rows import waits_for
from mimin.outbox.tests.test_views import put
from mimin.people.models import Person, Role
from mimin.people.rules import RoleKind, Secrecy
from mimin.registry.actions import add_channel
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel
from tests.scene import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(government: Government) -> Channel:
    Person.objects.update(language="en")
    return channel(government.pupr, "instagram.com/puprcontoh")


def able(delivery: Delivery, who: str = "admin") -> list[tuple[str, str]]:
    """The parts and units, as words."""
    return [(doer.kind.value, doer.unit) for doer in doers([delivery])[delivery.pk][who]]


@pytest.mark.parametrize(
    ("speaks", "secrecy", "who"),
    [
        ("pupr", Secrecy.OPEN, [("admin", "Dinas PUPR")]),
        ("marga", Secrecy.OPEN, [("admin", "UPTD Bina Marga"), ("admin", "Dinas PUPR")]),
        ("dukcapil", Secrecy.SECRET, [("admin", "Dukcapil"), ("admin", "Dinas PUPR")]),
        ("kominfo", Secrecy.OPEN, [("coordinator", "Contoh"), ("admin", "Dinas PUPR")]),
        ("inspectorate", Secrecy.OVERSIGHT, [("inspector", "Inspektorat")]),
        ("root", Secrecy.OVERSIGHT_SEKDA, [("secretary", "Contoh")]),
    ],
)
def test_who_speaks_is_named_first_and_the_channels_unit_where_it_is_another(
    government: Government, account: Channel, speaks: str, secrecy: Secrecy, who: list[tuple[str, str]]
) -> None:
    assert able(put(account, unit=getattr(government, speaks), secrecy=secrecy)) == who


def test_only_parts_that_are_held_today_are_named(government: Government, account: Channel) -> None:
    made, today = put(account), timezone.localdate()
    admin = Role.objects.filter(person=government.people["admin.pupr"])
    admin.update(until=today)
    assert able(made) == [("admin", "Dinas PUPR")]
    admin.update(until=today - timedelta(days=1))
    assert able(made) == [("head", "Dinas PUPR")]
    admin.update(since=today + timedelta(days=1), until=None)
    assert able(made) == [("head", "Dinas PUPR")]
    Person.objects.filter(username="kepala.pupr").update(is_active=False)
    assert able(made) == [("coordinator", "Contoh")]


def test_who_is_named_can_really_act(government: Government, account: Channel) -> None:
    made = put(account, unit=government.dukcapil)
    named = {government.person(name) for name in ("admin.dukcapil", "admin.pupr")}
    assert [may_act(person, made) for person in named] == [True, True]


def test_the_coordinator_who_mends_the_channel_is_the_nearest_above_it(
    government: Government, account: Channel
) -> None:
    made = put(account, "failed", unit=government.inspectorate, secrecy=Secrecy.OVERSIGHT)
    assert able(made, "coordinator") == [("coordinator", "Contoh")]
    Role.objects.create(
        person=government.people["kepala.pupr"],
        unit=government.pupr,
        kind="coordinator",
        since=date(2020, 1, 1),
    )
    assert doers([made])[made.pk]["coordinator"] == (Doer(RoleKind.COORDINATOR, "Dinas PUPR"),)


def test_a_part_that_two_units_have_is_said_once(government: Government, account: Channel) -> None:
    two = put(account, "held", unit=government.dukcapil)
    three = put(account, "held", unit=government.kominfo)
    with translation.override("en"):
        said = [waits_for(made).partition("looks first. ")[2] for made in (two, three)]
    assert said == [
        "Who can do it: Social media admin of Dukcapil or Dinas PUPR.",
        "Who can do it: Coordinator of Contoh or Social media admin of Dinas PUPR.",
    ]


def test_where_nobody_can_it_says_who_can_change_that(government: Government, account: Channel) -> None:
    made = put(account, "held", unit=government.inspectorate, secrecy=Secrecy.OVERSIGHT)
    Role.objects.filter(person=government.people["inspektur"]).delete()
    with translation.override("en"):
        assert waits_for(made) == (
            "After a restore nobody knows what left since; releasing it looks first."
            " Nobody holds a part that can do it. The coordinator can give one."
        )


def test_a_page_of_deliveries_asks_once(
    government: Government, account: Channel, django_assert_num_queries: Any
) -> None:
    for unit in (government.pupr, government.dukcapil, government.marga):
        put(account, unit=unit)
    found = list(Delivery.objects.select_related("channel__unit", "unit"))
    with django_assert_num_queries(1):
        assert len(doers(found)) == 3


@pytest.mark.parametrize(
    ("state", "view"),
    [
        ("by_hand", "stopped"),
        ("held", "stopped"),
        ("unsure", "moving"),
        ("live", "live"),
        ("cancelled", "cancelled"),
    ],
)
def test_the_page_of_one_delivery_stands_in_the_view_that_holds_it(
    government: Government, account: Channel, state: str, view: str
) -> None:
    made = put(account, state)
    page = client_of(government, "admin.pupr").get(reverse("delivery", args=[made.pk]))
    current = [one["url"] for one in page.context["views"] if one["current"]]
    assert current == [f"{reverse('outbox')}?view={view}"]


def optional(client: Client, made: Delivery) -> tuple[int, int]:
    """How often the page of the proof says that something may stay empty, and that one of two is enough."""
    page = client.get(reverse("prove", args=[made.pk])).content.decode()
    return page.count("(optional)"), page.count("Give one of the two")


def test_the_proof_says_before_anybody_fails_that_a_link_or_a_photo_is_needed(
    government: Government, account: Channel
) -> None:
    client = client_of(government, "admin.pupr")
    assert optional(client, put(account)) == (0, 1)
    board = add_channel(
        pasted="Papan kantor",
        unit=government.pupr,
        name="",
        mode="assisted",
        by=BY,
        at=MONDAY,
        platform="offline",
    )
    assert optional(client, put(board)) == (1, 0)


@pytest.mark.parametrize("given", [{}, {"link": ""}])
def test_without_a_link_and_a_photo_nothing_is_proven(account: Channel, given: dict[str, str]) -> None:
    form = ProofForm(account, given, {})
    assert (form.is_valid(), [*form.errors]) == (False, ["link"])


@pytest.mark.parametrize(
    ("url", "ways"),
    [
        ("https://www.instagram.com/p/Cxyz/", ["https://www.instagram.com/p/Cxyz/"]),
        ("javascript:alert(1)", []),
        ("", []),
    ],
)
def test_who_may_only_look_is_led_to_what_stands_there(
    government: Government, account: Channel, url: str, ways: list[str]
) -> None:
    made = put(account, "live", url=url)
    page = client_of(government, "pengamat").get(reverse("delivery", args=[made.pk]))
    acts = page.context["rows"][0]["acts"]
    assert ([act["url"] for act in acts], {act["method"] for act in acts} <= {"open"}) == (ways, True)


def test_the_page_of_one_delivery_says_all_of_it_and_nothing_of_what_is_secret(
    government: Government, account: Channel
) -> None:
    client, made = client_of(government, "admin.pupr"), put(account)
    url = reverse("delivery", args=[made.pk])
    assert client.get(url).context["said"] == "Terima kasih, kami perbaiki."
    Delivery.objects.filter(pk=made.pk).update(secrecy=Secrecy.SECRET)
    assert client.get(url).context["said"] == "Confidential answer"
