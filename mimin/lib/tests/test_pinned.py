"""Connections go to the address that was checked; and it is known whether a request may have been seen."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread

import httpcore
import pytest

from mimin.lib.address import HttpError
from mimin.lib.http import guarded_client
from mimin.lib.pinned import PinnedBackend
from mimin.lib.tests.local_servers import (
    Answer,
    Certificates,
    Seen,
    Server,
    byte_server,
    certificates,
    free_port,
    http_server,
    read_request,
)

NAME = "kantor.contoh.go.id"


def echo(seen: Seen) -> Answer:
    return 200, {}, seen.headers["host"].encode()


@pytest.fixture
def site() -> Iterator[Server]:
    with http_server(echo) as server:
        yield server


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(NAME, tmp_path_factory.mktemp("tls"))


def refusal(call: Callable[[], object]) -> tuple[str, bool]:
    with pytest.raises(HttpError) as caught:
        call()
    return caught.value.code, caught.value.sent


def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


class Names:
    """A name server that gives each of its answers once and the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where connections were sent to; all of them land on loopback, as if that were the public address."""
    connect, found = socket.create_connection, []

    def record(address, *args, **kwargs):
        found.append(address)
        return connect(("127.0.0.1", address[1]), *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", record)
    return found


# --- Pinned to what was checked ---


def test_a_name_that_changes_between_check_and_connection_changes_nothing(site: Server, dialled) -> None:
    names = Names(["93.184.216.34"], ["127.0.0.1"])
    with guarded_client(resolver=names) as http:
        answer = http.request("GET", site.url(host=NAME))
    assert (dialled, names.asked) == ([("93.184.216.34", site.port)], 1)
    assert answer.text == f"{NAME}:{site.port}"  # the Host header keeps the name


def test_a_name_that_leads_inside_at_the_next_connection_is_refused(site: Server, dialled) -> None:
    names = Names(["93.184.216.34"], ["127.0.0.1"])
    for expected in (None, ("address", False)):
        with guarded_client(resolver=names) as http:
            if expected is None:
                assert http.request("GET", site.url(host=NAME)).status == 200
            else:
                assert refusal(lambda: http.request("GET", site.url(host=NAME))) == expected
    assert (len(site.seen), len(dialled)) == (1, 1)


def test_a_redirect_to_a_name_that_leads_inside_is_refused(site: Server, dialled) -> None:
    def handle(seen: Seen) -> Answer:
        return 302, {"location": f"http://dalam.contoh.go.id:{site.port}/"}, b""

    def names(host: str, port: int) -> list[str]:
        return ["10.1.2.3"] if host.startswith("dalam") else ["93.184.216.34"]

    with http_server(handle) as server, guarded_client(resolver=names) as http:
        assert refusal(lambda: http.request("GET", server.url(host=NAME))) == ("address", True)
    assert (dialled, site.connections) == ([("93.184.216.34", server.port)], [])


def test_the_next_address_is_tried_when_the_first_refuses() -> None:
    with http_server(echo) as server:
        names = Names(["127.0.0.2", "127.0.0.1"])  # the server listens on the second alone
        with guarded_client(resolver=names, allow=(f"{NAME}:{server.port}",)) as http:
            assert http.request("GET", server.url(host=NAME)).status == 200


def test_a_look_up_that_hangs_ends_at_the_deadline() -> None:
    woken = Event()

    def hang(host: str, port: int) -> list[str]:
        woken.wait(5)
        return []

    began = time.monotonic()
    with guarded_client(resolver=hang, timeout=0.2) as http:
        assert refusal(lambda: http.request("GET", f"http://{NAME}/")) == ("dns", False)
    woken.set()
    assert time.monotonic() - began < 1.5


def test_a_name_that_is_not_found_was_not_sent_to() -> None:
    def missing(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with guarded_client(resolver=missing) as http:
        assert refusal(lambda: http.request("POST", f"http://{NAME}/", json={})) == ("dns", False)


# --- TLS keeps the name ---


def test_the_certificate_is_checked_against_the_name_and_not_the_address(papers: Certificates) -> None:
    names: list[str | None] = []
    papers.server.sni_callback = lambda connection, name, context: names.append(name)
    with http_server(echo, papers.server) as server:
        allow = (f"{NAME}:{server.port}",)
        with guarded_client(resolver=loopback, allow=allow, tls=papers.client) as http:
            answer = http.request("GET", server.url(host=NAME, scheme="https"))
    assert (answer.status, names) == (200, [NAME])


def test_a_certificate_for_another_name_is_refused_before_anything_is_sent(papers: Certificates) -> None:
    with http_server(echo, papers.server) as server:
        allow = (f"lain.contoh.go.id:{server.port}",)
        with guarded_client(resolver=loopback, allow=allow, tls=papers.client) as http:
            url = server.url(host="lain.contoh.go.id", scheme="https")
            assert refusal(lambda: http.request("POST", url, json={})) == ("tls", False)
    assert server.seen == []


def test_a_certificate_that_nobody_vouches_for_is_refused(papers: Certificates) -> None:
    with (
        http_server(echo, papers.server) as server,
        guarded_client(resolver=loopback, allow=(f"{NAME}:{server.port}",)) as http,
    ):
        url = server.url(host=NAME, scheme="https")
        assert refusal(lambda: http.request("GET", url)) == ("tls", False)


def test_a_handshake_that_hangs_ends_at_the_deadline() -> None:
    with (
        byte_server(lambda connection: time.sleep(5)) as server,
        guarded_client(allow=(server.allow,), timeout=0.3) as http,
    ):
        url = server.url(scheme="https")
        assert refusal(lambda: http.request("GET", url)) == ("timeout", False)


def test_plain_text_behind_https_is_no_safe_connection(site: Server) -> None:
    with guarded_client(allow=(site.allow,)) as http:
        assert refusal(lambda: http.request("GET", site.url(scheme="https"))) == ("tls", False)


# --- Whether the server may have seen it ---


def test_a_refused_connection_was_not_sent() -> None:
    port = free_port()
    with guarded_client(allow=(f"127.0.0.1:{port}",)) as http:
        url = f"http://127.0.0.1:{port}/"
        assert refusal(lambda: http.request("POST", url, json={})) == ("connect", False)


def test_a_connection_that_nobody_answers_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def silence(address, timeout=None, **kwargs):
        time.sleep(timeout)
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "create_connection", silence)
    with guarded_client(connect_timeout=0.1) as http:
        assert refusal(lambda: http.request("POST", "http://93.184.216.34/")) == ("connect", False)


def hang_up(connection: socket.socket) -> None:
    read_request(connection)


def half_headers(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-le")


def half_body(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")


def half_chunk(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\nhalf")


def reset(connection: socket.socket) -> None:
    read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def nonsense(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


def two_lengths(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab")


@pytest.mark.parametrize(
    "talk",
    [hang_up, half_headers, half_body, half_chunk, reset, nonsense, two_lengths],
    ids=lambda t: t.__name__,
)
def test_what_breaks_off_after_the_request_may_have_been_seen(talk) -> None:
    with byte_server(talk) as server, guarded_client(allow=(server.allow,)) as http:
        assert refusal(lambda: http.request("POST", server.url(), json={})) == ("closed", True)


def test_a_kept_connection_that_the_server_closed_is_opened_anew(site: Server) -> None:
    def once(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    with byte_server(once) as server, guarded_client(allow=(server.allow,)) as http:
        for _ in range(2):
            assert http.request("POST", server.url(), json={}).status == 200
            time.sleep(0.05)  # the server's goodbye arrives
    assert len(server.connections) == 2


def test_an_early_answer_is_read_although_the_server_stopped_reading() -> None:
    def refuse(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        time.sleep(0.3)

    with byte_server(refuse) as server, guarded_client(allow=(server.allow,)) as http:
        assert http.request("PUT", server.url(), content=bytes(100_000)).status == 413


def test_threads_share_a_client_and_each_keeps_its_own_deadline() -> None:
    def slow(seen: Seen) -> Answer:
        time.sleep(0.4 if seen.path == "/slow" else 0)
        return 200, {}, b""

    outcomes: dict[str, object] = {}

    def run(path: str, timeout: float) -> None:
        try:
            outcomes[path] = http.request("GET", server.url(path), timeout=timeout).status
        except HttpError as error:
            outcomes[path] = (error.code, error.sent)

    with http_server(slow) as server, guarded_client(allow=(server.allow,)) as http:
        threads = [Thread(target=run, args=job) for job in (("/slow", 0.2), ("/quick", 5.0))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert outcomes == {"/slow": ("timeout", True), "/quick": 200}


def test_no_exchange_means_no_connection() -> None:
    with (
        pytest.raises(LookupError),
        httpcore.ConnectionPool(network_backend=PinnedBackend((), loopback, 1.0)) as pool,
    ):
        pool.request("GET", f"http://{NAME}/")
