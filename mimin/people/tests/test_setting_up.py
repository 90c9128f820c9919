"""An empty installation becomes a government's own, once; and its coordinator finds a way back in."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from mimin.evidence.models import Facts
from mimin.people.actions import add_person
from mimin.people.models import Person, Unit
from mimin.people.queries import held, root
from mimin.people.rules import may
from tests.doors import DOORS
from tests.made import BY, MONDAY, Government

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "Pemerintah Kabupaten Baru",
    "short": "Pemkab Baru",
    "username": "koordinator.baru",
    "label": "Koordinator Diskominfo",
    "zone": "WITA",
}


def run(**given: Any) -> str:
    """What the command says; the password is its last word."""
    said = io.StringIO()
    with translation.override("en"):
        call_command("set-up", stdout=said, **given)
    return said.getvalue()


def password_in(said: str) -> str:
    return said.split()[-1]


def test_an_empty_installation_is_set_up_and_its_coordinator_may_do_everything() -> None:
    password = password_in(run(**GIVEN))
    top, person = root(), Person.objects.get()
    assert (top.name, top.short, top.kind, top.zone) == (
        GIVEN["name"],
        "Pemkab Baru",
        "kabupaten",
        "Asia/Makassar",
    )
    assert (person.label, person.check_password(password)) == (GIVEN["label"], True)
    assert may(held(person), "person.manage", top.path) is True
    kinds = list(Facts.objects.order_by("record_id").values_list("kind", "actor_label"))
    assert kinds == [(k, "mimin set-up") for k in ("unit.added", "person.added", "role.given")]


def test_the_first_coordinator_signs_in_and_adds_a_unit() -> None:
    password, client = password_in(run(**GIVEN)), Client()
    signed = client.post(reverse("account_login"), {"login": "koordinator.baru", "password": password})
    assert signed.status_code == 302
    typed = {"name": "Inspektorat Daerah", "short": "Inspektorat", "kind": "opd"}
    assert client.post(reverse("unit_act", args=[root().pk, "add"]), typed).status_code == 302
    assert Unit.objects.filter(parent=root()).count() == 1


def test_a_second_set_up_is_refused_and_changes_nothing() -> None:
    run(**GIVEN)
    with pytest.raises(CommandError, match="set up already"):
        run(**{**GIVEN, "name": "Kota Lain", "username": "lain"})
    assert (Unit.objects.count(), Person.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"username": "Budi Santoso"}, "small letters"),
        ({"short": " "}, "short name"),
        ({"label": ""}, "--label"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(**{**GIVEN, **wrong})
    assert (Unit.objects.count(), Person.objects.count()) == (0, 0)


def test_a_coordinator_who_lost_everything_comes_in_again(government: Government) -> None:
    chief = government.people["koordinator"]
    TOTP.activate(chief, "JBSWY3DPEHPK3PXP")
    Person.objects.filter(pk=chief.pk).update(is_active=False)
    password = password_in(run(reset_password="koordinator"))
    signed = Client().post(reverse("account_login"), {"login": "koordinator", "password": password})
    assert (signed.status_code, signed["Location"]) == (302, reverse("home"))
    assert Authenticator.objects.count() == 0
    kinds = Facts.objects.filter(actor_label="mimin set-up").values_list("kind", flat=True)
    assert sorted(kinds) == ["person.password_reset", "person.restored", "person.second_step_reset"]


@pytest.mark.parametrize("username", ["admin.pupr", "sekda", "tidak.ada"])
def test_nobody_else_is_let_in_by_it(government: Government, username: str) -> None:
    before = {person.pk: person.password for person in Person.objects.all()}
    with pytest.raises(CommandError, match="no coordinator of the whole"):
        run(reset_password=username)
    assert {person.pk: person.password for person in Person.objects.all()} == before


def test_before_the_set_up_no_address_breaks_and_home_says_what_to_do() -> None:
    person = add_person(username="awal", label="Awal", password=None, by=BY, at=MONDAY)
    client = Client(raise_request_exception=False)
    client.force_login(person)
    broken = []
    for door in DOORS:
        url = reverse(door.name, args=[*(1 for _hole in door.holes), *filter(None, [door.verb])])
        if (status := client.get(url).status_code) >= 500:
            broken.append((door.key, status))
    assert broken == [("ready", 503)]  # no worker runs here, and that is what it says
    assert "mimin set-up" in client.get(reverse("home")).content.decode()
    typed = {"date": date(2026, 3, 2).isoformat(), "name": "Hari Jadi"}
    assert client.post(reverse("holidays"), typed).status_code == 403
