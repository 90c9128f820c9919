"""What only the copies outside the machine can find."""

from __future__ import annotations

from pathlib import Path

from mimin.evidence.tests.tampering import Sql, rewrite_everything
from mimin.evidence.verify import verify


def test_a_database_rewritten_from_end_to_end_agrees_with_itself(tamper: Sql, sealed: list[int]) -> None:
    rewrite_everything(tamper, sealed)
    assert verify().ok


def test_a_database_rewritten_from_end_to_end_is_found_by_the_copies_outside(
    tamper: Sql, sealed: list[int], copies: Path
) -> None:
    rewrite_everything(tamper, sealed)
    problems = verify(copies=copies).problems
    assert [(row.kind, row.text.split(" is ")[0]) for row in problems] == [
        ("copy_differs", f"Seal {number}") for number in (1, 2, 3, 4)
    ]


def test_the_end_cut_off_is_found_by_the_copies_outside(tamper: Sql, sealed: list[int], copies: Path) -> None:
    tamper("DELETE FROM mimin_seal WHERE number = 4")
    tamper("DELETE FROM mimin_leaf WHERE position = 9")
    tamper("DELETE FROM mimin_facts WHERE record_id = %s", sealed[9])
    tamper("DELETE FROM mimin_record WHERE id = %s", sealed[9])
    assert [row.kind for row in verify().problems] == ["erasure_unrecorded"]
    assert [row.kind for row in verify(copies=copies).problems] == ["erasure_unrecorded", "copy_unmatched"]


def test_a_folder_without_any_copy_is_not_a_comparison(sealed: list[int], tmp_path: Path) -> None:
    assert [row.kind for row in verify(copies=tmp_path / "empty").problems] == ["copies_missing"]


def test_a_damaged_copy_is_named_with_its_line(sealed: list[int], copies: Path) -> None:
    (file,) = copies.glob("*.jsonl")
    lines = file.read_text().splitlines()
    lines[1] = lines[1].replace('"size":6', '"size":7')
    file.write_text("\n".join([*lines, ""]))
    (problem,) = verify(copies=copies).problems
    assert (problem.kind, problem.text) == (
        "copy_damaged",
        "An outside copy cannot be read: seals-2026-03.jsonl, line 2: the seal does not agree with its own hash.",
    )


def test_the_same_copy_twice_and_empty_lines_do_no_harm(sealed: list[int], copies: Path) -> None:
    (file,) = copies.glob("*.jsonl")
    (copies / "from-a-mail.jsonl").write_text("\n" + file.read_text() + "\n\n")
    verdict = verify(copies=copies)
    assert (verdict.ok, verdict.copies) == (True, 8)
