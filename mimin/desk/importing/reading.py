"""The rows of a kept file as reports, against the units and names of today."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from types import TracebackType
from typing import IO, Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from django.conf import settings

from mimin.desk.importing import keeping
from mimin.desk.importing.columns import NEEDED
from mimin.desk.importing.incoming import Incoming, Layout, incoming
from mimin.desk.importing.limits import Faulty, Unreadable
from mimin.desk.importing.places import Known, Places, places
from mimin.desk.importing.tables import Format, Row, rows
from mimin.desk.models import ImportJob
from mimin.people.models import Unit
from mimin.people.queries import root

PLAIN = Format("csv", "utf-8", ",")


@dataclass(frozen=True)
class FileRow:
    """One row of a file: a report, or why it is none."""

    number: int
    cells: list[str]
    report: Incoming | None
    fault: Faulty | None = None


def today() -> Places:
    """The names of today's units, and of the government itself."""
    units = Unit.objects.filter(active=True).prefetch_related("aliases")
    top = root()
    known = [Known(u.pk, (u.name, u.short, *(a.text for a in u.aliases.all()))) for u in units]
    own = next((one.names for one in known if one.id == top.pk), (top.name,))
    return places((*own, settings.PEMDA_NAME), known)


def rows_of(job: ImportJob) -> Iterator[Row]:
    """Every row of the kept file, the header too. Raises Unreadable, also in the middle."""
    how = {name: value for name, value in job.reading.items() if name != "header"}
    return rows(keeping.opened(job.place), Format(**how))


def reports(job: ImportJob, source: Iterator[Row], *, at: datetime) -> Iterator[FileRow]:
    """Every row below the header, in order."""
    if not all(needed in job.mapping for needed in NEEDED):
        raise Unreadable("columns_gone")
    names = tuple(json.loads(job.sample)["names"])
    layout = Layout(names, job.mapping, ZoneInfo(job.channel.unit.zone), at)
    known, of_province = today(), root().kind == Unit.Kind.PROVINCE
    first: dict[str, int] = {}
    for number, cells in source:
        if number <= job.reading["header"]:
            continue
        try:
            report = incoming(number, cells, layout)
            region = report.province if of_province else report.region
            if other := known.elsewhere(report.unit, report.government, region):
                raise Faulty("elsewhere", government=other[:80])
            if (before := first.setdefault(report.remote_id, number)) != number:
                raise Faulty("repeated", row=before)
            yield FileRow(number, cells, report)
        except Faulty as fault:
            yield FileRow(number, cells, None, fault)


class Copy:
    """A workbook written down again as a plain table while it is read once: a slow file is not read at every turn.

    Of a file that is a plain table already nothing is written. What lies on the disk meanwhile has no name there.
    """

    def __init__(self, job: ImportJob) -> None:
        self._job = job
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Copy:
        if self._job.reading["kind"] != PLAIN.kind:
            self._file = tempfile.TemporaryFile()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def through(self, source: Iterator[Row]) -> Iterator[Row]:
        """The same rows, each written down as it passes; empty ones keep their place."""
        if self._file is None:
            yield from source
            return
        text, last = io.TextIOWrapper(self._file, encoding="utf-8", newline="", write_through=True), 0
        writer = csv.writer(text)
        for number, cells in source:
            writer.writerows([[]] * (number - last - 1))
            writer.writerow(cells)
            last = number
            yield number, cells
        text.detach()

    def kept(self) -> dict[str, Any]:
        """Where the copy lies and how it is read, for the job; nothing where none was made."""
        if self._file is None:
            return {}
        reading = {**asdict(PLAIN), "header": self._job.reading["header"]}
        return {"place": keeping.keep(cast(BinaryIO, self._file)), "reading": reading}
