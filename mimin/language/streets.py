"""Telling a street's name from the road that is spoken of: "jl. Melati" is a place, "jln rusak" a matter.

Pure Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

NAME = "\N{WHITE SQUARE}"
"""Stands for an unknown word of a street's name; phrases skip it, so that "jalan Melati rusak" is a "jalan rusak"."""

SILENT = "affair"
"""The family of phrases for which a street's name says nothing."""

_WAYS = ("jalan", "gang")
_SHORT = frozenset(["jl", "jln", "gg"])
_WHERE = frozenset(["di", "didepan", "depan", "sepanjang", "pinggir", "ujung", "dekat", "alamat"])
_NUMBER = re.compile(r"\d{1,3}[a-z]?|[IVX]{1,5}", re.IGNORECASE)
_LONGEST = 3
_SHORTEST = 3


def _begins(raw: str, word: str, *, short: bool, located: bool, shouting: bool) -> bool:
    """Whether a word after "jalan" begins a name: an unknown one, or after "jl." also a known one in capitals."""
    capital = raw[:1].isupper() and not shouting
    unknown = word == "" and raw.isalpha() and len(raw) >= _SHORTEST
    return (short and (unknown or capital)) or (unknown and (capital or located))


def _end(raws: Sequence[str], words: Sequence[str], at: int, *, shouting: bool) -> int:
    """The number of the word after the name that follows the word ``at``; ``at + 1`` for none."""
    begin = at + 2 if raws[at + 1].lower() == "raya" else at + 1
    short, located = raws[at].lower() in _SHORT, at > 0 and raws[at - 1].lower() in _WHERE
    if begin >= len(raws) or not _begins(
        raws[begin], words[begin], short=short, located=located, shouting=shouting
    ):
        return at + 1
    end = begin + 1
    while end < min(begin + _LONGEST, len(raws)):
        capital = raws[end][:1].isupper() and not shouting
        if not (capital and words[end] == "") and not _NUMBER.fullmatch(raws[end]):
            break
        end += 1
    return end


def told_apart(
    raws: Sequence[str], words: list[str], goes_on: Callable[[str, str], bool]
) -> tuple[list[str], frozenset[int]]:
    """The words with :data:`NAME` for unknown ones of street names, and the numbers of all words of such names.

    ``goes_on`` says whether a phrase goes on from one word to another ("jalan" to "rusak"): then it is no name.
    """
    if not any(way in words for way in _WAYS):
        return words, frozenset()
    shouting = " ".join(raws).isupper()
    words, named = list(words), set[int]()
    for at, word in enumerate(words[:-1]):
        if word in _WAYS and (raws[at + 1].lower() == "raya" or not goes_on(word, words[at + 1])):
            end = _end(raws, words, at, shouting=shouting)
            if end > at + 1:
                named.update(range(at, end))
                words[at + 1 : end] = [known or NAME for known in words[at + 1 : end]]
    return words, frozenset(named)
