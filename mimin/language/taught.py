"""What people's corrections teach: words that told a matter apart, and how they change the order of what is suggested.

Small and explainable on purpose: a word speaks for a label after ``LEAST`` corrections said so and nearly everything
else that holds the word agrees; what was learned never weighs more than what the playbook says. Nothing else of an
understanding is touched: not class, urgency, danger or secrecy. Pure Python.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from mimin.language.mask import LABELS
from mimin.language.playbook import Playbook
from mimin.language.understand import Reason, Understanding
from mimin.language.units import Suggestion
from mimin.language.words import WORD, normal

LEAST = 3
"""Corrections that say the same before a word is believed. Our proposal."""
SURE = 0.6
"""Of all that hold a word, the share that must have the label."""
LIFT = 1.5
"""How much oftener the label must stand beside the word than elsewhere: what stands everywhere tells nothing apart."""
MOST = 0.5
"""How much of a score may come from what was learned."""
_HOW_MANY = 3
_SPEAKING = 5
_KEPT = 5000
_SHORTEST = 4
_MASKS = frozenset(normal(word) for label in LABELS.values() for word in WORD.findall(label))
_CLOSED = ("secret", "oversight")


class Lesson(NamedTuple):
    """A masked message, what people say it is, and whether Mimin had said otherwise."""

    text: str
    label: str
    corrected: bool


Words = Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]
"""field ("affair", "unit") -> word -> label -> (corrections that said so, share of all with the word)."""


class Hint(NamedTuple):
    """What the words of a text say for a label: from 0 to ``MOST``, from so many corrections, by which words."""

    strength: float
    corrections: int
    words: frozenset[str]


def words_of(text: str) -> frozenset[str]:
    """The words of a masked text that can teach something: no numbers, no masks, nothing short."""
    found = {normal(word) for word in WORD.findall(text)}
    return frozenset(w for w in found if len(w) >= _SHORTEST and w.isalpha() and w not in _MASKS)


def learned_words(lessons: Iterable[Lesson]) -> dict[str, dict[str, list[float]]]:
    """The words that speak for a label. What was not corrected counts too: it is what speaks against."""
    labels: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    held: defaultdict[str, Counter[str]] = defaultdict(Counter)
    put_right: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, label, corrected in lessons:
        labels[label] += 1
        for word in words_of(text):
            whole[word] += 1
            held[word][label] += 1
            put_right[word][label] += corrected
    every = labels.total()
    found: dict[str, dict[str, list[float]]] = {}
    for word, said in put_right.items():
        for label, times in said.items():
            share = held[word][label] / whole[word]
            if times >= LEAST and share >= SURE and share >= LIFT * labels[label] / every:
                found.setdefault(word, {})[label] = [times, round(share, 3)]
    best = sorted(found, key=lambda word: (-max(n for n, _ in found[word].values()), word))[:_KEPT]
    return {word: found[word] for word in sorted(best)}


def voices(text: str, words: Mapping[str, Mapping[str, Sequence[float]]]) -> dict[str, Hint]:
    """What a text says for each label by the words that were learned."""
    heard: defaultdict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for word in words_of(text) & words.keys():
        for label, (times, share) in words[word].items():
            heard[label].append((share * times / (times + 2), int(times), word))
    found = {}
    for label, said in heard.items():
        silent = 1.0
        best = sorted(said, reverse=True)[:_SPEAKING]
        for weight, _, _ in best:
            silent *= 1.0 - weight
        strength = round(MOST * (1.0 - silent), 3)
        found[label] = Hint(strength, max(n for _, n, _ in best), frozenset(w for *_, w in best))
    return found


def ranked(
    suggestions: Sequence[Suggestion], said: Mapping[str, Hint], known: Mapping[str, Suggestion]
) -> tuple[Suggestion, ...]:
    """The suggestions in the order that follows with what was learned; ``known`` is everything that may come in.

    Each score is what it was and what the corrections say, mixed: these weigh as much as the loudest of them.
    """
    heard = {label: voice.strength for label, voice in said.items() if label in known}
    weight = max(heard.values(), default=0.0)
    every = {label: known[label] for label in heard} | {str(one.id): one for one in suggestions}
    mixed = [
        one._replace(score=round(one.score * (1.0 - weight) + heard.get(label, 0.0), 3))
        for label, one in every.items()
    ]
    return tuple(sorted(mixed, key=lambda one: -one.score)[:_HOW_MANY])


def relearned(found: Understanding, text: str, words: Words, playbook: Playbook) -> Understanding:
    """What was understood, its affairs and units in the order that corrections teach. Spam and what must be kept
    close stay as they are."""
    if found.klass == "spam" or found.confidentiality in _CLOSED:
        return found
    of_affairs = voices(text, words.get("affair", {}))
    of_units = voices(text, words.get("unit", {}))
    if not of_affairs and not of_units:
        return found
    affairs = ranked(
        found.affairs, of_affairs, {id: Suggestion(id, n, 0.0) for id, n in playbook.affair_names.items()}
    )
    known = {id: Suggestion(unit.id, unit.name, 0.0) for id, unit in playbook.units_by_id.items()}
    units = ranked(found.units, of_units, known)
    best = [
        (label, voice)
        for order, said in ((affairs, of_affairs), (units, of_units))
        for label, voice in said.items()
        if order and str(order[0].id) == label
    ]
    return replace(
        found,
        affair=str(affairs[0].id) if affairs else "",
        affairs=affairs,
        units=units,
        reasons=(*found.reasons, *_reasons(text, best)),
        learned=max((voice.corrections for _, voice in best), default=0),
    )


def _reasons(text: str, best: Sequence[tuple[str, Hint]]) -> list[Reason]:
    """Where the words stand that decided."""
    return [
        Reason("learned", label, word[0].lower(), word.start(), word.end())
        for word in WORD.finditer(text)
        for label, voice in best
        if normal(word[0]) in voice.words
    ]
