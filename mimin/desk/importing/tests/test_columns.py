"""What the columns of a table are taken for."""

from __future__ import annotations

import random

import pytest

from mimin.desk.exporting.lapor import COLUMNS
from mimin.desk.importing.columns import FIELDS, LAPOR, TABLE, cell, header, plain, proposed
from mimin.desk.importing.limits import Unreadable

THE_EXPORT = {
    "tracking": "Tracking ID",
    "date": "Tanggal Laporan Masuk",
    "time": "Waktu Laporan Masuk",
    "klass": "Klasifikasi Laporan",
    "title": "Judul Laporan",
    "text": "Isi Laporan Awal",
    "secrecy": "Tipe Laporan (Anonim/Rahasia)",
    "government": "Instansi Induk",
    "unit": "Instansi Terdisposisi",
    "state": "Status Laporan",
    "reason": "Alasan Tunda/Arsip",
    "province": "Provinsi",
    "region": "Kota/Kabupaten",
}


def by_name(names: list[str]) -> dict[str, str]:
    return {field: names[place] for field, place in proposed(names).items()}


@pytest.mark.parametrize("seed", range(5))
def test_the_national_export_is_known_in_any_order(seed: int) -> None:
    names = list(COLUMNS)
    random.Random(seed).shuffle(names)  # noqa: S311
    assert header([(1, names)]).form == LAPOR
    assert by_name(names) == THE_EXPORT


def test_its_names_are_known_however_they_are_spelled() -> None:
    names = [f" {name.upper()} " for name in COLUMNS]
    assert header([(1, names)]).form == LAPOR
    assert {field: name.strip().title() for field, name in by_name(names).items()}.keys() == THE_EXPORT.keys()


def test_a_title_row_before_the_header_is_passed_over() -> None:
    found = header([(1, ["Laporan Kabupaten Contoh"]), (3, list(COLUMNS)), (4, ["6512345"])])
    assert (found.row, found.form) == (3, LAPOR)
    found = header(
        [(1, ["Rekap aduan 2023"]), (2, ["No", "Tanggal", "Uraian"]), (3, ["1", "2 Mei 2023", "jalan"])]
    )
    assert (found.row, found.names, found.form) == (2, ("No", "Tanggal", "Uraian"), TABLE)


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (
            ["No", "Tgl", "Jam", "Nama Pelapor", "Uraian Aduan", "OPD", "Status", "Tindak Lanjut"],
            {"number": "No", "date": "Tgl", "time": "Jam", "author": "Nama Pelapor", "text": "Uraian Aduan",
             "unit": "OPD", "state": "Status", "answer": "Tindak Lanjut"},
        ),
        (
            ["Tanggal (WIB)", "Isi Aduan", "Jawaban", "Tanggal Jawaban"],
            {"date": "Tanggal (WIB)", "text": "Isi Aduan", "answer": "Jawaban", "answered": "Tanggal Jawaban"},
        ),
        (["received_at", "text", "id"], {"date": "received_at", "text": "text", "number": "id"}),
        (["kolom 1", "kolom 2"], {}),
        (["No Telepon", "Tanggal", "Isi"], {"date": "Tanggal", "text": "Isi"}),
        (["Tanggal", "Tanggal"], {"date": "Tanggal"}),
    ],
)  # fmt: skip
def test_columns_of_other_tables_are_proposed_by_their_names(
    names: list[str], wanted: dict[str, str]
) -> None:
    assert by_name(names) == wanted


def test_no_column_is_two_things_and_no_name_stands_for_two_fields() -> None:
    known = [name for names in FIELDS.values() for name in names]
    assert len(known) == len(set(known))
    assert [name for name in known if plain(name) != name] == []
    places = proposed([name.title() for name in known]).values()
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("first", ([], [(1, ["hanya judul"])], [(n, ["satu"]) for n in range(20)]))
def test_a_table_without_a_header_is_refused(first: list[tuple[int, list[str]]]) -> None:
    with pytest.raises(Unreadable) as caught:
        header(first)
    assert caught.value.code == "no_header"


def test_a_short_row_has_empty_cells() -> None:
    assert [cell(["a"], {"x": place}, field) for field, place in (("x", 0), ("x", 1), ("y", 0))] == [
        "a",
        "",
        "",
    ]
