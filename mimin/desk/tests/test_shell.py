"""The frame around every page."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from mimin.desk.shell import Shell, shell
from mimin.people.models import Person
from mimin.people.rules import Held, RoleKind


def _person(*kinds, **columns):
    person = Person(pk=1, username="orang", label="Orang", **columns)
    person._held = tuple(Held(kind, 1, "000001/") for kind in kinds)
    return person


def _asked(path="/", user=None, **headers):
    request = RequestFactory().get(path, headers=headers)
    request.user = user or AnonymousUser()
    return request


def test_a_stranger_costs_no_query_and_sees_no_navigation():
    frame = Shell(_asked())  # a query would fail: this test has no database
    assert (frame.entries, frame.tabs, frame.unit, frame.waiting, frame.theme) == ([], [], "", "", "")


def test_an_error_before_anybody_is_known_still_has_a_frame():
    assert Shell(RequestFactory().get("/")).entries == []


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (RoleKind.COORDINATOR, "/pengaturan/"),
        (RoleKind.AUDITOR, "/pengaturan/"),
        (RoleKind.INSPECTOR, "/pengaturan/"),
        (RoleKind.ADMIN, "/kanal/"),
        (RoleKind.OFFICER, "/kanal/"),
        (RoleKind.OBSERVER, "/kanal/"),
    ],
)
def test_settings_stand_in_the_navigation_only_for_whoever_may_open_one(kind, last):
    entries = Shell(_asked(user=_person(kind))).entries
    assert [e.url for e in entries][-1] == last


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", ["/"]),
        ("/kotak-masuk/", ["/kotak-masuk/"]),
        ("/kotak-masuk/4812/transfer/", ["/kotak-masuk/"]),
        ("/kanal/tambah/", ["/kanal/"]),
        ("/pengaturan/unit/", ["/pengaturan/"]),
        ("/saya/", []),
        ("/cari/", []),
    ],
)
def test_the_navigation_shows_where_one_is(path, current):
    entries = Shell(_asked(path, _person(RoleKind.COORDINATOR))).entries
    assert [e.url for e in entries if e.current] == current


def test_on_a_phone_recording_is_a_place_of_its_own_and_not_the_inbox():
    tabs = Shell(_asked("/kotak-masuk/catat/", _person(RoleKind.ADMIN))).tabs
    assert [(t.url, t.current) for t in tabs] == [
        ("/", False),
        ("/kotak-masuk/", False),
        ("/kotak-masuk/catat/", True),
        ("/kanal/", False),
        ("/saya/", False),
    ]


@pytest.mark.parametrize(("column", "theme"), [("dark", "dark"), ("light", "light"), ("", ""), ("pink", "")])
def test_colours_are_the_persons_own(column, theme):
    assert Shell(_asked(user=_person(theme=column))).theme == theme


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("<script>", ""), ("", "")])
def test_a_strangers_colours_come_from_a_cookie(cookie, theme):
    request = _asked()
    request.COOKIES["mimin_theme"] = cookie
    assert Shell(request).theme == theme


@pytest.mark.parametrize(
    ("headers", "frame"),
    [
        ({}, "base.html"),
        ({"HX-Request": "true"}, "bare.html"),
        ({"HX-Request": "true", "HX-Boosted": "true"}, "base.html"),
        ({"HX-Request": "yes"}, "base.html"),
    ],
)
def test_a_part_of_a_page_comes_without_the_frame(headers, frame):
    assert shell(_asked(**headers))["frame"] == frame


@pytest.mark.django_db
def test_the_frame_names_the_unit_and_the_number_that_waits(government, client):
    person = Person.objects.filter(roles__kind="coordinator").first()
    frame = Shell(_asked(user=person))
    assert frame.unit == person.roles.select_related("unit").order_by("unit__path").first().unit.short
    assert frame.waiting == ""


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
def test_an_error_page_needs_no_context_and_no_database(name):
    assert render_to_string(f"{name}.html").count("<h1>") == 1


def test_a_code_to_quote_is_shown_when_there_is_one():
    assert render_to_string("500.html", {"code": "A1B2"}).count("A1B2") == 1


def test_the_page_without_a_connection_has_a_place_for_what_was_not_sent():
    assert render_to_string("desk/offline.html").count("data-unsent") == 1
