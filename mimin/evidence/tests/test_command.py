"""``mimin evidence``: plain words, and an exit code that a script can trust."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mimin.evidence.actions import seal
from mimin.evidence.delivery import append
from mimin.evidence.queries import growth, proof
from mimin.evidence.tests.made import AT, recorded


def evidence(*args: str) -> str:
    out = StringIO()
    call_command("evidence", *args, stdout=out)
    return out.getvalue()


def test_sound_evidence_is_told_in_plain_words(db: Any) -> None:
    recorded(1, 2)
    seal(at=AT)
    recorded(3)
    assert evidence("verify").splitlines() == [
        "3 records, of them 0 lawfully erased and 1 not yet sealed; 1 seals; 0 outside copies compared.",
        "Everything is as it was sealed.",
    ]


def test_tampered_evidence_is_named_and_ends_with_code_one(tamper: Any) -> None:
    (row,) = recorded(1)
    seal(at=AT)
    tamper("UPDATE mimin_facts SET kind = 'case.closed'")
    out = StringIO()
    with pytest.raises(CommandError, match=r"The evidence is not as it was sealed\.") as ended:
        call_command("evidence", "verify", stdout=out)
    assert ended.value.returncode == 1
    first = out.getvalue().splitlines()[0]
    assert first == f"index_changed: Record {row.pk}: the plain columns were changed (kind)."


def test_problems_that_are_not_told_one_by_one_are_counted(
    tamper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mimin.evidence.findings.NAMED_AT_MOST", 1)
    recorded(1, 2, 3)
    tamper("UPDATE mimin_facts SET kind = 'case.closed'")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("evidence", "verify", stdout=out)
    assert out.getvalue().splitlines()[1] == "... and 2 more problems."


def test_outside_copies_are_compared(db: Any, tmp_path: Path) -> None:
    recorded(1)
    append(tmp_path, [seal(at=AT).line])
    assert "1 outside copies compared" in evidence("verify", "--copies", str(tmp_path))


def test_a_machine_reads_one_line_of_json(db: Any) -> None:
    recorded(1)
    seal(at=AT)
    (line,) = evidence("verify", "--json").splitlines()
    assert json.loads(line) == {
        "ok": True, "problems": [], "problem_count": 0, "records": 1, "leaves": 1, "seals": 1,
        "erased": 0, "unsealed": 0, "copies": 0,
    }  # fmt: skip


def test_problems_are_in_the_json_too(tamper: Any) -> None:
    (row,) = recorded(1)
    tamper("UPDATE mimin_facts SET kind = 'case.closed'")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("evidence", "verify", "--json", stdout=out)
    text = f"Record {row.pk}: the plain columns were changed (kind)."
    problem = {"kind": "index_changed", "position": None, "record_id": row.pk, "text": text}
    told = json.loads(out.getvalue())
    assert (told["ok"], told["problems"]) == (False, [problem])


def test_a_proof_is_printed_as_json(db: Any) -> None:
    (row,) = recorded(1)
    seal(at=AT)
    assert json.loads(evidence("proof", str(row.pk))) == proof(row.pk)


@pytest.mark.parametrize("args", [["999999"], ["999999", "--seal", "3"]])
def test_no_proof_is_given_of_what_is_not_sealed(db: Any, args: list[str]) -> None:
    with pytest.raises(CommandError, match=r"No proof can be given yet: record 999999 is in no seal\."):
        evidence("proof", *args)


def test_the_proof_that_a_later_seal_only_added_is_printed_as_json(db: Any) -> None:
    recorded(1, 2)
    seal(at=AT)
    recorded(3)
    seal(at=AT)
    assert json.loads(evidence("growth", "1", "2")) == growth(1, 2)


@pytest.mark.parametrize(
    ("old", "new", "why"), [("2", "1", "there is no seal 2"), ("1", "7", "there is no seal 7")]
)
def test_no_growth_is_proved_of_a_seal_that_there_is_not(db: Any, old: str, new: str, why: str) -> None:
    recorded(1)
    seal(at=AT)
    with pytest.raises(CommandError, match=f"No proof can be given: {why}"):
        evidence("growth", old, new)


def test_on_a_terminal_a_verification_shows_how_far_it_is(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    recorded(1, 2)
    seal(at=AT)
    evidence("verify")
    drawn = terminal.getvalue().split("\x1b[K")[-1]
    assert (drawn.startswith("Records looked at "), drawn.endswith(" 2/2\n")) == (True, True)


def test_elsewhere_a_verification_writes_nothing_beside_its_words(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = StringIO()
    monkeypatch.setattr("sys.stderr", quiet)
    recorded(1)
    seal(at=AT)
    evidence("verify", "--json")
    assert quiet.getvalue() == ""
