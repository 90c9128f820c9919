"""The verbs of the tree and of people: the tree stays whole, and history stays with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimin.evidence.models import Facts
from mimin.lib.moving import Refused
from mimin.people import actions, tree
from mimin.people.models import Person, Role, Unit, UnitChange
from mimin.people.queries import held, people_along, people_within, sights, units_of
from mimin.people.rules import RoleKind
from mimin.registry.actions import inherit
from tests.made import BY, MONDAY, Government, person, unit

pytestmark = pytest.mark.django_db
FIRST = date(2020, 1, 1)


def whole() -> None:
    """The tree is whole: every path is the parent's path and the unit's own number."""
    for one in Unit.objects.select_related("parent"):
        assert one.path == f"{one.parent.path if one.parent else ''}{one.pk:06d}."


def merged(unit: Unit, into: Unit, **given: Any) -> Unit:
    """A merge; nobody goes on at the heir unless it is said."""
    told = {"basis": "", "staff": [], "inherit": inherit, "by": BY, "at": MONDAY, **given}
    return tree.merge_unit(unit=unit, into=into, **told)


def names(found: Unit) -> list[str]:
    return sorted(found.aliases.values_list("text", flat=True))


def test_a_second_root_is_refused(government: Government) -> None:
    with pytest.raises(Refused):
        unit(None, "Kota Lain", "Lain", "kabupaten")
    assert Unit.objects.filter(parent=None).count() == 1


def test_two_units_of_one_name_do_not_stand_side_by_side(government: Government) -> None:
    with pytest.raises(Refused):
        unit(government.pupr, "UPTD Bina Marga Wilayah Utara", "Lagi", "uptd")


def test_one_name_may_stand_in_two_departments(government: Government) -> None:
    for parent in (government.pupr, government.dukcapil):
        unit(parent, "UPTD Pelayanan", "Pelayanan", "uptd")
    assert Unit.objects.filter(name="UPTD Pelayanan").count() == 2
    whole()


def test_a_rename_keeps_both_old_names_as_aliases(government: Government) -> None:
    tree.rename_unit(
        unit=government.pupr, name="Dinas Bina Marga", short="DBM", basis="Perda 3/2026", by=BY, at=MONDAY
    )
    found = Unit.objects.get(pk=government.pupr.pk)
    assert (found.name, found.short) == ("Dinas Bina Marga", "DBM")
    assert names(found) == ["Dinas PUPR", "Dinas Pekerjaan Umum dan Penataan Ruang", "PUPR"]
    change = UnitChange.objects.get(unit=found)
    assert (change.kind, change.was, change.basis) == (
        "renamed", "Dinas Pekerjaan Umum dan Penataan Ruang", "Perda 3/2026",
    )  # fmt: skip


def test_the_name_that_a_unit_bears_is_no_new_name(government: Government) -> None:
    with pytest.raises(Refused):
        tree.rename_unit(
            unit=government.pupr,
            name=government.pupr.name,
            short=government.pupr.short,
            basis="",
            by=BY,
            at=MONDAY,
        )
    assert names(government.pupr) == ["PUPR"]


def test_a_move_takes_along_what_stands_below(government: Government) -> None:
    deep = unit(government.marga, "Pos Alat Berat", "Pos Alat", "uptd")
    tree.move_unit(unit=government.marga, parent=government.dukcapil, basis="", by=BY, at=MONDAY)
    whole()
    assert Unit.objects.get(pk=deep.pk).path.startswith(government.dukcapil.path)
    assert UnitChange.objects.get(unit=government.marga).was == government.pupr.name


def test_after_a_move_the_new_department_sees_the_unit_and_the_old_one_does_not(
    government: Government,
) -> None:
    tree.move_unit(unit=government.marga, parent=government.dukcapil, basis="", by=BY, at=MONDAY)
    seen = {
        who: [u.short for u in units_of(government.person(who))] for who in ("admin.pupr", "admin.dukcapil")
    }
    assert seen == {"admin.pupr": ["Dinas PUPR"], "admin.dukcapil": ["Dukcapil", "UPTD Bina Marga"]}


@pytest.mark.parametrize("parent", ["pupr", "marga"])
def test_a_unit_cannot_stand_below_itself(government: Government, parent: str) -> None:
    with pytest.raises(Refused):
        tree.move_unit(unit=government.pupr, parent=getattr(government, parent), basis="", by=BY, at=MONDAY)
    whole()


def test_a_move_to_where_it_stands_is_refused_and_leaves_no_history(government: Government) -> None:
    with pytest.raises(Refused):
        tree.move_unit(unit=government.marga, parent=government.pupr, basis="", by=BY, at=MONDAY)
    assert not UnitChange.objects.exists()


def test_a_merge_gives_the_heir_names_affairs_and_what_stood_below(government: Government) -> None:
    was = government.pupr
    merged(was, government.kominfo, basis="Perda 4/2026")
    heir = Unit.objects.get(pk=government.kominfo.pk)
    assert names(heir) == ["Dinas PUPR", "Dinas Pekerjaan Umum dan Penataan Ruang", "PUPR"]
    assert heir.affairs == ["kominfo", "pupr"]
    assert Unit.objects.get(pk=government.marga.pk).parent == heir
    whole()


def test_a_merged_unit_keeps_its_history_below_the_heir(government: Government) -> None:
    merged(government.pupr, government.kominfo)
    was = Unit.objects.get(pk=government.pupr.pk)
    assert (was.active, was.parent, was.path.startswith(government.kominfo.path)) == (
        False, government.kominfo, True,
    )  # fmt: skip
    change = UnitChange.objects.get(unit=was)
    assert (change.kind, change.other, change.was) == ("merged", government.kominfo, was.name)


def parts(unit: Unit) -> set[tuple[str, str]]:
    return set(Role.objects.filter(unit=unit).values_list("person__username", "kind"))


def test_a_merge_takes_along_the_parts_that_were_chosen_and_ends_the_others(government: Government) -> None:
    admin = Role.objects.get(person=government.people["admin.pupr"])
    merged(government.pupr, government.kominfo, staff=[admin])
    assert (parts(government.pupr), parts(government.kominfo)) == (set(), {("admin.pupr", "admin")})
    kinds = Facts.objects.filter(kind__startswith="role.").exclude(kind="role.given")
    assert sorted(kinds.values_list("kind", "subject_label")) == [
        ("role.ended", "Kepala Dinas PUPR"), ("role.moved", "Admin Dinas PUPR"),
    ]  # fmt: skip


def test_who_plays_the_part_at_the_heir_already_keeps_that_one(government: Government) -> None:
    admin = government.people["admin.pupr"]
    Role.objects.create(
        person=admin, unit=government.kominfo, kind="admin", since=FIRST, until=date(2099, 1, 1)
    )
    merged(government.pupr, government.kominfo, staff=list(Role.objects.filter(unit=government.pupr)))
    assert parts(government.kominfo) == {("admin.pupr", "admin"), ("kepala.pupr", "head")}
    assert Role.objects.get(person=admin).until == date(2099, 1, 1)


def test_a_part_that_was_over_stays_in_the_history_of_the_ended_unit(government: Government) -> None:
    Role.objects.filter(person=government.people["kepala.pupr"]).update(until=date(2021, 1, 1))
    merged(government.pupr, government.kominfo)
    assert parts(government.pupr) == {("kepala.pupr", "head")}


def test_nobody_takes_a_part_of_their_own_along(government: Government) -> None:
    role = Role.objects.get(person=government.people["kepala.pupr"])
    with pytest.raises(Refused):
        merged(government.pupr, government.kominfo, staff=[role], by=actions.actor(role.person))
    assert Unit.objects.get(pk=government.pupr.pk).active
    assert parts(government.pupr) == {("admin.pupr", "admin"), ("kepala.pupr", "head")}


def test_a_merge_hands_over_what_stands_above_in_the_same_act(government: Government) -> None:
    def fails(*_given: object) -> None:
        raise Refused("no")

    with pytest.raises(Refused):
        merged(government.pupr, government.kominfo, inherit=fails)
    assert Unit.objects.get(pk=government.pupr.pk).active
    assert not UnitChange.objects.exists()


def test_a_unit_that_has_ended_is_changed_no_more(government: Government) -> None:
    merged(government.marga, government.pupr)
    ended = {"unit": government.marga, "basis": "", "by": BY, "at": MONDAY}
    for attempt in (
        lambda: merged(government.marga, government.dukcapil),
        lambda: tree.move_unit(parent=government.dukcapil, **ended),
        lambda: tree.rename_unit(name="Lain", short="Lain", **ended),
        lambda: tree.move_unit(unit=government.dukcapil, parent=government.marga, basis="", by=BY, at=MONDAY),
    ):
        with pytest.raises(Refused):
            attempt()
    assert UnitChange.objects.count() == 1


@pytest.mark.parametrize("into", ["pupr", "marga"])
def test_a_unit_cannot_go_into_itself_or_below_itself(government: Government, into: str) -> None:
    with pytest.raises(Refused):
        merged(government.pupr, getattr(government, into))
    assert Unit.objects.get(pk=government.pupr.pk).active


def test_a_split_stands_beside_and_takes_its_affairs(government: Government) -> None:
    affair = government.pupr.affairs[0]
    made = tree.split_unit(
        unit=government.pupr,
        name="Dinas Penataan Ruang",
        short="DPR",
        affairs=[affair],
        basis="",
        by=BY,
        at=MONDAY,
    )
    assert (made.parent, made.affairs, made.kind) == (government.root, [affair], "opd")
    assert Unit.objects.get(pk=government.pupr.pk).affairs == []
    assert UnitChange.objects.get(kind="split").other == made
    whole()


def test_the_government_itself_is_not_split(government: Government) -> None:
    with pytest.raises(Refused):
        tree.split_unit(unit=government.root, name="X", short="X", affairs=[], basis="", by=BY, at=MONDAY)


def test_describing_a_unit_as_it_is_leaves_no_record(government: Government) -> None:
    same = {"aliases": ["PUPR"], "affairs": government.pupr.affairs, "zone": government.pupr.zone}
    actions.describe_unit(unit=government.pupr, **same, by=BY, at=MONDAY)
    assert not Facts.objects.filter(kind="unit.described").exists()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=6))
def test_the_tree_stays_whole_whatever_is_moved_and_merged(
    government: Government, moves: list[tuple[int, int, bool]]
) -> None:
    units = list(Unit.objects.order_by("pk"))
    for first, second, merge in moves:
        try:
            if merge:
                merged(units[first], units[second])
            else:
                tree.move_unit(unit=units[first], parent=units[second], basis="", by=BY, at=MONDAY)
        except Refused:
            continue
    whole()
    assert all(one.parent is None or one.parent.active for one in Unit.objects.filter(active=True))


# People


def test_a_user_name_is_taken_once(government: Government) -> None:
    with pytest.raises(Refused):
        actions.add_person(username="admin.pupr", label="Lain", password=None, by=BY, at=MONDAY)


def test_a_first_password_is_long_readable_and_never_the_same() -> None:
    made = {actions.new_password() for _try in range(200)}
    assert len(made) == 200
    assert {(len(one), one.count("-")) for one in made} == {(19, 3)}
    assert not set("".join(made)) & set("0O1lIi")


def test_an_auditors_part_has_an_end(government: Government) -> None:
    auditor, at = government.people["tanpa.peran"], {"since": FIRST, "by": BY, "at": MONDAY}
    with pytest.raises(Refused):
        actions.give_role(person=auditor, unit=government.root, kind=RoleKind.AUDITOR, **at)
    with pytest.raises(Refused):
        actions.give_role(
            person=auditor, unit=government.root, kind=RoleKind.AUDITOR, until=FIRST - timedelta(days=1), **at
        )
    assert held(auditor) == ()


def test_a_part_given_twice_is_one_part_with_the_newer_days(government: Government) -> None:
    other = government.people["tanpa.peran"]
    for until in (None, date(2099, 1, 1)):
        actions.give_role(
            person=other, unit=government.pupr, kind=RoleKind.DUTY, since=FIRST, until=until, by=BY, at=MONDAY
        )
    assert [role.until for role in other.roles.all()] == [date(2099, 1, 1)]


@pytest.mark.parametrize(
    ("since", "until", "in_force"),
    [
        (date(2020, 1, 1), None, True),
        (date(2020, 1, 1), date(2026, 3, 16), True),
        (date(2020, 1, 1), date(2026, 3, 15), False),
        (date(2026, 3, 16), None, True),
        (date(2026, 3, 17), None, False),
    ],
)
def test_a_part_holds_from_its_first_day_through_its_last(
    government: Government, since: date, until: date | None, in_force: bool
) -> None:
    other = government.people["tanpa.peran"]
    actions.give_role(
        person=other, unit=government.pupr, kind=RoleKind.DUTY, since=since, until=until, by=BY, at=MONDAY
    )
    assert bool(held(other, on=date(2026, 3, 16))) is in_force


def test_the_last_coordinator_is_neither_ended_nor_suspended(government: Government) -> None:
    chief = government.people["koordinator"]
    with pytest.raises(Refused):
        actions.end_role(role=chief.roles.get(), by=BY, at=MONDAY)
    with pytest.raises(Refused):
        actions.suspend(person=chief, by=BY, at=MONDAY)
    person("koordinator.dua", "Koordinator kedua", government.root, RoleKind.COORDINATOR)
    actions.suspend(person=chief, by=BY, at=MONDAY)
    assert not Person.objects.get(pk=chief.pk).is_active


def test_a_coordinator_whose_part_has_run_out_does_not_count(government: Government) -> None:
    person(
        "koordinator.dulu", "Koordinator dulu", government.root, RoleKind.COORDINATOR, until=date(2021, 1, 1)
    )
    with pytest.raises(Refused):
        actions.suspend(person=government.people["koordinator"], by=BY, at=MONDAY)


def test_a_coordinator_below_the_top_may_end(government: Government) -> None:
    other = person("koordinator.pupr", "Koordinator PUPR", government.pupr, RoleKind.COORDINATOR)
    actions.end_role(role=other.roles.get(), by=BY, at=MONDAY)
    assert not other.roles.exists()


def test_a_suspended_person_sees_nothing(government: Government) -> None:
    actions.suspend(person=government.people["admin.pupr"], by=BY, at=MONDAY)
    assert sights(government.person("admin.pupr")) == ()


def test_who_is_within_reach_and_who_stands_along(government: Government) -> None:
    within = people_within({government.pupr.path}).values_list("username", flat=True)
    along = people_along(government.marga).values_list("username", flat=True)
    assert sorted(within) == ["admin.marga", "admin.pupr", "kepala.pupr"]
    assert sorted(along) == [
        "admin.marga", "admin.pupr", "kepala.pupr", "koordinator", "sekda",
    ]  # fmt: skip


def test_a_coordinator_whose_part_begins_tomorrow_does_not_count(government: Government) -> None:
    chief, other = government.people["koordinator"], government.people["tanpa.peran"]
    actions.give_role(
        person=other, unit=government.root, kind=RoleKind.COORDINATOR, by=BY, at=MONDAY,
        since=timezone.localdate() + timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(Refused):
        actions.suspend(person=chief, by=BY, at=MONDAY)
    with pytest.raises(Refused):
        actions.end_role(role=chief.roles.get(), by=BY, at=MONDAY)


@pytest.mark.parametrize(
    ("since", "until"), [(FIRST, date(2021, 1, 1)), (FIRST, date(2098, 1, 1)), (date(2098, 1, 1), None)]
)
def test_the_last_coordinators_part_is_not_shortened_by_giving_it_anew(
    government: Government, since: date, until: date | None
) -> None:
    chief = government.people["koordinator"]
    given = {"person": chief, "unit": government.root, "kind": RoleKind.COORDINATOR, "by": BY, "at": MONDAY}
    with pytest.raises(Refused):
        actions.give_role(since=since, until=until, **given)
    assert chief.roles.get().until is None
    person("koordinator.dua", "Koordinator kedua", government.root, RoleKind.COORDINATOR)
    actions.give_role(since=since, until=until, **given)
    assert (chief.roles.get().since, chief.roles.get().until) == (since, until)


def test_a_coordinators_part_is_not_shortened_where_the_other_ends_sooner(government: Government) -> None:
    person("koordinator.dua", "Kedua", government.root, RoleKind.COORDINATOR, until=date(2090, 1, 1))
    with pytest.raises(Refused):
        actions.give_role(
            person=government.people["koordinator"], unit=government.root, kind=RoleKind.COORDINATOR,
            since=FIRST, until=date(2095, 1, 1), by=BY, at=MONDAY,
        )  # fmt: skip


def test_no_unit_takes_a_name_that_stands_beside_it(government: Government) -> None:
    told = {"basis": "", "by": BY, "at": MONDAY}
    twin = unit(government.dukcapil, government.marga.name, "Kembar", "uptd")
    other = unit(government.dukcapil, "UPTD Arsip", "Arsip", "uptd")
    for refused in (
        lambda: tree.rename_unit(unit=other, name=twin.name, short="Arsip", **told),
        lambda: tree.move_unit(unit=government.marga, parent=government.dukcapil, **told),
        lambda: merged(government.pupr, government.dukcapil),
    ):
        with pytest.raises(Refused):
            refused()
    tree.rename_unit(unit=twin, name=twin.name, short="Kembar 2", **told)
    assert not UnitChange.objects.exclude(kind="renamed").exists()
    whole()


@pytest.mark.parametrize("email", ["pupr@contoh.go.id", "PUPR@Contoh.go.id"])
def test_two_people_do_not_have_one_e_mail(government: Government, email: str) -> None:
    told = {"label": "Admin PUPR", "email": "pupr@contoh.go.id", "language": "id", "by": BY, "at": MONDAY}
    admin = actions.change_person(person=government.people["admin.pupr"], **told)
    actions.change_person(person=admin, **{**told, "label": "Admin Dinas PUPR"})
    other = government.people["admin.dukcapil"]
    with pytest.raises(Refused):
        actions.change_person(person=other, **{**told, "email": email})
    with pytest.raises(Refused):
        actions.add_person(username="baru", label="Baru", password=None, email=email, by=BY, at=MONDAY)
    assert Person.objects.filter(email__iexact=email).count() == 1


@pytest.mark.parametrize("days", [(date(2020, 1, 1), date(2021, 1, 1)), (date(2098, 1, 1), None)])
def test_who_does_not_work_there_today_runs_no_channel(
    government: Government, days: tuple[date, date | None]
) -> None:
    other = government.people["tanpa.peran"]
    actions.give_role(
        person=other,
        unit=government.pupr,
        kind=RoleKind.ADMIN,
        since=days[0],
        until=days[1],
        by=BY,
        at=MONDAY,
    )
    assert not people_along(government.pupr).filter(pk=other.pk).exists()
