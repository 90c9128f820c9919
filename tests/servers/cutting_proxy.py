"""A proxy on loopback that fails on purpose, to stand in front of a real server.

    with cutting_proxy(site.url) as line:
        line.fail("cut_after_request", only="POST")

Modes: ``pass``; ``cut_after_request`` (the whole request reaches the server, which finishes its answer; the
client gets none of it); ``cut_before_forward`` (nothing reaches the server); ``slow`` (the answer comes after
``delay_seconds``); ``refuse`` (nothing listens).
"""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

MODES = ("pass", "cut_after_request", "cut_before_forward", "slow", "refuse")
HEAD_END = b"\r\n\r\n"


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    proxy: CuttingProxy


class _Line(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.server.proxy.carry(self.request)  # type: ignore[attr-defined]


class CuttingProxy:
    """One proxy; ``counts`` tells what went through: requests, forwarded, answered, cut."""

    def __init__(self, upstream: str) -> None:
        self._upstream = (urlsplit(upstream).hostname or "", urlsplit(upstream).port or 80)
        self._listener: _Listener | None = None
        self._port = 0
        self._mode, self._only = "pass", ""
        self.delay_seconds = 1.0
        self.counts: Counter[str] = Counter()
        self._listen()

    @property
    def url(self) -> str:
        """Where clients go instead of the real server; the same for the proxy's whole life."""
        return f"http://127.0.0.1:{self._port}"

    def fail(self, mode: str, *, only: str = "") -> None:
        """Switch the mode from the next request; ``only`` limits it to one HTTP method ("POST")."""
        if mode not in MODES:
            raise ValueError(f"{mode} is none of {MODES}")
        self._mode, self._only = mode, only
        if mode == "refuse":
            self.stop()
        elif self._listener is None:
            self._listen()

    def _listen(self) -> None:
        self._listener = _Listener(("127.0.0.1", self._port), _Line)
        self._listener.proxy = self
        self._port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Close the port; a second call does nothing."""
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener = None

    def carry(self, client: socket.socket) -> None:
        """Take one request from a client and do with it what the mode says."""
        request = _read_request(client)
        if not request:
            return
        mode = self._mode if self._only in ("", request.split(b" ", 1)[0].decode("ascii")) else "pass"
        self.counts["requests"] += 1
        if mode == "cut_before_forward":
            self.counts["cut"] += 1
            return
        answer = self._ask(request)
        self.counts["forwarded"] += 1
        if mode == "cut_after_request":
            self.counts["cut"] += 1
            return
        if mode == "slow":
            time.sleep(self.delay_seconds)
        self.counts["answered"] += 1
        client.sendall(answer)

    def _ask(self, request: bytes) -> bytes:
        """Forward to the server and wait until it has finished and closed."""
        head, body = request.split(HEAD_END, 1)
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        with socket.create_connection(self._upstream, timeout=60) as line:
            line.sendall(b"\r\n".join([*lines, b"Connection: close"]) + HEAD_END + body)
            return b"".join(iter(lambda: line.recv(65536), b""))


def _read_request(client: socket.socket) -> bytes:
    """Read one whole HTTP request with a Content-Length body; empty when the client left."""
    received = b""
    while HEAD_END not in received:
        chunk = client.recv(65536)
        if not chunk:
            return b""
        received += chunk
    head, body = received.split(HEAD_END, 1)
    while len(body) < _content_length(head):
        chunk = client.recv(65536)
        if not chunk:
            return b""
        body += chunk
    return head + HEAD_END + body


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


@contextmanager
def cutting_proxy(upstream: str) -> Iterator[CuttingProxy]:
    """A proxy in front of ``upstream`` for the length of a ``with``."""
    proxy = CuttingProxy(upstream)
    try:
        yield proxy
    finally:
        proxy.stop()
