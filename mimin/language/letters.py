"""Letters in disguise: other alphabets, styled and boxed letters, flags, marks, as the plain Latin ones. Pure Python.

What a letter is drawn like stands in ``data/look_alikes.json``: ``alike`` are the letters that nobody can tell apart,
``drawn`` those with which Latin words are only written for show.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from mimin.language.packaged import packaged

_BOXES = (0x1F110, 0x1F130, 0x1F150, 0x1F170)
_INDICATOR_A = 0x1F1E6
_DIGITS = (0x2460, 0x2776, 0x2780, 0x278A, 0x24F5)
_STYLED = str.maketrans(
    {chr(first + i): chr(ord("A") + i) for first in _BOXES for i in range(26)}
    | {chr(0x249C + i): chr(ord("a") + i) for i in range(26)}
    | {chr(first + i): str(i + 1) for first in _DIGITS for i in range(9)}
)

# What did not join with its letter is only drawn over it: strokes, rings, stacks, keycaps.
_LOOSE_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ua670-\ua672]+")
_BACKWARDS = re.compile("\u202e([^\u202c\u2069\n]*)[\u202c\u2069]?")
_INDICATORS = re.compile("[\U0001f1e6-\U0001f1ff]+")
_ONE_SCRIPT = re.compile("[\u0400-\u052f]+|[\u0370-\u03ff]+")
_FEWEST_DRAWN = 3

# ISO 3166-1: what two indicators may be the flag of.
_COUNTRIES = frozenset(
    re.findall(
        "..",
        "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCX"
        "CYCZDEDJDKDMDODZECEEEGEHERESETEUFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIR"
        "ISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENF"
        "NGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTH"
        "TJTKTLTMTNTOTRTTTVTWTZUAUGUMUNUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW",
    )
)


@cache
def _tables() -> tuple[dict[int, str], dict[int, str], re.Pattern[str]]:
    """What is alike, that and what is drawn, and the words in which either may stand."""
    rows = packaged("look_alikes")
    alike, drawn = (
        {ord(sign): plain for plain, signs in rows[name].items() for sign in signs}
        for name in ("alike", "drawn")
    )
    signs = "".join(chr(sign) for sign in drawn if not chr(sign).isalnum())
    return alike, alike | drawn, re.compile(f"(?:[^\\W_]|[{re.escape(signs)}])+")


def _flags(found: re.Match[str]) -> str:
    """Flags stay; indicators that name no country are letters."""
    letters = "".join(chr(ord(sign) - _INDICATOR_A + ord("A")) for sign in found.group())
    if len(letters) % 2 == 0 and all(pair in _COUNTRIES for pair in re.findall("..", letters)):
        return found.group()
    return letters


def _is_latin(word: str) -> bool:
    return word.isascii() or all(unicodedata.normalize("NFKD", letter)[0].isascii() for letter in word)


def _plain_word(found: re.Match[str]) -> str:
    """A word of nothing but Latin letters and their look-alikes in plain ones; real Greek and Russian words stay."""
    word = found.group()
    if word.isascii():
        return word
    alike, drawn, _ = _tables()
    plain = word.translate(alike)
    if _is_latin(plain):
        return plain
    plain = word.translate(drawn)
    foreign = len(word) < _FEWEST_DRAWN or _ONE_SCRIPT.fullmatch(word)
    return plain if not foreign and _is_latin(plain) else word


def turned(text: str) -> str:
    """Text that was turned around by an override, in the order in which people saw it."""
    return _BACKWARDS.sub(lambda found: found[1][::-1], text) if "\u202e" in text else text


def one_alphabet(text: str) -> str:
    """Styled letters, full-width forms, letters as flags and look-alikes as plain ones; loose marks removed."""
    text = unicodedata.normalize("NFKC", _INDICATORS.sub(_flags, text.translate(_STYLED)))
    return _tables()[2].sub(_plain_word, _LOOSE_MARKS.sub("", text))
