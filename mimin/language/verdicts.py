"""The decisions that understanding takes from the phrases found: class, urgency, secrecy, not ours. Pure Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mimin.language.dangers import NO_DANGER, Danger
from mimin.language.phrases import Hit, Reading

CLASSES = ("pengaduan", "aspirasi", "permintaan_informasi", "spam", "lainnya")
"""The first three are SP4N-LAPOR's; spam and lainnya (praise, greetings, chatter) never become a case by themselves."""

URGENCIES = ("biasa", "mendesak", "darurat")
SECRECIES = ("open", "anonymous", "secret", "oversight")

_NEAR = 12
_SPAM_ENOUGH = 2.0
_OUTSIDE_ENOUGH = 1.0
_LINK = re.compile(r"https?://|www\.|wa\.me|bit\.ly|t\.me/|linktr", re.IGNORECASE)


@dataclass(frozen=True)
class Verdict:
    """A level and the hits that led to it."""

    level: str
    hits: tuple[Hit, ...]


def _of(reading: Reading, family: str, *values: str) -> list[Hit]:
    hits = reading.hits.get(family)
    return [hit for hit in hits if hit.meaning.value in values] if hits else []


def _weight(hits: Iterable[Hit]) -> float:
    """Every term counts once."""
    return sum({hit.meaning.term: hit.meaning.weight for hit in hits}.values())


def klass(text: str, reading: Reading, *, about_an_affair: bool, advertises: bool = False) -> Verdict:
    """The class of a message: spam advertises gambling, or has two signs and no request; otherwise the heaviest
    signs decide, complaint first."""
    hits: dict[str, list[Hit]] = {name: [] for name in CLASSES}
    for hit in reading.hits.get("class", ()):
        hits[hit.meaning.value].append(hit)
    weight = {name: _weight(found) if found else 0.0 for name, found in hits.items()}
    if weight["spam"] and _LINK.search(text):
        weight["spam"] += 0.5 * weight["spam"]
    if advertises or (weight["spam"] >= _SPAM_ENOUGH and weight["spam"] > 2 * weight["pengaduan"]):
        return Verdict("spam", tuple(hits["spam"]))
    if text.rstrip().endswith("?"):
        weight["permintaan_informasi"] += 0.7
    if not about_an_affair and weight["pengaduan"] < 1.0 and weight["lainnya"] >= 1.0:
        weight["lainnya"] += 1.0
    wish = max(("pengaduan", "aspirasi", "permintaan_informasi", "lainnya"), key=lambda name: weight[name])
    if weight[wish] > 0.0:
        return Verdict(wish, tuple(hits[wish]))
    return Verdict("pengaduan" if about_an_affair else "lainnya", ())


def _apart(hits: Iterable[Hit], taken: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits that share no word with those taken."""
    return tuple(hit for hit in hits if not any(hit.first <= t.last and t.first <= hit.last for t in taken))


def urgency(reading: Reading, peril: Danger = NO_DANGER) -> Verdict:
    """darurat: people are in danger now; mendesak: danger or damage soon, or feared; harmless uses are known."""
    now = _apart(_of(reading, "urgency", "darurat"), (*peril.feared, *peril.calm))
    if now:
        return Verdict("darurat", now)
    soon = (*_apart(_of(reading, "urgency", "mendesak"), peril.calm), *peril.feared)
    return Verdict("mendesak", soon) if soon else Verdict("biasa", ())


def _near(hit: Hit, others: list[Hit]) -> list[Hit]:
    return [other for other in others if abs(other.first - hit.first) <= _NEAR]


def _actor(act: Hit, people: list[Hit]) -> Hit | None:
    """Who probably did it: the nearest person named before an active verb or a noun ("petugas minta uang sopir"),
    after a passive one ("dimintai uang petugas"); the other side where nobody is there."""
    before = [person for person in people if 0 < act.first - person.last <= _NEAR]
    after = [person for person in people if 0 < person.first - act.last <= _NEAR]
    nearest_before, nearest_after = before[-1:], after[:1]
    passive = act.meaning.term.startswith("di")
    order = nearest_after + nearest_before if passive else nearest_before + nearest_after
    return order[0] if order else None


def _accusation(reading: Reading) -> list[Hit]:
    """Words that accuse the Pemda's own people.

    A grave act (pungli, bribes) accuses unless a stranger (a thug, a parking attendant) did it; any other act
    accuses only when an official did it.
    """
    people = _of(reading, "person", "official", "stranger")
    found: list[Hit] = []
    for act in _of(reading, "conduct", "grave", "misconduct"):
        actor = _actor(act, people)
        if actor.meaning.value == "official" if actor else act.meaning.value == "grave":
            found += [act, *_near(act, _of(reading, "person", "official"))]
    return found


def _child_victim(reading: Reading) -> list[Hit]:
    """A child and an act of violence close together."""
    children = _of(reading, "person", "child")
    return [
        hit
        for act in _of(reading, "conduct", "violence")
        for hit in (act, *_near(act, children))
        if _near(act, children)
    ]


def secrecy(reading: Reading) -> Verdict:
    """oversight: only the inspector and the leader may read it (staff is accused); secret: victims, health, whistle-
    blowers; anonymous: the writer asks to stay unnamed; open otherwise. The gravest wins."""
    if "conduct" not in reading.hits and "confidential" not in reading.hits:
        return Verdict("open", ())
    accusation = _accusation(reading)
    if accusation:
        return Verdict("oversight", tuple(dict.fromkeys(accusation)))
    hidden = _of(reading, "confidential", "secret") + _child_victim(reading)
    if hidden:
        return Verdict("secret", tuple(dict.fromkeys(hidden)))
    unnamed = _of(reading, "confidential", "anonymous")
    return Verdict("anonymous", tuple(unnamed)) if unnamed else Verdict("open", ())


def outside(reading: Reading, affair_scores: dict[str, float]) -> tuple[str, tuple[Hit, ...]]:
    """The body outside the Pemda that the message is for, and why; "" where the Pemda's own affairs weigh more."""
    weights: dict[str, float] = {}
    for hit in {hit.meaning: hit for hit in reading.hits.get("outside", ())}.values():
        weights[hit.meaning.value] = weights.get(hit.meaning.value, 0.0) + hit.meaning.weight
    if not weights:
        return "", ()
    best = max(sorted(weights), key=lambda id: weights[id])
    if weights[best] < max(_OUTSIDE_ENOUGH, 0.8 * max(affair_scores.values(), default=0.0)):
        return "", ()
    return best, tuple(_of(reading, "outside", best))
