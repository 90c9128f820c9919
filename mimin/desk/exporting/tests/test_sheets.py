"""Tables as they leave: read back by what reads tables, and calculated by nobody."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.desk.exporting.sheets import CELL_AT_MOST, CSV, XLSX, harmless, written
from mimin.desk.importing.tables import recognised, rows

ROWS = [["Nomor", "Isi"], ["0012", 'Jalan <rusak> & "parah"\nbaris dua'], ["", "é 😀"]]
DANGEROUS = (
    '=HYPERLINK("http://jahat.example";"klik")', "=1+1", "+62811", "-5", "@SUM(A1)", "\t=1+1", "\r=1+1",
    "=cmd|' /C calc'!A0",
)  # fmt: skip


def made(kind: str, lines: list[list[str]]) -> bytes:
    return b"".join(written(kind, lines))


def read(content: bytes) -> list[list[str]]:
    file = io.BytesIO(content)
    return [cells for _number, cells in rows(file, recognised(file))]


@pytest.mark.parametrize("kind", (CSV, XLSX))
def test_a_table_is_read_back_as_it_was_written(kind: str) -> None:
    assert read(made(kind, ROWS)) == ROWS


@pytest.mark.parametrize("cell", DANGEROUS)
def test_no_cell_of_a_csv_is_calculated(cell: str) -> None:
    ((written_cell,),) = csv.reader(io.StringIO(made(CSV, [[cell]]).decode("utf-8-sig"), newline=""))
    assert written_cell == "'" + cell
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("cell", DANGEROUS)
def test_every_cell_of_an_xlsx_is_text(cell: str) -> None:
    content = made(XLSX, [["kepala", cell]])
    found = openpyxl.load_workbook(io.BytesIO(content)).active["B1"]
    assert (found.data_type, found.value) == ("s", cell.replace("\r", "\n") if "\r" in cell else cell)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("cell", ("halo", "5-6", "a=b", "'petik"))
def test_an_ordinary_cell_is_left_alone(cell: str) -> None:
    assert harmless(cell) == cell


def test_what_no_xml_holds_becomes_a_mark() -> None:
    assert read(made(XLSX, [["a", "x\x00\x0b\ud800y"]])) == [["a", "x\ufffd\ufffd\ufffdy"]]


def test_a_cell_that_no_spreadsheet_keeps_is_cut_in_an_xlsx_alone() -> None:
    long = "x" * (CELL_AT_MOST + 10)
    assert [len(read(made(kind, [["a", long]]))[0][1]) for kind in (XLSX, CSV)] == [
        CELL_AT_MOST,
        CELL_AT_MOST + 10,
    ]


@pytest.mark.parametrize("kind", (CSV, XLSX))
def test_a_long_table_is_written_while_it_is_made(kind: str) -> None:
    """The first bytes leave before the last row is asked for."""
    asked = []

    def lines():
        for number in range(20_000):
            asked.append(number)
            yield [str(number), f"jalan rusak nomor {number * 7919} dekat pasar {number}"]

    pieces = written(kind, lines())
    first = next(pieces)
    assert first and len(asked) < 20_000
    content = first + b"".join(pieces)
    assert len(read(content)) == 20_000


@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=4), min_size=1, max_size=6))
def test_any_words_make_a_table_that_opens(lines: list[list[str]]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(XLSX, lines)), read_only=True)
    assert len(list(book.active.iter_rows())) == len(lines)
