"""Look at every record, leaf and seal, and name whatever is not as it was sealed.

It reads in batches and keeps one seal's leaves in memory, so millions of records cost time, not space; it
takes no lock and may run while others write. A problem in one seal's leaves does not hide what comes after
it: the walk goes on from that seal's own frontier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from mimin.evidence import merkle
from mimin.evidence.beside import FactsCheck, Kept
from mimin.evidence.copies import compare
from mimin.evidence.findings import Findings, Problem, Verdict
from mimin.evidence.models import Facts, Leaf, Record, Seal
from mimin.evidence.rules import blob, leaf_of

__all__ = ["Problem", "Verdict", "verify"]

BATCH = 2000
Progress = Callable[[int, int], object]


class Placed(NamedTuple):
    """A leaf as it stands, and the hash that its record leads to (the same one where the record is gone)."""

    position: int
    record_id: int
    hash: bytes
    expected: bytes


def verify(*, copies: Path | None = None, progress: Progress | None = None) -> Verdict:
    """Verify the whole evidence, and compare it with the seals in ``copies`` (a folder of ``.jsonl`` files).

    ``progress`` is called with the leaves looked at and how many the last seal counts. Changes nothing.
    """
    findings = Findings()
    facts = FactsCheck(findings)
    last = Seal.objects.order_by("-number").first()
    total = last.size if last else 0
    leaves = _placed(facts, lambda done: progress(done, total) if progress else None)
    _walk(findings, leaves, upto=last.number if last else 0)
    _records_without_leaf(findings, facts, complete_to=last.complete_to if last else 0)
    _facts_without_record(findings)
    if copies is not None:
        compare(copies, findings)
    return findings.verdict()


def _walk(findings: Findings, leaves: Iterator[Placed], *, upto: int) -> None:
    """Go through leaves and seals side by side, up to the seal that was the last when the walk began."""
    before: Seal | None = None
    edge: merkle.Frontier | None = merkle.EMPTY
    ahead = next(leaves, None)
    for seal in _by_key(Seal.objects.filter(number__lte=upto)):
        findings.counts["seals"] += 1
        rows = []
        while ahead is not None and ahead.position < seal.size:
            rows.append(ahead)
            ahead = next(leaves, None)
        edge = _Stretch(findings, seal, before.size if before else 0, edge).check(
            rows, _sound(findings, seal, before)
        )
        before = seal
    if ahead is not None and ahead.position >= _sealed_by_now():
        findings.add("leaves_unsealed", position=ahead.position, record=ahead.record_id)
    for _ in leaves:  # their records and facts are looked at all the same
        pass


def _sealed_by_now() -> int:
    """How many leaves are sealed now: a sealer may have come by since the walk began."""
    return Seal.objects.order_by("-number").values_list("size", flat=True).first() or 0


def _by_key(rows: QuerySet[Any]) -> Iterator[Any]:
    """All rows in the order of their primary key, a batch at a time."""
    batch = list(rows.order_by("pk")[:BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1].pk).order_by("pk")[:BATCH])


def _placed(facts: FactsCheck, progress: Callable[[int], object]) -> Iterator[Placed]:
    """All leaves in order; each one's record and facts are checked on the way."""
    rows = Leaf.objects.order_by("pk").values_list("pk", "record_id", "hash")
    batch = list(rows[:BATCH])
    done = 0
    while batch:
        ids = [record_id for _, record_id, _ in batch]
        records = {row.pk: row for row in _records(Record.objects.filter(pk__in=ids))}
        facts.read(ids)
        for position, record_id, hashed in batch:
            yield _place(position, record_id, blob(hashed), records.get(record_id), facts)
        done += len(batch)
        facts.findings.counts["leaves"] = done
        progress(done)
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH])


def _records(rows: QuerySet[Record]) -> Iterable[Any]:
    return rows.values_list("pk", "version", "commitment", named=True)


def _place(position: int, record_id: int, hashed: bytes, record: Kept | None, facts: FactsCheck) -> Placed:
    if record is None:
        facts.findings.add("record_removed", position=position, record=record_id)
        return Placed(position, record_id, hashed, hashed)
    facts.check(record, position=position, leaf=hashed)
    return Placed(position, record_id, hashed, leaf_of(record.version, record.pk, blob(record.commitment)))


def _sound(findings: Findings, seal: Seal, before: Seal | None) -> bool:
    """Whether the seal agrees with itself and with its hash; its place in the chain is checked too."""
    if seal.number != (before.number + 1 if before else 1):
        findings.add("seal_removed", detail=seal.number)
    elif blob(seal.previous) != (blob(before.hash) if before else bytes(32)):
        findings.add("seal_unchained", detail=seal.number)
    try:
        sound = seal.line.hash == blob(seal.hash) and seal.size > (before.size if before else 0)
        own_edge = seal.edge.root == blob(seal.root)
    except (ValueError, TypeError):
        sound = own_edge = False
    if not (sound and own_edge):
        findings.add("seal_changed", detail=seal.number)
    return sound


class _Stretch:
    """The leaves that one seal added, from position ``begin`` up to its size, on a tree with the frontier
    ``edge`` (None where what came before is too damaged to build on)."""

    def __init__(self, findings: Findings, seal: Seal, begin: int, edge: merkle.Frontier | None) -> None:
        self.findings, self.seal, self.begin, self.edge = findings, seal, begin, edge

    def check(self, rows: Sequence[Placed], sound: bool) -> merkle.Frontier | None:
        """Name what is wrong and return the frontier on which the next seal's leaves stand."""
        rows = self._without_inserted(rows)
        whole = self._without_gap(rows)
        moved = self._moved(rows)
        changed = [row for row in rows if row.expected != row.hash]
        if not whole or self.edge is None:
            self._name(changed, "record_changed")
            return self._own_edge()
        stored = merkle.extend(self.edge, (row.hash for row in rows))
        if not sound or stored.root == blob(self.seal.root):
            self._name(changed, "record_changed")
            return stored
        meant = merkle.extend(self.edge, (row.expected for row in rows))
        if changed and meant.root == blob(self.seal.root):
            self._name(changed, "leaf_changed")
            return meant
        self._name(changed, "record_changed")
        if not changed and not moved:
            self.findings.add("leaves_rewritten", position=self.begin, detail=self.seal.number)
        return self._own_edge()

    def _without_inserted(self, rows: Sequence[Placed]) -> list[Placed]:
        self._name([row for row in rows if row.position < self.begin], "leaf_inserted")
        return [row for row in rows if row.position >= self.begin]

    def _without_gap(self, rows: Sequence[Placed]) -> bool:
        whole, position = True, self.begin
        for row in rows:
            if row.position > position:
                self.findings.add("leaf_removed", position=position, detail=row.position - 1)
                whole = False
            position = row.position + 1
        if position < self.seal.size:
            self.findings.add("leaf_removed", position=position, detail=self.seal.size - 1)
            whole = False
        return whole

    def _moved(self, rows: Sequence[Placed]) -> bool:
        """Whether a leaf stands out of its place: a sealer gives positions in the order of the record ids."""
        moved = [row for left, row in pairwise(rows) if row.record_id <= left.record_id]
        self._name(moved, "leaf_moved")
        return bool(moved)

    def _name(self, rows: Sequence[Placed], kind: str) -> None:
        for row in rows:
            self.findings.add(kind, position=row.position, record=row.record_id)

    def _own_edge(self) -> merkle.Frontier | None:
        """The frontier that the seal itself kept, if it leads to the seal's root."""
        try:
            edge = self.seal.edge
        except (ValueError, TypeError):
            return None
        return edge if edge.root == blob(self.seal.root) else None


def _records_without_leaf(findings: Findings, facts: FactsCheck, *, complete_to: int) -> None:
    """Records not yet sealed, and those that should have been."""
    leaf = Leaf.objects.filter(record_id=OuterRef("pk"))
    batch: list[Record] = []
    for record in _by_key(Record.objects.filter(~Exists(leaf))):
        if record.pk <= complete_to:
            findings.add("record_inserted", record=record.pk)
        else:
            findings.counts["unsealed"] += 1
        batch.append(record)
        if len(batch) == BATCH:
            facts.check_all(batch)
            batch = []
    facts.check_all(batch)


def _facts_without_record(findings: Findings) -> None:
    record = Record.objects.filter(pk=OuterRef("pk"))
    for row in _by_key(Facts.objects.filter(~Exists(record)).only("record_id")):
        findings.add("facts_orphaned", record=row.pk)
