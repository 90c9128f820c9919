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
from django.views.defaults import server_error

from mimin.desk.middleware import language_of
from mimin.lib.crypto import KeyMissing, Tampered
from mimin.lib.store import is_closed, is_full

_SECRET = re.compile("password|secret|^code$")
"""Names of fields whose values are never shown again."""
_LONG = 40


def broken(request: HttpRequest) -> HttpResponse:
    """The page for the error that is being handled, in the person's language; Django's own 500 for all others."""
    error = sys.exc_info()[1]
    with translation.override(_language(request)):
        if is_full(error):
            return _page(request, "507.html", 507, {})
        if is_closed(error):
            return _page(request, "moved.html", 503, {})
        if isinstance(error, KeyMissing):
            return _page(request, "closed.html", 500, {"key": error.key_id})
        if isinstance(error, Tampered):
            return _page(request, "closed.html", 500, {"key": ""})
        return server_error(request)


def _language(request: HttpRequest) -> str:
    try:
        return language_of(request)
    except Exception:  # the person could not even be read
        return settings.LANGUAGE_CODE


def _page(request: HttpRequest, template: str, status: int, more: dict[str, Any]) -> HttpResponse:
    context = {**more, "typed": _typed(request), "action": request.get_full_path(), "token": ""}
    if context["typed"]:
        context["token"] = get_token(request)
    return HttpResponse(render_to_string(template, context), status=status)


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
