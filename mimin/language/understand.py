"""What a citizen's message is about, whom it is for, how urgent and how secret it is, and why. Pure Python.

``prepare`` once, then ``understand(prepared.text, playbook)``: understanding reads text that is already cleaned and
masked and never changes it, so that the reasons' positions are the positions on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import NamedTuple

from mimin.language.abuse import Insult, abuse
from mimin.language.clean import cleaned
from mimin.language.dangers import danger
from mimin.language.gambling import Gambling, gambling
from mimin.language.mask import Finding, mask
from mimin.language.phrases import Hit, Meaning, Reading
from mimin.language.playbook import Playbook
from mimin.language.titles import title
from mimin.language.units import Suggestion, accused, named, places, suggested
from mimin.language.verdicts import klass, outside, secrecy, urgency

_HOW_MANY = 3
_BY_PLACE = attrgetter("start", "end")
_BY_SCORE = itemgetter(1)
_REPEATED = 0.3
_AS_LANDMARK = 0.3


@dataclass(frozen=True)
class Prepared:
    """A message that people may see: cleaned and masked text, what was masked (positions in the cleaned text before
    masking), and whether the message was too long and is cut."""

    text: str
    found: tuple[Finding, ...]
    cut: bool


class Reason(NamedTuple):
    """Words that led to a decision: for what (``kind``: affair, unit, place, class, urgency, danger, confidentiality,
    outside, gambling, abusive, learned; ``value``: which one), the playbook's term, where they stand in the text."""

    kind: str
    value: str
    term: str
    start: int
    end: int


_reason = Reason._make


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
    places: tuple[Suggestion, ...] = ()
    """Units whose place is named, whether or not the message is for them; the smallest place first."""
    danger: str = ""
    """The gravest danger that people are in now (a key of ``dangers.kinds()``); not the same as urgency."""
    abusive: tuple[str, ...] = ()
    """The abusive words as they are known; the reasons say where they stand."""
    gambling: float = 0.0
    """How much it looks like advertising for gambling; from ``gambling.ENOUGH`` on its class is spam."""
    learned: int = 0
    """From how many corrections the first affair or unit was learned; see ``taught``."""


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


def _shown(hits: Iterable[Hit], suggestions: Iterable[Suggestion]) -> list[Hit]:
    """The hits of what is suggested."""
    ids = {str(suggestion.id) for suggestion in suggestions}
    return [hit for hit in hits if hit.meaning.value in ids]


def _reasons(
    by_kind: Mapping[str, Iterable[Hit]], insults: Iterable[Insult], lured: Gambling
) -> tuple[Reason, ...]:
    """What led to each decision, in the text's order; signs of gambling only where they decided."""
    found = [
        _reason((kind, meaning.value, meaning.term, start, end))
        for kind, hits in by_kind.items()
        for meaning, _, _, start, end in hits
    ]
    found += [Reason("abusive", "abusive", *insult) for insult in insults]
    if lured.advertises:
        found += [Reason("gambling", kind, term, start, end) for kind, term, _, start, end in lured.signs]
    found.sort(key=_BY_PLACE)
    return tuple(found)


def understand(text: str, playbook: Playbook) -> Understanding:
    """Class, affair, units, urgency, danger, secrecy, abuse and reasons of a cleaned and masked text (see
    :func:`prepare`).

    The same text and playbook always give the same answer; any string is accepted.
    """
    reading = playbook.index.read(text)
    scores = _affair_scores(reading, playbook)
    lured, insults, peril = gambling(text, reading), abuse(text, reading), danger(reading)
    kind = klass(text, reading, about_an_affair=bool(scores), advertises=lured.advertises)
    scores = {} if kind.level == "spam" else scores
    affairs, told_of = _affairs(scores, playbook), named(reading)
    units, there = suggested(told_of, reading, affairs, playbook), places(told_of, playbook)
    hidden, urgent = secrecy(reading), urgency(reading, peril)
    body, body_hits = outside(reading, scores)
    elsewhere = [place for place in there if place.id not in {unit.id for unit in units}]
    by_kind: dict[str, Iterable[Hit]] = {"affair": _shown(reading.hits.get("affair", ()), affairs)}
    by_kind |= {"unit": _shown(told_of, units), "place": _shown(told_of, elsewhere), "class": kind.hits}
    by_kind |= {
        "urgency": urgent.hits,
        "danger": peril.hits,
        "confidentiality": hidden.hits,
        "outside": body_hits,
    }
    return Understanding(
        klass=kind.level,
        affair=str(affairs[0].id) if affairs else "",
        affairs=affairs,
        units=units,
        urgency=urgent.level,
        confidentiality=hidden.level,
        outside=body,
        outside_hint=next((b.hint for b in playbook.outside if b.id == body), ""),
        about_unit=accused(told_of, reading, hidden, playbook),
        title=title(text, playbook.greetings),
        reasons=_reasons(by_kind, insults, lured),
        places=there,
        danger=peril.kind,
        abusive=tuple(dict.fromkeys(insult.term for insult in insults)),
        gambling=lured.score,
    )
