"""``mimin import FILE``: history from a file, as the page does it, with everything said on the terminal."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.desk.exporting.sheets import TYPES, written
from mimin.desk.importing import actions
from mimin.desk.importing.columns import FIELDS, plain
from mimin.desk.importing.rows import fault_rows
from mimin.desk.importing.words import reason, why_not
from mimin.desk.models import ImportJob
from mimin.desk.progress import shown_on
from mimin.desk.states import WORKING
from mimin.evidence.actions import Actor
from mimin.lib.moving import Refused
from mimin.lib.work import run
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.registry.models import Channel

LOOK_EVERY = 0.3


class Command(BaseCommand):
    """Check a file and take its new rows in. Ends with code 1 where it could not be taken in."""

    help = gettext_lazy(
        "Take in history: the SP4N-LAPOR! admin export, or any table of reports (CSV or XLSX)."
    )  # type: ignore[assignment]

    _seconds = 0.0

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the channel, who does it, and what the columns are."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--channel", metavar="ADDRESS", help=_("its address or number; else the one of SP4N-LAPOR!")
        )
        parser.add_argument("--by", metavar="USERNAME", help=_("in whose name; else in that of Mimin"))
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=NAME",
            help=_("what a column is, instead of what is proposed: %(fields)s") % {"fields": ", ".join(FIELDS)},
        )  # fmt: skip
        parser.add_argument(
            "--otherwise",
            choices=("new", "closed"),
            default="new",
            help=_("how a row stands whose state says nothing"),
        )
        parser.add_argument("--check", action="store_true", help=_("only say what is in the file"))
        parser.add_argument(
            "--left-out", type=Path, metavar="FILE", help=_("write what was left out to a .csv or .xlsx")
        )
        parser.add_argument("--json", action="store_true", help=_("end with one line of JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what is now true."""
        left_out: Path | None = options["left_out"]
        if left_out and left_out.suffix.removeprefix(".") not in TYPES:
            raise CommandError(_("--left-out takes the name of a .csv or .xlsx file."))
        try:
            job = self._sent(options)
            self._check(job, options)
            if options["check"] or not (job.found or {}).get("fresh"):
                actions.cancel(job=job, by=_by(job), at=timezone.now())
            else:
                self._bring(job)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        if left_out:
            _write(job, left_out)
            self.stdout.write(_("Left out: %(path)s") % {"path": left_out})
        if options["json"]:
            self.stdout.write(json.dumps(_figures(job, self._seconds)))

    def _sent(self, options: dict[str, Any]) -> ImportJob:
        person = Person.objects.filter(username=options["by"]).first() if options["by"] else None
        if options["by"] and person is None:
            raise CommandError(_("Nobody signs in as %(name)s.") % {"name": options["by"]})
        by = actor(person) if person else Actor(None, "Mimin")
        try:
            with options["file"].open("rb") as file:
                return actions.upload(
                    channel=_channel(options["channel"]), file=file, name=options["file"].name, person=person, by=by,
                    at=timezone.now(),
                )  # fmt: skip
        except OSError as error:
            raise CommandError(str(error)) from None

    def _check(self, job: ImportJob, options: dict[str, Any]) -> None:
        mapping = _mapping(job, options["column"])
        actions.check(
            job=job, mapping=mapping, otherwise=options["otherwise"], by=_by(job), at=timezone.now()
        )
        with self._told(job, _("Checked")):
            self._until_done(job)
        found = job.found or {}
        self.stdout.write(
            _("%(name)s: %(rows)s rows; %(fresh)s new, %(known)s here already, %(left_out)s left out.")
            % {**found, "name": job.name, "left_out": sum(found["faults"].values())}
        )
        for name, count in found["nobody"][:20]:
            self.stdout.write(
                _("  no unit of that name: %(name)s (%(count)s)") % {"name": name or "–", "count": count}
            )
        for code, count in sorted(Counter(found["faults"]).items()):
            first = job.faults.filter(code=code).first()
            if first:
                why = reason(code, first.given)
                self.stdout.write(
                    _("  row %(row)s: %(why)s (%(count)s such)")
                    % {"row": first.row, "why": why, "count": count}
                )

    def _bring(self, job: ImportJob) -> None:
        began = time.monotonic()
        actions.run(job=job, by=_by(job), at=timezone.now())
        with self._told(job, _("Taken in")):
            self._until_done(job)
        self._seconds = seconds = time.monotonic() - began
        self.stdout.write(
            _("%(cases)s new cases in %(seconds)s s, %(rate)s a second.")
            % {
                "cases": job.taken_in,
                "seconds": f"{seconds:.1f}",
                "rate": round(job.taken_in / max(seconds, 0.001)),
            }
        )

    def _until_done(self, job: ImportJob) -> None:
        """Work on it here, or wait for the worker that has it. CommandError where it stopped."""
        while job.state in WORKING:
            if not run(actions.QUEUE, job.pk):
                time.sleep(LOOK_EVERY)
            job.refresh_from_db()
        if job.state == "failed":
            raise CommandError(why_not(job.trouble))

    @contextmanager
    def _told(self, job: ImportJob, what: str) -> Iterator[None]:
        """Draw how far it is on a terminal, from beside the work."""
        if not sys.stderr.isatty():
            yield
            return
        over = threading.Event()
        beside = threading.Thread(target=_tell, args=(job.pk, what, shown_on(sys.stderr), over), daemon=True)
        beside.start()
        try:
            yield
        finally:
            over.set()
            beside.join()
            sys.stderr.write("\n")


def _tell(pk: int, what: str, tell: Callable[[str, int, int], None], over: threading.Event) -> None:
    while not over.wait(LOOK_EVERY):
        for done, total in ImportJob.objects.filter(pk=pk).values_list("looked_at", "total"):
            tell(what, done, total)
    connection.close()


def _by(job: ImportJob) -> Actor:
    return actor(job.person) if job.person else Actor(None, "Mimin")


def _channel(asked: str | None) -> Channel:
    """The channel by address or number; without either, the only one of SP4N-LAPOR!."""
    rows = Channel.objects.select_related("unit").filter(retired_at=None)
    if asked:
        found = (
            rows.filter(pk=int(asked)) if asked.isascii() and asked.isdigit() else rows.filter(address=asked)
        )
    else:
        found = rows.filter(platform="lapor")
    if len(found) != 1:
        known = ", ".join(f"{channel.pk} ({channel.address})" for channel in rows.order_by("pk")[:20])
        raise CommandError(
            _("Say with --channel on which channel the reports were heard. Channels here: %(known)s.")
            % {"known": known or "–"}
        )
    return found[0]


def _mapping(job: ImportJob, given: list[str]) -> dict[str, int]:
    """The proposed columns with those that were given instead."""
    names = [plain(name) for name in json.loads(job.sample)["names"]]
    mapping = dict(job.mapping)
    for one in given:
        field, _sign, name = one.partition("=")
        if field not in FIELDS or plain(name) not in names:
            raise CommandError(_("--column %(given)s: no such field, or no such column.") % {"given": one})
        place = names.index(plain(name))
        mapping = {kept: at for kept, at in mapping.items() if at != place}
        mapping[field] = place
    return mapping


def _write(job: ImportJob, path: Path) -> None:
    with path.open("wb") as file:
        for piece in written(path.suffix.removeprefix("."), fault_rows(job)):
            file.write(piece)


def _figures(job: ImportJob, seconds: float) -> dict[str, Any]:
    found = job.found or {}
    return {
        "rows": found.get("rows", 0),
        "taken_in": job.taken_in,
        "known": job.known or found.get("known", 0),
        "left_out": job.faults.count(),
        "seconds": round(seconds, 2),
        "per_second": round(job.taken_in / seconds) if seconds else 0,
    }
