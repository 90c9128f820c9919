"""What the columns of a table are: the national export's by their names, others proposed by theirs. Pure.

The columns of the SP4N-LAPOR! admin export are read by header, in any order; a first row with a title is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from mimin.desk.importing.limits import Unreadable
from mimin.desk.importing.tables import Row

LAPOR, TABLE = "lapor", "table"
"""The two forms of a file: the national export, and any other table."""
_HEADER_WITHIN = 10

FIELDS: dict[str, tuple[str, ...]] = {
    "tracking": ("tracking id", "id lapor", "nomor lapor", "no lapor"),
    "number": (
        "nomor aduan", "no aduan", "nomor laporan", "no laporan", "id laporan", "id aduan", "nomor tiket", "no tiket",
        "ticket", "kode", "nomor", "no", "id",
    ),
    "date": (
        "tanggal laporan masuk", "tanggal masuk", "tanggal aduan", "tanggal laporan", "tanggal lapor", "tgl masuk",
        "tgl laporan", "tgl aduan", "tanggal", "tgl", "waktu masuk", "received at", "created at", "date",
    ),
    "time": ("waktu laporan masuk", "jam laporan", "jam masuk", "pukul", "jam", "waktu", "time"),
    "title": ("judul laporan", "judul aduan", "judul", "perihal", "subjek", "topik", "title", "subject"),
    "text": (
        "isi laporan awal", "isi laporan", "isi aduan", "isi pengaduan", "uraian", "uraian aduan", "deskripsi",
        "keluhan", "pengaduan", "aduan", "laporan", "isi pesan", "pesan", "isi", "text", "description", "message",
    ),
    "author": ("nama pelapor", "nama pengadu", "pelapor", "pengadu", "nama", "pengirim", "nama warga", "name"),
    "klass": ("klasifikasi laporan", "klasifikasi", "jenis laporan", "jenis aduan", "jenis", "class"),
    "secrecy": ("tipe laporan anonim rahasia", "tipe laporan", "kerahasiaan", "anonim rahasia", "sifat"),
    "unit": (
        "instansi terdisposisi", "opd tujuan", "opd", "dinas", "unit", "unit kerja", "instansi", "disposisi",
        "skpd", "perangkat daerah",
    ),
    "state": ("status laporan", "status aduan", "status", "keadaan", "state"),
    "reason": ("alasan tunda arsip", "alasan", "keterangan", "catatan"),
    "answer": ("jawaban", "tanggapan", "tindak lanjut", "balasan", "respon", "answer"),
    "answered": ("tanggal jawaban", "tanggal tindak lanjut", "tanggal tanggapan", "tgl jawaban", "answered at"),
    "government": ("instansi induk", "pemerintah daerah"),
    "province": ("provinsi", "propinsi"),
    "region": ("kota kabupaten", "kabupaten kota", "kabupaten", "kota"),
    "link": ("tautan", "link", "url"),
}  # fmt: skip
"""What a column can be -> the names by which it is proposed, plain and lower case, the surest first."""
_LAPOR_NAMES = frozenset(FIELDS[field][0] for field in ("tracking", "date", "text", "state"))
NEEDED = ("date", "text")
"""Without these no row is a report; a number is made where there is none."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Header:
    """The header of a table: its row, the names of its columns, and which form the file has."""

    row: int
    names: tuple[str, ...]
    form: str


def plain(name: str) -> str:
    """A name for comparing: lower case words, without signs."""
    return " ".join(_WORD.findall(name.casefold()))


def header(rows: Iterable[Row]) -> Header:
    """The header among the first rows: the national export's names, else the first row of several cells."""
    first = list(islice(rows, _HEADER_WITHIN))
    for number, cells in first:
        if {plain(cell) for cell in cells} >= _LAPOR_NAMES:
            return Header(number, tuple(cells), LAPOR)
    for number, cells in first:
        if sum(bool(cell) for cell in cells) > 1:
            return Header(number, tuple(cells), TABLE)
    raise Unreadable("no_header")


def proposed(names: Sequence[str]) -> dict[str, int]:
    """Which column is probably what: field -> place of the column. A column is one thing, a thing one column.

    A name that is exactly known counts before one that begins with a known one ("Tanggal (WIB)"); a short one says
    nothing there ("No Telepon"). A Tracking ID is the number.
    """
    plains = [plain(name) for name in names]
    found: dict[str, int] = {}
    for fits in (
        lambda known, name: name == known,
        lambda known, name: len(known) > 4 and name.startswith(f"{known} "),
    ):
        for field, known_names in FIELDS.items():
            if field in found or (field == "number" and "tracking" in found):
                continue
            taken = set(found.values())
            matches = (
                place
                for known in known_names
                for place, name in enumerate(plains)
                if place not in taken and fits(known, name)
            )
            if (place := next(matches, None)) is not None:
                found[field] = place
    return found


def cell(cells: Sequence[str], mapping: Mapping[str, int], field: str) -> str:
    """What a row holds for a field; "" where the column is missing or the row is short."""
    place = mapping.get(field, -1)
    return cells[place] if 0 <= place < len(cells) else ""
