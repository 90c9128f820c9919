"""The tables of evidence. Their format never changes: docs/evidence.md says what it proves.

``Record``, ``Leaf`` and ``Seal`` are append-only; ``Facts`` changes once, when it is lawfully erased
(``guards.py``). Nothing here points upward: actor and subject are plain ids and labels, and a label holds no
personal data.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from mimin.evidence import format, merkle
from mimin.lib.sealed import SealedText


class Record(models.Model):
    """That something happened: a version and the commitment to its facts, 32 bytes. It stays for ever."""

    id = models.BigAutoField(primary_key=True)
    version = models.PositiveSmallIntegerField(default=format.VERSION)
    commitment = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"record {self.pk}"


class Facts(models.Model):
    """What happened: the salt and the canonical facts of a record, until they are lawfully erased.

    The columns from ``kind`` to ``subject_label`` say again, for the database's indexes, what stands in the
    canonical facts; verification compares them. After an erasure the record ``erased_in`` says what was
    erased and why.
    """

    record = models.OneToOneField(Record, models.DO_NOTHING, primary_key=True, related_name="facts")
    salt = models.BinaryField(max_length=format.SALT, null=True)
    canonical = models.BinaryField(null=True)
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=200)
    subject_id = models.BigIntegerField(null=True)
    subject_label = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)
    erased_by = models.CharField(max_length=200, blank=True)
    erased_why = models.CharField(max_length=500, blank=True)
    erased_in = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "record"], name="facts_of_subject"),
            models.Index(fields=["kind", "at"], name="facts_by_kind"),
            models.Index(
                fields=["erased_at"], name="facts_erased", condition=models.Q(erased_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.pk})"

    @property
    def details(self) -> dict[str, Any] | None:
        """The entry's own facts; None once they are erased."""
        return None if self.canonical is None else json.loads(bytes(self.canonical))["facts"]


class Leaf(models.Model):
    """The place of a record in the tree: positions from 0 without a gap, given by the sealer."""

    position = models.BigIntegerField(primary_key=True)
    record_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"leaf {self.position}"


class Seal(models.Model):
    """The root over the first ``size`` leaves, chained to the seal before it by ``previous``.

    ``frontier`` is the tree's right edge, so that the next seal costs only its own leaves. ``complete_to`` is
    where the next sealer begins to look: every record up to this id has its leaf. It is no part of what is
    hashed.
    """

    number = models.BigIntegerField(primary_key=True)
    version = models.PositiveSmallIntegerField(default=format.VERSION)
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    frontier = models.BinaryField()
    complete_to = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"seal {self.number}"

    @property
    def line(self) -> format.SealLine:
        """The seal as it leaves the machine."""
        root, previous = bytes(self.root), bytes(self.previous)
        return format.SealLine(self.number, self.size, root, previous, self.at, self.version)

    @property
    def edge(self) -> merkle.Frontier:
        """The tree's right edge. Raises ValueError where it does not fit the size."""
        return merkle.frontier(self.size, bytes(self.frontier))


class SealCopy(models.Model):
    """One seal's way to one place outside: "file", or "mail:" and an address. ``due_at`` is None once it is
    sent."""

    seal = models.ForeignKey(Seal, models.DO_NOTHING, related_name="copies")
    where = models.CharField(max_length=260)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "where"], name="one_copy_of_a_seal_in_a_place")
        ]
        indexes = [
            models.Index(fields=["due_at"], name="seal_copy_due", condition=models.Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.seal_id} to {self.where}"


class Capture(models.Model):
    """A file that came to us or proves something, kept once under the SHA-256 of its bytes; the record of what it
    belongs to names it. ``key`` opens the file: it is sealed itself, and used for nothing else."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    key = SealedText()

    def __str__(self) -> str:
        return self.sha256
