"""Recognising advertising for online gambling ("judol") in comments, and leaving those alone who complain of it.

What advertises stands with its weight in ``data/gambling.json``: games, lures, money, calls to act, links, pictures;
and what speaks against it: harmless uses ("slot parkir") and the words of those who tell of gambling ("tolong
blokir"). Words in disguise (s l o t, g4cor, max.win) are read as well. Pure Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from mimin.language.brands import SHAPED, brands
from mimin.language.packaged import packaged
from mimin.language.phrases import Hit, Meaning, Reading
from mimin.language.words import WORD

ENOUGH = 1.5
"""The score from which a message counts as advertising for gambling."""

_TOLD = 0.8
_DISGUISED = 2.0
_SPLIT = 1.2
_PATH = 1.0
_OF_BRAND = 0.6
_AMOUNT = 0.8
_PRAISED = 0.6

# What letters are written with, beside themselves; a vowel also with any sign.
_WRITTEN = {
    "a": "4@",
    "b": "8",
    "e": "3",
    "g": "69",
    "i": "1!|l",
    "l": "1|!i",
    "o": "0@",
    "s": "5$",
    "t": "7+",
}
_VOWELS, _ANY_SIGN = "aeio", r"|[^\w\s]"
_LETTERS_APART = 4
_SPELLED = re.compile(rf"(?<![^\W_])[^\W_](?:[\W_]{{1,3}}[^\W_](?![^\W_])){{{_LETTERS_APART - 1},}}")
_ONCE_SPLIT = re.compile(r"[^\W\d_]+[ \n-][^\W\d_]+")
_SUM = r"(?:rp ?)?\d(?:[\d.,]{4,}|[\d.,]*[ -]?(?:jt|juta|jeti|rb|ribu|k)\b)"
_SUMS = re.compile(
    rf"\b(?:wd|depo|jp|menang|profit|cair|jackpot|jepe)\w{{0,3}}(?: \w{{1,10}}){{0,3}}? {_SUM}"
    rf"|\brtp \d{{2}}|\bmodal (?:\w{{1,8}} )?{_SUM}",
    re.IGNORECASE,
)
_DOT = r"(?:\.|[(\[]?\bdot\b[)\]]?)"


class Sign(NamedTuple):
    """What speaks for advertising: its kind (a key of ``signs``, or brand, link, disguise, amount, emoji), the term,
    how strongly, and where it stands in the text."""

    kind: str
    term: str
    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gambling:
    """How much a message looks like advertising for gambling, and why; ``score`` is 0 where nothing does."""

    score: float
    signs: tuple[Sign, ...]

    @property
    def advertises(self) -> bool:
        return self.score >= ENOUGH


NOTHING = Gambling(0.0, ())


def alone() -> list[str]:
    """Words that are no roots of other words for a playbook's index."""
    return list(packaged("gambling")["alone"])


def whole_words() -> list[str]:
    """Words that a playbook's index must not take apart."""
    return list(packaged("gambling")["whole_words"])


def meanings() -> list[Meaning]:
    """The phrases for a playbook's index: families ``gambling`` (what advertises, and ``harmless`` uses of the same
    words, which win where they are longer) and ``told`` (words of those who tell of it)."""
    data = packaged("gambling")
    found = [
        Meaning("gambling", kind, weight, term)
        for kind, terms in data["signs"].items()
        for term, weight in terms.items()
    ]
    found += [Meaning("gambling", "harmless", 1.0, term) for term in data["harmless"]]
    return found + [Meaning("told", "told", weight, term) for term, weight in data["told"].items()]


@dataclass(frozen=True, slots=True)
class _Patterns:
    disguised: re.Pattern[str]
    maybe_linked: re.Pattern[str]
    linked: re.Pattern[str]
    paths: re.Pattern[str]


def _broken(term: str) -> str:
    """A term with look-alike digits, up to three separators between its letters, and any sign for a vowel."""
    written = (f"[{re.escape(letter + _WRITTEN.get(letter, ''))}]" for letter in term)
    letters = (
        f"(?:{one}{_ANY_SIGN if letter in _VOWELS else ''})"
        for letter, one in zip(term, written, strict=True)
    )
    return r"[\W_]{0,3}".join(letters)


@cache
def _patterns() -> _Patterns:
    data = packaged("gambling")
    terms = "|".join(map(_broken, data["disguised"]))
    hosts = "|".join(map(re.escape, sorted(data["links"], key=len, reverse=True)))
    endings = "|".join(data["endings"])
    last_labels = "|".join(sorted({host.rpartition(".")[2] for host in data["links"]}))
    return _Patterns(
        disguised=re.compile(rf"(?<![^\W_])(?:{terms})(?![^\W_])", re.IGNORECASE),
        maybe_linked=re.compile(rf"(?:\.|dot[)\]]?) ?(?:{endings}|{last_labels})(?![^\W_])", re.IGNORECASE),
        linked=re.compile(
            rf"(?<![\w.])({hosts})(?![\w-])|(?<![\w.@/-])([\w-]{{3,40}}) ?{_DOT} ?({endings})(?![\w.-])",
            re.IGNORECASE,
        ),
        paths=re.compile(rf"/\S*?(?:{'|'.join(data['paths'])})", re.IGNORECASE),
    )


def _disguises(text: str, words: list[str]) -> list[Sign]:
    """Words of the game whose letters stand apart or are digits, and brands whose letters stand apart."""
    harmless = packaged("gambling")["not_broken"]
    found = [
        Sign("disguise", word, _SPLIT if _ONCE_SPLIT.fullmatch(word) else _DISGUISED, *spread.span())
        for spread in _patterns().disguised.finditer(text)
        if not (word := spread.group()).isalpha() and word.lower() not in harmless
    ]
    spelled_out = _SPELLED.finditer(text) if list(map(len, words)).count(1) >= _LETTERS_APART else ()
    for spelled in spelled_out:
        weight = SHAPED["".join(WORD.findall(spelled.group()))]
        if weight:
            found.append(Sign("disguise", spelled.group(), _DISGUISED + weight, *spelled.span()))
    return found


def _links(text: str) -> list[Sign]:
    """Links that such advertising uses; an everyday ending (.com) counts only behind the name of a brand."""
    data, patterns, found = packaged("gambling"), _patterns(), []
    if not patterns.maybe_linked.search(text):
        return []
    for link in patterns.linked.finditer(text):
        weight = data["links"][link[1].lower()] if link[1] else data["endings"][link[3].lower()]
        if link[1] or weight > 0.5:
            path = _PATH if patterns.paths.match(text, link.end()) else 0.0
            found.append(Sign("link", link.group(), weight + path, *link.span()))
        elif SHAPED[link[2]]:
            found.append(Sign("link", link.group(), weight + _OF_BRAND, *link.span()))
    return found


def _pictures(text: str) -> list[Sign]:
    if text.isascii():
        return []
    pictures = packaged("gambling")["emoji"].items()
    return [
        Sign("emoji", sign, weight, at, at + 1) for sign, weight in pictures if (at := text.find(sign)) >= 0
    ]


def _spoken(hits: list[Hit]) -> list[Sign]:
    return [
        Sign(meaning.value, meaning.term, meaning.weight, start, end)
        for meaning, _, _, start, end in hits
        if meaning.value != "harmless"
    ]


def _sum(signs: list[Sign]) -> float:
    """Every term once; a brand that comes with a lure or with money is praised."""
    once = {(sign.kind, sign.term.lower()): sign.weight for sign in signs}
    kinds = {kind for kind, _ in once}
    praised = "brand" in kinds and not kinds.isdisjoint(("lure", "money", "amount"))
    return sum(once.values()) + (_PRAISED if praised else 0.0)


def gambling(text: str, reading: Reading) -> Gambling:
    """Whether a cleaned text advertises gambling; ``reading`` is that text read with an index that knows
    :func:`meanings`. Positions count in the text."""
    signs = [Sign("brand", *brand) for brand in brands(text, reading.raws)]
    signs += (
        _disguises(text, reading.raws)
        + _links(text)
        + _pictures(text)
        + _spoken(reading.hits.get("gambling", []))
    )
    if not signs:
        return NOTHING
    signs += [Sign("amount", found.group(), _AMOUNT, *found.span()) for found in _SUMS.finditer(text)]
    told = sum({hit.meaning.term: hit.meaning.weight for hit in reading.hits.get("told", ())}.values())
    signs.sort(key=lambda sign: (sign.start, sign.end))
    return Gambling(round(max(_sum(signs) - _TOLD * told, 0.0), 2), tuple(signs))
