"""Who has a case open now. It is kept for a minute in the cache and nowhere else: no row, no record, no query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches

from mimin.inbox.models import Case
from mimin.people.models import Person

LASTS = timedelta(seconds=60)
"""So long a page that says nothing more is taken for open: three times what it waits between two words."""


@dataclass(frozen=True, slots=True)
class Here:
    """A person who has a case open: since when this is known, and whether they write an answer."""

    label: str
    at: datetime
    writing: bool


def others(known: Mapping[int, Here], person: int, now: datetime) -> list[Here]:
    """Whoever else is still there, who writes first, then by name."""
    rows = [one for pk, one in known.items() if pk != person and now - one.at < LASTS]
    return sorted(rows, key=lambda one: (not one.writing, one.label))


def here(case: Case, person: Person, now: datetime, *, writing: bool = False) -> list[Here]:
    """Who else has the case open; this person is noted with them. The caller has found that they may see the case.

    Kept by how secret the case is: once that changes nobody is named who saw it before. Two who come in the same
    instant may miss each other, until one of their pages asks again.
    """
    cache, key = caches["presence"], f"case-{case.pk}-{case.secrecy}"
    try:
        known: dict[int, Here] = cache.get(key) or {}
        still = {pk: one for pk, one in known.items() if now - one.at < LASTS}
        still[person.pk] = Here(person.label, now, writing)
        cache.set(key, still, timeout=LASTS.total_seconds())
    except Exception:
        return []
    return others(still, person.pk, now)
