"""Connections pinned to the address that was checked, each step of which ends with the exchange it belongs
to.

`lib.http` is the door; this is what lies under it: a network backend for httpcore that looks a name up
once, refuses what `lib.address` refuses, connects to the address and not to the name, bounds every wait by
one deadline, and notes the moment from which a server may have seen the request.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

import httpcore

from mimin.lib.address import Address, HttpError, Resolver, literal, resolve_public

WRITE_CHUNK = 16 * 1024  # bytes between two looks at the deadline


@dataclass
class Exchange:
    """One call of `request`: when it must be over, and whether anything of it was written to a server."""

    deadline: float
    sent: bool = False

    def left(self) -> float:
        """Seconds left, more than none; HttpError("timeout") when there are none."""
        seconds = self.deadline - monotonic()
        if seconds <= 0:
            raise HttpError("the exchange took longer than it may", code="timeout")
        return seconds


# Connections are kept and shared by threads; which exchange a byte belongs to is known by who is asking.
running: ContextVar[Exchange] = ContextVar("exchange")


class BoundedStream(httpcore.NetworkStream):
    """A connection that ends with the running exchange and notes when a request is written."""

    def __init__(self, stream: httpcore.NetworkStream, host: str) -> None:
        self._stream, self._host = stream, host

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=running.get().left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        exchange = running.get()
        for start in range(0, len(buffer), WRITE_CHUNK):
            seconds = exchange.left()
            exchange.sent = True
            self._stream.write(buffer[start : start + WRITE_CHUNK], timeout=seconds)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            inner = self._stream.start_tls(ssl_context, server_hostname, timeout=running.get().left())
        except httpcore.ConnectError as error:
            message = f"no safe connection to {self._host}: {error}"
            raise HttpError(message, code="tls") from error
        except HttpError:
            self.close()
            raise
        return BoundedStream(inner, self._host)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the address that was checked, never to the name."""

    def __init__(self, allow: tuple[str, ...], resolver: Resolver, connect_timeout: float) -> None:
        self._allow, self._resolver, self._connect_timeout = allow, resolver, connect_timeout
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        exchange, reason = running.get(), ""
        for address in self._resolve(host, port, exchange):
            seconds = min(self._connect_timeout, exchange.left())
            try:
                return BoundedStream(self._plain.connect_tcp(str(address), port, timeout=seconds), host)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                reason = str(error)
        raise HttpError(f"{host} cannot be reached: {reason}", code="connect")

    def _resolve(self, host: str, port: int, exchange: Exchange) -> list[Address]:
        def look_up() -> list[Address]:
            return resolve_public(host, port, self._allow, resolver=self._resolver)

        return look_up() if literal(host) else _within(exchange.left(), look_up)


def _within(seconds: float, look_up: Callable[[], list[Address]]) -> list[Address]:
    """Run a look-up beside this thread, since the system's resolver takes no time limit."""
    answer: SimpleQueue[list[Address] | Exception] = SimpleQueue()

    def run() -> None:
        try:
            answer.put(look_up())
        except Exception as error:  # handed over to the thread that waits
            answer.put(error)

    Thread(target=run, daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except Empty:
        raise HttpError("looking the name up took too long", code="dns") from None
    if isinstance(found, Exception):
        raise found
    return found
