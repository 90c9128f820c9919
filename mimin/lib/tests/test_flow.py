"""State tables: which load, which refuse and why, and what they allow."""

from __future__ import annotations

import pytest

from mimin.inbox.states import CASE, REPLY
from mimin.lib.flow import Flow, FlowError, Move, move
from mimin.outbox.states import DELIVERY

DOOR = Flow(
    "door",
    states={"open": "Open", "shut": "Shut", "walled": "Walled up"},
    moves={
        "shut": move("open", to="shut"),
        "open": move("shut", to="open"),
        "wall": move("open", "shut", to="walled"),
    },
    final=("walled",),
)


def test_a_move_reads_as_a_sentence() -> None:
    assert move("new", "routed", to="closed") == Move(("new", "routed"), "closed")


def test_a_row_begins_in_the_first_state() -> None:
    assert DOOR.initial == "open"


@pytest.mark.parametrize(
    ("state", "verbs"), [("open", ("shut", "wall")), ("shut", ("open", "wall")), ("walled", ()), ("ajar", ())]
)
def test_a_state_allows_its_verbs_in_the_order_of_the_table(state: str, verbs: tuple[str, ...]) -> None:
    assert DOOR.verbs_from(state) == verbs


@pytest.mark.parametrize(
    ("states", "moves", "final", "why"),
    [
        (
            ("new", "done"),
            {"end": move("new", to="gone")},
            ("done",),
            "case.end names unknown states: ['gone']",
        ),
        (
            ("new", "done"),
            {"end": move("old", to="done")},
            ("done",),
            "case.end names unknown states: ['old']",
        ),
        (
            ("new",),
            {"end": move("old", to="gone")},
            ("new",),
            "case.end names unknown states: ['gone', 'old']",
        ),
        (("new",), {}, ("new", "gone"), "case: unknown final states: ['gone']"),
        (("new", "lost"), {}, ("new", "lost"), "case: states no move leads to: ['lost']"),
        (
            ("new", "lost", "island"),
            {"over": move("lost", to="island"), "back": move("island", to="lost")},
            ("new",),
            "case: states no move leads to: ['island', 'lost']",
        ),
        (("new",), {}, (), "case: states without a way out that are not final: ['new']"),
        (
            ("new", "stuck"),
            {"on": move("new", to="stuck")},
            (),
            "case: states without a way out that are not final: ['stuck']",
        ),
        (
            ("new", "round"),
            {"on": move("new", to="round"), "again": move("round", to="round")},
            (),
            "case: states without a way out that are not final: ['round']",
        ),
    ],
)
def test_a_table_that_cannot_work_refuses_to_load_and_says_why(
    states: tuple[str, ...], moves: dict[str, Move], final: tuple[str, ...], why: str
) -> None:
    with pytest.raises(FlowError) as refused:
        Flow("case", dict.fromkeys(states, "A word"), moves, final)
    assert str(refused.value) == why


def test_a_state_may_be_final_and_yet_be_left() -> None:
    flow = Flow(
        "case",
        {"new": "New", "closed": "Closed"},
        {"close": move("new", to="closed"), "reopen": move("closed", to="new")},
        ("closed",),
    )
    assert flow.verbs_from("closed") == ("reopen",)


def test_a_long_chain_is_reached_to_its_end() -> None:
    states = tuple(f"s{n}" for n in range(30))
    moves = {f"m{n}": move(states[n], to=states[n + 1]) for n in reversed(range(29))}
    chain = Flow("chain", dict.fromkeys(states, "A link"), moves, (states[-1],))
    assert chain.verbs_from("s28") == ("m28",)


@pytest.mark.parametrize(("flow", "first"), [(CASE, "new"), (REPLY, "draft"), (DELIVERY, "waiting")])
def test_the_tables_of_mimin_begin_where_their_rows_begin(flow: Flow, first: str) -> None:
    assert flow.initial == first


@pytest.mark.parametrize("flow", [CASE, REPLY, DELIVERY])
def test_every_state_of_mimin_can_come_to_rest(flow: Flow) -> None:
    """From each state some chain of moves leads to a final one: no row is doomed to wander."""
    at_rest = set(flow.final)
    for _state in flow.states:
        at_rest |= {source for m in flow.moves.values() if m.to in at_rest for source in m.sources}
    assert at_rest == set(flow.states)
