"""One line that grows on a terminal while something takes long; nothing where nobody looks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_EVERY = 0.1  # seconds between two drawings


def shown_on(stream: TextIO) -> Callable[[str, int, int], None]:
    """A function that draws "what, done of total" over the last drawing; with a total of 0 only what is done."""
    if not stream.isatty():
        return lambda what, done, total: None
    drawn: dict[str, float] = {}

    def tell(what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - drawn.get(what, 0) < _EVERY:
            return
        drawn[what] = now
        share = f" {100 * min(done, total) // total} %" if total else " ..."
        stream.write(f"\r\x1b[K{what}{share}")
        if total and done >= total:
            stream.write("\n")
        stream.flush()

    return tell
