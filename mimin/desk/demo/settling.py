"""How matters of the demonstration end: done with proof, promised for a day, put off, waiting for somebody, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from mimin.desk.demo.story import Told
from mimin.inbox import closing, pausing, promising
from mimin.inbox.models import Case, Reply
from mimin.lib.moving import Refused
from mimin.people.models import Person

Send = Callable[[Reply], object]
"""Lets an answer leave, as the staff of the demonstration do."""


class Work(NamedTuple):
    """What units do about matters of an affair: what was done, what is promised in so many days, what needs money."""

    done: str
    soon: str
    days: int
    next_budget: str


WORK = {
    "pupr": Work(
        "Titik yang dilaporkan sudah diperbaiki regu pemeliharaan", "Regu pemeliharaan turun mengukur ke lokasi", 4,
        "Perbaikan permanen diusulkan pada anggaran tahun depan",
    ),
    "perhubungan": Work(
        "Lampu dan rambu di lokasi sudah diperiksa dan diperbaiki", "Tim teknis memeriksa lampu dan rambu di lokasi", 4,
        "Penggantian tiang dan lampu diusulkan pada anggaran tahun depan",
    ),
    "lingkungan_hidup": Work(
        "Sampah sudah diangkut dan lokasi dibersihkan", "Pengangkutan ditambah menjadi dua kali seminggu", 10,
        "Penambahan armada angkut diusulkan pada anggaran tahun depan",
    ),
    "pendidikan": Work(
        "Sekolah sudah didatangi dan kekurangannya dibenahi", "Pengawas sekolah datang memeriksa", 7,
        "Rehabilitasi bangunan sekolah diusulkan pada anggaran tahun depan",
    ),
    "kesehatan": Work(
        "Alur pendaftaran sudah diubah dan petugas ditambah", "Jadwal dokter dan jam loket baru diumumkan", 14,
        "Penambahan tenaga kesehatan diusulkan pada anggaran tahun depan",
    ),
    "dukcapil": Work(
        "Dokumennya sudah terbit dan bisa diambil di loket", "Pelayanan keliling dibuka di kecamatan", 14,
        "Penambahan alat rekam diusulkan pada anggaran tahun depan",
    ),
    "sosial": Work(
        "Data keluarga sudah diverifikasi ulang bersama desa", "Verifikasi ulang data penerima bersama desa", 21,
        "Tambahan kuota bantuan diusulkan pada anggaran tahun depan",
    ),
    "air_minum": Work(
        "Pipa yang bocor sudah disambung dan air mengalir lagi", "Tekanan air diatur ulang pada malam hari", 5,
        "Penggantian pipa lama diusulkan pada anggaran tahun depan",
    ),
    "trantibum": Work(
        "Lokasi sudah didatangi dan ditertibkan regu patroli", "Patroli malam rutin di lokasi dimulai", 3,
        "Penambahan pos jaga diusulkan pada anggaran tahun depan",
    ),
}  # fmt: skip
"""Affair -> what is done about it."""
ELSE = Work(
    "Petugas sudah menindaklanjuti dan memeriksa hasilnya", "Petugas memeriksa dan mengabarkan hasilnya", 7,
    "Perbaikannya diusulkan pada anggaran tahun depan",
)  # fmt: skip
ADDRESS = "https://dokumentasi.contohkab.go.id/laporan/{number}"
EACH, EACH_PAUSED, EACH_COSTLY = 4, 7, 4
"""Of so many answered matters one is promised for a day and one done; of so many, one waits for somebody else; of so
many promises one needs the next budget."""


def first(case: Case, one: Told, worker: Person, at: datetime, send: Send) -> None:
    """What becomes of an answered matter; a refusal ends it there."""
    complaint = case.klass == one.message.klass == "pengaduan"
    try:
        if case.klass != "pengaduan" and one.ending == "closed":
            closing.close(case=case, because="answered", reason="", by=worker, at=at)
        elif complaint and one.thread % EACH == 0:
            _promised(case, one, worker, at, send)
        elif complaint and (one.ending == "closed" or one.thread % EACH == 1):
            _done(case, one, worker, at, send)
        elif one.thread % EACH_PAUSED == 0:
            reason = tuple(pausing.REASONS)[one.thread % len(pausing.REASONS)]
            pausing.pause(case=case, reason=reason, note="", by=worker, at=at)
    except Refused:
        return


def second(case: Case, one: Told, worker: Person, at: datetime, send: Send) -> None:
    """What becomes of it later: a promise is put off, what is done is closed."""
    try:
        if case.state == "done" and one.ending == "closed":
            closing.close(case=case, because="solved", reason="", by=worker, at=at)
        elif case.state == "scheduled" and one.thread % (2 * EACH) == 0:
            _put_off(case, worker, at, send)
    except Refused:
        return


STEPS = (first, second)


def _work(one: Told) -> Work:
    return WORK.get(one.message.affair, ELSE)


def _done(case: Case, one: Told, worker: Person, at: datetime, send: Send) -> None:
    url = ADDRESS.format(number=case.number)
    closing.finish(case=case, text=_work(one).done, photos=[], url=url, by=worker, at=at)
    _told(case, worker, send)


def _promised(case: Case, one: Told, worker: Person, at: datetime, send: Send) -> None:
    work = _work(one)
    costly = one.thread // EACH % EACH_COSTLY == 1
    promising.promise(
        case=case, what=work.next_budget if costly else work.soon,
        until=date(at.year + 1, 12, 15) if costly else at.date() + timedelta(days=work.days),
        budget_year=at.year + 1 if costly else None, who=case.lead.name, by=worker, at=at,
    )  # fmt: skip
    _told(case, worker, send)


def _put_off(case: Case, worker: Person, at: datetime, send: Send) -> None:
    before = promising.open_promise(case)
    if before is None or before.budget_year:
        return
    promising.put_off(
        case=case, what=before.what, until=before.until + timedelta(days=10), budget_year=None, who=before.who,
        why="Alat masih dipakai di kecamatan lain", by=worker, at=at,
    )  # fmt: skip
    _told(case, worker, send)


def _told(case: Case, worker: Person, send: Send) -> None:
    """Send what the verb wrote for the citizen."""
    if draft := Reply.objects.filter(case=case, author=worker, state="draft").order_by("-pk").first():
        send(draft)
