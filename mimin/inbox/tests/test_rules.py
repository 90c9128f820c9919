"""The place of a case in a list, its secrecy, and what its state and a person's rights allow together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.inbox.arriving import EARLIEST, LONGEST_ID, kept, kept_id, storable
from mimin.inbox.rules import (
    ENDED,
    LAST,
    MERGED,
    RESTING,
    RESTS,
    VERB_RIGHTS,
    VIEWS,
    WAITED_FOR,
    Standing,
    deadline,
    names_street,
    rank,
    secrecy_of,
    settles_as,
    verbs,
)
from mimin.inbox.states import CASE, REPLY, WORKING
from mimin.people.rules import MAY, Secrecy
from mimin.platforms.base import Heard

NOW = datetime(2026, 3, 16, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


def test_the_order_of_a_list_is_overdue_then_due_then_answered_then_ended_newest_first() -> None:
    cases = [
        ("two days late", rank("routed", NOW - 48 * HOUR, NOW)),
        ("an hour late", rank("new", NOW - HOUR, NOW)),
        ("due tomorrow", rank("new", NOW + 24 * HOUR, NOW)),
        ("answered now", rank("answered", NOW - HOUR, NOW)),
        ("answered yesterday", rank("answered", NOW - HOUR, NOW - 24 * HOUR)),
        ("closed now", rank("closed", NOW, NOW)),
        ("referred an hour ago", rank("referred", NOW, NOW - HOUR)),
        ("dismissed yesterday", rank("dismissed", None, NOW - 24 * HOUR)),
    ]
    assert [name for name, _place in sorted(cases, key=lambda case: case[1])] == [
        name for name, _place in cases
    ]


@given(due=TIMES, moved=TIMES, state=st.sampled_from(tuple(CASE.states)))
def test_every_rank_lies_in_the_range_of_its_state(due: datetime, moved: datetime, state: str) -> None:
    place = rank(state, due, moved)
    low, high = (
        (0, WAITED_FOR) if state in WORKING else (WAITED_FOR, RESTING) if state in RESTS else (RESTING, ENDED)
    )
    if state == "merged":
        low, high = ENDED, MERGED
    assert low <= place < high < LAST


def test_the_deadline_of_a_citizen_who_waits_is_read_from_the_rank() -> None:
    due = NOW + 24 * HOUR
    assert deadline(rank("routed", due, NOW)) == due
    assert [deadline(rank(state, due, NOW)) for state in ("answered", "closed", "referred")] == [None] * 3


@pytest.mark.parametrize(
    ("state", "like"), [("referred", "closed"), ("scheduled", "answered"), ("done", "answered")]
)
def test_of_what_a_citizen_must_know_they_wait_until_they_are_told(state: str, like: str) -> None:
    due = NOW + 24 * HOUR
    assert deadline(rank(state, due, NOW, told=False)) == due
    assert rank(state, due, NOW, told=True) == rank(like, due, NOW)


@pytest.mark.parametrize(
    ("klass", "field_check", "key"),
    [
        ("permintaan_informasi", False, "case.settle_information"),
        ("pengaduan", False, "case.settle"),
        ("", False, "case.settle"),
        ("pengaduan", True, "case.settle_field"),
        ("permintaan_informasi", True, "case.settle_field"),
    ],
)
def test_how_long_settling_may_take_follows_from_kind_and_look(
    klass: str, field_check: bool, key: str
) -> None:
    assert settles_as(klass, field_check=field_check) == key


STREETS = {
    "di Jl. Veteran depan pasar": "Jl",
    "di Jln Merdeka": "Jln",
    "mati Jl.Diponegoro": "Jl.",
    "masuk GG. MAWAR": "GG",
    "di gg Melati": "gg",
}


@pytest.mark.parametrize(("text", "shown"), STREETS.items())
def test_what_begins_the_name_of_a_street_is_no_reason(text: str, shown: str) -> None:
    start = text.index(shown)
    assert names_street(text, start, start + len(shown))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("jl rusak parah", "jl"),
        ("JL RUSAK", "JL RUSAK"),
        ("jalan Merdeka bolong", "jalan"),
        ("lampu di jl.", "jl"),
        ("Jl. rusak", "Jl"),
        ("gg", "gg"),
    ],
)
def test_a_street_that_is_meant_itself_stays_a_reason(text: str, shown: str) -> None:
    start = text.index(shown)
    assert not names_street(text, start, start + len(shown))


def test_every_view_shows_a_range_of_ranks_and_together_they_show_all() -> None:
    assert [VIEWS[name] for name in ("mine", "answered", "closed")] == [
        (None, WAITED_FOR),
        (WAITED_FOR, RESTING),
        (RESTING, LAST),
    ]


@pytest.mark.parametrize(
    ("confidentiality", "about_inspectorate", "kept_as"),
    [
        ("open", False, Secrecy.OPEN),
        ("open", True, Secrecy.OPEN),
        ("anonymous", False, Secrecy.ANONYMOUS),
        ("secret", False, Secrecy.SECRET),
        ("secret", True, Secrecy.SECRET),
        ("oversight", False, Secrecy.OVERSIGHT),
        ("oversight", True, Secrecy.OVERSIGHT_SEKDA),
    ],
)
def test_what_was_understood_decides_how_closely_a_case_is_kept(
    confidentiality: str, about_inspectorate: bool, kept_as: Secrecy
) -> None:
    assert secrecy_of(confidentiality, about_inspectorate) is kept_as


def test_every_verb_of_a_case_needs_a_right_that_somebody_holds() -> None:
    assert set(VERB_RIGHTS) == set(CASE.moves)
    assert [right for right in VERB_RIGHTS.values() if not MAY[right]] == []


EVERYTHING = Standing(frozenset(MAY))
VERBS = {
    "new": ("route", "refer", "answer", "schedule", "finish", "dismiss", "merge"),
    "routed": ("route", "return", "refer", "answer", "schedule", "finish", "drop", "dismiss", "merge"),
    "answered": ("route", "refer", "answer", "schedule", "finish", "drop", "close", "reopen", "merge"),
    "scheduled": ("schedule", "finish", "tell", "drop", "reopen"),
    "done": ("tell", "close", "reopen"),
    "closed": ("explain", "reopen"),
    "referred": ("tell", "close", "reopen"),
    "dismissed": ("reopen",),
    "merged": ("split",),
}


@pytest.mark.parametrize("state", CASE.states)
def test_the_table_says_what_each_state_allows(state: str) -> None:
    assert verbs(state, EVERYTHING) == VERBS[state]


def test_without_a_right_its_verbs_are_gone() -> None:
    assert verbs("routed", Standing(frozenset())) == ()
    assert verbs("routed", Standing(frozenset({"case.answer"}))) == ("answer", "schedule", "finish", "drop")
    assert verbs("answered", Standing(frozenset({"case.close"}))) == ("close", "reopen")


def test_an_answer_leaves_from_a_draft_or_after_approval_and_can_be_taken_back_until_it_is_sent() -> None:
    assert {state: REPLY.verbs_from(state) for state in REPLY.states} == {
        "draft": ("submit", "send", "withdraw"),
        "submitted": ("return", "send", "withdraw"),
        "leaving": ("arrive", "withdraw"),
        "sent": (),
        "withdrawn": (),
    }


# What arrives


def heard(**more: object) -> Heard:
    return Heard(**{"remote_id": "1", "text": "jalan rusak", "author": "Warga", "sent_at": NOW, **more})


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("jalan rusak", "jalan rusak"),
        ("baris\nkedua\t😀 é 漢", "baris\nkedua\t😀 é 漢"),
        ("a\x00b", "a\ufffdb"),
        ("a\ud83db", "a\ufffdb"),
        ("\ud83d\ude00", "😀"),
        ("", ""),
    ],
)
def test_only_what_cannot_be_kept_is_replaced(text: str, stored: str) -> None:
    assert storable(text) == stored


@given(st.text(st.characters(codec=None)))
def test_every_text_becomes_one_that_every_database_and_encoding_takes(text: str) -> None:
    found = storable(text)
    assert found.encode().decode() == found and "\x00" not in found
    assert storable(found) == found


@given(st.text(st.characters(codec=None), max_size=400))
def test_a_remote_id_always_fits_and_stays_the_same(remote_id: str) -> None:
    assert len(kept_id(remote_id)) <= LONGEST_ID
    assert kept_id(kept_id(remote_id)) == kept_id(remote_id)


def test_long_remote_ids_that_differ_at_the_end_stay_different() -> None:
    assert kept_id("x" * 300) != kept_id("x" * 299 + "y")
    assert kept_id("x" * LONGEST_ID) == "x" * LONGEST_ID


@pytest.mark.parametrize(
    ("sent_at", "counts_from"),
    [
        (NOW, NOW),
        (NOW - HOUR, NOW - HOUR),
        (EARLIEST, EARLIEST),
        (NOW + HOUR, NOW),
        (EARLIEST - HOUR, NOW),
        (datetime(1, 1, 1, tzinfo=UTC), NOW),
        (datetime(9999, 12, 31, tzinfo=UTC), NOW),
    ],
)
def test_an_impossible_time_becomes_the_time_of_arrival(sent_at: datetime, counts_from: datetime) -> None:
    assert kept(heard(sent_at=sent_at), at=NOW).sent_at == counts_from
