"""People in danger: violence, suicide, a lost child, fire and the like, as a verdict of its own. Pure Python.

Danger is not urgency: it opens a card written by people and wakes whoever is on duty, so idioms ("kebakaran
jenggot"), drills, fears and what is long over are told apart. The phrases stand in ``data/dangers.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from mimin.language.packaged import packaged
from mimin.language.phrases import Hit, Meaning, Reading

_REACH = {
    "practice": (4, 1), "denied": (2, 0), "feared": (5, 0), "past": (8, 8), "solved": (1_000, 1_000), "now": (3, 0),
}  # fmt: skip
"""How many words before and after a danger each frame speaks of it."""


_TOGETHER = 5
_EXPLAINED = 2
_PARTS, _FRAMES = 200, 1_000
_FIRST = attrgetter("first")


class Kind(NamedTuple):
    """A kind of danger in both languages, and the frames that undo it."""

    name_id: str
    name_en: str
    undone_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Danger:
    """The gravest kind of danger that a message tells of ("" for none), the words of all kinds that stand, those of
    a danger that is only feared, and those that tell of none: idioms, drills, what is over or denied."""

    kind: str
    hits: tuple[Hit, ...]
    feared: tuple[Hit, ...] = ()
    calm: tuple[Hit, ...] = ()


NO_DANGER = Danger("", ())


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of danger by its id, the gravest first."""
    return {
        id: Kind(row["name_id"], row["name_en"], tuple(row["undone_by"]))
        for id, row in packaged("dangers")["kinds"].items()
    }


def alone() -> list[str]:
    """Words that are no roots of other words for a playbook's index."""
    return list(packaged("dangers")["alone"])


def whole_words() -> list[str]:
    """Words that a playbook's index must not take apart."""
    return list(packaged("dangers")["whole_words"])


@cache
def _pairs() -> list[tuple[str, dict[str, list[str]]]]:
    """What tells of a danger when it stands together, with its kind."""
    return [(id, pair) for id, row in packaged("dangers")["kinds"].items() for pair in row.get("pairs", ())]


def meanings() -> list[Meaning]:
    """The phrases for a playbook's index: families ``danger`` (with ``harmless`` uses, which win where they are
    longer), ``part`` (of a pair) and ``frame`` (what tells that nobody is in danger now)."""
    data = packaged("dangers")
    found = [Meaning("danger", id, 1.0, term) for id, row in data["kinds"].items() for term in row["phrases"]]
    found += [Meaning("danger", "harmless", 1.0, term) for term in data["harmless"]]
    found += [
        Meaning("part", f"{number} {side}", 1.0, term)
        for number, (_, pair) in enumerate(_pairs())
        for side, terms in pair.items()
        for term in terms
    ]
    return found + [
        Meaning("frame", name, 1.0, term) for name, terms in data["frames"].items() for term in terms
    ]


def _framed(hit: Hit, frames: list[Hit]) -> set[str]:
    """The frames in which a danger is told."""
    found = set()
    for frame in frames:
        before, after = _REACH[frame.meaning.value]
        if 0 < hit.first - frame.last <= before or 0 < frame.first - hit.last <= after:
            found.add(frame.meaning.value)
    return found


def _undone(hit: Hit, frames: list[Hit]) -> set[str]:
    """The frames that say that nobody is in this danger now."""
    told = _framed(hit, frames)
    if "now" in told:
        told.discard("past")
    return told & set(kinds()[hit.meaning.value].undone_by)


def _pair(one: Hit, other: Hit) -> tuple[int, str] | None:
    """The number of the pair that two parts make, and its kind of danger."""
    number, side = one.meaning.value.split()
    other_number, other_side = other.meaning.value.split()
    if number != other_number or {side, other_side} != {"one", "other"}:
        return None
    return int(number), _pairs()[int(number)][0]


def _together(parts: list[Hit], harmless: list[Hit]) -> list[Hit]:
    """What stands together as a pair, within a few words and without anything that explains it."""
    parts = [p for p in parts if not any(h.first <= p.first and p.last <= h.last for h in harmless)]
    found = []
    for at, first in enumerate(parts):
        for last in parts[at + 1 :]:
            if last.first - first.last > _TOGETHER:
                break
            pair = _pair(first, last)
            if pair and last.first > first.last and not _explained(pair[0], first, last, parts):
                term = f"{first.meaning.term} ... {last.meaning.term}"
                found.append(
                    Hit(Meaning("danger", pair[1], 1.0, term), first.first, last.last, first.start, last.end)
                )
    return found


def _explained(number: int, first: Hit, last: Hit, parts: list[Hit]) -> bool:
    near = range(first.first - _EXPLAINED, last.last + _EXPLAINED + 1)
    return any(part.first in near for part in parts if part.meaning.value == f"{number} without")


def _said(pair: Hit, hits: list[Hit]) -> bool:
    """Whether a phrase of the same danger stands in the same place."""
    return any(
        h.meaning.value == pair.meaning.value and h.first <= pair.last and pair.first <= h.last for h in hits
    )


def danger(reading: Reading) -> Danger:
    """The danger that people are in now, as far as the words tell. In doubt a person is warned."""
    spoken = reading.hits.get("danger", [])
    harmless = [hit for hit in spoken if hit.meaning.value == "harmless"][:_PARTS]
    hits = [hit for hit in spoken if hit.meaning.value != "harmless"]
    if "part" in reading.hits:
        pairs = _together(reading.hits["part"][:_PARTS], harmless)
        hits = sorted(hits + [pair for pair in pairs if not _said(pair, hits)], key=_FIRST)
    if not spoken and not hits:
        return NO_DANGER
    frames = reading.hits.get("frame", [])[:_FRAMES]
    undone = {hit: _undone(hit, frames) for hit in hits[:_PARTS]}
    standing = tuple(hit for hit, why in undone.items() if not why)
    told = {hit.meaning.value for hit in standing}
    return Danger(
        kind=next((kind for kind in kinds() if kind in told), ""),
        hits=standing,
        feared=tuple(hit for hit, why in undone.items() if why == {"feared"}),
        calm=(*harmless, *(hit for hit, why in undone.items() if why - {"feared"})),
    )
