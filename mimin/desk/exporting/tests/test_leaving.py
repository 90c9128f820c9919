"""Cases as a file, and one case for the national system's form: who gets what, masked and recorded."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.desk.exporting.cases import HELD_BACK
from mimin.desk.exporting.lapor import COLUMNS
from mimin.desk.importing.tables import recognised, rows
from mimin.evidence.models import Facts
from mimin.inbox import actions, merging
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, Note
from mimin.inbox.tracking import national_deadline, track
from mimin.inbox.understanding import understanding
from mimin.lib.moving import Refused
from mimin.people.rules import Secrecy
from tests.made import MONDAY, Government, channel, heard
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

OPEN, SECRET, OTHERS = (
    "jalan depan pasar berlubang hubungi 0812-0000-1234",
    "lampu taman mati",
    "KTP saya belum jadi",
)


@pytest.fixture
def cases(government: Government) -> dict[str, Case]:
    """One open and one secret case of the PUPR, and one of Dukcapil."""
    now, found = timezone.now(), {}
    coordinator = government.person("koordinator")
    for place, (name, unit, text) in enumerate(
        (
            ("open", government.pupr, OPEN),
            ("secret", government.pupr, SECRET),
            ("others", government.dukcapil, OTHERS),
        )
    ):
        on = channel(unit, f"instagram.com/kanal{place}")
        receive([heard(text, at=now - timedelta(hours=1))], channel=on, at=now, understand=understanding())
        found[name] = Case.objects.get(channel=on)
    actions.keep(
        case=found["secret"],
        secrecy=Secrecy.SECRET,
        concerns=None,
        reason="Data korban",
        by=coordinator,
        at=now,
    )
    return {name: Case.objects.get(pk=case.pk) for name, case in found.items()}


def taken(client: Client, **asked: Any) -> list[dict[str, str]]:
    """The rows of the file that this browser gets."""
    answer = client.post(reverse("cases_export"), {"kind": "csv", **asked})
    assert answer.status_code == 200 and answer.streaming
    assert answer["Content-Disposition"].startswith('attachment; filename="aduan-')
    file = io.BytesIO(b"".join(answer.streaming_content))
    lines = [cells for _number, cells in rows(file, recognised(file))]
    return [dict(zip(COLUMNS, [*line, *[""] * 20], strict=False)) for line in lines[1:]]


def test_a_person_gets_the_cases_that_they_may_see(government: Government, cases: dict[str, Case]) -> None:
    found = {
        username: sorted(row["Isi Laporan Awal"] for row in taken(client_of(government, username)))
        for username in ("koordinator", "admin.pupr", "admin.dukcapil")
    }
    masked = "jalan depan pasar berlubang hubungi [TELP]"
    assert found == {
        "koordinator": sorted([masked, HELD_BACK, OTHERS]),
        "admin.pupr": sorted([masked, HELD_BACK]),
        "admin.dukcapil": [OTHERS],
    }


def test_the_words_of_a_secret_case_leave_only_when_they_are_asked_for(
    government: Government, cases: dict[str, Case]
) -> None:
    found = [row["Isi Laporan Awal"] for row in taken(client_of(government, "admin.pupr"), secret="on")]
    assert SECRET in found
    facts = [json.loads(bytes(f.canonical))["facts"] for f in Facts.objects.filter(kind="cases.exported")]
    assert [(one["cases"], one["secret"], one["kind"]) for one in facts] == [(2, True, "csv")]


def test_what_the_overseers_keep_leaves_for_nobody_else(
    government: Government, cases: dict[str, Case]
) -> None:
    actions.keep(
        case=cases["secret"], secrecy=Secrecy.OVERSIGHT, concerns=government.pupr, reason="Pungli",
        by=government.person("koordinator"), at=timezone.now(),
    )  # fmt: skip
    lines = {
        username: [row["Klasifikasi Laporan"] for row in taken(client_of(government, username), secret="on")]
        for username in ("koordinator", "admin.pupr", "inspektur")
    }
    assert [("Pengaduan Berkadar Pengawasan" in found, len(found)) for found in lines.values()] == [
        (False, 2), (False, 1), (True, 1),
    ]  # fmt: skip


def test_it_can_be_narrowed(government: Government, cases: dict[str, Case]) -> None:
    client, today = client_of(government, "koordinator"), timezone.localdate()
    assert len(taken(client, unit=government.dukcapil.pk)) == 1
    assert len(taken(client, channel=cases["open"].channel_id)) == 1
    assert len(taken(client, state="new")) == 3
    assert len(taken(client, since=today - timedelta(days=1), until=today + timedelta(days=1))) == 3


def test_where_nothing_fits_it_says_so_and_nothing_is_recorded(
    government: Government, cases: dict[str, Case]
) -> None:
    answer = client_of(government, "koordinator").post(
        reverse("cases_export"), {"kind": "csv", "since": "2040-01-01"}
    )
    assert answer.status_code == 422
    assert Facts.objects.filter(kind="cases.exported").count() == 0


@pytest.mark.parametrize("username", ("pimpinan", "pengamat", "auditor", "tanpa.peran"))
def test_who_only_looks_takes_no_file(government: Government, cases: dict[str, Case], username: str) -> None:
    client = client_of(government, username)
    assert client.get(reverse("cases_export")).status_code == 403
    assert client.post(reverse("cases_export"), {"kind": "csv"}).status_code == 403


def test_as_xlsx_too(government: Government, cases: dict[str, Case]) -> None:
    answer = client_of(government, "koordinator").post(reverse("cases_export"), {"kind": "xlsx"})
    file = io.BytesIO(b"".join(answer.streaming_content))
    assert recognised(file).kind == "xlsx"
    assert len(list(rows(file, recognised(file)))) == 4


# -- one case for the form of the national system ---------------------------------------------------------------------


def test_the_sheet_shows_each_field_masked_and_copyable(
    government: Government, cases: dict[str, Case]
) -> None:
    page = client_of(government, "admin.pupr").get(reverse("case_lapor", args=[cases["open"].pk]))
    fields = {field["label"]: field["text"] for field in page.context["fields"]}
    assert fields["Isi Laporan Awal"] == "jalan depan pasar berlubang hubungi [TELP]"
    assert fields["Klasifikasi Laporan"] == "Pengaduan Tidak Berkadar Pengawasan"
    text = page.content.decode()
    assert "0812-0000-1234" not in text
    for field in page.context["fields"]:
        assert f'data-copy="{field["id"]}"' in text and f'id="{field["id"]}"' in text


def test_the_number_is_kept_shown_and_searched(government: Government, cases: dict[str, Case]) -> None:
    client, case = client_of(government, "admin.pupr"), cases["open"]
    address = reverse("case_lapor", args=[case.pk])
    assert client.post(address, {"number": " #6512345 "}).status_code == 302
    case.refresh_from_db()
    assert (case.tracking_id, case.tracked_at is not None) == ("6512345", True)
    assert "6512345" in client.get(reverse("case", args=[case.pk])).content.decode()
    found = client.get(reverse("search"), {"q": "6512345"})
    assert [row.id for row in found.context["rows"]] == [case.pk]
    assert Facts.objects.get(kind="case.tracked").subject_id == case.pk


def test_one_number_stands_on_one_case_and_a_stranger_learns_not_on_which(
    government: Government, cases: dict[str, Case]
) -> None:
    now, admin, other = timezone.now(), government.person("admin.pupr"), government.person("admin.dukcapil")
    track(case=cases["open"], number="6512345", by=admin, at=now)
    with pytest.raises(Refused) as told:
        track(case=cases["others"], number="6512345", by=other, at=now)
    assert cases["open"].number not in str(told.value)
    with pytest.raises(Refused) as told:
        track(case=cases["secret"], number="6512345", by=admin, at=now)
    assert cases["open"].number in str(told.value)


@pytest.mark.parametrize("number", ("abc", "12", "65123456789", "6512345x"))
def test_what_is_no_number_is_refused_and_stays_in_the_form(
    government: Government, cases: dict[str, Case], number: str
) -> None:
    page = client_of(government, "admin.pupr").post(
        reverse("case_lapor", args=[cases["open"].pk]), {"number": number}
    )
    assert page.status_code == 422
    assert f'value="{number}"' in page.content.decode()


def test_a_wrong_number_is_taken_away_and_the_same_one_again_changes_nothing(
    government: Government, cases: dict[str, Case]
) -> None:
    now, admin, case = timezone.now(), government.person("admin.pupr"), cases["open"]
    for number in ("6512345", "6512345", ""):
        track(case=case, number=number, by=admin, at=now)
    assert (case.tracking_id, case.tracked_at) == (None, None)
    assert Facts.objects.filter(kind="case.tracked").count() == 2


def test_who_only_looks_sees_the_sheet_and_enters_no_number(
    government: Government, cases: dict[str, Case]
) -> None:
    client, address = client_of(government, "pimpinan"), reverse("case_lapor", args=[cases["open"].pk])
    assert client.get(address).context["form"] is None
    assert client.post(address, {"number": "6512345"}).status_code == 403
    assert client_of(government, "admin.dukcapil").get(address).status_code == 404


def test_the_second_clock_runs_from_when_the_case_stood_there(
    government: Government, cases: dict[str, Case]
) -> None:
    case, admin = cases["open"], government.person("admin.pupr")
    assert national_deadline(case) is None
    assert (
        len(
            client_of(government, "admin.pupr").get(reverse("case_lapor", args=[case.pk])).context["promises"]
        )
        == 3
    )
    track(case=case, number="6512345", by=admin, at=MONDAY)
    assert national_deadline(case) == datetime(2026, 4, 13, 9, 0, tzinfo=UTC)  # 14 working days, over Lebaran
    Case.objects.filter(pk=case.pk).update(klass="permintaan_informasi")
    case.refresh_from_db()
    assert national_deadline(case) == datetime(2026, 3, 30, 9, 0, tzinfo=UTC)  # 5 working days
    page = client_of(government, "admin.pupr").get(reverse("case_lapor", args=[case.pk]))
    assert [line["label"] for line in page.context["promises"]][-1] == "SP4N-LAPOR!"


def test_a_merged_case_stands_as_the_one_it_is_a_part_of_and_says_into_which(
    government: Government, cases: dict[str, Case]
) -> None:
    by, at = government.person("koordinator"), timezone.now()
    site = cases["open"].channel
    main, part = (opened(site, f"lampu taman mati {n}", f"merge-{n}") for n in (1, 2))
    merging.merge(case=part, into=main, by=by, at=at)
    client = client_of(government, "koordinator")

    def row() -> tuple[str, str]:
        rows = taken(client)
        found = next(one for one in rows if one["Isi Laporan Awal"] == "lampu taman mati 2")
        return found["Status Laporan"], found["Alasan Tunda/Arsip"]

    word = "Digabung dengan laporan {} tentang hal yang sama; pelapornya dijawab bersama."
    assert row() == ("Belum Diverifikasi", word.format("lain"))
    Case.objects.filter(pk=main.pk).update(state="done", tracking_id="6512345")
    assert row() == ("Selesai", word.format("#6512345"))
    sheet = client.get(reverse("case_lapor", args=[part.pk]))
    assert word.format("#6512345") in sheet.content.decode()


@pytest.mark.parametrize("because", ["withdrawn", "impossible"])
def test_what_was_closed_though_nothing_was_done_is_filed_away_with_its_reason(
    government: Government, cases: dict[str, Case], because: str
) -> None:
    case = cases["open"]
    Case.objects.filter(pk=case.pk).update(state="closed", closed_because=because)
    Note.objects.create(case=case, text="Lahan pribadi", at=timezone.now(), by="Admin")
    found = next(
        one
        for one in taken(client_of(government, "koordinator"))
        if one["Alasan Tunda/Arsip"] == "Lahan pribadi"
    )
    assert found["Status Laporan"] == "Diarsipkan oleh Admin"
