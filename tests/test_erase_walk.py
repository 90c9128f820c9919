"""A case is erased lawfully: no word of it is left in any table, its files are gone, and everything stays provable."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from mimin.desk.walks.erase import erase_case
from mimin.evidence.actions import seal
from mimin.evidence.captures import place
from mimin.evidence.models import Capture, Facts
from mimin.evidence.rules import ERASED
from mimin.evidence.verify import verify
from mimin.inbox import actions, searching
from mimin.inbox.models import Attachment, Case, Message, Proof
from mimin.lib.moving import Refused
from mimin.outbox.models import Delivery
from mimin.people.rules import Secrecy
from tests.made import Government
from tests.scene import WORDS, Scene, client_of, kept_from_its_unit, scene

WHY = "Permintaan pelapor, UU 27/2022 Pasal 8"
OF_THE_CASE = {name: word for name, word in WORDS.items() if name not in ("given", "history")}
"""What lies in a tray that is no case yet, and in a file that did not come in, is no part of it."""


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def here(government: Government) -> Scene:
    return scene(government)


def erased(here: Scene, who: str = "koordinator") -> Case:
    person = here.government.person(who)
    number = here.case.number
    return erase_case(number=number, again=number, why=WHY, by=person, at=timezone.now())


def words_kept() -> set[str]:
    """Which words of the case stand anywhere: every column of every row of every table, sealed ones opened."""
    found = set()
    for model in apps.get_app_config("mimin").get_models():
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                text = (
                    bytes(value).decode(errors="replace")
                    if isinstance(value, bytes | memoryview)
                    else str(value)
                )
                found |= {name for name, word in OF_THE_CASE.items() if word in text}
    return found


def figures(case: Case) -> dict[str, Any]:
    """What every number of a report is made of."""
    names = (
        "state",
        "state_since",
        "klass",
        "affair",
        "urgency",
        "lead_id",
        "channel_id",
        "opened_at",
        "due_at",
    )
    return {name: getattr(case, name) for name in (*names, "answered_at", "closed_at", "rank", "number")}


def evidence(*args: str) -> str:
    out = StringIO()
    call_command("evidence", *args, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_no_word_of_the_case_stands_in_any_table_any_more(here: Scene) -> None:
    assert words_kept() == set(OF_THE_CASE)
    erased(here)
    assert words_kept() == set()


@pytest.mark.django_db
def test_its_number_unit_times_and_states_stay(here: Scene) -> None:
    before = figures(Case.objects.get(pk=here.case.pk))
    assert figures(erased(here)) == before


@pytest.mark.django_db
def test_the_evidence_is_true_before_and_after(here: Scene) -> None:
    seal(at=timezone.now())
    before = verify()
    about = Facts.objects.filter(subject_kind="case", subject_id=here.case.pk).count()
    erased(here)
    seal(at=timezone.now())
    after = verify()
    assert (before.problems, before.erased, after.problems, after.unsealed) == ((), 0, (), 0)
    assert after.erased >= about
    assert after.erased == Facts.objects.filter(erased_at__isnull=False).count()


@pytest.mark.django_db
def test_more_records_than_one_erasure_takes_go_in_several(
    here: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mimin.evidence.actions.ERASE_AT_MOST", 2)
    erased(here)
    rows = Facts.objects.filter(subject_kind="case", subject_id=here.case.pk)
    assert list(rows.filter(erased_at=None).values_list("kind", flat=True).distinct()) == [ERASED]
    assert rows.filter(kind=ERASED).count() == -(-rows.exclude(kind=ERASED).count() // 2)
    assert verify().problems == ()


@pytest.mark.django_db(transaction=True)
def test_its_files_are_gone_and_what_belongs_to_another_case_stays(here: Scene) -> None:
    kept, shared = list(Attachment.objects.filter(message=here.message)), Capture.objects.earliest("pk")
    other = Case.objects.create(
        channel=here.channel, lead=here.case.lead, state="closed", state_since=timezone.now(), rank=1,
        opened_at=timezone.now(),
    )  # fmt: skip
    Proof.objects.create(case=other, capture=shared, at=timezone.now(), by="Admin")
    files = {one.sha256: place(one.sha256) for one in Capture.objects.all()}
    assert (len(kept), len(files), all(map(default_storage.exists, files.values()))) == (1, 3, True)
    erased(here)
    assert list(Capture.objects.values_list("sha256", flat=True)) == [shared.sha256]
    assert {digest for digest, name in files.items() if default_storage.exists(name)} == {shared.sha256}


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_fails_half_way_has_destroyed_nothing(
    here: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: Any, **options: Any) -> None:
        raise OSError("the database is away")

    files = [place(digest) for digest in Capture.objects.values_list("sha256", flat=True)]
    monkeypatch.setattr("mimin.desk.walks.erase._forget", breaks)
    with pytest.raises(OSError, match="the database is away"):
        erased(here)
    assert (words_kept(), all(map(default_storage.exists, files))) == (set(OF_THE_CASE), True)


@pytest.mark.django_db
def test_the_search_finds_it_no_more_by_its_words_but_by_its_number(here: Scene) -> None:
    person = here.government.person("koordinator")
    assert [c.pk for c in searching.search(person, WORDS["message"])[0]] == [here.case.pk]
    erased(here)
    assert searching.search(person, WORDS["message"]) == ((), 0)
    (line,) = searching.search(person, here.case.number)[0]
    assert (line.pk, line.title) == (here.case.pk, "")


@pytest.mark.django_db
def test_what_has_not_left_does_not_leave_and_no_link_opens_it(here: Scene) -> None:
    erased(here)
    here.delivery.refresh_from_db()
    for row in (here.draft, here.submitted, here.ask):
        row.refresh_from_db()
    states = (here.delivery.state, here.draft.state, here.submitted.state, here.ask.state)
    assert states == ("cancelled", "withdrawn", "withdrawn", "withdrawn")


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["sending", "unsure", "pending"])
def test_while_an_answer_is_on_its_way_nothing_is_erased(here: Scene, state: str) -> None:
    Delivery.objects.filter(pk=here.delivery.pk).update(state=state)
    with pytest.raises(Refused, match="An answer of this case is on its way"):
        erased(here)
    assert words_kept() == set(OF_THE_CASE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", ["admin.pupr", "kepala.pupr", "inspektur", "auditor", "pimpinan", "tanpa.peran"]
)
def test_nobody_else_erases_a_case(here: Scene, who: str) -> None:
    with pytest.raises(Refused, match="Only the coordinator or the secretary"):
        erased(here, who)
    assert words_kept() == set(OF_THE_CASE)


@pytest.mark.django_db
def test_who_may_not_see_a_case_cannot_erase_it_nor_learn_that_it_is_there(here: Scene) -> None:
    """Else whoever is accused could have the accusation destroyed."""
    case = kept_from_its_unit(
        here.channel, "oknum pegawai dinas PUPR minta uang pelicin 5 juta waktu urus izin ruko"
    )
    assert case.secrecy == Secrecy.OVERSIGHT
    person = here.government.person("koordinator")
    said = []
    for number in (case.number, "KC-26-999999", "bukan nomor", ""):
        with pytest.raises(Refused) as refused:
            erase_case(number=number, again=number, why=WHY, by=person, at=timezone.now())
        said.append(str(refused.value))
    assert set(said) == {"There is no case of this number that you may see. Check the number."}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("again", "why", "said"),
    [
        ("KC-26-000000", WHY, "The two numbers differ"),
        ("", WHY, "The two numbers differ"),
        (None, "  ", "Name the legal ground"),
        (None, "x" * 501, "Name the legal ground"),
        (None, "Permintaan pemilik nomor 0812 3456 7890", "The ground holds personal data"),
    ],
)
def test_a_slip_erases_nothing(here: Scene, again: str | None, why: str, said: str) -> None:
    number = here.case.number
    with pytest.raises(Refused, match=said):
        erase_case(
            number=number, again=number if again is None else again, why=why,
            by=here.government.person("koordinator"), at=timezone.now(),
        )  # fmt: skip
    assert words_kept() == set(OF_THE_CASE)


@pytest.mark.django_db
def test_a_second_erasure_says_that_there_was_one_unless_something_came_since(here: Scene) -> None:
    erased(here)
    with pytest.raises(Refused, match="This case is erased already"):
        erased(here)
    note = actions.note(
        case=Case.objects.get(pk=here.case.pk), text=WORDS["note"], by=here.government.person("koordinator"),
        at=timezone.now(),
    )  # fmt: skip
    assert (note is not None, words_kept()) == (True, {"note"})
    erased(here)
    assert (words_kept(), verify().problems) == (set(), ())


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.django_db
def test_its_page_still_opens_and_every_trail_says_when_by_whom_and_why(here: Scene) -> None:
    erased(here, "sekda")
    client = client_of(here.government, "koordinator")
    for text in (page(client, "case", here.case.pk), page(client, "evidence", q=here.case.number)):
        assert ("Sekretaris Daerah" in text, WHY in text, here.case.number in text) == (True, True, True)
        assert [name for name, word in OF_THE_CASE.items() if word in text] == []
    for name in ("disposition", "case_lapor"):
        page(client, name, here.case.pk)
    page(client, "delivery", here.delivery.pk)
    page(client, "outbox", view="cancelled")
    page(client, "inbox", view="all")
    page(client, "promises")


@pytest.mark.django_db
def test_the_form_erases_and_the_page_of_the_evidence_counts_records_not_erasures(here: Scene) -> None:
    client = client_of(here.government, "koordinator")
    number = here.case.number
    wrong = client.post(reverse("evidence_erase"), {"number": number, "why": WHY, "again": "KC-26-1"})
    assert (wrong.status_code, wrong.context["form"].data["why"]) == (422, WHY)
    done = client.post(
        reverse("evidence_erase"), {"number": number.lower(), "why": WHY, "again": f" {number} "}
    )
    assert (done.status_code, done.headers["Location"]) == (302, reverse("case", args=[here.case.pk]))
    gone = Facts.objects.filter(erased_at__isnull=False).count()
    assert client.get(reverse("evidence")).context["facts"][3]["value"] == str(gone)
    assert gone > Facts.objects.filter(kind=ERASED).count() > 0


@pytest.mark.django_db
def test_the_way_to_the_form_stands_on_the_page_for_who_may_use_it(here: Scene) -> None:
    urls = {
        who: client_of(here.government, who).get(reverse("evidence")).context["erase_url"]
        for who in ("koordinator", "sekda", "inspektur", "auditor")
    }
    there = reverse("evidence_erase")
    assert urls == {"koordinator": there, "sekda": there, "inspektur": "", "auditor": ""}


@pytest.mark.django_db
def test_the_command_erases_in_a_persons_name(here: Scene) -> None:
    number = here.case.number
    told = evidence("erase", number, "--why", WHY, "--by", "sekda")
    assert (
        told.strip() == f"{number} is erased. Tell the person, and when the last backup from before is gone."
    )
    done = Facts.objects.filter(kind=ERASED, subject_kind="case").get()
    assert (done.actor_label, words_kept()) == ("Sekretaris Daerah", set())
    refusals = {
        "nobody": "Nobody signs in as nobody",
        "admin.pupr": "Only the coordinator",
        "sekda": "already",
    }
    for by, said in refusals.items():
        with pytest.raises(CommandError, match=said):
            evidence("erase", number, "--why", WHY, "--by", by)


@pytest.mark.django_db
def test_what_comes_after_an_erasure_is_read_as_it_was_said(here: Scene) -> None:
    case = erased(here)
    later = timezone.now() + timedelta(minutes=1)
    Message.objects.create(
        channel=here.channel, remote_id="baru", case=case, text="Terima kasih, sudah baik", raw='{"text": ""}',
        sent_at=later, received_at=later,
    )  # fmt: skip
    said = client_of(here.government, "koordinator").get(reverse("case", args=[case.pk])).context["said"]
    assert [one.text == "Terima kasih, sudah baik" for one in said] == [False, True]


@pytest.mark.django_db
def test_nobody_is_asked_to_answer_what_was_erased_until_its_citizen_writes_again(here: Scene) -> None:
    case, client = erased(here), client_of(here.government, "koordinator")
    verbs = client.get(reverse("case", args=[case.pk])).context["verbs"]
    assert "answer" not in verbs
    assert "close" in verbs or "dismiss" in verbs
    Case.objects.filter(pk=case.pk).update(heard_at=timezone.now() + timedelta(minutes=1))
    assert "answer" in client.get(reverse("case", args=[case.pk])).context["verbs"]
