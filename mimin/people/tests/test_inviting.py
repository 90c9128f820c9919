"""Inviting from the pages of people and units: who may, what is shown once, and what becomes of the links."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.models import Facts
from mimin.lib.moving import Refused
from mimin.people import inviting
from mimin.people.models import Invitation, Person
from mimin.people.rules import RoleKind
from mimin.policy.queries import forget
from tests.made import Government, person
from tests.scene import client_of

pytestmark = pytest.mark.django_db


def typed(government: Government, **changed: object) -> dict[str, object]:
    form = {
        "unit": government.pupr.pk,
        "kind": "admin",
        "post": "Admin medsos",
        "days": "7",
        "until": "",
        "key": "k",
    }
    return {**form, **changed}


def of_a_department(government: Government) -> Client:
    """A browser of somebody who coordinates the PUPR alone."""
    client = Client()
    client.force_login(person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR))
    return client


def make(government: Government, key: str = "k", **changed: object) -> Invitation:
    client_of(government, "koordinator").post(reverse("invite"), typed(government, key=key, **changed))
    return Invitation.objects.get(key=key)


def test_a_coordinator_gets_a_link_that_is_shown_once_with_its_message_and_code(
    government: Government,
) -> None:
    client = client_of(government, "koordinator")
    page = client.post(reverse("invite"), typed(government))
    sheet, row = page.context["sheet"], Invitation.objects.get()
    token = sheet.link.split("/")[-2]
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert sheet.link == f"http://testserver{reverse('join', args=[token])}"
    assert inviting.by_token(token) == row
    assert sheet.link in unquote(sheet.whatsapp_url)
    assert page.content.decode().count(f'<path d="{sheet.qr.path}"/>') == 1
    assert token not in client.get(reverse("invitations")).content.decode()


def test_a_link_opens_for_seven_days_unless_somebody_says_otherwise(government: Government) -> None:
    usual, brief = make(government), make(government, key="k2", days="1")
    assert client_of(government, "koordinator").get(reverse("invite")).context["form"]["days"].value() == 7
    assert [row.expires_at - row.made_at for row in (usual, brief)] == [timedelta(days=7), timedelta(days=1)]


def test_the_same_form_twice_makes_one_link(government: Government) -> None:
    client = client_of(government, "koordinator")
    first, second = (client.post(reverse("invite"), typed(government)) for _time in range(2))
    assert [first.status_code, second.status_code] == [200, 422]
    assert Facts.objects.filter(kind="invitation.made").count() == Invitation.objects.count() == 1


def test_the_form_comes_from_a_units_page_with_that_unit_chosen(government: Government) -> None:
    client = client_of(government, "koordinator")
    acts = client.get(reverse("unit", args=[government.pupr.pk])).context["acts"]
    page = client.get(acts[0]["url"])
    assert page.context["form"]["unit"].value() == government.pupr.pk


@pytest.mark.parametrize(
    "username", ["admin.pupr", "kepala.pupr", "pimpinan", "pengamat", "auditor", "sekda"]
)
def test_only_a_coordinator_invites(government: Government, username: str) -> None:
    client = client_of(government, username)
    answers = [client.get(reverse("invite")), client.post(reverse("invite"), typed(government))]
    assert [answer.status_code for answer in (*answers, client.get(reverse("invitations")))] == [
        403,
        403,
        403,
    ]
    urls = (
        [act["url"] for act in client.get(reverse("unit", args=[government.root.pk])).context["acts"]]
        if (username in ("pimpinan", "sekda"))
        else []
    )
    assert [url for url in urls if reverse("invite") in url] == []
    assert not Invitation.objects.exists()


def test_a_coordinator_of_one_department_invites_to_no_other(government: Government) -> None:
    client = of_a_department(government)
    answer = client.post(reverse("invite"), typed(government, unit=government.dukcapil.pk))
    assert (answer.status_code, [*answer.context["form"].errors]) == (422, ["unit"])
    assert client.post(reverse("invite"), typed(government)).status_code == 200


@pytest.mark.parametrize("kind", ["auditor", "inspector", "secretary"])
def test_a_part_from_the_top_is_not_offered_below_it(government: Government, kind: str) -> None:
    answer = of_a_department(government).post(
        reverse("invite"), typed(government, kind=kind, until="2099-01-01")
    )
    assert [*answer.context["form"].errors] == ["kind"]
    by = Person.objects.get(username="koordinator.pupr")
    with pytest.raises(Refused):
        inviting.invite(
            unit=government.pupr, kind=RoleKind(kind), post="Pengawas", days=7, key="x", by=by, at=timezone.now(),
            until=timezone.localdate() + timedelta(days=9),
        )  # fmt: skip
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "auditor"}, "__all__"),
        ({"kind": "secretary"}, "__all__"),
        ({"until": "2020-01-01"}, "__all__"),
        ({"kind": "raja"}, "kind"),
        ({"post": " "}, "post"),
        ({"days": "400"}, "days"),
        ({"unit": "x"}, "unit"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_in_words(
    government: Government, changed: dict[str, object], field: str
) -> None:
    answer = client_of(government, "koordinator").post(reverse("invite"), typed(government, **changed))
    assert (answer.status_code, [*answer.context["form"].errors]) == (422, [field])
    assert not Invitation.objects.exists()


def test_nobody_is_invited_to_a_unit_that_has_ended(government: Government) -> None:
    type(government.pupr).objects.filter(pk=government.pupr.pk).update(active=False)
    with pytest.raises(Refused):
        inviting.invite(
            unit=government.pupr, kind=RoleKind.ADMIN, post="Admin", days=7, key="x", at=timezone.now(),
            by=government.person("koordinator"),
        )  # fmt: skip


# The list


def states(client: Client) -> list[list[str]]:
    page = client.get(reverse("invitations"))
    return [[line["post"] for line in page.context[name]] for name in ("open", "past")]


def test_a_link_is_withdrawn_once_and_moves_to_those_that_are_over(government: Government) -> None:
    row, client = make(government), client_of(government, "koordinator")
    url = reverse("invitation_withdraw", args=[row.pk])
    assert states(client) == [["Admin medsos"], []]
    assert [client.post(url).status_code for _time in range(2)] == [302, 302]
    assert states(client) == [[], ["Admin medsos"]]
    assert Facts.objects.filter(kind="invitation.withdrawn").count() == 1


def test_a_link_that_was_used_is_not_withdrawn_and_says_who_took_it(government: Government) -> None:
    row, client, taker = (
        make(government),
        client_of(government, "koordinator"),
        government.person("admin.dukcapil"),
    )
    inviting.take(row=row, person=taker, key="t", at=timezone.now())
    client.post(reverse("invitation_withdraw", args=[row.pk]))
    line = client.get(reverse("invitations")).context["past"][0]
    assert (line["person_url"], line["withdraw_url"]) == (reverse("person", args=[taker.pk]), "")
    assert Invitation.objects.get().withdrawn_at is None


def test_a_coordinator_of_one_department_sees_and_withdraws_its_links_alone(government: Government) -> None:
    client = of_a_department(government)
    own, other = (
        make(government),
        make(government, key="k2", unit=government.dukcapil.pk, post="Admin Dukcapil"),
    )
    assert states(client) == [["Admin medsos"], []]
    answers = [client.post(reverse("invitation_withdraw", args=[row.pk])).status_code for row in (other, own)]
    assert answers == [404, 302]


def test_a_link_from_the_top_is_withdrawn_at_the_top(government: Government) -> None:
    client = of_a_department(government)
    row = make(government, kind="auditor", until="2099-01-01")
    assert client.get(reverse("invitations")).context["open"][0]["withdraw_url"] == ""
    assert client.post(reverse("invitation_withdraw", args=[row.pk])).status_code == 403
    assert Invitation.objects.get().withdrawn_at is None


def test_many_links_cost_no_more_questions_than_few(government: Government) -> None:
    client, costs = client_of(government, "koordinator"), []
    for batch in (1, 12):
        for number in range(batch):
            inviting.invite(
                unit=government.pupr, kind=RoleKind.ADMIN, post="Admin", days=7, key=f"{batch}-{number}",
                by=government.person("koordinator"), at=timezone.now(),
            )  # fmt: skip
        forget()  # as in a process that has just begun
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("invitations"))
        costs.append(len(asked))
    assert len(page.context["open"]) == 13
    assert costs[0] == costs[1]
