"""Making a citizen's text safe to show and to compare. Pure Python.

``clean`` is what people see: one alphabet, no invisible characters, bounded. Every later position (masks,
reasons) counts in this text. ``folded`` is what machines compare: lower case, slang written out, stretched
letters shortened.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from mimin.language.words import WORD, normal

LONGEST = 20_000
"""Characters of a message that are kept; the raw message is kept elsewhere, whole."""

# Controls, surrogates, bidi marks, zero-width and filler characters, variation selectors, tags, private use.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\ue000-\uf8ff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_STACKED_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3,}")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_LINE_EDGES = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")

# Cyrillic and Greek letters that are drawn like Latin ones; a word of nothing but these is a disguise.
_LOOK_ALIKE = dict(
    zip(
        "АВЕЅZІЈКМНОРСТУХавеѕіјкмнорстухԁԛԝѵҮүһҺԌԍѡ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχωϲϳ",
        "ABESZIJKMHOPCTYXabesijkmhopctyxdqwvYyhHGgw" + "ABEZHIKMNOPTYXabeiknoptuxwcj",
        strict=True,
    )
)
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_BOXED = {chr(first + i): chr(ord("A") + i) for first in (0x1F130, 0x1F150, 0x1F170) for i in range(26)}
_STYLED = str.maketrans(_SMALL_CAPITALS | _BOXED)
_MIXED_WORD = re.compile(
    "[A-Za-z0-9\u0370-\u03ff\u0400-\u052f]*[\u0370-\u03ff\u0400-\u052f][A-Za-z0-9\u0370-\u052f]*"
)


class Cleaned(NamedTuple):
    """Text that is safe to show, and whether it was longer than :data:`LONGEST`."""

    text: str
    cut: bool


def _plain_letters(found: re.Match[str]) -> str:
    word = found.group()
    plain = "".join(_LOOK_ALIKE.get(letter, letter) for letter in word)
    return plain if plain.isascii() else word


def _one_alphabet(text: str) -> str:
    """Styled letters, full-width forms and look-alikes as plain ones; real Greek and Russian words stay."""
    text = unicodedata.normalize("NFKC", text.translate(_STYLED))
    text = _STACKED_MARKS.sub("", text)
    return _MIXED_WORD.sub(_plain_letters, text)


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
        return Cleaned(" ".join(text.split()), False)
    whole = len(text) <= LONGEST * 4
    text = _LINE_END.sub("\n", text[: LONGEST * 4])
    if not text.isascii():
        text = _one_alphabet(_INVISIBLE.sub("", text))
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    text = _EMPTY_LINES.sub("\n\n", _LINE_EDGES.sub("\n", text)).strip()
    bounded = _bounded(text)
    return Cleaned(bounded.text, bounded.cut or not whole)


def clean(text: str) -> str:
    """The text as people may see it; see :func:`cleaned`."""
    return cleaned(text).text


def folded(text: str) -> str:
    """The form in which texts are compared: cleaned, lower case, no marks, slang written out, words only.

    >>> folded("Jln  rusaaak bgt, gk diperbaiki2!!")
    'jalan rusak banget tidak diperbaiki'
    """
    return " ".join(normal(word) for word in WORD.findall(clean(text)))
