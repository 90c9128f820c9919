"""Compare the seals of the database with those that left the machine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from mimin.evidence.canonical import NotCanonical
from mimin.evidence.findings import Findings
from mimin.evidence.format import SealLine, read_seal
from mimin.evidence.models import Seal
from mimin.evidence.rules import blob

BATCH = 500


def compare(folder: Path, findings: Findings) -> None:
    """Compare every line of every ``.jsonl`` file in ``folder`` with the seal of its number."""
    lines = _lines(folder, findings)
    while batch := list(islice(lines, BATCH)):
        seals = Seal.objects.in_bulk([line.number for line in batch])
        for line in batch:
            findings.counts["copies"] += 1
            seal = seals.get(line.number)
            if seal is None:
                findings.add("copy_unmatched", detail=line.number)
            elif blob(seal.hash) != line.hash:
                findings.add("copy_differs", detail=line.number)
    if findings.counts["copies"] == 0 and Seal.objects.exists():
        findings.add("copies_missing", detail=folder)


def _lines(folder: Path, findings: Findings) -> Iterator[SealLine]:
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, text in enumerate(file, start=1):
                if not text.strip():
                    continue
                try:
                    yield read_seal(text)
                except NotCanonical as error:
                    findings.add("copy_damaged", detail=f"{path.name}, line {number}: {error}")
