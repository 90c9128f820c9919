"""Understanding bound to this government: the playbook with today's unit tree."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from django.db.models import Count, Max

from mimin.inbox.intake import Understand
from mimin.inbox.models import Taught
from mimin.language.playbook import Playbook, PlaybookUnit, load, with_units
from mimin.language.taught import Words, relearned
from mimin.language.understand import Understanding, understand
from mimin.people.models import Unit, UnitAlias, UnitChange


def understanding() -> Understand:
    """The function that understands a message, bound to today's unit tree; built again when the tree changes."""
    units = Unit.objects.filter(active=True).aggregate(n=Count("pk"), last=Max("pk"))
    aliases = UnitAlias.objects.aggregate(n=Count("pk"), last=Max("pk"))
    changes = UnitChange.objects.aggregate(last=Max("pk"))
    mark = (units["n"], units["last"], aliases["n"], aliases["last"], changes["last"])
    taught = Taught.objects.order_by("-pk").values_list("pk", "at").first()
    return partial(_understood, playbook=_playbook(mark), words=_words(*taught) if taught else {})


def _understood(text: str, *, playbook: Playbook, words: Words) -> Understanding:
    found = understand(text, playbook)
    return relearned(found, text, words, playbook) if words else found


@lru_cache(maxsize=2)
def _words(taught: int, at: datetime) -> Words:
    """What was learned last; read again once something else was learned."""
    row = Taught.objects.filter(pk=taught, at=at).values_list("words", flat=True).first()
    return row or {}


PLACES = (Unit.Kind.DISTRICT, Unit.Kind.WARD, Unit.Kind.VILLAGE, Unit.Kind.CLINIC)
"""Kinds of unit that are there for a place: naming the place alone says little about whose matter it is."""


@lru_cache(maxsize=2)
def _playbook(mark: tuple[Any, ...]) -> Playbook:
    rows = Unit.objects.filter(active=True, parent__isnull=False).prefetch_related("aliases")
    return with_units(
        load(),
        [
            PlaybookUnit(
                id=unit.pk,
                name=unit.name,
                aliases=(unit.short, *(a.text for a in unit.aliases.all())),
                affairs=tuple(unit.affairs),
                place=_place(unit),
            )
            for unit in rows
        ],
    )


def _place(unit: Unit) -> str:
    """The place's own name: "Sukajaya" of "Kecamatan Sukajaya"; "" for a unit that is there for everybody."""
    return unit.name.partition(" ")[2] if unit.kind in PLACES else ""
