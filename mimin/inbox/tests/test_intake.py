"""What is heard comes in: once, masked, sealed, at the right unit, in its thread, in the trail."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection

from mimin.evidence.models import Facts
from mimin.evidence.queries import trail
from mimin.inbox import queries
from mimin.inbox.intake import Received, note_held, receive
from mimin.inbox.models import Case, CaseUnit, Message
from mimin.inbox.rules import deadline, rank
from mimin.inbox.terms import terms_of
from mimin.inbox.understanding import understanding
from mimin.people.rules import Secrecy
from mimin.platforms.base import Heard
from mimin.policy.actions import set_value
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel, heard

pytestmark = pytest.mark.django_db

ROAD = "min jalan depan pasar baru bolong2 udah 2 bulan blm dibenerin"
HOUR = timedelta(hours=1)
LATER = MONDAY + 3 * HOUR


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.kominfo)


def take(site: Channel, *batch: Heard, at=LATER) -> Received:
    return receive(batch, channel=site, at=at, understand=understanding())


def case_of(remote_id: str) -> Case:
    return Case.objects.select_related("channel", "lead").get(messages__remote_id=remote_id)


def test_a_message_opens_a_case_at_the_unit_of_its_channel(government: Government, site: Channel) -> None:
    done = take(site, heard(ROAD))
    case = case_of("1")
    assert done == Received((case.messages.get().pk,), (case.pk,), ())
    assert (case.state, case.lead, case.klass, case.affair) == (
        "new",
        government.kominfo,
        "pengaduan",
        "pupr",
    )
    assert (case.opened_at, case.state_since, case.state_by) == (MONDAY, LATER, "Mimin")
    assert [(p.unit, p.part) for p in case.parts.all()] == [(government.kominfo, "lead")]


def test_the_first_answer_is_due_one_working_day_after_the_citizen_wrote(site: Channel) -> None:
    take(site, heard(ROAD, at=MONDAY))
    assert case_of("1").due_at == MONDAY.replace(
        day=17, hour=9
    )  # Tuesday at the end of the office day, 16.00 WIB


def test_danger_shortens_the_promise_to_two_hours(site: Channel) -> None:
    take(site, heard("tolong ada kebakaran di pasar baru sekarang, warga terjebak"))
    case = case_of("1")
    assert (case.urgency, case.due_at) == ("darurat", MONDAY + timedelta(hours=2))


def test_the_promise_is_the_one_that_the_unit_set(government: Government, site: Channel) -> None:
    promise = {"amount": 4, "unit": "hours"}
    set_value(
        key="case.first_response",
        unit=government.kominfo,
        value=promise,
        valid_from=MONDAY.date(),
        by=BY,
        at=MONDAY,
    )
    take(site, heard(ROAD))
    assert case_of("1").due_at == MONDAY + timedelta(hours=4)


def test_personal_data_are_masked_where_people_look_and_sealed_whole(site: Channel) -> None:
    told = f"{ROAD}, hp sy 081234567890"
    take(site, heard(told))
    message = Message.objects.get()
    assert message.text == f"{ROAD}, hp sy [TELP]"
    assert json.loads(message.raw)["text"] == told
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw, text, author, url FROM mimin_message")
        (row,) = cursor.fetchall()
    assert b"081234567890" not in bytes(row[0]) and "081234567890" not in str(row[1:])


def test_what_came_in_is_recorded_without_its_words(site: Channel) -> None:
    take(site, heard(ROAD))
    (fact,) = Facts.objects.filter(kind="message.received")
    assert (fact.subject_kind, fact.subject_id, fact.subject_label) == (
        "case",
        case_of("1").pk,
        case_of("1").number,
    )
    assert sorted(fact.details) == ["channel", "message", "ours", "remote_id", "sent_at", "text_sha256"]
    assert "pasar" not in json.dumps(fact.details)


def test_the_same_message_heard_again_is_passed_over(site: Channel) -> None:
    take(site, heard(ROAD))
    assert take(site, heard("kata lain", "1"), heard("lampu jalan mati", "2")).opened == (case_of("2").pk,)
    assert (Case.objects.count(), Message.objects.count()) == (2, 2)


def test_the_same_remote_id_on_another_channel_is_another_message(
    government: Government, site: Channel
) -> None:
    other = channel(government.pupr, "facebook.com/puprcontoh")
    take(site, heard(ROAD))
    take(other, heard(ROAD))
    assert Case.objects.count() == 2


def test_nothing_new_writes_nothing(site: Channel) -> None:
    take(site, heard(ROAD))
    before = Facts.objects.count()
    assert take(site, heard(ROAD)) == Received((), (), ())
    assert take(site) == Received((), (), ())
    assert Facts.objects.count() == before


# Routing


def test_a_sure_match_is_routed_by_the_machine_only_where_the_unit_allows_it(
    government: Government, site: Channel
) -> None:
    text = "untuk Dinas PUPR: jalan kabupaten di depan pasar rusak"
    take(site, heard(text, "1"))
    set_value(
        key="case.auto_route", unit=government.root, value=60, valid_from=MONDAY.date(), by=BY, at=MONDAY
    )
    take(site, heard(text, "2"))
    by_hand, by_itself = case_of("1"), case_of("2")
    assert (by_hand.state, by_hand.lead) == ("new", government.kominfo)
    assert (by_itself.state, by_itself.lead) == ("routed", government.pupr)
    parts = set(by_itself.parts.values_list("unit", "part"))
    assert parts == {(government.pupr.pk, "lead"), (government.kominfo.pk, "informed")}


def test_what_nobody_is_sure_of_waits_for_a_person(government: Government, site: Channel) -> None:
    set_value(
        key="case.auto_route", unit=government.root, value=100, valid_from=MONDAY.date(), by=BY, at=MONDAY
    )
    take(site, heard("halo min"))
    assert (case_of("1").state, case_of("1").lead) == ("new", government.kominfo)


@pytest.mark.parametrize(
    ("text", "secrecy"),
    [
        ("jalan rusak depan pasar", Secrecy.OPEN),
        ("tolong rahasiakan nama saya, jalan rusak depan pasar", Secrecy.ANONYMOUS),
        ("anak saya dicabuli tetangga, tolong kami", Secrecy.SECRET),
        ("oknum pegawai dinas PUPR minta uang pelicin urus izin", Secrecy.OVERSIGHT),
    ],
)
def test_the_words_decide_how_closely_the_case_is_kept_from_the_first_moment(
    site: Channel, text: str, secrecy: Secrecy
) -> None:
    take(site, heard(text))
    case = case_of("1")
    assert (case.secrecy, set(case.parts.values_list("secrecy", flat=True))) == (secrecy, {secrecy})


def test_an_anonymous_citizen_has_no_name_and_a_secret_case_no_words(site: Channel) -> None:
    take(site, heard("tolong rahasiakan nama saya, jalan rusak", "1", author="Bapak Kenanga"))
    take(site, heard("anak saya dicabuli tetangga, tolong kami", "2", author="Ibu Melati"))
    anonymous, secret = Message.objects.get(remote_id="1"), Message.objects.get(remote_id="2")
    assert (anonymous.author, anonymous.text != "") == ("", True)
    assert (secret.author, secret.text, case_of("2").title) == ("", "", "")
    assert json.loads(secret.raw)["author"] == "Ibu Melati"


# Threads


def test_what_is_written_under_a_known_message_joins_its_case(site: Channel) -> None:
    take(site, heard(ROAD, "1"))
    done = take(site, heard("sampai sekarang belum juga", "2", parent="1"))
    assert (done.opened, done.joined) == ((), (case_of("1").pk,))
    assert [m.remote_id for m in queries.conversation(case_of("1"))] == ["1", "2"]


def test_a_thread_that_comes_in_at_once_is_one_case(site: Channel) -> None:
    done = take(
        site,
        heard(ROAD, "1", at=MONDAY),
        heard("sampai sekarang belum juga", "2", parent="1", at=MONDAY + timedelta(minutes=1)),
        heard("benar, saya juga lewat situ", "3", parent="2", at=MONDAY + timedelta(minutes=2)),
        heard("lampu jalan mati di gang masjid", "4", at=MONDAY + timedelta(minutes=3)),
    )
    assert len(done.opened) == 2 and done.joined == ()
    assert case_of("1").pk == case_of("2").pk == case_of("3").pk != case_of("4").pk
    assert case_of("3").parts.count() == 1


def test_our_own_words_open_no_case_but_stand_in_the_case_they_answer(site: Channel) -> None:
    ours = Heard("2", "Kami cek ya", "Diskominfo", MONDAY, parent_id="1", ours=True)
    lone = Heard("3", "Selamat pagi warga", "Diskominfo", MONDAY, ours=True)
    done = take(site, heard(ROAD, "1"), ours, lone)
    assert len(done.opened) == 1
    assert [m.remote_id for m in queries.conversation(case_of("1"))] == ["1", "2"]
    assert Message.objects.get(remote_id="3").case is None


def test_what_is_said_under_our_own_post_opens_a_case(site: Channel) -> None:
    lone = Heard("1", "Jadwal perbaikan jalan", "Diskominfo", MONDAY, ours=True)
    done = take(site, lone, heard("di desa kami kapan?", "2", parent="1"))
    assert done.opened == (case_of("2").pk,)


@pytest.mark.parametrize("ended", ["answered", "closed", "dismissed", "referred"])
def test_a_citizen_who_writes_again_reopens_what_was_ended(
    government: Government, site: Channel, ended: str
) -> None:
    take(site, heard(ROAD, "1"))
    ending(ended)
    take(site, heard("masih rusak min", "2", parent="1"), at=LATER)
    case = case_of("1")
    assert (case.state, case.closed_at) == ("routed", None)
    assert set(case.parts.values_list("state", "rank")) == {("routed", case.rank)}
    assert trail("case", case.pk)[0].kind == "case.reopened"


def ending(state: str, *, answered_at: datetime | None = None) -> None:
    """Put every case where nobody waits."""
    place = rank(state, None, LATER)
    Case.objects.update(state=state, closed_at=LATER, rank=place, answered_at=answered_at)
    CaseUnit.objects.update(state=state, rank=place)


def test_who_writes_again_is_promised_an_answer_anew_from_when_they_wrote(site: Channel) -> None:
    take(site, heard(ROAD, "1"))
    first, wrote = case_of("1").due_at, LATER + 48 * HOUR
    ending("answered", answered_at=LATER)
    again = [
        heard("masih rusak", "3", parent="1", at=wrote),
        heard("halo?", "2", parent="1", at=wrote + HOUR),
    ]
    take(site, *again, at=wrote + 5 * HOUR)
    case = case_of("1")
    assert deadline(case.rank) == terms_of(case.lead).deadline(wrote, "biasa") != first
    assert (case.due_at, case.answered_at) == (first, LATER)  # what the first answer is measured by stays
    assert trail("case", case.pk)[0].details == {"due_at": deadline(case.rank).isoformat()}


def test_a_case_of_danger_is_promised_as_quickly_after_a_reopening(site: Channel) -> None:
    take(site, heard("tolong kebakaran besar di pasar, warga terjebak di dalam!", "1"))
    ending("closed", answered_at=LATER)
    take(site, heard("apinya muncul lagi", "2", parent="1", at=LATER), at=LATER + HOUR)
    case = case_of("1")
    assert (case.urgency, deadline(case.rank)) == ("darurat", LATER + 2 * HOUR)


def test_where_nothing_had_been_asked_the_first_promise_begins_with_the_question(site: Channel) -> None:
    take(site, heard("mantap min", "1"))
    ending("dismissed")
    take(site, heard("oh ya, kapan jalan kami diperbaiki?", "2", parent="1", at=LATER), at=LATER)
    case = case_of("1")
    assert case.due_at == deadline(case.rank) == terms_of(case.lead).deadline(LATER, "biasa")


def test_two_messages_in_one_batch_reopen_a_case_once(site: Channel) -> None:
    take(site, heard(ROAD, "1"))
    Case.objects.update(state="closed", closed_at=LATER)
    take(site, heard("masih rusak", "2", parent="1"), heard("halo?", "3", parent="1"))
    kinds = [fact.kind for fact in trail("case", case_of("1").pk)]
    assert kinds.count("case.reopened") == 1


def test_our_own_answer_heard_again_reopens_nothing(site: Channel) -> None:
    take(site, heard(ROAD, "1"))
    Case.objects.update(state="answered")
    take(site, Heard("2", "Sudah kami perbaiki", "Diskominfo", LATER, parent_id="1", ours=True))
    assert case_of("1").state == "answered"


def test_a_follow_up_in_a_secret_case_has_no_searchable_words_either(site: Channel) -> None:
    take(site, heard("anak saya dicabuli tetangga, tolong kami", "1"))
    take(site, heard("pelaku masih di kampung ini", "2", parent="1", author="Ibu Melati"))
    message = Message.objects.get(remote_id="2")
    assert (message.text, message.author, message.case_id) == ("", "", case_of("1").pk)


def test_what_the_platform_holds_back_is_noted_and_forgotten_when_it_lets_go(site: Channel) -> None:
    held = Heard("1", ROAD, "Warga", MONDAY, held=True)
    take(site, held)
    assert Message.objects.get().held is True
    free = Heard("1", ROAD, "Warga", MONDAY)
    assert (note_held([free], channel=site), note_held([free], channel=site)) == (1, 0)
    assert Message.objects.get().held is False
