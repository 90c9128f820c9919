"""Whose a report is: names as spreadsheets write them."""

from __future__ import annotations

import pytest

from mimin.desk.importing.places import Known, named, places

HERE = places(
    ("Kabupaten Contoh", "Contoh"),
    [
        Known(1, ("Kabupaten Contoh", "Contoh")),
        Known(2, ("Dinas Pekerjaan Umum dan Penataan Ruang", "Dinas PUPR", "PUPR")),
        Known(3, ("Badan Pendapatan Daerah", "Bapenda")),
        Known(4, ("Puskesmas Sukajaya", "Puskesmas")),
        Known(5, ("Puskesmas Mekarsari", "Puskesmas")),
    ],
)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Dinas Pekerjaan Umum dan Penataan Ruang", 2),
        ("DINAS PEKERJAAN UMUM & PENATAAN RUANG", 2),
        ("  dinas  pupr. ", 2),
        ("Dinas PUPR Kab. Contoh", 2),
        ("Dinas PUPR - Pemerintah Kabupaten Contoh", 2),
        ("Badan Pendapatan", 3),
        ("BADAN PENDAPATAN DAERAH KABUPATEN CONTOH", 3),
        ("Pemkab Contoh", 1),
        ("Puskesmas Sukajaya", 4),
        ("Puskesmas", None),
        ("Dinas Kesehatan", None),
        ("Dinas PUPR Kab. Lain", None),
        ("", None),
        ("---", None),
    ],
)
def test_a_unit_is_known_by_any_of_its_names(name: str, unit: int | None) -> None:
    assert HERE.unit(name) == unit


@pytest.mark.parametrize(
    ("unit", "government", "region", "other"),
    [
        ("", "Pemerintah Kabupaten Contoh", "", ""),
        ("", "PEMKAB CONTOH", "Kota Lain", ""),
        ("", "Kab. Contoh", "", ""),
        ("Dinas PUPR", "Pemerintah Kota Lain", "Kota Lain", ""),
        ("", "Pemerintah Kota Lain", "Kabupaten Contoh", "Pemerintah Kota Lain"),
        ("", "Pemerintah Kota Contoh", "", "Pemerintah Kota Contoh"),
        ("", "PT PLN (Persero)", "Kabupaten Contoh", "PT PLN (Persero)"),
        ("", "", "Kabupaten Contoh", ""),
        ("", "", "KAB. CONTOH", ""),
        ("", "", "Kota Lain", "Kota Lain"),
        ("", "", "", ""),
        ("", "Badan Pendapatan Daerah", "Kota Lain", ""),
    ],
)
def test_a_report_to_another_government_is_told_from_ours(
    unit: str, government: str, region: str, other: str
) -> None:
    assert HERE.elsewhere(unit, government, region) == other


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Pemerintah Kabupaten Contoh", "kabupaten contoh"),
        ("PEMKAB. CONTOH", "kabupaten contoh"),
        ("Kec. Sukajaya", "kecamatan sukajaya"),
        ("Kesehatan & Gizi", "kesehatan gizi"),
        ("Kesehatan dan Gizi", "kesehatan gizi"),
    ],
)
def test_names_are_compared_by_what_they_say(written: str, plain: str) -> None:
    assert named(written) == plain
