"""What a citizen asks to be hidden, as the record form and the form of a case offer it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from mimin.inbox.models import Case, Message
from mimin.people.rules import Secrecy
from mimin.registry.models import Channel
from tests.made import Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

DARK = "Lampu jalan mati di gang masjid sejak Senin"


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


def form(site: Channel, **more: str) -> dict[str, Any]:
    return {"channel": site.pk, "text": DARK, "author": "Bu Ani", "key": "k1", **more}


@pytest.mark.parametrize(
    ("chosen", "secrecy", "seen_by_leader"),
    [
        ("", Secrecy.OPEN, True),
        ("0", Secrecy.OPEN, True),
        ("1", Secrecy.ANONYMOUS, True),
        ("2", Secrecy.SECRET, False),
    ],
)
def test_what_is_chosen_on_the_record_form_holds_from_the_start(
    government: Government, site: Channel, chosen: str, secrecy: Secrecy, seen_by_leader: bool
) -> None:
    client_of(government, "admin.pupr").post(reverse("record"), form(site, secrecy=chosen))
    case = Case.objects.get()
    assert (case.secrecy, Message.objects.get().author) == (secrecy, "" if secrecy else "Bu Ani")
    page = client_of(government, "pimpinan").get(reverse("case", args=[case.pk]))
    assert page.status_code == (200 if seen_by_leader else 404)


@pytest.mark.parametrize("chosen", ["3", "4", "9", "x"])
def test_what_nobody_can_ask_for_is_refused(government: Government, site: Channel, chosen: str) -> None:
    answer = client_of(government, "admin.pupr").post(reverse("record"), form(site, secrecy=chosen))
    assert (answer.status_code, Case.objects.count()) == (422, 0)


def test_what_was_chosen_stays_chosen_while_more_is_given(government: Government, site: Channel) -> None:
    client = client_of(government, "admin.pupr")
    page = client.get(client.post(reverse("record"), form(site, secrecy="1", do="more")).headers["Location"])
    assert [str(one.data["value"]) for one in page.context["form"]["secrecy"] if one.data["selected"]] == [
        "1"
    ]


def test_the_form_of_a_case_says_of_each_what_it_means_and_what_holds_now(
    government: Government, site: Channel
) -> None:
    case = opened(site, DARK)
    Case.objects.filter(pk=case.pk).update(secrecy=Secrecy.ANONYMOUS)
    page = client_of(government, "koordinator").get(reverse("case_act", args=[case.pk, "keep"]))
    options = list(page.context["form"]["secrecy"])
    assert [int(one.data["value"]) for one in options] == [int(s) for s in Secrecy]
    assert [int(one.data["value"]) for one in options if one.data["selected"]] == [Secrecy.ANONYMOUS]
    assert all(one.data["help"] in page.content.decode() for one in options)
