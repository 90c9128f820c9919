"""The verbs of the inbox: what each does, from which state it is refused, and what it leaves in the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from mimin.evidence.queries import trail
from mimin.inbox import actions, queries
from mimin.inbox.models import Case, CaseUnit, Note, Transfer
from mimin.inbox.states import CASE
from mimin.lib.moving import Refused
from mimin.people.models import Unit
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


def put(case: Case, state: str) -> Case:
    Case.objects.filter(pk=case.pk).update(state=state)
    CaseUnit.objects.filter(case=case).update(state=state)
    case.refresh_from_db()
    return case


def pass_on(case: Case, to: Unit, by: Any, at: datetime = AT) -> Case:
    return actions.transfer(case=case, to=to, reason="Urusannya", by=by, at=at)


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
    assert (case.state, case.outside, kinds(case)) == ("referred", "PLN", ["case.referred"])
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
    assert ("case.answer" in helper.rights, informed.rights) == (True, frozenset())
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
    "close": lambda c, p, g: actions.close(case=c, by=p, at=AT),
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
    assert AT.isoformat(timespec="minutes") in str(refused.value)


def test_a_case_reopened_has_a_new_promise_and_keeps_when_it_was_first_answered(case: Case, by) -> None:
    Case.objects.update(answered_at=MONDAY, closed_at=MONDAY)
    actions.reopen(case=put(case, "closed"), reason="Rusak lagi", by=by("koordinator"), at=AT)
    assert (case.closed_at, case.answered_at, case.due_at > AT) == (None, MONDAY, True)
    assert [note.text for note in Note.objects.all()] == ["Rusak lagi"]
