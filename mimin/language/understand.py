"""What a citizen's message is about, whom it is for, how urgent and how secret it is, and why. Pure Python.

``prepare`` once, then ``understand(prepared.text, playbook)``: understanding reads text that is already cleaned and
masked and never changes it, so that the reasons' positions are the positions on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import NamedTuple

from mimin.language.clean import cleaned
from mimin.language.mask import Finding, mask
from mimin.language.phrases import Hit, Meaning, Reading
from mimin.language.playbook import Playbook, PlaybookUnit
from mimin.language.titles import title
from mimin.language.verdicts import Verdict, klass, outside, secrecy, urgency

_HOW_MANY = 3
_BY_PLACE = attrgetter("start", "end")
_BY_SCORE = itemgetter(1)
_REPEATED = 0.3
_AS_LANDMARK = 0.3
_HANDLED = 0.9
_NAMED = 0.9
_CLOSE = 6
_HANDLED_ELSEWHERE = 0.2
_PEOPLE = (
    "kantor",
    "petugas",
    "pegawai",
    "pelayanan",
    "layanan",
    "staf",
    "staff",
    "oknum",
    "kinerja",
    "perangkat",
)
_ADDRESSED = frozenset([*_PEOPLE, "aparat", "operator", "lurah", "camat", "kades", "kepala"])


@dataclass(frozen=True)
class Prepared:
    """A message that people may see: cleaned and masked text, what was masked (positions in the cleaned text before
    masking), and whether the message was too long and is cut."""

    text: str
    found: tuple[Finding, ...]
    cut: bool


class Suggestion(NamedTuple):
    """An affair or a unit that may be meant; ``score`` from 0 to 1, the best first."""

    id: str | int
    label: str
    score: float


class Reason(NamedTuple):
    """Words that led to a decision: for what (``kind``: affair, unit, class, urgency, confidentiality, outside;
    ``value``: which one), the playbook's term, and where the words stand in the understood text."""

    kind: str
    value: str
    term: str
    start: int
    end: int


@dataclass(frozen=True)
class Understanding:
    """What was understood. Empty strings and tuples where nothing was: a person decides."""

    klass: str
    affair: str
    affairs: tuple[Suggestion, ...]
    units: tuple[Suggestion, ...]
    urgency: str
    confidentiality: str
    outside: str
    outside_hint: str
    about_unit: int | None
    title: str
    reasons: tuple[Reason, ...]


def prepare(raw: str) -> Prepared:
    """Clean and mask a message; any string is accepted."""
    text, cut = cleaned(raw)
    masked = mask(text)
    return Prepared(masked.text, masked.found, cut)


def _affair_scores(reading: Reading, playbook: Playbook) -> dict[str, float]:
    """Weight of evidence for each affair: repeated words count less, landmarks ("in front of the school") little."""
    words, landmarks = reading.words, playbook.landmarks
    has_landmark = not landmarks.isdisjoint(words)
    seen: dict[Meaning, int] = {}
    scores: dict[str, float] = {}
    for meaning, first, _, _, _ in reading.hits.get("affair", ()):
        _, affair, weight, _ = meaning
        times = seen[meaning] = seen.get(meaning, 0) + 1
        if times > 1:
            weight *= _REPEATED if times <= 3 else 0.0
        if has_landmark and not landmarks.isdisjoint(words[max(0, first - 2) : first]):
            weight *= _AS_LANDMARK
        scores[affair] = scores.get(affair, 0.0) + weight
    return scores


def _affairs(scores: dict[str, float], playbook: Playbook) -> tuple[Suggestion, ...]:
    total = 1.0 + sum(scores.values())
    # Of equals the one named first: Indonesian says the matter before the place.
    best = sorted(scores.items(), key=_BY_SCORE, reverse=True)[:_HOW_MANY]
    return tuple([Suggestion(id, playbook.affair_names[id], round(score / total, 3)) for id, score in best])


def _named_strength(hit: Hit, reading: Reading, unit: PlaybookUnit) -> float:
    """How much a unit's name in the text says that the message is for it; a place's name is mostly just a place."""
    if not unit.place:
        return _NAMED
    said = reading.words[max(0, hit.first - 3) : hit.last + 1]
    if not _ADDRESSED.isdisjoint(said):
        return _NAMED
    return 0.4 if hit.meaning.weight == 1.0 else 0.25


def _units(reading: Reading, affairs: tuple[Suggestion, ...], playbook: Playbook) -> tuple[Suggestion, ...]:
    """Units that are named, and units that handle the affairs; both together count more."""
    named: dict[str, float] = {}
    for hit in reading.hits.get("unit", ()):
        unit = playbook.units_by_id[hit.meaning.value]
        named[hit.meaning.value] = max(named.get(hit.meaning.value, 0.0), _named_strength(hit, reading, unit))
    handling: dict[str, float] = {}
    for affair in affairs:
        for unit in playbook.units_by_affair.get(str(affair.id), ()):
            far = unit.place and str(unit.id) not in named
            by_affair = affair.score * (_HANDLED_ELSEWHERE if far else _HANDLED)
            handling[str(unit.id)] = max(handling.get(str(unit.id), 0.0), by_affair)
    scores = {
        int(key): 1.0 - (1.0 - named.get(key, 0.0)) * (1.0 - handling.get(key, 0.0))
        for key in {**named, **handling}
    }
    best = sorted(scores, key=lambda id: (-scores[id], id))[:_HOW_MANY]
    return tuple(Suggestion(id, playbook.units_by_id[str(id)].name, round(scores[id], 3)) for id in best)


def _about_unit(reading: Reading, verdict: Verdict, playbook: Playbook) -> int | None:
    """The unit whose people are accused: the named one nearest to the accusing words."""
    if verdict.level != "oversight":
        return None
    accusing = [hit.first for hit in verdict.hits if hit.meaning.family == "conduct"]
    accused: list[tuple[int, str]] = []
    for hit in reading.hits.get("unit", ()):
        strength = _named_strength(hit, reading, playbook.units_by_id[hit.meaning.value])
        distance = min(abs(hit.first - at) for at in accusing)
        if strength == _NAMED or (hit.meaning.weight == 1.0 and distance <= _CLOSE):
            accused.append((distance, hit.meaning.value))
    return int(min(accused)[1]) if accused else None


def _reasons(kinds: Iterable[tuple[str, Iterable[Hit]]]) -> tuple[Reason, ...]:
    found = [
        Reason(kind, meaning.value, meaning.term, start, end)
        for kind, hits in kinds
        for meaning, _, _, start, end in hits
    ]
    found.sort(key=_BY_PLACE)
    return tuple(found)


def understand(text: str, playbook: Playbook) -> Understanding:
    """Class, affair, units, urgency, secrecy and reasons of a cleaned and masked text (see :func:`prepare`).

    The same text and playbook always give the same answer; any string is accepted.
    """
    reading = playbook.index.read(text)
    scores = _affair_scores(reading, playbook)
    kind = klass(text, reading, bool(scores))
    if kind.level == "spam":
        scores = {}
    affairs = _affairs(scores, playbook)
    units = _units(reading, affairs, playbook)
    hidden = secrecy(reading)
    danger = urgency(reading)
    body, body_hits = outside(reading, scores)
    shown = {str(s.id) for s in (*affairs, *units)}
    reasons = _reasons(
        (
            ("affair", [h for h in reading.hits.get("affair", ()) if h.meaning.value in shown]),
            ("unit", [h for h in reading.hits.get("unit", ()) if h.meaning.value in shown]),
            ("class", kind.hits),
            ("urgency", danger.hits),
            ("confidentiality", hidden.hits),
            ("outside", body_hits),
        )
    )
    return Understanding(
        klass=kind.level,
        affair=str(affairs[0].id) if affairs else "",
        affairs=affairs,
        units=units,
        urgency=danger.level,
        confidentiality=hidden.level,
        outside=body,
        outside_hint=next((b.hint for b in playbook.outside if b.id == body), ""),
        about_unit=_about_unit(reading, hidden, playbook),
        title=title(text, playbook.greetings),
        reasons=reasons,
    )
