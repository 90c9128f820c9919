"""The canonical encoding: frozen by vectors, one to one, and clear about what it refuses."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.evidence.canonical import DEEPEST, LARGEST, NotCanonical, decode, encode, instant
from mimin.evidence.tests.made import VECTORS

KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)


@pytest.mark.parametrize("vector", VECTORS["canonical"], ids=lambda vector: vector["name"])
def test_each_vector_has_its_bytes_for_ever(vector: dict[str, Any]) -> None:
    written = encode(vector["value"])
    assert written.decode() == vector["text"]
    assert sha256(written).hexdigest() == vector["sha256"]


@pytest.mark.parametrize("vector", VECTORS["canonical"], ids=lambda vector: vector["name"])
def test_each_vector_is_read_back_as_the_same_value(vector: dict[str, Any]) -> None:
    assert decode(vector["text"].encode()) == vector["value"]


@pytest.mark.parametrize("vector", VECTORS["instants"], ids=lambda vector: vector["text"])
def test_a_moment_is_written_in_utc_with_microseconds(vector: dict[str, str]) -> None:
    assert instant(datetime.fromisoformat(vector["at"])) == vector["text"]


def test_moments_sort_as_their_texts_do() -> None:
    early = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    late = datetime(2026, 3, 4, 12, 6, 7, 1, tzinfo=timezone(timedelta(hours=7)))
    assert sorted([instant(late), instant(early)]) == [instant(early), instant(late)]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(NotCanonical, match="a moment without a time zone: 2026-03-04T05:06:07"):
        instant(datetime(2026, 3, 4, 5, 6, 7))


@given(VALUES)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    assert decode(encode(value)) == value


@given(VALUES)
def test_any_json_reader_reads_the_same_value(value: Any) -> None:
    assert json.loads(encode(value)) == value


@given(st.dictionaries(KEYS, st.integers(0, 9), min_size=2))
def test_the_order_in_which_keys_were_set_makes_no_difference(value: dict[str, int]) -> None:
    assert encode(dict(reversed(value.items()))) == encode(value)


@given(VALUES, VALUES)
def test_two_different_values_never_have_the_same_bytes(one: Any, other: Any) -> None:
    assert (encode(one) == encode(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


class State(StrEnum):
    """Values of an enumeration are recorded as their text."""

    ROUTED = "routed"


class Part(IntEnum):
    """Values of an enumeration are recorded as their number."""

    LEAD = 3


def test_a_member_of_an_enumeration_is_its_value() -> None:
    assert encode({"state": State.ROUTED, "part": Part.LEAD}) == b'{"part":3,"state":"routed"}'


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


REFUSED = [
    ({"score": 0.5}, "score: float has no canonical form; give text, a whole number, a list or a dict"),
    (
        {"score": float("nan")},
        "score: float has no canonical form; give text, a whole number, a list or a dict",
    ),
    ([1, (2, 3)], "[1]: tuple has no canonical form; give text, a whole number, a list or a dict"),
    ({"on": date(2026, 3, 4)}, "on: date has no canonical form; give text, a whole number, a list or a dict"),
    (
        {"cost": Decimal(1)},
        "cost: Decimal has no canonical form; give text, a whole number, a list or a dict",
    ),
    (b"bytes", "value: bytes has no canonical form; give text, a whole number, a list or a dict"),
    (
        {"a": {"units": [1, {2}]}},
        "a.units[1]: set has no canonical form; give text, a whole number, a list or a dict",
    ),
    ({"id": 2**53}, "id: the number 9007199254740992 is beyond 2**53 - 1; give it as text"),
    ([-(2**53)], "[0]: the number -9007199254740992 is beyond 2**53 - 1; give it as text"),
    ({"": 1}, "value: the key '' is not printable ASCII"),
    ({"kabupatén": 1}, "value: the key 'kabupatén' is not printable ASCII"),
    ({"a\n": 1}, "value: the key 'a\\n' is not printable ASCII"),
    ({1: "a"}, "value: the key 1 is not text"),
    ({None: "a", "b": 1}, "value: the key None is not text"),
    ("half \ud83d", "text holds half of a surrogate pair, which UTF-8 cannot carry"),
]


@pytest.mark.parametrize(("value", "why"), REFUSED, ids=[why[:40] for _, why in REFUSED])
def test_what_has_no_canonical_form_is_refused_with_its_place(value: Any, why: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        encode(value)
    assert str(refused.value) == why


def test_the_deepest_value_is_kept_and_one_level_more_is_refused() -> None:
    assert decode(encode(nested(DEEPEST))) == nested(DEEPEST)
    with pytest.raises(NotCanonical, match="more than 32 levels deep"):
        encode(nested(DEEPEST + 1))


def test_a_value_that_holds_itself_is_refused_and_does_not_hang() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(NotCanonical, match="more than 32 levels deep"):
        encode(value)


NOT_CANONICAL = [
    b'{"a": 1}',
    b'{"b":1,"a":2}',
    b'{"a":1,"a":1}',
    b'"\\u0041"',
    b'"\\/"',
    b"1.0",
    b"1e2",
    b"-0",
    b"[1]\n",
    b"\xef\xbb\xbf1",
    b"\xff",
    b"",
    b"[" * 5000,
]


@pytest.mark.parametrize("data", NOT_CANONICAL, ids=lambda data: repr(data[:20]))
def test_other_ways_to_write_a_value_are_not_read(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(data)
