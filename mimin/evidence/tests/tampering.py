"""What a skilled owner of the database could do, and what the verification says to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mimin.evidence import format, merkle
from mimin.evidence.models import Leaf, Seal
from mimin.evidence.tests.made import entry
from mimin.evidence.verify import verify

Sql = Callable[..., None]


def named(sealed: list[int], copies: Path | None = None) -> list[tuple[str, int | None, int | None]]:
    """Each problem's kind, position, and which of the fixture's records it names, counted from 1."""
    place = {pk: number for number, pk in enumerate(sealed, start=1)}
    problems = verify(copies=copies).problems
    return [(row.kind, row.position, place.get(row.record_id, row.record_id)) for row in problems]


def rewrite(tamper: Sql, record_id: int) -> bytes:
    """Other facts with their own salt and commitment, as a skilled owner of the database would write them."""
    canonical = format.envelope(entry(2, facts={"to": "nobody"}))
    committed = format.commitment(1, bytes(32), canonical)
    tamper(
        "UPDATE mimin_facts SET salt = %s, canonical = %s WHERE record_id = %s",
        bytes(32),
        canonical,
        record_id,
    )
    tamper("UPDATE mimin_record SET commitment = %s WHERE id = %s", committed, record_id)
    return committed


def rewrite_everything(tamper: Sql, sealed: list[int]) -> None:
    """The whole database rewritten with one other record: every leaf, root and seal made anew."""
    hashed = format.leaf(1, sealed[1], rewrite(tamper, sealed[1]))
    tamper("UPDATE mimin_leaf SET hash = %s WHERE record_id = %s", hashed, sealed[1])
    leaves = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("position")]
    previous = format.NO_SEAL
    for row in Seal.objects.order_by("number"):
        edge = merkle.extend(merkle.EMPTY, leaves[: row.size])
        line = replace(row.line, root=edge.root, previous=previous)
        sql = "UPDATE mimin_seal SET root = %s, previous = %s, hash = %s, frontier = %s WHERE number = %s"
        tamper(sql, line.root, line.previous, line.hash, bytes(edge), row.number)
        previous = line.hash
