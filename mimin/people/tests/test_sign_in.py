"""Signing in: who comes in, who does not, the second step, and where one is signed in."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from mimin.evidence.models import Facts
from mimin.people.actions import add_person, reset_password, reset_second_step, restore, suspend
from mimin.people.models import Person
from tests.made import BY, MONDAY

pytestmark = pytest.mark.django_db

PASSWORD = "lampu-jalan-terang"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOCKED = (
    "Terlalu banyak kata sandi yang salah. Tunggu lima menit lalu coba lagi, "
    "atau minta kata sandi baru kepada koordinator Anda."
)


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """No wrong password of another test counts."""
    cache.clear()


@pytest.fixture
def admin() -> Person:
    return add_person(
        username="admin.pupr", label="Admin Dinas PUPR", password=PASSWORD, by=BY, at=MONDAY,
        email="admin@pupr.contoh.go.id", language="en",
    )  # fmt: skip


@pytest.fixture
def browser() -> Client:
    return english()


def english() -> Client:
    client = Client(enforce_csrf_checks=False)
    client.cookies["django_language"] = "en"
    return client


def sign_in(browser: Client, login: str = "admin.pupr", password: str = PASSWORD, **more: Any) -> Any:
    return browser.post(reverse("account_login"), {"login": login, "password": password}, **more)


def is_in(browser: Client) -> bool:
    return bool(browser.get(reverse("me")).status_code == 200)


def said(answer: Any) -> list[str]:
    """What the form says is wrong."""
    return [text for texts in answer.context["form"].errors.values() for text in texts]


def code(ago: int = 0) -> str:
    """The six digits that the app shows, or showed so many periods ago."""
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 - ago))


# --- The door ---


@pytest.mark.parametrize(
    "login", ["admin.pupr", "admin@pupr.contoh.go.id", "ADMIN@pupr.contoh.go.id", " admin.pupr "]
)
def test_a_person_signs_in_by_user_name_or_by_e_mail(admin: Person, browser: Client, login: str) -> None:
    answer = sign_in(browser, login)
    assert (answer.status_code, answer["Location"], is_in(browser)) == (302, reverse("home"), True)


def test_one_comes_to_the_page_one_asked_for(admin: Person, browser: Client) -> None:
    assert sign_in(browser, QUERY_STRING="next=/kanal/")["Location"] == "/kanal/"


def test_nobody_is_led_to_another_site(admin: Person, browser: Client) -> None:
    assert sign_in(browser, QUERY_STRING="next=https://jahat.example/")["Location"] == reverse("home")


@pytest.mark.parametrize(
    ("known", "unknown"),
    [("admin.pupr", "bukan.siapa"), ("admin@pupr.contoh.go.id", "bukan@pupr.contoh.go.id")],
)
def test_a_wrong_password_says_the_same_for_a_name_that_nobody_has(
    admin: Person, browser: Client, known: str, unknown: str
) -> None:
    answers = [sign_in(browser, login, "salah") for login in (known, unknown)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert said(answers[0]) == said(answers[1])
    assert len(said(answers[0])) == 1
    assert is_in(browser) is False


@pytest.mark.parametrize("password", ["", "LAMPU-JALAN-TERANG", PASSWORD + " x", "' OR 1=1 --"])
def test_only_the_password_itself_opens(admin: Person, browser: Client, password: str) -> None:
    assert (sign_in(browser, password=password).status_code, is_in(browser)) == (200, False)


def test_a_person_without_a_password_cannot_sign_in(browser: Client) -> None:
    add_person(username="baru", label="Baru", password=None, by=BY, at=MONDAY)
    assert [sign_in(browser, "baru", text).status_code for text in ("", "None", "!")] == [200] * 3


def test_a_form_from_another_site_is_refused(admin: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert (sign_in(strict).status_code, is_in(strict)) == (403, False)


def test_a_suspended_person_cannot_sign_in_until_restored(admin: Person, browser: Client) -> None:
    suspend(person=admin, by=BY, at=MONDAY)
    sign_in(browser)
    assert is_in(browser) is False
    restore(person=admin, by=BY, at=MONDAY)
    sign_in(browser)
    assert is_in(browser) is True


def test_suspending_ends_what_is_open(admin: Person, browser: Client) -> None:
    sign_in(browser)
    suspend(person=admin, by=BY, at=MONDAY)
    assert is_in(browser) is False


def test_the_cookie_of_the_session_is_for_the_server_alone(admin: Person, browser: Client) -> None:
    cookie = sign_in(browser).cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_the_key_of_the_session_changes_at_sign_in(admin: Person, browser: Client) -> None:
    browser.session.save()
    before = browser.session.session_key
    sign_in(browser)
    assert browser.session.session_key != before


def test_signing_out_ends_the_session_and_asks_first(admin: Person, browser: Client) -> None:
    sign_in(browser)
    browser.get(reverse("account_logout"))
    assert is_in(browser) is True
    browser.post(reverse("account_logout"))
    assert is_in(browser) is False


def test_nobody_signs_up(browser: Client) -> None:
    data = {"username": "penyusup", "email": "p@contoh.go.id", "password1": PASSWORD, "password2": PASSWORD}
    assert browser.post("/masuk/signup/", data).status_code == 404
    assert Person.objects.filter(username="penyusup").exists() is False


# --- Locked out ---


def test_five_wrong_passwords_lock_the_name_and_say_for_how_long(admin: Person, browser: Client) -> None:
    wrong = [said(sign_in(browser, password="salah")) == [LOCKED] for _try in range(6)]
    assert wrong == [False] * 5 + [True]
    assert (said(sign_in(browser)), is_in(browser)) == ([LOCKED], False)


def test_a_name_that_nobody_has_is_locked_just_so(admin: Person, browser: Client) -> None:
    locked = [said(sign_in(browser, "bukan.siapa", "salah")) == [LOCKED] for _try in range(6)]
    assert locked == [False] * 5 + [True]


def test_another_device_is_locked_for_that_name_too_and_for_no_other(admin: Person, browser: Client) -> None:
    add_person(username="lain", label="Lain", password=PASSWORD, by=BY, at=MONDAY)
    for _try in range(5):
        sign_in(browser, password="salah")
    elsewhere = english()
    assert said(sign_in(elsewhere, REMOTE_ADDR="203.0.113.9")) == [LOCKED]
    assert sign_in(elsewhere, "lain", REMOTE_ADDR="203.0.113.9").status_code == 302


def test_an_office_behind_one_address_is_not_locked_by_a_few_of_its_people(
    admin: Person, browser: Client
) -> None:
    for number in range(59):
        sign_in(browser, f"orang{number}", "salah")
    assert sign_in(english()).status_code == 302


@pytest.mark.parametrize(
    ("addresses", "elsewhere"),
    [
        (["203.0.113.7"] * 60, "203.0.113.9"),
        ([f"2001:db8:1:2::{n:x}" for n in range(60)], "2001:db8:1:3::1"),
        (["::ffff:203.0.113.7", "203.0.113.7"] * 30, "203.0.113.9"),
    ],
)
def test_sixty_wrong_passwords_from_one_address_or_network_lock_it(
    admin: Person, browser: Client, addresses: list[str], elsewhere: str
) -> None:
    for number, address in enumerate(addresses):
        sign_in(browser, f"orang{number}", "salah", REMOTE_ADDR=address)
    assert said(sign_in(browser, REMOTE_ADDR=addresses[0])) == [LOCKED]
    assert sign_in(english(), REMOTE_ADDR=elsewhere).status_code == 302


def test_the_lock_opens_by_itself_after_five_minutes(
    admin: Person, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _try in range(5):
        sign_in(browser, password="salah")
    opened = []
    for seconds in (290, 301):
        now = time.time() + seconds
        clock = SimpleNamespace(time=lambda now=now: now, monotonic=time.monotonic, sleep=time.sleep)
        monkeypatch.setattr(ratelimit, "time", clock)
        opened.append(sign_in(browser).status_code == 302)
    assert opened == [False, True]


def test_a_new_password_opens_at_once_though_the_name_was_locked(admin: Person, browser: Client) -> None:
    """The text of the lock says so."""
    for _try in range(5):
        sign_in(browser, password="salah")
        sign_in(browser, "ADMIN@pupr.contoh.go.id", password="salah", REMOTE_ADDR="203.0.113.8")
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert said(sign_in(browser, **elsewhere)) == [LOCKED]
    password = reset_password(person=admin, by=BY, at=MONDAY)
    assert sign_in(english(), password=password, **elsewhere).status_code == 302
    assert sign_in(english(), admin.email, password=password, **elsewhere).status_code == 302


def test_right_passwords_do_not_count(admin: Person) -> None:
    assert [sign_in(english()).status_code for _each in range(12)] == [302] * 12


# --- The second step ---


@pytest.fixture
def secured(admin: Person) -> Person:
    """The person has an authenticator app and ten recovery codes."""
    TOTP.activate(admin, SECRET)
    RecoveryCodes.activate(admin)
    return admin


def test_the_second_step_is_turned_on_with_the_password_again_and_the_code_of_the_app(
    admin: Person, browser: Client
) -> None:
    sign_in(browser)
    asked = browser.get(reverse("mfa_activate_totp"))
    assert asked["Location"].split("?")[0] == reverse("account_reauthenticate")
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    wrong = browser.post(reverse("mfa_activate_totp"), {"code": "12345"})
    assert (wrong.status_code, Authenticator.objects.count()) == (200, 0)
    shown = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert browser.post(reverse("mfa_activate_totp"), {"code": shown}).status_code == 302
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]


def test_the_password_alone_does_not_open_then(secured: Person, browser: Client) -> None:
    answer = sign_in(browser)
    assert (answer["Location"], is_in(browser)) == (reverse("mfa_authenticate"), False)


def second(browser: Client, text: str) -> Any:
    return browser.post(reverse("mfa_authenticate"), {"code": text})


def test_the_code_of_the_app_opens(secured: Person, browser: Client) -> None:
    sign_in(browser)
    assert (second(browser, code()).status_code, is_in(browser)) == (302, True)


@pytest.mark.parametrize("wrong", ["", "abcdef", "12345", "1234567"])
def test_another_code_does_not(secured: Person, browser: Client, wrong: str) -> None:
    sign_in(browser)
    assert (second(browser, wrong).status_code, is_in(browser)) == (200, False)


def test_an_old_code_does_not(secured: Person, browser: Client) -> None:
    sign_in(browser)
    assert (second(browser, code(ago=20)).status_code, is_in(browser)) == (200, False)


def test_a_code_opens_once(secured: Person, browser: Client) -> None:
    shown, other = code(), english()
    sign_in(browser)
    sign_in(other)
    assert (second(browser, shown).status_code, second(other, shown).status_code) == (302, 200)


def test_a_recovery_code_opens_once(secured: Person, browser: Client) -> None:
    kept = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    assert len(kept) == 10
    other = english()
    sign_in(browser)
    sign_in(other)
    assert (second(browser, kept[0]).status_code, second(other, kept[0]).status_code) == (302, 200)
    assert second(other, kept[1]).status_code == 302


def test_guessing_codes_ends_in_a_lock(secured: Person, browser: Client) -> None:
    sign_in(browser)
    tried = [said(second(browser, f"{number:05d}")) == [LOCKED] for number in range(6)]
    assert tried[0] is False
    assert tried[-1] is True


def test_without_the_password_there_is_no_second_step(secured: Person, browser: Client) -> None:
    assert second(browser, code())["Location"] == reverse("account_login")


def test_a_lost_second_step_is_taken_off_and_the_password_alone_opens(
    secured: Person, browser: Client
) -> None:
    phone = english()
    sign_in(phone)
    second(phone, code())
    assert is_in(phone) is True
    for _twice in range(2):
        reset_second_step(person=secured, by=BY, at=MONDAY)
    assert Authenticator.objects.count() == 0
    assert is_in(phone) is False
    assert Facts.objects.filter(kind="person.second_step_reset", subject_id=secured.pk).count() == 1
    sign_in(browser)
    assert is_in(browser) is True


# --- Where one is signed in ---


def test_one_sees_where_one_is_signed_in_and_ends_the_others(admin: Person, browser: Client) -> None:
    phone = english()
    sign_in(phone, HTTP_USER_AGENT="Telepon")
    sign_in(browser, HTTP_USER_AGENT="Laptop")
    page = browser.get(reverse("usersessions_list"))
    listed = {s.user_agent: s.session_key == browser.session.session_key for s in page.context["sessions"]}
    assert listed == {"Telepon": False, "Laptop": True}
    browser.post(reverse("usersessions_list"))
    assert (is_in(phone), is_in(browser)) == (False, True)


def test_the_sessions_of_others_are_not_shown_or_ended(admin: Person, browser: Client) -> None:
    add_person(username="lain", label="Lain", password=PASSWORD, by=BY, at=MONDAY)
    other = english()
    sign_in(other, "lain")
    sign_in(browser)
    assert len(browser.get(reverse("usersessions_list")).context["sessions"]) == 1
    browser.post(reverse("usersessions_list"))
    assert is_in(other) is True


# --- The password ---


def change(browser: Client, old: str, new: str) -> Any:
    data = {"oldpassword": old, "password1": new, "password2": new}
    return browser.post(reverse("account_change_password"), data)


def test_a_person_changes_the_password(admin: Person, browser: Client) -> None:
    sign_in(browser)
    assert change(browser, PASSWORD, "jembatan-baru-kokoh").status_code == 302
    assert is_in(browser) is True
    assert sign_in(english()).status_code == 200
    assert sign_in(english(), password="jembatan-baru-kokoh").status_code == 302


def test_a_changed_password_ends_the_other_sessions(admin: Person, browser: Client) -> None:
    phone = english()
    sign_in(phone)
    sign_in(browser)
    change(browser, PASSWORD, "jembatan-baru-kokoh")
    assert is_in(phone) is False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("salah", "jembatan-baru-kokoh"),
        (PASSWORD, "pendek"),
        (PASSWORD, "password123"),
        (PASSWORD, "admin.pupr"),
    ],
)
def test_a_weak_password_or_a_wrong_old_one_changes_nothing(
    admin: Person, browser: Client, old: str, new: str
) -> None:
    sign_in(browser)
    assert (change(browser, old, new).status_code, len(Person.objects.get().password) > 0) == (200, True)
    assert sign_in(english()).status_code == 302


@pytest.mark.parametrize(
    "name",
    [
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "usersessions_list",
    ],
)
def test_a_stranger_is_led_to_the_door(browser: Client, name: str) -> None:
    answer = browser.get(reverse(name))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))
