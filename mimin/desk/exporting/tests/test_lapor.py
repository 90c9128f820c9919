"""A case in the columns of the national export: the table is the specification."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mimin.desk.exporting.lapor import COLUMNS, STATE_WORDS, Outgoing, cells, line
from mimin.desk.importing.columns import plain
from mimin.desk.importing.incoming import STATES
from mimin.inbox.states import CASE

CASE_ = Outgoing(
    tracking_id="6512345", opened_at=datetime(2024, 9, 22, 17, 41, 43, tzinfo=UTC), zone=ZoneInfo("Asia/Jakarta"),
    klass="pengaduan", oversight=False, anonymous=False, secret=False, affair="Pekerjaan Umum", title="Jalan",
    text="Jalan rusak", source="Instagram", government="Pemerintah Kabupaten Contoh", unit="Dinas PUPR",
    unit_is_told=False, state="routed", reason="",
)  # fmt: skip
ROW = {
    "ID Kategori": "674.0", "Kategori": "Jalan", "Isi Laporan Akhir": "Jalan rusak berat", "Sumber Laporan": "SMS",
    "Instansi Induk": "PEMKAB CONTOH", "ID Instansi Terdisposisi": "88", "Instansi Terdisposisi": "DINAS PUPR",
    "Status Laporan": "Sedang Diproses", "Alasan Tunda/Arsip": "menunggu data", "Provinsi": "Contoh Raya",
    "Kota/Kabupaten": "Kab. Contoh", "Kecamatan": "Sukajaya", "Kelurahan": "Mekarsari",
}  # fmt: skip


def test_the_columns_are_those_of_the_export_in_its_order() -> None:
    assert len(COLUMNS) == 20
    assert (COLUMNS[0], COLUMNS[7], COLUMNS[-1]) == ("Tracking ID", "Isi Laporan Awal", "Kelurahan")
    assert len(line(CASE_)) == 20


def test_a_case_of_ours_is_written_in_the_words_of_the_export() -> None:
    assert {name: cell for name, cell in cells(CASE_).items() if cell} == {
        "Tracking ID": "6512345",
        "Tanggal Laporan Masuk": "23 Sep 2024",
        "Waktu Laporan Masuk": "00:41:43",
        "Klasifikasi Laporan": "Pengaduan Tidak Berkadar Pengawasan",
        "Kategori": "Pekerjaan Umum",
        "Judul Laporan": "Jalan",
        "Isi Laporan Awal": "Jalan rusak",
        "Isi Laporan Akhir": "Jalan rusak",
        "Sumber Laporan": "Instagram",
        "Instansi Induk": "Pemerintah Kabupaten Contoh",
        "Instansi Terdisposisi": "Dinas PUPR",
        "Status Laporan": "Belum Ditindaklanjuti",
    }


def test_what_came_from_there_and_still_holds_is_written_as_it_was() -> None:
    found = cells(replace(CASE_, row=ROW, unit_is_told=True))
    assert {name: found[name] for name in ROW} == ROW


def test_what_changed_here_is_written_as_it_is_now() -> None:
    found = cells(replace(CASE_, row=ROW, unit="Dinas Perhubungan", state="closed"))
    assert [found[name] for name in ("Instansi Terdisposisi", "ID Instansi Terdisposisi", "Status Laporan")] == [
        "Dinas Perhubungan", "", "Selesai",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, ""),
        ({"anonymous": True}, "Anonim"),
        ({"secret": True}, "Rahasia"),
        ({"secret": True, "row": {"Tipe Laporan (Anonim/Rahasia)": "Anonim|Rahasia"}}, "Anonim|Rahasia"),
        ({"row": {"Tipe Laporan (Anonim/Rahasia)": "Rahasia"}}, ""),
        ({"oversight": True}, "Rahasia"),
        ({"oversight": True, "row": {"Tipe Laporan (Anonim/Rahasia)": "Anonim"}}, "Anonim"),
    ],
)
def test_what_is_to_be_hidden_is_said_as_it_holds_now(changes: dict, kind: str) -> None:
    assert cells(replace(CASE_, **changes))["Tipe Laporan (Anonim/Rahasia)"] == kind


@pytest.mark.parametrize(
    ("changes", "klass"),
    [
        ({}, "Pengaduan Tidak Berkadar Pengawasan"),
        ({"oversight": True}, "Pengaduan Berkadar Pengawasan"),
        ({"klass": "aspirasi"}, "Aspirasi"),
        ({"klass": "permintaan_informasi"}, "Permintaan Informasi"),
        ({"klass": ""}, "Pengaduan Tidak Berkadar Pengawasan"),
    ],
)
def test_the_class_is_one_of_the_four(changes: dict, klass: str) -> None:
    assert cells(replace(CASE_, **changes))["Klasifikasi Laporan"] == klass


def test_every_state_has_its_word_but_what_is_a_part_of_another_case() -> None:
    assert set(CASE.states) - set(STATE_WORDS) == {"merged"}


@pytest.mark.parametrize("state", STATE_WORDS)
def test_every_state_is_said_so_that_it_is_read_back(state: str) -> None:
    words = cells(replace(CASE_, state=state))["Status Laporan"]
    read = next(meant for known, meant in STATES if known in plain(words))
    same = {"scheduled": "routed", "done": "closed"}  # the national system has no word for these
    assert (read, words) == (same.get(state, state), STATE_WORDS[state])
