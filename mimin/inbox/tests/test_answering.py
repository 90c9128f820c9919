"""An answer: drafted, approved where it must be, sent once, taken back, arrived; and secrecy around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mimin.evidence.queries import trail
from mimin.inbox import actions, answering, queries, searching
from mimin.inbox.models import Case, Message, Note, Reply
from mimin.inbox.rules import deadline
from mimin.inbox.todo import returned_to, to_approve
from mimin.lib.moving import Refused
from mimin.outbox.models import Delivery
from mimin.people.models import Unit
from mimin.people.rules import Secrecy
from mimin.policy.actions import set_value
from tests.made import BY, MONDAY, Government, channel
from tests.scene import opened

pytestmark = pytest.mark.django_db

AT = MONDAY + timedelta(hours=1)
TEXT = "jalan depan pasar bolong sudah dua bulan"


@pytest.fixture
def case(government: Government) -> Case:
    """Heard on the channel of the Diskominfo; nobody has looked at it."""
    return opened(channel(government.kominfo), TEXT)


@pytest.fixture
def by(government: Government) -> Callable[[str], Any]:
    return government.person


def kinds(case: Case) -> list[str]:
    """What the trail tells, oldest first, without the coming in."""
    return [fact.kind for fact in reversed(trail("case", case.pk))][1:]


def draft(case: Case, person: Any, text: str = "Petugas meninjau besok.") -> Reply:
    return answering.draft(case=case, message=case.messages.get(ours=False), text=text, by=person, at=AT)


def with_approval(government: Government) -> None:
    set_value(
        key="case.approval", unit=government.root, value=True, valid_from=MONDAY.date(), by=BY, at=MONDAY
    )


def test_a_draft_is_changed_until_it_is_handed_in(case: Case, by) -> None:
    first = draft(case, by("koordinator"), "Satu")
    second = draft(case, by("koordinator"), "Dua")
    assert (first.pk, second.text, Reply.objects.count()) == (second.pk, "Dua", 1)
    assert (Delivery.objects.count(), case.state, kinds(case)) == (0, "new", ["reply.drafted"])


def test_two_people_have_a_draft_each(case: Case, by) -> None:
    draft(case, by("koordinator"), "Satu")
    draft(case, by("sekda"), "Dua")
    assert sorted(reply.text for reply in Reply.objects.all()) == ["Dua", "Satu"]


def test_without_approval_an_answer_leaves_at_once(case: Case, by) -> None:
    reply = answering.submit(reply=draft(case, by("koordinator")), by=by("koordinator"), at=AT)
    delivery = Delivery.objects.get()
    assert (reply.state, reply.delivery, delivery.state) == ("leaving", delivery, "by_hand")
    assert (delivery.thread, delivery.unit, delivery.secrecy) == (f"case {case.pk}", case.lead, 0)
    assert kinds(case) == ["reply.drafted", "reply.approved"]


def test_an_answer_handed_in_twice_leaves_once(case: Case, by) -> None:
    person = by("koordinator")
    reply = answering.submit(reply=draft(case, person), by=person, at=AT)
    again = answering.submit(reply=draft(case, person), by=person, at=AT)
    assert (again.pk, Reply.objects.count(), Delivery.objects.count()) == (reply.pk, 1, 1)


def test_other_words_to_the_same_message_are_another_answer(case: Case, by) -> None:
    person = by("koordinator")
    for text in ("Satu", "Dua"):
        answering.submit(reply=draft(case, person, text), by=person, at=AT)
    assert Delivery.objects.count() == 2


def test_with_approval_somebody_else_lets_it_go(government: Government, case: Case, by) -> None:
    with_approval(government)
    reply = answering.submit(reply=draft(case, by("koordinator")), by=by("koordinator"), at=AT)
    assert (reply.state, Delivery.objects.count()) == ("submitted", 0)
    assert [r.pk for r in to_approve(by("sekda"))] == [reply.pk]
    answering.approve(reply=reply, by=by("sekda"), at=AT)
    assert (reply.state, Delivery.objects.count()) == ("leaving", 1)
    assert kinds(case) == ["reply.drafted", "reply.submitted", "reply.approved"]


def test_nobody_approves_their_own_answer(government: Government, case: Case, by) -> None:
    with_approval(government)
    reply = answering.submit(reply=draft(case, by("sekda")), by=by("sekda"), at=AT)
    assert to_approve(by("sekda")) == []
    with pytest.raises(Refused):
        answering.approve(reply=reply, by=by("sekda"), at=AT)
    assert Delivery.objects.count() == 0


def test_a_draft_is_not_approved_before_it_is_handed_in(government: Government, case: Case, by) -> None:
    with_approval(government)
    with pytest.raises(Refused):
        answering.approve(reply=draft(case, by("koordinator")), by=by("sekda"), at=AT)
    assert Delivery.objects.count() == 0


def test_an_answer_sent_back_is_with_its_author_again_with_the_reason(
    government: Government, case: Case, by
) -> None:
    with_approval(government)
    person = by("koordinator")
    reply = answering.submit(reply=draft(case, person), by=person, at=AT)
    with pytest.raises(Refused):
        answering.send_back(reply=reply, why=" ", by=by("sekda"), at=AT)
    answering.send_back(reply=reply, why="Sebutkan tanggalnya", by=by("sekda"), at=AT)
    assert [(r.state, r.returned_because) for r in returned_to(person)] == [("draft", "Sebutkan tanggalnya")]
    mended = draft(case, person, "Petugas meninjau Selasa, 17 Maret.")
    assert (mended.pk, answering.submit(reply=mended, by=person, at=AT).state) == (reply.pk, "submitted")


PERSONAL = {
    "NIK": "NIK Bapak 3329011501900001 sudah kami catat",
    "phone": "Hubungi Pak RT di 081234567890",
    "e-mail": "Kirim ke warga.kenanga@contoh.co.id",
}


@pytest.mark.parametrize("text", PERSONAL.values(), ids=PERSONAL.keys())
def test_an_answer_with_personal_data_does_not_leave_and_stays_a_draft(case: Case, by, text: str) -> None:
    reply = draft(case, by("koordinator"), text)
    with pytest.raises(Refused):
        answering.submit(reply=reply, by=by("koordinator"), at=AT)
    reply.refresh_from_db()
    assert (reply.state, reply.text, Delivery.objects.count()) == ("draft", text, 0)


def test_an_answer_to_a_message_of_another_case_is_refused(government: Government, case: Case, by) -> None:
    other = opened(case.channel, "lampu jalan mati", "77")
    with pytest.raises(Refused):
        answering.draft(case=case, message=other.messages.get(), text="Ya", by=by("koordinator"), at=AT)


def test_an_answer_taken_back_before_it_left_does_not_leave(case: Case, by) -> None:
    person = by("koordinator")
    reply = answering.submit(reply=draft(case, person), by=person, at=AT)
    answering.withdraw(reply=reply, by=person, at=AT)
    assert (reply.state, Delivery.objects.get().state) == ("withdrawn", "cancelled")


def test_an_answer_that_is_being_sent_can_no_longer_be_taken_back(case: Case, by) -> None:
    person = by("koordinator")
    reply = answering.submit(reply=draft(case, person), by=person, at=AT)
    Delivery.objects.update(state="sending")
    reply.refresh_from_db()
    with pytest.raises(Refused):
        answering.withdraw(reply=reply, by=person, at=AT)
    reply.refresh_from_db()
    assert (reply.state, Delivery.objects.get().state) == ("leaving", "sending")


def arrive(case: Case, person: Any, text: str = "Petugas meninjau besok.") -> Reply:
    reply = answering.submit(reply=draft(case, person, text), by=person, at=AT)
    delivery = reply.delivery
    Delivery.objects.filter(pk=delivery.pk).update(
        state="live", remote_id=f"r{reply.pk}", url="https://contoh.go.id/#1"
    )
    delivery.refresh_from_db()
    answering.arrived(delivery, AT)
    reply.refresh_from_db()
    return reply


def test_an_answer_that_arrived_answers_the_case_and_stands_in_its_conversation(case: Case, by) -> None:
    reply = arrive(case, by("koordinator"))
    case.refresh_from_db()
    ours = Message.objects.get(ours=True)
    assert (reply.state, case.state, case.answered_at) == ("sent", "answered", AT)
    assert (ours.case, ours.text, ours.remote_id) == (case, "Petugas meninjau besok.", f"r{reply.pk}")
    answering.arrived(reply.delivery, AT + timedelta(hours=1))  # heard of twice
    assert (Message.objects.filter(ours=True).count(), kinds(case).count("case.answered")) == (1, 1)


def test_the_first_answer_is_what_the_promise_is_measured_by(case: Case, by) -> None:
    arrive(case, by("koordinator"), "Satu")
    Case.objects.update(answered_at=MONDAY)
    arrive(Case.objects.get(), by("koordinator"), "Dua")
    assert Case.objects.get().answered_at == MONDAY


def test_what_is_not_ours_waits_until_its_citizen_was_told_and_stays_referred(case: Case, by) -> None:
    actions.refer(case=case, outside="PLN", reason="", by=by("koordinator"), at=AT)
    assert deadline(case.rank) == case.due_at
    arrive(case, by("koordinator"), "Ini urusan PLN; laporkan ke 123.")
    case.refresh_from_db()
    assert (case.state, case.answered_at, deadline(case.rank)) == ("referred", AT, None)
    assert set(case.parts.values_list("state", "rank")) == {("referred", case.rank)}
    assert kinds(case)[-1] == "case.answered"


def test_what_was_told_about_a_referral_can_be_told_again(case: Case, by) -> None:
    actions.refer(case=case, outside="PLN", reason="", by=by("koordinator"), at=AT)
    for text in ("Ini urusan PLN.", "Nomornya 123."):
        arrive(case, by("koordinator"), text)
    case.refresh_from_db()
    assert (case.state, case.answered_at, kinds(case).count("case.answered")) == ("referred", AT, 2)


def test_an_answer_that_arrives_after_the_case_was_closed_leaves_it_closed(case: Case, by) -> None:
    reply = answering.submit(reply=draft(case, by("koordinator")), by=by("koordinator"), at=AT)
    Case.objects.update(state="closed")
    answering.arrived(reply.delivery, AT)
    reply.refresh_from_db()
    case.refresh_from_db()
    assert (reply.state, case.state) == ("sent", "closed")


# Secrecy, notes and what lies behind the masks


def keep(case: Case, secrecy: Secrecy, person: Any, concerns: Unit | None = None) -> Case:
    return actions.keep(case=case, secrecy=secrecy, concerns=concerns, reason="Korban", by=person, at=AT)


def test_secrecy_takes_the_words_out_of_what_is_searched_and_openness_brings_them_back(
    case: Case, by
) -> None:
    person = by("koordinator")
    title, found = case.title, searching.search(person, "bolong")[0]
    keep(case, Secrecy.SECRET, person)
    message = Message.objects.get()
    assert ([line.pk for line in found], message.text, message.author, case.title) == ([case.pk], "", "", "")
    assert searching.search(person, "bolong") == ((), 0)
    assert queries.told(message) == TEXT
    keep(case, Secrecy.OPEN, person)
    message.refresh_from_db()
    assert (message.text, message.author, case.title) == (TEXT, "Warga", title)
    assert [line.pk for line in searching.search(person, "bolong")[0]] == [case.pk]


def test_anonymity_takes_the_name_alone(case: Case, by) -> None:
    keep(case, Secrecy.ANONYMOUS, by("koordinator"))
    message = Message.objects.get()
    assert (message.text, message.author) == (TEXT, "")
    keep(case, Secrecy.OPEN, by("koordinator"))
    message.refresh_from_db()
    assert message.author == "Warga"


def test_secrecy_leaves_our_own_answer_in_the_name_of_the_unit(case: Case, by) -> None:
    arrive(case, by("koordinator"))
    for secrecy in (Secrecy.SECRET, Secrecy.OPEN):
        keep(case, secrecy, by("koordinator"))
    ours = Message.objects.get(ours=True)
    assert (ours.author, ours.text) == ("Dinas Komunikasi dan Informatika", "Petugas meninjau besok.")


def test_an_answer_that_waits_is_kept_as_closely_as_its_case(case: Case, by) -> None:
    answering.submit(reply=draft(case, by("koordinator")), by=by("koordinator"), at=AT)
    keep(case, Secrecy.SECRET, by("koordinator"))
    assert Delivery.objects.get().secrecy == Secrecy.SECRET


def test_a_change_of_secrecy_is_recorded_with_its_reason(case: Case, by) -> None:
    with pytest.raises(Refused):
        actions.keep(
            case=case, secrecy=Secrecy.SECRET, concerns=None, reason=" ", by=by("koordinator"), at=AT
        )
    keep(case, Secrecy.SECRET, by("koordinator"))
    assert trail("case", case.pk)[0].details == {"was": "OPEN", "now": "SECRET"}
    assert [note.text for note in Note.objects.all()] == ["Korban"]


def test_a_note_is_recorded_and_an_empty_one_refused(case: Case, by) -> None:
    actions.note(case=case, text=" Sudah dicek ", by=by("koordinator"), at=AT)
    assert [(n.text, n.by) for n in Note.objects.all()] == [("Sudah dicek", "Koordinator Diskominfo")]
    with pytest.raises(Refused):
        actions.note(case=case, text=" \n", by=by("koordinator"), at=AT)


def test_what_is_masked_is_shown_for_a_reason_and_that_is_recorded(government: Government, by) -> None:
    case = opened(channel(government.pupr), f"{TEXT}, hp 081234567890")
    message = case.messages.get()
    with pytest.raises(Refused):
        actions.reveal(message=message, why="", by=by("koordinator"), at=AT)
    shown = actions.reveal(message=message, why="Menelepon pelapor", by=by("koordinator"), at=AT)
    assert shown == f"{TEXT}, hp 081234567890"
    fact = trail("case", case.pk)[0]
    assert (fact.kind, fact.details) == (
        "message.revealed",
        {"message": message.pk, "why": "Menelepon pelapor"},
    )
