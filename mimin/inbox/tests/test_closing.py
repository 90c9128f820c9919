"""Nothing ends while something is owed: proof, telling, open promises, and the silence of citizens."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from mimin.evidence.queries import trail
from mimin.inbox import actions, answering, closing, pausing, promising
from mimin.inbox.counting import kept
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, Promise, Proof, Reply
from mimin.inbox.rules import ENDS, deadline, owed
from mimin.inbox.states import CASE
from mimin.inbox.understanding import understanding
from mimin.lib.moving import Refused
from mimin.outbox import actions as outbox
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.registry.models import Channel
from tests.made import MONDAY, Government, channel, heard

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADDRESS = "https://contohkab.go.id/foto/1"


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


@pytest.fixture
def case(site: Channel) -> Case:
    done = receive([heard("jalan bolong")], channel=site, at=MONDAY, understand=understanding())
    return Case.objects.select_related("lead", "channel__unit").get(pk=done.opened[0])


@pytest.fixture
def admin(government: Government) -> Person:
    return government.person("admin.pupr")


def say(case: Case, by: Person, at: datetime, kind: str = "answer", text: str = "Kami tinjau.") -> None:
    """An answer of this kind stands on the channel."""
    draft = Reply.objects.filter(case=case, author=by, state="draft").first()
    draft = draft or answering.draft(
        case=case, message=case.messages.filter(ours=False).last(), text=text, kind=kind, by=by, at=at
    )
    arrive(answering.submit(reply=draft, by=by, at=at), by, at)
    case.refresh_from_db()


def arrive(reply: Reply, by: Person, at: datetime) -> None:
    assert reply.delivery is not None
    outbox.prove(
        delivery=reply.delivery,
        link="",
        note="Dibalas di bawah.",
        by=actor(by),
        at=at,
        then=answering.arrived,
    )


def promised(case: Case, by: Person, at: datetime, until: date = date(2026, 4, 30)) -> Promise:
    return promising.promise(case=case, what="Ditambal", until=until, budget_year=None, who="", by=by, at=at)


@pytest.mark.parametrize(
    ("state", "waits", "open_promise", "settled", "found"),
    [
        ("answered", False, False, True, ""),
        ("answered", False, False, False, "answer"),
        ("done", True, False, True, "tell"),
        ("done", False, False, True, ""),
        ("referred", True, False, False, "tell"),
        ("referred", False, False, True, ""),
        ("answered", False, True, True, "promise"),
        ("routed", True, True, False, "promise"),
    ],
)
def test_what_is_owed(state: str, waits: bool, open_promise: bool, settled: bool, found: str) -> None:
    assert owed(state, waits=waits, promised=open_promise, settled=settled) == found


def test_every_reason_is_true_in_a_state_from_which_a_case_is_closed() -> None:
    assert {state for states in ENDS.values() for state in states} == set(CASE.moves["close"].sources)


@pytest.mark.parametrize(("text", "url"), [("", ADDRESS), ("Sudah", ""), (" ", " ")])
def test_without_words_or_proof_nothing_is_done(case: Case, admin: Person, text: str, url: str) -> None:
    with pytest.raises(Refused):
        closing.finish(case=case, text=text, photos=[], url=url, by=admin, at=MONDAY)
    assert (Proof.objects.count(), Case.objects.get().state) == (0, "new")


def test_what_is_done_is_closed_only_after_the_citizen_was_told(case: Case, admin: Person) -> None:
    closing.finish(case=case, text="Sudah", photos=[], url=ADDRESS, by=admin, at=MONDAY + HOUR)
    with pytest.raises(Refused):
        closing.close(case=case, because="solved", reason="", by=admin, at=MONDAY + 2 * HOUR)
    say(case, admin, MONDAY + 3 * HOUR)
    closing.close(case=case, because="solved", reason="", by=admin, at=MONDAY + 4 * HOUR)
    assert (case.state, case.closed_because) == ("closed", "solved")


def test_an_answer_after_which_work_goes_on_closes_nothing_and_one_that_is_final_does(
    case: Case, admin: Person
) -> None:
    say(case, admin, MONDAY + HOUR)
    for because in ("answered", "impossible"):
        with pytest.raises(Refused):
            closing.close(case=case, because=because, reason="x", by=admin, at=MONDAY + 2 * HOUR)
    say(case, admin, MONDAY + 2 * HOUR, kind="final", text="Sudah kami jelaskan semuanya.")
    closing.close(case=case, because="answered", reason="", by=admin, at=MONDAY + 3 * HOUR)
    assert case.settled_at == MONDAY + 2 * HOUR


def test_silence_closes_what_was_answered_finally_and_nothing_else(case: Case, admin: Person) -> None:
    say(case, admin, MONDAY + HOUR)
    assert (case.rests_until, closing.rest(MONDAY + 90 * DAY)) == (None, 0)
    say(case, admin, MONDAY + 2 * HOUR, kind="final", text="Semuanya sudah dijawab.")
    assert case.rests_until is not None
    assert [closing.rest(case.rests_until - HOUR), closing.rest(case.rests_until)] == [0, 1]
    case.refresh_from_db()
    assert (case.state, case.closed_because) == ("closed", "silence")


def test_a_case_that_a_person_moved_meanwhile_is_not_closed_by_silence(case: Case, admin: Person) -> None:
    say(case, admin, MONDAY + HOUR, kind="final")
    rests = case.rests_until
    actions.reopen(case=case, reason="Belum beres", by=admin, at=MONDAY + DAY)
    assert rests is not None and closing.rest(rests + DAY) == 0
    assert (case.state, case.settled_at, case.rests_until) == ("routed", None, None)


def test_a_row_that_does_not_rest_after_all_holds_up_nobody(case: Case, admin: Person) -> None:
    say(case, admin, MONDAY + HOUR, kind="final")
    Case.objects.update(settled_at=None, rests_until=MONDAY + DAY)
    assert [closing.rest(MONDAY + 2 * DAY), closing.rest(MONDAY + 2 * DAY)] == [0, 0]
    assert Case.objects.get().rests_until is None


def test_nobody_is_sent_away_while_a_promise_is_open(case: Case, admin: Person) -> None:
    promised(case, admin, MONDAY + HOUR)
    actions.reopen(case=case, reason="", by=admin, at=MONDAY + 2 * HOUR)
    for act in (
        lambda: actions.refer(case=case, outside="PLN", reason="", by=admin, at=MONDAY + 3 * HOUR),
        lambda: actions.dismiss(case=case, reason="x", by=admin, at=MONDAY + 3 * HOUR),
        lambda: promised(case, admin, MONDAY + 3 * HOUR),
    ):
        with pytest.raises(Refused):
            act()
    promising.drop(case=case, why="Tidak ada anggaran", by=admin, at=MONDAY + 4 * HOUR)
    actions.dismiss(case=case, reason="x", by=admin, at=MONDAY + 5 * HOUR)
    assert (case.state, Promise.objects.get().state) == ("dismissed", "dropped")


def test_an_answer_cannot_be_the_last_one_beside_an_open_promise(case: Case, admin: Person) -> None:
    promised(case, admin, MONDAY + HOUR)
    say(case, admin, MONDAY + 2 * HOUR)
    actions.reopen(case=case, reason="", by=admin, at=MONDAY + 3 * HOUR)
    draft = answering.draft(
        case=case, message=case.messages.filter(ours=False).last(), text="Itu saja.", kind="final", by=admin,
        at=MONDAY + 4 * HOUR,
    )  # fmt: skip
    with pytest.raises(Refused):
        answering.submit(reply=draft, by=admin, at=MONDAY + 4 * HOUR)
    Reply.objects.filter(pk=draft.pk).update(kind="answer")
    draft.refresh_from_db()
    arrive(answering.submit(reply=draft, by=admin, at=MONDAY + 5 * HOUR), admin, MONDAY + 5 * HOUR)
    case.refresh_from_db()
    assert (case.state, case.settled_at, case.rests_until) == ("scheduled", None, None)


def test_an_older_answer_does_not_tell_of_a_promise_that_came_after_it(case: Case, admin: Person) -> None:
    older = answering.submit(
        reply=answering.draft(case=case, message=case.messages.get(), text="Kami cek.", by=admin, at=MONDAY),
        by=admin, at=MONDAY,
    )  # fmt: skip
    promised(case, admin, MONDAY + HOUR)
    arrive(older, admin, MONDAY + 2 * HOUR)
    case.refresh_from_db()
    assert (case.state, deadline(case.rank) is None) == ("scheduled", False)
    say(case, admin, MONDAY + 3 * HOUR)
    assert deadline(case.rank) is None


def test_what_a_citizen_was_to_be_told_gives_way_when_they_write_again(
    case: Case, admin: Person, site: Channel
) -> None:
    say(case, admin, MONDAY + HOUR)
    closing.finish(case=case, text="Sudah", photos=[], url=ADDRESS, by=admin, at=MONDAY + 2 * HOUR)
    assert Reply.objects.filter(state="draft").count() == 1
    again = heard("belum, masih bolong", "2", at=MONDAY + 3 * HOUR, parent="1")
    receive([again], channel=site, at=MONDAY + 3 * HOUR, understand=understanding())
    case.refresh_from_db()
    assert (case.state, case.reopened, Reply.objects.filter(state="draft").count()) == ("routed", 1, 0)


def test_thanks_open_a_case_again_but_do_not_count_against_the_answer(
    case: Case, admin: Person, site: Channel, government: Government
) -> None:
    say(case, admin, MONDAY + HOUR)
    span = (MONDAY - DAY, MONDAY + DAY)
    assert kept(admin, span) == [(1, 1)]
    for n, (text, times) in enumerate((("makasih min 🙏", 0), ("tapi masih rusak", 1)), start=2):
        one = heard(text, str(n), at=MONDAY + n * HOUR, parent="1")
        receive([one], channel=site, at=MONDAY + n * HOUR, understand=understanding())
        case.refresh_from_db()
        assert (case.state, case.reopened) == ("routed", times)
        say(case, admin, MONDAY + n * HOUR + HOUR / 2, text=f"Baik {n}")
    assert kept(admin, span) == [(0, 1)]


def test_a_pause_ends_when_what_it_waited_for_came_or_the_matter_is_settled(
    case: Case, admin: Person, site: Channel
) -> None:
    pausing.pause(case=case, reason="citizen", note="", by=admin, at=MONDAY + HOUR)
    one = heard("ini fotonya", "2", at=MONDAY + 2 * HOUR, parent="1")
    receive([one], channel=site, at=MONDAY + 2 * HOUR, understand=understanding())
    assert case.pauses.get().until == MONDAY + 2 * HOUR
    pausing.pause(case=case, reason="body", note="", by=admin, at=MONDAY + 3 * HOUR)
    with pytest.raises(Refused):
        pausing.pause(case=case, reason="body", note="", by=admin, at=MONDAY + 3 * HOUR)
    closing.finish(case=case, text="Sudah", photos=[], url=ADDRESS, by=admin, at=MONDAY + 4 * HOUR)
    assert case.pauses.filter(until=None).count() == 0
    with pytest.raises(Refused):
        pausing.resume(case=case, by=admin, at=MONDAY + 5 * HOUR)


def test_a_look_in_the_field_gives_more_time_for_settling_and_none_for_answering(
    case: Case, admin: Person
) -> None:
    before = (case.due_at, case.settle_by)
    pausing.look_in_field(case=case, needed=True, by=admin, at=MONDAY + HOUR)
    assert case.due_at == before[0] and case.settle_by > before[1]
    pausing.look_in_field(case=case, needed=True, by=admin, at=MONDAY + HOUR)
    pausing.look_in_field(case=case, needed=False, by=admin, at=MONDAY + HOUR)
    assert (case.due_at, case.settle_by) == before
    assert trail("case", case.pk).filter(kind="case.field_check").count() == 2


def test_a_promise_that_is_put_off_stays_and_another_stands_in_its_place(case: Case, admin: Person) -> None:
    first = promised(case, admin, MONDAY + HOUR)
    say(case, admin, MONDAY + 2 * HOUR)
    promising.put_off(
        case=case, what="Ditambal", until=date(2026, 5, 30), budget_year=2026, who="UPTD", why="Hujan.",
        by=admin, at=MONDAY + 3 * HOUR,
    )  # fmt: skip
    first.refresh_from_db()
    assert (first.state, first.why, first.until) == ("moved", "Hujan.", date(2026, 4, 30))
    assert promising.open_promise(case).until == date(2026, 5, 30)  # type: ignore[union-attr]
    assert deadline(case.rank) is not None  # the citizen waits to be told of the new day
    assert "Sebabnya: Hujan." in Reply.objects.get(state="draft").text


@pytest.mark.parametrize(
    ("what", "until"),
    [("", date(2026, 4, 1)), ("Ditambal", date(2026, 3, 15)), ("Ditambal", date(2040, 1, 1)),
     ("Hubungi 081234567890", date(2026, 4, 1))],
)  # fmt: skip
def test_a_promise_says_something_for_a_day_to_come_and_holds_no_personal_data(
    case: Case, admin: Person, what: str, until: date
) -> None:
    with pytest.raises(Refused):
        promising.promise(case=case, what=what, until=until, budget_year=None, who="", by=admin, at=MONDAY)
    assert (Promise.objects.count(), Case.objects.get().state) == (0, "new")
