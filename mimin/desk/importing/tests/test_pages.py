"""The pages of a file of history: what a coordinator sees and does from sending it until it is in."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from mimin.desk.importing import limits, rows
from mimin.desk.importing.columns import FIELDS
from mimin.desk.importing.tables import recognised
from mimin.desk.importing.tables import rows as table_rows
from mimin.desk.importing.words import FILES, ROWS, reason, why_not
from mimin.desk.models import ImportJob
from mimin.evidence.models import Facts
from mimin.inbox.models import Case
from mimin.lib.work import drain
from mimin.people.rules import RoleKind
from mimin.registry.actions import add_channel
from mimin.registry.models import Channel
from tests.lapor_rows import as_csv, as_xlsx
from tests.lapor_rows import rows as lapor_rows
from tests.made import BY, MONDAY, Government, person
from tests.scene import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lapor(government: Government) -> Channel:
    return add_channel(
        pasted="lapor.go.id/instansi/pemerintah-kabupaten-contoh", unit=government.kominfo, name="SP4N-LAPOR!",
        mode="assisted", by=BY, at=MONDAY,
    )  # fmt: skip


@pytest.fixture
def client(government: Government) -> Client:
    return client_of(government, "koordinator")


def send(client: Client, channel: Channel, content: bytes, name: str = "laporan.csv") -> Any:
    return client.post(reverse("imports"), {"channel": channel.pk, "file": SimpleUploadedFile(name, content)})


def asked(page: Any) -> dict[str, Any]:
    """The form of the columns as it is proposed."""
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields}


def checked(client: Client, job: ImportJob) -> Any:
    """Send the proposed columns, let a worker check, and look at the page."""
    page = client.get(reverse("import", args=[job.pk]))
    client.post(reverse("import_act", args=[job.pk, "check"]), asked(page))
    drain()
    return client.get(reverse("import", args=[job.pk]))


def test_from_the_file_to_the_cases(client: Client, lapor: Channel) -> None:
    assert "Belum ada berkas" in client.get(reverse("imports")).content.decode()
    answer = send(client, lapor, as_xlsx(lapor_rows(40)), "laporan.xlsx")
    job = ImportJob.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("import", args=[job.pk]))

    page = client.get(answer["Location"])
    assert page.context["lapor"] is True
    assert {column["field"].value() for column in page.context["columns"]} >= {
        "tracking",
        "date",
        "text",
        "state",
    }

    page = checked(client, job)
    assert [line["value"] for line in page.context["found"]["numbers"]] == ["40", "0", "0"]
    assert page.context["fresh"] == 40

    answer = client.post(reverse("import_act", args=[job.pk, "run"]))
    assert answer.status_code == 302
    drain()
    page = client.get(reverse("import", args=[job.pk]))
    assert [line["value"] for line in page.context["numbers"]] == ["40", "0", "0"]
    assert Case.objects.count() == 40
    listed = client.get(reverse("imports")).context["lines"]
    assert [line["title"] for line in listed] == ["laporan.xlsx"]


def test_the_channel_of_the_national_system_is_proposed(
    client: Client, lapor: Channel, government: Government
) -> None:
    add_channel(
        pasted="instagram.com/aaa", unit=government.kominfo, name="AAA", mode="assisted", by=BY, at=MONDAY
    )
    assert client.get(reverse("imports")).context["form"]["channel"].value() == lapor.pk


def test_without_a_channel_it_says_what_is_missing(client: Client) -> None:
    text = client.get(reverse("imports")).content.decode()
    assert reverse("channel_add") in text and 'type="file"' not in text


@pytest.mark.parametrize(
    "content", (b"", b"\xd0\xcf\x11\xe0" + b"\0" * 99, b"PK\x03\x04rusak", b"satu\ndua\n")
)
def test_a_file_that_cannot_be_read_is_told_why_on_the_form(
    client: Client, lapor: Channel, content: bytes
) -> None:
    answer = send(client, lapor, content)
    assert answer.status_code == 422
    assert ImportJob.objects.count() == 0
    errors = [*answer.context["form"].non_field_errors(), *answer.context["form"].errors.get("file", [])]
    assert len(errors) == 1


def test_a_file_that_is_too_large_is_told_so(
    client: Client, lapor: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BYTES_AT_MOST", 3 * 1024 * 1024)
    answer = send(client, lapor, b"Tanggal,Isi\n" + b"1 Mei 2024,jalan rusak\n" * 200_000)
    assert "3 MB" in str(answer.context["form"].non_field_errors())


def test_a_large_file_comes_through_the_disk(client: Client, lapor: Channel) -> None:
    """Above two and a half megabytes an upload lies in a temporary file."""
    content = as_csv(lapor_rows(20)) + b"\n" * 3_000_000
    assert send(client, lapor, content).status_code == 302
    job = ImportJob.objects.get()
    assert (job.size, job.form) == (len(content), "lapor")


def test_a_name_of_a_file_is_only_a_name(client: Client, lapor: Channel) -> None:
    send(client, lapor, as_csv(lapor_rows(2)), "../../<script>alert(1)</script> 0812-0000-1234.csv")
    job = ImportJob.objects.get()
    assert "/" not in job.name.replace("</script>", "") and "0812-0000-1234" not in job.name
    assert "<script>alert" not in client.get(reverse("import", args=[job.pk])).content.decode()


def test_two_columns_for_one_thing_are_refused_and_the_choice_stays(client: Client, lapor: Channel) -> None:
    send(client, lapor, b"Tanggal,Isi,Lain\n1 Mei 2024,jalan rusak,x\n")
    job = ImportJob.objects.get()
    chosen = {"column_0": "date", "column_1": "text", "column_2": "text", "otherwise": "closed"}
    page = client.post(reverse("import_act", args=[job.pk, "check"]), chosen)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["column_2"]
    assert asked(page) == chosen
    job.refresh_from_db()
    assert job.state == "mapping"


def test_without_a_date_it_says_what_to_choose(client: Client, lapor: Channel) -> None:
    send(client, lapor, b"Tanggal,Isi\n1 Mei 2024,jalan rusak\n")
    page = client.post(
        reverse("import_act", args=[ImportJob.objects.get().pk, "check"]),
        {"column_1": "text", "otherwise": "new"},
    )
    assert (page.status_code, len(page.context["form"].non_field_errors())) == (422, 1)


def test_what_a_cell_holds_is_shown_masked(client: Client, lapor: Channel) -> None:
    send(client, lapor, b"Tanggal,Isi\n1 Mei 2024,<b>hubungi</b> 0812-0000-1234\n")
    text = client.get(reverse("import", args=[ImportJob.objects.get().pk])).content.decode()
    assert "[TELP]" in text and "0812-0000-1234" not in text and "<b>hubungi" not in text


def test_after_the_check_one_can_go_back_or_cancel(client: Client, lapor: Channel) -> None:
    send(client, lapor, as_csv(lapor_rows(3)))
    job = ImportJob.objects.get()
    checked(client, job)
    for verb, state in (("change", "mapping"), ("cancel", "cancelled")):
        client.post(reverse("import_act", args=[job.pk, verb]), follow=True)
        job.refresh_from_db()
        assert job.state == state
    again = client.post(reverse("import_act", args=[job.pk, "cancel"]), follow=True)
    assert [m.level_tag for m in again.context["messages"]] == ["error"]


def test_a_form_that_comes_too_late_leads_to_the_page(client: Client, lapor: Channel) -> None:
    send(client, lapor, as_csv(lapor_rows(3)))
    job = ImportJob.objects.get()
    form = asked(client.get(reverse("import", args=[job.pk])))
    checked(client, job)
    answer = client.post(reverse("import_act", args=[job.pk, "check"]), form)
    assert (answer.status_code, answer["Location"]) == (302, reverse("import", args=[job.pk]))


# -- how far it is ----------------------------------------------------------------------------------------------------


def test_progress_says_count_rate_and_what_remains(lapor: Channel) -> None:
    now = timezone.now()
    job = ImportJob(
        pk=1,
        state="running",
        looked_at=3_000,
        total=12_000,
        began_at=now - timedelta(seconds=20),
        began_with=1_000,
    )
    with translation.override("en"):
        found = rows.progress(job, now)
    assert [found[name] for name in ("done_text", "percent", "rate_text", "left_text", "running")] == [
        "3,000 of 12,000 rows", "25", "100 rows a second", "1 minute left", True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (ImportJob(pk=1, state="checking"), ("0 rows", "", "Waits for a worker", "")),
        (
            ImportJob(pk=1, state="checking", looked_at=400, began_with=0),
            ("400 rows", "", "40 rows a second", ""),
        ),
        (
            ImportJob(pk=1, state="running", looked_at=400, total=410),
            ("400 of 410 rows", "97", "40 rows a second", "less than a minute left"),
        ),
    ],
)
def test_progress_says_only_what_is_known(job: ImportJob, said: tuple[str, ...]) -> None:
    now = timezone.now()
    job.began_at = now - timedelta(seconds=10) if job.looked_at else None
    with translation.override("en"):
        found = rows.progress(job, now)
    assert tuple(found[name] for name in ("done_text", "percent", "rate_text", "left_text")) == said


def test_a_page_that_asks_how_far_it_is_is_told_when_it_is_over(client: Client, lapor: Channel) -> None:
    send(client, lapor, as_csv(lapor_rows(3)))
    job = ImportJob.objects.get()
    client.post(
        reverse("import_act", args=[job.pk, "check"]), asked(client.get(reverse("import", args=[job.pk])))
    )
    waiting = client.get(reverse("import_progress", args=[job.pk]))
    assert "hx-get" in waiting.content.decode() and "HX-Refresh" not in waiting
    drain()
    assert client.get(reverse("import_progress", args=[job.pk]))["HX-Refresh"] == "true"


# -- what was left out ------------------------------------------------------------------------------------------------

BAD = (
    b"Tracking ID,Tanggal Laporan Masuk,Isi Laporan Awal,Status Laporan\n6512345,31 Feb 2024,=cmd|x,Selesai\n"
)


@pytest.mark.parametrize("kind", ("csv", "xlsx"))
def test_what_was_left_out_comes_as_a_file_with_a_reason_a_row(
    client: Client, lapor: Channel, kind: str
) -> None:
    send(client, lapor, BAD)
    job = ImportJob.objects.get()
    page = checked(client, job)
    assert page.context["faults"][0]["detail"].startswith("“31 Feb 2024”")
    answer = client.post(reverse("import_faults", args=[job.pk]), {"kind": kind})
    content = b"".join(answer.streaming_content)
    file = io.BytesIO(content)
    lines = [cells for _number, cells in table_rows(file, recognised(file))]
    names = ["Tracking ID", "Tanggal Laporan Masuk", "Isi Laporan Awal", "Status Laporan"]
    assert lines == [
        ["Baris", "Alasan tidak dimasukkan", *names],
        ["2", reason_in_indonesian(job), "6512345", "31 Feb 2024", "=cmd|x", "Selesai"],
    ]  # fmt: skip
    assert (b"'=cmd|x" in content) == (kind == "csv")
    fact = Facts.objects.get(kind="import.left_out_taken")
    assert json.loads(bytes(fact.canonical))["facts"] == {"rows": 1, "kind": kind}


def reason_in_indonesian(job: ImportJob) -> str:
    fault = job.faults.get()
    with translation.override("id"):
        return reason(fault.code, fault.given)


def test_that_file_once_mended_comes_in(client: Client, lapor: Channel) -> None:
    send(client, lapor, BAD)
    job = ImportJob.objects.get()
    checked(client, job)
    content = b"".join(
        client.post(reverse("import_faults", args=[job.pk]), {"kind": "csv"}).streaming_content
    )
    send(client, lapor, content.replace(b"31 Feb 2024", b"28 Feb 2024"), "diperbaiki.csv")
    mended = ImportJob.objects.order_by("-pk")[0]
    checked(client, mended)
    client.post(reverse("import_act", args=[mended.pk, "run"]))
    drain()
    assert Case.objects.get().messages.get().text == "=cmd|x"


def test_only_who_sent_the_file_takes_what_was_left_out(
    client: Client, lapor: Channel, government: Government
) -> None:
    send(client, lapor, BAD)
    job = ImportJob.objects.get()
    checked(client, job)
    government.people["rekan"] = person("rekan", "Koordinator kedua", government.root, RoleKind.COORDINATOR)
    colleague = client_of(government, "rekan")
    page = colleague.get(reverse("import", args=[job.pk]))
    assert (page.status_code, page.context["may_take_faults"]) == (200, False)
    assert "=cmd|x" not in page.content.decode()
    assert colleague.post(reverse("import_faults", args=[job.pk]), {"kind": "csv"}).status_code == 403


def test_a_kind_of_file_that_does_not_exist_is_unknown(client: Client, lapor: Channel) -> None:
    send(client, lapor, BAD)
    job = ImportJob.objects.get()
    assert client.post(reverse("import_faults", args=[job.pk]), {"kind": "pdf"}).status_code == 404
    assert client.post(reverse("import_act", args=[job.pk, "tidak-ada"])).status_code == 404


def test_a_coordinator_of_one_department_knows_no_file_of_another(
    client: Client, lapor: Channel, government: Government
) -> None:
    send(client, lapor, BAD)
    job = ImportJob.objects.get()
    government.people["koor.pupr"] = person(
        "koor.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR
    )
    other = client_of(government, "koor.pupr")
    assert other.get(reverse("imports")).context["lines"] == []
    assert other.get(reverse("import", args=[job.pk])).status_code == 404
    answer = send(other, lapor, BAD)
    assert (answer.status_code, ImportJob.objects.count()) == (422, 1)


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ("id", "en"))
def test_every_reason_can_be_said(language: str) -> None:
    given = dict.fromkeys(("megabytes", "rows", "row", "columns", "text", "characters", "government"), "x")
    with translation.override(language):
        said = [why_not({"code": code, "given": given}) for code in FILES] + [
            reason(code, given) for code in ROWS
        ]
    assert [one for one in said if "%" in one or not one] == []


def test_every_field_has_its_word() -> None:
    assert set(rows.FIELD_WORDS) == set(FIELDS)
