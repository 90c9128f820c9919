"""How a page does something: a verb is tried, and what it refuses is said in its own words. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from mimin.lib.moving import Refused


def tried(request: HttpRequest, act: Callable[[], object], *, done: str, form: Form | None = None) -> bool:
    """Do it; say what is now true, or why it was refused (on the form when there is one). True when it was done."""
    try:
        act()
    except Refused as refused:
        if form is None:
            messages.error(request, str(refused))
        else:
            form.add_error(None, str(refused))
        return False
    if done:
        messages.success(request, done)
    return True


def way_back(request: HttpRequest, to: str, otherwise: str) -> str:
    """Where a form leads back to: an address of this site alone, else ``otherwise``."""
    ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if ours else otherwise


def whole(value: Any, default: int = 0) -> int:
    """A whole number from a query string; the default for anything else."""
    try:
        return max(0, min(int(value), 2**62))
    except (TypeError, ValueError):
        return default
