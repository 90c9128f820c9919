"""One WordPress site's REST API: a request out, JSON in, and every failure as a PlatformError."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from mimin.lib.address import HttpError, is_public, literal
from mimin.platforms.base import Access, Answer, Http, PlatformError
from mimin.platforms.wordpress.errors import NETWORK_CODES, code_of, error

_JSON_START = re.compile(r'[{\[](?=\s*["{\[\]}])')
LONGEST_WAIT = 3600.0  # seconds
LONGEST_ANSWER = 64 * 1024 * 1024  # bytes: a page of 100 comments of 64 KB each, raw, rendered and escaped


class Site:
    """Requests to one site as one user. Every method raises only PlatformError."""

    def __init__(self, access: Access, http: Http) -> None:
        self._access = access
        self._http = http

    @property
    def root(self) -> str:
        """The site's address with scheme, without a final slash; raises ``not_https`` or ``bad_address``."""
        text = self._access.address.strip()
        address = (text if "://" in text else f"https://{text}").split("?")[0].split("#")[0].rstrip("/")
        try:
            parts = urlsplit(address)
        except ValueError:
            raise error("bad_address") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise error("bad_address")
        if parts.scheme == "http" and not _is_inner(parts.hostname):
            raise error("not_https")
        return address

    def get(self, route: str, **params: str | int) -> dict[str, Any]:
        """Read the object at ``/wp/v2/{route}``."""
        answer = self._ask("GET", route, {name: str(value) for name, value in params.items()}, None)
        return _checked(_decoded(answer, writing=False), writing=False)

    def rows(self, route: str, **params: str | int) -> tuple[list[dict[str, Any]], int | None]:
        """Read a list; returns its rows and how many there are in all, None when the site does not say."""
        answer = self._ask("GET", route, {name: str(value) for name, value in params.items()}, None)
        total, found = _header(answer, "x-wp-total"), _decoded(answer, writing=False)
        if not isinstance(found, list):
            raise error("not_json", "no list came back")
        return [_checked(row, writing=False) for row in found], int(total) if total.isdecimal() else None

    def post(self, route: str, body: Mapping[str, Any], *, fields: str) -> dict[str, Any]:
        """Write; returns these fields of the object. An error's ``unknown`` tells whether it may be done."""
        answer = self._ask("POST", route, {"_fields": fields}, dict(body))
        return _checked(_decoded(answer, writing=True), writing=True)

    def _ask(self, method: str, route: str, params: dict[str, str], body: dict[str, Any] | None) -> Answer:
        root = self.root
        try:
            answer = self._http.request(
                method,
                f"{root}/",
                params={"rest_route": f"/wp/v2/{route}", **params},
                headers={"Accept": "application/json"},
                json=body,
                auth=self._login(),
                max_bytes=LONGEST_ANSWER,
            )
        except HttpError as failure:
            raise _from_network(failure, writing=method != "GET") from failure
        if _origin(answer.url) != _origin(root):
            # A client that follows drops the password or the body on the way, so the answer means nothing.
            raise error("redirected", _origin(answer.url))
        return answer

    def _login(self) -> tuple[str, str]:
        username = self._access.secrets.get("username", "").strip()
        password = self._access.secrets.get("application_password", "").replace(" ", "")
        if not username or not password:
            raise error("no_credentials")
        return username, password


def _is_inner(host: str) -> bool:
    """Whether a host is an address inside the machine or its network: the guard alone lets those through."""
    address = literal(host)
    return host == "localhost" or (address is not None and not is_public(address))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port not in (None, usual) else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def _header(answer: Answer, name: str) -> str:
    return next((value for key, value in answer.headers.items() if key.lower() == name), "")


def _from_network(failure: HttpError, *, writing: bool) -> PlatformError:
    code = NETWORK_CODES.get(failure.code, "no_answer" if failure.sent else "unreachable")
    if code == "no_answer" and not failure.sent:
        code = "unreachable"
    return error(code, str(failure), writing=writing and failure.sent)


def _decoded(answer: Answer, *, writing: bool) -> Any:
    body = json_in(answer.text)
    if 200 <= answer.status < 300 and body is not None:
        return body
    site_code = str(body.get("code", "")) if isinstance(body, dict) else ""
    wait = _header(answer, "retry-after")
    raise error(
        code_of(answer.status, site_code),
        f"HTTP {answer.status} {site_code[:80]}".strip(),
        writing=writing,
        wait=min(float(wait), LONGEST_WAIT) if wait.isdecimal() else None,
    )


def _checked(found: Any, *, writing: bool) -> dict[str, Any]:
    if not isinstance(found, dict) or not isinstance(found.get("id"), int):
        raise error("not_json", "no object with a number came back", writing=writing)
    return found


def json_in(text: str) -> Any:
    """The JSON in an answer, or None. A byte order mark or PHP warnings before it, as broken plugins print,
    are passed over.
    """
    for start in (0, *(found.start() for found in _JSON_START.finditer(text[:5000]))):
        try:
            return json.loads(text[start:].strip().lstrip("\ufeff"))
        except (ValueError, RecursionError):
            continue
    return None
