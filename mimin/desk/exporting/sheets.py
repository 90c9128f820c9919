"""Writing a table, row by row, as CSV or XLSX, while it is sent. Pure.

No cell is ever calculated: in a CSV a mark keeps a spreadsheet from it, in an XLSX every cell is text.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

CSV, XLSX = "csv", "xlsx"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CELL_AT_MOST = 32_767
"""Characters that a spreadsheet keeps in a cell; what is longer is cut there in an XLSX, and whole in a CSV."""

_CALCULATES = ("=", "+", "-", "@", "\t", "\r")
_PIECE = 64 * 1024
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets><sheet name="Aduan" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_DOCUMENT}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def written(kind: str, rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The bytes of a table of this kind, in pieces; never more in memory than one piece."""
    return _csv(rows) if kind == CSV else _xlsx(rows)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet calculates: one that begins like a formula gets a quote before it."""
    return f"'{cell}" if cell.startswith(_CALCULATES) else cell


def _csv(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    kept = io.StringIO(newline="")
    writer = csv.writer(kept)
    kept.write("\ufeff")  # without it Excel takes UTF-8 for the code page of its country
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if kept.tell() > _PIECE:
            yield kept.getvalue().encode("utf-8", "replace")
            kept.seek(0)
            kept.truncate()
    yield kept.getvalue().encode("utf-8", "replace")


class _Pipe(io.RawIOBase):
    """Where a zip file is written to that cannot go back: what was written is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _xlsx(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in _PARTS.items():
            packed.writestr(name, _XML + text)
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            waiting: list[str] = []
            size = 0
            for row in rows:
                waiting.append(_xlsx_row(row))
                size += len(waiting[-1])
                if size > _PIECE:
                    sheet.write("".join(waiting).encode())
                    waiting, size = [], 0
                    yield pipe.taken()
            sheet.write("".join((*waiting, "</sheetData></worksheet>")).encode())
    yield pipe.taken()


def _xlsx_row(row: Sequence[str]) -> str:
    return f"<row>{''.join(map(_xlsx_cell, row))}</row>"


def _xlsx_cell(cell: str) -> str:
    text = escape(_FORBIDDEN.sub("\ufffd", cell[:CELL_AT_MOST]))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' if text else "<c/>"
