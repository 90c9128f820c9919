"""Making a citizen's text safe to show. Pure Python.

``clean`` is what people see: one alphabet, no invisible characters, bounded. Every later position (masks,
reasons) counts in this text. What machines compare is each word's normal form (``words.normal``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mimin.language.letters import one_alphabet, turned

LONGEST = 20_000
"""Characters of a message that are kept; the raw message is kept elsewhere, whole."""

# Controls, surrogates, bidi marks, zero-width and filler characters, variation selectors, tags, private use.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\ue000-\uf8ff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_LINE_EDGES = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")

# Stretched beyond any feeling: "aaaaaaaaaaaa", "............"; digits are numbers and stay.
_DRAWN_OUT = re.compile(r"([^\d\s])\1{8,}")


class Cleaned(NamedTuple):
    """Text that is safe to show, and whether it was longer than :data:`LONGEST`."""

    text: str
    cut: bool


def _bounded(text: str) -> Cleaned:
    if len(text) <= LONGEST:
        return Cleaned(text, False)
    # Not in the middle of a word: half a number would escape the mask.
    space = max(text.rfind(" ", LONGEST - 200, LONGEST), text.rfind("\n", LONGEST - 200, LONGEST))
    return Cleaned(text[: space if space > 0 else LONGEST].rstrip(), True)


def cleaned(text: str) -> Cleaned:
    """The text as people may see it, at most :data:`LONGEST` characters, and whether something was cut.

    Line breaks stay (at most one empty line), other white space becomes one space. Any string is accepted,
    also binary rubbish and lone surrogates. HTML is left as it is: the template escapes it.
    ``clean(clean(x)) == clean(x)``.
    """
    if len(text) <= LONGEST and text.isascii() and text.isprintable():
        return Cleaned(_DRAWN_OUT.sub(r"\1\1\1", " ".join(text.split())), False)
    whole = len(text) <= LONGEST * 4
    text = _LINE_END.sub("\n", text[: LONGEST * 4])
    if not text.isascii():
        text = one_alphabet(_INVISIBLE.sub("", turned(text)))
    text = _DRAWN_OUT.sub(r"\1\1\1", _SPACES.sub(" ", _INVISIBLE.sub("", text)))
    text = _EMPTY_LINES.sub("\n\n", _LINE_EDGES.sub("\n", text)).strip()
    bounded = _bounded(text)
    return Cleaned(bounded.text, bounded.cut or not whole)


def clean(text: str) -> str:
    """The text as people may see it; see :func:`cleaned`."""
    return cleaned(text).text
