"""One row as a report: what the cells of untidy exports mean, and which rows are none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.desk.importing.columns import proposed
from mimin.desk.importing.incoming import STATES, Incoming, Layout, incoming, told
from mimin.desk.importing.limits import TEXT_AT_MOST, Faulty
from mimin.inbox.states import CASE

NOW = datetime(2026, 3, 16, 3, 0, tzinfo=UTC)
ROW = {
    "Tracking ID": "6512345",
    "Tanggal Laporan Masuk": "23 Sep 2024",
    "Waktu Laporan Masuk": "00:41:43",
    "Klasifikasi Laporan": "Pengaduan Tidak Berkadar Pengawasan",
    "Judul Laporan": "Jalan berlubang",
    "Isi Laporan Awal": "Jalan depan pasar berlubang.",
    "Tipe Laporan (Anonim/Rahasia)": "",
    "Instansi Induk": "Pemerintah Kabupaten Contoh",
    "Instansi Terdisposisi": "DINAS PUPR",
    "Status Laporan": "Ditutup oleh Sistem",
    "Alasan Tunda/Arsip": "",
    "Kota/Kabupaten": "Kabupaten Contoh",
}


def read(row: dict[str, str] | None = None, **changes: str) -> Incoming:
    cells = {**(row or ROW), **{name.replace("_", " "): value for name, value in changes.items()}}
    names = tuple(cells)
    return incoming(7, list(cells.values()), Layout(names, proposed(names), ZoneInfo("Asia/Jakarta"), NOW))


def fault(row: dict[str, str] | None = None, **changes: str) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Faulty) as caught:
        read(row, **changes)
    return caught.value.code, caught.value.given


def test_a_row_of_the_export_is_a_report() -> None:
    report = read()
    assert (report.row, report.remote_id, report.tracking_id) == (7, "6512345", "6512345")
    assert report.sent_at == datetime(2024, 9, 22, 17, 41, 43, tzinfo=UTC)
    assert (report.title, report.text) == ("Jalan berlubang", "Jalan depan pasar berlubang.")
    assert (report.klass, report.oversight, report.state) == ("pengaduan", False, "closed")
    assert (report.unit, report.government) == ("DINAS PUPR", "Pemerintah Kabupaten Contoh")
    assert report.raw == {name: cell for name, cell in ROW.items() if cell}


@pytest.mark.parametrize("written", ("6512345", "6512345.0", "#6512345", " 6512345 ", "6512345.00"))
def test_a_tracking_id_is_read_as_spreadsheets_leave_it(written: str) -> None:
    assert read(Tracking_ID=written).tracking_id == "6512345"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Jalan &amp; jembatan &quot;rusak&quot;", 'Jalan & jembatan "rusak"'),
        ("Jalan &amp;amp; jembatan", "Jalan & jembatan"),
        ("<p>Jalan rusak</p><p>Tolong</p>", "Jalan rusak\nTolong"),
        ("baris satu<br />baris dua<BR>tiga", "baris satu\nbaris dua\ntiga"),
        ("baris satu\r\nbaris dua\rtiga", "baris satu\nbaris dua\ntiga"),
        ("lebar < 3 m dan > 2 m, <3 warga", "lebar < 3 m dan > 2 m, <3 warga"),
        ("  ruang kosong  ", "ruang kosong"),
        ("&#39;kutip&#39; &nbsp;x", "'kutip' \u00a0x"),
    ],
)
def test_a_text_is_what_its_writer_meant(cell: str, text: str) -> None:
    assert read(Isi_Laporan_Awal=cell).text == text


def test_where_there_is_only_a_title_it_is_the_text() -> None:
    assert read(Isi_Laporan_Awal="").text == "Jalan berlubang"


@pytest.mark.parametrize(
    ("words", "klass", "oversight"),
    [
        ("Pengaduan Berkadar Pengawasan", "pengaduan", True),
        ("PENGADUAN  BERKADAR PENGAWASAN ", "pengaduan", True),
        ("Pengaduan Tidak Berkadar Pengawasan", "pengaduan", False),
        ("Aspirasi", "aspirasi", False),
        ("permintaan informasi", "permintaan_informasi", False),
        ("", "", False),
        ("Lain-lain", "", False),
    ],
)
def test_the_class_is_ours_and_oversight_is_heard(words: str, klass: str, oversight: bool) -> None:
    report = read(Klasifikasi_Laporan=words)
    assert (report.klass, report.oversight) == (klass, oversight)


@pytest.mark.parametrize(
    ("words", "anonymous", "secret"),
    [("", False, False), ("Anonim", True, False), ("Rahasia", False, True), ("Anonim|Rahasia", True, True)],
)
def test_anonymous_and_secret_are_heard(words: str, anonymous: bool, secret: bool) -> None:
    report = read({**ROW, "Tipe Laporan (Anonim/Rahasia)": words})
    assert (report.anonymous, report.secret) == (anonymous, secret)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Ditutup oleh Sistem", "closed"),
        ("Ditutup oleh Pelapor", "closed"),
        ("DIARSIPKAN OLEH ADMIN", "dismissed"),
        ("Selesai", "closed"),
        ("Belum Selesai", "routed"),
        ("Tidak selesai", "routed"),
        ("Belum Diverifikasi", "new"),
        ("Belum Terverifikasi", "new"),
        ("Terverifikasi - Belum Ditindaklanjuti", "routed"),
        ("Sudah Ditindaklanjuti", "answered"),
        ("Sedang ditindaklanjuti", "routed"),
        ("Sedang Diproses", "routed"),
        ("Ditunda oleh Admin", "routed"),
        ("Diteruskan ke instansi", "routed"),
        ("Bukan Kewenangan", "referred"),
        ("menunggu", "new"),
        ("respon_awal", "answered"),
        ("Closed", "closed"),
        ("", ""),
        ("entah", ""),
    ],
)
def test_a_state_is_read_by_its_words(words: str, state: str) -> None:
    assert read(Status_Laporan=words).state == state


def test_every_state_that_is_read_is_one_of_a_case() -> None:
    assert {state for _words, state in STATES} <= set(CASE.states)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Tracking_ID": ""}, "no_number"),
        ({"Tracking_ID": "LAPOR-12"}, "bad_number"),
        ({"Tracking_ID": "12"}, "bad_number"),
        ({"Isi_Laporan_Awal": "", "Judul_Laporan": " "}, "no_text"),
        ({"Isi_Laporan_Awal": "<p></p>", "Judul_Laporan": ""}, "no_text"),
        ({"Tanggal_Laporan_Masuk": ""}, "no_date"),
        ({"Tanggal_Laporan_Masuk": "31 Feb 2024"}, "bad_date"),
        ({"Waktu_Laporan_Masuk": "pagi"}, "bad_date"),
        ({"Tanggal_Laporan_Masuk": "17 Mar 2026"}, "future"),
        ({"Tanggal_Laporan_Masuk": "31 Des 1999"}, "too_early"),
        ({"Isi_Laporan_Awal": "x" * (TEXT_AT_MOST + 1)}, "too_long"),
        ({"Alasan_Tunda/Arsip": "x" * (TEXT_AT_MOST + 1)}, "too_long"),
    ],
)
def test_a_row_that_is_no_report_says_why(changes: dict[str, str], code: str) -> None:
    assert fault(**changes)[0] == code


def test_the_reason_names_what_stood_there() -> None:
    assert fault(Tanggal_Laporan_Masuk="31 Feb 2024") == ("bad_date", {"text": "31 Feb 2024 00:41:43"})
    assert fault(Tracking_ID="LAPOR-12") == ("bad_number", {"text": "LAPOR-12"})


# -- other tables -----------------------------------------------------------------------------------------------------

TABLE = {
    "No": "17",
    "Tanggal": "2 Mei 2023 08.15",
    "Nama": "Warga",
    "Uraian": "lampu mati",
    "Status": "selesai",
}


def test_a_row_of_another_table_is_known_by_its_number() -> None:
    report = read(TABLE)
    assert (report.remote_id, report.tracking_id, report.author) == ("table:17", "", "Warga")
    assert report.sent_at == datetime(2023, 5, 2, 1, 15, tzinfo=UTC)


def test_a_row_without_a_number_is_known_by_all_that_it_says() -> None:
    row = {name: cell for name, cell in TABLE.items() if name != "No"}
    first, again = read(row), read({**row, "Status": "proses"})
    other = read({**row, "Uraian": "lampu nyala"})
    assert first.remote_id == again.remote_id != other.remote_id
    assert len(first.remote_id) <= 120


@pytest.mark.parametrize("number", ("x" * 500, "1\x002", "1\n2"))
def test_a_number_that_no_column_takes_is_known_by_a_digest(number: str) -> None:
    report = read({**TABLE, "No": number})
    assert report.remote_id.startswith("table:=")
    assert report.remote_id != read({**TABLE, "No": number + "3"}).remote_id


@pytest.mark.parametrize(
    ("day", "answered"),
    [
        ("5 Mei 2023", datetime(2023, 5, 4, 17, tzinfo=UTC)),
        ("1 Mei 2023", datetime(2023, 5, 2, 1, 15, tzinfo=UTC)),  # before it was asked: then
        ("1 Mei 2030", None),
        ("entah", None),
        ("", None),
    ],
)
def test_the_day_of_an_answer_is_kept_where_it_can_be(day: str, answered: datetime | None) -> None:
    report = read({**TABLE, "Jawaban": "Sudah diganti.", "Tanggal Jawaban": day})
    assert (report.answer, report.answered_at) == ("Sudah diganti.", answered)


@pytest.mark.parametrize(
    ("cell", "link"),
    [("https://contoh.go.id/1", "https://contoh.go.id/1"), ("javascript:alert(1)", ""), ("contoh.go.id", "")],
)
def test_only_an_address_of_the_web_is_a_link(cell: str, link: str) -> None:
    assert read({**TABLE, "Link": cell}).link == link


@given(st.text(max_size=200))
def test_any_text_is_told(text: str) -> None:
    assert told(told(text)) is not None


@given(st.lists(st.text(max_size=40), min_size=12, max_size=12))
def test_any_row_is_a_report_or_says_why(cells: list[str]) -> None:
    names = tuple(ROW)
    try:
        report = incoming(1, cells, Layout(names, proposed(names), ZoneInfo("Asia/Jakarta"), NOW))
        assert report.text
    except Faulty as caught:
        assert caught.code
