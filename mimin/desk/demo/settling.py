"""How matters of the demonstration end: done with proof, promised for a day, put off, waiting for somebody, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from mimin.desk.demo.story import Told
from mimin.inbox import closing, pausing, promising
from mimin.inbox.models import Case, Reply
from mimin.lib.moving import Refused
from mimin.people.models import Person

Send = Callable[[Reply], object]
"""Lets an answer leave, as the staff of the demonstration do."""

DONE = (
    "Lubang sudah ditambal dan dirapikan oleh regu lapangan",
    "Lampu sudah diganti dan menyala kembali",
    "Sampah sudah diangkut dan lokasi dibersihkan",
    "Saluran sudah dikeruk dan air mengalir lancar",
)
PROMISED = (
    ("Perbaikan permanen diusulkan pada anggaran tahun depan", 210, True),
    ("Petugas datang ke lokasi untuk mengukur", 4, False),
    ("Penggantian tiang dijadwalkan bersama pekerjaan kecamatan", 35, False),
    ("Normalisasi saluran masuk rencana kerja triwulan depan", 80, False),
    ("Pengecekan ulang setelah hujan reda", 2, False),
)
"""What is promised, in how many days, and whether it needs the next budget."""
ADDRESS = "https://dokumentasi.contohkab.go.id/laporan/{number}"
EACH, EACH_PAUSED = 4, 7
"""Of so many answered matters one is promised for a day and one done; of so many, one waits for somebody else."""


def first(case: Case, one: Told, worker: Person, at: datetime, send: Send) -> None:
    """What becomes of an answered matter; a refusal ends it there."""
    try:
        if case.klass != "pengaduan" and one.ending == "closed":
            closing.close(case=case, because="answered", reason="", by=worker, at=at)
        elif one.thread % EACH == 0:
            _promised(case, one, worker, at, send)
        elif one.ending == "closed" or one.thread % EACH == 1:
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


def _done(case: Case, one: Told, worker: Person, at: datetime, send: Send) -> None:
    text, url = DONE[one.thread % len(DONE)], ADDRESS.format(number=case.number)
    closing.finish(case=case, text=text, photos=[], url=url, by=worker, at=at)
    _told(case, worker, send)


def _promised(case: Case, one: Told, worker: Person, at: datetime, send: Send) -> None:
    what, days, next_budget = PROMISED[(one.thread // EACH) % len(PROMISED)]
    until = at.date() + timedelta(days=days)
    promising.promise(
        case=case, what=what, until=date(at.year + 1, 12, 15) if next_budget else until,
        budget_year=at.year + 1 if next_budget else None, who=case.lead.name, by=worker, at=at,
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
