"""Files of history on their way in: what becomes of their rows, and what happens when something goes wrong."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from mimin.desk.importing import actions, keeping
from mimin.desk.models import ImportFault, ImportJob, Notice
from mimin.desk.walks import take_in as walk
from mimin.evidence.models import Facts
from mimin.inbox.intake import receive
from mimin.inbox.models import Alarm, Case, CaseUnit, Message, Note
from mimin.inbox.queries import count
from mimin.inbox.searching import search
from mimin.inbox.tracking import track
from mimin.inbox.understanding import understanding
from mimin.lib.crypto import Keyring, new_key
from mimin.lib.moving import Refused
from mimin.lib.work import QUEUES, drain, run
from mimin.outbox.models import Delivery
from mimin.people.actions import actor
from mimin.people.rules import Secrecy
from mimin.registry.actions import add_channel, retire
from mimin.registry.models import Channel
from tests.lapor_rows import as_csv, as_xlsx, rows
from tests.made import BY, MONDAY, Government, heard
from tests.made import channel as made_channel

pytestmark = pytest.mark.django_db

ROW = {
    **rows(1)[0],
    "Tracking ID": "6512345",
    "Tanggal Laporan Masuk": "23 Sep 2024",
    "Waktu Laporan Masuk": "00:41:43",
    "Klasifikasi Laporan": "Pengaduan Tidak Berkadar Pengawasan",
    "Judul Laporan": "Jalan berlubang",
    "Isi Laporan Awal": "Jalan depan pasar berlubang, hubungi saya di 0812-0000-1234.",
    "Tipe Laporan (Anonim/Rahasia)": "",
    "Instansi Terdisposisi": "DINAS PUPR",
    "Status Laporan": "Ditutup oleh Sistem",
    "Alasan Tunda/Arsip": "",
}


@pytest.fixture
def lapor(government: Government) -> Channel:
    """The government's page at SP4N-LAPOR!, run by Diskominfo."""
    return add_channel(
        pasted="lapor.go.id/instansi/pemerintah-kabupaten-contoh", unit=government.kominfo, name="SP4N-LAPOR!",
        mode="assisted", by=BY, at=MONDAY,
    )  # fmt: skip


def sent(
    channel: Channel, *made: dict[str, str], content: bytes = b"", name: str = "laporan.csv"
) -> ImportJob:
    """A file as somebody sends it."""
    file = io.BytesIO(content or as_csv(made, columns=list(made[0])))
    return actions.upload(channel=channel, file=file, name=name, person=None, by=BY, at=timezone.now())


def let_in(job: ImportJob, *, mapping: dict[str, int] | None = None, otherwise: str = "new") -> ImportJob:
    """Check it and take it in, by a worker."""
    actions.check(job=job, mapping=mapping or job.mapping, otherwise=otherwise, by=BY, at=timezone.now())
    drain()
    job.refresh_from_db()
    if job.state == "checked":
        actions.run(job=job, by=BY, at=timezone.now())
        drain()
        job.refresh_from_db()
    return job


def one(channel: Channel, **changes: str) -> Case:
    """The case that one row becomes."""
    row = {**ROW, **{name.replace("_", " "): cell for name, cell in changes.items()}}
    assert let_in(sent(channel, row)).state == "done"
    return Case.objects.select_related("lead").get()


# -- what becomes of a row --------------------------------------------------------------------------------------------


def test_a_report_that_was_closed_there_comes_in_closed(lapor: Channel, government: Government) -> None:
    case = one(lapor)
    there = datetime(2024, 9, 22, 17, 41, 43, tzinfo=UTC)
    assert (case.state, case.lead, case.tracking_id) == ("closed", government.pupr, "6512345")
    assert (case.opened_at, case.state_since, case.tracked_at) == (there, there, there)
    assert (case.due_at, case.answered_at, case.remind_at) == (None, None, None)
    assert (case.title, case.klass, case.secrecy) == ("Jalan berlubang", "pengaduan", Secrecy.OPEN)


def test_its_words_are_masked_and_what_was_sent_is_sealed(lapor: Channel) -> None:
    message = one(lapor).messages.get()
    assert message.remote_id == "6512345"
    assert message.text == "Jalan depan pasar berlubang, hubungi saya di [TELP]."
    kept = json.loads(message.raw)
    assert kept["text"] == ROW["Isi Laporan Awal"]
    assert kept["raw"] == {"lapor": {name: cell for name, cell in ROW.items() if cell}}


def test_nobody_is_told_and_nothing_is_late(lapor: Channel, government: Government) -> None:
    one(lapor)
    for username in ("koordinator", "admin.pupr", "sekda"):
        who, now = government.person(username), timezone.now()
        assert [count(who, view=view, now=now) for view in ("mine", "late", "new", "all")] == [0, 0, 0, 1]
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("status", ("Ditutup oleh Sistem", "Belum Ditindaklanjuti"))
def test_words_of_danger_in_a_history_ring_nobody(lapor: Channel, status: str) -> None:
    case = one(
        lapor,
        **{"Isi Laporan Awal": "TOLONG rumah kebakaran di Sukajaya sekarang!", "Status Laporan": status},
    )
    assert (Alarm.objects.count(), Notice.objects.count()) == (0, 0)
    assert (case.remind_at is None) == (status == "Ditutup oleh Sistem")


def test_what_is_still_open_there_waits_from_now_on(lapor: Channel, government: Government) -> None:
    began = timezone.now()
    case = one(lapor, Status_Laporan="Belum Ditindaklanjuti")
    assert (case.state, case.lead) == ("routed", government.pupr)
    assert case.opened_at.year == 2024
    assert case.due_at is not None and case.due_at > began
    who = government.person("admin.pupr")
    assert [count(who, view=view, now=timezone.now()) for view in ("mine", "late")] == [1, 0]


def test_what_has_no_unit_there_waits_at_the_unit_of_the_channel(
    lapor: Channel, government: Government
) -> None:
    case = one(lapor, Status_Laporan="Belum Diverifikasi", Instansi_Terdisposisi="")
    assert (case.state, case.lead) == ("new", government.kominfo)


def test_why_it_was_filed_away_is_a_note_for_colleagues(lapor: Channel) -> None:
    case = one(
        lapor,
        **{"Status Laporan": "Diarsipkan oleh Admin", "Alasan Tunda/Arsip": "Ganda, 3275010101900001"},
    )
    assert case.state == "dismissed"
    assert [note.text for note in Note.objects.filter(case=case)] == ["Ganda, [NIK]"]


@pytest.mark.parametrize(
    ("klass", "kind", "secrecy", "text", "title"),
    [
        ("Aspirasi", "Anonim", Secrecy.ANONYMOUS, True, True),
        ("Aspirasi", "Rahasia", Secrecy.SECRET, False, False),
        ("Aspirasi", "Anonim|Rahasia", Secrecy.SECRET, False, False),
        ("Pengaduan Berkadar Pengawasan", "", Secrecy.OVERSIGHT, False, False),
    ],
)
def test_secrecy_comes_with_the_report(
    lapor: Channel, government: Government, klass: str, kind: str, secrecy: Secrecy, text: bool, title: bool
) -> None:
    case = one(lapor, **{"Klasifikasi Laporan": klass, "Tipe Laporan (Anonim/Rahasia)": kind})
    message = Message.objects.get()
    assert (case.secrecy, bool(message.text), bool(case.title)) == (secrecy, text, title)
    overseen = secrecy >= Secrecy.OVERSIGHT
    assert case.lead == (government.inspectorate if overseen else government.pupr)
    expected = {government.inspectorate.pk} if overseen else {government.pupr.pk, government.kominfo.pk}
    assert set(CaseUnit.objects.values_list("unit_id", flat=True)) == expected


def test_the_machine_keeps_a_report_closer_than_the_file_tells_and_never_looser(lapor: Channel) -> None:
    words = "Mohon identitas saya dirahasiakan, petugas Dinas PUPR minta uang pungli."
    assert one(lapor, Isi_Laporan_Awal=words).secrecy == Secrecy.OVERSIGHT


def test_a_secret_report_is_found_by_nobody_who_is_not_cleared(
    lapor: Channel, government: Government
) -> None:
    one(lapor, Klasifikasi_Laporan="Pengaduan Berkadar Pengawasan")
    found = {
        username: [len(search(government.person(username), asked)[0]) for asked in ("6512345", "berlubang")]
        for username in ("koordinator", "admin.pupr", "inspektur")
    }
    assert found == {"koordinator": [0, 0], "admin.pupr": [0, 0], "inspektur": [1, 0]}


def test_its_tracking_id_is_searched_for(lapor: Channel, government: Government) -> None:
    case = one(lapor)
    for asked in ("6512345", " #6512345 "):
        found, further = search(government.person("admin.pupr"), asked)
        assert ([line.pk for line in found], further) == ([case.pk], 0)
    assert search(government.person("admin.dukcapil"), "6512345")[0] == ()


def test_a_report_to_another_government_is_left_out(lapor: Channel) -> None:
    theirs = {
        "Tracking ID": "6512346", "Instansi Induk": "Pemerintah Kota Lain", "Kota/Kabupaten": "Kota Lain",
        "Instansi Terdisposisi": "Dinas Perhubungan",
    }  # fmt: skip
    job = let_in(sent(lapor, ROW, {**ROW, **theirs}))
    assert (job.taken_in, [(f.row, f.code, f.given) for f in job.faults.all()]) == (
        1,
        [(3, "elsewhere", {"government": "Pemerintah Kota Lain"})],
    )


def test_the_coming_in_is_evidenced(lapor: Channel) -> None:
    case = one(lapor)
    kinds = list(Facts.objects.filter(subject_kind="case", subject_id=case.pk).values_list("kind", flat=True))
    assert kinds == ["message.received"]
    job = ImportJob.objects.get()
    told = list(Facts.objects.filter(subject_kind="import", subject_id=job.pk).order_by("pk"))
    assert [fact.kind for fact in told] == [
        "import.uploaded", "import.columns_chosen", "import.checked", "import.begun", "import.done",
    ]  # fmt: skip
    done = json.loads(bytes(told[-1].canonical))["facts"]
    assert done == {"taken_in": 1, "known": 0, "left_out": 0, "sha256": job.digest}


# -- twice, and known otherwise ---------------------------------------------------------------------------------------


def test_the_same_file_twice_adds_nothing(lapor: Channel) -> None:
    made = rows(30)
    let_in(sent(lapor, *made))
    again = let_in_checked(sent(lapor, *made))
    assert (again.state, again.found["fresh"], again.found["known"]) == ("checked", 0, 30)
    with pytest.raises(Refused):
        actions.run(job=again, by=BY, at=timezone.now())
    assert Case.objects.count() == Message.objects.count() == 30


def let_in_checked(job: ImportJob) -> ImportJob:
    """Only check it."""
    actions.check(job=job, mapping=job.mapping, otherwise="new", by=BY, at=timezone.now())
    drain()
    job.refresh_from_db()
    return job


def test_two_files_that_overlap_are_each_report_once(lapor: Channel) -> None:
    made = rows(30)
    let_in(sent(lapor, *made[:20]))
    job = let_in(sent(lapor, *made[10:]))
    assert (job.taken_in, job.known, Case.objects.count()) == (10, 10, 30)


def test_two_files_that_come_in_at_the_same_time_are_each_report_once(lapor: Channel) -> None:
    made = rows(20)
    first, second = (let_in_checked(sent(lapor, *made)) for _ in range(2))
    for job in (first, second):
        actions.run(job=job, by=BY, at=timezone.now())
    drain()
    first.refresh_from_db()
    second.refresh_from_db()
    assert sorted([first.taken_in, second.taken_in]) == [0, 20]
    assert Case.objects.count() == Message.objects.count() == 20


def test_a_row_that_repeats_a_number_is_left_out_with_the_row_that_counts(lapor: Channel) -> None:
    job = let_in(sent(lapor, ROW, {**ROW, "Isi Laporan Awal": "Lain lagi"}))
    fault = job.faults.get()
    assert (job.taken_in, fault.row, fault.code, fault.given) == (1, 3, "repeated", {"row": 2})


def test_a_case_that_carries_the_number_already_is_not_opened_again(
    lapor: Channel, government: Government
) -> None:
    instagram = made_channel(government.pupr)
    receive(
        [heard("jalan depan pasar berlubang")],
        channel=instagram,
        at=timezone.now(),
        understand=understanding(),
    )
    case = Case.objects.get()
    track(case=case, number="6512345", by=government.person("admin.pupr"), at=timezone.now())
    job = let_in_checked(sent(lapor, ROW))
    assert (job.found["fresh"], job.found["known"]) == (0, 1)


def test_a_number_that_is_noted_while_the_file_comes_in_is_known_to_the_next_try(
    lapor: Channel, government: Government, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the transaction somebody enters the number on another case."""
    receive(
        [heard("jalan rusak")],
        channel=made_channel(government.pupr),
        at=timezone.now(),
        understand=understanding(),
    )
    job = let_in_checked(sent(lapor, ROW, {**ROW, "Tracking ID": "6512346"}))
    real, asked = walk._known, []

    def known(*args: Any) -> set[str]:
        found = real(*args)
        if not asked:
            Case.objects.update(tracking_id="6512345")
        asked.append(1)
        return found

    monkeypatch.setattr(walk, "_known", known)
    actions.run(job=job, by=BY, at=timezone.now())
    run(actions.QUEUE, job.pk)
    job.refresh_from_db()
    assert (job.state, job.looked_at, Case.objects.count()) == ("running", 0, 1)
    ImportJob.objects.filter(pk=job.pk).update(due_at=timezone.now())
    drain()
    job.refresh_from_db()
    assert (job.state, job.taken_in, job.known, Case.objects.count()) == ("done", 1, 1, 2)


# -- killed, overtaken, cancelled -------------------------------------------------------------------------------------


def waiting(channel: Channel, count: int, monkeypatch: pytest.MonkeyPatch, *, batch: int = 10) -> ImportJob:
    """A file that was checked and waits for a worker; small batches."""
    monkeypatch.setattr(walk, "BATCH", batch)
    job = let_in_checked(sent(channel, *rows(count)))
    return actions.run(job=job, by=BY, at=timezone.now())


class Killed(BaseException):
    """No handler sees it: the process is gone."""


def killed_at(monkeypatch: pytest.MonkeyPatch, batch: int, where: str = "before") -> None:
    """Let the worker die at a batch: before anything of it is stored, in its transaction, or right after it."""
    real, calls = walk.receive, []

    def dying(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == batch:
            if where == "within":
                then = options.pop("then")
                return real(*args, **options, then=lambda received: (then(received), died()))
            if where == "after":
                real(*args, **options)
            died()
        return real(*args, **options)

    def died() -> None:
        raise Killed

    monkeypatch.setattr(walk, "receive", dying)


@pytest.mark.parametrize("where", ("before", "within", "after"))
def test_a_worker_that_is_killed_doubles_nothing_and_loses_nothing(
    lapor: Channel, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    job = waiting(lapor, 45, monkeypatch)
    killed_at(monkeypatch, 3, where)
    with pytest.raises(Killed):
        run(actions.QUEUE, job.pk)
    job.refresh_from_db()
    stored = 30 if where == "after" else 20
    assert (job.state, job.looked_at, job.taken_in) == ("running", stored, stored)
    assert Case.objects.count() == Message.objects.count() == stored
    monkeypatch.undo()
    ImportJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    drain()
    job.refresh_from_db()
    assert (job.state, job.looked_at, job.taken_in, job.known) == ("done", 45, 45, 0)
    assert Case.objects.count() == Message.objects.count() == 45
    assert Facts.objects.filter(kind="message.received").count() == 45


def test_a_check_that_is_killed_begins_anew(lapor: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "BATCH", 10)
    job = sent(lapor, *rows(30), {**ROW, "Tracking ID": ""})
    actions.check(job=job, mapping=job.mapping, otherwise="new", by=BY, at=timezone.now())
    real = walk._go_on

    def dying(job: ImportJob, **changes: Any) -> None:
        real(job, **changes)
        if changes["looked_at"] == 31:
            raise Killed

    monkeypatch.setattr(walk, "_go_on", dying)
    with pytest.raises(Killed):
        run(actions.QUEUE, job.pk)
    monkeypatch.setattr(walk, "_go_on", real)
    ImportJob.objects.filter(pk=job.pk).update(lease_until=None)
    drain()
    job.refresh_from_db()
    assert (job.state, job.found["rows"], job.found["fresh"]) == ("checked", 31, 30)
    assert [fault.row for fault in job.faults.all()] == [32]


def test_a_worker_puts_a_long_job_down_and_takes_it_up_again(
    lapor: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = waiting(lapor, 45, monkeypatch)
    monkeypatch.setattr(walk, "SLICE", -1.0)
    seen = []
    while run(actions.QUEUE, job.pk):
        job.refresh_from_db()
        seen.append((job.state, job.looked_at, job.lease_until))
    assert seen == [("running", n, None) for n in (10, 20, 30, 40)] + [
        ("running", 45, None),
        ("done", 45, None),
    ]
    assert Case.objects.count() == 45


def test_a_worker_whose_job_was_taken_over_stops_at_the_next_batch(
    lapor: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = waiting(lapor, 45, monkeypatch)
    real = walk.receive

    def overtaken(*args: Any, **options: Any) -> Any:
        done = real(*args, **options)
        if Case.objects.count() == 20:
            ImportJob.objects.update(began_at=timezone.now() + timedelta(seconds=1))
        return done

    monkeypatch.setattr(walk, "receive", overtaken)
    run(actions.QUEUE, job.pk)
    job.refresh_from_db()
    assert (job.state, job.looked_at, Case.objects.count()) == ("running", 20, 20)


def test_what_a_person_cancels_stops_at_the_next_batch_and_what_is_in_stays(
    lapor: Channel, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    job = waiting(lapor, 45, monkeypatch)
    place, real = job.place, walk.receive

    def cancelled(*args: Any, **options: Any) -> Any:
        done = real(*args, **options)
        if Case.objects.count() == 20:
            with django_capture_on_commit_callbacks(execute=True):
                actions.cancel(job=ImportJob.objects.get(), by=BY, at=timezone.now())
        return done

    monkeypatch.setattr(walk, "receive", cancelled)
    run(actions.QUEUE, job.pk)
    job.refresh_from_db()
    assert (job.state, job.due_at, job.lease_until, job.place) == ("cancelled", None, None, "")
    assert Case.objects.count() == 20
    assert not default_storage.exists(place)


def test_a_job_that_kills_every_worker_is_stopped_and_says_so(lapor: Channel) -> None:
    job = sent(lapor, ROW)
    actions.check(job=job, mapping=job.mapping, otherwise="new", by=BY, at=timezone.now())
    ImportJob.objects.filter(pk=job.pk).update(
        tries=walk.TRIES
    )  # so often a worker took it and was never seen again
    drain()
    job.refresh_from_db()
    assert (job.state, job.trouble) == ("failed", {"code": "unknown", "given": {}})


def test_what_fails_for_a_while_is_tried_again(lapor: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    job = waiting(lapor, 20, monkeypatch)
    real, calls = walk.receive, []

    def failing(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the database is away")
        return real(*args, **options)

    monkeypatch.setattr(walk, "receive", failing)
    run(actions.QUEUE, job.pk)
    job.refresh_from_db()
    assert (job.state, job.looked_at, job.lease_until) == ("running", 10, None)
    assert job.due_at > timezone.now()
    ImportJob.objects.update(due_at=timezone.now())
    drain()
    job.refresh_from_db()
    assert (job.state, job.taken_in) == ("done", 20)


def test_the_work_of_a_long_job_is_never_late(lapor: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    job = waiting(lapor, 45, monkeypatch)
    ImportJob.objects.update(due_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(walk, "SLICE", -1.0)
    run(actions.QUEUE, job.pk)
    job.refresh_from_db()
    assert timezone.now() - job.due_at < timedelta(minutes=1) < QUEUES[actions.QUEUE].late_after


# -- the file ---------------------------------------------------------------------------------------------------------


def test_the_file_lies_sealed_and_is_deleted_when_it_is_in(
    lapor: Channel, django_capture_on_commit_callbacks: Any
) -> None:
    job = sent(lapor, ROW)
    place = job.place
    with default_storage.open(place) as file:
        assert b"berlubang" not in file.read()
    assert b"berlubang" in keeping.opened(place).read()
    with django_capture_on_commit_callbacks(execute=True):
        job = let_in(job)
    assert (job.state, job.place, default_storage.exists(place)) == ("done", "", False)


def test_the_rows_that_are_shown_are_masked(lapor: Channel) -> None:
    shown = json.loads(sent(lapor, ROW).sample)
    assert "[TELP]" in json.dumps(shown) and "0812-0000-1234" not in json.dumps(shown)


def test_a_file_whose_key_is_gone_says_what_to_do(lapor: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    job = sent(lapor, ROW)
    actions.check(job=job, mapping=job.mapping, otherwise="new", by=BY, at=timezone.now())
    monkeypatch.setattr(keeping, "keyring", lambda: Keyring.parse(new_key("other")))
    drain()
    job.refresh_from_db()
    assert (job.state, job.trouble["code"]) == ("failed", "closed")


def test_a_file_that_breaks_off_in_the_middle_takes_nothing_in(lapor: Channel) -> None:
    content = as_csv(rows(30)) + b'6999999,"1 Mei 2024\n'
    job = let_in_checked(sent(lapor, content=content))
    assert (job.state, job.trouble) == ("failed", {"code": "quotes", "given": {"row": 32}})
    assert Case.objects.count() == 0


@pytest.mark.parametrize("content", (b"", b"satu\n", b"\x00\x01" * 400, b"PK\x03\x04rusak"))
def test_what_is_no_table_is_refused_at_once(lapor: Channel, content: bytes) -> None:
    with pytest.raises(Refused):
        actions.upload(
            channel=lapor, file=io.BytesIO(content), name="x.csv", person=None, by=BY, at=timezone.now()
        )
    assert ImportJob.objects.count() == 0


def test_a_file_that_nobody_goes_on_with_is_deleted_after_a_week(
    lapor: Channel, django_capture_on_commit_callbacks: Any
) -> None:
    job, now = sent(lapor, ROW), timezone.now()
    assert actions.forget(now + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget(now + timedelta(days=8)) == 1
    place = job.place
    job.refresh_from_db()
    assert (job.state, job.place, default_storage.exists(place)) == ("cancelled", "", False)
    assert actions.forget(now + timedelta(days=9)) == 0


def test_rows_that_were_left_out_are_forgotten_after_a_month(lapor: Channel) -> None:
    let_in(sent(lapor, ROW, {**ROW, "Tracking ID": ""}))
    now = timezone.now()
    assert (actions.forget(now + timedelta(days=29)), ImportFault.objects.count()) == (0, 1)
    assert (actions.forget(now + timedelta(days=31)), ImportFault.objects.count()) == (1, 0)
    assert actions.forget(now + timedelta(days=32)) == 0


def test_nothing_comes_in_on_a_channel_that_is_retired(lapor: Channel) -> None:
    retire(channel=lapor, by=BY, at=timezone.now())
    with pytest.raises(Refused):
        sent(lapor, ROW)


def test_a_workbook_is_read_slowly_once_and_then_as_a_plain_table(
    lapor: Channel, django_capture_on_commit_callbacks: Any
) -> None:
    made = [
        *rows(5),
        {**ROW, "Isi Laporan Awal": "baris satu\nbaris 'dua', \"tiga\"", "Judul Laporan": "'=1+1"},
    ]
    job = sent(lapor, content=as_xlsx(made, title="Laporan"), name="laporan.xlsx")
    slow = job.place
    with django_capture_on_commit_callbacks(execute=True):
        job = let_in_checked(job)
    assert (job.reading, default_storage.exists(slow)) == (
        {"kind": "csv", "encoding": "utf-8", "delimiter": ",", "header": 2},
        False,
    )
    actions.run(job=job, by=BY, at=timezone.now())
    drain()
    job.refresh_from_db()
    assert (job.state, job.taken_in, job.known) == ("done", 6, 0)
    case = Case.objects.get(tracking_id="6512345")
    assert (case.title, case.messages.get().text) == ("=1+1", "baris satu\nbaris 'dua', \"tiga\"")


def test_rows_keep_their_numbers_in_the_plain_table(lapor: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults that are found only when the rows come in name the rows of the file that was sent."""
    book, kept = openpyxl.Workbook(), io.BytesIO()
    for cells in (["judul"], [], list(ROW), [], [], list(ROW.values()), [], ["x", *list(ROW.values())[1:]]):
        book.active.append(cells)
    book.save(kept)
    job = let_in_checked(sent(lapor, content=kept.getvalue(), name="laporan.xlsx"))
    assert [fault.row for fault in job.faults.all()] == [8]
    ImportFault.objects.all().delete()
    actions.run(job=job, by=BY, at=timezone.now())
    drain()
    assert [fault.row for fault in job.faults.all()] == [8]


# -- columns ----------------------------------------------------------------------------------------------------------

TABLE = [
    {"No": "1", "Tanggal": "2 Mei 2023 08.15", "Nama": "Warga Sukajaya", "Uraian": "lampu jalan mati", "OPD": "PUPR",
     "Status": "selesai", "Jawaban": "Sudah diganti.", "Tgl Jawaban": "4 Mei 2023"},
    {"No": "2", "Tanggal": "3 Mei 2023", "Nama": "", "Uraian": "minta jadwal KTP keliling", "OPD": "Dukcapil",
     "Status": "", "Jawaban": "Setiap Selasa.", "Tgl Jawaban": ""},
    {"No": "3", "Tanggal": "4 Mei 2023", "Nama": "", "Uraian": "parit mampet", "OPD": "Dinas Lain", "Status": "",
     "Jawaban": "", "Tgl Jawaban": ""},
]  # fmt: skip


def test_any_table_comes_in_by_its_columns(government: Government) -> None:
    channel = made_channel(government.kominfo)
    job = let_in(sent(channel, *TABLE))
    assert (job.form, job.state, job.taken_in) == ("table", "done", 3)
    found = [(c.state, c.lead_id, c.tracking_id) for c in Case.objects.order_by("pk")]
    assert found == [
        ("closed", government.pupr.pk, None),
        ("answered", government.dukcapil.pk, None),
        ("new", government.kominfo.pk, None),
    ]
    first = list(Message.objects.filter(case__state="closed").order_by("sent_at"))
    assert [(m.ours, m.author, m.text) for m in first] == [
        (False, "Warga Sukajaya", "lampu jalan mati"),
        (True, "", "Sudah diganti."),
    ]
    assert first[1].sent_at == datetime(2023, 5, 3, 17, tzinfo=UTC)


def test_a_row_that_does_not_tell_stands_as_the_person_says(government: Government) -> None:
    job = let_in(sent(made_channel(government.kominfo), *TABLE), otherwise="closed")
    assert job.found["states"] == {"closed": 2, "answered": 1}


def test_columns_can_be_chosen_otherwise(government: Government) -> None:
    made = [{"Kolom A": "2 Mei 2023", "Kolom B": "lampu jalan mati", "Kolom C": "PUPR"}]
    job = sent(made_channel(government.kominfo), *made)
    assert job.mapping == {}
    job = let_in(job, mapping={"date": 0, "text": 1, "unit": 2})
    assert (job.taken_in, Case.objects.get().lead) == (1, government.pupr)


@pytest.mark.parametrize("mapping", ({}, {"date": 0}, {"text": 1}, {"date": 1, "text": 1}))
def test_a_date_and_a_text_are_needed_each_in_a_column_of_its_own(
    government: Government, mapping: dict[str, int]
) -> None:
    job = sent(made_channel(government.kominfo), *TABLE)
    with pytest.raises(Refused):
        actions.check(job=job, mapping=mapping, otherwise="new", by=BY, at=timezone.now())


def test_the_national_export_needs_its_tracking_id(lapor: Channel) -> None:
    job = sent(lapor, ROW)
    mapping = {field: place for field, place in job.mapping.items() if field != "tracking"}
    with pytest.raises(Refused):
        actions.check(job=job, mapping=mapping, otherwise="new", by=BY, at=timezone.now())


def test_after_the_check_the_columns_can_be_chosen_anew(lapor: Channel) -> None:
    job = let_in_checked(sent(lapor, ROW, {**ROW, "Tracking ID": ""}))
    assert ImportFault.objects.count() == 1
    actions.change(job=job, by=BY, at=timezone.now())
    job = let_in_checked(job)
    assert (job.state, ImportFault.objects.count()) == ("checked", 1)


def test_of_two_who_let_it_in_one_is_first(lapor: Channel) -> None:
    job = let_in_checked(sent(lapor, ROW))
    other = ImportJob.objects.get(pk=job.pk)
    actions.run(job=job, by=BY, at=timezone.now())
    with pytest.raises(Refused):
        actions.run(job=other, by=BY, at=timezone.now())


def test_names_of_units_are_counted_by_whether_somebody_here_bears_them(lapor: Channel) -> None:
    names = ("DINAS PUPR", "Dinas PUPR Kab. Contoh", "Dinas Kesehatan", "DINAS KESEHATAN KAB. CONTOH", "")
    made = [
        {**ROW, "Tracking ID": f"650000{n}", "Instansi Terdisposisi": name} for n, name in enumerate(names)
    ]
    found = let_in_checked(sent(lapor, *made)).found
    assert found["units"] == [["Dinas Pekerjaan Umum dan Penataan Ruang", 2]]
    assert found["nobody"] == [["Dinas Kesehatan", 2], ["", 1]]


def test_who_sent_it_stands_in_the_trail(lapor: Channel, government: Government) -> None:
    who = government.person("koordinator")
    file = io.BytesIO(as_csv([ROW]))
    job = actions.upload(channel=lapor, file=file, name="x.csv", person=who, by=actor(who), at=timezone.now())
    let_in(job)
    by = set(
        Facts.objects.filter(kind__in=("message.received", "import.done")).values_list(
            "actor_label", flat=True
        )
    )
    assert by == {"Koordinator Diskominfo"}
