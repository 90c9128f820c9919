"""Finding thousands of phrases in a text in one pass: whole words, simple affixes, filler words skipped. Pure Python.

Every phrase belongs to a family (affairs, units, urgency ...). Inside one family the leftmost, longest phrase
wins, as in Indonesian the head of a noun phrase comes first: in "lampu jalan rusak" the lamp is broken, not the
road.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from mimin.language import streets
from mimin.language.words import WORD, Cached, normal, respelled, roots, slang

# A mask label such as [NIK] separates words, it is not the word "nik".
_BETWEEN_WORDS = re.compile(r"((?:[\W_](?:NIK\]|KK\]|TELP\]|SUREL\]|PELAT\]|NOMOR\])?)+)")
_BETWEEN_UNMASKED = re.compile(r"([\W_]+)")
_SKIPPED_FILLERS = 3
_SENTENCE_END = re.compile(r"[!?;(\n]|\.\s")
_SHORT_FORMS = frozenset(
    re.findall(r"\w+", "jl jln gg no nmr kec kel kab kp ds dsn rt rw dr bpk hj h sdn smp smpn")
)
"""Words that are written with a dot and do not end a sentence: "Kec. Sukajaya"."""


def _ends(between: str) -> bool:
    return _SENTENCE_END.search(between) is not None


_ENDS = Cached(_ends)
"""Whether what stands between two words ends a sentence; no phrase goes on behind it."""


class Meaning(NamedTuple):
    """What a phrase speaks for: a family, a value in it, and how strongly."""

    family: str
    value: str
    weight: float
    term: str


class Hit(NamedTuple):
    """A phrase found: its meaning, its first and last word by number, and its place in the text by characters."""

    meaning: Meaning
    first: int
    last: int
    start: int
    end: int


_hit = Hit._make


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read once: its words as they stand, in the phrases' own form ("" where no phrase knows the word), hits."""

    raws: list[str]
    words: list[str]
    hits: dict[str, list[Hit]]


@dataclass(slots=True)
class _Node:
    """A word of phrases: the words that may follow, and the meanings, by family, of the phrases that end here."""

    following: dict[str, _Node] = field(default_factory=dict)
    meanings: list[tuple[str, list[Meaning]]] = field(default_factory=list)

    def mean(self, meaning: Meaning) -> None:
        """Add a meaning; of two that say the same ("bakar sampah", "membakar sampah") the stronger stays."""
        own = next((meanings for family, meanings in self.meanings if family == meaning.family), None)
        if own is None:
            self.meanings.append((meaning.family, [meaning]))
            return
        same = next((at for at, other in enumerate(own) if other.value == meaning.value), None)
        if same is None:
            own.append(meaning)
        elif own[same].weight < meaning.weight:
            own[same] = meaning


_Ending = tuple[str, int, list[Meaning]]
"""A family, the number of a phrase's last word, and what the phrase means there."""

_Found = tuple[str, int, int, list[Meaning]]
"""A family, the numbers of a phrase's first and last word, and what the phrase means there."""


class PhraseIndex:
    """All phrases of a playbook as a tree of words. Build it once, read many texts; reading never changes a result."""

    def __init__(
        self,
        meanings: Iterable[Meaning],
        *,
        words: Iterable[str] = (),
        whole: Iterable[str] = (),
        alone: Iterable[str] = (),
        fillers: Iterable[str] = (),
    ) -> None:
        """``words`` are further known roots, ``whole`` words never to be taken apart, ``alone`` such as are no roots of
        others, ``fillers`` may be skipped."""
        phrases = [(meaning, split(meaning.term)) for meaning in meanings]
        known = {word for _, phrase in phrases for word in phrase} | set(words) | set(fillers)
        self._whole = frozenset(whole)
        self._fillers = frozenset([*fillers, streets.NAME])
        self._no_roots = frozenset(alone)
        self._known = {word: word for word in known | self._whole}
        self._known |= {word: self._root(word) for word in sorted(known - self._whole - self._fillers)}
        self._forms = Cached(self._form)
        self._nothing_taken = dict.fromkeys((meaning.family for meaning, _ in phrases), 0)
        self._tree = _Node()
        for meaning, phrase in phrases:
            self._insert(meaning, [self._known[word] for word in phrase])

    def _insert(self, meaning: Meaning, phrase: list[str]) -> None:
        node = self._tree
        for word in phrase:
            node = node.following.setdefault(word, _Node())
        if phrase:
            node.mean(meaning)

    def _root(self, word: str) -> str:
        """The known word that this known word is built from, and so on down; the word itself where there is none."""
        for root in roots(word):
            root = slang().get(root, root)
            if (
                root != word
                and root in self._known
                and root not in self._fillers
                and root not in self._no_roots
            ):
                return root if root in self._whole else self._root(root)
        return word

    def _form(self, raw: str) -> str:
        """A word of a text in the phrases' own form, "" where no phrase knows it."""
        word = normal(raw)
        return self._found(word) or next(filter(None, map(self._found, respelled(word))), "")

    def _found(self, word: str) -> str:
        form = self._known.get(word)
        if form is None:
            candidates = (slang().get(root, root) for root in roots(word))
            form = next(
                (self._known[r] for r in candidates if r in self._known and r not in self._no_roots), ""
            )
        return form

    def read(self, text: str) -> Reading:
        """The words and the hits of a text, hits by family and in order. Time grows with the text's length alone."""
        pieces = (_BETWEEN_WORDS if "[" in text else _BETWEEN_UNMASKED).split(text)
        raws = pieces[::2]
        words, named = streets.told_apart(raws, [self._forms[raw] for raw in raws], self._goes_on)
        places = list(accumulate(map(len, pieces), initial=0))[::2]
        hits: dict[str, list[Hit]] = {}
        stops = [
            at for at, end in enumerate(pieces[1::2]) if _ENDS[end] and raws[at].lower() not in _SHORT_FORMS
        ]
        for family, first, last, meanings in self._longest_first(words, frozenset(stops)):
            if family == streets.SILENT and first in named and last in named:
                continue
            start, end = places[first], places[last] + len(raws[last])
            found = hits.setdefault(family, [])
            for meaning in meanings:
                found.append(_hit((meaning, first, last, start, end)))
        return Reading(raws, words, hits)

    def _goes_on(self, word: str, following: str) -> bool:
        """Whether some phrase has these two words one after the other, fillers aside."""
        node = self._tree.following.get(word)
        return node is not None and (following in node.following or following in self._fillers)

    def _longest_first(self, words: list[str], stops: frozenset[int]) -> list[_Found]:
        """The leftmost, longest phrases of every family: family, first word, last word, meanings. ``stops``: the words
        behind which a sentence ends."""
        begins, fillers, free_from = self._tree.following.get, self._fillers, self._nothing_taken.copy()
        found: list[_Found] = []
        ahead = len(words) - 1
        for first, word in enumerate(words):
            node = begins(word)
            if node is None:
                continue
            on = node.following
            if (
                on
                and first < ahead
                and first not in stops
                and (words[first + 1] in on or words[first + 1] in fillers)
            ):
                for family, last, meanings in self._endings(words, first, node, stops):
                    if free_from[family] <= first:
                        free_from[family] = last + 1
                        found.append((family, first, last, meanings))
                continue
            for family, meanings in node.meanings:
                if free_from[family] <= first:
                    free_from[family] = first + 1
                    found.append((family, first, first, meanings))
        return found

    def _endings(self, words: list[str], first: int, node: _Node, stops: frozenset[int]) -> Iterable[_Ending]:
        """The longest phrase of every family that begins with one word."""
        longest = {family: (family, first, meanings) for family, meanings in node.meanings}
        fillers, reached = self._fillers, [(node, 0)]
        for index in range(first + 1, len(words)):
            if index - 1 in stops:
                break
            word = words[index]
            on: list[tuple[_Node, int]] = []
            for before, _ in reached:
                then = before.following.get(word)
                if then is not None:
                    on.append((then, 0))
                    for family, meanings in then.meanings:
                        longest[family] = (family, index, meanings)
            if (
                word in fillers
            ):  # it may also be a phrase's own word ("anak saya hilang"): both ways are followed
                on += [
                    (n, skipped + 1) for n, skipped in reached if skipped < _SKIPPED_FILLERS and n.following
                ]
            if not on:
                break
            reached = on
        return longest.values()


def split(term: str) -> list[str]:
    """The normal forms of a phrase's words."""
    return [normal(raw) for raw in WORD.findall(term)]
