"""Which units a message names, is for, tells a place of, or accuses. Pure Python."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from mimin.language.phrases import Hit, Reading
from mimin.language.playbook import EVERYDAY_PLACE, Playbook
from mimin.language.verdicts import Verdict

_HOW_MANY = 3
_HANDLED = 0.9
_NAMED = 0.9
_HANDLED_ELSEWHERE = 0.2
_CLOSE = 6
_ADDRESSED = frozenset(
    re.findall(
        r"\w+",
        "kantor petugas pegawai pelayanan layanan staf staff oknum kinerja perangkat aparat operator lurah camat "
        "kades kepala",
    )
)
_WHERE = frozenset(
    re.findall(
        r"\w+",
        "di ke dari daerah wilayah warga kampung kp dusun kawasan perumahan asal sekitar alamat kel kec desa",
    )
)
# The smallest place says most: a village or ward, then what serves it, then the district.
_WIDE = ("kecamatan", "distrik", "kapanewon", "kemantren")


class Suggestion(NamedTuple):
    """An affair or a unit that may be meant; ``score`` from 0 to 1, the best first."""

    id: str | int
    label: str
    score: float


def named(reading: Reading) -> list[Hit]:
    """The units that are named. A place that is called like an everyday word ("Harapan", "Pasar Baru") needs a
    capital letter or a word of place before it."""
    return [
        hit
        for hit in reading.hits.get("unit", ())
        if hit.meaning.weight > EVERYDAY_PLACE or _of_place(hit, reading)
    ]


def _of_place(hit: Hit, reading: Reading) -> bool:
    raws = reading.raws
    before = raws[hit.first - 1].lower() if hit.first else ""
    return before in _WHERE or (hit.first > 0 and before != "" and raws[hit.first].istitle())


def _strength(hit: Hit, reading: Reading, playbook: Playbook) -> float:
    """How much a unit's name in the text says that the message is for it; a place's name is mostly just a place, and so
    is what only tells where ("in front of the hospital")."""
    unit = playbook.units_by_id[hit.meaning.value]
    beside = not playbook.landmarks.isdisjoint(reading.words[max(0, hit.first - 2) : hit.first])
    if not unit.place and not beside:
        return _NAMED
    said = reading.words[max(0, hit.first - 3) : hit.last + 1]
    if not _ADDRESSED.isdisjoint(said):
        return _NAMED
    return 0.4 if hit.meaning.weight == 1.0 and not beside else 0.25


def suggested(
    hits: list[Hit], reading: Reading, affairs: tuple[Suggestion, ...], playbook: Playbook
) -> tuple[Suggestion, ...]:
    """Units that are named, and units that handle the affairs; both together count more."""
    strengths: dict[str, float] = {}
    for hit in hits:
        id = hit.meaning.value
        strengths[id] = max(strengths.get(id, 0.0), _strength(hit, reading, playbook))
    scores = strengths.copy()
    for id, handled in _handling(affairs, strengths, playbook).items():
        scores[id] = 1.0 - (1.0 - strengths[id]) * (1.0 - handled) if id in strengths else handled
    best = sorted((-score, int(id)) for id, score in scores.items())[:_HOW_MANY]
    return tuple([Suggestion(id, playbook.units_by_id[str(id)].name, round(-score, 3)) for score, id in best])


def _handling(
    affairs: tuple[Suggestion, ...], strengths: dict[str, float], playbook: Playbook
) -> dict[str, float]:
    """How much the affairs say for the units that handle them. Of the many that are there for another place than one
    that is named, only as many as can be suggested."""
    handling: dict[str, float] = {}
    for affair in affairs:
        by = playbook.handlers[str(affair.id)]
        here = [*by.everywhere, *strengths.keys() & by.places] if strengths else by.everywhere
        away = islice((id for id in by.places if id not in strengths), _HOW_MANY)
        for ids, weight in ((here, _HANDLED), (away, _HANDLED_ELSEWHERE)):
            score = affair.score * weight
            for id in ids:
                if handling.get(id, 0.0) < score:
                    handling[id] = score
    return handling


def places(hits: list[Hit], playbook: Playbook) -> tuple[Suggestion, ...]:
    """Units whose place is named: by its own name (score .5) or with its kind ("kel. Sukamaju", 1.0)."""
    scores: dict[str, float] = {}
    for hit in hits:
        if playbook.units_by_id[hit.meaning.value].place:
            scores[hit.meaning.value] = max(scores.get(hit.meaning.value, 0.0), hit.meaning.weight)

    def order(id: str) -> tuple[float, bool, int]:
        return -scores[id], playbook.units_by_id[id].name.lower().startswith(_WIDE), int(id)

    best = sorted(scores, key=order)[:_HOW_MANY]
    return tuple(Suggestion(int(id), playbook.units_by_id[id].name, scores[id]) for id in best)


def accused(hits: list[Hit], reading: Reading, verdict: Verdict, playbook: Playbook) -> int | None:
    """The unit whose people are accused: the named one nearest to the accusing words."""
    if verdict.level != "oversight":
        return None
    accusing = [hit.first for hit in verdict.hits if hit.meaning.family == "conduct"]
    found: list[tuple[int, str]] = []
    for hit in hits:
        strength = _strength(hit, reading, playbook)
        distance = min(abs(hit.first - at) for at in accusing)
        if strength == _NAMED or (hit.meaning.weight == 1.0 and distance <= _CLOSE):
            found.append((distance, hit.meaning.value))
    return int(min(found)[1]) if found else None
