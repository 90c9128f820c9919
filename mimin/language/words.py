"""Words of everyday Indonesian: how they are normally written and what they may be built from. Pure Python."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

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


@cache
def slang() -> dict[str, str]:
    """Everyday short forms and what they stand for, one word each, from the packaged ``data/slang.json``."""
    text = resources.files("mimin.language").joinpath("data/slang.json").read_text("utf-8")
    return {short: word for word, shorts in json.loads(text).items() for short in shorts}


@lru_cache(maxsize=100_000)
def normal(word: str) -> str:
    """One word in lower case without marks, stretching ("rusaaak"), the doubling "2" ("anak2") and slang."""
    word = word.lower()
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    word = _STRETCHED.sub(r"\1", word)
    word = _TWICE.sub(r"\1\2", word)
    return slang().get(word, word)


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
