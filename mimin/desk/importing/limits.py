"""How much of a file is read, and why one is not. Pure. The limits are our proposal."""

from __future__ import annotations

from typing import Any

BYTES_AT_MOST = 50 * 1024 * 1024
UNPACKED_AT_MOST = 400 * 1024 * 1024
"""Bytes of all parts of an XLSX together, as they say of themselves: more is no table that an office wrote."""
STRINGS_AT_MOST = 150 * 1024 * 1024
"""Bytes of the strings that an XLSX keeps apart: they must be in memory at once."""
ROWS_AT_MOST = 200_000
COLUMNS_AT_MOST = 200
CELL_AT_MOST = 1_000_000
TEXT_AT_MOST = 100_000
"""Characters of one message, as everywhere in Mimin."""


class Unreadable(Exception):
    """A file that cannot be taken in: a code, and what belongs into its words."""

    def __init__(self, code: str, **given: Any) -> None:
        super().__init__(code)
        self.code, self.given = code, given


class Faulty(Exception):
    """A row that cannot be taken in: a code, and what belongs into its words."""

    def __init__(self, code: str, **given: Any) -> None:
        super().__init__(code)
        self.code, self.given = code, given


def checked_size(size: int) -> None:
    """Raise Unreadable for a file of no bytes, or of too many."""
    if not size:
        raise Unreadable("empty")
    if size > BYTES_AT_MOST:
        raise Unreadable("too_large", megabytes=BYTES_AT_MOST // 1024 // 1024)
