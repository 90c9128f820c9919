"""Redirects are followed by hand: each is checked like the first, and secrets stay at their origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mimin.lib.address import HttpError
from mimin.lib.http import Http, guarded_client
from mimin.lib.tests.local_servers import Answer, Seen, Server, http_server

METADATA = "http://169.254.169.254/latest/meta-data/"


def echo(seen: Seen) -> Answer:
    return 200, {"content-type": "text/plain"}, f"{seen.method} {seen.path}".encode()


@pytest.fixture
def site() -> Iterator[Server]:
    with http_server(echo) as server:
        yield server


def client(*servers: Server, **options) -> Http:
    return guarded_client(allow=tuple(server.allow for server in servers), **({"timeout": 5.0} | options))


def refusal(call: Callable[[], object]) -> tuple[str, bool]:
    """The code of the error that a call ends with, and whether the request may have been seen."""
    with pytest.raises(HttpError) as caught:
        call()
    return caught.value.code, caught.value.sent


def redirecting(status: int, location: str) -> Callable[[Seen], Answer]:
    """Send every path but /arrived elsewhere."""

    def handle(seen: Seen) -> Answer:
        if seen.path == "/arrived":
            return echo(seen)
        return status, {"location": location}, b"moved"

    return handle


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_with_its_password_at_the_same_origin(status: int) -> None:
    with http_server(redirecting(status, "/arrived")) as server, client(server) as http:
        answer = http.request("GET", server.url("/start"), auth=("a", "b"))
    assert (answer.text, answer.url) == ("GET /arrived", server.url("/arrived"))
    assert ["authorization" in seen.headers for seen in server.seen] == [True, True]


def test_a_redirect_to_another_origin_carries_no_secret(site: Server) -> None:
    secrets = {"x-api-key": "k", "cookie": "c=1", "accept-language": "id"}
    with http_server(redirecting(302, site.url("/arrived"))) as server, client(server, site) as http:
        http.request("GET", server.url(), auth=("a", "b"), headers=secrets)
    assert set(site.seen[0].headers) == {"host", "accept", "accept-language", "accept-encoding", "user-agent"}
    assert site.seen[0].headers["host"] == site.allow


@pytest.mark.parametrize(
    ("location", "code"),
    [
        (METADATA, "address"),
        ("http://dalam.contoh.go.id/", "address"),
        ("http://[::ffff:10.0.0.1]/", "address"),
        ("http://0x7f.1/", "url"),
        ("file:///etc/passwd", "url"),
        ("http://user:secret@8.8.8.8/", "url"),
        ("http://contoh.go.id:http/", "redirect"),
        ("http://xn--/", "url"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(location: str, code: str) -> None:
    with (
        http_server(redirecting(302, location)) as server,
        client(server, resolver=lambda host, port: ["10.0.0.1"]) as http,
    ):
        assert refusal(lambda: http.request("GET", server.url())) == (code, True)


def test_a_redirect_to_another_port_of_this_machine_is_refused(site: Server) -> None:
    with http_server(redirecting(302, site.url("/arrived"))) as server, client(server) as http:
        assert refusal(lambda: http.request("GET", server.url())) == ("address", True)
    assert site.connections == []


@pytest.mark.parametrize(("hops", "status"), [(5, 200), (6, None)])
def test_five_redirects_are_followed_and_no_more(hops: int, status: int | None) -> None:
    def handle(seen: Seen) -> Answer:
        done = int(seen.path[1:])
        return (200, {}, b"") if done == hops else (302, {"location": f"/{done + 1}"}, b"")

    with http_server(handle) as server, client(server) as http:
        if status:
            assert http.request("GET", server.url("/0")).status == status
        else:
            assert refusal(lambda: http.request("GET", server.url("/0"))) == ("redirect", True)
    assert len(server.seen) == 6


def test_after_see_other_a_post_reads_the_result() -> None:
    with http_server(redirecting(303, "/arrived")) as server, client(server) as http:
        assert http.request("POST", server.url(), json={"a": 1}).text == "GET /arrived"
    assert (server.seen[1].body, "content-type" in server.seen[1].headers) == (b"", False)


@pytest.mark.parametrize("status", [307, 308])
def test_a_post_is_repeated_at_the_same_origin_where_the_status_asks_for_it(status: int) -> None:
    with http_server(redirecting(status, "/arrived")) as server, client(server) as http:
        assert http.request("POST", server.url(), json={"a": 1}).text == "POST /arrived"
    assert [seen.body for seen in server.seen] == [b'{"a":1}', b'{"a":1}']


@pytest.mark.parametrize("status", [301, 302])
def test_a_post_never_turns_into_a_get_that_looks_like_success(status: int) -> None:
    with http_server(redirecting(status, "/arrived")) as server, client(server) as http:
        assert refusal(lambda: http.request("POST", server.url(), json={})) == ("redirect", True)
    assert len(server.seen) == 1


def test_a_post_is_not_repeated_at_another_origin(site: Server) -> None:
    with (
        http_server(redirecting(308, site.url("/arrived"))) as server,
        client(server, site) as http,
        pytest.raises(HttpError) as caught,
    ):
        http.request("POST", server.url(), json={"secret": 1})
    assert str(caught.value) == f"127.0.0.1 has moved to http://{site.allow}: use that address"
    assert site.seen == []


def test_a_redirect_without_an_address_is_an_answer() -> None:
    with http_server(lambda seen: (304, {}, b"")) as server, client(server) as http:
        assert http.request("GET", server.url()).status == 304
