"""What a person is shown when a page breaks: what happened, what to do, who can do it, and what they had typed.

Django asks ``broken`` for every error that no view caught, also for one in the middle layers (a session that could not
be kept), which no middleware sees.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation

from mimin.desk import logs
from mimin.desk.middleware import language_of
from mimin.lib.crypto import KeyMissing, Tampered
from mimin.lib.store import is_closed, is_full

_SECRET = re.compile("password|secret|^code$")
"""Names of fields whose values are never shown again."""
_LONG = 40


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that is malformed."""
    return _told(request, "400.html", 400)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something that this person may not do."""
    return _told(request, "403.html", 403)


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token."""
    return _told(request, "403_csrf.html", 403)


def unknown(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing there, or nothing that this person may know of."""
    return _told(request, "404.html", 404)


def too_often(request: HttpRequest) -> HttpResponse:
    """Too many tries in a short time; allauth asks for it."""
    return _told(request, "429.html", 429)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for the error that is being handled, in the person's language; Django's own 500 for all others."""
    error = sys.exc_info()[1]
    with translation.override(_language(request)):
        if is_full(error):
            return _again(request, "507.html", 507)
        if is_closed(error):
            return _again(request, "moved.html", 503)
        if isinstance(error, KeyMissing):
            return _again(request, "closed.html", 500, key=error.key_id)
        if isinstance(error, Tampered):
            return _again(request, "closed.html", 500, key="")
        return _page("500.html", 500)


def _language(request: HttpRequest) -> str:
    try:
        return language_of(request)
    except Exception:  # the person could not even be read
        return settings.LANGUAGE_CODE


def _told(request: HttpRequest, template: str, status: int) -> HttpResponse:
    with translation.override(_language(request)):
        return _page(template, status)


def _page(template: str, status: int, **more: Any) -> HttpResponse:
    """A page with the code that stands in the log too."""
    return HttpResponse(render_to_string(template, {**more, "code": logs.code()}), status=status)


def _again(request: HttpRequest, template: str, status: int, **more: Any) -> HttpResponse:
    """A page that gives back what was typed."""
    typed = _typed(request)
    token = get_token(request) if typed else ""
    return _page(template, status, typed=typed, action=request.get_full_path(), token=token, **more)


def _typed(request: HttpRequest) -> list[dict[str, Any]]:
    """What was sent with the page, to be sent again; nothing of it where a password was among it.

    ``shown``: words that a person wrote; what is short and without a space (an id, a choice) goes along unseen.
    """
    if request.method != "POST" or any(_SECRET.search(name) for name in request.POST):
        return []
    return [
        {"name": name, "value": value, "shown": len(value) > _LONG or bool(re.search(r"\s", value))}
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
