"""The frozen bytes: commitments, leaves and seals."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.evidence import format
from mimin.evidence.canonical import NotCanonical, decode, encode, instant
from mimin.evidence.format import Actor, SealLine, Subject
from mimin.evidence.tests.made import VECTORS, entry

SEALS = VECTORS["seals"]


def line(vector: dict[str, Any]) -> SealLine:
    return SealLine(
        number=vector["number"],
        size=vector["size"],
        root=bytes.fromhex(vector["root"]),
        previous=bytes.fromhex(vector["previous"]),
        at=datetime.fromisoformat(vector["at"]),
    )


@pytest.mark.parametrize("vector", VECTORS["records"], ids=lambda vector: str(vector["id"]))
def test_each_record_has_its_commitment_and_leaf_for_ever(vector: dict[str, Any]) -> None:
    salt, canonical = bytes.fromhex(vector["salt"]), vector["canonical"].encode()
    committed = format.commitment(vector["version"], salt, canonical)
    assert committed.hex() == vector["commitment"]
    assert format.leaf(vector["version"], vector["id"], committed).hex() == vector["leaf"]


@pytest.mark.parametrize("vector", SEALS, ids=lambda vector: str(vector["number"]))
def test_each_seal_has_its_hash_and_line_for_ever(vector: dict[str, Any]) -> None:
    assert line(vector).hash.hex() == vector["hash"]
    assert line(vector).text == vector["line"]


@pytest.mark.parametrize("vector", SEALS, ids=lambda vector: str(vector["number"]))
def test_a_seal_is_read_back_from_its_line(vector: dict[str, Any]) -> None:
    assert format.read_seal(vector["line"] + "\n") == line(vector)


@pytest.mark.parametrize("field", ["at", "number", "previous", "root", "size", "version", "hash"])
def test_a_line_with_any_field_changed_is_refused(field: str) -> None:
    held = decode(SEALS[1]["line"].encode())
    value = held[field]
    changed = value + 1 if isinstance(value, int) else value.replace("1", "2").replace("8", "9")
    with pytest.raises(NotCanonical, match="does not agree with its own hash"):
        format.read_seal(encode({**held, field: changed}).decode())


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"number":1}', SEALS[0]["line"][:-9]])
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        format.read_seal(text)


def test_an_envelope_holds_every_plain_column() -> None:
    assert decode(format.envelope(entry(7))) == {
        "actor": {"id": 12, "label": "Admin Dinas PU"},
        "at": "2026-03-04T05:06:14.000000Z",
        "facts": {"from": "PU", "to": "DLH", "note": "bukan kewenangan kami (7)"},
        "kind": "case.transferred",
        "subject": {"id": 7, "kind": "case", "label": "KC-2026-00007"},
    }


@pytest.mark.parametrize(
    "kind", ["", "case", "Case.moved", "case.", ".moved", "case moved", "case.moved\n", "a." + "b" * 60]
)
def test_a_kind_is_a_dotted_verb(kind: str) -> None:
    with pytest.raises(NotCanonical, match="is no kind of record"):
        format.envelope(entry(kind=kind))


@pytest.mark.parametrize("kind", ["case.transferred", "person.role_given", "outbox.delivery.sent2"])
def test_ordinary_kinds_are_taken(kind: str) -> None:
    assert decode(format.envelope(entry(kind=kind)))["kind"] == kind


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": Subject("case", 1, "x" * 201)},
        {"by": Actor(1, "Admin\x00")},
        {"subject": Subject("c\x00", 1)},
    ],
)
def test_a_label_that_a_column_cannot_hold_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotCanonical, match="a label is at most 200 characters and holds no NUL"):
        format.envelope(entry(**changes))


@pytest.mark.parametrize("wrong", ["12", True, -1, 2**53, 1.0])
def test_an_id_that_a_column_would_turn_into_another_is_refused(wrong: Any) -> None:
    with pytest.raises(NotCanonical, match="an id is a whole number or None"):
        format.envelope(entry(subject=Subject("case", wrong)))
    with pytest.raises(NotCanonical, match="an id is a whole number or None"):
        format.envelope(entry(by=Actor(wrong, "Admin")))


@given(
    facts=st.dictionaries(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), st.text()),
    labels=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=3, max_size=3),
    ids=st.lists(st.none() | st.integers(0, 2**53 - 1), min_size=2, max_size=2),
    at=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()),
)
def test_the_written_out_frame_is_what_the_encoding_gives(
    facts: dict[str, str], labels: list[str], ids: list[int | None], at: datetime
) -> None:
    one = entry(
        subject=Subject(labels[0], ids[0], labels[1]), by=Actor(ids[1], labels[2]), at=at, facts=facts
    )
    whole = {
        "actor": {"id": ids[1], "label": labels[2]},
        "at": instant(at),
        "facts": facts,
        "kind": "case.transferred",
        "subject": {"id": ids[0], "kind": labels[0], "label": labels[1]},
    }
    assert format.envelope(one) == encode(whole)


def test_half_a_surrogate_pair_in_the_facts_is_refused() -> None:
    with pytest.raises(NotCanonical, match="half of a surrogate pair"):
        format.envelope(entry(facts={"text": "\ud83d"}))


def test_a_seal_says_its_time_in_utc_whatever_the_zone_it_was_given_in() -> None:
    seal = line(SEALS[0])
    local = replace(seal, at=datetime.fromisoformat("2026-03-04T12:07:00+07:00"))
    assert local.text == seal.text
