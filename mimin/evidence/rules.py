"""Whether what lies beside a record agrees with it. Pure Python: a record's row goes in, its faults come out.

A fault is a kind (the texts are in ``findings.py``) and a detail for its text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from mimin.evidence import format
from mimin.evidence.canonical import instant

ERASED = "evidence.erased"


class Held(Protocol):
    """A row of ``Facts``, read only."""

    @property
    def pk(self) -> int: ...

    @property
    def salt(self) -> Any: ...

    @property
    def canonical(self) -> Any: ...

    @property
    def kind(self) -> Any: ...

    @property
    def at(self) -> Any: ...

    @property
    def actor_id(self) -> Any: ...

    @property
    def actor_label(self) -> Any: ...

    @property
    def subject_kind(self) -> Any: ...

    @property
    def subject_id(self) -> Any: ...

    @property
    def subject_label(self) -> Any: ...

    @property
    def erased_at(self) -> Any: ...

    @property
    def erased_by(self) -> Any: ...

    @property
    def erased_why(self) -> Any: ...

    @property
    def erased_in(self) -> Any: ...


class Fault(NamedTuple):
    """What is wrong, and the detail that its text names."""

    kind: str
    detail: str = ""


class Erasure(NamedTuple):
    """What a record of an erasure says: when, by which office, why, and the plain columns of what it erased,
    by id."""

    at: str
    by: str
    why: str
    erased: Mapping[int, Mapping[str, Any]]


def blob(value: Any) -> bytes:
    """Bytes from a column, nothing where somebody put something else there."""
    return bytes(value) if isinstance(value, (bytes, memoryview)) else b""


def leaf_of(version: int, record_id: int, committed: bytes) -> bytes:
    """The leaf's hash, or nothing where the record's own columns are out of all bounds."""
    try:
        return format.leaf(version, record_id, committed)
    except (ValueError, OverflowError):
        return b""


def committed_by(version: int, held: Held) -> bytes:
    """The commitment that the salt and the facts lead to, or nothing where the version is out of bounds."""
    try:
        return format.commitment(version, blob(held.salt), blob(held.canonical))
    except ValueError:
        return b""


def is_erased(held: Held) -> bool:
    """Whether anything about the row says that its facts were destroyed."""
    return (
        held.erased_at is not None
        or held.erased_in is not None
        or held.salt is None
        or held.canonical is None
    )


def erased_index(held: Held) -> dict[str, Any]:
    """What an erasure's record keeps of each record it erases: its plain columns without the labels."""
    return {
        "actor": held.actor_id,
        "at": _moment(held.at),
        "id": held.pk,
        "kind": held.kind,
        "subject": {"id": held.subject_id, "kind": held.subject_kind},
    }


def facts_faults(version: int, committed: bytes, sealed: bytes, held: Held) -> list[Fault]:
    """The faults of facts that were not erased. ``sealed`` is the record's leaf, or nothing before it is
    sealed: facts that lead to it are as they were sealed, and if the record says otherwise, it is the record
    that was changed."""
    true_to_leaf = any(
        leaf_of(v, held.pk, committed_by(v, held)) == sealed for v in format.VERSIONS if sealed
    )
    if not true_to_leaf and committed_by(version, held) != committed:
        return [Fault("facts_changed")]
    try:
        columns = _changed_columns(held, json.loads(blob(held.canonical)))
    except (ValueError, KeyError, TypeError):
        return [Fault("facts_changed")]
    return [Fault("index_changed", ", ".join(columns))] if columns else []


def _changed_columns(held: Held, said: Mapping[str, Any]) -> list[str]:
    actor, subject = said["actor"], said["subject"]
    pairs = {
        "kind": (held.kind, said["kind"]),
        "at": (_moment(held.at), said["at"]),
        "actor_id": (held.actor_id, actor["id"]),
        "actor_label": (held.actor_label, actor["label"]),
        "subject_kind": (held.subject_kind, subject["kind"]),
        "subject_id": (held.subject_id, subject["id"]),
        "subject_label": (held.subject_label, subject["label"]),
        "erased_by": (held.erased_by, ""),
        "erased_why": (held.erased_why, ""),
    }
    return [name for name, (column, fact) in pairs.items() if column != fact]


def erasure_faults(held: Held, erasure: Erasure | None) -> list[Fault]:
    """The faults of facts that were erased; ``erasure`` is what the record that ``erased_in`` names says."""
    if erasure is None:
        return [Fault("facts_missing" if held.erased_in is None else "erasure_unrecorded")]
    if held.salt is not None or held.canonical is not None:
        return [Fault("erasure_undone")]
    if erasure.erased.get(held.pk) != erased_index(held):
        return [Fault("erasure_differs")]
    told = (erasure.at, erasure.by, erasure.why, "", "")
    kept = (_moment(held.erased_at), held.erased_by, held.erased_why, held.actor_label, held.subject_label)
    return [] if told == kept else [Fault("erasure_differs")]


def read_erasure(said: Mapping[str, Any]) -> Erasure | None:
    """What the canonical facts of an erasure say; None where they are no erasure."""
    if said.get("kind") != ERASED:
        return None
    facts = said["facts"]
    return Erasure(
        said["at"], said["actor"]["label"], facts["why"], {row["id"]: row for row in facts["records"]}
    )


def _moment(at: Any) -> str | None:
    return instant(at) if isinstance(at, datetime) else None
