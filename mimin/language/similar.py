"""Finding the same message again among a million: a signature, keys for an indexed column, a measure. Pure Python.

Messages are given cleaned (``clean``). Two resemble each other by the share of five-letter pieces that they have in
common, spelled in one way, greetings and courtesies left out. A signature is a MinHash of those pieces (one
permutation, empty bins filled by rotation); its keys are small integers that two resembling messages probably share.

Keep the keys in a table ``(key, message)`` with an index on the key, ask for those of a new message, take the messages
that share most keys, and measure these with ``resemblance``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from zlib import crc32

from mimin.language.packaged import packaged
from mimin.language.words import WORD, normal

VERSION = 1
"""Rises when signatures of the same text change: keys that were kept of another version must be made anew."""

NEAR = 0.5
"""The resemblance from which two messages are taken for the same one, told again."""

BANDS = 8
_ROWS = 3
_BINS = BANDS * _ROWS
_PIECE = 5
_SPREAD = 0x9E3779B1
_WORD = 0xFFFFFFFF
_ROTATED = 0x1000003
_KEY_BITS = 28

Signature = tuple[int, ...]
"""24 numbers of 32 bits; empty for a text without words."""


@cache
def _courtesy() -> frozenset[str]:
    """Words that say nothing of the matter, from ``data/courtesy.json``."""
    return frozenset(packaged("courtesy"))


@lru_cache(maxsize=64)
def _pieces(text: str) -> frozenset[int]:
    """The five-letter pieces of a text, each as a number of 32 bits; the whole text where it is shorter."""
    words = [normal(word) for word in WORD.findall(text)]
    spoken = [word for word in words if word not in _courtesy()] or words
    plain = " ".join(spoken).encode()
    last = max(1, len(plain) - _PIECE + 1) if plain else 0
    return frozenset([crc32(plain[at : at + _PIECE]) * _SPREAD & _WORD for at in range(last)])


def _filled(least: dict[int, int]) -> Iterator[int]:
    """Every bin's least number; an empty bin takes that of the next one that is not, marked with the distance."""
    for bin in range(_BINS):
        away = next(step for step in range(_BINS) if (bin + step) % _BINS in least)
        yield least[(bin + away) % _BINS] + away * _ROTATED & _WORD


def signature(text: str) -> Signature:
    """The signature of a message; the same in every process and on every machine. Any string is accepted."""
    least: dict[int, int] = {}
    for number in sorted(_pieces(text)):
        if number % _BINS not in least:
            least[number % _BINS] = number
            if len(least) == _BINS:
                return tuple([least[bin] for bin in range(_BINS)])
    return tuple(_filled(least)) if least else ()


def bands(signature: Signature) -> tuple[int, ...]:
    """Eight keys of 31 bits, each with its band's number in it; none for a text without words.

    Two messages that resemble each other by .8 share a key with probability .997, by .6 with .86, by .1 with .008.
    """
    keys = []
    for band in range(BANDS if signature else 0):
        rows = signature[band * _ROWS : (band + 1) * _ROWS]
        mixed = crc32(b"".join(row.to_bytes(4, "big") for row in rows))
        keys.append(band << _KEY_BITS | mixed >> (32 - _KEY_BITS))
    return tuple(keys)


def resemblance(a: str, b: str) -> float:
    """How much two messages have in common, from 0 to 1 (Jaccard's measure of their pieces)."""
    one, other = _pieces(a), _pieces(b)
    return len(one & other) / len(one | other) if one and other else 0.0
