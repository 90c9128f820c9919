"""Whatever the owner of the database does to sealed evidence is found and named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from mimin.evidence import format
from mimin.evidence import verify as verification
from mimin.evidence.actions import erase, record, seal
from mimin.evidence.findings import TEXTS, Findings
from mimin.evidence.format import Subject
from mimin.evidence.models import Leaf, Record, Seal
from mimin.evidence.tests.made import ADMIN, AT, PPID, recorded
from mimin.evidence.tests.tampering import Sql, named, rewrite
from mimin.evidence.verify import verify


def test_untouched_evidence_is_as_it_was_sealed(sealed: list[int], copies: Path) -> None:
    verdict = verify(copies=copies)
    assert (verdict.ok, verdict.problems) == (True, ())
    assert (verdict.records, verdict.leaves, verdict.seals, verdict.erased) == (10, 10, 4, 1)
    assert (verdict.unsealed, verdict.copies) == (0, 4)


def test_no_evidence_at_all_is_as_it_was_sealed(db: Any, tmp_path: Path) -> None:
    assert verify(copies=tmp_path).ok


def test_records_younger_than_the_last_seal_are_counted_as_not_yet_sealed(sealed: list[int]) -> None:
    recorded(10, 11)
    verdict = verify()
    assert (verdict.ok, verdict.unsealed, verdict.records) == (True, 2, 12)


def test_evidence_may_grow_while_it_is_verified(sealed: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def grow(done: int, total: int) -> None:
        erase([recorded(100 + done)[0].pk], by=PPID, why="request", at=AT)
        seal(at=AT + timedelta(hours=done))
        recorded(200 + done)

    monkeypatch.setattr("mimin.evidence.verify.BATCH", 5)
    assert verify(progress=lambda done, total: grow(done, total) if done < 20 else None).problems == ()
    assert verify().ok


def test_a_seal_made_while_the_last_one_is_looked_at_is_left_for_the_next_time(
    sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    look = verification._sound

    def grow_and_look(findings: Findings, row: Seal, before: Seal | None) -> bool:
        if row.number == 4:
            recorded(300)
            seal(at=AT + timedelta(hours=4))
        return look(findings, row, before)

    monkeypatch.setattr(verification, "_sound", grow_and_look)
    verdict = verify()
    assert (verdict.problems, verdict.seals) == ((), 4)


def test_progress_is_told_on_the_way(sealed: list[int]) -> None:
    told: list[tuple[int, int]] = []
    verify(progress=lambda done, total: told.append((done, total)))
    assert told == [(10, 10)]


ONE_STATEMENT = [
    ("a record's commitment is changed", "UPDATE mimin_record SET commitment = %s WHERE id = %s", [bytes(32), 2],
     [("record_changed", 1, 2)]),
    ("a record's version is changed", "UPDATE mimin_record SET version = 2 WHERE id = %s", [2],
     [("record_changed", 1, 2)]),
    ("a record's version is out of bounds", "UPDATE mimin_record SET version = 999 WHERE id = %s", [2],
     [("record_changed", 1, 2)]),
    ("the facts are changed", "UPDATE mimin_facts SET canonical = %s WHERE record_id = %s", [b"{}", 2],
     [("facts_changed", 1, 2)]),
    ("the salt is changed", "UPDATE mimin_facts SET salt = %s WHERE record_id = %s", [bytes(32), 2],
     [("facts_changed", 1, 2)]),
    ("facts and salt are gone", "UPDATE mimin_facts SET canonical = NULL, salt = NULL WHERE record_id = %s", [2],
     [("facts_missing", 1, 2)]),
    ("the salt alone is gone", "UPDATE mimin_facts SET salt = NULL WHERE record_id = %s", [2],
     [("facts_missing", 1, 2)]),
    ("the row of facts is gone", "DELETE FROM mimin_facts WHERE record_id = %s", [2],
     [("facts_missing", 1, 2)]),
    ("a leaf's hash is changed", "UPDATE mimin_leaf SET hash = %s WHERE record_id = %s", [bytes(32), 5],
     [("leaf_changed", 4, 5)]),
    ("a leaf is removed", "DELETE FROM mimin_leaf WHERE record_id = %s", [5],
     [("leaf_removed", 4, None), ("record_inserted", None, 5)]),
    ("the first leaf is removed", "DELETE FROM mimin_leaf WHERE record_id = %s", [1],
     [("leaf_removed", 0, None), ("record_inserted", None, 1)]),
    ("the last leaf of a seal is removed", "DELETE FROM mimin_leaf WHERE record_id = %s", [3],
     [("leaf_removed", 2, None), ("record_inserted", None, 3)]),
    ("facts are marked as erased", "UPDATE mimin_facts SET erased_at = at, erased_in = 1 WHERE record_id = %s", [2],
     [("erasure_unrecorded", 1, 2)]),
    ("an erasure's reason is changed", "UPDATE mimin_facts SET erased_why = 'x' WHERE record_id = %s", [5],
     [("erasure_differs", 4, 5)]),
    ("an erasure's date is changed", "UPDATE mimin_facts SET erased_at = '2020-01-01 00:00:00' WHERE record_id = %s",
     [5], [("erasure_differs", 4, 5)]),
    ("an erased row's column is changed", "UPDATE mimin_facts SET subject_id = 99 WHERE record_id = %s", [5],
     [("erasure_differs", 4, 5)]),
    ("an erased row's label is written", "UPDATE mimin_facts SET actor_label = 'x' WHERE record_id = %s", [5],
     [("erasure_differs", 4, 5)]),
    ("a seal's root is changed", "UPDATE mimin_seal SET root = %s WHERE number = %s", [bytes(32), 2],
     [("seal_changed", None, None)]),
    ("a seal's date is changed", "UPDATE mimin_seal SET at = '2020-01-01 00:00:00' WHERE number = %s", [2],
     [("seal_changed", None, None)]),
    ("a seal's frontier is changed", "UPDATE mimin_seal SET frontier = %s WHERE number = %s", [bytes(64), 2],
     [("seal_changed", None, None)]),
    ("a seal's frontier is cut", "UPDATE mimin_seal SET frontier = %s WHERE number = %s", [b"", 2],
     [("seal_changed", None, None)]),
    ("a seal's previous one is changed", "UPDATE mimin_seal SET previous = %s WHERE number = %s", [bytes(32), 2],
     [("seal_unchained", None, None), ("seal_changed", None, None)]),
    ("the first seal is removed", "DELETE FROM mimin_seal WHERE number = 1", [],
     [("seal_removed", None, None)]),
    ("a seal in the middle is removed", "DELETE FROM mimin_seal WHERE number = 2", [],
     [("seal_removed", None, None)]),
    ("the last seal is removed", "DELETE FROM mimin_seal WHERE number = 4", [],
     [("leaves_unsealed", 9, 10)]),
    ("all seals are removed", "DELETE FROM mimin_seal", [],
     [("leaves_unsealed", 0, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "sql", "params", "expected"), ONE_STATEMENT, ids=[row[0] for row in ONE_STATEMENT]
)
def test_it_is_found_and_named_when(
    tamper: Sql, sealed: list[int], what: str, sql: str, params: list[Any], expected: list[Any]
) -> None:
    if "record_id = %s" in sql or "mimin_record" in sql:
        params = [*params[:-1], sealed[params[-1] - 1]]
    tamper(sql, *params)
    assert named(sealed) == expected


COLUMNS = [
    ("kind", "case.closed"),
    ("at", "2020-01-01 00:00:00"),
    ("actor_id", 99),
    ("actor_id", None),
    ("actor_label", "Someone else"),
    ("subject_kind", "channel"),
    ("subject_id", 99),
    ("subject_label", "KC-2026-99999"),
    ("erased_by", "nobody"),
    ("erased_why", "nothing"),
]
TABLES = (("facts", "record_id"), ("leaf", "record_id"), ("record", "id"))


@pytest.mark.parametrize(("column", "value"), COLUMNS)
def test_a_changed_column_is_named(tamper: Sql, sealed: list[int], column: str, value: Any) -> None:
    tamper(f"UPDATE mimin_facts SET {column} = %s WHERE record_id = %s", value, sealed[1])  # noqa: S608
    (problem,) = verify().problems
    assert (problem.kind, problem.position, problem.record_id) == ("index_changed", 1, sealed[1])
    assert f"({column})" in problem.text


if connection.vendor == "sqlite":  # which takes any value in any column
    MISFITS = [
        ("at", "not a date", "index_changed"),
        ("at", "2026-13-45 99:99:99", "facts_missing"),
        ("canonical", "text instead of bytes", "facts_changed"),
        ("salt", 7, "facts_changed"),
        ("actor_id", "twelve", "index_changed"),
    ]

    @pytest.mark.parametrize(("column", "value", "kind"), MISFITS)
    def test_a_value_that_no_column_should_hold_is_named(
        tamper: Sql, sealed: list[int], column: str, value: Any, kind: str
    ) -> None:
        tamper(f"UPDATE mimin_facts SET {column} = %s WHERE record_id = %s", value, sealed[1])  # noqa: S608
        assert named(sealed) == [(kind, 1, 2)]


def test_a_removed_record_is_named_by_its_leaf(tamper: Sql, sealed: list[int]) -> None:
    tamper("DELETE FROM mimin_facts WHERE record_id = %s", sealed[1])
    tamper("DELETE FROM mimin_record WHERE id = %s", sealed[1])
    assert named(sealed) == [("record_removed", 1, 2)]


def test_facts_left_behind_by_a_removed_record_are_named(tamper: Sql, sealed: list[int]) -> None:
    tamper("DELETE FROM mimin_record WHERE id = %s", sealed[1])
    assert named(sealed) == [("record_removed", 1, 2), ("facts_orphaned", None, 2)]


def test_a_record_removed_before_it_was_sealed_leaves_its_facts_behind(
    tamper: Sql, sealed: list[int]
) -> None:
    (young,) = recorded(10)
    tamper("DELETE FROM mimin_record WHERE id = %s", young.pk)
    assert named(sealed) == [("facts_orphaned", None, young.pk)]


def test_a_record_removed_with_its_leaf_is_named_by_the_gap(tamper: Sql, sealed: list[int]) -> None:
    for table, column in TABLES:
        tamper(f"DELETE FROM mimin_{table} WHERE {column} = %s", sealed[1])  # noqa: S608
    assert named(sealed) == [("leaf_removed", 1, None)]


def test_a_record_removed_with_the_later_leaves_moved_up_is_found(tamper: Sql, sealed: list[int]) -> None:
    for table, column in TABLES:
        tamper(f"DELETE FROM mimin_{table} WHERE {column} = %s", sealed[1])  # noqa: S608
    for position in range(2, 10):
        tamper("UPDATE mimin_leaf SET position = %s WHERE position = %s", position - 1, position)
    kinds = [kind for kind, _, _ in named(sealed)]
    assert kinds == ["leaves_rewritten"] * 3 + ["leaf_removed"]


def test_an_inserted_record_is_named(tamper: Sql, sealed: list[int]) -> None:
    tamper("UPDATE mimin_seal SET complete_to = complete_to + 100")
    (forged,) = recorded(77)
    assert named(sealed) == [("record_inserted", None, forged.pk)]


def test_an_inserted_leaf_is_named(tamper: Sql, sealed: list[int]) -> None:
    (forged,) = recorded(77)
    tamper("INSERT INTO mimin_leaf (position, record_id, hash) VALUES (-1, %s, %s)", forged.pk, _leaf(forged))
    assert named(sealed) == [("leaf_inserted", -1, forged.pk)]


def test_a_leaf_put_behind_the_last_seal_is_named(tamper: Sql, sealed: list[int]) -> None:
    (forged,) = recorded(77)
    tamper("INSERT INTO mimin_leaf (position, record_id, hash) VALUES (10, %s, %s)", forged.pk, _leaf(forged))
    assert named(sealed) == [("leaves_unsealed", 10, forged.pk)]


def _leaf(row: Record) -> bytes:
    return format.leaf(row.version, row.pk, bytes(row.commitment))


def test_records_that_changed_places_are_named(tamper: Sql, sealed: list[int]) -> None:
    first, second = Leaf.objects.filter(position__in=[3, 4]).order_by("position")
    tamper("DELETE FROM mimin_leaf WHERE position IN (3, 4)")
    for position, leaf in ((3, second), (4, first)):
        tamper("INSERT INTO mimin_leaf VALUES (%s, %s, %s)", position, leaf.record_id, bytes(leaf.hash))
    assert named(sealed) == [("leaf_moved", 4, 4)]


def test_facts_and_record_rewritten_together_are_named_by_the_leaf(tamper: Sql, sealed: list[int]) -> None:
    rewrite(tamper, sealed[1])
    assert named(sealed) == [("record_changed", 1, 2)]


def test_facts_record_and_leaf_rewritten_together_are_found_by_the_seal(
    tamper: Sql, sealed: list[int]
) -> None:
    hashed = format.leaf(1, sealed[1], rewrite(tamper, sealed[1]))
    tamper("UPDATE mimin_leaf SET hash = %s WHERE record_id = %s", hashed, sealed[1])
    assert named(sealed) == [("leaves_rewritten", 0, None)]


def test_a_seal_rewritten_with_its_hash_breaks_the_chain(tamper: Sql, sealed: list[int]) -> None:
    row = Seal.objects.get(number=2)
    line = replace(row.line, at=AT)
    tamper("UPDATE mimin_seal SET at = %s, hash = %s WHERE number = 2", "2026-03-04 05:06:07", line.hash)
    assert named(sealed) == [("seal_unchained", None, None)]


def test_damage_to_one_record_does_not_hide_damage_to_another(tamper: Sql, sealed: list[int]) -> None:
    tamper("UPDATE mimin_leaf SET hash = %s WHERE position = 0", bytes(32))
    tamper("DELETE FROM mimin_leaf WHERE position = 4")
    tamper("UPDATE mimin_record SET commitment = %s WHERE id = %s", bytes(32), sealed[7])
    tamper("UPDATE mimin_facts SET kind = 'case.closed' WHERE record_id = %s", sealed[8])
    assert named(sealed) == [
        ("leaf_changed", 0, 1),
        ("leaf_removed", 4, None),
        ("index_changed", 8, 9),
        ("record_changed", 7, 8),
        ("record_inserted", None, 5),
    ]


def test_an_erasure_that_was_undone_is_named(tamper: Sql, sealed: list[int]) -> None:
    rewrite(tamper, sealed[4])
    tamper("UPDATE mimin_facts SET erased_at = NULL, erased_by = '', erased_why = '', erased_in = NULL "
           "WHERE record_id = %s", sealed[4])  # fmt: skip
    assert ("erasure_undone", None, 5) in named(sealed)


def test_erased_facts_that_came_back_are_named(tamper: Sql, sealed: list[int]) -> None:
    tamper("UPDATE mimin_facts SET canonical = %s WHERE record_id = %s", b"{}", sealed[4])
    assert named(sealed) == [("erasure_undone", 4, 5)]


def test_an_erasure_whose_record_is_gone_is_named(tamper: Sql, sealed: list[int]) -> None:
    tamper("DELETE FROM mimin_facts WHERE record_id = %s", sealed[9])
    assert named(sealed) == [("erasure_unrecorded", 4, 5), ("facts_missing", 9, 10)]


def test_an_erasure_that_names_another_record_as_its_own_is_named(tamper: Sql, sealed: list[int]) -> None:
    tamper("UPDATE mimin_facts SET salt = NULL, canonical = NULL, erased_at = at, erased_by = 'x', erased_why = 'x', "
           "erased_in = %s WHERE record_id = %s", sealed[9], sealed[1])  # fmt: skip
    assert named(sealed) == [("erasure_differs", 1, 2)]


def test_a_record_that_only_looks_like_an_erasure_breaks_nothing(sealed: list[int]) -> None:
    record("evidence.erased", subject=Subject("case", 1), by=ADMIN, at=AT, facts={"records": "all"})
    assert verify().ok


def test_an_erasure_of_a_record_that_was_never_sealed_is_lawful_too(sealed: list[int]) -> None:
    (young,) = recorded(10)
    erase([young.pk], by=PPID, why="request", at=AT)
    verdict = verify()
    assert (verdict.ok, verdict.erased, verdict.unsealed) == (True, 2, 2)
    seal(at=AT + timedelta(hours=1))
    assert verify().ok


def test_changed_facts_are_found_before_they_are_sealed_too(tamper: Sql, sealed: list[int]) -> None:
    (young,) = recorded(10)
    tamper("UPDATE mimin_facts SET canonical = %s WHERE record_id = %s", b"{}", young.pk)
    assert named(sealed) == [("facts_changed", None, young.pk)]


def test_more_than_a_thousand_problems_are_counted_but_not_all_told(
    tamper: Sql, sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mimin.evidence.findings.NAMED_AT_MOST", 4)
    tamper("UPDATE mimin_record SET commitment = %s", bytes(32))
    verdict = verify()
    assert (len(verdict.problems), verdict.problem_count) == (4, 10)


def test_the_walk_is_the_same_whatever_the_size_of_its_batches(
    tamper: Sql, sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper("UPDATE mimin_record SET commitment = %s WHERE id = %s", bytes(32), sealed[7])
    recorded(10, 11, 12)
    whole = verify()
    monkeypatch.setattr("mimin.evidence.verify.BATCH", 2)
    monkeypatch.setattr("mimin.evidence.copies.BATCH", 1)
    assert verify() == whole


@pytest.mark.parametrize("kind", TEXTS)
def test_every_problem_has_words_that_can_be_filled_in(kind: str) -> None:
    findings = Findings()
    findings.add(kind, position=2, record=1, detail="three")
    assert "%" not in findings.problems[0].text
    assert any(named in findings.problems[0].text for named in ("1", "2", "three"))
