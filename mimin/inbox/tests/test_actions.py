"""The verbs of the inbox: what each does, from which state it is refused, and what it leaves in the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mimin.evidence.queries import trail
from mimin.inbox import actions, closing, promising, queries
from mimin.inbox.models import Case, CaseUnit, Note, Transfer
from mimin.inbox.rules import HELPS, deadline, rank
from mimin.inbox.states import CASE
from mimin.inbox.terms import terms_of
from mimin.lib.moving import Refused
from mimin.people.models import Person, Role, Unit
from mimin.people.rules import Secrecy
from mimin.policy.actions import set_value
from mimin.policy.queries import forget
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


def put(case: Case, state: str) -> Case:
    place = rank(state, case.due_at, AT)
    Case.objects.filter(pk=case.pk).update(state=state, rank=place)
    CaseUnit.objects.filter(case=case).update(state=state, rank=place)
    case.refresh_from_db()
    return case


def pass_on(case: Case, to: Unit, by: Any, at: datetime = AT) -> Case:
    return actions.transfer(case=case, to=to, reason="Urusannya", by=by, at=at)


def keep(case: Case, secrecy: Secrecy, by: Any, concerns: Unit | None = None) -> Case:
    return actions.keep(case=case, secrecy=secrecy, concerns=concerns, reason="Staf", by=by, at=AT)


def sees(person: Person, case: Case) -> bool:
    return Case.objects.filter(queries.seen(person), pk=case.pk).exists()


def parts(case: Case) -> dict[str, str]:
    return {part.unit.short: part.part for part in CaseUnit.objects.filter(case=case).select_related("unit")}


def kinds(case: Case) -> list[str]:
    """What the trail tells, oldest first, without the coming in."""
    return [fact.kind for fact in reversed(trail("case", case.pk))][1:]


# Passing on


def test_a_case_passed_on_is_held_by_its_new_unit_and_its_trail_stays(
    government: Government, case: Case, by
) -> None:
    pass_on(case, government.pupr, by("koordinator"))
    case.refresh_from_db()
    assert (case.state, case.lead, case.state_by) == ("routed", government.pupr, "Koordinator Diskominfo")
    assert parts(case) == {"Diskominfo": "former", "Dinas PUPR": "lead"}
    (done,) = Transfer.objects.all()
    assert (done.kind, done.was, done.to, done.reason) == (
        "unit", government.kominfo, government.pupr, "Urusannya",
    )  # fmt: skip
    assert kinds(case) == ["case.transferred"]
    assert trail("case", case.pk)[0].details == {
        "from": government.kominfo.pk,
        "to": government.pupr.pk,
        "to_name": government.pupr.name,
    }


def test_the_unit_of_a_new_case_may_be_confirmed(government: Government, case: Case, by) -> None:
    pass_on(case, government.kominfo, by("koordinator"))
    assert (case.state, parts(case)) == ("routed", {"Diskominfo": "lead"})


def test_a_case_is_not_passed_to_the_unit_that_holds_it(government: Government, case: Case, by) -> None:
    pass_on(case, government.pupr, by("koordinator"))
    with pytest.raises(Refused, match="Pekerjaan Umum"):
        pass_on(case, government.pupr, by("koordinator"))


def test_a_case_is_not_passed_to_a_unit_that_has_ended(government: Government, case: Case, by) -> None:
    Unit.objects.filter(pk=government.dukcapil.pk).update(active=False)
    with pytest.raises(Refused):
        pass_on(case, Unit.objects.get(pk=government.dukcapil.pk), by("koordinator"))
    assert parts(case) == {"Diskominfo": "lead"}


def test_a_case_that_comes_back_round_knows_every_unit_it_was_at(
    government: Government, case: Case, by
) -> None:
    for step, to in enumerate((government.pupr, government.dukcapil, government.pupr)):
        pass_on(case, to, by("koordinator"), AT + timedelta(minutes=step))
    assert parts(case) == {"Diskominfo": "former", "Dinas PUPR": "lead", "Dukcapil": "former"}
    assert [t.to.short for t in Transfer.objects.order_by("pk")] == ["Dinas PUPR", "Dukcapil", "Dinas PUPR"]


def test_a_case_handed_back_returns_to_where_it_came_from(government: Government, case: Case, by) -> None:
    pass_on(case, government.pupr, by("koordinator"))
    pass_on(case, government.dukcapil, by("admin.pupr"), AT + timedelta(minutes=1))
    actions.hand_back(
        case=case, reason="Bukan urusan KTP", by=by("admin.dukcapil"), at=AT + timedelta(minutes=2)
    )
    case.refresh_from_db()
    assert (case.state, case.lead) == ("new", government.pupr)
    assert parts(case) == {"Diskominfo": "former", "Dinas PUPR": "lead", "Dukcapil": "former"}
    assert kinds(case) == ["case.transferred", "case.transferred", "case.returned"]
    assert Transfer.objects.first().reason == "Bukan urusan KTP"


def test_a_case_that_the_machine_routed_is_handed_back_to_its_channel(government: Government, by) -> None:
    set_value(
        key="case.auto_route", unit=government.root, value=50, valid_from=MONDAY.date(), by=BY, at=MONDAY
    )
    case = opened(channel(government.kominfo), "untuk Dinas PUPR: jalan kabupaten rusak")
    assert (case.state, case.lead) == ("routed", government.pupr)
    actions.hand_back(case=case, reason="Jalan provinsi", by=by("admin.pupr"), at=AT)
    assert (case.state, case.lead) == ("new", government.kominfo)


def test_a_case_is_handed_back_only_with_a_reason(government: Government, case: Case, by) -> None:
    pass_on(case, government.pupr, by("koordinator"))
    with pytest.raises(Refused):
        actions.hand_back(case=case, reason="  ", by=by("admin.pupr"), at=AT)
    assert case.lead == government.pupr


def test_what_is_not_ours_names_whose_it_is(government: Government, case: Case, by) -> None:
    actions.refer(case=case, outside="PLN", reason="Tiang listrik", by=by("koordinator"), at=AT)
    case.refresh_from_db()
    assert (case.state, case.outside, kinds(case)) == ("referred", "PLN", ["case.referred", "reply.drafted"])
    with pytest.raises(Refused):
        actions.refer(case=put(case, "new"), outside=" ", reason="", by=by("koordinator"), at=AT)


def test_a_helper_and_an_informed_unit_see_the_case_and_the_lead_stays(
    government: Government, case: Case, by
) -> None:
    actions.involve(case=case, unit=government.pupr, part="helper", by=by("koordinator"), at=AT)
    actions.involve(case=case, unit=government.dukcapil, part="informed", by=by("koordinator"), at=AT)
    assert parts(case) == {"Diskominfo": "lead", "Dinas PUPR": "helper", "Dukcapil": "informed"}
    assert queries.find_case(by("admin.pupr"), case.pk) == queries.find_case(by("admin.dukcapil"), case.pk)
    helper, informed = (queries.standing(by(name), case) for name in ("admin.pupr", "admin.dukcapil"))
    assert (helper.rights, informed.rights) == (HELPS, frozenset())
    for unit, part in (
        (government.kominfo, "helper"),
        (government.pupr, "lead"),
        (government.pupr, "former"),
    ):
        with pytest.raises(Refused):
            actions.involve(case=case, unit=unit, part=part, by=by("koordinator"), at=AT)


# Every move from every state

VERBS: dict[str, Callable[[Case, Any, Government], object]] = {
    "route": lambda c, p, g: pass_on(c, g.dukcapil, p),
    "return": lambda c, p, g: actions.hand_back(case=c, reason="Salah", by=p, at=AT),
    "refer": lambda c, p, g: actions.refer(case=c, outside="PLN", reason="", by=p, at=AT),
    "schedule": lambda c, p, g: promising.promise(
        case=c, what="Ditambal", until=date(2026, 4, 1), budget_year=None, who="", by=p, at=AT
    ),
    "finish": lambda c, p, g: closing.finish(
        case=c, text="Sudah", photos=[], url="https://contohkab.go.id/1", by=p, at=AT
    ),
    "close": lambda c, p, g: closing.close(
        case=c,
        because={"done": "solved", "referred": "told"}.get(c.state, "withdrawn"),
        reason="x",
        by=p,
        at=AT,
    ),
    "dismiss": lambda c, p, g: actions.dismiss(case=c, reason="Uji", by=p, at=AT),
    "reopen": lambda c, p, g: actions.reopen(case=c, reason="Lagi", by=p, at=AT),
}


@pytest.mark.parametrize("state", CASE.states)
@pytest.mark.parametrize("verb", VERBS)
def test_a_move_is_made_from_its_states_and_refused_from_all_others(
    government: Government, case: Case, by, verb: str, state: str
) -> None:
    put(case, state)
    if state in CASE.moves[verb].sources:
        VERBS[verb](case, by("koordinator"), government)
        case.refresh_from_db()
        assert case.state == CASE.moves[verb].to
        assert set(CaseUnit.objects.values_list("state", "rank")) == {(case.state, case.rank)}
        return
    with pytest.raises(Refused):
        VERBS[verb](case, by("koordinator"), government)
    case.refresh_from_db()
    assert (case.state, kinds(case), Transfer.objects.count(), Note.objects.count()) == (state, [], 0, 0)


def test_a_refusal_says_who_was_first_and_when(government: Government, case: Case, by) -> None:
    stale = Case.objects.get(pk=case.pk)
    actions.dismiss(case=case, reason="Uji", by=by("sekda"), at=AT)
    with pytest.raises(Refused) as refused:
        pass_on(stale, government.pupr, by("koordinator"))
    assert "Sekretaris Daerah" in str(refused.value)
    assert "16 Mar 2026 11.00 WIB" in str(refused.value)


# Promises


def test_a_case_reopened_has_a_new_promise_and_keeps_the_first_one_and_its_answer(case: Case, by) -> None:
    first = case.due_at
    Case.objects.update(answered_at=MONDAY, closed_at=MONDAY)
    actions.reopen(case=put(case, "closed"), reason="Rusak lagi", by=by("koordinator"), at=AT)
    assert (case.closed_at, case.answered_at, case.due_at) == (None, MONDAY, first)
    assert deadline(case.rank) == terms_of(case.lead).deadline(AT, "biasa")
    assert [note.text for note in Note.objects.all()] == ["Rusak lagi"]


def test_setting_a_case_aside_and_taking_it_up_again_does_not_better_its_first_promise(
    case: Case, by
) -> None:
    first = case.due_at
    actions.dismiss(case=case, reason="Uji", by=by("koordinator"), at=AT)
    actions.reopen(case=case, reason="Keliru", by=by("koordinator"), at=AT)
    case.refresh_from_db()
    assert (case.due_at, deadline(case.rank) > AT) == (first, True)


def test_a_case_passed_on_keeps_its_promise_and_one_that_was_answered_begins_a_new_one(
    government: Government, case: Case, by
) -> None:
    waits_until = deadline(case.rank)
    pass_on(case, government.pupr, by("koordinator"))
    assert deadline(case.rank) == waits_until
    Case.objects.update(answered_at=AT)
    case = put(case, "answered")
    pass_on(case, government.dukcapil, by("koordinator"), AT + timedelta(days=30))
    assert deadline(case.rank) == terms_of(government.dukcapil).deadline(AT + timedelta(days=30), "biasa")


def test_a_reopened_case_that_moves_on_keeps_its_new_promise(government: Government, case: Case, by) -> None:
    later = AT + timedelta(days=40)
    actions.reopen(case=put(case, "closed"), reason="", by=by("koordinator"), at=later)
    promised = deadline(case.rank)
    pass_on(case, government.pupr, by("koordinator"), later + timedelta(hours=1))
    actions.hand_back(case=case, reason="Salah", by=by("koordinator"), at=later + timedelta(hours=2))
    assert (deadline(case.rank), promised > later) == (promised, True)


# Who may read it


def test_where_there_is_no_inspectorate_the_sekda_oversees(government: Government, case: Case, by) -> None:
    Unit.objects.filter(pk=government.inspectorate.pk).update(active=False)
    forget()
    keep(case, Secrecy.OVERSIGHT, by("koordinator"))
    assert (case.secrecy, case.lead) == (Secrecy.OVERSIGHT_SEKDA, government.root)
    assert [name for name in government.people if sees(by(name), case)] == ["sekda"]


def test_what_names_the_inspectorate_is_not_given_to_the_inspectorate(
    government: Government, case: Case, by
) -> None:
    keep(case, Secrecy.OVERSIGHT, by("koordinator"), concerns=government.inspectorate)
    assert (case.secrecy, case.lead) == (Secrecy.OVERSIGHT_SEKDA, government.root)


@pytest.mark.parametrize(
    ("secrecy", "gone", "role"),
    [
        (Secrecy.OVERSIGHT, "inspektur", "Inspektur"),
        (Secrecy.OVERSIGHT_SEKDA, "sekda", "Sekretaris daerah"),
    ],
)
def test_a_case_is_not_kept_where_nobody_could_read_it_and_it_is_said_who_can_mend_that(
    government: Government, case: Case, by, secrecy: Secrecy, gone: str, role: str
) -> None:
    Role.objects.filter(person=by(gone)).update(until=date(2026, 1, 1))
    with pytest.raises(Refused) as refused:
        keep(case, secrecy, by("koordinator"))
    assert role in str(refused.value) and "koordinator" in str(refused.value)
    assert (Case.objects.get().secrecy, Case.objects.get().lead) == (Secrecy.OPEN, government.kominfo)
    assert kinds(case) == []


def test_a_suspended_inspector_reads_nothing(government: Government, case: Case, by) -> None:
    Person.objects.filter(username="inspektur").update(is_active=False)
    with pytest.raises(Refused):
        keep(case, Secrecy.OVERSIGHT, by("koordinator"))


def test_taking_a_case_into_oversight_says_who_did_and_since_when(case: Case, by) -> None:
    keep(case, Secrecy.OVERSIGHT, by("koordinator"))
    assert (case.state_by, case.state_since) == ("Koordinator Diskominfo", AT)


# Notes


def test_a_note_from_one_form_is_one_note(case: Case, by) -> None:
    first = actions.note(case=case, text="Sudah dicek", key="k1", by=by("koordinator"), at=AT)
    again = actions.note(case=case, text=" Sudah dicek ", key="k1", by=by("koordinator"), at=AT)
    assert (again.pk, Note.objects.count(), kinds(case)) == (first.pk, 1, ["case.noted"])


def test_other_words_or_another_form_are_another_note(case: Case, by) -> None:
    for key, text in (("k1", "Satu"), ("k1", "Dua"), ("k2", "Satu"), ("", "Satu"), ("", "Satu")):
        actions.note(case=case, text=text, key=key, by=by("koordinator"), at=AT)
    assert Note.objects.count() == 5
