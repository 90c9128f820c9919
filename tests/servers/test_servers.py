"""The throw-away servers themselves: that they start, fail on purpose, and leave nothing behind."""

from __future__ import annotations

import http.client
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import database
from tests.servers.cutting_proxy import CuttingProxy, cutting_proxy
from tests.servers.wordpress import TITLE, WordPress, missing, real_wordpress


class _Echo(http.server.BaseHTTPRequestHandler):
    seen: list[str] = []

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append(f"{self.command} {body.decode()}".strip())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.upper())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def echo_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    _Echo.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def line() -> Iterator[CuttingProxy]:
    with echo_server() as upstream, cutting_proxy(upstream) as proxy:
        yield proxy


def ask(proxy: CuttingProxy, body: str = "", *, seconds: float = 10.0) -> str:
    request = http.client.HTTPConnection(proxy.url.removeprefix("http://"), timeout=seconds)
    try:
        request.request("POST" if body else "GET", "/", body.encode() or None)
        return request.getresponse().read().decode()
    finally:
        request.close()


def test_a_proxy_that_passes_is_not_noticed(line: CuttingProxy) -> None:
    assert ask(line, "halo" * 50_000) == "HALO" * 50_000
    assert line.counts == {"requests": 1, "forwarded": 1, "answered": 1}


def test_an_answer_cut_off_has_reached_the_server(line: CuttingProxy) -> None:
    line.fail("cut_after_request")
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(line, "halo")
    assert (_Echo.seen, line.counts) == (["POST halo"], {"requests": 1, "forwarded": 1, "cut": 1})


def test_a_request_cut_off_has_not_reached_the_server(line: CuttingProxy) -> None:
    line.fail("cut_before_forward")
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(line, "halo")
    assert (_Echo.seen, line.counts) == ([], {"requests": 1, "cut": 1})


def test_only_the_method_named_fails(line: CuttingProxy) -> None:
    line.fail("cut_before_forward", only="POST")
    assert ask(line) == ""
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(line, "halo")
    assert _Echo.seen == ["GET"]


def test_a_slow_answer_comes_late(line: CuttingProxy) -> None:
    line.delay_seconds = 0.3
    line.fail("slow")
    with pytest.raises(TimeoutError):
        ask(line, "halo", seconds=0.1)
    assert ask(line, "lagi") == "LAGI"


def test_a_refusing_port_comes_back_at_the_same_address(line: CuttingProxy) -> None:
    address = line.url
    line.fail("refuse")
    with pytest.raises(ConnectionRefusedError):
        ask(line)
    line.fail("pass")
    assert (line.url, ask(line, "halo")) == (address, "HALO")


def test_an_unknown_mode_is_refused(line: CuttingProxy) -> None:
    with pytest.raises(ValueError, match="explode"):
        line.fail("explode")


@pytest.mark.wordpress
def test_visitors_comment_as_fast_as_they_like(wordpress: WordPress) -> None:
    post = wordpress.new_post("Berita")
    seen = [wordpress.comment(post, f"Pesan {n}", "Warga") for n in range(3)]
    held = wordpress.comment(post, "Ditahan", "Warga", approved=False)
    assert [row["id"] for row in wordpress.comments()] == seen
    assert held == seen[-1] + 1


@pytest.mark.wordpress
def test_the_site_has_its_title_and_a_theme(wordpress: WordPress) -> None:
    assert f"<title>{TITLE}</title>" in wordpress.page("/")


@pytest.mark.wordpress
@pytest.mark.parametrize("own_database", [False, True])
def test_a_stopped_site_leaves_nothing_behind(tmp_path: Path, own_database: bool) -> None:
    if missing() or (own_database and not database.can_start_own()):
        pytest.skip(f"a real WordPress needs: {missing() or 'mariadb-server'}")
    with real_wordpress(tmp_path, own_database=own_database) as site:
        port = int(site.url.rpartition(":")[2])
        assert database.answers(port)
    assert not database.answers(port)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".log"] * (1 + own_database)
    site.stop()
