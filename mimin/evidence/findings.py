"""What a verification found, in words: each problem has a kind for machines and a text for people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

NAMED_AT_MOST = 1000  # problems told one by one; more are only counted

TEXTS = {
    "record_changed": _("Record %(record)s was changed: it no longer agrees with its sealed leaf."),
    "record_removed": _("Record %(record)s was removed: its leaf at position %(position)s still stands."),
    "record_inserted": _(
        "Record %(record)s was inserted later, or its leaf was removed: it was never sealed in its turn."
    ),
    "facts_changed": _("The facts of record %(record)s were changed: they do not lead to its commitment."),
    "facts_missing": _("The facts of record %(record)s are gone, and no erasure was recorded."),
    "facts_orphaned": _("Facts stand under number %(record)s, but there is no such record: it was removed."),
    "index_changed": _("Record %(record)s: the plain columns were changed (%(detail)s)."),
    "erasure_unrecorded": _(
        "Record %(record)s is marked as erased, but the record of that erasure does not say so."
    ),
    "erasure_differs": _(
        "Record %(record)s: what stands beside the erased facts is not what the erasure recorded."
    ),
    "erasure_undone": _("Record %(record)s was lawfully erased, but facts stand there again."),
    "leaf_changed": _("The leaf of record %(record)s at position %(position)s was changed."),
    "leaf_removed": _("The leaves at positions %(position)s to %(detail)s were removed."),
    "leaf_inserted": _(
        "The leaf of record %(record)s at position %(position)s was inserted: it is in no seal."
    ),
    "leaf_moved": _("Records were re-ordered: record %(record)s does not belong at position %(position)s."),
    "leaves_rewritten": _(
        "Seal %(detail)s does not follow from its leaves: a record from position %(position)s on was "
        "rewritten together with its leaf."
    ),
    "leaves_unsealed": _(
        "Leaves from position %(position)s on are in no seal: they were inserted, or the last seals were "
        "removed."
    ),
    "seal_changed": _("Seal %(detail)s was changed: it does not agree with its own hash or with the tree."),
    "seal_removed": _("Seals are missing before seal %(detail)s."),
    "seal_unchained": _("Seal %(detail)s does not name the seal before it: one of the two was rewritten."),
    "copy_damaged": _("An outside copy cannot be read: %(detail)s."),
    "copy_differs": _("Seal %(detail)s is not the one that left the machine: the database was rewritten."),
    "copy_unmatched": _("Seal %(detail)s left the machine, but the database no longer has it."),
    "copies_missing": _("There is no outside copy of a seal in %(detail)s: nothing could be compared."),
}


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it was sealed. ``position`` counts leaves from 0."""

    kind: str
    position: int | None
    record_id: int | None
    text: str


@dataclass(frozen=True)
class Verdict:
    """The outcome: the problems (the first thousand), how many there were, and what was looked at.

    ``unsealed`` records are younger than the last seal, and nothing is proved about them yet; ``copies`` are
    the lines from outside that were compared.
    """

    problems: tuple[Problem, ...]
    problem_count: int
    records: int
    leaves: int
    seals: int
    erased: int
    unsealed: int
    copies: int

    @property
    def ok(self) -> bool:
        """Whether everything is as it was sealed."""
        return self.problem_count == 0


@dataclass
class Findings:
    """Collects problems and counts while a verification runs."""

    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(
        self, kind: str, *, position: int | None = None, record: int | None = None, detail: Any = ""
    ) -> None:
        """Name one problem."""
        self.counts["problems"] += 1
        if len(self.problems) < NAMED_AT_MOST:
            text = str(TEXTS[kind]) % {"record": record, "position": position, "detail": detail}
            self.problems.append(Problem(kind, position, record, text))

    def verdict(self) -> Verdict:
        """What was found so far."""
        counted = {
            name: self.counts[name] for name in ("records", "leaves", "seals", "erased", "unsealed", "copies")
        }
        return Verdict(tuple(self.problems), self.counts["problems"], **counted)
