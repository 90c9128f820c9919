"""The printed disposition sheet of a case."""

from __future__ import annotations

import pytest
from django.test import override_settings
from django.urls import reverse

from mimin.inbox import actions
from mimin.inbox.models import Case
from mimin.people.rules import Secrecy
from tests.made import MONDAY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.marga), "jalan depan pasar bolong, hubungi 081234567890")


def sheet(government: Government, case: Case, name: str = "admin.marga"):
    return client_of(government, name).get(reverse("disposition", args=[case.pk]))


def test_it_bears_the_names_of_the_government_and_of_the_offices_from_the_top(
    government: Government, case: Case
) -> None:
    page = sheet(government, case)
    assert page.context["government"] == "Pemerintah Kabupaten Contoh"
    assert page.context["offices"] == [
        "Dinas Pekerjaan Umum dan Penataan Ruang",
        "UPTD Bina Marga Wilayah Utara",
    ]
    with override_settings(PEMDA_NAME="Pemerintah Kota Contoh"):
        assert sheet(government, case).context["government"] == "Pemerintah Kota Contoh"


def test_the_summary_is_masked_and_the_number_of_the_agenda_is_left_blank(
    government: Government, case: Case
) -> None:
    text = sheet(government, case).content.decode()
    assert "jalan depan pasar bolong" in text and case.number in text
    assert "081234567890" not in text
    assert '<th scope="row">Nomor agenda</th><td></td>' in text


def test_it_is_in_indonesian_whoever_prints_it(government: Government, case: Case) -> None:
    person = government.people["admin.marga"]
    person.language = "en"
    person.save()
    text = sheet(government, case).content.decode()
    assert "Lembar disposisi" in text and "Dengan hormat harap" in text and 'lang="id"' in text


@pytest.mark.parametrize(
    ("columns", "ticked"),
    [
        ({"urgency": "darurat"}, ["Sangat segera"]),
        ({"urgency": "mendesak"}, ["Segera"]),
        ({"secrecy": Secrecy.SECRET}, ["Rahasia"]),
        ({}, []),
    ],
)
def test_its_nature_is_ticked_from_what_is_known(
    government: Government, case: Case, columns: dict, ticked: list[str]
) -> None:
    Case.objects.filter(pk=case.pk).update(urgency="biasa")
    Case.objects.filter(pk=case.pk).update(**columns)
    case.parts.update(secrecy=columns.get("secrecy", 0))
    natures = sheet(government, case).context["natures"]
    assert [words for words, yes in natures if yes] == ticked


def test_units_that_help_are_named_to_be_ticked(government: Government, case: Case) -> None:
    actions.involve(
        case=case, unit=government.dukcapil, part="helper", by=government.person("koordinator"), at=MONDAY
    )
    assert sheet(government, case).context["names"] == ["Dinas Kependudukan dan Pencatatan Sipil"]


def test_a_long_message_is_cut_so_that_the_sheet_stays_one_page(government: Government, case: Case) -> None:
    case.messages.update(text="aspal " * 1000)
    assert len(sheet(government, case).context["summary"]) == 501


def test_only_who_sees_the_case_prints_it(government: Government, case: Case) -> None:
    codes = {name: sheet(government, case, name).status_code for name in ("admin.dukcapil", "pimpinan", "")}
    assert codes == {"admin.dukcapil": 404, "pimpinan": 200, "": 302}
