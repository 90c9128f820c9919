"""History in, history out: a thousand reports of the national export come in, leave in its form, and come in again."""

from __future__ import annotations

import io
import signal
import time
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from mimin.desk.exporting.cases import Wanted, export
from mimin.desk.exporting.lapor import COLUMNS
from mimin.desk.exporting.sheets import CSV, XLSX, written
from mimin.desk.importing import actions, tables
from mimin.desk.importing.columns import LAPOR
from mimin.desk.importing.incoming import told, whole
from mimin.desk.importing.places import named
from mimin.desk.models import ImportJob
from mimin.inbox.models import Case, Message
from mimin.language.understand import prepare
from mimin.lib.work import drain
from mimin.outbox.models import Delivery
from mimin.people.actions import actor, give_role
from mimin.people.rules import RoleKind
from mimin.registry.actions import add_channel
from mimin.registry.models import Channel
from tests.lapor_rows import as_csv, as_xlsx, rows
from tests.made import BY, MONDAY, Government, person
from tests.servers.installation import Installation, kill

MANY = 1_000


@pytest.fixture
def channel(government: Government) -> Channel:
    """The government's page at SP4N-LAPOR!, run by Diskominfo."""
    return add_channel(
        pasted="https://www.lapor.go.id/instansi/pemerintah-kabupaten-contoh", unit=government.kominfo,
        name="SP4N-LAPOR!", mode="assisted", by=BY, at=MONDAY,
    )  # fmt: skip


def sent(channel: Channel, government: Government, content: bytes, name: str = "laporan.csv") -> ImportJob:
    """A file as the coordinator sends it."""
    who = government.person("koordinator")
    return actions.upload(
        channel=channel, file=io.BytesIO(content), name=name, person=who, by=actor(who), at=timezone.now()
    )


def taken_in(
    channel: Channel, government: Government, content: bytes, name: str = "laporan.csv"
) -> ImportJob:
    """A file that was sent, checked and let in."""
    job, who = sent(channel, government, content, name), government.person("koordinator")
    actions.check(job=job, mapping=job.mapping, otherwise="new", by=actor(who), at=timezone.now())
    drain()
    job.refresh_from_db()
    if job.state == "checked" and job.found and job.found["fresh"]:
        actions.run(job=job, by=actor(who), at=timezone.now())
        drain()
        job.refresh_from_db()
    return job


def taken_out(government: Government, kind: str, who: str = "koordinator") -> bytes:
    """Everything that a person may see, as a file."""
    found = export(wanted=Wanted(secret=True), kind=kind, by=government.person(who), at=timezone.now())
    return b"".join(written(kind, found))


def lines_of(content: bytes) -> dict[str, dict[str, str]]:
    """A file in the export's form: Tracking ID -> column -> cell."""
    file = io.BytesIO(content)
    found = [cells for _number, cells in tables.rows(file, tables.recognised(file))]
    assert tuple(found[0]) == COLUMNS
    padded = [[*cells, *[""] * (len(COLUMNS) - len(cells))] for cells in found[1:]]
    return {cells[0]: dict(zip(COLUMNS, cells, strict=True)) for cells in padded}


def meant(row: dict[str, str]) -> dict[str, str]:
    """A row as everybody reads it: spelled alike, masked, without what spreadsheets do to numbers."""
    same = {name: " ".join(prepare(told(cell)).text.split()) for name, cell in row.items()}
    for number in ("Tracking ID", "ID Kategori", "ID Instansi Terdisposisi"):
        same[number] = whole(same[number])
    same["Instansi Terdisposisi"] = named(same["Instansi Terdisposisi"].removesuffix(" Kab. Contoh"))
    same["Isi Laporan Akhir"] = same["Isi Laporan Akhir"] or same["Isi Laporan Awal"]
    return same


def reads_everything(government: Government) -> None:
    """Let one person read every case: the coordinator alone sees none under oversight."""
    who = person("pengawas", "Koordinator dan Inspektur", government.root, RoleKind.COORDINATOR)
    for kind in (RoleKind.INSPECTOR, RoleKind.SECRETARY):
        give_role(
            person=who, unit=government.root, kind=kind, since=date(2020, 1, 1), until=None, by=BY, at=MONDAY
        )
    government.people["pengawas"] = who


@pytest.mark.django_db
@pytest.mark.parametrize("kind", (CSV, XLSX))
def test_a_thousand_reports_go_in_and_out_and_in_again(
    government: Government, channel: Channel, kind: str
) -> None:
    made = rows(MANY)
    content = as_csv(made, title="Laporan Kabupaten Contoh") if kind == CSV else as_xlsx(made)
    job = taken_in(channel, government, content, f"laporan.{kind}")

    assert (job.form, job.state, job.taken_in, job.known) == (LAPOR, "done", MANY, 0)
    assert (job.faults.count(), job.place) == (0, "")
    assert Case.objects.count() == Message.objects.count() == MANY
    assert sorted(Case.objects.values_list("tracking_id", flat=True)) == sorted(
        whole(row["Tracking ID"]) for row in made
    )

    reads_everything(government)
    out = taken_out(government, kind, "pengawas")
    before = {whole(row["Tracking ID"]): meant(row) for row in made}
    after = {number: meant(row) for number, row in lines_of(out).items()}
    assert set(after) == set(before)
    differ = {
        (column, before[number][column], after[number][column])
        for number in before
        for column in COLUMNS
        if before[number][column] != after[number][column]
    }
    assert differ == set()

    again = taken_in(channel, government, out, f"lagi.{kind}")
    assert (again.state, again.found["fresh"], again.found["known"]) == ("checked", 0, MANY)
    assert Case.objects.count() == Message.objects.count() == MANY
    assert Delivery.objects.count() == 0


CHANNEL = """
from django.utils import timezone
from mimin.evidence.actions import Actor
from mimin.people.queries import root
from mimin.registry.actions import add_channel
add_channel(pasted="lapor.go.id/instansi/pemerintah-kabupaten-contoh", unit=root(), name="SP4N-LAPOR!",
            mode="assisted", by=Actor(None, "Mimin"), at=timezone.now())
"""
PAST = "2020-01-01 00:00:00"


def test_a_process_killed_in_the_middle_of_a_file_doubles_nothing(tmp_path: Path) -> None:
    """A real process and a real SIGKILL; whoever works next goes on where it was."""
    here = Installation(tmp_path, f"sqlite:///{tmp_path / 'mimin.sqlite3'}", "")
    here.mimin("migrate", "-v0")
    here.mimin("demo", "--tree-only")
    here.mimin("shell", "--no-imports", "-c", CHANNEL)
    file = tmp_path / "laporan.csv"
    file.write_bytes(as_csv(rows(2 * MANY)))
    with here.process("mimin.program", "import", str(file)) as running:
        until = time.monotonic() + 120
        while here.sql("SELECT COUNT(*) FROM mimin_case") < [(600,)] and time.monotonic() < until:
            time.sleep(0.05)
        kill(running)
        assert running.returncode == -signal.SIGKILL
    ((looked_at, state),) = here.sql("SELECT looked_at, state FROM mimin_importjob")
    assert (here.sql("SELECT COUNT(*) FROM mimin_case"), state) == ([(looked_at,)], "running")
    assert 600 <= looked_at < 2 * MANY

    here.sql(f"UPDATE mimin_importjob SET lease_until = '{PAST}'")  # noqa: S608
    here.mimin("work", "--once")
    assert here.sql("SELECT state, taken_in, known, place FROM mimin_importjob") == [
        ("done", 2 * MANY, 0, "")
    ]
    assert here.sql("SELECT COUNT(*), COUNT(DISTINCT tracking_id) FROM mimin_case") == [(2 * MANY, 2 * MANY)]
    assert here.sql("SELECT COUNT(*) FROM mimin_facts WHERE kind = 'message.received'") == [(2 * MANY,)]
    assert list((tmp_path / "media").rglob("*.*")) == []
    told = here.mimin("import", str(file), "--json").splitlines()
    assert told[-1].startswith('{"rows": 2000, "taken_in": 0, "known": 2000, "left_out": 0')
