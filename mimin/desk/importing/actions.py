"""The verbs on a file of history: send it, choose its columns, have it checked, let it come in, cancel it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.desk.importing import columns, keeping, tables
from mimin.desk.importing.limits import Unreadable
from mimin.desk.importing.words import why_not
from mimin.desk.models import ImportFault, ImportJob
from mimin.desk.states import IMPORT
from mimin.evidence.actions import Actor, Subject, record
from mimin.language.understand import prepare
from mimin.lib.moving import Refused, move
from mimin.lib.work import nudge
from mimin.people.models import Person
from mimin.registry.models import Channel

QUEUE = "import"
LEASE = timedelta(minutes=5)
ABANDONED, KEPT = timedelta(days=7), timedelta(days=30)
"""How long a file waits for somebody to go on with it, and rows that were left out for being mended. Our proposal."""
MIMIN = Actor(None, "Mimin")
SAMPLE = 5
_LOOK_AT = 16
_SHOWN_OF_CELL = 160


def about(job: ImportJob) -> Subject:
    """How the trail names a file: by its number; what people call a file may be anything."""
    return Subject("import", job.pk, job.channel.name)


def upload(
    *, channel: Channel, file: BinaryIO, name: str, person: Person | None, by: Actor, at: datetime
) -> ImportJob:
    """Keep a file, sealed, and propose what its columns are. Refused in words where it cannot be read."""
    if channel.retired_at:
        raise Refused(_("This channel is retired. Take it up again, or choose another one."))
    try:
        reading = tables.recognised(file)
        with closing(tables.rows(file, reading)) as every:
            first = list(islice(every, _LOOK_AT))
        header = columns.header(first)
    except Unreadable as error:
        raise Refused(why_not({"code": error.code, "given": error.given})) from None
    shown = [_masked(cells) for number, cells in first if number > header.row][:SAMPLE]
    size, digest, place = file.seek(0, 2), keeping.digest(file), keeping.keep(file)
    with transaction.atomic():
        job = ImportJob.objects.create(
            channel=channel, person=person, name=prepare(name).text[:160], form=header.form, size=size, digest=digest,
            place=place, reading={**asdict(reading), "header": header.row}, added_at=at,
            sample=json.dumps({"names": header.names, "rows": shown}, ensure_ascii=False),
            mapping=columns.proposed(header.names),
            state=IMPORT.initial, state_since=at, state_by=by.label,
        )  # fmt: skip
        facts = {"sha256": digest, "size": size, "channel": channel.pk}
        record("import.uploaded", subject=about(job), by=by, at=at, facts=facts)
    return job


def _masked(cells: list[str]) -> list[str]:
    return [prepare(cell[: 2 * _SHOWN_OF_CELL]).text[:_SHOWN_OF_CELL] for cell in cells]


@transaction.atomic
def check(
    *, job: ImportJob, mapping: Mapping[str, int], otherwise: str, by: Actor, at: datetime
) -> ImportJob:
    """Say which column is what, and have every row looked at before anything comes in."""
    if not all(field in mapping for field in columns.NEEDED):
        raise Refused(_("Choose which column holds the date and which the text of the report."))
    if job.form == columns.LAPOR and "tracking" not in mapping:
        raise Refused(_("Choose which column holds the Tracking ID."))
    if len(set(mapping.values())) < len(mapping):
        raise Refused(_("One column was chosen for two things. Choose another for one of them."))
    ImportFault.objects.filter(job=job).delete()
    move(
        job, IMPORT, "check", by=by.label, at=at, mapping=dict(mapping), otherwise=otherwise, found=None,
        looked_at=0, total=0, tries=0, lease_until=None, due_at=at,
    )  # fmt: skip
    record("import.columns_chosen", subject=about(job), by=by, at=at, facts={"columns": dict(mapping)})
    nudge(QUEUE, job.pk)
    return job


@transaction.atomic
def change(*, job: ImportJob, by: Actor, at: datetime) -> ImportJob:
    """Go back to the columns after the check."""
    move(job, IMPORT, "change", by=by.label, at=at)
    record("import.reconsidered", subject=about(job), by=by, at=at, facts={})
    return job


@transaction.atomic
def run(*, job: ImportJob, by: Actor, at: datetime) -> ImportJob:
    """Let what was checked come in."""
    if job.found is not None and not job.found["fresh"]:
        raise Refused(_("No row of this file is new. There is nothing to take in."))
    move(job, IMPORT, "run", by=by.label, at=at, looked_at=0, tries=0, lease_until=None, due_at=at)
    record("import.begun", subject=about(job), by=by, at=at, facts={"rows": job.total})
    nudge(QUEUE, job.pk)
    return job


@transaction.atomic
def cancel(*, job: ImportJob, by: Actor, at: datetime) -> ImportJob:
    """Go no further. What came in already stays; the file is deleted."""
    place = job.place
    move(job, IMPORT, "cancel", by=by.label, at=at, due_at=None, lease_until=None, place="")
    record("import.cancelled", subject=about(job), by=by, at=at, facts={"rows": job.looked_at})
    transaction.on_commit(lambda: keeping.drop(place))
    return job


@transaction.atomic
def report(*, job: ImportJob, found: Mapping[str, Any], by: Actor, at: datetime, **copy: Any) -> ImportJob:
    """The check is done: what is in the file. ``copy``: the place and the format of a plainer copy of it."""
    before = job.place
    move(
        job, IMPORT, "report", by=by.label, at=at, unchanged=("began_at",), found=dict(found), total=found["rows"],
        looked_at=found["rows"], due_at=None, lease_until=None, **copy,
    )  # fmt: skip
    if job.place != before:
        transaction.on_commit(lambda: keeping.drop(before))
    facts = {"rows": found["rows"], "fresh": found["fresh"], "known": found["known"]}
    record("import.checked", subject=about(job), by=by, at=at, facts=facts)
    return job


@transaction.atomic
def finish(*, job: ImportJob, by: Actor, at: datetime) -> ImportJob:
    """Everything is in; the file is deleted."""
    place = job.place
    move(
        job,
        IMPORT,
        "finish",
        by=by.label,
        at=at,
        unchanged=("began_at",),
        due_at=None,
        lease_until=None,
        place="",
    )
    facts = {
        "taken_in": job.taken_in,
        "known": job.known,
        "left_out": job.faults.count(),
        "sha256": job.digest,
    }
    record("import.done", subject=about(job), by=by, at=at, facts=facts)
    transaction.on_commit(lambda: keeping.drop(place))
    return job


@transaction.atomic
def fail(*, job: ImportJob, trouble: Mapping[str, Any], by: Actor, at: datetime) -> ImportJob:
    """It cannot go on, and why (a code of words.FILES). What came in already stays; the file is deleted."""
    place = job.place
    move(
        job, IMPORT, "fail", by=by.label, at=at, unchanged=("began_at",), trouble=dict(trouble), due_at=None,
        lease_until=None, place="",
    )  # fmt: skip
    record(
        "import.failed",
        subject=about(job),
        by=by,
        at=at,
        facts={"code": trouble["code"], "rows": job.looked_at},
    )
    transaction.on_commit(lambda: keeping.drop(place))
    return job


def forget(at: datetime) -> int:
    """Cancel files that nobody went on with, and forget the rows that were left out long ago. Safe to run twice.

    Returns how many files it was about.
    """
    rested = ImportJob.objects.filter(state__in=("mapping", "checked"), state_since__lt=at - ABANDONED)
    waiting = list(rested.select_related("channel", "channel__unit"))
    for job in waiting:
        cancel(job=job, by=MIMIN, at=at)
    old = ImportJob.objects.filter(state__in=IMPORT.final, state_since__lt=at - KEPT, faults__isnull=False)
    jobs = list(old.select_related("channel").distinct())
    for job in jobs:
        with transaction.atomic():
            rows, _each = ImportFault.objects.filter(job=job).delete()
            record("import.left_out_forgotten", subject=about(job), by=MIMIN, at=at, facts={"rows": rows})
    return len(jobs) + len(waiting)
