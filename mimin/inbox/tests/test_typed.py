"""Personal data in what colleagues typed: whole for who works with it, masked for who only looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from mimin.inbox import actions, answering
from mimin.inbox.asking import ask, tell
from mimin.inbox.models import Case, Pause, Promise, Proof, Reply
from tests.made import Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

NUMBER = "081234567890"
LOOKERS = ("pimpinan", "pengamat", "auditor")


def typed(place: str) -> str:
    return f"{place}: hubungi Bu Ani {NUMBER}"


@pytest.fixture
def case(government: Government) -> Case:
    """A case in which every place where colleagues type holds a telephone number."""
    case, at = opened(channel(government.pupr), "jalan depan pasar bolong"), timezone.now()
    admin, head = government.person("admin.pupr"), government.person("kepala.pupr")
    actions.transfer(case=case, to=government.pupr, reason=typed("alasan"), by=head, at=at)
    actions.note(case=case, text=typed("catatan"), by=admin, at=at)
    Promise.objects.create(
        case=case, unit=case.lead, what=typed("janji"), why=typed("sebab"), until=at.date(), who="UPTD",
        made_by="Admin", due_at=at + timedelta(days=9), made_at=at, state="open", state_since=at,
    )  # fmt: skip
    Proof.objects.create(case=case, text=typed("bukti"), url="https://contoh.test/1", at=at, by="Admin")
    Pause.objects.create(
        case=case, reason="citizen", note=typed("jeda"), since=at, until=at + timedelta(hours=1), by="Admin"
    )
    draft = answering.draft(case=case, message=case.messages.get(), text=typed("jawaban"), by=admin, at=at)
    Reply.objects.filter(pk=draft.pk).update(returned_because=typed("kembali"))
    made = ask(
        case=case, who="Lurah", reach="", question="Bagaimana di sana?", hours=24, key="k", by=admin, at=at
    )
    tell(
        row=made.ask, browser="b", key="k", author="Lurah", verdict="", until=None, text=typed("kabar"),
        photos=(), at=at,
    )  # fmt: skip
    return Case.objects.get(pk=case.pk)


def read(government: Government, person: str, case: Case) -> dict[str, bool]:
    """place where something was typed -> whether this person reads the number in it."""
    page = client_of(government, person).get(reverse("case", args=[case.pk]))
    said = page.content.decode()
    places = ("alasan", "catatan", "janji", "sebab", "bukti", "jawaban", "kembali", "kabar", "jeda")
    return {place: typed(place) in said for place in places if f"{place}: hubungi Bu Ani" in said}


EVERYWHERE = dict.fromkeys(
    ("alasan", "catatan", "janji", "sebab", "bukti", "jawaban", "kembali", "kabar", "jeda"), True
)


@pytest.mark.parametrize("person", LOOKERS)
def test_who_only_looks_reads_no_number_that_a_colleague_typed(
    government: Government, case: Case, person: str
) -> None:
    assert read(government, person, case) == dict.fromkeys(EVERYWHERE, False)


@pytest.mark.parametrize("person", ("koordinator", "admin.pupr", "kepala.pupr"))
def test_who_may_open_personal_data_reads_what_a_colleague_typed(
    government: Government, case: Case, person: str
) -> None:
    assert read(government, person, case) == EVERYWHERE


@pytest.mark.parametrize("person", (*LOOKERS, "koordinator"))
def test_the_register_of_promises_shows_no_number_to_anybody(
    government: Government, case: Case, person: str
) -> None:
    page: Any = client_of(government, person).get(reverse("promises"))
    assert [row["what"] for row in page.context["rows"]] == [typed("janji").replace(NUMBER, "[TELP]")]
    assert NUMBER not in page.content.decode()


@pytest.mark.parametrize("person", LOOKERS)
def test_no_other_page_of_the_case_shows_a_number_to_who_only_looks(
    government: Government, case: Case, person: str
) -> None:
    client = client_of(government, person)
    for name in ("disposition", "case_lapor"):
        page = client.get(reverse(name, args=[case.pk]))
        assert (page.status_code, NUMBER in page.content.decode()) == (200, False)
