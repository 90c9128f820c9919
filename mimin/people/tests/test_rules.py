"""Who may do what: the table is the specification."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.people.rules import (
    CLEARED,
    LOOKING,
    MAY,
    Held,
    RoleKind,
    Secrecy,
    cleared,
    covers,
    may,
    may_give,
    played_at,
)

ROOT, PUPR, MARGA, DUKCAPIL = "000001.", "000001.000002.", "000001.000002.000003.", "000001.000004."
READERS = LOOKING
SEEING = {"channel.see", "work.see", "evidence.see"}


@pytest.mark.parametrize(
    ("own", "other", "reached"),
    [
        (ROOT, ROOT, True),
        (ROOT, MARGA, True),
        (PUPR, PUPR, True),
        (PUPR, MARGA, True),
        (MARGA, PUPR, False),
        (PUPR, DUKCAPIL, False),
        (PUPR, ROOT, False),
        ("000001.000002.", "000001.000020.", False),
    ],
)
def test_a_part_reaches_its_unit_and_what_stands_below(own: str, other: str, reached: bool) -> None:
    assert covers(own, other) is reached


@pytest.mark.parametrize(
    ("kind", "verb", "allowed"),
    [
        (RoleKind.COORDINATOR, "unit.change", True),
        (RoleKind.COORDINATOR, "person.manage", True),
        (RoleKind.COORDINATOR, "channel.connect", True),
        (RoleKind.COORDINATOR, "policy.change", True),
        (RoleKind.HEAD, "channel.add", True),
        (RoleKind.HEAD, "channel.connect", False),
        (RoleKind.HEAD, "person.manage", False),
        (RoleKind.ADMIN, "channel.add", True),
        (RoleKind.ADMIN, "delivery.act", True),
        (RoleKind.ADMIN, "case.approve", False),
        (RoleKind.ADMIN, "policy.change", False),
        (RoleKind.ADMIN, "unit.change", False),
        (RoleKind.OFFICER, "case.answer", True),
        (RoleKind.OFFICER, "delivery.act", False),
        (RoleKind.OFFICER, "case.reveal", False),
        (RoleKind.SECRETARY, "case.approve", True),
        (RoleKind.INSPECTOR, "evidence.see", True),
        (RoleKind.AUDITOR, "evidence.see", True),
        (RoleKind.AUDITOR, "case.note", False),
        (RoleKind.LEADER, "channel.see", True),
    ],
)
def test_what_a_part_may_do_at_its_own_unit(kind: RoleKind, verb: str, allowed: bool) -> None:
    assert may([Held(kind, 2, PUPR)], verb, PUPR) is allowed


@pytest.mark.parametrize("kind", sorted(READERS))
def test_a_reader_holds_no_verb_that_writes(kind: RoleKind) -> None:
    assert {verb for verb, kinds in MAY.items() if kind in kinds} <= SEEING


def test_every_part_sees_channels_and_has_a_clearance() -> None:
    assert MAY["channel.see"] == frozenset(RoleKind)
    assert set(CLEARED) == set(RoleKind)


@pytest.mark.parametrize("verb", sorted(MAY))
def test_nobody_may_anything_without_a_part(verb: str) -> None:
    assert may([], verb) is False
    assert may([], verb, ROOT) is False


def test_a_right_held_in_one_department_does_not_reach_another() -> None:
    held = [Held(RoleKind.ADMIN, 2, PUPR)]
    assert may(held, "channel.add") is True
    assert may(held, "channel.add", DUKCAPIL) is False
    assert may(held, "channel.add", DUKCAPIL, MARGA) is True


def test_rights_of_two_parts_do_not_mix() -> None:
    held = [Held(RoleKind.COORDINATOR, 2, PUPR), Held(RoleKind.OBSERVER, 1, ROOT)]
    assert may(held, "unit.change", MARGA) is True
    assert may(held, "unit.change", DUKCAPIL) is False


@pytest.mark.parametrize(
    ("giver", "kind", "path", "given"),
    [
        (ROOT, RoleKind.INSPECTOR, PUPR, True),
        (ROOT, RoleKind.SECRETARY, ROOT, True),
        (ROOT, RoleKind.AUDITOR, PUPR, True),
        (PUPR, RoleKind.INSPECTOR, PUPR, False),
        (PUPR, RoleKind.SECRETARY, PUPR, False),
        (PUPR, RoleKind.AUDITOR, MARGA, False),
        (PUPR, RoleKind.HEAD, PUPR, True),
        (PUPR, RoleKind.COORDINATOR, MARGA, True),
        (PUPR, RoleKind.ADMIN, DUKCAPIL, False),
    ],
)
def test_who_looks_over_the_units_is_chosen_at_the_top(
    giver: str, kind: RoleKind, path: str, given: bool
) -> None:
    assert may_give([Held(RoleKind.COORDINATOR, 2, giver)], kind, path, ROOT) is given


def test_whoever_manages_nobody_gives_no_part() -> None:
    for kind in set(RoleKind) - {RoleKind.COORDINATOR}:
        assert [one for one in RoleKind if may_give([Held(kind, 1, ROOT)], one, ROOT, ROOT)] == []


@pytest.mark.parametrize(
    ("kind", "top", "affairs", "played"),
    [
        (RoleKind.SECRETARY, True, [], True),
        (RoleKind.SECRETARY, False, ["inspektorat"], False),
        (RoleKind.INSPECTOR, True, [], True),
        (RoleKind.INSPECTOR, False, ["inspektorat"], True),
        (RoleKind.INSPECTOR, False, ["pupr"], False),
        (RoleKind.AUDITOR, False, ["pupr"], True),
        (RoleKind.HEAD, False, [], True),
    ],
)
def test_where_a_part_is_played(kind: RoleKind, top: bool, affairs: list[str], played: bool) -> None:
    assert played_at(kind, top=top, affairs=affairs) is played


@pytest.mark.parametrize(
    ("secrecy", "kinds"),
    [
        (Secrecy.OVERSIGHT, {RoleKind.INSPECTOR}),
        (Secrecy.OVERSIGHT_SEKDA, {RoleKind.SECRETARY}),
        (Secrecy.SECRET, set(RoleKind) - READERS),
    ],
)
def test_who_is_cleared_for_what_is_kept_closely(secrecy: Secrecy, kinds: set[RoleKind]) -> None:
    assert {kind for kind in RoleKind if secrecy in cleared(kind)} == kinds


paths = st.lists(st.integers(1, 999_999), min_size=1, max_size=6).map(
    lambda ids: "".join(f"{i:06d}." for i in ids)
)


@given(paths, paths)
def test_covering_is_being_the_same_unit_or_above_it(own: str, other: str) -> None:
    above = [other[:end] for end in range(7, len(other) + 1, 7)]
    assert covers(own, other) is (own in above)


@given(
    st.lists(st.builds(Held, st.sampled_from(RoleKind), st.just(1), paths)),
    st.sampled_from(sorted(MAY)),
    paths,
)
def test_more_parts_never_take_a_right_away(held: list[Held], verb: str, path: str) -> None:
    one_by_one = any(may([single], verb, path) for single in held)
    assert may(held, verb, path) is one_by_one
