"""A telephone is lost: one act closes what it opens, and a link lets its owner choose a new password."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.models import Facts
from mimin.people.models import PasswordLink, Person, Role
from mimin.people.rules import RoleKind
from tests.made import Government, person
from tests.scene import client_of

pytestmark = pytest.mark.django_db
SECRET = "hujan turun sejak subuh"
FORM = {"password": SECRET, "again": SECRET, "key": "formulir-1"}


def lost(government: Government, username: str = "admin.pupr", by: str = "koordinator") -> str:
    """The link that the act gives, without the host."""
    url = reverse("person_act", args=[government.people[username].pk, "lost_phone"])
    page = client_of(government, by).post(url)
    return page.context["sheet"].link.removeprefix("http://testserver") if page.status_code == 200 else ""


def enters(username: str, password: str) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": username, "password": password})
    return "_auth_user_id" in client.session


def test_one_act_ends_sessions_password_and_second_step(government: Government) -> None:
    phone = Client()
    phone.post(reverse("account_login"), {"login": "admin.pupr", "password": "rahasia-sekali"})
    TOTP.activate(government.person("admin.pupr"), "JBSWY3DPEHPK3PXP")
    assert phone.get(reverse("home")).status_code == 200
    lost(government)
    assert phone.get(reverse("home")).status_code == 302
    assert not enters("admin.pupr", "rahasia-sekali")
    assert not Authenticator.objects.exists()
    assert Facts.objects.filter(kind="person.phone_lost").count() == 1


def test_the_link_sets_a_new_password_once_and_signs_in(government: Government) -> None:
    link, client, second = lost(government), Client(), Client()
    assert client.get(link).context["username"] == "admin.pupr"
    assert client.post(link, FORM).url == reverse("home")
    assert client.get(reverse("home")).status_code == 200
    assert (
        second.post(link, {**FORM, "password": "lain sama sekali", "again": "lain sama sekali"}).status_code
        == 410
    )
    assert second.post(link, {**FORM, "key": "formulir-2"}).status_code == 410
    assert enters("admin.pupr", SECRET)
    assert Facts.objects.filter(kind="person.password_chosen").count() == 1


def test_a_double_click_signs_in_once_more(government: Government) -> None:
    link = lost(government)
    assert [Client().post(link, FORM).status_code for _time in range(2)] == [302, 302]
    assert Facts.objects.filter(kind="person.password_chosen").count() == 1


def test_a_newer_link_or_a_password_from_the_coordinator_closes_the_older_link(
    government: Government,
) -> None:
    first, second = lost(government), lost(government)
    assert [Client().get(link).status_code for link in (first, second)] == [410, 200]
    client_of(government, "koordinator").post(
        reverse("person_act", args=[government.people["admin.pupr"].pk, "password"])
    )
    assert Client().post(second, FORM).status_code == 410


@pytest.mark.parametrize("how", ["expired", "suspended", "part ended", "coordinator suspended"])
def test_a_link_that_gives_nothing_sets_no_password(government: Government, how: str) -> None:
    link, coordinator = lost(government), government.person("koordinator")
    if how == "expired":
        PasswordLink.objects.update(expires_at=timezone.now())
    elif how == "part ended":
        Role.objects.filter(person=coordinator).delete()
    else:
        Person.objects.filter(username="admin.pupr" if how == "suspended" else "koordinator").update(
            is_active=False
        )
    assert [Client().get(link).status_code, Client().post(link, FORM).status_code] == [410, 410]
    assert not government.person("admin.pupr").has_usable_password()


def test_a_weak_password_is_refused_and_the_link_still_works(government: Government) -> None:
    link = lost(government)
    answer = Client().post(link, {**FORM, "password": "admin.pupr1", "again": "admin.pupr1"})
    assert (answer.status_code, [*answer.context["form"].errors]) == (422, ["password"])
    assert Client().post(link, FORM).status_code == 302


def test_nobody_loses_their_own_telephone_and_a_suspended_person_none(government: Government) -> None:
    assert lost(government, "koordinator") == ""
    Person.objects.filter(username="admin.pupr").update(is_active=False)
    assert lost(government) == ""
    assert government.person("koordinator").check_password("rahasia-sekali")
    assert not PasswordLink.objects.exists()


def test_nobody_closes_the_way_in_of_who_stands_above_them(government: Government) -> None:
    government.people["koordinator.pupr"] = person(
        "koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR
    )
    Role.objects.create(
        person=government.people["kepala.pupr"], unit=government.root, kind="leader", since="2020-01-01"
    )
    assert lost(government, "kepala.pupr", by="koordinator.pupr") == ""
    assert lost(government, "admin.pupr", by="koordinator.pupr") != ""
