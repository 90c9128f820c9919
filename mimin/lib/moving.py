"""One move of one row: the UPDATE is the lock.

A table that flows has the columns of :class:`Flowing`. ``move`` changes the state in one conditional UPDATE; when no
row changed, somebody else was first, and :class:`Refused` says who and when.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from mimin.lib import spoken
from mimin.lib.flow import Flow


class Flowing(models.Model):
    """The columns of a row that has a state: since when, and by whom (a label, never a key)."""

    state = models.CharField(max_length=20)
    state_since = models.DateTimeField()
    state_by = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True

    @property
    def zone(self) -> str:
        """The zone in which its times are said; a table whose rows stand at a place says that place's."""
        return settings.TIME_ZONE


class Refused(Exception):
    """A move that cannot be made: what happened, what to do, and who can do it, in words for the person."""


Row = TypeVar("Row", bound=Flowing)


def move(
    row: Row, flow: Flow, verb: str, *, by: str, at: datetime, unchanged: tuple[str, ...] = (), **changes: Any
) -> Row:
    """Move ``row`` by ``verb`` and set ``changes`` in the same UPDATE; the row given is brought up to date.

    Raises Refused when the row is no longer in a state that the flow lets this verb leave, or when a column of
    ``unchanged`` no longer holds what the row given holds: somebody decided on what they saw, and it has changed.
    """
    wanted = flow.moves[verb]
    values = {"state": wanted.leads(row.state), "state_since": at, "state_by": by, **changes}
    as_seen = {name: getattr(row, name) for name in unchanged}
    sources = wanted.sources if wanted.to else {row.state} & set(wanted.sources)
    rows = type(row)._default_manager.filter(pk=row.pk, state__in=sources).filter(**as_seen)
    if rows.update(**values) != 1:
        now = type(row)._default_manager.get(pk=row.pk)
        raise Refused(
            _("%(who)s already changed this to “%(state)s” at %(when)s. Reload the page to see it.")
            % {
                "who": now.state_by or _("The system"),
                "state": _(flow.states[now.state]),
                "when": spoken.moment(now.state_since, now.zone),
            }
        )
    for name, value in values.items():
        setattr(row, name, value)
    return row
