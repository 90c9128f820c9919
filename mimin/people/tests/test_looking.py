"""One unit chosen in the top bar: lists show less, never more, and a single thing still opens."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mimin.inbox.intake import receive
from mimin.people.models import Unit
from mimin.people.queries import narrowed, sights
from tests.made import MONDAY, Government, channel, heard

pytestmark = pytest.mark.django_db


def signed_in(government: Government, username: str, unit: Unit | None = None) -> Client:
    client = Client()
    client.force_login(government.people[username])
    if unit is not None:
        client.post(reverse("look"), {"unit": unit.pk})
    return client


@pytest.fixture
def cases(government: Government) -> dict[str, int]:
    """Unit -> the case that came in on its channel; nothing in the text says another unit."""
    found = {}
    for name in ("pupr", "marga", "dukcapil"):
        one = channel(getattr(government, name), f"instagram.com/{name}contoh")
        receive([heard(f"Halo min, kabar {name}", name)], channel=one, at=MONDAY, understand=None)
        found[name] = one.cases.get().pk
    return found


def listed(client: Client) -> set[int]:
    return {row.id for row in client.get(reverse("inbox"), {"view": "all"}).context["rows"]}


def test_lists_show_the_unit_and_what_stands_below(government: Government, cases: dict[str, int]) -> None:
    assert listed(signed_in(government, "koordinator")) == set(cases.values())
    assert listed(signed_in(government, "koordinator", government.pupr)) == {cases["pupr"], cases["marga"]}
    assert listed(signed_in(government, "koordinator", government.marga)) == {cases["marga"]}


def test_a_case_of_another_unit_still_opens_by_its_address_and_number(
    government: Government, cases: dict[str, int]
) -> None:
    client = signed_in(government, "koordinator", government.pupr)
    assert client.get(reverse("case", args=[cases["dukcapil"]])).status_code == 200
    found = client.get(reverse("search"), {"q": f"X-{cases['dukcapil']}"}).context["rows"]
    assert [row.id for row in found] == [cases["dukcapil"]]


def test_search_channels_and_numbers_are_narrowed_alike(
    government: Government, cases: dict[str, int]
) -> None:
    client = signed_in(government, "koordinator", government.dukcapil)
    assert [row.id for row in client.get(reverse("search"), {"q": "kabar"}).context["rows"]] == [
        cases["dukcapil"]
    ]
    assert [row["name"] for row in client.get(reverse("channels")).context["rows"]] == ["dukcapilcontoh"]
    assert client.get(reverse("inbox")).context["shell"].waiting == "1"
    assert client.get(reverse("case", args=[cases["pupr"]])).context["shell"].waiting == "1"


def test_nobody_looks_at_a_unit_that_is_not_theirs(government: Government, cases: dict[str, int]) -> None:
    client = signed_in(government, "admin.pupr")
    assert client.post(reverse("look"), {"unit": government.dukcapil.pk}).status_code == 422
    session = client.session
    session["looking"] = government.dukcapil.pk
    session.save()
    assert listed(client) == set()


def test_looking_upwards_shows_no_more_than_before(government: Government) -> None:
    admin = government.person("admin.pupr")
    own = {unit for sight in sights(admin) for unit in sight.units or ()}
    assert own == {government.pupr.pk, government.marga.pk}
    above = narrowed(admin, government.root.path)
    assert {unit for sight in sights(above) for unit in sight.units or ()} == own


def test_all_units_come_back_with_one_press(government: Government, cases: dict[str, int]) -> None:
    client = signed_in(government, "koordinator", government.pupr)
    page = client.get(reverse("inbox")).content.decode()
    assert "Hanya Dinas PUPR" in page
    answer = client.post(reverse("look"), {"next": reverse("inbox")})
    assert answer.headers["Location"] == reverse("inbox")
    assert listed(client) == set(cases.values())


def test_a_unit_that_is_gone_is_looked_at_no_longer(government: Government, cases: dict[str, int]) -> None:
    client = signed_in(government, "koordinator", government.marga)
    Unit.objects.filter(pk=government.marga.pk).update(active=False)
    assert listed(client) == set(cases.values())


def test_a_way_back_to_elsewhere_is_not_taken(government: Government) -> None:
    client = signed_in(government, "koordinator")
    answer = client.post(reverse("look"), {"unit": "", "next": "https://contoh.example/a"})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("username", "offered"), [("koordinator", True), ("admin.pupr", True), ("admin.marga", False)]
)
def test_the_switch_is_offered_where_there_is_more_than_one_unit(
    government: Government, username: str, offered: bool
) -> None:
    page = signed_in(government, username).get(reverse("inbox")).content.decode()
    assert (reverse("look") in page) is offered
