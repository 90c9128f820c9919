"""A short title for the list, made of a message's first sentence that says something. Pure Python."""

from __future__ import annotations

import re

from mimin.language.words import WORD, normal

LONGEST_TITLE = 80

_SHORT_FORMS = [
    "jl",
    "jln",
    "gg",
    "no",
    "nmr",
    "kec",
    "kel",
    "kab",
    "ds",
    "dsn",
    "rt",
    "rw",
    "dr",
    "bpk",
    "hj",
]
"""Words that are written with a dot and do not end a sentence: "Jl. Melati", "Kec. Sukajaya", "No. 5"."""

_SENTENCE_END = re.compile(
    r"\." + "".join(rf"(?<!\b{form}\.)" for form in _SHORT_FORMS) + r"\s|[!?]\s|\n", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]{0,300}>")
_EDGES = " \t\n.,;:!?-–*_#~\"'()/|>"
_READ = 4_000
_FEWEST_WORDS = 3


def _without_greeting(sentence: str, greetings: frozenset[str]) -> str:
    """The sentence from its first word that is no greeting, name of an office or filler on."""
    for word in WORD.finditer(sentence):
        if normal(word.group()) not in greetings:
            return sentence[word.start() :].strip(_EDGES)
    return ""


def _short(sentence: str) -> str:
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    space = sentence.rfind(" ", LONGEST_TITLE // 2, LONGEST_TITLE)
    return sentence[: space if space > 0 else LONGEST_TITLE - 1].rstrip(_EDGES) + "…"


def title(text: str, greetings: frozenset[str]) -> str:
    """At most 80 characters: the first sentence with three words after its greetings, or the longest one there is.

    Give it masked text. Empty for a text without any word.
    """
    shown = _TAG.sub(" ", text[:_READ]) if "<" in text else text[:_READ]
    best, at = "", 0
    while at < len(shown):
        end = _SENTENCE_END.search(shown, at)
        after = end.end() if end else len(shown)
        spoken = " ".join(_without_greeting(shown[at:after], greetings).split())
        if spoken.count(" ") + 1 >= _FEWEST_WORDS:
            return _short(spoken[:1].upper() + spoken[1:])
        best, at = max(best, spoken, key=len), after
    return _short(best[:1].upper() + best[1:])
