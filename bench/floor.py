"""The fixed floor: the same rows through Django's ORM with no logic at all.

A message, its case, the part its unit takes, the search index over its text and the table that knows duplicates (the
unique constraint on channel and remote id). No evidence, no masking, no encryption, no routing, no clock. Do not slow
this script: every ratio of the intake is measured against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, models, transaction

from mimin.lib.store import Index, install_search


class FloorCase(models.Model):
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=20)
    channel_id = models.BigIntegerField()
    lead_id = models.BigIntegerField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rank = models.BigIntegerField()

    class Meta:
        app_label = "mimin"
        db_table = "floor_case"
        managed = False

    def __str__(self) -> str:
        return f"{self._meta.db_table} {self.pk}"


class FloorPart(models.Model):
    case_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    part = models.CharField(max_length=8)
    rank = models.BigIntegerField()

    class Meta:
        app_label = "mimin"
        db_table = "floor_part"
        managed = False

    def __str__(self) -> str:
        return f"{self._meta.db_table} {self.pk}"


class FloorMessage(models.Model):
    channel_id = models.BigIntegerField()
    remote_id = models.CharField(max_length=120)
    case_id = models.BigIntegerField()
    author = models.CharField(max_length=120)
    text = models.TextField()
    raw = models.BinaryField()
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        app_label = "mimin"
        db_table = "floor_message"
        managed = False

    def __str__(self) -> str:
        return f"{self._meta.db_table} {self.pk}"


TABLES = (FloorCase, FloorPart, FloorMessage)
INDEXES = (
    "CREATE INDEX floor_case_rank ON floor_case (rank, id)",
    "CREATE INDEX floor_part_rank ON floor_part (unit_id, rank, case_id)",
    "CREATE UNIQUE INDEX floor_message_once ON floor_message (channel_id, remote_id)",
)


def build() -> None:
    """Make the floor's own tables, index and duplicate table."""
    with connection.schema_editor() as editor:
        for model in TABLES:
            editor.create_model(model)
    with connection.cursor() as cursor:
        for sql in INDEXES:
            cursor.execute(sql)
    install_search(connection, Index("floor_message", "text"))


Told = tuple[str, str, str, datetime]
"""remote id, text, author, when."""


def insert(told: Sequence[Told], *, channel: int, unit: int, at: datetime) -> None:
    """Insert a batch in one transaction."""
    with transaction.atomic():
        cases = FloorCase.objects.bulk_create(
            [
                FloorCase(
                    title=text[:80],
                    state="new",
                    channel_id=channel,
                    lead_id=unit,
                    opened_at=when,
                    due_at=when,
                    rank=1,
                )
                for _remote, text, _author, when in told
            ]
        )
        FloorPart.objects.bulk_create(
            [FloorPart(case_id=c.pk, unit_id=unit, part="lead", rank=1) for c in cases]
        )
        FloorMessage.objects.bulk_create(
            [
                FloorMessage(
                    channel_id=channel, remote_id=remote, case_id=case.pk, author=author, text=text,
                    raw=text.encode(), sent_at=when, received_at=at,
                )
                for (remote, text, author, when), case in zip(told, cases, strict=True)
            ]
        )  # fmt: skip
