"""take in: the rows of a file are checked, and then come in through the same intake as everything that is heard.

A worker holds the job by ``began_at``: whoever takes the job after its lease ran out sets it anew, and the one before
stops at its next batch. Rows and progress are written in one transaction, so that a killed worker doubles nothing.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mimin.desk.importing import actions
from mimin.desk.importing.incoming import Incoming
from mimin.desk.importing.limits import Unreadable
from mimin.desk.importing.places import Places
from mimin.desk.importing.reading import Copy, FileRow, reports, rows_of, today
from mimin.desk.models import ImportFault, ImportJob
from mimin.evidence.actions import Actor
from mimin.inbox.history import Past
from mimin.inbox.intake import Received, receive
from mimin.inbox.models import Case, Message, Note
from mimin.inbox.understanding import understanding
from mimin.language.understand import prepare
from mimin.lib.crypto import KeyMissing, Tampered
from mimin.lib.store import insert, is_full
from mimin.people.actions import actor
from mimin.people.models import Unit
from mimin.platforms.base import Heard

log = logging.getLogger("mimin.import")

BATCH = 200
SLICE = 60.0
"""Seconds after which a worker puts a job down for another turn, so that it can be stopped in between."""
TRIES = 5
NAMED = 200
"""So many names of units are counted by name; what a file names beyond is counted together."""


class _TakenOver(Exception):
    """Another worker has the job now, or a person cancelled it."""


def take_in(pk: int) -> None:
    """A worker's entry point: check a file, or let rows of it come in for a while."""
    job = _begun(pk)
    try:
        if job.tries > TRIES:  # the process ended each time: what kills it is in the file
            _stop(job, "unknown", {})
        elif job.state == "checking":
            _check(job)
        elif job.state == "running":
            _bring(job)
        else:
            ImportJob.objects.filter(pk=pk).update(due_at=None)
    except _TakenOver:
        return
    except Unreadable as error:
        _stop(job, error.code, error.given)
    except (KeyMissing, Tampered, FileNotFoundError):
        log.exception("the file of import %s does not open", pk)
        _stop(job, "closed", {})
    except Exception as error:
        if job.tries < TRIES or is_full(error):
            raise
        log.exception("import %s was tried %s times", pk, job.tries)
        _stop(job, "unknown", {})
    finally:
        ImportJob.objects.filter(pk=pk, began_at=job.began_at).update(lease_until=None)


def _begun(pk: int) -> ImportJob:
    ImportJob.objects.filter(pk=pk).update(began_at=timezone.now(), began_with=F("looked_at"))
    return ImportJob.objects.select_related("channel", "channel__unit", "person").get(pk=pk)


def _stop(job: ImportJob, code: str, given: dict[str, Any]) -> None:
    actions.fail(job=job, trouble={"code": code, "given": given}, by=_by(job), at=timezone.now())


def _by(job: ImportJob) -> Actor:
    return actor(job.person) if job.person else Actor(None, job.state_by)


def _go_on(job: ImportJob, **changes: Any) -> None:
    """Write down how far it is, and keep the job for longer. Raises _TakenOver where it is no longer ours."""
    now = timezone.now()
    mine = ImportJob.objects.filter(pk=job.pk, state=job.state, began_at=job.began_at)
    if not mine.update(due_at=now, lease_until=now + actions.LEASE, tries=0, **changes):
        raise _TakenOver


# -- rows -------------------------------------------------------------------------------------------------------------


def _batches(rows: Iterator[FileRow], size: int) -> Iterator[list[FileRow]]:
    batch: list[FileRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _known(job: ImportJob, reports: list[Incoming]) -> set[str]:
    """Which of these reports are here already: heard on this channel, or kept under their Tracking ID."""
    ids = [report.remote_id for report in reports]
    heard = Message.objects.filter(channel=job.channel, remote_id__in=ids).values_list("remote_id", flat=True)
    tracked = [report.tracking_id for report in reports if report.tracking_id]
    kept = Case.objects.filter(tracking_id__in=tracked).values_list("tracking_id", flat=True)
    return {*heard, *(str(one) for one in kept)}


def _keep_faults(job: ImportJob, rows: list[FileRow]) -> None:
    ImportFault.objects.bulk_create(
        [
            ImportFault(
                job=job, row=row.number, code=row.fault.code, given=row.fault.given,
                cells=json.dumps(row.cells, ensure_ascii=False),
            )
            for row in rows
            if row.fault
        ],
        ignore_conflicts=True,
    )  # fmt: skip


# -- the check --------------------------------------------------------------------------------------------------------


@dataclass
class _Tally:
    """What a file holds, counted."""

    rows: int = 0
    fresh: int = 0
    known: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    units: Counter[int] = field(default_factory=Counter)
    nobody: Counter[str] = field(default_factory=Counter)
    spelled: dict[str, str] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None

    def add(self, job: ImportJob, batch: list[FileRow], here: Places, known: set[str]) -> None:
        self.rows += len(batch)
        for row in batch:
            if row.fault:
                self.faults[row.fault.code] += 1
            elif row.report and row.report.remote_id in known:
                self.known += 1
            elif row.report:
                self._fresh(job, row.report, here)

    def _fresh(self, job: ImportJob, report: Incoming, here: Places) -> None:
        self.fresh += 1
        self.states[state_of(report, job.otherwise)] += 1
        self.classes[report.klass] += 1
        if unit := here.unit(report.unit):
            self.units[unit] += 1
        else:
            name = self.spelled.setdefault(here.bare(report.unit), report.unit[:120])
            self.nobody[name if name in self.nobody or len(self.nobody) < NAMED else "…"] += 1
        self.first = min(self.first or report.sent_at, report.sent_at)
        self.last = max(self.last or report.sent_at, report.sent_at)

    def as_found(self) -> dict[str, Any]:
        return {
            "rows": self.rows, "fresh": self.fresh, "known": self.known, "faults": dict(self.faults),
            "states": dict(self.states), "classes": dict(self.classes), "units": _by_name(self.units),
            "nobody": self.nobody.most_common(), "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
        }  # fmt: skip


def _by_name(counted: Counter[int]) -> list[tuple[str, int]]:
    names = dict(Unit.objects.filter(pk__in=counted).values_list("pk", "name"))
    return [(names[pk], count) for pk, count in counted.most_common()]


def _check(job: ImportJob) -> None:
    """Look at every row; a workbook becomes a plain table on the way, which is read in a tenth of the time."""
    tally, here = _Tally(), today()
    ImportFault.objects.filter(job=job).delete()
    with Copy(job) as copy:
        for batch in _batches(reports(job, copy.through(rows_of(job)), at=timezone.now()), BATCH):
            tally.add(job, batch, here, _known(job, [row.report for row in batch if row.report]))
            with transaction.atomic():
                _keep_faults(job, batch)
                _go_on(job, looked_at=tally.rows)
        found = tally.as_found()
        actions.report(job=job, found=found, by=_by(job), at=timezone.now(), **copy.kept())


# -- coming in --------------------------------------------------------------------------------------------------------


def state_of(report: Incoming, otherwise: str) -> str:
    """How a report stood: as its state says; one that says nothing is answered where there is an answer."""
    return report.state or ("answered" if report.answer else otherwise)


def _bring(job: ImportJob) -> None:
    """Take in row after row from where it stopped, for a while."""
    here, done, began = today(), job.looked_at, 0.0
    every = reports(job, rows_of(job), at=timezone.now())
    for batch in _batches(islice(every, done, None), BATCH):
        began = (
            began or time.monotonic()
        )  # what was passed over does not count, or a long file would never end
        done += len(batch)
        _take(job, batch, here, done=done, at=timezone.now())
        if time.monotonic() - began > SLICE:
            return
    job.refresh_from_db(fields=["taken_in", "known", "looked_at"])
    actions.finish(job=job, by=_by(job), at=timezone.now())


def _take(job: ImportJob, batch: list[FileRow], here: Places, *, done: int, at: datetime) -> None:
    told = [row.report for row in batch if row.report]
    known = _known(job, told)
    fresh = [report for report in told if report.remote_id not in known]
    past = {report.remote_id: _past(report, job, here) for report in fresh}
    by = _by(job)

    def then(received: Received) -> None:
        taken_in = len(received.opened)
        _keep_reasons(job, fresh, by=by, at=at)
        _keep_faults(job, batch)
        _go_on(
            job, looked_at=done, taken_in=F("taken_in") + taken_in,
            known=F("known") + len(told) - taken_in,
        )  # fmt: skip

    heard = [one for report in fresh for one in _heard(report, job)]
    receive(heard, channel=job.channel, at=at, understand=understanding(), by=by, past=past, then=then)


def _past(report: Incoming, job: ImportJob, here: Places) -> Past:
    kept = (
        "oversight"
        if report.oversight
        else "secret"
        if report.secret
        else "anonymous"
        if report.anonymous
        else ""
    )
    return Past(
        state=state_of(report, job.otherwise),
        lead=here.unit(report.unit),
        title=report.title,
        klass=report.klass,
        confidentiality=kept,
        tracking_id=report.tracking_id,
    )


def _heard(report: Incoming, job: ImportJob) -> Iterator[Heard]:
    """What the citizen wrote, with the whole row beside it, and what they were answered."""
    yield Heard(
        remote_id=report.remote_id, text=report.text, author=report.author, sent_at=report.sent_at, url=report.link,
        subject=report.title, raw={job.form: dict(report.raw)},
    )  # fmt: skip
    if report.answer:
        yield Heard(
            remote_id=f"{report.remote_id}:answer", parent_id=report.remote_id, text=report.answer, author="",
            sent_at=report.answered_at or report.sent_at, ours=True,
        )  # fmt: skip


def _keep_reasons(job: ImportJob, reports: list[Incoming], *, by: Actor, at: datetime) -> None:
    """Why a report was put off or filed away, as a note for colleagues."""
    reasons = {report.remote_id: report.reason for report in reports if report.reason}
    rows = Message.objects.filter(channel=job.channel, remote_id__in=reasons, case__isnull=False)
    cases = rows.values_list("remote_id", "case_id")
    insert([Note(case_id=pk, text=prepare(reasons[one]).text, at=at, by=by.label) for one, pk in cases])
