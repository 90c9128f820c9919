"""Files of history in Kabupaten Contoh: one waits for its columns, one is checked, one came in, two did not, and a
worker has two in hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from mimin.desk.demo.pemda import Pemda
from mimin.desk.demo.scene import HELD_FOR
from mimin.desk.importing import actions as importing
from mimin.desk.models import ImportJob
from mimin.desk.walks.take_in import take_in
from mimin.people.actions import actor

ROWS = (
    ("03/08/2026", "Antrean di loket pajak terlalu panjang, kursi tunggu kurang", "Selesai"),
    ("11/08/2026", "Lampu taman alun-alun mati sebelah timur", "Selesai"),
    ("19/08/2026", "Usul tempat sampah terpilah di stadion", "Selesai"),
)
WAYS = ("mapping", "cancelled", "failed", "checked", "done", "checking", "running")
"""Where each of the files stands now."""


def bring(pemda: Pemda, *, until: datetime) -> None:
    """Somebody brought seven lists of an office, and went on with each as far as it got."""
    for number, way in enumerate(WAYS):
        _one(pemda, number, way, until - timedelta(days=len(WAYS) - number))
    # When the lease ends the worker takes both for a stopped worker's, and goes on with them to their end.
    lease = until + HELD_FOR
    ImportJob.objects.filter(state__in=("checking", "running")).update(
        began_at=until, due_at=lease, lease_until=lease, tries=1
    )


def _one(pemda: Pemda, number: int, way: str, at: datetime) -> None:
    who, channel = pemda.people["koordinator"], pemda.channels["kab-facebook"]
    lines = [
        "tanggal;isi laporan;status",
        *(f"{day};{text} ({number + 1});{state}" for day, text, state in ROWS),
    ]
    job = importing.upload(
        channel=channel, file=BytesIO("\n".join(lines).encode()), name=f"Rekap aduan 2026 bagian {number + 1}.csv",
        person=who, by=actor(who), at=at,
    )  # fmt: skip
    if way == "mapping":
        return
    if way == "cancelled":
        importing.cancel(job=job, by=actor(who), at=at)
        return
    job = importing.check(job=job, mapping=job.mapping, otherwise="closed", by=actor(who), at=at)
    if way == "failed":
        importing.fail(job=job, trouble={"code": "broken", "given": {}}, by=importing.MIMIN, at=at)
        return
    if way == "checking":
        return
    take_in(job.pk)
    if way in ("running", "done"):
        importing.run(job=ImportJob.objects.get(pk=job.pk), by=actor(who), at=at)
    if way == "done":
        take_in(job.pk)
