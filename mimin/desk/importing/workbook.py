"""The first sheet with something in it of an XLSX file, as rows of text. Pure; of formulas the last value counts.

Before a workbook is opened its parts are looked at: how large they say they are (zipfile reads no more than that),
and whether one declares entities, by which a small file can make a large one.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, BinaryIO

from mimin.desk.importing.limits import (
    COLUMNS_AT_MOST,
    ROWS_AT_MOST,
    STRINGS_AT_MOST,
    UNPACKED_AT_MOST,
    Unreadable,
)

_PARTS_AT_MOST = 2_000
_PROLOGUE = 4 * 1024
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(rb"<[A-Za-z_]")
_EMPTY_AT_MOST = 1_048_576
"""Rows of a sheet: what a file says of a row's number makes nobody count further."""
_ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"])


def checked(file: BinaryIO) -> None:
    """Raise Unreadable unless the file is a workbook of a size that can be read."""
    with _broken_is_said(), zipfile.ZipFile(file) as packed:
        parts = packed.infolist()
        if len(parts) > _PARTS_AT_MOST or sum(part.file_size for part in parts) > UNPACKED_AT_MOST:
            raise Unreadable("too_much_inside", megabytes=UNPACKED_AT_MOST // 1024 // 1024)
        if "[Content_Types].xml" not in packed.namelist():
            raise Unreadable("no_table")
        for part in parts:
            if part.filename.endswith("sharedStrings.xml") and part.file_size > STRINGS_AT_MOST:
                raise Unreadable("too_much_inside", megabytes=STRINGS_AT_MOST // 1024 // 1024)
            if part.flag_bits & 1:
                raise Unreadable("old_excel")
            if part.filename.lower().endswith((".xml", ".rels")):
                _declares_nothing(packed, part)


def _declares_nothing(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with packed.open(part) as opened:
        head = opened.read(_PROLOGUE)
    root = _ROOT.search(head)
    if head.strip() and (root is None or _DECLARES.search(head[: root.start()])):
        raise Unreadable("broken")


def rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet with something in it, from 1; empty ones too, each cell as text."""
    import openpyxl  # a sixth of a second that no other command should wait for

    with _broken_is_said():
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            if not book.worksheets:
                raise Unreadable("broken")
            for sheet in book.worksheets:
                found = False
                for number, cells in _sheet_rows(sheet):
                    found = found or any(cells)
                    yield number, cells
                if found:
                    return
        finally:
            book.close()


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > _EMPTY_AT_MOST:
            raise Unreadable("too_many_rows", rows=ROWS_AT_MOST)
        last = next((at for at in range(len(values), 0, -1) if values[at - 1] is not None), 0)
        if last > COLUMNS_AT_MOST:
            raise Unreadable("too_many_columns", columns=COLUMNS_AT_MOST)
        yield number, [_text(value) for value in values[:last]]


def _text(value: Any) -> str:
    """A cell as a person reads it: a whole number without ".0", a day and a time as ISO writes them."""
    if value is None:
        return ""
    if isinstance(value, str):
        plain = value.replace("_x000D_", "").strip()
        return "" if plain in _ERRORS else plain
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


@contextmanager
def _broken_is_said() -> Iterator[None]:
    """Whatever a reader of zip, XML and workbooks raises for a file that is not whole is one thing to a person."""
    try:
        yield
    except Unreadable:
        raise
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable("broken") from error
