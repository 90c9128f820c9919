"""Codes and secret words of the citizen's door, and what its page says of a state. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What a code is written with: no 0 and O, no 1, I and L, that are mistaken on paper. 31 letters, 8 of them: 2**39."""
CODE_LENGTH, SECRET_LENGTH = 8, 6
MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
"""So many wrong secret words close a code for so long. Our proposal: of a
million words, a stranger who knows a code tries 480 a day."""


def code_of(chance: bytes) -> str:
    """A code from random bytes, at least 16."""
    number = int.from_bytes(chance, "big")
    letters = []
    for _place in range(CODE_LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)


def secret_of(fingerprint: str) -> str:
    """The secret word, six digits, from a fingerprint in hex."""
    return f"{int(fingerprint, 16) % 10**SECRET_LENGTH:0{SECRET_LENGTH}d}"


def spelled(code: str) -> str:
    """A code as it is printed: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"


def typed(code: str) -> str:
    """A code as somebody typed it, brought to how it is kept; what cannot be one stays wrong."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:20]


def noop(sentence: str) -> str:
    """A sentence that is translated where it is shown."""
    return sentence


STATES: dict[str, tuple[str, str, str]] = {
    "new": ("idle", "inbox", noop("Received. We are finding out whose work it is.")),
    "routed": ("info", "arrow-right", noop("It is being worked on.")),
    "answered": ("ok", "check", noop("It was answered. Read the answer below.")),
    "scheduled": ("info", "calendar-days", noop("It is planned. What is promised stands below.")),
    "done": ("ok", "check-check", noop("It is done.")),
    "closed": ("idle", "archive", noop("It is closed. Why stands below.")),
    "referred": ("idle", "external-link", noop("It is the business of another body, named below.")),
    "dismissed": ("idle", "minus", noop("It needs no further work.")),
    "merged": ("info", "merge", noop("Others reported the same; it is worked on together.")),
}
"""State of a case -> tone, icon, what its citizen is told."""
ASKED = ("answered", "done", "closed")


def asks(state: str, since: datetime, said_at: datetime | None) -> bool:
    """Whether the citizen is asked if it is solved: once each time that it was answered, done or closed."""
    return state in ASKED and (said_at is None or said_at < since)
