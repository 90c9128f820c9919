"""The shape of gambling brands: "rajaslot", "HOKI BET 88", "dewa777", without knowing a single one. Pure Python.

Parts, endings and numbers of such names stand in ``data/gambling.json`` under ``brands``, with the names that only
look so ("RT77", "warung88").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from mimin.language.packaged import packaged
from mimin.language.words import WORD, Cached, unleet

_LONGEST = 24
_SHORTEST = 3
_SHORTEST_OF_TWO = 6
_SHORTEST_ENDED = 7
_CRIED = 0.5
_RECOMMENDED = 0.6
_APART = 0.7
_NUMBERED = re.compile(r"([^\W\d_].*?)(\d{1,4}d?)", re.IGNORECASE)
_NUMBER_APART = re.compile(r"(?<![^\W_])([A-Z]{4,14})[ ._-](\d{2,4})(?![^\W_]|[.,]\d)")
_RECOMMENDING = re.compile(
    r"\b(?:ma[ei]n(?:nya|in)?|cuma|cobain?|pindah|berkat|ketik|google|cari|situs|link|thx|thanks|thank you|makasih|tq"
    r"|namanya|depo|wd|jp|gara gara|menang|dibayar)"
    r"(?: (?:aja|saja|disini|sini|di|ke|dari|sama|oleh|bareng|lewat)){0,2}[ :]{1,2}$",
    re.IGNORECASE,
)


class Brand(NamedTuple):
    """What looks like a brand, how strongly, and where it stands in the text."""

    name: str
    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Parts:
    betting: frozenset[str]
    playing: frozenset[str]
    known: frozenset[str]
    endings: tuple[str, ...]
    often: tuple[str, ...]
    digits: frozenset[str]
    innocent: frozenset[str]


@cache
def _parts() -> _Parts:
    data = packaged("gambling")["brands"]
    betting, playing = frozenset(data["betting"]), frozenset(data["playing"])
    return _Parts(
        betting=betting,
        playing=playing,
        known=betting | playing | frozenset(data["company"]),
        endings=tuple(data["endings"]),
        often=tuple(data["often_endings"]),
        digits=frozenset(data["digits"]),
        innocent=frozenset(data["innocent"]),
    )


def _sounds(stem: str) -> float:
    """How much a name sounds of betting: made of two such parts ("rajaslot", "hokibet"), or ending like one."""
    if len(stem) < _SHORTEST_OF_TWO:
        return 0.0
    parts = _parts()
    halves = [{stem[:at], stem[at:]} for at in range(2, len(stem) - 1)]
    joined = [both for both in halves if both <= parts.known]
    if any(parts.betting & both for both in joined):
        return 1.8
    if any(parts.playing & both for both in joined):
        return 1.0
    if len(stem) < _SHORTEST_ENDED:
        return 0.0
    return 1.5 if stem.endswith(parts.endings) else 0.7 if stem.endswith(parts.often) else 0.0


def _shaped(raw: str) -> float:
    """How much one word is shaped like a brand: a name that sounds of betting, one of their numbers behind it."""
    parts = _parts()
    numbered = _NUMBERED.fullmatch(raw.lower()) if len(raw) <= _LONGEST else None
    stem, digits = (numbered[1], numbered[2]) if numbered else (raw.lower(), "")
    stem = unleet(stem)
    is_term = stem in parts.betting and not digits  # counted as such
    if is_term or not stem.isascii() or not _SHORTEST <= len(stem) <= _LONGEST or stem in parts.innocent:
        return 0.0
    sounds = _sounds(stem)
    if digits in parts.digits:
        plain = 2.0 if stem in parts.betting else 1.5 if stem in parts.known else 1.2
        return max(plain, sounds and sounds + 0.7)
    if stem in parts.betting:
        return 0.6
    return sounds + 0.4 if sounds and digits else sounds


SHAPED: Cached[float] = Cached(_shaped)
"""How much a word is shaped like a gambling brand, by word; 0 for nearly all."""


def _advertised(text: str, word: re.Match[str], loud: bool) -> float:
    """How much more a brand says where it is cried out in capitals, or recommended in the words before it."""
    cried = _CRIED if loud and word.group().isupper() else 0.0
    before = text[max(0, word.start() - 30) : word.start()]
    return cried + (_RECOMMENDED if _RECOMMENDING.search(before) else 0.0)


def brands(text: str, words: list[str]) -> list[Brand]:
    """What looks like a brand in a cleaned text with these words; a mention ("@dewa88") is a person."""
    found = []
    if any(map(SHAPED.__getitem__, words)):
        loud = not text.isupper()
        for word in WORD.finditer(text):
            weight = SHAPED[word.group()]
            if weight and text[max(0, word.start() - 1) : word.start()] != "@":
                found.append(Brand(word.group(), weight + _advertised(text, word, loud), *word.span()))
    parts = _parts()
    if not parts.digits.isdisjoint(words) and not text.isupper():
        for apart in _NUMBER_APART.finditer(text):
            if apart[2] in parts.digits and apart[1].lower() not in parts.innocent:
                found.append(Brand(apart.group(), _APART, *apart.span()))
    return found
