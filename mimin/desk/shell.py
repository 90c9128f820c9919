"""What the frame around every page shows. Nothing is read until a template prints it; a stranger costs no query."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext

from mimin.desk import logs, notices
from mimin.inbox.queries import counts
from mimin.lib.colour import DEFAULT
from mimin.people.looking import Looking, looker_of, looking
from mimin.people.models import Person
from mimin.people.queries import held, sights
from mimin.people.rules import may
from mimin.policy.queries import colour

THEMES = ("light", "dark")
THEME_COOKIE = "mimin_theme"
OFFICE = ("policy.change", "unit.change", "person.manage", "work.see", "evidence.see")
"""Whoever holds one of these verbs somewhere finds Settings in the navigation."""


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation. ``counts`` says that the number of waiting cases stands beside it."""

    label: str
    icon: str
    url: str
    current: bool
    counts: bool = False


class Shell:
    """The frame for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._lists = hasattr(request, "looker")  # the view has run: it took the narrowed person, or did not
        self.pemda = settings.PEMDA_NAME
        self.language = get_language() or settings.LANGUAGE_CODE

    @cached_property
    def person(self) -> Person | None:
        """Who is signed in, or None; error pages before sign-in have no user at all."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, Person) or getattr(user, "is_authenticated", False) else None

    @cached_property
    def theme(self) -> str:
        """``light``, ``dark`` or nothing, which leaves the choice to the device."""
        wanted = self.person.theme if self.person else self._request.COOKIES.get(THEME_COOKIE, "")
        return wanted if wanted in THEMES else ""

    @cached_property
    def colour(self) -> str:
        """The six digits of the government's own colour; nothing where Mimin's holds."""
        return "" if (chosen := colour()) == DEFAULT else chosen.removeprefix("#")

    @cached_property
    def looking(self) -> Looking | None:
        """The one unit that lists show; None for all of the person's."""
        return looking(self._request) if self.person else None

    @property
    def narrowed(self) -> Looking | None:
        """The one unit that this page shows, where it is a list."""
        return self.looking if self._lists else None

    @cached_property
    def may_look(self) -> bool:
        """Whether there is more than one unit to choose from."""
        if self.person is None:
            return False
        seen = [sight.units for sight in sights(self.person)]
        return any(units is None or len(units) > 1 for units in seen)

    @cached_property
    def entries(self) -> list[Entry]:
        """The navigation at the left; empty for a stranger. One query, shared with every other right."""
        if self.person is None:
            return []
        named = [
            (gettext("Home"), "house", "home"),
            (gettext("Inbox"), "inbox", "inbox"),
            (gettext("Outbox"), "send", "outbox"),
            (gettext("Channels"), "radio-tower", "channels"),
        ]
        roles = held(self.person)
        if any(may(roles, verb) for verb in OFFICE):
            named.append((gettext("Settings"), "settings", "settings"))
        return _entries(named, self._request.path)

    @cached_property
    def tabs(self) -> list[Entry]:
        """The bar at the bottom of a phone: five places for a thumb. Who may not record sees what leaves instead."""
        if self.person is None:
            return []
        records = may(held(self.person), "case.record")
        named = [
            (gettext("Home"), "house", "home"),
            (gettext("Inbox"), "inbox", "inbox"),
            (gettext("Record"), "square-pen", "record") if records else (gettext("Outbox"), "send", "outbox"),
            (gettext("Channels"), "radio-tower", "channels"),
            (gettext("Me"), "circle-user", "me"),
        ]
        return _entries(named, self._request.path)

    @cached_property
    def unit(self) -> str:
        """The short name of the first unit where the person holds a role."""
        roles = held(self.person) if self.person else ()
        return roles[0].short if roles else ""

    @property
    def code(self) -> str:
        """What a page that fails shows, to be found again in the log."""
        return logs.code()

    @cached_property
    def notices(self) -> str:
        """How many notices the person has not read, as text; nothing when all are."""
        return notices.unread(self.person) if self.person else ""

    @cached_property
    def waiting(self) -> str:
        """How many cases wait for this person, as text; nothing when none does."""
        if self.person is None:
            return ""
        return counts(looker_of(self._request))["mine"]


def _entries(named: list[tuple[str, str, str]], path: str) -> list[Entry]:
    """The entries with their addresses; the one whose address is the longest start of the path is current."""
    found = [(label, picture, name, reverse(name)) for label, picture, name in named]
    around = [url for _, _, name, url in found if path.startswith(url) and (name != "home" or path == url)]
    nearest = max(around, key=len, default="")
    return [
        Entry(label, picture, url, url == nearest, name == "inbox") for label, picture, name, url in found
    ]


def shell(request: HttpRequest) -> dict[str, object]:
    """``shell`` for the frame, and ``frame``: the whole page, or its middle alone when htmx asks for a part."""
    part = request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
    return {"shell": Shell(request), "frame": "bare.html" if part else "base.html"}
