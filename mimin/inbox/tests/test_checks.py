"""What stands against an act: the state that the case is in, and what somebody else did while the form was open."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from mimin.inbox import actions, answering
from mimin.inbox.acts import ACTS
from mimin.inbox.models import Case, CaseUnit, Note, Reply, Transfer
from mimin.inbox.rules import rank
from mimin.inbox.states import CASE
from mimin.lib import spoken
from mimin.outbox.models import Delivery
from mimin.people.models import Person
from mimin.people.rules import RoleKind
from mimin.registry.models import Channel
from tests.made import Government, channel, person
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

TYPED = "kata-yang-sudah-diketik"
FORM = re.compile(r"<form[^>]*?action=\"(/kotak-masuk/[^\"]*)\".*?</form>", re.DOTALL)


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


@pytest.fixture
def case(site: Channel) -> Case:
    return opened(site, "jalan depan pasar bolong sudah dua bulan")


@pytest.fixture
def coordinator(government: Government) -> Client:
    return client_of(government, "koordinator")


def url(case: Case, verb: str) -> str:
    return reverse("case_act", args=[case.pk, verb])


def put(case: Case, state: str) -> None:
    place, now = rank(state, case.due_at, timezone.now()), timezone.now()
    Case.objects.filter(pk=case.pk).update(state=state, rank=place, state_since=now, state_by="Kepala Contoh")
    CaseUnit.objects.filter(case=case).update(state=state, rank=place)
    case.refresh_from_db()


def sent(case: Case, government: Government, verb: str) -> dict[str, Any]:
    """What the form of a verb sends, with words in it that must not be lost."""
    draft = Reply.objects.filter(case=case).first() or answering.draft(
        case=case,
        message=case.messages.get(),
        text="Konsep",
        by=government.people["sekda"],
        at=timezone.now(),
    )
    return {
        "to": government.dukcapil.pk, "reason": TYPED, "outside": "PLN", "message": case.messages.get().pk,
        "text": TYPED, "do": "send", "reply": draft.pk, "why": TYPED, "key": "k1", "secrecy": "0",
    }  # fmt: skip


def said(answer: HttpResponse) -> str:
    """What stands against it, on the form or on the case's own page."""
    reply = answer.context.get("reply")
    form = answer.context.get("form")
    return " ".join(form.non_field_errors() if form else reply["errors"])


# The state of the case


BARRED = [
    (verb, state)
    for verb, act in ACTS.items()
    for state in CASE.states
    if act.moves and not set(act.moves) & set(CASE.verbs_from(state))
]


@pytest.mark.parametrize(("verb", "state"), BARRED)
def test_what_the_state_does_not_allow_is_refused_in_a_sentence_and_changes_nothing(
    government: Government, case: Case, coordinator: Client, verb: str, state: str
) -> None:
    form = sent(case, government, verb)
    put(case, state)
    answer = coordinator.post(url(case, verb), form)
    case.refresh_from_db()
    assert (answer.status_code, case.state, case.state_by) == (422, state, "Kepala Contoh")
    assert (Reply.objects.count(), Delivery.objects.count(), Note.objects.count()) == (1, 0, 0)
    assert Transfer.objects.count() == 0


@pytest.mark.parametrize("verb", ["answer", "transfer", "dismiss", "refer", "hand_back"])
def test_what_was_typed_into_it_is_not_lost(
    government: Government, case: Case, coordinator: Client, verb: str
) -> None:
    form = sent(case, government, verb)
    put(case, "merged")
    assert TYPED in coordinator.post(url(case, verb), form).content.decode()


def test_the_refusal_says_how_it_stands_who_did_that_and_what_is_possible(
    government: Government, case: Case, coordinator: Client
) -> None:
    form = sent(case, government, "answer")
    put(case, "dismissed")
    words = said(coordinator.post(url(case, "answer"), form))
    moment = spoken.moment(case.state_since, "Asia/Jakarta")
    stands = f"“{gettext(CASE.states['dismissed'])}”"
    for told in ("“Jawaban”", stands, case.lead.name, moment, "Kepala Contoh", "“Buka lagi”"):
        assert told in words


def test_who_can_do_nothing_there_is_sent_to_the_coordinator(government: Government, case: Case) -> None:
    person("petugas", "Petugas", government.pupr, RoleKind.OFFICER)
    form = sent(case, government, "answer")
    put(case, "dismissed")
    officer = Client()
    officer.force_login(Person.objects.get(username="petugas"))
    assert said(officer.post(url(case, "answer"), form)).endswith("Hubungi koordinator.")


# What somebody else did while the form was open


def test_every_form_of_a_case_carries_what_its_page_showed(
    government: Government, case: Case, coordinator: Client
) -> None:
    submitted = answering.draft(
        case=case,
        message=case.messages.get(),
        text="Konsep",
        by=government.people["sekda"],
        at=timezone.now(),
    )
    Reply.objects.filter(pk=submitted.pk).update(state="submitted")
    pages = [reverse("case", args=[case.pk]), *(url(case, verb) for verb in ACTS)]
    forms = [form for page in pages for form in FORM.finditer(coordinator.get(page).content.decode())]
    token = f'name="as_of_{case.pk}" value="{case.version}"'
    assert {form[1].rsplit("/", 2)[1] for form in forms} >= set(ACTS)
    assert [form[1] for form in forms if token not in form[0]] == []


def seen_by(client: Client, case: Case) -> dict[str, str]:
    """The version that a page opened now would send."""
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    found = re.search(rf'name="(as_of_{case.pk})" value="([^"]+)"', page)
    assert found
    return {found[1]: found[2]}


def test_a_form_opened_before_somebody_else_passed_the_case_on_tells_so_and_loses_nothing(
    government: Government, case: Case, coordinator: Client
) -> None:
    form = {"to": government.kominfo.pk, "reason": TYPED, **seen_by(coordinator, case)}
    at = timezone.now()
    actions.transfer(case=case, to=government.dukcapil, reason="", by=government.people["sekda"], at=at)
    answer = coordinator.post(url(case, "transfer"), form)
    case.refresh_from_db()
    assert (answer.status_code, case.lead, Transfer.objects.count()) == (422, government.dukcapil, 1)
    assert TYPED in answer.content.decode()
    words = said(answer)
    for told in ("Sekretaris Daerah", "“Diteruskan”", government.dukcapil.name, spoken.moment(at)):
        assert told in words


def test_sent_again_on_purpose_it_is_done(government: Government, case: Case, coordinator: Client) -> None:
    form = {"to": government.kominfo.pk, "reason": TYPED, **seen_by(coordinator, case)}
    sekda = government.people["sekda"]
    actions.transfer(case=case, to=government.dukcapil, reason="", by=sekda, at=timezone.now())
    shown = coordinator.post(url(case, "transfer"), form).content.decode()
    case.refresh_from_db()
    assert f'value="{case.version}"' in shown
    again = coordinator.post(url(case, "transfer"), {**form, f"as_of_{case.pk}": case.version})
    case.refresh_from_db()
    assert (again.status_code, case.lead) == (302, government.kominfo)


def test_an_answer_to_a_case_that_has_moved_stands_in_its_form_again(
    government: Government, case: Case, coordinator: Client
) -> None:
    form = {"message": case.messages.get().pk, "text": TYPED, "do": "send", **seen_by(coordinator, case)}
    sekda = government.people["sekda"]
    actions.transfer(case=case, to=government.dukcapil, reason="", by=sekda, at=timezone.now())
    answer = coordinator.post(url(case, "answer"), form)
    assert (answer.status_code, answer.context["reply"]["text"], Delivery.objects.count()) == (422, TYPED, 0)
    assert government.dukcapil.name in said(answer)


def test_a_form_with_a_mistake_in_it_tells_of_the_move_too(
    government: Government, case: Case, coordinator: Client
) -> None:
    """Shown again it carries the new version: who was not told now would never be told."""
    form = {"reason": " ", **seen_by(coordinator, case)}
    sekda = government.people["sekda"]
    actions.transfer(case=case, to=government.dukcapil, reason="", by=sekda, at=timezone.now())
    answer = coordinator.post(url(case, "dismiss"), form)
    assert (answer.status_code, government.dukcapil.name in said(answer)) == (422, True)


def test_ones_own_move_in_another_window_stops_nobody(
    government: Government, case: Case, coordinator: Client
) -> None:
    form = {"to": government.kominfo.pk, "reason": "", **seen_by(coordinator, case)}
    by = government.people["koordinator"]
    actions.transfer(case=case, to=government.dukcapil, reason="", by=by, at=timezone.now())
    assert coordinator.post(url(case, "transfer"), form).status_code == 302


def test_a_colleague_with_the_same_title_is_somebody_else(
    government: Government, case: Case, coordinator: Client
) -> None:
    sekda = government.person("sekda")
    sekda.label = "Koordinator Diskominfo"
    form = {"to": government.kominfo.pk, "reason": "", **seen_by(coordinator, case)}
    actions.transfer(case=case, to=government.dukcapil, reason="", by=sekda, at=timezone.now())
    assert coordinator.post(url(case, "transfer"), form).status_code == 422


def test_a_note_or_a_draft_of_a_colleague_moves_nothing(
    government: Government, case: Case, coordinator: Client
) -> None:
    form = {"to": government.kominfo.pk, "reason": "", **seen_by(coordinator, case)}
    sent(case, government, "answer")
    actions.note(case=case, text="Sudah dicek", by=government.people["sekda"], at=timezone.now())
    assert coordinator.post(url(case, "transfer"), form).status_code == 302


# Several at once


def test_of_several_those_that_moved_are_asked_again_by_number_with_what_was_typed(
    government: Government, site: Channel, coordinator: Client
) -> None:
    cases = [opened(site, f"promosi {n}", f"b{n}") for n in range(3)]
    chosen = {"verb": "dismiss", "case": [c.pk for c in cases]}
    page = coordinator.post(reverse("inbox_bulk"), chosen)
    tokens = {f"as_of_{c['pk']}": c["as_of"] for c in page.context["cases"]}
    actions.transfer(
        case=cases[1], to=government.dukcapil, reason="", by=government.people["sekda"], at=timezone.now()
    )
    form = {**chosen, "sure": "1", "reason": TYPED, **tokens}
    answer = coordinator.post(reverse("inbox_bulk"), form)
    states = list(Case.objects.order_by("pk").values_list("state", flat=True))
    assert (answer.status_code, states) == (422, ["dismissed", "routed", "dismissed"])
    assert [c["number"] for c in answer.context["cases"]] == [cases[1].number]
    words = said(answer)
    assert (cases[1].number in words, government.dukcapil.name in words) == (True, True)
    assert TYPED in answer.content.decode()
    again = {**form, "case": [cases[1].pk], f"as_of_{cases[1].pk}": answer.context["cases"][0]["as_of"]}
    assert coordinator.post(reverse("inbox_bulk"), again).status_code == 302
    assert set(Case.objects.values_list("state", flat=True)) == {"dismissed"}


def test_of_several_what_somebody_closed_meanwhile_is_named(
    government: Government, site: Channel, coordinator: Client
) -> None:
    cases = [opened(site, f"promosi {n}", f"b{n}") for n in range(2)]
    put(cases[0], "closed")
    form = {"verb": "dismiss", "case": [c.pk for c in cases], "sure": "1", "reason": "uji"}
    answer = coordinator.post(reverse("inbox_bulk"), form)
    assert [c["number"] for c in answer.context["left_out"]] == [cases[0].number]
    assert Case.objects.get(pk=cases[1].pk).state == "dismissed"
