"""The verbs of evidence: record, erase and seal."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from mimin.evidence import format, merkle
from mimin.evidence.format import Actor, Entry, SealLine, Subject
from mimin.evidence.models import Facts, Leaf, Record, Seal
from mimin.evidence.rules import ERASED, erased_index
from mimin.lib import store
from mimin.lib.settled import settled_to

ERASE_AT_MOST = 500  # records in one erasure
SEAL_AT_MOST = 10_000  # records in one seal: on SQLite nobody else writes while they are sealed


class CannotErase(ValueError):
    """An erasure that would not be true or not be complete; the text says which records and why."""


class CannotSeal(RuntimeError):
    """The last seal does not agree with itself, so nothing can be built on it: run the verification."""


def record(kind: str, *, subject: Subject, by: Actor, at: datetime, facts: Mapping[str, Any]) -> Record:
    """Record that something happened, in the transaction in which it happens.

    ``kind`` is a dotted verb such as "case.transferred"; ``at`` carries a time zone. Raises NotCanonical for
    facts that the encoding does not hold and RuntimeError outside a transaction.
    """
    return record_many([Entry(kind, subject, by, at, facts)])[0]


def record_many(entries: Iterable[Entry]) -> list[Record]:
    """Record many things in two bulk inserts; the records come back in the order of the entries."""
    if not connection.in_atomic_block:
        raise RuntimeError("evidence is recorded in the transaction of what it is evidence of")
    listed = list(entries)
    canonicals = [format.envelope(entry) for entry in listed]
    salts = _salts(len(listed))
    records = store.insert(
        [
            Record(commitment=format.commitment(format.VERSION, salt, canonical))
            for salt, canonical in zip(salts, canonicals, strict=True)
        ]
    )
    store.insert(list(map(_facts, records, listed, salts, canonicals)))
    return records


def erase(record_ids: Iterable[int], *, by: Actor, why: str, at: datetime) -> Record:
    """Lawfully destroy the facts of records (UU 27/2022, Pasal 8, 43 and 44) and record that it was done.

    The records stay, so that every proof stays true. ``why`` names the ground in at most 500 characters and
    holds no personal data. Runs inside the caller's transaction. Raises CannotErase, and erases nothing, when
    an id is unknown, erased already or itself an erasure.
    """
    ids = sorted(set(record_ids))
    if not 0 < len(ids) <= ERASE_AT_MOST:
        bounds = {"most": ERASE_AT_MOST, "count": len(ids)}
        raise CannotErase(_("an erasure names 1 to %(most)s records, not %(count)s") % bounds)
    if not by.label or not 0 < len(why.strip()) <= 500:
        raise CannotErase(_("an erasure names who decided it, and why in at most 500 characters"))
    rows = list(Facts.objects.select_for_update().filter(record_id__in=ids).order_by("record_id"))
    _refuse_what_cannot_be_erased(ids, rows)
    facts = {"records": [erased_index(row) for row in rows], "why": why}
    done = record(ERASED, subject=_common_subject(rows), by=by, at=at, facts=facts)
    destroyed = {"salt": None, "canonical": None, "actor_label": "", "subject_label": ""}
    told = {"erased_at": at, "erased_by": by.label, "erased_why": why, "erased_in": done.pk}
    Facts.objects.filter(record_id__in=ids).update(**destroyed, **told)
    return done


def seal(*, at: datetime) -> Seal | None:
    """Give every record without a leaf its position, at most 10,000 of them, and seal the tree; None if none
    waits.

    One sealer at a time. The work is in proportion to the new records: it looks only above the last seal's
    ``complete_to``. Raises CannotSeal where the last seal was tampered with.
    """
    with transaction.atomic(durable=True):
        store.lock("evidence.seal")
        last = Seal.objects.order_by("-number").first()
        complete_to = last.complete_to if last else 0
        settled = settled_to(Record._meta.db_table)
        waiting = _records_without_leaf(above=complete_to)
        if not waiting:
            return None
        if settled is not None:
            highest = waiting[-1][0] if len(waiting) == SEAL_AT_MOST else settled
            complete_to = max(complete_to, min(settled, highest))
        edge = _edge_of(last)
        hashes = [format.leaf(version, pk, committed) for pk, version, committed in waiting]
        places = enumerate(zip(waiting, hashes, strict=True), start=edge.size)
        store.insert([Leaf(position=at, record_id=pk, hash=hashed) for at, ((pk, _, _), hashed) in places])
        return _write_seal(merkle.extend(edge, hashes), last, complete_to, at)


def _salts(count: int) -> list[bytes]:
    drawn = secrets.token_bytes(count * format.SALT)
    return [drawn[at : at + format.SALT] for at in range(0, len(drawn), format.SALT)]


def _facts(made: Record, entry: Entry, salt: bytes, canonical: bytes) -> Facts:
    return Facts(
        record_id=made.pk,
        salt=salt,
        canonical=canonical,
        kind=entry.kind,
        at=entry.at,
        actor_id=entry.by.id,
        actor_label=entry.by.label,
        subject_kind=entry.subject.kind,
        subject_id=entry.subject.id,
        subject_label=entry.subject.label,
    )


def _refuse_what_cannot_be_erased(ids: Sequence[int], rows: Sequence[Facts]) -> None:
    refused = {
        _("unknown"): sorted(set(ids) - {row.pk for row in rows}),
        _("erased already"): [row.pk for row in rows if row.erased_at],
        _("themselves erasures"): [row.pk for row in rows if row.kind == ERASED],
    }
    if any(refused.values()):
        raise CannotErase("; ".join(f"{why}: {found}" for why, found in refused.items() if found))


def _common_subject(rows: Sequence[Facts]) -> Subject:
    """What all rows are about, so that a trail shows its own erasures; else the evidence as a whole."""
    subjects = {(row.subject_kind, row.subject_id) for row in rows}
    return Subject(*subjects.pop()) if len(subjects) == 1 else Subject("evidence")


def _records_without_leaf(*, above: int) -> list[tuple[int, int, bytes]]:
    leaf = Leaf.objects.filter(record_id=OuterRef("pk"), record_id__gt=above)
    waiting = Record.objects.filter(~Exists(leaf), pk__gt=above).order_by("pk")
    rows = waiting.values_list("pk", "version", "commitment")[:SEAL_AT_MOST]
    return [(pk, version, bytes(committed)) for pk, version, committed in rows]


def _edge_of(last: Seal | None) -> merkle.Frontier:
    if last is None:
        return merkle.EMPTY
    try:
        edge = last.edge
    except ValueError as error:
        raise CannotSeal(f"seal {last.number}: {error}") from None
    if edge.root != bytes(last.root) or last.line.hash != bytes(last.hash):
        raise CannotSeal(f"seal {last.number} does not agree with itself")
    return edge


def _write_seal(edge: merkle.Frontier, last: Seal | None, complete_to: int, at: datetime) -> Seal:
    previous = bytes(last.hash) if last else format.NO_SEAL
    line = SealLine((last.number if last else 0) + 1, edge.size, edge.root, previous, at)
    return Seal.objects.create(
        number=line.number,
        size=line.size,
        root=line.root,
        previous=line.previous,
        hash=line.hash,
        frontier=bytes(edge),
        complete_to=complete_to,
        at=at,
    )
