"""Abusive words in a message, and the same words where they insult nobody ("anjing liar"). Pure Python.

A verdict for the person who answers, nothing else: criticism of the government is no abuse, and an abusive complaint
is still a complaint. The words stand in ``data/abuse.json``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from mimin.language.packaged import packaged
from mimin.language.phrases import Hit, Meaning, Reading

_AIMED = 2
_STARRED = re.compile(r"(?<![^\W_])[^\W\d_]+(?:[*#%]+[^\W\d_]*)+")


class Insult(NamedTuple):
    """An abusive word: the playbook's term and where it stands in the text."""

    term: str
    start: int
    end: int


def alone() -> list[str]:
    """Words that are no roots of other words: "sarap" is not in "sarapan"."""
    data = packaged("abuse")
    return [word for key in ("insults", "milder") for word in data[key] if word.isalpha()]


def whole_words() -> list[str]:
    """Words that a playbook's index must not take apart."""
    return list(packaged("abuse")["whole_words"])


def meanings() -> list[Meaning]:
    """The phrases for a playbook's index: families ``abuse``, ``aimed`` (at somebody) and ``animal``."""
    data = packaged("abuse")
    of_abuse = {"insult": "insults", "beast": "beasts", "milder": "milder", "harmless": "harmless"}
    found = [Meaning("abuse", value, 1.0, term) for value, key in of_abuse.items() for term in data[key]]
    found += [Meaning("abuse", "insult", 1.0, f"{term}nya") for term in data["insults"] if term.isalpha()]
    found += [Meaning("aimed", "aimed", 1.0, term) for term in data["aimed"]]
    return found + [Meaning("animal", "animal", 1.0, term) for term in data["animals"]]


@cache
def _words_by_length() -> dict[int, tuple[str, ...]]:
    words = [word for key in ("insults", "beasts") for word in packaged("abuse")[key] if word.isalpha()]
    return {length: tuple(w for w in words if len(w) == length) for length in {len(w) for w in words}}


def _starred(text: str) -> list[Insult]:
    """Words with stars in place of letters: "anj*ng", "g****k"."""
    found = []
    for starred in _STARRED.finditer(text):
        shape = re.compile(re.sub(r"[*#%]", ".", starred.group().lower()))
        known = _words_by_length().get(len(starred.group()), ())
        meant = next((word for word in known if shape.fullmatch(word)), "")
        if meant and sum(map(str.isalpha, starred.group())) >= 2:
            found.append(Insult(meant, *starred.span()))
    return found


def _insults(hits: list[Hit], reading: Reading) -> list[Insult]:
    aimed = reading.hits.get("aimed", ())
    of_animals = "animal" in reading.hits
    found = []
    for hit in hits:
        value = hit.meaning.value
        at_somebody = any(0 < abs(hit.first - other.first) <= _AIMED for other in aimed)
        if value == "insult" or (value == "beast" and not of_animals) or (value == "milder" and at_somebody):
            found.append(Insult(hit.meaning.term, hit.start, hit.end))
    return found


def abuse(text: str, reading: Reading) -> tuple[Insult, ...]:
    """The abusive words of a cleaned text, in order; none where there are none."""
    hits = reading.hits.get("abuse")
    found = _insults(hits, reading) if hits else []
    if "*" in text or "#" in text or "%" in text:
        found = sorted(found + _starred(text), key=lambda insult: insult.start)
    return tuple(found)
