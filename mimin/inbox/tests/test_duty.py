"""The roster of a unit: who has which shift, handing over, what may be answered alone, and whom a page shows it to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mimin.evidence.models import Facts
from mimin.inbox import answering, duty
from mimin.inbox.models import Case, Duty
from mimin.inbox.roster import Shift, shift_of
from mimin.lib.moving import Refused
from mimin.outbox.models import Delivery
from mimin.people.actions import add_person, give_role, suspend
from mimin.people.models import Person, Unit
from mimin.people.rules import RoleKind
from mimin.policy.actions import set_value
from mimin.policy.queries import calendar
from tests.made import BY, MONDAY, Government, channel, person
from tests.scene import opened

pytestmark = pytest.mark.django_db

WIB = ZoneInfo("Asia/Jakarta")
HOUR = timedelta(hours=1)
EVENING = datetime(2026, 3, 16, 16, 0, tzinfo=WIB)
"""Monday 16 March 2026, when the offices close."""
NIGHT = Shift(EVENING, datetime(2026, 3, 17, 7, 30, tzinfo=WIB))
NEXT = Shift(datetime(2026, 3, 17, 16, 0, tzinfo=WIB), datetime(2026, 3, 18, 7, 30, tzinfo=WIB))


@pytest.fixture
def night(government: Government) -> Person:
    """On duty for the whole government."""
    return person("piket.malam", "Petugas piket malam", government.root, RoleKind.DUTY)


def planned(unit: Unit, who: Person, *shifts: Shift, by: Person, at: datetime = MONDAY) -> list[Duty]:
    duty.plan(unit=unit, wanted=dict.fromkeys(shifts or (NIGHT,), who), by=by, at=at)
    return list(Duty.objects.filter(unit=unit, person=who).select_related("person", "unit"))


def kinds() -> list[str]:
    return list(
        Facts.objects.filter(kind__startswith="duty.").order_by("record_id").values_list("kind", flat=True)
    )


# --- Who is on duty ---


def test_a_roster_holds_for_its_unit_and_all_below_it(government: Government, night: Person) -> None:
    planned(government.root, night, by=government.person("koordinator"))
    for unit in (government.root, government.pupr, government.marga):
        found = duty.on_duty(unit, EVENING + HOUR)
        assert found is not None and (found.person, found.unit) == (night, government.root)


def test_the_nearest_roster_wins(government: Government, night: Person) -> None:
    coordinator, own = government.person("koordinator"), government.person("admin.pupr")
    planned(government.root, night, by=coordinator)
    planned(government.pupr, own, by=coordinator)
    who = {unit.pk: duty.on_duty(unit, EVENING) for unit in (government.marga, government.dukcapil)}
    assert [found and found.person for found in who.values()] == [own, night]


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-03-16 15:59:59", False),
        ("2026-03-16 16:00:00", True),
        ("2026-03-17 00:00:00", True),
        ("2026-03-17 07:29:59", True),
        ("2026-03-17 07:30:00", False),
        ("2026-03-17 16:00:00", False),
    ],
)
def test_somebody_is_on_duty_from_the_first_to_the_last_second(
    government: Government, night: Person, moment: str, there: bool
) -> None:
    planned(government.root, night, by=government.person("koordinator"))
    at = datetime.fromisoformat(moment).replace(tzinfo=WIB).astimezone(UTC)
    assert (duty.on_duty(government.pupr, at) is not None) is there


def test_a_new_year_is_one_unbroken_duty(government: Government, night: Person) -> None:
    office, coordinator = calendar(government.root), government.person("koordinator")
    days = [datetime(2025, 12, 31).date(), datetime(2026, 1, 1).date()]
    last, first = (shift for day in days if (shift := shift_of(day, office)))
    planned(government.root, night, last, first, by=coordinator, at=datetime(2025, 12, 1, tzinfo=WIB))
    seconds = (datetime(2025, 12, 31, 23, 59, 59), datetime(2026, 1, 1), datetime(2026, 1, 1, 7, 30))
    found = [duty.on_duty(government.root, second.replace(tzinfo=WIB)) for second in seconds]
    assert [row and row.starts_at for row in found] == [last.starts_at, last.starts_at, first.starts_at]


def test_a_suspended_person_is_on_duty_no_more(government: Government, night: Person) -> None:
    planned(government.root, night, by=government.person("koordinator"))
    suspend(person=night, by=BY, at=MONDAY)
    assert duty.on_duty(government.root, EVENING) is None


# --- Planning ---


def test_planning_is_recorded_and_the_same_plan_twice_changes_nothing(
    government: Government, night: Person
) -> None:
    coordinator = government.person("koordinator")
    wanted = {NIGHT: night, NEXT: None}
    counts = [duty.plan(unit=government.root, wanted=wanted, by=coordinator, at=MONDAY) for _n in range(2)]
    assert (counts, kinds(), Duty.objects.count()) == ([1, 0], ["duty.planned"], 1)


def test_another_person_takes_a_shift_and_it_is_handed_over_anew(
    government: Government, night: Person
) -> None:
    coordinator = government.person("koordinator")
    (row,) = planned(government.root, night, by=coordinator)
    duty.take_over(duty=row, by=night, at=EVENING)
    duty.plan(unit=government.root, wanted={NIGHT: coordinator}, by=coordinator, at=EVENING + HOUR)
    row = Duty.objects.get()
    assert (row.person, row.taken_at, row.handed_at) == (coordinator, None, None)


def test_what_has_ended_stays_as_it_was(government: Government, night: Person) -> None:
    coordinator = government.person("koordinator")
    planned(government.root, night, by=coordinator)
    later = NIGHT.ends_at
    assert duty.plan(unit=government.root, wanted={NIGHT: coordinator}, by=coordinator, at=later) == 0
    assert Duty.objects.get().person == night


def test_shifts_that_overlap_are_refused_and_nothing_is_kept(government: Government, night: Person) -> None:
    coordinator = government.person("koordinator")
    planned(government.root, night, by=coordinator)
    across = Shift(NIGHT.ends_at - HOUR, NIGHT.ends_at + HOUR)
    with pytest.raises(Refused, match="Petugas piket malam"):
        duty.plan(unit=government.root, wanted={across: coordinator}, by=coordinator, at=MONDAY)
    assert [(row.starts_at, row.person) for row in Duty.objects.all()] == [(NIGHT.starts_at, night)]


def test_one_shift_gives_way_to_another_of_the_same_beginning(government: Government, night: Person) -> None:
    coordinator = government.person("koordinator")
    planned(government.root, night, by=coordinator)
    short = Shift(NIGHT.starts_at, NIGHT.ends_at - HOUR)
    duty.plan(unit=government.root, wanted={short: night, NIGHT: None}, by=coordinator, at=MONDAY)
    assert Duty.objects.get().ends_at == short.ends_at


def test_who_may_not_answer_cannot_be_put_on_the_roster(government: Government) -> None:
    coordinator, reader = government.person("koordinator"), government.person("pimpinan")
    with pytest.raises(Refused, match="Pimpinan"):
        duty.plan(unit=government.root, wanted={NIGHT: reader}, by=coordinator, at=MONDAY)
    names = {one.username for one in duty.candidates(government.marga)}
    assert names == {"koordinator", "sekda", "admin.pupr", "kepala.pupr", "admin.marga"}


def test_nobody_is_on_duty_for_five_days(government: Government, night: Person) -> None:
    long = Shift(EVENING, EVENING + timedelta(days=5))
    with pytest.raises(Refused, match=r"16 Mar 2026 16\.00"):
        duty.plan(unit=government.root, wanted={long: night}, by=government.person("koordinator"), at=MONDAY)


# --- Handing over ---


def test_both_confirm_and_until_then_it_shows(government: Government, night: Person) -> None:
    coordinator = government.person("koordinator")
    planned(government.root, coordinator, by=coordinator)
    (row,) = planned(government.root, night, NEXT, by=coordinator)
    steps = [duty.confirmed(row)]
    duty.hand_over(duty=row, by=coordinator, at=NEXT.starts_at - HOUR)
    steps.append(duty.confirmed(row))
    duty.take_over(duty=row, by=night, at=NEXT.starts_at, reach="HT kanal 3")
    assert ([*steps, duty.confirmed(row)], row.handed_by) == ([False, False, True], coordinator.label)
    assert (duty.reached(row), duty.last_reach(night)) == ("HT kanal 3", "HT kanal 3")
    assert kinds()[-2:] == ["duty.handed_over", "duty.taken_over"]


def test_confirming_twice_is_once(government: Government, night: Person) -> None:
    (row,) = planned(government.root, night, by=government.person("koordinator"))
    for _tap in range(2):
        duty.take_over(duty=row, by=night, at=EVENING + HOUR)
    assert (Duty.objects.get().taken_at, kinds().count("duty.taken_over")) == (EVENING + HOUR, 1)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-03-16 03:59", False),
        ("2026-03-16 04:00", True),
        ("2026-03-16 23:59", True),
        ("2026-03-17 00:00", True),
        ("2026-03-17 07:29", True),
        ("2026-03-17 07:30", False),
    ],
)
def test_a_shift_is_taken_over_from_twelve_hours_before_until_it_ends(
    government: Government, night: Person, moment: str, allowed: bool
) -> None:
    (row,) = planned(government.root, night, by=government.person("koordinator"))
    at = datetime.fromisoformat(moment).replace(tzinfo=WIB)
    if allowed:
        assert duty.take_over(duty=row, by=night, at=at).taken_at == at
        return
    with pytest.raises(Refused):
        duty.take_over(duty=row, by=night, at=at)
    assert Duty.objects.get().taken_at is None


def test_only_its_person_takes_a_shift_over(government: Government, night: Person) -> None:
    (row,) = planned(government.root, night, by=government.person("koordinator"))
    with pytest.raises(Refused, match="Petugas piket malam"):
        duty.take_over(duty=row, by=government.person("koordinator"), at=EVENING)


def test_who_had_the_shift_before_hands_it_over_and_no_stranger(
    government: Government, night: Person
) -> None:
    coordinator = government.person("koordinator")
    planned(government.pupr, government.person("admin.pupr"), by=coordinator)
    (row,) = planned(government.pupr, government.person("kepala.pupr"), NEXT, by=coordinator)
    may = {name: duty.may_hand_over(government.person(name), row) for name in (*government.people,)}
    assert {name for name, yes in may.items() if yes} == {"koordinator", "admin.pupr"}  # the head has it next
    assert duty.may_hand_over(night, row) is False
    with pytest.raises(Refused):
        duty.hand_over(duty=row, by=night, at=NEXT.starts_at)


# --- What may be answered alone ---


def answered_by(government: Government, who: Person, at: datetime, text: str) -> str:
    case = opened(channel(government.pupr), text)
    message = case.messages.get()
    reply = answering.draft(case=case, message=message, text="Petugas meluncur.", by=who, at=at)
    return answering.submit(reply=reply, by=who, at=at).state


FIRE = "tolong ada kebakaran di gudang sebelah pasar"
HOLE = "jalan depan pasar bolong sudah dua bulan"


@pytest.mark.parametrize(
    ("allowed", "text", "hour", "state"),
    [
        ([], FIRE, 1, "submitted"),
        (["urgent"], FIRE, 1, "leaving"),
        (["urgent"], FIRE, -1, "submitted"),  # not on duty yet
        (["urgent"], HOLE, 1, "submitted"),
        (["pengaduan"], HOLE, 1, "leaving"),
        (["permintaan_informasi"], HOLE, 1, "submitted"),
    ],
)
def test_on_duty_one_answers_alone_what_the_policy_names(
    government: Government, night: Person, allowed: list[str], text: str, hour: int, state: str
) -> None:
    for key, value in (("case.approval", True), ("duty.may_answer_unapproved", allowed)):
        set_value(key=key, unit=government.root, value=value, valid_from=MONDAY.date(), by=BY, at=MONDAY)
    planned(government.root, night, by=government.person("koordinator"))
    assert answered_by(government, night, EVENING + hour * HOUR, text) == state


def test_who_is_not_on_duty_needs_approval_as_ever(government: Government, night: Person) -> None:
    for key, value in (("case.approval", True), ("duty.may_answer_unapproved", ["urgent"])):
        set_value(key=key, unit=government.root, value=value, valid_from=MONDAY.date(), by=BY, at=MONDAY)
    planned(government.root, night, by=government.person("koordinator"))
    assert answered_by(government, government.person("admin.pupr"), EVENING, FIRE) == "submitted"
    assert Delivery.objects.count() == 0


# --- Who sees which roster ---


def test_a_roster_is_seen_by_the_people_of_its_unit_those_above_and_those_below(
    government: Government, night: Person
) -> None:
    coordinator = government.person("koordinator")
    (row,) = planned(government.pupr, government.person("admin.pupr"), by=coordinator)
    seen = {
        name
        for name in government.people
        if duty.shifts_for(government.person(name)).filter(pk=row.pk).exists()
    }
    assert {"koordinator", "admin.pupr", "kepala.pupr", "admin.marga"} <= seen
    assert seen & {"admin.dukcapil", "inspektur", "tanpa.peran"} == set()


def test_a_case_is_no_part_of_a_roster(government: Government, night: Person) -> None:
    """Being on duty opens nothing that the role does not open."""
    stranger = add_person(username="orang.lain", label="Orang lain", password=None, by=BY, at=MONDAY)
    give_role(
        person=stranger, unit=government.dukcapil, kind=RoleKind.DUTY, since=MONDAY.date(), by=BY, at=MONDAY
    )
    Duty.objects.create(
        unit=government.pupr, person=stranger, starts_at=NIGHT.starts_at, ends_at=NIGHT.ends_at
    )
    case = opened(channel(government.pupr), HOLE)
    from mimin.inbox.danger import may_see, to_tell

    assert (may_see(stranger, case), Case.objects.count()) == (False, 1)
    assert stranger not in to_tell(case, 0, EVENING)
