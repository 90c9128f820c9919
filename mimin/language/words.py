"""Words of everyday Indonesian: how they are normally written and what they may be built from. Pure Python."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Generic, TypeVar

from mimin.language.packaged import packaged

WORD = re.compile(r"[^\W_]+")

_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_TWICE = re.compile(r"([^\W\d_]{3,})2(nya|an)?$")
_CLITICS = ("nya", "lah", "kah", "pun", "ku", "mu", "in")
_SUFFIXES = ("kan", "an", "i")
# Prefix, and what the root may have begun with before the prefix swallowed it.
_PREFIXES = (
    ("memper", ("",)),
    ("diper", ("",)),
    ("menge", ("",)),
    ("meng", ("", "k")),
    ("meny", ("s",)),
    ("mem", ("", "p")),
    ("men", ("", "t")),
    ("me", ("",)),
    ("peng", ("", "k")),
    ("peny", ("s",)),
    ("pem", ("", "p")),
    ("pen", ("", "t")),
    ("per", ("",)),
    ("pe", ("",)),
    ("ber", ("",)),
    ("be", ("",)),
    ("ter", ("",)),
    ("di", ("",)),
    ("ke", ("",)),
    ("se", ("",)),
    ("ng", ("", "k")),
    ("ny", ("s",)),
    ("n", ("t",)),
)
_KEPT_AFTER = {"men": "cdjszt", "pen": "cdjszt", "mem": "bfpv", "pem": "bfpv"}
_SHORTEST_ROOT = 4
_LONGEST_WORD = 60
_LAST_VOWEL = re.compile(r"[aeiou](?=[^aeiou]*$)")
_DOUBLED = re.compile(r"([^\W\d_])\1")
_AS_LETTERS = str.maketrans("0134567890@$", "oieasgtbgoas")
_REMEMBERED = 200_000

Found = TypeVar("Found")


class Cached(dict[str, Found], Generic[Found]):
    """Words already met and what was found of them; forgets all before it grows without bound."""

    def __init__(self, find: Callable[[str], Found]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> Found:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[word] = self._find(word)
        return found


@cache
def slang() -> dict[str, str]:
    """Everyday short forms and what they stand for, one word each, from the packaged ``data/slang.json``."""
    return {short: word for word, shorts in packaged("slang").items() for short in shorts}


@cache
def _written() -> dict[str, tuple[str, ...]]:
    return {word: tuple(shorts) for word, shorts in packaged("slang").items()}


def spellings(word: str) -> tuple[str, ...]:
    """How a word of a search may stand in a message: as it is, as it is normally written, in short forms and slang of
    everyday ("jalan": jln, jl, dalan ...), and then with its last vowel drawn out too ("jalaan", "jalaaan"). A word of
    which no other spelling is known is looked for alone: PostgreSQL finds two words in more than twice the time."""
    meant = normal(word)
    bases = dict.fromkeys([meant, *(normal(other) for other in respelled(meant))])
    found = [word]
    for base in bases:
        written = _written().get(base, ())
        found += [base, *written, *(drawn_out(base) if written else ())]
    return tuple(dict.fromkeys(found))


def drawn_out(word: str) -> Iterator[str]:
    """A word with its last vowel said longer, as people write it: "jalaan", "jalaaan"."""
    vowel = _LAST_VOWEL.search(word) if len(word) >= _SHORTEST_ROOT and word.isalpha() else None
    if vowel:
        yield from (word[: vowel.start()] + vowel[0] * times + word[vowel.end() :] for times in (2, 3))


@lru_cache(maxsize=100_000)
def normal(word: str) -> str:
    """One word in lower case without marks, stretching ("rusaaak"), the doubling "2" ("anak2") and slang."""
    word = word.lower()
    if len(word) > _LONGEST_WORD:
        return word
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    word = _STRETCHED.sub(r"\1", word)
    word = _TWICE.sub(r"\1\2", word)
    return slang().get(word, word)


def unleet(word: str) -> str:
    """Digits that stand for letters as the letters: "g4c0r" is "gacor"."""
    return word if word.isalpha() else word.translate(_AS_LETTERS)


def respelled(word: str) -> Iterator[str]:
    """What a word that nobody knows may be meant to be: "tollong", "j4lan"."""
    if len(word) >= _SHORTEST_ROOT:
        if not word.isalpha() and not word.rstrip("0123456789").isalpha() and not word.isdigit():
            yield unleet(word)
            yield unleet(word.replace("1", "l"))
        single = _DOUBLED.sub(r"\1", word)
        if single != word:
            yield single


def roots(word: str) -> Iterator[str]:
    """What an affixed word may be built from, the most careful guess first; the caller knows which are words.

    Simple rules for -nya, -lah, -kah, -kan, -an, -i, me-, di-, ber-, pe-, per-, ter-, ke-, se-, spoken ng-, ny-.
    """
    bases = [word]
    bases += [word[: -len(end)] for end in _CLITICS if word.endswith(end) and len(word) - len(end) >= 3]
    yield from bases[1:]
    for base in list(bases):
        bases += [base[: -len(end)] for end in _SUFFIXES if base.endswith(end) and len(base) - len(end) >= 4]
    yield from bases[1:]
    for base in bases:
        for prefix, first in _PREFIXES:
            if base.startswith(prefix) and len(base) > len(prefix):
                yield from _unprefixed(prefix, first, base[len(prefix) :])


def _unprefixed(prefix: str, first: tuple[str, ...], rest: str) -> Iterator[str]:
    """What may have stood before the prefix; "men-" and "mem-" keep only some letters as they are."""
    for letter in first:
        kept = letter or rest[0] in _KEPT_AFTER.get(prefix, rest[0])
        if kept and len(letter + rest) >= _SHORTEST_ROOT:
            yield letter + rest
