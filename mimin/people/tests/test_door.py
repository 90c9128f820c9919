"""What stands at the door: the addresses that Mimin means to have, and nothing else that allauth brings."""

from __future__ import annotations

import time
from collections.abc import Iterator

import allauth.urls
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from mimin.people import door
from mimin.people.models import Person
from mimin.people.rules import RoleKind
from tests.made import Government, person

pytestmark = pytest.mark.django_db

PASSWORD = "rahasia-sekali"
KEPT = {str(one.pattern): one.name for one in door.urlpatterns}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    """Every address that allauth brings, with its name; what it takes is filled in."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern), one.name or ""


BROUGHT = sorted(set(addresses(allauth.urls.urlpatterns)))
FILLED = {
    r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/a1/",
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-a/",
}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def admin(government: Government) -> Person:
    """Somebody without an e-mail address."""
    made = person("admin.baru", "Admin Baru", government.pupr, RoleKind.ADMIN)
    assert made.email == ""
    return made


@pytest.fixture
def browser(admin: Person) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": "admin.baru", "password": PASSWORD})
    return client


def test_each_address_of_the_door_is_one_of_allauths_by_the_same_name() -> None:
    assert {**KEPT, "": "door"}.items() - dict(BROUGHT).items() == {("", "door")}


@pytest.mark.parametrize("address", [path for path, _name in BROUGHT if path not in KEPT])
def test_what_else_allauth_brings_is_not_there(address: str, browser: Client) -> None:
    url = f"/masuk/{FILLED.get(address, address)}"
    assert [who.get(url).status_code for who in (Client(), browser)] == [404, 404]
    assert browser.post(url, {"email": "a@contoh.go.id", "action_add": ""}).status_code == 404


def test_the_bare_door_leads_to_the_sign_in(browser: Client) -> None:
    assert Client().get("/masuk/")["Location"] == reverse("account_login")
    assert browser.get("/masuk/", follow=True).redirect_chain[-1][0] == reverse("home")


def turned_on(browser: Client) -> list[str]:
    """What the person has after the way to the second step was walked."""
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    shown = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    answer = browser.post(reverse("mfa_activate_totp"), {"code": shown})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert browser.get(answer["Location"]).status_code == 200
    return sorted(Authenticator.objects.values_list("type", flat=True))


def test_a_person_without_an_e_mail_address_turns_the_second_step_on(browser: Client) -> None:
    assert turned_on(browser) == ["recovery_codes", "totp"]


def test_an_address_that_nobody_confirmed_does_not_bar_the_second_step(
    admin: Person, browser: Client
) -> None:
    EmailAddress.objects.create(user=admin, email="a@contoh.go.id", verified=False, primary=True)
    assert turned_on(browser) == ["recovery_codes", "totp"]
