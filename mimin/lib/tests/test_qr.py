"""A QR code is drawn with every dark module of the library's, and with no other."""

from __future__ import annotations

import re

import pytest
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from mimin.lib.qr import QUIET, QrDrawing, drawn


def modules(drawing: QrDrawing) -> list[list[bool]]:
    """What the path fills, module by module."""
    rows = [[False] * drawing.side for _row in range(drawing.side)]
    for x, y, length, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", drawing.path):
        assert length == back
        for at in range(int(x), int(x) + int(length)):
            assert not rows[int(y)][at]
            rows[int(y)][at] = True
    return rows


@pytest.mark.parametrize("text", ["1", "https://mimin.contohkab.go.id/gabung/" + "x" * 43 + "/", "é" * 200])
def test_the_drawing_is_the_code_with_its_quiet_edge(text: str) -> None:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    drawing = drawn(text)
    assert modules(drawing) == code.get_matrix()
    assert re.sub(r"M\d+ \d+h\d+v1h-\d+z", "", drawing.path) == ""


def test_four_empty_modules_stand_around_it() -> None:
    rows = modules(drawn("https://mimin.contohkab.go.id/"))
    edge = [*rows[:QUIET], *rows[-QUIET:], *[row[:QUIET] + row[-QUIET:] for row in rows]]
    assert not any(any(row) for row in edge)
