"""The one network guard: every request that Mimin makes for a person or a platform goes through here.

    with guarded_client() as http:
        http.request("GET", "https://dinas.contoh.go.id/wp-json/", params={"per_page": 10}).json()

A host name is looked up once, every address it leads to must be on the public internet (`lib.address`), and
the connection goes to the address that was checked, while certificate, SNI and Host keep the name: a
second, different answer of the name server changes nothing. Redirects are followed by hand and checked
again. One deadline bounds the whole exchange, and the size is bounded after decompression. No proxy, no
cookie, no netrc, no environment.
"""

from __future__ import annotations

import json as json_text
import re
import ssl
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from types import TracebackType
from typing import Any
from zlib import decompressobj
from zlib import error as ZlibError

import httpcore
import httpx

from mimin.lib.address import HttpError, Resolver, check_url, port_of, system_addresses
from mimin.lib.pinned import Exchange, PinnedBackend, running

MAX_REDIRECTS = 5
MAX_BYTES = 10 * 1024 * 1024
REDIRECTS = (301, 302, 303, 307, 308)
HARMLESS = frozenset({"accept", "accept-encoding", "accept-language", "user-agent"})
ZLIB_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}

Query = Mapping[str, str | int | float | bool | Sequence[str | int | float | bool | None] | None]


@dataclass(frozen=True)
class Response:
    """What a server answered, whole: `headers` read without regard to case, `url` after redirects."""

    status: int
    headers: httpx.Headers
    content: bytes
    url: str

    @property
    def ok(self) -> bool:
        """Whether the status is one of success (2xx)."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The content in the charset that the server names, else UTF-8; what does not decode is replaced."""
        named = re.search(r"charset=[\"']?([\w.:-]+)", self.headers.get("content-type", ""), re.IGNORECASE)
        try:
            return self.content.decode(named[1] if named else "utf-8", errors="replace")
        except (LookupError, ValueError):
            return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The content as JSON; HttpError("not_json") when it is none."""
        try:
            return json_text.loads(self.content)
        except (ValueError, RecursionError) as error:
            host = httpx.URL(self.url).host
            message = f"{host} answered {self.status} with something that is not JSON"
            raise HttpError(message, code="not_json", sent=True) from error


class _Body:
    """Takes a body in pieces, decompresses it, and stops before it holds more than `limit` bytes."""

    def __init__(self, encoding: str, limit: int) -> None:
        self._windows = ZLIB_WINDOWS.get(encoding, 0)
        if not self._windows and encoding not in ("", "identity"):
            raise HttpError(f"the server answered in an encoding not asked for: {encoding}", code="encoding")
        self._inflate = decompressobj(self._windows) if self._windows else None
        self._room, self._raw_room = limit, limit
        self._parts: list[bytes] = []

    def add(self, raw: bytes) -> None:
        self._raw_room -= len(raw)
        part = self._unpack(raw) if self._inflate else raw
        self._room -= len(part)
        if self._room < 0 or self._raw_room < 0:
            raise HttpError("the answer is larger than it may be", code="too_large")
        self._parts.append(part)

    def _unpack(self, raw: bytes) -> bytes:
        # One byte more than there is room for is enough to know that it is too much.
        try:
            return self._inflate.decompress(raw, self._room + 1)  # type: ignore[union-attr]
        except ZlibError as error:
            if self._windows != 15 or self._parts:
                raise HttpError("the answer's compression is broken", code="encoding") from error
            self._windows, self._inflate = -15, decompressobj(-15)  # "deflate" without its header is common
            return self._unpack(raw)

    def whole(self) -> bytes:
        """The body; HttpError("encoding") when its compression broke off in the middle."""
        if self._inflate and self._parts and not self._inflate.eof:
            raise HttpError("the answer's compression breaks off", code="encoding")
        return b"".join(self._parts)


@lru_cache(maxsize=1)
def _public_tls() -> ssl.SSLContext:
    # Reading the certificate authorities takes 20 ms, and a context may be shared.
    return httpx.create_ssl_context(trust_env=False)


class Http:
    """A guarded client. Threads may share it; connections are kept for five seconds."""

    def __init__(
        self,
        *,
        allow: tuple[str, ...],
        timeout: float,
        connect_timeout: float,
        max_bytes: int,
        user_agent: str,
        tls: ssl.SSLContext | None,
        resolver: Resolver,
    ) -> None:
        self._timeout, self._max_bytes, self._user_agent = timeout, max_bytes, user_agent
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or _public_tls(),
            max_connections=20,
            keepalive_expiry=5.0,
            network_backend=PinnedBackend(allow, resolver, connect_timeout),
        )

    def __enter__(self) -> Http:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept."""
        self._pool.close()

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        content: bytes | str | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        max_bytes: int | None = None,
    ) -> Response:
        """Send a request and read the whole answer, of whatever status.

        `params` are added to the URL's query; the body is one of `json`, `data` (a form), `data` with `files`
        (multipart, as httpx takes them) or `content`; `auth` is a user name and password. `timeout` is in
        seconds for everything from the look-up to the last byte, `max_bytes` counts the unpacked body. Any
        failure is an HttpError whose `sent` says whether the server may have acted.
        """
        exchange = Exchange(monotonic() + (self._timeout if timeout is None else timeout))
        limit = self._max_bytes if max_bytes is None else max_bytes
        earlier = running.set(exchange)
        try:
            checked = check_url(url)
            sending = _headers(headers, auth, self._user_agent)
            body = {"json": json, "data": data, "files": files, "content": content}
            request = httpx.Request(method, checked, params=params, headers=sending, **body)
            return self._follow(request, limit)
        except HttpError as error:
            error.sent = exchange.sent
            raise
        except UnicodeError as error:
            raise HttpError("a header may hold plain characters only", code="request") from error
        except _FAILURES as error:
            raise _told(error, url, exchange) from error
        finally:
            running.reset(earlier)

    def _follow(self, request: httpx.Request, limit: int) -> Response:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._exchange(request, limit)
            if isinstance(answer, Response):
                return answer
            request = answer
        raise HttpError(f"more than {MAX_REDIRECTS} redirects", code="redirect")

    def _exchange(self, request: httpx.Request, limit: int) -> Response | httpx.Request:
        """Send one request; answers with the response, or with the request that a redirect asks for."""
        url = request.url
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path
        )
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                target,
                headers=request.headers.raw,
                content=request.read(),
                extensions={"timeout": {"pool": running.get().left()}},
            )
        )
        headers = httpx.Headers(response.headers)
        try:
            if response.status in REDIRECTS and "location" in headers:
                return _redirected(request, response.status, headers["location"])
            content = _read(response, request.method, headers, limit)
            return Response(response.status, headers, content, str(url))
        finally:
            response.close()


def guarded_client(
    *,
    allow: tuple[str, ...] = (),
    timeout: float = 20.0,
    connect_timeout: float = 5.0,
    max_bytes: int = MAX_BYTES,
    user_agent: str = "Mimin",
    tls: ssl.SSLContext | None = None,
    resolver: Resolver = system_addresses,
) -> Http:
    """A client that reaches the public internet only, and the "host:port" pairs of `allow` (tests, a
    simulator).

    Times in seconds: `timeout` for a whole exchange, `connect_timeout` for each address tried. `tls` and
    `resolver` stand in for the public certificate authorities and the system's resolver in tests.
    """
    return Http(
        allow=allow,
        timeout=timeout,
        connect_timeout=connect_timeout,
        max_bytes=max_bytes,
        user_agent=user_agent,
        tls=tls,
        resolver=resolver,
    )


def _headers(given: Mapping[str, str] | None, auth: tuple[str, str] | None, user_agent: str) -> httpx.Headers:
    headers = httpx.Headers({"accept": "*/*", "user-agent": user_agent})
    headers.update(given)
    if "host" in headers:
        raise HttpError("the Host header comes from the URL", code="request")
    headers["accept-encoding"] = "gzip, deflate"  # what `_Body` can bound
    if auth is not None:
        headers["authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
    return headers


def _read(response: httpcore.Response, method: str, headers: httpx.Headers, limit: int) -> bytes:
    stated = headers.get("content-length", "")
    if method != "HEAD" and stated.isdecimal() and int(stated) > limit:
        raise HttpError("the answer is larger than it may be", code="too_large")
    body = _Body(headers.get("content-encoding", "").strip().lower(), limit)
    for raw in response.iter_stream():
        body.add(raw)
    return body.whole()


def _redirected(request: httpx.Request, status: int, location: str) -> httpx.Request:
    """The request that follows, with no secret in it when it goes to another origin.

    A request that writes is repeated only at the same origin and only where the status asks for it (307,
    308): a POST that silently became a GET would look like success, and a body may hold a secret.
    """
    try:
        target = check_url(str(request.url.join(location)))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise HttpError("the server redirects to something that is no address", code="redirect") from error
    same_origin = _origin(target) == _origin(request.url)
    kept = {name: text for name, text in request.headers.items() if same_origin or name in HARMLESS}
    kept.pop("host", None)
    if request.method in ("GET", "HEAD") or status == 303:
        for name in [name for name in kept if name.startswith("content-") or name == "transfer-encoding"]:
            del kept[name]
        return httpx.Request("HEAD" if request.method == "HEAD" else "GET", target, headers=kept)
    if same_origin and status in (307, 308):
        return httpx.Request(request.method, target, headers=kept, content=request.read())
    message = f"{request.url.host} has moved to {target.scheme}://{target.netloc.decode()}: use that address"
    raise HttpError(message, code="redirect")


def _origin(url: httpx.URL) -> tuple[str, bytes, int]:
    return url.scheme, url.raw_host, port_of(url)


_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


def _told(error: Exception, url: str, exchange: Exchange) -> HttpError:
    host = httpx.URL(url).host
    if isinstance(error, httpcore.TimeoutException):
        return HttpError(f"{host} took longer than it may", code="timeout", sent=exchange.sent)
    if isinstance(error, httpcore.LocalProtocolError):
        return HttpError(f"the request cannot be written: {error}", code="request", sent=exchange.sent)
    return HttpError(f"{host} broke off: {error}", code="closed", sent=exchange.sent)
