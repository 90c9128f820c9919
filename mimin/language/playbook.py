"""What a Pemda knows before the first message: affairs, bodies that are not its own, words of danger, its units.

The packaged playbook is ``data/affairs.json``: the affairs of UU 23/2014 Pasal 12 and the usual supporting units,
with everyday phrases written from general knowledge. ``with_units`` binds a Pemda's own unit tree to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mimin.language import abuse, dangers, gambling
from mimin.language.packaged import packaged
from mimin.language.phrases import Meaning, PhraseIndex, split

_PACKAGED = (dangers, abuse, gambling)
"""What is the same for every Pemda."""

_TIERS = {"strong": 1.8, "keywords": 1.0, "weak": 0.4}
_LENGTH_FACTORS = (0.0, 1.0, 1.6, 2.0, 2.3)
PLACE, EVERYDAY_PLACE = 0.5, 0.3
"""Weight of a place's own name, and of one that is an everyday word as well."""

_OF_PLACES = ("kelurahan", "kecamatan", "desa", "nagari", "gampong", "distrik", "kapanewon", "kalurahan")
_HEAD_OF = {
    "kelurahan": ("lurah", "pak lurah", "bu lurah"),
    "kalurahan": ("lurah", "kelurahan"),
    "kecamatan": ("camat", "pak camat", "bu camat"),
    "kapanewon": ("panewu", "kecamatan"),
    "distrik": ("kepala distrik", "kecamatan"),
    "desa": ("kepala desa", "kades", "pak kades", "bu kades", "pemdes", "kantor desa"),
    "nagari": ("wali nagari", "desa"),
    "gampong": ("keuchik", "geuchik", "desa"),
    "dinas": ("kepala dinas", "kadis", "kadin"),
    "badan": ("kepala badan", "kaban"),
    "puskesmas": ("kepala puskesmas", "kapus"),
}


class PlaybookError(Exception):
    """A playbook file that cannot be read or lacks a field; says which."""


@dataclass(frozen=True)
class Affair:
    """An affair of local government (urusan) or the work of a supporting unit."""

    id: str
    group: str
    name: str
    name_en: str
    legal_ref: str
    offices: tuple[str, ...]
    abbreviations: tuple[str, ...]
    note: str
    also: tuple[str, ...] = ()
    """Other names under which lists of affairs and offices have it."""


@dataclass(frozen=True)
class OutsideBody:
    """A body that is not the local government: name, and what to tell the citizen (number, site)."""

    id: str
    name: str
    hint: str


@dataclass(frozen=True)
class PlaybookUnit:
    """A unit that can receive a case: its names in use, the affairs it handles, the place it is there for, if any."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    affairs: tuple[str, ...] = ()
    place: str = ""


class Handlers(NamedTuple):
    """Who handles an affair, ids as text: units for everybody, and in order those that are there for one place."""

    everywhere: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def _handlers(affair: str, units: Iterable[PlaybookUnit]) -> Handlers:
    handling = [unit for unit in units if affair in unit.affairs]
    places = map(str, sorted(unit.id for unit in handling if unit.place))
    return Handlers(tuple(str(unit.id) for unit in handling if not unit.place), tuple(places))


@dataclass(frozen=True)
class Playbook:
    """Everything ``understand`` needs besides the text; immutable, its phrases compiled once."""

    affairs: tuple[Affair, ...]
    outside: tuple[OutsideBody, ...]
    meanings: tuple[Meaning, ...] = field(repr=False)
    roots: tuple[str, ...] = field(repr=False)
    whole_words: tuple[str, ...] = field(repr=False)
    alone_words: tuple[str, ...] = field(repr=False)
    fillers: tuple[str, ...] = field(repr=False)
    greetings: frozenset[str] = field(repr=False)
    landmarks: frozenset[str] = field(repr=False)
    units: tuple[PlaybookUnit, ...] = ()
    index: PhraseIndex = field(init=False, repr=False, compare=False)
    affair_names: Mapping[str, str] = field(init=False, repr=False, compare=False)
    units_by_id: Mapping[str, PlaybookUnit] = field(init=False, repr=False, compare=False)
    handlers: Mapping[str, Handlers] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spoken = (word for meaning in self.meanings for word in split(meaning.term))
        everyday = frozenset([*self.roots, *self.landmarks, *self.greetings, *spoken])
        meanings = [*self.meanings, *(m for unit in self.units for m in _unit_meanings(unit, everyday))]
        index = PhraseIndex(
            meanings,
            words=[*self.roots, *self.landmarks, *self.greetings],
            whole=self.whole_words,
            alone=self.alone_words,
            fillers=self.fillers,
        )
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "affair_names", {affair.id: affair.name for affair in self.affairs})
        object.__setattr__(self, "units_by_id", {str(unit.id): unit for unit in self.units})
        object.__setattr__(self, "handlers", {id: _handlers(id, self.units) for id in self.affair_names})


def _unit_names(unit: PlaybookUnit) -> set[str]:
    """Every way to name a unit: name, aliases, "lurah X" for "Kelurahan X", "Sukajaya" for "Suka Jaya"."""
    names = {unit.name, *unit.aliases}
    for name in (unit.name, *unit.aliases):
        kind, _, rest = name.partition(" ")
        names |= {f"{head} {rest}" for head in _HEAD_OF.get(kind.lower(), ()) if rest}
        if unit.place and " " in rest:
            names.add(f"{kind} {rest.replace(' ', '')}")
    return {name for name in names if split(name)}


def _unit_meanings(unit: PlaybookUnit, everyday: frozenset[str]) -> list[Meaning]:
    named = [Meaning("unit", str(unit.id), 1.0, name) for name in sorted(_unit_names(unit))]
    # A kind without a name ("kelurahan") is no name of a unit.
    named = [meaning for meaning in named if meaning.term.lower() not in _OF_PLACES]
    known = {tuple(split(meaning.term)) for meaning in named}
    for place in sorted({unit.place, unit.place.replace(" ", "")} - {""}):
        words = tuple(split(place))
        if words and words not in known:
            weight = EVERYDAY_PLACE if everyday.issuperset(words) else PLACE
            named.append(Meaning("unit", str(unit.id), weight, place))
    return named


def _weight(term: str, tier: float, sharing: int) -> float:
    """Longer phrases say more; phrases that several affairs share say less about each."""
    length = min(len(split(term)), len(_LENGTH_FACTORS) - 1)
    return float(round(tier * _LENGTH_FACTORS[length] / sharing**0.5, 3))


def _affair_meanings(rows: list[dict[str, Any]]) -> Iterable[Meaning]:
    owners: dict[str, set[str]] = {}
    for row in rows:
        for tier in _TIERS:
            for term in row.get(tier, ()):
                owners.setdefault(term.lower(), set()).add(row["id"])
    for row in rows:
        names = [row["name_id"], *row["usual_opd"], *row["abbreviations"]]
        yield from (Meaning("affair", row["id"], 1.2, name) for name in names if split(name))
        for tier, strength in _TIERS.items():
            for term in row.get(tier, ()):
                weight = _weight(term, strength, len(owners[term.lower()]))
                yield Meaning("affair", row["id"], weight, term)


def _other_meanings(data: dict[str, Any]) -> Iterable[Meaning]:
    """Families whose values are the keys of a table; a term that begins with "!" counts double."""
    for body in data["outside"]:
        yield from (Meaning("outside", body["id"], _weight(t, 1.0, 1), t) for t in body["keywords"])
    for family in ("class", "urgency", "conduct", "person", "confidential"):
        for value, terms in data[family].items():
            for term in terms:
                yield Meaning(family, value, 2.0 if term.startswith("!") else 1.0, term.lstrip("!"))


def _once(meanings: Iterable[Meaning]) -> tuple[Meaning, ...]:
    """One meaning for each family, value and phrase: the strongest."""
    best: dict[tuple[str, str, tuple[str, ...]], Meaning] = {}
    for meaning in meanings:
        key = (meaning.family, meaning.value, tuple(split(meaning.term)))
        if key not in best or best[key].weight < meaning.weight:
            best[key] = meaning
    return tuple(best.values())


def _affair(row: dict[str, Any]) -> Affair:
    return Affair(
        id=row["id"],
        group=row["group"],
        name=row["name_id"],
        name_en=row["name_en"],
        legal_ref=row["legal_ref"],
        offices=tuple(row["usual_opd"]),
        abbreviations=tuple(row["abbreviations"]),
        note=row["note"],
        also=tuple(row.get("also", ())),
    )


def _built(data: dict[str, Any]) -> Playbook:
    further = (meaning for part in _PACKAGED for meaning in part.meanings())
    return Playbook(
        affairs=tuple(_affair(row) for row in data["affairs"]),
        outside=tuple(OutsideBody(row["id"], row["name"], row["hint"]) for row in data["outside"]),
        meanings=_once([*_affair_meanings(data["affairs"]), *_other_meanings(data), *further]),
        roots=tuple(data["roots"]),
        whole_words=(*data["whole_words"], *(word for part in _PACKAGED for word in part.whole_words())),
        alone_words=tuple(word for part in _PACKAGED for word in part.alone()),
        fillers=tuple(data["fillers"]),
        greetings=frozenset(data["greetings"]),
        landmarks=frozenset(data["landmarks"]),
    )


@cache
def _packaged() -> Playbook:
    return _built(packaged("affairs"))


def load(path: Path | None = None) -> Playbook:
    """The playbook in a JSON file of the packaged form, or the packaged one (read once per process).

    Raises :class:`PlaybookError` for a file that cannot be read, is no JSON or lacks a field.
    """
    if path is None:
        return _packaged()
    try:
        return _built(json.loads(path.read_text("utf-8")))
    except KeyError as missing:
        raise PlaybookError(f"{path.name}: the field {missing} is missing") from missing
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise PlaybookError(f"{path.name}: {error}") from error


def with_units(playbook: Playbook, units: Iterable[PlaybookUnit]) -> Playbook:
    """The same playbook for a Pemda with these units (instead of earlier ones)."""
    return replace(playbook, units=tuple(units))
