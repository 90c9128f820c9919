"""Files that people send, whole and hostile: each is read as rows of text, or refused with the reason."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.desk.importing import limits, tables, workbook
from mimin.desk.importing.tables import Format, Unreadable, recognised, rows

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(content: bytes) -> list[tuple[int, list[str]]]:
    file = io.BytesIO(content)
    return list(rows(file, recognised(file)))


def refused(content: bytes) -> str:
    """The code with which a file is refused."""
    with pytest.raises(Unreadable) as caught:
        read(content)
    return caught.value.code


def book(*lines: list[Any]) -> bytes:
    made, kept = openpyxl.Workbook(), io.BytesIO()
    for line in lines:
        made.active.append(line)
    made.save(kept)
    return kept.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same workbook with its parts changed (None: left out)."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            if (part := change(name, before.read(name))) is not None:
                after.writestr(name, part)
    return kept.getvalue()


# -- whole ------------------------------------------------------------------------------------------------------------

PLAIN = [(1, ["No", "Isi"]), (2, ["1", "jalan rusak"])]


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        (b"No,Isi\n1,jalan rusak\n", Format("csv", "utf-8-sig", ",")),
        (b"No;Isi\r\n1;jalan rusak\r\n", Format("csv", "utf-8-sig", ";")),
        (b"No\tIsi\n1\tjalan rusak", Format("csv", "utf-8-sig", "\t")),
        (b"No|Isi\n1|jalan rusak\n\n\n", Format("csv", "utf-8-sig", "|")),
        ("\ufeffNo,Isi\n1,jalan rusak".encode(), Format("csv", "utf-8-sig", ",")),
        ("No,Isi\n1,jalan rusak".encode("utf-16"), Format("csv", "utf-16", ",")),
        (b' No , Isi \n 1 ,"jalan rusak "\n', Format("csv", "utf-8-sig", ",")),
        (book(["No", "Isi"], [1, "jalan rusak"]), Format("xlsx")),
    ],
)
def test_a_table_is_read_whatever_it_is_written_in(content: bytes, reading: Format) -> None:
    assert recognised(io.BytesIO(content)) == reading
    assert read(content) == PLAIN


def test_an_old_windows_code_page_is_read() -> None:
    assert read("No,Isi\n1,caf\u00e9 \u201cbaru\u201d".encode("cp1252"))[1] == (
        2,
        ["1", "caf\u00e9 \u201cbaru\u201d"],
    )


def test_a_letter_that_lies_across_two_pieces_is_still_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_LOOK_AT", 7)
    assert tables._encoding(io.BytesIO("aaaaaa\u00e9".encode()), b"aaaaaa") == "utf-8-sig"


def test_line_breaks_quotes_and_delimiters_within_quotes_are_one_cell() -> None:
    content = b'No;Isi\n1;"jalan, rusak; parah\r\nkata ""mereka"" sabar"\n'
    assert read(content)[1] == (2, ["1", 'jalan, rusak; parah\r\nkata "mereka" sabar'])


def test_commas_in_texts_do_not_hide_the_semicolon() -> None:
    content = b"No;Isi\n1;a, b, c, d, e\n2;f, g\n3;h\n"
    assert recognised(io.BytesIO(content)).delimiter == ";"


def test_cells_of_a_workbook_are_what_a_person_reads() -> None:
    line = [
        674.0,
        12.5,
        None,
        True,
        datetime(2024, 9, 23, 0, 41, 43),
        date(2024, 9, 23),
        clock(0, 41, 43),
        " a_x000D_\nb ",
    ]
    assert read(book(["x"] * 8, line))[1] == (
        2,
        ["674", "12.5", "", "True", "2024-09-23T00:41:43", "2024-09-23T00:00:00", "00:41:43", "a\nb"],
    )


def test_rows_are_numbered_as_the_spreadsheet_does_and_empty_ones_are_passed_over() -> None:
    assert [number for number, _ in read(book(["a", "b"], [], [None, ""], ["c", "d"]))] == [1, 4]
    assert [number for number, _ in read(b"a,b\n,\n\nc,d\n")] == [1, 4]


def test_the_first_sheet_with_something_in_it_is_read() -> None:
    made, kept = openpyxl.Workbook(), io.BytesIO()
    for name, word in (("Isi", "pertama"), ("Lagi", "kedua")):
        made.create_sheet(name).append(["x", word])
    made.save(kept)
    assert read(kept.getvalue()) == [(1, ["x", "pertama"])]


def test_a_mark_that_keeps_a_spreadsheet_from_calculating_is_no_text() -> None:
    assert read(b"a,b\n'=1+1,'quoted'\n")[1] == (2, ["=1+1", "'quoted'"])


# -- formulas ---------------------------------------------------------------------------------------------------------


def test_of_a_formula_the_last_value_counts_and_nothing_is_calculated() -> None:
    def with_formula(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return part
        cells = b'<c r="A2"><f>WEBSERVICE("http://127.0.0.1/")</f><v>42</v></c><c r="B2"><f>1+1</f></c>'
        return part.replace(b"</sheetData>", b'<row r="2">' + cells + b"</row></sheetData>")

    assert read(repacked(book(["a", "b"]), with_formula)) == [(1, ["a", "b"]), (2, ["42"])]


def test_a_cell_that_shows_an_error_is_empty() -> None:
    assert read(book(["a", "b"], ["#N/A", "#REF!"], ["1", "2"]))[1] == (3, ["1", "2"])


# -- hostile ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 600, "no_table"),
        (b"PK\x03\x04 and then nothing", "broken"),
        (b'No,Isi\n1,"tidak pernah ditutup\n2,lagi\n', "quotes"),
        (b'No,Isi\n1,"' + b"x" * (limits.CELL_AT_MOST + 1) + b'"\n', "quotes"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_the_row_of_the_open_quotation_mark_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        read(b'No,Isi\n1,a\n2,"b\n3,c\n')
    assert caught.value.given == {"row": 3}


@pytest.mark.parametrize("share", (0.1, 0.5, 0.9, 0.99))
def test_a_workbook_that_was_cut_is_broken(share: float) -> None:
    whole = book(["No", "Isi"], *([n, "jalan rusak " * 5] for n in range(500)))
    assert refused(whole[: int(len(whole) * share)]) == "broken"


@pytest.mark.parametrize("place", range(0, 5000, 97))
def test_a_workbook_with_a_changed_byte_is_read_or_refused(place: int) -> None:
    whole = bytearray(book(["No", "Isi"], [1, "jalan rusak"]))
    whole[place % len(whole)] ^= 0xFF
    try:
        read(bytes(whole))
    except Unreadable as error:
        assert error.code in {"broken", "no_table", "empty", "old_excel", "too_much_inside"}


def test_a_zip_file_that_is_no_workbook_is_no_table() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("foto.txt", "bukan tabel")
    assert refused(kept.getvalue()) == "no_table"


def test_a_workbook_without_its_sheet_is_broken() -> None:
    assert refused(repacked(book(["a", "b"]), lambda n, p: None if "sheet1" in n else p)) == "broken"


def test_a_locked_workbook_asks_for_one_without_a_password() -> None:
    whole = bytearray(book(["a", "b"]))
    entry = whole.find(b"PK\x01\x02")
    whole[entry + 8] |= 1
    assert refused(bytes(whole)) == "old_excel"


def test_a_small_file_with_a_huge_inside_is_refused_unread() -> None:
    """A zip bomb: 500 MB of nothing in half a megabyte."""
    kept = io.BytesIO(book(["a", "b"]))
    with (
        zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/media/besar", "w") as part,
    ):
        for _ in range(500):
            part.write(b"\0" * 1024 * 1024)
    assert len(kept.getvalue()) < 1_000_000
    tracemalloc.start()
    assert refused(kept.getvalue()) == "too_much_inside"
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_strings_that_would_fill_the_memory_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "STRINGS_AT_MOST", 1_000)
    kept = io.BytesIO(book(["a", "b"]))
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"<sst>" + b"<si><t>a</t></si>" * 100 + b"</sst>")
    assert refused(kept.getvalue()) == "too_much_inside"


def test_a_part_that_is_larger_than_it_says_is_broken() -> None:
    """The size that a zip file tells is how much is read of it; a lie ends in the wrong sum."""
    rows_ = b"".join(b"<row><c><v>1</v></c></row>" for _ in range(50_000))
    whole = bytearray(repacked(book(["a"]), lambda n, p: p.replace(b"</sheetData>", rows_ + b"</sheetData>")))
    with zipfile.ZipFile(io.BytesIO(bytes(whole))) as packed:
        told = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    at = whole.find(struct.pack("<I", told), whole.find(b"PK\x01\x02"))
    whole[at : at + 4] = struct.pack("<I", 2_000)
    assert refused(bytes(whole)) == "broken"


def test_entities_that_grow_are_refused() -> None:
    """A billion laughs: ten levels of ten."""
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>'.encode()

    def laughing(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return part
        return doctype + part[part.index(b"<worksheet") :].replace(b">a<", b">&a9;<")

    began = time.monotonic()
    assert refused(repacked(book(["a", "b"]), laughing)) == "broken"
    assert time.monotonic() - began < 5


def test_an_entity_that_names_a_file_of_the_server_is_refused() -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'

    def reading(name: str, part: bytes) -> bytes:
        return doctype + part[part.index(b"<workbook") :] if name == "xl/workbook.xml" else part

    assert refused(repacked(book(["a", "b"]), reading)) == "broken"


def test_a_row_that_says_it_is_the_trillionth_makes_nobody_count_to_it() -> None:
    def far(name: str, part: bytes) -> bytes:
        return part.replace(b'<row r="2"', b'<row r="999999999999"') if "sheet1" in name else part

    began = time.monotonic()
    assert refused(repacked(book(["a", "b"], ["c", "d"]), far)) == "too_many_rows"
    assert time.monotonic() - began < 20


def test_a_cell_far_to_the_right_is_refused() -> None:
    assert refused(book(["a", *[None] * limits.COLUMNS_AT_MOST, "b"])) == "too_many_columns"


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    def lying(name: str, part: bytes) -> bytes:
        return part.replace(b'ref="A1:B2"', b'ref="A1:A1"') if "sheet1" in name else part

    assert read(repacked(book(["a", "b"], ["c", "d"]), lying)) == [(1, ["a", "b"]), (2, ["c", "d"])]


def test_more_rows_than_can_be_taken_in_are_refused_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_AT_MOST", 100)
    assert len(read(b"a,b\n" + b"1,2\n" * 100)) == 101
    assert refused(b"a,b\n" + b"1,2\n" * 101) == "too_many_rows"


def test_a_million_rows_are_refused_in_seconds() -> None:
    content = b"Tanggal,Isi\n" + b"1 Mei 2024,jalan rusak\n" * 1_000_000
    began = time.monotonic()
    assert refused(content) == "too_many_rows"
    assert time.monotonic() - began < 10


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    class Large(io.BytesIO):
        def seek(self, at: int, whence: int = 0) -> int:
            return limits.BYTES_AT_MOST + 1 if whence == io.SEEK_END else super().seek(at, whence)

    with pytest.raises(Unreadable) as caught:
        recognised(Large(b"a,b"))
    assert (caught.value.code, caught.value.given) == ("too_large", {"megabytes": 50})


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_PARTS_AT_MOST", 3)
    assert refused(book(["a", "b"])) == "too_much_inside"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        assert all(isinstance(cell, str) for _number, cells in read(content) for cell in cells)
    except Unreadable as error:
        assert error.code


def test_what_reads_and_maps_knows_no_django() -> None:
    script = (
        "import sys\n"
        "import mimin.desk.importing.incoming, mimin.desk.importing.places\n"
        "import mimin.desk.exporting.lapor, mimin.desk.exporting.sheets\n"
        "assert not {m.split('.')[0] for m in sys.modules} & {'django', 'huey'}"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == 0
