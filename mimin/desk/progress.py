"""How far something long has come: one line that grows on a terminal, or a plain line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_EVERY = 0.1  # seconds between two drawings
_WIDTH = 24  # blocks of a whole bar
Tell = Callable[[str, int, int], None]


def shown_on(stream: TextIO, *, lines: bool = False) -> Tell:
    """A function that tells "what, done of total" (with a total of 0 only what is done).

    On a terminal a bar with count, rate and the time that is left is drawn over the last one. Where nobody looks there
    is nothing, or with ``lines`` one line a tenth.
    """
    if stream.isatty():
        return _drawn_on(stream)
    return _told_on(stream) if lines else lambda what, done, total: None


def _drawn_on(stream: TextIO) -> Tell:
    began: dict[str, float] = {}
    drawn: dict[str, float] = {}

    def tell(what: str, done: int, total: int) -> None:
        now = time.monotonic()
        spent = now - began.setdefault(what, now)
        if done < total and now - drawn.get(what, 0) < _EVERY:
            return
        drawn[what] = now
        stream.write(f"\r\x1b[K{what} {_bar(done, total, spent)}" if total else f"\r\x1b[K{what} ...")
        if total and done >= total:
            stream.write("\n")
        stream.flush()

    return tell


def _bar(done: int, total: int, spent: float) -> str:
    """The bar with what can be said of the pace: nothing before a first second of it."""
    done = min(done, total)
    filled = _WIDTH * done // total
    bar = f"{'█' * filled}{'░' * (_WIDTH - filled)} {_grouped(done)}/{_grouped(total)}"
    if spent < 1 or not done:
        return bar
    return f"{bar}  {_grouped(round(done / spent))}/s  {_span(spent * (total - done) / done)}"


def _told_on(stream: TextIO) -> Tell:
    told: dict[str, int] = {}

    def tell(what: str, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 0
        if told.get(what) != tenth:
            told[what] = tenth
            stream.write(f"{what} {_grouped(done)}/{_grouped(total)}\n" if total else f"{what} ...\n")
            stream.flush()

    return tell


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _span(seconds: float) -> str:
    """Minutes and seconds, such as 2:05."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"
