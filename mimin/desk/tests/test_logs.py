"""The log: a line a request, found again by the code on the page, and without a word of anybody."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import reverse

from mimin.desk import logs
from tests.made import Government
from tests.scene import client_of

pytestmark = pytest.mark.django_db

TYPED = "3203011509900003"


@pytest.fixture
def written(settings: Any) -> Iterator[io.StringIO]:
    """What the handler of the settings writes with MIMIN_LOG=json."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Wordless())
    handler.setFormatter(logs.JsonLine())
    loggers = [logging.getLogger(name) for name in ("mimin.request", "django.request", "django.security")]
    before = [(one, one.level) for one in loggers]
    for one, level in zip(loggers, (logging.INFO, logging.ERROR, logging.WARNING), strict=True):
        one.setLevel(level)
        one.addHandler(handler)
    yield stream
    for one, level in before:
        one.setLevel(level)
        one.removeHandler(handler)


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose error holds what somebody wrote."""

    def broken(*_given: Any, **_named: Any) -> None:
        raise ValueError(f"budi {TYPED}")

    monkeypatch.setattr("mimin.desk.home.context", broken)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def code_of(stream: io.StringIO) -> str:
    """As the page shows it, the code of the one request in the log."""
    (code,) = {line["code"] for line in lines(stream) if "code" in line}
    return f'<span class="code">{code}</span>'


def path(stream: io.StringIO) -> str:
    (line,) = lines(stream)
    return str(line["path"])


def test_a_request_is_one_line_of_json(written: io.StringIO, government: Government) -> None:
    client_of(government, "koordinator").get(reverse("inbox"))
    (line,) = lines(written)
    assert list(line) == ["time", "level", "logger", "request", "method", "path", "status", "ms"]
    assert (line["level"], line["logger"], line["method"], line["path"], line["status"]) == (
        "info", "mimin.request", "GET", "/kotak-masuk/", 200,
    )  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert re.fullmatch(r"[0-9a-f]{12}", line["request"])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (f"/cari/?q=budi+{TYPED}", "/cari/"),
        (f"/tanya/{TYPED}abc/", "/tanya/<token>/"),
        (f"/tanya/{TYPED}abc", "/?"),
        (f"/{TYPED}/budi", "/?"),
        (f"/kotak-masuk/{TYPED}/", "/kotak-masuk/<pk>/"),
        (f"/kotak-masuk/1/budi-{TYPED}/", "/kotak-masuk/<pk>/<verb>/"),
        (f"/static/{TYPED}.css", "/?"),
        (f"/kotak-masuk/?q=budi&page={TYPED}", "/kotak-masuk/"),
    ],
)
def test_what_was_searched_typed_or_given_as_a_token_does_not_get_into_the_log(
    written: io.StringIO, government: Government, asked: str, told: str
) -> None:
    client_of(government, "koordinator").get(asked)
    assert path(written) == told
    assert [word for word in (TYPED, "budi", "koordinator") if word in written.getvalue()] == []


def test_what_was_sent_in_a_form_does_not_get_into_the_log(written: io.StringIO) -> None:
    Client(enforce_csrf_checks=True).post(
        reverse("account_login") + "?next=/tanya/rahasia/", {"login": "budi", "password": TYPED},
        headers={"referer": f"https://contoh.go.id/{TYPED}"},
    )  # fmt: skip
    assert {line["status"] for line in lines(written)} == {403}
    assert [word for word in (TYPED, "budi", "rahasia") if word in written.getvalue()] == []


def test_a_case_that_is_there_is_told_by_its_number(written: io.StringIO, government: Government) -> None:
    unit = government.pupr.pk
    client_of(government, "koordinator").get(reverse("unit_act", args=[unit, "rename"]))
    assert path(written) == f"/pengaturan/unit/{unit}/rename/"


@pytest.mark.parametrize(
    ("url", "status"), [("/tidak-ada/", 404), ("/pengaturan/orang/", 403), ("/tanya/tidak-ada/", 404)]
)
def test_a_page_that_fails_shows_the_code_that_stands_in_its_line(
    written: io.StringIO, government: Government, url: str, status: int
) -> None:
    answer = client_of(government, "admin.pupr").get(url)
    (line,) = lines(written)
    (shown,) = re.findall(r'<span class="code">(M-[0-9A-F]{6})</span>', answer.content.decode())
    assert (answer.status_code, line["status"], line["code"], line["level"]) == (
        status,
        status,
        shown,
        "warning",
    )
    assert shown == f"M-{line['request'][:6].upper()}"


def test_a_code_that_looks_like_a_plate_is_not_hidden(
    written: io.StringIO, government: Government, breaking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs.secrets, "token_hex", lambda size: "6217ff000000")
    browser = client_of(government, "koordinator")
    browser.raise_request_exception = False
    browser.get("/")
    assert [line["code"] for line in lines(written)] == ["M-6217FF", "M-6217FF"]


def test_two_requests_have_two_codes(written: io.StringIO, government: Government) -> None:
    client = client_of(government, "koordinator")
    for _turn in range(2):
        client.get("/tidak-ada/")
    first, second = (line["code"] for line in lines(written))
    assert first != second


def test_a_form_that_was_open_too_long_has_a_code(written: io.StringIO) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a"})
    assert answer.status_code == 403
    assert code_of(written) in answer.content.decode()


def test_who_tried_too_often_is_told_so_with_a_code(written: io.StringIO, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip", "login_failed": "60/5m/ip,5/5m/key"}
    browser = Client()
    for _turn in range(2):
        answer = browser.post(reverse("account_login"), {"login": "budi", "password": TYPED})
    assert (answer.status_code, code_of(written) in answer.content.decode()) == (429, True)
    assert "<h1>Too Many Requests" not in answer.content.decode()


def test_a_name_that_is_not_served_has_a_code_and_is_not_written_down(written: io.StringIO) -> None:
    answer = Client().get("/masuk/login/", headers={"host": "budi.example"})
    assert answer.status_code == 400
    assert code_of(written) in answer.content.decode()
    assert "budi" not in written.getvalue()


def test_an_error_is_told_by_its_kind_and_place_and_never_by_its_message(
    written: io.StringIO, government: Government, breaking: None
) -> None:
    browser = client_of(government, "koordinator")
    browser.raise_request_exception = False
    answer = browser.get("/")
    event, line = lines(written)
    assert (event["logger"], line["logger"]) == ("django.request", "mimin.request")
    assert (answer.status_code, event["code"], event["level"]) == (500, line["code"], "error")
    assert event["request"] == line["request"]
    assert (event["error"], event["where"][-1].split()[-1]) == ("ValueError", "broken")
    assert f'<span class="code">{line["code"]}</span>' in answer.content.decode()
    assert [word for word in (TYPED, "budi") if word in written.getvalue()] == []


def test_an_event_hides_numbers_of_people() -> None:
    record = logging.LogRecord("mimin.work", logging.WARNING, "", 0, "asked by %s", (TYPED,), None)
    assert json.loads(logs.JsonLine().format(record))["event"] == "asked by [NIK]"


def test_a_method_that_nobody_knows_is_not_written_down() -> None:
    request = HttpRequest()
    request.method = "BUDI-AND-MORE"
    assert logs._method(request) == "?"


def test_static_files_have_no_line_unless_they_are_missing(written: io.StringIO) -> None:
    with override_settings(STATIC_URL="/masuk/login/"):
        Client().get("/masuk/login/")
    assert written.getvalue() == ""


def test_outside_a_request_there_is_no_code() -> None:
    assert logs.code() == ""
