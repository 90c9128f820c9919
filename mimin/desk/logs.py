"""What this installation writes into its log: one line a request and one an event, without a word of anybody.

A request is told by its route, never by its query; the tokens of links and whatever a stranger
typed as an address are left out. With MIMIN_LOG=json each line is one JSON object. An error is told by its kind and by
where it happened: its message may hold what somebody wrote.

The settings name what stands here, so nothing of it may need the tables.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mimin.language.mask import mask

log = logging.getLogger("mimin.request")

UNKNOWN = "/?"
"""An address that leads nowhere: whoever typed it may have typed anything."""
DEPTH = 12
"""So many steps of where an error came from."""
_HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")
_now: ContextVar[str] = ContextVar("mimin_request", default="")


# --- What a request is called ---------------------------------------------------------------------------------------


def request_lines(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request a number of its own, and write its line once it is answered."""

    def answer(request: HttpRequest) -> HttpResponse:
        number, began = secrets.token_hex(6), time.perf_counter()
        kept = _now.set(number)
        try:
            response = get_response(request)
            if response.status_code >= 400 or not request.path_info.startswith(settings.STATIC_URL):
                _write(request, response.status_code, round(1000 * (time.perf_counter() - began)))
        finally:
            _now.reset(kept)
        return response

    return answer


def code() -> str:
    """What a person can tell whoever runs the server, who finds it in the log; "" outside a request."""
    return f"M-{_now.get()[:6].upper()}" if _now.get() else ""


def path_of(request: HttpRequest, status: int) -> str:
    """The route of a request with its numbers and verbs; what does not exist is told by its route alone."""
    match = request.resolver_match
    if match is None:
        return request.path_info if request.path_info == "/" or _is_static(request, status) else UNKNOWN
    filled = {} if status == 404 else match.kwargs

    def shown(hole: re.Match[str]) -> str:
        kind, name = hole.groups()
        return str(filled[name]) if name in filled and (kind == "int" or name == "verb") else f"<{name}>"

    return "/" + _HOLE.sub(shown, match.route)


def _is_static(request: HttpRequest, status: int) -> bool:
    return status != 404 and request.path_info.startswith(settings.STATIC_URL)


def _write(request: HttpRequest, status: int, spent: int) -> None:
    told = {**_told(request, status), "ms": spent}
    level = logging.ERROR if status >= 500 else logging.WARNING if status >= 400 else logging.INFO
    log.log(level, " ".join(str(value) for value in told.values()), extra={"told": told})


def _told(request: HttpRequest, status: int) -> dict[str, Any]:
    told = {"method": _method(request), "path": path_of(request, status), "status": status}
    return {**told, "code": code()} if status >= 400 else told


def _method(request: HttpRequest) -> str:
    return request.method if request.method and request.method.isalpha() and len(request.method) < 8 else "?"


# --- How a line is written ------------------------------------------------------------------------------------------


class Wordless(logging.Filter):
    """It drops nothing: it takes the address that Django writes out of what it says of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass, without addresses."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            told = _told(request, getattr(record, "status_code", 500))
            record.told, record.msg, record.args = told, " ".join(str(value) for value in told.values()), ()
        return True


class JsonLine(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level and logger; then the request, or what happened."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if number := _now.get():
            line["request"] = number
        line |= getattr(record, "told", None) or {"event": mask(record.getMessage()).text}
        if record.exc_info and (error := record.exc_info[1]):
            line |= {"error": type(error).__name__, "where": _where(error)}
        return json.dumps(line, ensure_ascii=False)


def _where(error: BaseException) -> list[str]:
    steps = traceback.extract_tb(error.__traceback__)[-DEPTH:]
    return [f"{step.filename.rsplit('site-packages/')[-1]}:{step.lineno} {step.name}" for step in steps]
