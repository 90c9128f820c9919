"""The network guard against real servers on loopback: what it sends, follows, refuses and bounds."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest
from httpx import Headers

from mimin.lib.address import HttpError
from mimin.lib.http import Http, Response, guarded_client
from mimin.lib.tests.local_servers import Answer, Seen, Server, byte_server, http_server, read_request


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


# --- A plain exchange ---


def test_an_answer_comes_back_whole(site: Server) -> None:
    with client(site) as http:
        answer = http.request("GET", site.url("/a"), params={"page": 2, "tag": ["x", "y"]})
    assert (answer.status, answer.ok, answer.text) == (200, True, "GET /a?page=2&tag=x&tag=y")
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.url == site.url("/a?page=2&tag=x&tag=y")


@pytest.mark.parametrize(
    ("options", "content_type", "body"),
    [
        ({"json": {"isi": "Jalan"}}, "application/json", b'{"isi":"Jalan"}'),
        ({"data": {"isi": "a b"}}, "application/x-www-form-urlencoded", b"isi=a+b"),
        ({"content": b"\x00\x01", "headers": {"content-type": "image/png"}}, "image/png", b"\x00\x01"),
        ({"content": "teks"}, None, b"teks"),
    ],
)
def test_a_body_arrives_as_it_was_given(site: Server, options, content_type, body: bytes) -> None:
    with client(site) as http:
        http.request("POST", site.url(), **options)
    (seen,) = site.seen
    assert (seen.method, seen.headers.get("content-type"), seen.body) == ("POST", content_type, body)


def test_a_file_arrives_in_parts(site: Server) -> None:
    with client(site) as http:
        http.request(
            "POST", site.url(), data={"title": "Foto"}, files={"file": ("a.png", b"PNG", "image/png")}
        )
    (seen,) = site.seen
    assert seen.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert (b'name="title"' in seen.body, b'filename="a.png"' in seen.body) == (True, True)


def test_a_request_carries_the_name_the_password_and_nothing_from_the_environment(
    site: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with client(site, user_agent="Mimin (Kabupaten Contoh)") as http:
        http.request("GET", site.url(), auth=("admin", "abcd efgh"), headers={"X-Kind": "test"})
    (seen,) = site.seen
    assert seen.headers == {
        "host": site.allow,
        "accept": "*/*",
        "user-agent": "Mimin (Kabupaten Contoh)",
        "x-kind": "test",
        "accept-encoding": "gzip, deflate",
        "authorization": "Basic YWRtaW46YWJjZCBlZmdo",
    }


def test_a_cookie_is_not_kept_for_the_next_request() -> None:
    with http_server(lambda seen: (200, {"set-cookie": "session=1"}, b"")) as server, client(server) as http:
        http.request("GET", server.url())
        http.request("GET", server.url())
    assert [seen.headers.get("cookie") for seen in server.seen] == [None, None]


def test_a_connection_is_used_again(site: Server) -> None:
    with client(site) as http:
        for _ in range(3):
            http.request("GET", site.url())
    assert (len(site.seen), len(site.connections)) == (3, 1)


@pytest.mark.parametrize("status", [201, 404, 429, 500])
def test_any_status_is_an_answer_and_not_an_error(status: int) -> None:
    with http_server(lambda seen: (status, {}, b"{}")) as server, client(server) as http:
        assert http.request("GET", server.url()).status == status


def test_a_head_request_has_headers_and_no_body() -> None:
    large = {"content-length": "999999999", "content-encoding": "gzip"}
    with http_server(lambda seen: (200, large, b"")) as server, client(server, max_bytes=10) as http:
        assert http.request("HEAD", server.url()).content == b""


@pytest.mark.parametrize(
    ("content_type", "content", "text"),
    [
        ("text/html", "Désa".encode(), "Désa"),
        ("text/html; charset=ISO-8859-1", "Désa".encode("latin-1"), "Désa"),
        ('text/html; charset="utf-16"', "Désa".encode("utf-16"), "Désa"),
        ("text/html; charset=unheard-of", b"Desa", "Desa"),
        ("text/html; charset=hex", b"Desa", "Desa"),
        ("text/html", b"D\xe9sa", "D�sa"),
    ],
)
def test_text_is_read_in_the_charset_that_is_named(content_type: str, content: bytes, text: str) -> None:
    assert Response(200, Headers({"content-type": content_type}), content, "http://a.id/").text == text


def test_json_is_read_and_what_is_none_is_named(site: Server) -> None:
    with client(site) as http:
        answer = http.request("GET", site.url())
    assert Response(200, answer.headers, b'{"a": [1]}', answer.url).json() == {"a": [1]}
    assert refusal(answer.json) == ("not_json", True)
    nested = Response(200, answer.headers, b"[" * 100_000, answer.url)
    assert refusal(nested.json) == ("not_json", True)


# --- Requests that are refused before they are made ---


@pytest.mark.parametrize(
    "url", ["http://0x7f.1/", "http://2130706433/", "http://127.1/", "file:///etc/hosts"]
)
def test_an_odd_address_is_refused(url: str) -> None:
    with guarded_client() as http:
        assert refusal(lambda: http.request("GET", url)) == ("url", False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]"]
)
def test_an_inner_address_is_refused_and_nothing_is_sent(host: str, site: Server) -> None:
    with guarded_client() as http:
        url = f"http://{host}:{site.port}/"
        assert refusal(lambda: http.request("POST", url, json={})) == ("address", False)
    assert (site.seen, site.connections) == ([], [])


@pytest.mark.parametrize(
    "headers", [{"x": "a\r\nHost: dalam"}, {"x y": "a"}, {"authorization": "Bearer …"}, {"Host": "dalam"}]
)
def test_a_header_that_cannot_be_is_refused(headers: dict[str, str], site: Server) -> None:
    with client(site) as http:
        assert refusal(lambda: http.request("GET", site.url(), headers=headers)) == ("request", False)
    assert site.seen == []


# --- Size ---


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("identity", bytes),
    ],
)
@pytest.mark.parametrize("size", [0, 5, 300_000])
def test_a_packed_answer_is_unpacked(encoding: str, pack: Callable[[bytes], bytes], size: int) -> None:
    content = (b"warga " * 50_000)[:size]
    with (
        http_server(lambda seen: (200, {"content-encoding": encoding}, pack(content))) as server,
        client(server, max_bytes=300_000) as http,
    ):
        assert http.request("GET", server.url()).content == content


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"not packed at all"),
        ("gzip", gzip.compress(b"warga" * 100, mtime=0)[:-12]),
        ("deflate", b"\xff\xff not packed"),
        ("br", b""),
        ("gzip, gzip", gzip.compress(gzip.compress(b"warga", mtime=0), mtime=0)),
    ],
)
def test_an_answer_that_cannot_be_unpacked_is_an_error(encoding: str, body: bytes) -> None:
    with (
        http_server(lambda seen: (200, {"content-encoding": encoding}, body)) as server,
        client(server) as http,
    ):
        assert refusal(lambda: http.request("GET", server.url())) == ("encoding", True)


def test_an_answer_may_be_as_large_as_the_limit_and_no_larger() -> None:
    with (
        http_server(lambda seen: (200, {}, b"x" * int(seen.path[1:]))) as server,
        client(server, max_bytes=100_000) as http,
    ):
        assert len(http.request("GET", server.url("/100000")).content) == 100_000
        assert refusal(lambda: http.request("GET", server.url("/100001"))) == ("too_large", True)
        assert refusal(lambda: http.request("GET", server.url("/11"), max_bytes=10)) == (
            "too_large",
            True,
        )


def endless(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def test_an_endless_answer_without_a_length_is_cut() -> None:
    with byte_server(endless) as server, client(server, max_bytes=1_000_000) as http:
        assert refusal(lambda: http.request("GET", server.url())) == ("too_large", True)


def test_a_decompression_bomb_is_stopped_before_it_fills_the_memory() -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=6, mtime=0)
    with (
        http_server(lambda seen: (200, {"content-encoding": "gzip"}, bomb)) as server,
        client(server, max_bytes=1_000_000) as http,
    ):
        tracemalloc.start()
        code = refusal(lambda: http.request("GET", server.url()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert code == ("too_large", True)
    assert peak < 8_000_000  # the unpacked bomb has 200,000,000 bytes


def test_packed_bytes_that_unpack_to_nothing_count_too() -> None:
    def hollow(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n" + gzip.compress(b"", mtime=0)[:10]
        )
        connection.sendall(b"\x00\x00\x00\xff\xff" * 100_000)

    with byte_server(hollow) as server, client(server, max_bytes=400_000) as http:
        assert refusal(lambda: http.request("GET", server.url())) == ("too_large", True)


def test_headers_without_end_are_cut() -> None:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"x-filler: " + b"y" * 4096 + b"\r\n")

    with byte_server(talk) as server, client(server) as http:
        assert refusal(lambda: http.request("GET", server.url())) == ("closed", True)


# --- Time ---


def dripping(head: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        while True:
            connection.sendall(drop)
            time.sleep(0.05)

    return talk


def silent(connection: socket.socket) -> None:
    read_request(connection)
    time.sleep(5)


@pytest.mark.parametrize(
    "talk",
    [
        silent,
        dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"x"),
        dripping(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\n", b"x-drip: y\r\n"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silent", "body", "chunks", "headers", "continue"],
)
def test_the_deadline_is_for_the_whole_exchange_and_not_for_each_byte(talk) -> None:
    with byte_server(talk) as server, client(server) as http:
        began = time.monotonic()
        assert refusal(lambda: http.request("GET", server.url(), timeout=0.3)) == ("timeout", True)
        assert 0.25 < time.monotonic() - began < 1.5


def test_a_server_that_does_not_read_ends_at_the_deadline() -> None:
    with byte_server(lambda connection: time.sleep(5)) as server, client(server) as http:
        body = bytes(30_000_000)
        assert refusal(lambda: http.request("PUT", server.url(), content=body, timeout=0.3)) == (
            "timeout",
            True,
        )


def test_no_time_at_all_means_nothing_is_sent(site: Server) -> None:
    with client(site) as http:
        assert refusal(lambda: http.request("GET", site.url(), timeout=0)) == ("timeout", False)
    assert site.seen == []
