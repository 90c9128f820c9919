"""One sealer gives every record its place in the tree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from mimin.evidence import actions, format, jobs, merkle
from mimin.evidence.actions import CannotSeal, seal
from mimin.evidence.models import Leaf, Record, Seal
from mimin.evidence.tests.made import AT, recorded


def leaf_of(record: Record) -> bytes:
    return format.leaf(1, record.pk, bytes(record.commitment))


def test_with_nothing_to_seal_there_is_no_seal(db: Any) -> None:
    assert seal(at=AT) is None
    assert Seal.objects.count() == 0


def test_every_record_gets_a_position_in_the_order_of_its_id(db: Any) -> None:
    made = recorded(1, 2, 3)
    seal(at=AT)
    assert [(leaf.position, leaf.record_id, bytes(leaf.hash)) for leaf in Leaf.objects.order_by("pk")] == [
        (position, record.pk, leaf_of(record)) for position, record in enumerate(made)
    ]


def test_a_seal_holds_the_root_over_every_leaf_so_far(db: Any) -> None:
    made = recorded(1, 2, 3)
    seal(at=AT)
    made += recorded(4, 5)
    done = seal(at=AT + timedelta(minutes=1))
    assert (done.number, done.size, done.root) == (2, 5, merkle.root(map(leaf_of, made)))
    assert done.edge == merkle.extend(merkle.EMPTY, map(leaf_of, made))


def test_seals_are_chained(db: Any) -> None:
    for number in (1, 2, 3):
        recorded(number)
        seal(at=AT + timedelta(minutes=number))
    first, second, third = Seal.objects.order_by("number")
    assert bytes(first.previous) == bytes(32)
    assert (bytes(second.previous), bytes(third.previous)) == (bytes(first.hash), bytes(second.hash))
    assert [bytes(row.hash) for row in (first, second, third)] == [
        row.line.hash for row in (first, second, third)
    ]


def test_what_is_sealed_is_not_sealed_again(db: Any) -> None:
    recorded(1)
    seal(at=AT)
    assert seal(at=AT) is None
    assert Leaf.objects.count() == 1


def test_ids_that_were_drawn_in_vain_leave_no_gap_in_the_positions(db: Any) -> None:
    recorded(1)
    with pytest.raises(LookupError), transaction.atomic():
        recorded(2, 3)
        raise LookupError
    recorded(4)
    seal(at=AT)
    assert list(Leaf.objects.order_by("pk").values_list("position", flat=True)) == [0, 1]


def test_the_next_sealer_begins_after_what_is_complete(db: Any) -> None:
    made = recorded(1, 2, 3)
    assert seal(at=AT).complete_to == made[-1].pk


def test_a_seal_takes_no_more_than_its_share_and_the_next_takes_the_rest(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "SEAL_AT_MOST", 3)
    made = recorded(*range(1, 8))
    sealed = [seal(at=AT) for _ in range(3)]
    assert [(row.size, row.complete_to) for row in sealed] == [
        (3, made[2].pk),
        (6, made[5].pk),
        (7, made[6].pk),
    ]
    assert seal(at=AT) is None


def test_the_job_seals_everything_that_waits(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "SEAL_AT_MOST", 3)
    monkeypatch.setattr(jobs, "SEAL_AT_MOST", 3)
    recorded(*range(1, 8))
    assert (jobs.seal_now(), jobs.seal_now()) == (3, 0)
    assert (Leaf.objects.count(), Seal.objects.count()) == (7, 3)


def test_a_seal_reads_only_what_is_new(db: Any, django_assert_max_num_queries: Any) -> None:
    recorded(*range(1, 50))
    seal(at=AT)
    recorded(50)
    with django_assert_max_num_queries(9):
        seal(at=AT)


TAMPERED = [
    ("UPDATE mimin_seal SET frontier = %s", bytes(32), "does not agree with itself"),
    ("UPDATE mimin_seal SET frontier = %s", bytes(64), "a tree of 1 leaves has 1 peaks, not 2"),
    ("UPDATE mimin_seal SET root = %s", bytes(32), "does not agree with itself"),
    ("UPDATE mimin_seal SET hash = %s", bytes(32), "does not agree with itself"),
]


@pytest.mark.parametrize(
    ("sql", "value", "why"), TAMPERED, ids=[f"{sql[23:32]} {why}" for sql, _, why in TAMPERED]
)
def test_nothing_is_built_on_a_seal_that_was_tampered_with(
    tamper: Any, sql: str, value: bytes, why: str
) -> None:
    recorded(1)
    seal(at=AT)
    recorded(2)
    tamper(sql, value)
    with pytest.raises(CannotSeal, match=why):
        seal(at=AT)
    assert Seal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_seal_is_a_transaction_of_its_own() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        seal(at=AT)
