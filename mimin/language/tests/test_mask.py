"""Personal data is hidden; dates, money, times and addresses stay readable. All numbers are invented."""

import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimin.language.mask import EMAIL, KK, LABELS, NIK, NUMBER, PHONE, PLATE, Finding, mask, nik_shaped

HIDDEN = [
    ("NIK saya 3201150505950001 tolong dicek", "NIK saya [NIK] tolong dicek"),
    ("nik: 3201154505950001", "nik: [NIK]"),
    ("3578010101800002 atas nama ibu saya", "[NIK] atas nama ibu saya"),
    ("ktp saya 32.01.15.05.05.95.0001", "ktp saya [NIK]"),
    ("nik 3201 1505 0595 0001", "nik [NIK]"),
    ("3201-1505-0595-0001", "[NIK]"),
    ("3 2 0 1 1 5 0 5 0 5 9 5 0 0 0 1", "[NIK]"),
    ("nik3201150505950001ya", "nik[NIK]ya"),
    ("NIK ３２０１１５０５０５９５０００１", "NIK [NIK]"),
    ("NIK 𝟑𝟐𝟎𝟏𝟏𝟓𝟎𝟓𝟎𝟓𝟗𝟓𝟎𝟎𝟎𝟏", "NIK [NIK]"),
    ("NIK ③②⓪①①⑤⓪⑤⓪⑤⑨⑤⓪⓪⓪①", "NIK [NIK]"),
    ("NIK 3\u200b201150505950001", "NIK [NIK]"),
    ("nik 1234567890123456 tidak ditemukan", "nik [NIK] tidak ditemukan"),
    ("no kk 3201151206180007", "no kk [KK]"),
    ("Kartu Keluarga nomor 3201151206180007 salah", "Kartu Keluarga nomor [KK] salah"),
    ("KK: 3201 1512 0618 0007", "KK: [KK]"),
    ("9999999999999999", "[KK]"),
    ("nik 3201150505950001 kk 3201151206180007", "nik [NIK] kk [KK]"),
    ("hubungi 081234567890", "hubungi [TELP]"),
    ("wa 0812-3456-7890 ya min", "wa [TELP] ya min"),
    ("telp 0812 3456 7890", "telp [TELP]"),
    ("0812.3456.7890", "[TELP]"),
    ("(0812) 3456 7890", "([TELP]"),
    ("+6281234567890", "[TELP]"),
    ("+62 812-3456-7890", "[TELP]"),
    ("6281234567890", "[TELP]"),
    ("kantor 021-5551234 tidak diangkat", "kantor [TELP] tidak diangkat"),
    ("0254 123456", "[TELP]"),
    ("0812 3456 7890 0813 1111 2222", "[TELP] [TELP]"),
    ("081234567890/081311112222", "[TELP]/[TELP]"),
    ("hp 0 8 1 2 3 4 5 6 7 8 9 0", "hp [TELP]"),
    ("hp ０８１２３４５６７８９０", "hp [TELP]"),
    ("WA 81234567890", "WA [NOMOR]"),
    ("https://wa.me/6281234567890", "https://wa.me/[TELP]"),
    ("surel warga.contoh@gmail.com", "surel [SUREL]"),
    ("Kirim ke warga_contoh+1@contoh.co.id.", "Kirim ke [SUREL]."),
    ("warga (at) contoh (dot) com", "[SUREL]"),
    ("warga[at]contoh.id", "[SUREL]"),
    ("warga @gmail.com", "[SUREL]"),
    ("warga@yahoo . com", "[SUREL]"),
    ("mobil B 1234 CDE parkir di trotoar", "mobil [PELAT] parkir di trotoar"),
    ("B1234CDE", "[PELAT]"),
    ("L 1234 AB ngebut", "[PELAT] ngebut"),
    ("AD 5678 XY", "[PELAT]"),
    ("motor b 1234 abc", "motor [PELAT]"),
    ("plat nomor a 12 b", "plat nomor [PELAT]"),
    ("angkot F-1234-GH ngetem", "angkot [PELAT] ngetem"),
    ("truk T 9012 KL bawa tanah", "truk [PELAT] bawa tanah"),
    ("rek BCA 1234567890", "rek BCA [NOMOR]"),
    ("transfer ke 123 456 7890 an warga", "transfer ke [NOMOR] an warga"),
    ("BRI 1234-01-012345-50-1", "BRI [NOMOR]"),
    ("Mandiri 123-00-1234567-8", "Mandiri [NOMOR]"),
    ("norek 123.456.789", "norek [NOMOR]"),
    ("12.345 67890123", "[NOMOR]"),
    ("12.345 678 90123", "[NOMOR]"),
    ("NIP 198505122010011003", "NIP [NOMOR]"),
    ("BPJS 0001234567890", "BPJS [NOMOR]"),
    ("NISN 0012345678", "NISN [NOMOR]"),
    ("NPWP 01.234.567.8-901.000", "NPWP [NOMOR]"),
    ("va 8808081234567890", "va [KK]"),
    ("HP-081234567890", "HP-[TELP]"),
    ("BCA-1234567890", "BCA-[NOMOR]"),
    ("https://contoh.go.id/cek?nik=3201150505950001", "https://contoh.go.id/cek?nik=[NIK]"),
]

LEFT_ALONE = [
    "RT 01 RW 05 No 5 B",
    "blok B 5 RT 03",
    "Blok B 123 AB",
    "gang D 12 C",
    "kelas F 2 A",
    "PP 94 Tahun 2021",
    "Pasal B 123 AB",
    "UU 23/2014 Pasal 12",
    "kode pos 17148",
    "17148 Bekasi",
    "tanggal 12-05-2024",
    "12/05/2024",
    "2024-05-12 10:30:15",
    "12.05.2024",
    "12 Mei 2024 jam 08.30",
    "jam 08.00-16.00",
    "buka 08.00 - 12.00 13.00 - 16.00",
    "tahun 2019 2020 2021 2022",
    "2019-2020, 2021-2022",
    "Rp 1.500.000",
    "Rp1500000000",
    "Rp. 25.000.000.000",
    "anggaran 1.234.567.890",
    "15000000000 rupiah",
    "200 ribu",
    "harga 24.000 30.000 50.000",
    "1.500.000 per bulan",
    "1.500.000 2024",
    "1.500.000 12 orang",
    "24.000 30.000 2",
    "KC-26-004812",
    "tiket LP-2026-0004812",
    "nomor surat 005/1234/DISKOMINFO/2024",
    "jalan nasional 3 km 12",
    "jalan provinsi nomor 4512",
    "SDN 2, SMPN 14",
    "call center 112",
    "hubungi 110 atau 129",
    "lokasi -6.2345678, 106.8234567",
    "https://contoh.go.id/berita/1234567890123",
    "halo @dinkes.kota",
    "@diskominfo tolong",
    "antrean 1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
    "L 2019 Y",
    "di B 2 an",
    "3 x 24 jam",
    "COVID-19",
    "ukuran 12x20x30 cm",
    "",
    "👍👍👍",
]


@pytest.mark.parametrize(("text", "masked"), HIDDEN)
def test_personal_data_is_hidden(text, masked):
    assert mask(text).text == masked


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_a_complaint_needs_stays_readable(text):
    assert mask(text).text == text


@pytest.mark.parametrize("text", [row[0] for row in HIDDEN] + LEFT_ALONE)
def test_masking_a_masked_text_finds_nothing(text):
    assert mask(mask(text).text).found == ()


def test_findings_say_what_and_where_in_the_given_text():
    text = "nik 3201150505950001, hp 0812-3456-7890, surel a@contoh.id, rek 1234567890, motor B 1 CD"
    found = mask(text).found
    assert [(f.kind, text[f.start : f.end]) for f in found] == [
        (NIK, "3201150505950001"),
        (PHONE, "0812-3456-7890"),
        (EMAIL, "a@contoh.id"),
        (NUMBER, "1234567890"),
        (PLATE, "B 1 CD"),
    ]


def test_every_kind_has_a_label():
    assert set(LABELS) == {NIK, KK, PHONE, EMAIL, PLATE, NUMBER}


def test_a_finding_is_a_value():
    assert mask("hp 081234567890").found == (Finding(PHONE, 3, 15),)


SHAPES = [
    ("3201150505950001", True, "a man's birth day"),
    ("3201154505950001", True, "a woman's birth day, plus forty"),
    ("3201157105950001", True, "a woman born on the thirty-first"),
    ("1101010101000001", True, "the first province"),
    ("9601010101000001", True, "the youngest province"),
    ("1001010101000001", False, "no such province"),
    ("2001010101000001", False, "a gap between provinces"),
    ("3201150005950001", False, "day nought"),
    ("3201153205950001", False, "day thirty-two"),
    ("3201157205950001", False, "a woman's day thirty-two"),
    ("3201150500950001", False, "month nought"),
    ("3201150513950001", False, "month thirteen"),
    ("3201150505950000", False, "serial nought"),
    ("3200150505950001", False, "regency nought"),
]


@pytest.mark.parametrize(("digits", "shaped", "why"), SHAPES, ids=[row[2] for row in SHAPES])
def test_a_nik_has_a_province_a_birth_date_and_a_serial(digits, shaped, why):
    assert nik_shaped(digits) is shaped


NUMBERS = ["08", "62", "+62", "3201", "1505", "0595", "0001", "2024", "12-05-2024", "1.500.000", "1234", "①"]
MARKS = [" ", "-", ".", "/", "(", ")", ",", "\n", "@", "gmail.com", "(at)", "https://", "wa.me/", "\u200b"]
NAMES = [
    "B",
    "AB",
    "Rp",
    "KK",
    "nik",
    "rek",
    "hp",
    "motor",
    "x",
    "[NIK]",
    "[TELP]",
    "jam",
    "08.00-16.00",
    "juta",
]
PIECES = st.sampled_from([*NUMBERS, *MARKS, *NAMES, "KC-26-004812", "no "])


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_masking_twice_is_masking_once(text):
    once = mask(text).text
    assert mask(once).text == once


@given(st.text(alphabet="0123456789 .-+()abB@\n٠１", max_size=200))
def test_masking_twice_is_masking_once_for_any_digits(text):
    once = mask(text).text
    assert mask(once).text == once


@given(st.text())
def test_any_text_can_be_masked_and_findings_do_not_overlap(text):
    found = mask(text).found
    assert all(a.end <= b.start for a, b in pairwise(found))


SECRETS = st.sampled_from(["3201150505950001", "081234567890", "1234567890123", "198505122010011003"])


def digits_left(text):
    return sum(letter.isdigit() for letter in mask(text).text)


def spread(number, separators):
    return "".join(digit + gap for digit, gap in zip(number, separators, strict=False)).rstrip(" .-")


@given(
    SECRETS,
    st.lists(st.sampled_from(["", " ", "-", "  ", " - "]), min_size=18, max_size=18),
    st.sampled_from(["", "nomor saya ", "halo, ", "(", "min "]),
)
def test_no_spaces_or_dashes_between_digits_hide_a_number_from_the_mask(number, separators, before):
    assert digits_left(before + spread(number, separators)) < 9


@given(SECRETS, st.lists(st.sampled_from(["", ".", " ", ". "]), min_size=18, max_size=18))
def test_no_dots_hide_a_number_that_is_named(number, separators):
    assert digits_left("rek " + spread(number, separators)) < 9


def lines_run(text):
    """How many lines of Python the mask executes for a text."""
    count = 0

    def trace(frame, event, arg):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        mask(text)
    finally:
        sys.settrace(before)
    return count


ADVERSARIES = [
    "1",
    "1 ",
    "08 ",
    "12345 08",
    "12-05-2024 ",
    "2024 ",
    "1.",
    "Rp 1.000 ",
    "a@",
    "a.",
    "(at)",
    "B 12",
    "B 1 C ",
    "[NIK] ",
    "kk ",
    "0812-3456-7890 ",
    "<",
    "-6.23456, 106.82",
    "https://",
    "\u200b1",
]


@pytest.mark.parametrize("piece", ADVERSARIES)
def test_work_grows_no_faster_than_the_text(piece):
    short, long = piece * 500, piece * 2_000
    assert lines_run(long) <= 4.6 * lines_run(short) + 200
