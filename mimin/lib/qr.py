"""A text as a QR code: one path of an SVG, drawn by whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4
"""Empty modules around it, as ISO/IEC 18004 asks for."""


@dataclass(frozen=True)
class QrDrawing:
    """A square of ``side`` modules with its quiet edge, and the dark ones as the ``d`` of a path."""

    side: int
    path: str


def drawn(text: str) -> QrDrawing:
    """The code of a text, read even where a tenth of it is covered. Dark modules of a row that touch are one piece."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    pieces = [f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)]
    return QrDrawing(len(rows), "".join(pieces))


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules begin in a row, and how many stand side by side."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((x, 1))
    return found
