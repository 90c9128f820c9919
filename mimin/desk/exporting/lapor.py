"""A case in the columns of the SP4N-LAPOR! admin export. Pure.

What came in from there and still holds is written as it was; what changed here is written in the export's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from mimin.desk.importing.columns import plain
from mimin.desk.importing.dates import day_words
from mimin.desk.importing.incoming import STATES

COLUMNS = (
    "Tracking ID",
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Klasifikasi Laporan",
    "ID Kategori",
    "Kategori",
    "Judul Laporan",
    "Isi Laporan Awal",
    "Isi Laporan Akhir",
    "Tipe Laporan (Anonim/Rahasia)",
    "Sumber Laporan",
    "Instansi Induk",
    "ID Instansi Terdisposisi",
    "Instansi Terdisposisi",
    "Status Laporan",
    "Alasan Tunda/Arsip",
    "Provinsi",
    "Kota/Kabupaten",
    "Kecamatan",
    "Kelurahan",
)
"""The columns, in the order in which the export has them."""

OVERSIGHT, ORDINARY = "Pengaduan Berkadar Pengawasan", "Pengaduan Tidak Berkadar Pengawasan"
CLASS_WORDS = {"aspirasi": "Aspirasi", "permintaan_informasi": "Permintaan Informasi"}
STATE_WORDS = {
    "new": "Belum Diverifikasi",
    "routed": "Belum Ditindaklanjuti",
    "answered": "Sudah Ditindaklanjuti",
    "scheduled": "Sedang Diproses",
    "done": "Selesai",
    "closed": "Selesai",
    "dismissed": "Diarsipkan oleh Admin",
    "referred": "Bukan Kewenangan",
}
"""State of a case -> how the export says it. A case that was closed though nothing was done (the citizen took it back,
it cannot be done) was archived there, with the reason; one that was merged stands as the case that it is a part of."""
ARCHIVED = "Diarsipkan oleh Admin"
MERGED = "Digabung dengan laporan {number} tentang hal yang sama; pelapornya dijawab bersama."


@dataclass(frozen=True)
class Outgoing:
    """A case as it goes out: everything in it may be read by whoever gets the file.

    ``row`` is the row by which it came in from the national system (empty for others), masked. ``unit_is_told``: the
    row's unit still holds: it is the one that has the case, or none of ours, or the overseers keep the case.
    """

    tracking_id: str
    opened_at: datetime
    zone: ZoneInfo
    klass: str
    oversight: bool
    anonymous: bool
    secret: bool
    affair: str
    title: str
    text: str
    source: str
    government: str
    unit: str
    unit_is_told: bool
    state: str
    reason: str
    archived: bool = False
    row: Mapping[str, str] = field(default_factory=dict)


def line(case: Outgoing) -> list[str]:
    """The cells of one case, one a column."""
    return list(cells(case).values())


def cells(case: Outgoing) -> dict[str, str]:
    """Column -> cell, in the order of the columns."""
    here = case.opened_at.astimezone(case.zone)
    own = {
        "Tracking ID": case.tracking_id,
        "Tanggal Laporan Masuk": day_words(here.date()),
        "Waktu Laporan Masuk": f"{here:%H:%M:%S}",
        "Klasifikasi Laporan": _class(case),
        "Kategori": case.row.get("Kategori") or case.affair,
        "Judul Laporan": case.title,
        "Isi Laporan Awal": case.text,
        "Isi Laporan Akhir": case.row.get("Isi Laporan Akhir") or case.text,
        "Tipe Laporan (Anonim/Rahasia)": _type(case),
        "Sumber Laporan": case.row.get("Sumber Laporan") or case.source,
        "Instansi Induk": case.row.get("Instansi Induk") or case.government,
        "Instansi Terdisposisi": case.row.get("Instansi Terdisposisi", "")
        if case.unit_is_told
        else case.unit,
        "Status Laporan": _state(case),
        "Alasan Tunda/Arsip": case.row.get("Alasan Tunda/Arsip") or case.reason,
    }
    if not case.unit_is_told:
        own["ID Instansi Terdisposisi"] = ""  # that of a unit that has it no longer
    return {column: own.get(column, case.row.get(column, "")) for column in COLUMNS}


def _class(case: Outgoing) -> str:
    if case.oversight:
        return OVERSIGHT
    return CLASS_WORDS.get(case.klass, ORDINARY)


def _type(case: Outgoing) -> str:
    """What the report asks to be hidden; of one under oversight as it was asked there."""
    told = case.row.get("Tipe Laporan (Anonim/Rahasia)", "")
    if case.oversight:
        return told if case.row else "Rahasia"
    asked = (
        ("Anonim", case.anonymous or (case.secret and "anonim" in plain(told))),
        ("Rahasia", case.secret),
    )
    return "|".join(word for word, holds in asked if holds)


def _state(case: Outgoing) -> str:
    told = case.row.get("Status Laporan", "")
    meant = next((state for words, state in STATES if words in plain(told)), "")
    same = meant == case.state or {meant, case.state} == {"new", "routed"}  # nobody there has answered yet
    if case.archived:
        return ARCHIVED
    return told if told and same else STATE_WORDS[case.state]
