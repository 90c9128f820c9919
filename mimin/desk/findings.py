"""What a check of this installation finds: how bad it is, what it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

OK, WEAK, UNSAFE = "ok", "weak", "unsafe"


@dataclass(frozen=True)
class Finding:
    """What one check found: its name, how bad it is, what it is, and how to mend it."""

    name: str
    level: str
    text: str
    mend: str = ""


Said = tuple[str, str, str]
"""Level, text and mend of a finding whose check has a name."""
Check = Callable[[], Said]


def all_found(checks: Mapping[str, Check]) -> list[Finding]:
    """Make every check, in order."""
    return [found(name, check) for name, check in checks.items()]


def found(name: str, check: Check) -> Finding:
    """What one check finds. One that cannot be made is unsafe: nobody knows what it would have found."""
    try:
        return Finding(name, *check())
    except Exception as error:
        return Finding(
            name,
            UNSAFE,
            _("could not be checked: %(error)s") % {"error": f"{type(error).__name__}: {error}"},
            _("Mend what the other lines say first, then look again."),
        )


def good(text: str) -> Said:
    """That nothing is wrong, and what is so."""
    return OK, text, ""
