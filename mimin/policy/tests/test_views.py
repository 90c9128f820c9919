"""The pages of values and holidays: who may open them, who may change them, and what a change leaves behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mimin.evidence.models import Facts
from mimin.lib.colour import nearest
from mimin.lib.moving import Refused
from mimin.people.models import Person
from mimin.people.rules import RoleKind
from mimin.policy.actions import set_value
from mimin.policy.models import Holiday, Policy
from mimin.policy.queries import value
from mimin.policy.rules import KEYS
from tests.made import BY, MONDAY, Government, person

pytestmark = pytest.mark.django_db
TODAY = {"valid_from": "2026-01-01", "legal_basis": "Perbup 5/2026", "source": ""}


def signed_in(government: Government, username: str) -> Client:
    client = Client()
    client.force_login(government.people[username])
    return client


def records(kind: str) -> int:
    return Facts.objects.filter(kind=kind).count()


@pytest.mark.parametrize(
    "username", ["koordinator", "admin.pupr", "kepala.pupr", "pimpinan", "pengamat", "auditor"]
)
def test_whoever_plays_a_part_reads_what_holds_for_their_unit(government: Government, username: str) -> None:
    page = signed_in(government, username).get(reverse("policy"), {"unit": government.pupr.pk})
    assert (page.status_code, page.context["unit_name"]) == (200, government.pupr.name)
    assert page.context["may_change"] is (username == "koordinator")


def test_every_key_stands_in_one_group(government: Government) -> None:
    page = signed_in(government, "koordinator").get(reverse("policy"))
    shown = [row["edit_url"].split("/")[-2] for group in page.context["groups"] for row in group["rows"]]
    assert sorted(shown) == sorted(KEYS)


def test_values_of_a_strange_unit_are_not_there(government: Government) -> None:
    client = signed_in(government, "admin.dukcapil")
    assert client.get(reverse("policy"), {"unit": government.pupr.pk}).status_code == 404
    assert client.get(reverse("policy_edit", args=[government.pupr.pk, "case.approval"])).status_code == 404


def test_without_a_part_there_are_no_values_to_read(government: Government) -> None:
    assert signed_in(government, "tanpa.peran").get(reverse("policy")).status_code == 403


@pytest.mark.parametrize(
    "username", ["pimpinan", "pengamat", "auditor", "admin.pupr", "kepala.pupr", "sekda"]
)
def test_only_a_coordinator_sets_a_value(government: Government, username: str) -> None:
    client, url = (
        signed_in(government, username),
        reverse("policy_edit", args=[government.pupr.pk, "case.approval"]),
    )
    assert client.get(url).status_code == 403
    assert client.post(url, {**TODAY, "value": "on"}).status_code == 403
    assert not Policy.objects.exists()


def test_a_coordinator_of_one_department_sets_values_there_alone(government: Government) -> None:
    person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR)
    client = Client()
    client.force_login(Person.objects.get(username="koordinator.pupr"))
    units = (government.marga, government.dukcapil, government.root)
    urls = [reverse("policy_edit", args=[unit.pk, "case.approval"]) for unit in units]
    assert [client.post(url, {**TODAY, "value": "on"}).status_code for url in urls] == [302, 404, 404]


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        (
            "case.first_response",
            {"amount": "3", "unit": "working_hours"},
            {"amount": 3, "unit": "working_hours"},
        ),
        ("case.first_response", {"amount": "14", "unit": "days"}, {"amount": 14, "unit": "days"}),
        ("case.approval", {"value": "on"}, True),
        ("case.approval", {}, False),
        ("case.auto_route", {"value": "85"}, 85),
        ("listen.every_minutes", {"value": "5"}, 5),
        ("clock.hours", {}, []),
        (
            "clock.hours",
            {f"day{day}": "07:30-12:00, 13:00-16:00" for day in range(5)},
            [[["07:30", "12:00"], ["13:00", "16:00"]]] * 5 + [[], []],
        ),
        ("clock.ramadan", {"value": "2027-02-08 sampai 2027-03-09"}, [["2027-02-08", "2027-03-09"]]),
    ],
)
def test_each_kind_of_value_is_set_by_its_own_fields(
    government: Government, key: str, typed: dict[str, Any], kept: Any
) -> None:
    client, url = signed_in(government, "koordinator"), reverse("policy_edit", args=[government.pupr.pk, key])
    assert client.get(url).status_code == 200
    assert [client.post(url, {**TODAY, **typed}).status_code for _twice in range(2)] == [302, 302]
    assert value(government.marga, key) == kept
    assert [row.legal_basis for row in Policy.objects.all()] == ["Perbup 5/2026"]
    assert records("policy.set") == 1


@pytest.mark.parametrize(
    ("key", "typed", "field"),
    [
        ("case.first_response", {"amount": "0", "unit": "hours"}, "amount"),
        ("case.first_response", {"amount": "1", "unit": "weeks"}, "unit"),
        ("case.auto_route", {"value": "101"}, "value"),
        ("listen.every_minutes", {"value": "sering"}, "value"),
        ("clock.hours", {"day0": "pagi sampai sore"}, "__all__"),
        ("clock.hours", {"day0": "16:00-07:30"}, "__all__"),
        ("clock.ramadan", {"value": "8 Februari 2027"}, "__all__"),
        ("clock.ramadan", {"value": "2027-03-09 to 2027-02-08"}, "__all__"),
        ("case.approval", {"valid_from": "kemarin"}, "valid_from"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_stays_typed(
    government: Government, key: str, typed: dict[str, str], field: str
) -> None:
    url = reverse("policy_edit", args=[government.pupr.pk, key])
    page = signed_in(government, "koordinator").post(url, {**TODAY, **typed})
    assert page.status_code == 422
    assert [*page.context["form"].errors] == [field]
    assert {name: page.context["form"][name].value() for name in typed} == typed
    assert not Policy.objects.exists()


def test_what_is_set_shows_on_the_page_as_it_will_be_typed_again(government: Government) -> None:
    client, url = (
        signed_in(government, "koordinator"),
        reverse("policy_edit", args=[government.pupr.pk, "clock.hours"]),
    )
    client.post(url, {**TODAY, "day0": "8.00-12.00"})
    page = client.get(url)
    assert page.context["form"]["day0"].value() == "08:00-12:00"
    assert [one["legal_basis"] for one in page.context["history"]] == ["Perbup 5/2026"]


def test_a_value_is_taken_back_beside_its_row_however_often_it_is_sent(government: Government) -> None:
    client, edit = (
        signed_in(government, "koordinator"),
        reverse("policy_edit", args=[government.pupr.pk, "case.approval"]),
    )
    client.post(edit, {**TODAY, "value": "on"})
    (row,) = client.get(edit).context["history"]
    answers = [client.post(row["unset_url"]) for _twice in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, edit)] * 2
    assert (Policy.objects.count(), records("policy.unset")) == (0, 1)
    assert value(government.pupr, "case.approval") is False


@pytest.mark.parametrize(
    ("username", "status"), [("admin.pupr", 403), ("pimpinan", 403), ("admin.dukcapil", 404)]
)
def test_nobody_else_takes_a_value_back(government: Government, username: str, status: int) -> None:
    edit = reverse("policy_edit", args=[government.pupr.pk, "case.approval"])
    signed_in(government, "koordinator").post(edit, {**TODAY, "value": "on"})
    unset = reverse("policy_unset", args=[government.pupr.pk, "case.approval", Policy.objects.get().pk])
    assert signed_in(government, username).post(unset).status_code == status
    assert Policy.objects.count() == 1


def test_a_units_page_tells_its_hours_and_leads_to_the_value(government: Government) -> None:
    client = signed_in(government, "koordinator")
    typed = {**TODAY, **{f"day{day}": "08:00-14:00" for day in range(6)}}
    client.post(reverse("policy_edit", args=[government.pupr.pk, "clock.hours"]), typed)
    facts = client.get(reverse("unit", args=[government.marga.pk])).context["facts"]
    hours = {fact["label"]: fact for fact in facts}["Jam kerja"]
    assert hours["url"] == f"{reverse('policy')}?unit={government.marga.pk}"
    assert hours["value"].count("08:00-14:00") == 6


def test_a_key_that_is_none_is_not_there(government: Government) -> None:
    url = reverse("policy_edit", args=[government.pupr.pk, "case.raja"])
    assert signed_in(government, "koordinator").get(url).status_code == 404


# Holidays

DAY = {"date": "2026-08-18", "name": "Hari jadi Kabupaten Contoh"}


@pytest.mark.parametrize("username", ["koordinator", "admin.pupr", "pimpinan", "tanpa.peran"])
def test_everybody_who_signs_in_reads_the_calendar(government: Government, username: str) -> None:
    page = signed_in(government, username).get(reverse("holidays"), {"year": 2026})
    assert (page.status_code, page.context["year"]) == (200, "2026")
    assert page.context["may_change"] is (username == "koordinator")


@pytest.mark.parametrize("username", ["pimpinan", "pengamat", "auditor", "admin.pupr", "kepala.pupr"])
def test_only_a_coordinator_changes_the_calendar(government: Government, username: str) -> None:
    day = Holiday.objects.create(date="2026-08-18", name="Hari jadi")
    client = signed_in(government, username)
    assert client.post(reverse("holidays"), DAY).status_code == 403
    assert client.post(reverse("holiday_forget", args=[day.pk])).status_code == 403
    assert Holiday.objects.get().name == "Hari jadi"


def test_a_coordinator_of_one_department_does_not_change_the_calendar_of_all(government: Government) -> None:
    person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR)
    client = Client()
    client.force_login(Person.objects.get(username="koordinator.pupr"))
    assert client.post(reverse("holidays"), DAY).status_code == 403


def test_a_day_is_added_and_forgotten_and_each_leaves_one_record(government: Government) -> None:
    client = signed_in(government, "koordinator")
    assert [client.post(reverse("holidays"), DAY).status_code for _twice in range(2)] == [302, 302]
    day = Holiday.objects.get()
    page = client.get(reverse("holidays"), {"year": 2026})
    assert [row["name"] for row in page.context["rows"] if row["delete_url"]] == [DAY["name"]]
    forget = reverse("holiday_forget", args=[day.pk])
    assert [client.post(forget).status_code for _twice in range(2)] == [302, 302]
    assert not Holiday.objects.exists()
    assert (records("holiday.set"), records("holiday.forgotten")) == (1, 1)


def test_a_day_without_a_name_is_refused_and_stays_typed(government: Government) -> None:
    page = signed_in(government, "koordinator").post(reverse("holidays"), {"date": "2026-08-18", "name": ""})
    assert (page.status_code, [*page.context["form"].errors]) == (422, ["name"])
    assert page.context["form"]["date"].value() == "2026-08-18"


@pytest.mark.parametrize(("asked", "year"), [("1800", "2015"), ("9999", "2040"), ("2027", "2027")])
def test_a_year_outside_the_known_ones_shows_the_nearest(
    government: Government, asked: str, year: str
) -> None:
    page = signed_in(government, "koordinator").get(reverse("holidays"), {"year": asked})
    assert (page.status_code, page.context["year"]) == (200, year)


def _colour(government: Government, chosen: str) -> Any:
    url = reverse("policy_edit", args=[government.root.pk, "look.colour"])
    return signed_in(government, "koordinator").post(url, {**TODAY, "value": chosen})


def test_the_colour_of_the_government_reaches_every_page_and_the_sign_in(government: Government) -> None:
    plain = Client().get(reverse("account_login")).content.decode()
    assert "/warna/" not in plain
    assert _colour(government, "#0A6E31").status_code == 302
    pages = [
        Client().get(reverse("account_login")),
        signed_in(government, "admin.pupr").get(reverse("inbox")),
    ]
    assert ["/warna/0a6e31.css" in page.content.decode() for page in pages] == [True, True]
    style = Client().get("/warna/0a6e31.css")
    assert (style.status_code, style.headers["Content-Type"]) == (200, "text/css")
    assert "--brand-600:#0a6e31;" in style.content.decode()
    assert "#0a6e31" in Client().get(reverse("manifest")).content.decode()


def test_a_colour_that_nobody_could_read_is_refused_with_its_nearest(government: Government) -> None:
    answer = _colour(government, "#ffd400")
    assert answer.status_code == 422
    assert "kontrasnya 1.3, padahal perlu 4.5" in answer.content.decode()
    assert nearest("#ffd400") in answer.content.decode()
    assert not Policy.objects.exists()


def test_a_unit_has_no_colour_of_its_own(government: Government) -> None:
    client = signed_in(government, "koordinator")
    assert client.get(reverse("policy_edit", args=[government.pupr.pk, "look.colour"])).status_code == 404
    shown = client.get(reverse("policy"), {"unit": government.pupr.pk}).content.decode()
    assert "Warna Pemda" not in shown
    with pytest.raises(Refused, match="unit teratas"):
        set_value(
            key="look.colour", unit=government.pupr, value="#0a6e31", valid_from=date(2026, 1, 1), by=BY, at=MONDAY
        )  # fmt: skip


@pytest.mark.parametrize("digits", ["0a6e3", "0A6E31", "red", "0a6e31}"])
def test_a_stylesheet_of_no_colour_is_not_there(digits: str) -> None:
    assert Client().get(f"/warna/{digits}.css").status_code == 404
