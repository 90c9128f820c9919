"""What each way of failing becomes: a table of answers and of broken lines."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.lib.address import HttpError
from mimin.platforms.base import Access, PlatformError, Post, Receipt
from mimin.platforms.wordpress import errors
from mimin.platforms.wordpress.connector import WordPress
from mimin.platforms.wordpress.site import Site, json_in
from mimin.platforms.wordpress.tests.exchanges import ACCESS, KEY, PASSWORD, Said, Scripted, said

LOGIN_PAGE = "<!DOCTYPE html><html><body><form action='/login'>Masuk</form></body></html>"


def wp_error(code: str, status: int, **headers: str) -> Said:
    return said({"code": code, "message": "…", "data": {"status": status}}, status, **headers)


def failure(answer: Said | HttpError, *, writing: bool) -> PlatformError:
    """The error of one read or one write that got this answer."""
    site = Site(ACCESS, Scripted(answer))
    with pytest.raises(PlatformError) as raised:
        if writing:
            site.post("comments", {}, fields="id")
        else:
            site.get("users/me")
    return raised.value


#: answer -> code, permanent, retry_after (seconds), and unknown when it was a write
ANSWERS: list[tuple[Said, str, bool, float | None, bool]] = [
    (wp_error("rest_not_logged_in", 401), "not_signed_in", True, None, False),
    (wp_error("rest_cannot_read", 401), "not_signed_in", True, None, False),
    (wp_error("jwt_auth_no_auth_header", 401), "not_signed_in", True, None, False),
    (wp_error("incorrect_password", 401), "wrong_password", True, None, False),
    (wp_error("invalid_username", 401), "unknown_user", True, None, False),
    (wp_error("invalid_email", 401), "unknown_user", True, None, False),
    (wp_error("application_passwords_disabled", 401), "passwords_off", True, None, False),
    (wp_error("application_passwords_disabled_for_user", 401), "passwords_off", True, None, False),
    (wp_error("rest_forbidden", 403), "not_allowed", True, None, False),
    (wp_error("rest_cannot_publish", 403), "not_allowed", True, None, False),
    (wp_error("a_plugin_says_no", 403), "not_allowed", True, None, False),
    (wp_error("rest_comment_closed", 403), "comments_closed", True, None, False),
    (wp_error("rest_comment_invalid_post_id", 403), "post_gone", True, None, False),
    (wp_error("rest_comment_trash_post", 403), "post_gone", True, None, False),
    (wp_error("rest_post_invalid_id", 404), "post_gone", True, None, False),
    (wp_error("rest_comment_invalid_id", 404), "comment_gone", True, None, False),
    (wp_error("rest_no_route", 404), "rest_off", True, None, False),
    (wp_error("rest_disabled", 403), "rest_off", True, None, False),
    (Said(404, "<h1>Not Found</h1>"), "rest_off", True, None, False),
    (wp_error("comment_duplicate", 409), "duplicate", False, 0.0, True),
    (wp_error("comment_flood", 400), "too_fast", False, 15.0, False),
    (Said(429, "slow down", {"Retry-After": "40"}), "too_fast", False, 40.0, False),
    (Said(429, "slow down", {"Retry-After": "999999"}), "too_fast", False, 3600.0, False),
    (Said(429, "", {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), "too_fast", False, 15.0, False),
    (wp_error("comment_content_column_length", 400), "text_too_long", True, None, False),
    (Said(413, "<h1>Request Entity Too Large</h1>"), "text_too_long", True, None, False),
    (wp_error("rest_comment_content_invalid", 400), "text_refused", True, None, False),
    (wp_error("rest_invalid_param", 400), "refused", True, None, False),
    (Said(401, "<h1>Authorization Required</h1>"), "blocked", True, None, False),
    (Said(403, "<h1>Forbidden</h1>"), "blocked", True, None, False),
    (Said(406, "Not Acceptable! Mod_Security"), "blocked", True, None, False),
    (Said(200, LOGIN_PAGE), "not_json", False, 300.0, True),
    (Said(200, ""), "not_json", False, 300.0, True),
    (said([]), "not_json", False, 300.0, True),
    (said({"id": "12"}), "not_json", False, 300.0, True),
    (Said(503, LOGIN_PAGE), "maintenance", False, 300.0, True),
    (Said(500, "There has been a critical error"), "server_error", False, 120.0, True),
    (Said(502, "Bad Gateway"), "server_error", False, 120.0, True),
    (Said(504, "Gateway Time-out"), "server_error", False, 120.0, True),
    (Said(304, ""), "redirected", True, None, False),
    (Said(200, '{"id": 1}', url="https://www.contoh.example/"), "redirected", True, None, False),
    (Said(200, '{"id": 1}', url="http://contoh.example/"), "redirected", True, None, False),
]  # fmt: skip

#: broken line -> code, permanent, retry_after (seconds), and unknown when it was a write
LINES: list[tuple[HttpError, str, bool, float | None, bool]] = [
    (HttpError("no such host", code="dns"), "unreachable", False, 60.0, False),
    (HttpError("refused", code="connect"), "unreachable", False, 60.0, False),
    (HttpError("too slow to connect", code="timeout"), "unreachable", False, 60.0, False),
    (HttpError("no answer", code="timeout", sent=True), "no_answer", False, 60.0, True),
    (HttpError("broke off", code="closed", sent=True), "no_answer", False, 60.0, True),
    (HttpError("expired", code="tls"), "bad_certificate", True, None, False),
    (HttpError("inner", code="address"), "address_refused", True, None, False),
    (HttpError("odd", code="url"), "bad_address", True, None, False),
    (HttpError("odd header", code="request"), "bad_address", True, None, False),
    (HttpError("moved", code="redirect", sent=True), "redirected", True, None, False),
    (HttpError("huge", code="too_large", sent=True), "too_large", False, None, True),
    (HttpError("brotli", code="encoding", sent=True), "not_json", False, 300.0, True),
    (HttpError("of tomorrow", code="new", sent=True), "no_answer", False, 60.0, True),
    (HttpError("of tomorrow", code="new"), "unreachable", False, 60.0, False),
]


@pytest.mark.parametrize(("answer", "code", "permanent", "wait", "unknown"), [*ANSWERS, *LINES])
def test_each_failure_has_its_meaning(
    answer: Said | HttpError, code: str, permanent: bool, wait: float | None, unknown: bool
) -> None:
    wrote = failure(answer, writing=True)
    assert (wrote.code, wrote.permanent, wrote.retry_after, wrote.unknown) == (code, permanent, wait, unknown)
    read = failure(answer, writing=False)
    assert (read.code, read.unknown) == (code, code == "duplicate")


@pytest.mark.parametrize(("answer", "code", "permanent", "wait", "unknown"), [*ANSWERS, *LINES])
def test_an_error_has_plain_words_and_no_secret(
    answer: Said | HttpError, code: str, permanent: bool, wait: float | None, unknown: bool
) -> None:
    message = failure(answer, writing=True).message
    assert message.startswith(errors.ERRORS[code].what)
    assert PASSWORD.replace(" ", "") not in message


def test_every_code_can_be_raised_and_every_raised_code_is_explained() -> None:
    of_the_answer = {*errors.SITE_CODES.values(), *errors.NETWORK_CODES.values(), *errors._BY_STATUS.values()}
    of_the_connector = {
        "no_credentials",
        "not_https",
        "comment_held",
        "answer_removed",
        "said_already",
        "blocked",
        "refused",
    }
    assert of_the_answer | of_the_connector | {"server_error"} == set(errors.ERRORS)


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("https://contoh.example", "https://contoh.example"),
        ("contoh.example/", "https://contoh.example"),
        (" https://contoh.example/berita/?utm=1#atas ", "https://contoh.example/berita"),
        ("http://127.0.0.1:8088", "http://127.0.0.1:8088"),
        ("http://localhost:8088/", "http://localhost:8088"),
        ("http://10.0.0.8", "http://10.0.0.8"),
    ],
)
def test_an_address_becomes_the_sites_root(address: str, root: str) -> None:
    assert Site(Access(address, ACCESS.secrets), Scripted()).root == root


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://contoh.example", "not_https"),
        ("http://8.8.8.8", "not_https"),
        ("ftp://contoh.example", "bad_address"),
        ("https://", "bad_address"),
        ("https://[::1", "bad_address"),
        ("", "bad_address"),
    ],
)
def test_an_address_that_must_not_be_used_is_refused_before_anything_is_sent(address: str, code: str) -> None:
    http = Scripted()
    with pytest.raises(PlatformError) as raised:
        WordPress(Access(address, ACCESS.secrets), http).health()
    assert (raised.value.code, raised.value.permanent, http.asked) == (code, True, [])


@pytest.mark.parametrize(
    "secrets", [{}, {"username": "mimin"}, {"application_password": "x"}, {"username": " "}]
)
def test_missing_credentials_are_named_before_anything_is_sent(secrets: dict[str, str]) -> None:
    http = Scripted()
    with pytest.raises(PlatformError) as raised:
        WordPress(Access("https://contoh.example", secrets), http).publish(Post("x"), key=KEY)
    assert (raised.value.code, http.asked) == ("no_credentials", [])


@pytest.mark.parametrize(
    "text",
    [
        '{"id": 7}',
        '\ufeff{"id": 7}',
        ' \n{"id": 7}\n',
        '<br />\n<b>Warning</b>: foreach() in [plugin] on line 3<br />\n{"id": 7}',
        'Notice: Undefined index {x}\n{"id": 7}',
    ],
)
def test_json_is_found_behind_what_broken_plugins_print(text: str) -> None:
    assert json_in(text) == {"id": 7}


@pytest.mark.parametrize("text", ["", LOGIN_PAGE, "{", "[" * 100_000, '{"id": 7} <script>'])
def test_a_page_is_not_taken_for_json(text: str) -> None:
    assert json_in(text) is None


json_of_any_shape = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5
)
rows_of_any_shape = st.dictionaries(
    st.sampled_from(["post", "parent", "author", "author_name", "date_gmt", "content", "status"]),
    st.none() | st.integers() | st.text() | st.dictionaries(st.text(), st.text()),
)


@given(json_of_any_shape, st.integers(100, 599))
def test_no_answer_at_all_makes_anything_but_a_platform_error(body: object, status: int) -> None:
    for call in (
        lambda site: site.health(),
        lambda site: site.fetch(""),
        lambda site: site.settle_reply("2", "x", key=KEY),
        lambda site: site.settle(Receipt("unknown"), key=KEY),
    ):
        site = WordPress(ACCESS, Scripted(*[Said(status, json.dumps(body))] * 5))
        with pytest.raises(PlatformError) as raised:
            call(site)
        assert raised.value.code in errors.ERRORS


@given(rows_of_any_shape)
def test_a_row_of_any_shape_is_heard(row: dict[str, object]) -> None:
    http = Scripted(said({"id": 2}), said([{**row, "id": 9}]), *[said([])] * 4)
    (heard,) = WordPress(ACCESS, http).fetch("").heard
    assert heard.remote_id == "9"
