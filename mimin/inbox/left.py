"""How long until a promised time, or since: in the working time of the unit that holds the case, everywhere alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mimin.lib import spoken
from mimin.lib.clock import Calendar, working_left

LONG = timedelta(days=3 * 366)
"""Beyond this nobody counts office hours."""


def span(start: datetime, end: datetime, office: Calendar) -> str:
    """The working time between two moments; where there is none (a night), or years, the time by the wall clock."""
    if end - start > LONG:
        return spoken.span(end - start)
    days, beside = working_left(start, end, office)
    return spoken.working(days, beside) if days or beside else spoken.span(end - start)


def left(until: datetime, now: datetime, office: Calendar) -> tuple[str, str]:
    """Words and tone of a promised time: late ("bad"), near (less than a whole working day: "warn") or far ("ok")."""
    if now > until:
        return _("Late by %(span)s") % {"span": span(until, now, office)}, "bad"
    near = until - now <= LONG and not working_left(now, until, office)[0]
    return _("%(span)s left") % {"span": span(now, until, office)}, "warn" if near else "ok"


class Left:
    """``left`` for the rows of one page, which share few promised times and few calendars: each is reckoned once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._known: dict[tuple[datetime, int], tuple[str, str]] = {}

    def __call__(self, until: datetime, office: Calendar) -> tuple[str, str]:
        """Words and tone of one promised time."""
        key = (until, id(office))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = left(until, self._now, office)
        return found
