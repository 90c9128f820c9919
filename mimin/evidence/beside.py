"""Check what lies beside each record: its facts, its plain columns, and the record of its erasure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

from mimin.evidence.findings import Findings
from mimin.evidence.models import Facts
from mimin.evidence.rules import (
    ERASED,
    Erasure,
    Fault,
    Held,
    blob,
    erasure_faults,
    facts_faults,
    is_erased,
    read_erasure,
)

_COLUMNS = ("pk", *(field.attname for field in Facts._meta.concrete_fields if not field.primary_key))


class Kept(Protocol):
    """A row of ``Record``, read only."""

    @property
    def pk(self) -> int: ...

    @property
    def version(self) -> int: ...

    @property
    def commitment(self) -> Any: ...


class FactsCheck:
    """Checks records in batches: ``read`` their facts, then ``check`` each."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self._held: dict[int, Held] = {}
        self._erasure = lru_cache(maxsize=16)(_read_erasure)

    def read(self, record_ids: Sequence[int]) -> None:
        """Fetch the facts of a batch; a row with a value that cannot be read at all is fetched as if it were
        gone."""
        try:
            self._held = {held.pk: held for held in _rows(record_ids)}
        except (ValueError, TypeError):
            self._held = {held.pk: held for pk in record_ids for held in _readable(pk)}

    def check_all(self, records: Sequence[Kept]) -> None:
        """Check records that have no leaf."""
        self.read([record.pk for record in records])
        for record in records:
            self.check(record, position=None, leaf=b"")

    def check(self, record: Kept, *, position: int | None, leaf: bytes) -> None:
        """Name the faults of one record's facts. ``leaf`` tells a changed record from changed facts."""
        self.findings.counts["records"] += 1
        held = self._held.get(record.pk)
        for fault in self._faults(record, held, leaf):
            self.findings.add(fault.kind, position=position, record=record.pk, detail=fault.detail)
        if held is not None and held.kind == ERASED:
            self._check_still_erased(held)

    def _faults(self, record: Kept, held: Held | None, leaf: bytes) -> list[Fault]:
        if held is None:
            return [Fault("facts_missing")]
        if is_erased(held):
            self.findings.counts["erased"] += 1
            return erasure_faults(held, self._erasure(held.erased_in))
        return facts_faults(record.version, blob(record.commitment), leaf, held)

    def _check_still_erased(self, erasing: Held) -> None:
        """What the record of an erasure names must be erased by it still."""
        erasure = self._erasure(erasing.pk)
        named = list(erasure.erased) if erasure else []
        for row in Facts.objects.filter(pk__in=named).exclude(erased_in=erasing.pk).order_by("pk"):
            self.findings.add("erasure_undone", record=row.pk)


def _rows(record_ids: Sequence[int]) -> list[Any]:
    """Plain rows: whole instances would take half of the time of a verification."""
    return list(Facts.objects.filter(pk__in=record_ids).values_list(*_COLUMNS, named=True))


def _readable(record_id: int) -> list[Any]:
    try:
        return _rows([record_id])
    except (ValueError, TypeError):
        return []


def _read_erasure(record_id: int | None) -> Erasure | None:
    """What the record of an erasure says; None where there is none to be read."""
    held = Facts.objects.filter(pk=record_id).first() if record_id is not None else None
    try:
        return read_erasure(json.loads(blob(held.canonical))) if held else None
    except (ValueError, KeyError, TypeError):
        return None
