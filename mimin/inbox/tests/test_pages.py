"""The pages of the inbox: what they show, what their forms do, and what they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mimin.inbox import actions, answering
from mimin.inbox.acts import ACTS
from mimin.inbox.correct_forms import labelled
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, CaseUnit, Note, Reply, Transfer
from mimin.outbox.models import Delivery
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.policy.actions import set_value
from mimin.policy.queries import forget
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel, heard
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

TEXT = "jalan depan pasar bolong sudah dua bulan, hp 081234567890"


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


@pytest.fixture
def case(site: Channel) -> Case:
    return opened(site, TEXT)


@pytest.fixture
def coordinator(government: Government) -> Client:
    return client_of(government, "koordinator")


def url(case: Case, verb: str = "") -> str:
    return reverse("case_act", args=[case.pk, verb]) if verb else reverse("case", args=[case.pk])


# The list


def test_the_list_shows_what_waits_the_most_overdue_first(coordinator: Client, site: Channel) -> None:
    late, near = opened(site, "lampu mati", "1"), opened(site, "sampah menumpuk", "2")
    Case.objects.filter(pk=late.pk).update(rank=1_000_000)
    soon = int((timezone.now() + timedelta(hours=3)).timestamp())
    Case.objects.filter(pk=near.pk).update(rank=soon)
    CaseUnit.objects.filter(case=near).update(rank=soon)
    page = coordinator.get(reverse("inbox"))
    assert [row.number for row in page.context["rows"]] == [late.number, near.number]
    assert [row.due_tone for row in page.context["rows"]] == ["bad", "warn"]
    counts = {view["url"]: view["count_text"] for view in page.context["views"] if view["count_text"]}
    assert counts == {"?view=mine": "2", "?view=late": "1", "?view=new": "2"}


def test_an_empty_list_says_what_would_stand_there(coordinator: Client) -> None:
    texts = {
        view: coordinator.get(reverse("inbox"), {"view": view}).context["empty_what"]
        for view in ("mine", "late")
    }
    assert len({str(text) for text in texts.values()}) == 2 and all(texts.values())


def test_a_view_that_does_not_exist_is_the_first_one(coordinator: Client, case: Case) -> None:
    page = coordinator.get(reverse("inbox"), {"view": "tidak-ada"})
    assert [view["url"] for view in page.context["views"] if view["current"]] == ["?view=mine"]


def test_the_list_goes_on_by_its_own_link_and_back_to_its_beginning(
    coordinator: Client, site: Channel
) -> None:
    batch = [heard(f"keluhan {n}", f"{n}", at=MONDAY) for n in range(60)]
    receive(batch, channel=site, at=MONDAY, understand=None)
    first = coordinator.get(reverse("inbox"))
    second = coordinator.get(reverse("inbox") + first.context["older_url"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 10)
    assert {r.id for r in first.context["rows"]} & {r.id for r in second.context["rows"]} == set()
    assert (first.context["newer_url"], second.context["older_url"]) == ("", "")
    assert second.context["newer_url"] == "?view=mine"


@pytest.mark.parametrize("name", ["koordinator", "admin.pupr", "pimpinan"])
def test_the_list_costs_at_most_twelve_queries_and_no_more_when_it_is_full(
    government: Government, site: Channel, name: str
) -> None:
    client, costs = client_of(government, name), []
    for size in (1, 60):
        batch = [heard(f"keluhan {n}", f"{size}-{n}", at=MONDAY) for n in range(size)]
        receive(batch, channel=site, at=MONDAY, understand=None)
        forget()  # as in a process that has just begun
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("inbox"), {"view": "all"})
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 12


def test_a_case_page_costs_no_more_with_a_long_conversation(
    coordinator: Client, site: Channel, case: Case
) -> None:
    coordinator.get(url(case))  # terms and calendars are remembered for seconds
    costs = []
    for size in (1, 30):
        follow = [heard(f"masih rusak {n}", f"{size}-{n}", parent="1") for n in range(size)]
        receive(follow, channel=site, at=timezone.now(), understand=None)
        with CaptureQueriesContext(connection) as asked:
            coordinator.get(url(case))
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 34


def test_a_chosen_filter_can_be_taken_away(
    coordinator: Client, government: Government, site: Channel
) -> None:
    query = {"view": "all", "unit": government.pupr.pk, "channel": site.pk}
    chosen = coordinator.get(reverse("inbox"), query).context["filters"]
    assert chosen == [
        {"label": "Dinas PUPR", "url": f"?view=all&channel={site.pk}"},
        {"label": site.name, "url": f"?view=all&unit={government.pupr.pk}"},
    ]


def test_the_list_is_narrowed_to_an_affair_and_an_unknown_one_narrows_nothing(
    coordinator: Client, case: Case
) -> None:
    Case.objects.filter(pk=case.pk).update(affair="pupr")

    def listed(affair: str) -> tuple[list[int], list[str]]:
        page = coordinator.get(reverse("inbox"), {"view": "all", "affair": affair}).context
        return [row.id for row in page["rows"]], [chosen["label"] for chosen in page["filters"]]

    name = dict(labelled("affair"))["pupr"]
    assert listed("pupr") == ([case.pk], [name])
    assert listed("kesehatan")[0] == []
    assert listed("bukan-urusan") == ([case.pk], [])
    form = coordinator.get(reverse("inbox_filter"), {"affair": "pupr"}).content.decode()
    assert '<option value="pupr" selected>' in form


def test_a_reader_is_offered_no_bulk_and_no_recording(government: Government, case: Case) -> None:
    page = client_of(government, "pimpinan").get(reverse("inbox"))
    assert (page.context["bulk"], page.context["may_record"]) == ([], False)
    assert [row.number for row in page.context["rows"]] == [case.number]


# The case


ANSWERS = {"answer", "submit", "use_statement", "ask", "ask_again", "ask_approval"}
SETTLES = {"promise", "finish"}
VERBS_SHOWN = {
    ("koordinator", "new"): ANSWERS | SETTLES | {"transfer", "merge", "refer", "approve", "dismiss"},
    ("koordinator", "routed"): ANSWERS
    | SETTLES
    | {"transfer", "merge", "hand_back", "refer", "approve", "dismiss"},
    ("koordinator", "referred"): ANSWERS | {"approve", "close", "reopen"},
    ("admin.pupr", "routed"): ANSWERS | SETTLES | {"transfer", "merge", "hand_back", "refer", "dismiss"},
    ("admin.pupr", "answered"): ANSWERS | SETTLES | {"transfer", "merge", "refer", "close", "reopen"},
    ("admin.pupr", "scheduled"): ANSWERS | SETTLES | {"reopen"},
    ("admin.pupr", "done"): ANSWERS | {"close", "reopen"},
    ("admin.pupr", "referred"): ANSWERS | {"close", "reopen"},
    ("admin.pupr", "closed"): {"reopen"},
    ("pimpinan", "routed"): set(),
    ("auditor", "answered"): set(),
}
WORK = {
    "correct",
    "pause",
    "field_check",
    "withdraw",
    "involve",
    "note",
    "reveal",
    "hold",
    "part_done",
    "ask_withdraw",
}
ALWAYS = {
    "koordinator": WORK | {"send_back", "keep"},
    "admin.pupr": WORK,
    "pimpinan": set(),
    "auditor": set(),
}


@pytest.mark.parametrize(("name", "state"), VERBS_SHOWN)
def test_a_case_offers_the_moves_that_its_state_and_the_rights_of_the_person_allow(
    government: Government, case: Case, name: str, state: str
) -> None:
    Case.objects.update(state=state)
    page = client_of(government, name).get(url(case))
    assert set(page.context["verbs"]) == VERBS_SHOWN[(name, state)] | ALWAYS[name]


def test_a_case_shows_what_was_said_masked_with_the_words_that_decided(
    coordinator: Client, case: Case
) -> None:
    page = coordinator.get(url(case))
    (said,) = page.context["said"]
    assert said.text == "jalan depan pasar bolong sudah dua bulan, hp [TELP]"
    assert "jalan" in [said.text[start:end] for start, end in said.marks]
    assert "081234567890" not in page.content.decode()


@pytest.mark.parametrize("verb", ACTS)
def test_every_verb_has_a_page_of_its_own(coordinator: Client, case: Case, verb: str) -> None:
    page = coordinator.get(url(case, verb))
    assert (page.status_code, page.context["case"]["number"]) == (200, case.number)


def test_a_refused_form_keeps_what_was_typed(coordinator: Client, government: Government, case: Case) -> None:
    Case.objects.update(state="closed")
    answer = coordinator.post(
        url(case, "transfer"), {"to": government.dukcapil.pk, "reason": "alasan panjang"}
    )
    assert answer.status_code == 422
    assert "alasan panjang" in answer.content.decode()


def test_an_answer_that_may_not_leave_is_kept_as_a_draft_with_the_reason(
    coordinator: Client, case: Case
) -> None:
    form = {"message": case.messages.get().pk, "text": "Hubungi 081234567890 ya", "do": "send"}
    answer = coordinator.post(url(case, "answer"), form)
    assert (answer.status_code, answer.context["reply"]["text"]) == (422, "Hubungi 081234567890 ya")
    assert [(r.state, r.text) for r in Reply.objects.all()] == [("draft", "Hubungi 081234567890 ya")]
    assert Delivery.objects.count() == 0


def test_a_draft_is_kept_and_stands_in_the_form_next_time(coordinator: Client, case: Case) -> None:
    form = {"message": case.messages.get().pk, "text": "Sebentar ya", "do": "draft"}
    assert coordinator.post(url(case, "answer"), form).status_code == 302
    assert coordinator.get(url(case)).context["reply"]["text"] == "Sebentar ya"
    assert Delivery.objects.count() == 0


def test_the_draft_of_one_person_is_not_shown_to_another(
    government: Government, coordinator: Client, case: Case
) -> None:
    form = {"message": case.messages.get().pk, "text": "rancangan-dahlia", "do": "draft"}
    coordinator.post(url(case, "answer"), form)
    page = client_of(government, "admin.pupr").get(url(case))
    assert page.context["reply"]["text"] == ""


def test_an_answer_goes_through_approval_by_the_pages_alone(government: Government, case: Case) -> None:
    set_value(
        key="case.approval", unit=government.root, value=True, valid_from=MONDAY.date(), by=BY, at=MONDAY
    )
    author, head = client_of(government, "admin.pupr"), client_of(government, "kepala.pupr")
    form = {"message": case.messages.get().pk, "text": "Kami tinjau", "do": "send"}
    author.post(url(case, "answer"), form)
    reply = Reply.objects.get()
    waiting = next(line for line in head.get(url(case)).context["replies"] if line["id"] == reply.pk)
    assert waiting["verbs"] == ("approve", "send_back", "ask_approval")
    assert [line["verbs"] for line in author.get(url(case)).context["replies"]] == [
        ("withdraw", "ask_approval")
    ]
    head.post(url(case, "send_back"), {"reply": reply.pk, "why": "Kapan?"})
    author.post(url(case, "answer"), {**form, "text": "Kami tinjau Selasa"})
    assert head.post(url(case, "approve"), {"reply": reply.pk}).status_code == 302
    reply.refresh_from_db()
    assert (reply.state, reply.text, Delivery.objects.count()) == ("leaving", "Kami tinjau Selasa", 1)


def test_a_case_that_left_the_sight_of_who_moved_it_leads_back_to_the_list(
    government: Government, site: Channel
) -> None:
    case = opened(site, "jalan rusak", "31")
    head = client_of(government, "kepala.pupr")
    answer = head.post(
        url(case, "keep"), {"secrecy": "3", "concerns": government.pupr.pk, "reason": "Menyebut staf"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("inbox"))


def test_what_is_masked_is_shown_once_and_recorded(coordinator: Client, case: Case) -> None:
    shown = coordinator.post(url(case, "reveal"), {"message": case.messages.get().pk, "why": "Menelepon"})
    assert "081234567890" in shown.content.decode()
    assert "081234567890" not in coordinator.get(url(case)).content.decode()


def offers_to_reveal(client: Client, case: Case) -> bool:
    return url(case, "reveal") in client.get(url(case)).content.decode()


def test_opening_what_is_masked_is_offered_where_something_is_masked(
    coordinator: Client, site: Channel, case: Case
) -> None:
    plain = opened(site, "lampu jalan mati di gang masjid", "71")
    assert (offers_to_reveal(coordinator, case), offers_to_reveal(coordinator, plain)) == (True, False)


def test_the_words_of_a_secret_case_can_always_be_opened(coordinator: Client, site: Channel) -> None:
    case = opened(site, "lampu jalan mati di gang masjid", "72")
    person, now = Person.objects.get(username="koordinator"), timezone.now()
    actions.keep(case=case, secrecy=Secrecy.SECRET, concerns=None, reason="Korban", by=person, at=now)
    assert offers_to_reveal(coordinator, case)


def test_a_streets_name_is_no_reason_and_is_not_marked(coordinator: Client, site: Channel) -> None:
    case = opened(site, "lubang besar di Jl. Veteran, kapan jalannya diaspal?", "73")
    (said,) = coordinator.get(url(case)).context["said"]
    marked = [said.text[start:end] for start, end in said.marks]
    assert ("Jl" in marked, any("diaspal" in words for words in marked)) == (False, True)


def test_a_note_sent_twice_by_its_form_is_one_note(coordinator: Client, case: Case) -> None:
    page = coordinator.get(url(case))
    form = {"text": "Sudah dicek ke lapangan", "key": page.context["note_form"]["key"].value()}
    assert form["key"] in page.content.decode()
    assert [coordinator.post(url(case, "note"), form).status_code for _click in range(2)] == [302, 302]
    assert [note.text for note in Note.objects.all()] == ["Sudah dicek ke lapangan"]
    again = coordinator.get(url(case)).context["note_form"]["key"].value()
    coordinator.post(url(case, "note"), {**form, "key": again})
    assert Note.objects.count() == 2


def test_a_referred_case_can_be_answered_and_says_until_when(
    coordinator: Client, government: Government, case: Case
) -> None:
    coordinator.post(url(case, "refer"), {"outside": "PLN", "reason": "Tiang listrik"})
    Case.objects.filter(pk=case.pk).update(rank=int((timezone.now() + timedelta(days=2)).timestamp()))
    page = coordinator.get(url(case))
    assert (page.context["state"]["label"], page.context["clock"]["tone"]) == ("Bukan kewenangan", "ok")
    form = {"message": case.messages.get().pk, "text": "Ini urusan PLN, hubungi 123.", "do": "send"}
    assert coordinator.post(url(case, "answer"), form).status_code == 302
    assert Delivery.objects.get().state == "by_hand"


@pytest.mark.parametrize("verb", ["answer", "reveal"])
def test_a_message_of_another_case_is_unknown(
    coordinator: Client, site: Channel, case: Case, verb: str
) -> None:
    other = opened(site, "lampu mati", "41").messages.get()
    answer = coordinator.post(
        url(case, verb), {"message": other.pk, "text": "Ya", "do": "send", "why": "uji"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("verb", ["submit", "approve", "send_back", "withdraw"])
def test_a_reply_of_another_case_is_unknown(
    coordinator: Client, site: Channel, case: Case, verb: str
) -> None:
    other = opened(site, "lampu mati", "42")
    person = Person.objects.get(username="sekda")
    reply = answering.draft(case=other, message=other.messages.get(), text="Ya", by=person, at=timezone.now())
    assert coordinator.post(url(case, verb), {"reply": reply.pk, "why": "uji"}).status_code == 404


# Several at once


def test_bulk_shows_what_it_will_reach_before_it_does_anything(coordinator: Client, site: Channel) -> None:
    cases = [opened(site, f"promosi {n}", f"{n}") for n in range(3)]
    Case.objects.filter(pk=cases[2].pk).update(state="closed")
    page = coordinator.post(reverse("inbox_bulk"), {"verb": "dismiss", "case": [c.pk for c in cases]})
    assert [c["pk"] for c in page.context["cases"]] == [cases[0].pk, cases[1].pk]
    assert [c["number"] for c in page.context["left_out"]] == [cases[2].number]
    assert Note.objects.count() == 0


def test_bulk_does_each_case_by_itself(coordinator: Client, government: Government, site: Channel) -> None:
    cases = [opened(site, f"jalan {n}", f"{n}") for n in range(3)]
    form = {
        "verb": "transfer", "case": [c.pk for c in cases], "sure": "1", "to": government.dukcapil.pk,
        "next": "/kotak-masuk/?view=new",
    }  # fmt: skip
    answer = coordinator.post(reverse("inbox_bulk"), form)
    assert answer.headers["Location"] == "/kotak-masuk/?view=new"
    assert (Transfer.objects.count(), set(Case.objects.values_list("lead", flat=True))) == (
        3,
        {government.dukcapil.pk},
    )


@pytest.mark.parametrize(
    "where", ["https://jahat.example/", "//jahat.example/", "/\\jahat.example/", "javascript:1", ""]
)
def test_bulk_never_leads_to_another_site(coordinator: Client, case: Case, where: str) -> None:
    form = {"verb": "dismiss", "case": [case.pk], "sure": "1", "reason": "uji", "next": where}
    assert coordinator.post(reverse("inbox_bulk"), form).headers["Location"] == reverse("inbox")


def test_bulk_reaches_no_case_that_the_person_may_not_see(government: Government, case: Case) -> None:
    stranger = client_of(government, "admin.dukcapil")
    form = {"verb": "dismiss", "case": [case.pk], "sure": "1", "reason": "uji"}
    assert stranger.post(reverse("inbox_bulk"), form).status_code == 302
    case.refresh_from_db()
    assert case.state == "new"
