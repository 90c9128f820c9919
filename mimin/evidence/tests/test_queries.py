"""Trails, and proofs that are checked here exactly as docs/evidence.md tells a third party to."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mimin.evidence import merkle
from mimin.evidence.actions import erase, seal
from mimin.evidence.format import read_seal
from mimin.evidence.models import Seal
from mimin.evidence.queries import NotSealed, growth, proof, trail
from mimin.evidence.tests.made import ADMIN, AT, entry, recorded

DOCS = Path(__file__).parents[3] / "docs" / "evidence.md"


@pytest.fixture
def ids(db: Any) -> list[int]:
    """Eleven records in three seals of one, six and four."""
    made: list[int] = []
    for numbers in ((1,), range(2, 8), range(8, 12)):
        made += [row.pk for row in recorded(*numbers)]
        seal(at=AT + timedelta(minutes=len(made)))
    return made


def checked(bundle: dict[str, Any], folder: Path) -> str:
    """What the program in the documentation says about a proof."""
    program = re.search(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL).group(1)
    (folder / "check.py").write_text(program)
    (folder / "proof.json").write_text(json.dumps(bundle))
    command = [sys.executable, "-I", "check.py", "proof.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout.strip()


def test_a_trail_tells_what_happened_to_a_subject_newest_first(ids: list[int]) -> None:
    recorded(5)
    assert [row.details["note"] for row in trail("case", 5)] == ["bukan kewenangan kami (5)"] * 2
    assert [row.pk for row in trail("case", 5)] == sorted((row.pk for row in trail("case", 5)), reverse=True)
    assert list(trail("channel", 5)) == []


def test_a_trail_of_one_subject_costs_one_query(ids: list[int], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert [row.details for row in trail("case", 3)] == [entry(3).facts]


def test_every_record_can_be_proved_under_every_seal_that_holds_it(ids: list[int]) -> None:
    for position, pk in enumerate(ids):
        for top in Seal.objects.filter(size__gt=position):
            bundle = proof(pk, seal=top.number)
            leaf = merkle.leaf(b"\x01" + pk.to_bytes(8) + bytes.fromhex(bundle["record"]["commitment"]))
            path = [bytes.fromhex(side) for side in bundle["path"]]
            assert merkle.includes(bytes(top.root), top.size, position, leaf, path)


def test_a_proof_names_the_first_seal_that_holds_the_record(ids: list[int]) -> None:
    assert [proof(pk)["seal"]["number"] for pk in ids] == [1] + [2] * 6 + [3] * 4


def test_a_proof_reads_only_the_leaves_of_its_own_seal(
    ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    subtrees = merkle.subtrees
    monkeypatch.setattr(
        merkle, "subtrees", lambda edge, leaves: read.append(len(leaves)) or subtrees(edge, leaves)
    )
    proof(ids[-1])
    assert read == [4]


def test_a_proof_carries_the_seal_as_it_left_the_machine(ids: list[int]) -> None:
    bundle = proof(ids[3])
    line = json.dumps(bundle["seal"], sort_keys=True, separators=(",", ":"))
    assert read_seal(line) == Seal.objects.get(number=2).line


def test_the_documented_program_accepts_a_proof(ids: list[int], tmp_path: Path) -> None:
    said = checked(proof(ids[4]), tmp_path)
    assert said.splitlines()[0] == f"record {ids[4]} stands under seal 2 of 2026-03-04T05:13:07.000000Z"
    assert json.loads(said.splitlines()[1])["facts"] == entry(5).facts


def test_the_documented_program_accepts_a_proof_of_an_erased_record(ids: list[int], tmp_path: Path) -> None:
    erase([ids[4]], by=ADMIN, why="request", at=AT)
    said = checked(proof(ids[4]), tmp_path)
    assert (
        said.splitlines()[1]
        == "its facts were erased on 2026-03-04T05:06:07.000000Z by Admin Dinas PU: request"
    )


FORGERIES = {
    "facts": lambda bundle: bundle.update(facts=bundle["facts"].replace("DLH", "PUPR")),
    "salt": lambda bundle: bundle.update(salt="00" * 32),
    "record": lambda bundle: bundle["record"].update(id=bundle["record"]["id"] + 1),
    "commitment": lambda bundle: bundle["record"].update(commitment="00" * 32),
    "position": lambda bundle: bundle.update(position=bundle["position"] - 1),
    "path": lambda bundle: bundle["path"].pop(),
    "longer path": lambda bundle: bundle["path"].append("00" * 32),
    "root": lambda bundle: bundle["seal"].update(root="00" * 32),
    "date": lambda bundle: bundle["seal"].update(at="2020-01-01T00:00:00.000000Z"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_the_documented_program_refuses_a_forged(ids: list[int], tmp_path: Path, forgery: str) -> None:
    bundle = proof(ids[4])
    FORGERIES[forgery](bundle)
    assert checked(bundle, tmp_path) == "NOT PROVED"


def test_a_record_without_a_seal_cannot_be_proved_yet(ids: list[int]) -> None:
    (young,) = recorded(12)
    with pytest.raises(NotSealed, match=f"record {young.pk} is in no seal"):
        proof(young.pk)


def test_a_record_cannot_be_proved_under_a_seal_that_is_older(ids: list[int]) -> None:
    with pytest.raises(NotSealed, match="the leaf at position 10 is not under seal 2"):
        proof(ids[-1], seal=2)


@pytest.mark.parametrize(("old", "new"), [(1, 1), (1, 2), (1, 3), (2, 3), (3, 3)])
def test_a_later_seal_is_proved_to_continue_an_earlier_one(ids: list[int], old: int, new: int) -> None:
    bundle = growth(old, new)
    before, after = bundle["old"], bundle["new"]
    path = [bytes.fromhex(side) for side in bundle["path"]]
    tops = bytes.fromhex(before["root"]), before["size"], bytes.fromhex(after["root"]), after["size"]
    assert merkle.continues(*tops, path)


def test_an_earlier_seal_does_not_continue_a_later_one(ids: list[int]) -> None:
    with pytest.raises(NotSealed, match="seal 3 is younger than seal 1"):
        growth(3, 1)


def test_a_proof_is_plain_json(ids: list[int]) -> None:
    bundle = proof(ids[2])
    assert json.loads(json.dumps(bundle)) == bundle
    assert list(bundle) == ["format", "record", "facts", "salt", "erased", "position", "path", "seal"]
