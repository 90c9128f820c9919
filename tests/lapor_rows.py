"""Rows in the form of the SP4N-LAPOR! admin export, for Kabupaten Contoh. Every sentence and place is made up here.

The same seed gives the same rows. They are as untidy as such exports are: mixed case, blanks, line breaks, quotes, HTML
entities, ids that a spreadsheet made fractions of, empty cells, cut texts, and numbers that look like a person's.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from openpyxl import Workbook

from mimin.desk.exporting.lapor import COLUMNS
from mimin.desk.importing.dates import SHORT_MONTHS

PUPR, MARGA = "Dinas Pekerjaan Umum dan Penataan Ruang", "UPTD Bina Marga Wilayah Utara"
DUKCAPIL, KOMINFO = "Dinas Kependudukan dan Pencatatan Sipil", "Dinas Komunikasi dan Informatika"

MATTERS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Jalan", PUPR, "Jalan berlubang", (
        "jalan di depan {place} berlubang sedalam mata kaki dan tergenang setiap hujan",
        "aspal menuju {place} mengelupas, sudah dua pengendara terjatuh pekan ini",
        "bahu jalan dekat {place} amblas dan truk tetap melintas",
    )),
    ("Drainase", PUPR, "Saluran air tersumbat", (
        "saluran di samping {place} penuh lumpur sehingga air masuk ke rumah warga",
        "gorong-gorong {place} runtuh, sudah ditutup warga dengan papan seadanya",
        "parit sepanjang {place} dangkal, sekali hujan deras langsung meluap",
    )),
    ("Jembatan", MARGA, "Jembatan rusak", (
        "papan jembatan ke arah {place} lapuk dan tidak ada lampu sama sekali",
        "pagar jembatan {place} patah sebelah setelah tersenggol kendaraan",
    )),
    ("Kependudukan", DUKCAPIL, "Pengurusan KTP", (
        "KTP saya hilang di {place}, sudah mengurus tiga kali tetapi blangko selalu kosong",
        "akta kelahiran anak saya belum terbit padahal berkas lengkap sejak antre di {place}",
        "kartu keluarga hasil pindah dari {place} salah tulis nama dan minta diperbaiki",
    )),
    ("Penerangan", PUPR, "Lampu jalan mati", (
        "lampu jalan dari {place} sampai pertigaan mati semua sehingga rawan",
        "tiang lampu di {place} miring dan kabelnya menjuntai",
    )),
    ("Informasi", KOMINFO, "Permintaan jadwal layanan", (
        "mohon informasi jadwal layanan keliling bulan ini di {place}",
        "situs resmi tidak memuat nomor yang bisa dihubungi untuk {place}",
    )),
    ("Usulan", KOMINFO, "Usulan warga", (
        "mohon dipertimbangkan wifi umum di {place} untuk belajar anak-anak",
        "usul ruang terbuka di belakang {place} ditanami pohon peneduh",
    )),
)  # fmt: skip
PLACES = (
    "Pasar Sukajaya", "gang masjid Rawaindah", "SDN 2 Mekarsari", "balai desa Contoh Hilir", "Puskesmas Sukajaya",
    "terminal lama", "lapangan Rawaindah", "kantor kelurahan Mekarsari", "pertigaan Tugu Padi", "perumahan Griya Asri",
)  # fmt: skip
OPENINGS = (
    "Selamat pagi, {it}.", "Assalamualaikum, izin melapor {it}.", "Yth. Bapak/Ibu, {it}.", "Mohon bantuannya, {it}.",
    "mau lapor {it}", "PERMISI, {it}!!", "Kepada yang berwenang: {it}.",
)  # fmt: skip
ENDINGS = (
    "Mohon segera ditindaklanjuti, terima kasih.", "Sudah sejak {when} begini.", "Terima kasih sebelumnya.",
    "Warga sudah melapor ke RT tetapi belum ada kabar.", "Kapan kira-kira diperbaiki?", "",
    "Bisa hubungi saya di 0812-0000-{four}.", 'Kata petugas "masih diproses" terus.', "Trims &amp; salam.",
)  # fmt: skip
STATUSES = (
    ("Ditutup oleh Sistem", 40), ("Ditutup oleh Pelapor", 15), ("Diarsipkan oleh Admin", 15), ("Selesai", 8),
    ("Belum Ditindaklanjuti", 8), ("Belum Diverifikasi", 4), ("Sedang Diproses", 6), ("Sudah Ditindaklanjuti", 4),
)  # fmt: skip
CLASSES = (
    ("Pengaduan Tidak Berkadar Pengawasan", 70), ("Pengaduan Berkadar Pengawasan", 6), ("Aspirasi", 12),
    ("Permintaan Informasi", 12),
)  # fmt: skip
TYPES = (("", 80), ("Anonim", 10), ("Rahasia", 6), ("Anonim|Rahasia", 4))
SOURCES = ("Website", "Android", "iOS", "SMS", "WhatsApp", "Tatap Muka")
TOWNS = (("Sukajaya", "Mekarsari"), ("Contoh Hilir", "Rawaindah"), ("", ""))
GOVERNMENT = "Pemerintah Kabupaten Contoh"
FIRST_DAY = date(2022, 1, 3)


def _one(random_: random.Random, weighted: Sequence[tuple[str, int]]) -> str:
    return random_.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]


def _text(random_: random.Random, sentences: Sequence[str]) -> str:
    place = random_.choice(PLACES)
    said = random_.choice(OPENINGS).format(it=random_.choice(sentences).format(place=place))
    end = random_.choice(ENDINGS).format(
        when=random_.choice(("lebaran", "bulan lalu", "dua minggu")), four=f"{random_.randrange(10_000):04d}"
    )
    text = f"{said}{random_.choice((' ', chr(10), chr(13) + chr(10) + chr(10)))}{end}".strip()
    return text[: len(text) - 9] if random_.random() < 0.03 else text  # some exports cut


def _unit(random_: random.Random, unit: str) -> str:
    return random_.choices(
        (unit, unit.upper(), f"  {unit} ", f"{unit} Kab. Contoh", ""), (60, 15, 5, 10, 10)
    )[0]


def rows(count: int, *, seed: int = 20240923) -> list[dict[str, str]]:
    """So many reports, each with its own Tracking ID."""
    random_ = random.Random(seed)  # noqa: S311
    made = []
    for number in range(count):
        category, unit, title, sentences = random_.choice(MATTERS)
        text, town = _text(random_, sentences), random_.choice(TOWNS)
        day = FIRST_DAY + timedelta(days=random_.randrange(1_000))
        status = _one(random_, STATUSES)
        named = _unit(random_, unit)
        put_off = random_.choice(("Laporan ganda", "Bukan laporan", "Pelapor tidak melengkapi data"))
        made.append(dict(zip(COLUMNS, (
            f"{6_500_000 + 7 * number}{random_.choice(('', '', '.0'))}",
            f"{day.day:02d} {SHORT_MONTHS[day.month - 1]} {day.year}",
            f"{random_.randrange(24):02d}:{random_.randrange(60):02d}:{random_.randrange(60):02d}",
            _one(random_, CLASSES),
            random_.choice(("674.0", "12", "")),
            category,
            random_.choice((title, title.upper(), f" {title} di {random_.choice(PLACES)}")),
            text,
            random_.choice((text, " ".join(text.split()).capitalize(), "")),
            _one(random_, TYPES),
            random_.choice(SOURCES),
            GOVERNMENT,
            random_.choice(("3151.0", "88", "")) if named else "",
            named,
            status,
            put_off if status.startswith("Diarsip") else "",
            "Provinsi Contoh Raya",
            random_.choice(("Kabupaten Contoh", "KAB. CONTOH")),
            *town,
        ), strict=True)))  # fmt: skip
    return made


def as_csv(
    made: Sequence[dict[str, str]], *, columns: Sequence[str] = COLUMNS, title: str = "", delimiter: str = ","
) -> bytes:
    """The rows as a CSV, perhaps below a title row."""
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, delimiter=delimiter)
    writer.writerows(_lines(made, columns, title))
    return kept.getvalue().encode()


def as_xlsx(made: Sequence[dict[str, str]], *, columns: Sequence[str] = COLUMNS, title: str = "") -> bytes:
    """The rows as an XLSX, numbers as numbers."""
    book, kept = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Laporan")
    for line in _lines(made, columns, title):
        sheet.append([float(cell) if cell.endswith(".0") else cell or None for cell in line])
    book.save(kept)
    return kept.getvalue()


def _lines(made: Sequence[dict[str, str]], columns: Sequence[str], title: str) -> Iterator[list[str]]:
    if title:
        yield [title]
    yield list(columns)
    for row in made:
        yield [row[column] for column in columns]
