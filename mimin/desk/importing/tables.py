"""Format a table that somebody sends, CSV or XLSX, as rows of text. Pure, and bounded: any file is read or refused.

What cannot be read raises Unreadable with a code; the words for people stand in ``words.py``.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from mimin.desk.importing import workbook
from mimin.desk.importing.limits import CELL_AT_MOST, ROWS_AT_MOST, Unreadable, checked_size

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
DELIMITERS = ",;\t|"
_LOOK_AT = 64 * 1024
_END = "\x00 the end \x00"
_UNQUOTED = ("'=", "'+", "'-", "'@", "'\t", "'\r")
csv.field_size_limit(CELL_AT_MOST)


@dataclass(frozen=True)
class Format:
    """How a file is read: ``kind`` csv or xlsx; of a CSV its encoding and delimiter."""

    kind: str
    encoding: str = ""
    delimiter: str = ""


Row = tuple[int, list[str]]
"""The number of a row as a spreadsheet counts it, and its cells."""


def recognised(file: BinaryIO) -> Format:
    """How a file is to be read, by its bytes alone; the name and the type that a browser tells count nothing."""
    size = file.seek(0, io.SEEK_END)
    checked_size(size)
    file.seek(0)
    head = file.read(_LOOK_AT)
    if head.startswith(OLD_EXCEL):
        raise Unreadable("old_excel")
    if head.startswith(ZIP):
        workbook.checked(file)
        return Format("xlsx")
    encoding = _encoding(file, head)
    text = head.decode(encoding, "ignore")
    if not text.strip():
        raise Unreadable("empty")
    return Format("csv", encoding, _delimiter(text))


def _encoding(file: BinaryIO, head: bytes) -> str:
    """UTF-8 where the whole file is, UTF-16 where it says so, else the code page of an older Windows."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.count(0) > len(head) // 100:
        raise Unreadable("no_table")
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_LOOK_AT):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(text: str) -> str:
    """The delimiter that gives most of the first rows the same number of columns, and of those the most columns."""
    return max(DELIMITERS, key=lambda mark: _evenness(text, mark))


def _evenness(text: str, mark: str) -> tuple[int, int]:
    try:
        widths = Counter(len(row) for row in islice(csv.reader(io.StringIO(text), delimiter=mark), 20))
    except csv.Error:
        return 0, 0
    return max(((rows, width) for width, rows in widths.items() if width > 1), default=(0, 0))


def rows(file: BinaryIO, reading: Format) -> Generator[Row, None, None]:
    """Every row that holds something, its cells stripped. Raises Unreadable, also in the middle."""
    file.seek(0)
    source = workbook.rows(file) if reading.kind == "xlsx" else _csv_rows(file, reading)
    held = 0
    for number, raw in source:
        cells = [_plain(cell) for cell in raw]
        if any(cells):
            held += 1
            if held > ROWS_AT_MOST + 1:  # one of them is the header
                raise Unreadable("too_many_rows", rows=ROWS_AT_MOST)
            yield number, cells


def _csv_rows(file: BinaryIO, reading: Format) -> Iterator[Row]:
    """Each row once the next is known: a quote that is never closed would swallow the mark that ends the file."""
    text = io.TextIOWrapper(file, encoding=reading.encoding, errors="replace", newline="")
    number, before = 0, None
    try:
        for cells in csv.reader(chain(text, [_END]), delimiter=reading.delimiter):
            if before is not None:
                yield number, [cell.strip() for cell in before]
            number, before = number + 1, cells
    except csv.Error:
        raise Unreadable("quotes", row=number + 1) from None
    finally:
        with suppress(ValueError):  # the file was closed before
            text.detach()
    if before != [_END]:
        raise Unreadable("quotes", row=number)


def _plain(cell: str) -> str:
    """A cell as it was meant: the mark that keeps a spreadsheet from calculating it is none of its text."""
    return cell[1:] if cell.startswith(_UNQUOTED) else cell
