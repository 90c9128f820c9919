"""Cases as they go out: within what the person may see, masked, read a few at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from mimin.desk.exporting.lapor import COLUMNS, MERGED, Outgoing, line
from mimin.desk.importing.columns import LAPOR, plain
from mimin.desk.importing.incoming import told as as_told
from mimin.desk.importing.limits import ROWS_AT_MOST
from mimin.desk.importing.places import Places
from mimin.desk.importing.reading import today
from mimin.evidence.actions import Subject, record
from mimin.inbox.models import Case, Message, Note
from mimin.inbox.queries import seen, told
from mimin.language.playbook import load
from mimin.language.understand import prepare
from mimin.lib.moving import Refused
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.people.queries import root
from mimin.people.rules import Secrecy
from mimin.platforms import PLATFORMS

UNIT = "Instansi Terdisposisi"
READ_AT_ONCE = 200
ARCHIVED = ("withdrawn", "impossible")
"""Why a case was closed though nothing was done."""
HELD_BACK = "[rahasia]"
"""What stands in a file for the words of a secret case."""
WORDS = (
    "Judul Laporan",
    "Isi Laporan Awal",
    "Isi Laporan Akhir",
    "Alasan Tunda/Arsip",
    "Kecamatan",
    "Kelurahan",
)
"""The columns that hold them, or where it happened."""


@dataclass(frozen=True)
class Wanted:
    """Which cases go out: days in the zone of the government, 0 and "" for all; ``secret``: with their words too."""

    since: date | None = None
    until: date | None = None
    unit: int = 0
    channel: int = 0
    state: str = ""
    secret: bool = False

    def facts(self) -> dict[str, Any]:
        """What the trail keeps of the choice."""
        return {
            "since": self.since and self.since.isoformat(), "until": self.until and self.until.isoformat(),
            "unit": self.unit, "channel": self.channel, "state": self.state, "secret": self.secret,
        }  # fmt: skip


def chosen(person: Person, wanted: Wanted) -> QuerySet[Case]:
    """The cases that the person may see and asked for."""
    rows, zone = Case.objects.filter(seen(person)), ZoneInfo(root().zone)
    if wanted.since:
        rows = rows.filter(opened_at__gte=datetime.combine(wanted.since, time(0), zone))
    if wanted.until:
        rows = rows.filter(opened_at__lte=datetime.combine(wanted.until, time.max, zone))
    for column in ("channel", "state"):
        if value := getattr(wanted, column):
            rows = rows.filter(**{column: value})
    return rows.filter(lead=wanted.unit) if wanted.unit else rows


def export(*, wanted: Wanted, kind: str, by: Person, at: datetime) -> Iterator[list[str]]:
    """The rows of the file, the header first; recorded before the first leaves. Refused where there are too many."""
    rows = chosen(by, wanted)
    count, highest = rows.count(), rows.aggregate(last=Max("pk"))["last"] or 0
    if not count:
        raise Refused(_("No case fits. Choose other days, or all units."))
    if count > ROWS_AT_MOST:
        raise Refused(
            _("More than %(rows)s cases fit. Choose fewer days, and take the rest afterwards.")
            % {"rows": ROWS_AT_MOST}
        )
    facts = {**wanted.facts(), "kind": kind, "cases": count}
    with transaction.atomic():
        record("cases.exported", subject=Subject("export", None, kind), by=actor(by), at=at, facts=facts)
    return _rows(rows.filter(pk__lte=highest), wanted)


def _rows(rows: QuerySet[Case], wanted: Wanted) -> Iterator[list[str]]:
    yield list(COLUMNS)
    places, last = today(), 0
    rows = rows.select_related("channel", "channel__unit", "lead", "main").order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:READ_AT_ONCE]):
        last = batch[-1].pk
        for one in outgoing(batch, places, secret=wanted.secret):
            yield line(one)


@dataclass(frozen=True)
class _Here:
    """What all cases of a file share: names of units, of the government, of affairs, and why cases were filed away."""

    places: Places
    government: str
    affairs: Mapping[str, str]
    reasons: Mapping[int, str]


def outgoing(cases: Sequence[Case], places: Places, *, secret: bool) -> list[Outgoing]:
    """These cases as they go out; the words of the secret ones only where asked for. Three queries for all."""
    first: dict[int, Message] = {}
    for message in Message.objects.filter(case__in=cases, ours=False).order_by("-sent_at", "-pk"):
        first[message.case_id or 0] = message
    top = root().name
    here = _Here(
        places,
        top if top.casefold().startswith("pemerintah") else f"Pemerintah {top}",
        {affair.id: affair.name for affair in load().affairs},
        _reasons([case for case in cases if case.state == "dismissed" or case.closed_because in ARCHIVED]),
    )
    return [
        _outgoing(case, first.get(case.pk), here, hidden=case.secrecy >= Secrecy.SECRET and not secret)
        for case in cases
    ]


def _reasons(cases: Sequence[Case]) -> dict[int, str]:
    """Why a case was filed away: the last note on it, masked."""
    notes = Note.objects.filter(case__in=cases).order_by("pk")
    return {note.case_id: prepare(note.text).text for note in notes}


def _outgoing(case: Case, message: Message | None, here: _Here, *, hidden: bool) -> Outgoing:
    row = came_as(message) if message else {}
    words = told(message) if message else ""
    if hidden:
        row, words = {name: HELD_BACK if name in WORDS else cell for name, cell in row.items()}, HELD_BACK
    meant = here.places.unit(row.get(UNIT, ""))
    overseen = case.secrecy >= Secrecy.OVERSIGHT
    at_home = case.lead_id == case.channel.unit_id
    return Outgoing(
        tracking_id=case.tracking_id or "",
        opened_at=case.opened_at,
        zone=ZoneInfo(case.channel.unit.zone),
        klass=case.klass,
        oversight=overseen,
        anonymous=case.secrecy == Secrecy.ANONYMOUS,
        secret=case.secrecy == Secrecy.SECRET,
        affair=here.affairs.get(case.affair, ""),
        title=HELD_BACK if hidden else row.get("Judul Laporan") or case.title,
        text=words,
        source=PLATFORMS[case.channel.platform].label,
        government=here.government,
        unit="" if at_home and case.state == "new" else case.lead.name,
        unit_is_told=bool(row) and (overseen or meant == case.lead_id or (at_home and not meant)),
        state=case.main.state if case.main else case.state,
        archived=(case.main or case).closed_because in ARCHIVED,
        reason=HELD_BACK if hidden else _merged(case) or here.reasons.get(case.pk, ""),
        row=row,
    )


def _merged(case: Case) -> str:
    """That it was merged, and into which report of the national system where that stands there."""
    main = case.main
    return MERGED.format(number=f"#{main.tracking_id}" if main.tracking_id else "lain") if main else ""


_NAMES = {plain(column): column for column in COLUMNS}


def came_as(message: Message) -> dict[str, str]:
    """The row by which a message came in from the national system, masked: column -> cell; empty for all others."""
    row = json.loads(message.raw)["raw"].get(LAPOR, {})
    return {
        _NAMES[plain(name)]: prepare(as_told(cell)).text
        for name, cell in row.items()
        if plain(name) in _NAMES
    }
