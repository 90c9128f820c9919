"""Files of history as a screen prints them: every string is ready, so that a template only prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from mimin.desk.importing.columns import LAPOR
from mimin.desk.importing.words import reason
from mimin.desk.models import ImportFault, ImportJob
from mimin.desk.states import IMPORT, WORKING
from mimin.inbox.rows import CLASSES
from mimin.inbox.states import CASE
from mimin.lib import spoken

FIELD_WORDS: dict[str, str] = {
    "tracking": gettext_noop("Tracking ID of SP4N-LAPOR!"),
    "number": gettext_noop("Number of the report"),
    "date": gettext_noop("Date it came in"),
    "time": gettext_noop("Time it came in"),
    "title": gettext_noop("Title"),
    "text": gettext_noop("Text of the report"),
    "author": gettext_noop("Name of the citizen"),
    "klass": gettext_noop("Kind of report"),
    "secrecy": gettext_noop("Anonymous or secret"),
    "unit": gettext_noop("Unit that has it"),
    "state": gettext_noop("State of the report"),
    "reason": gettext_noop("Why it was put off or filed away"),
    "answer": gettext_noop("Answer to the citizen"),
    "answered": gettext_noop("Date of the answer"),
    "government": gettext_noop("Government it is addressed to"),
    "province": gettext_noop("Province"),
    "region": gettext_noop("Regency or city"),
    "link": gettext_noop("Link"),
}
"""What a column can be, in words."""
TONES = {
    "mapping": ("idle", "square-pen"),
    "checking": ("info", "hourglass"),
    "checked": ("warn", "circle-check"),
    "running": ("info", "hourglass"),
    "done": ("ok", "check-check"),
    "failed": ("bad", "circle-alert"),
    "cancelled": ("idle", "ban"),
}
"""State of a file -> tone, icon."""
LISTED = 50


def said(number: int) -> str:
    """A number as people write it."""
    return number_format(number)


def tag(job: ImportJob) -> dict[str, str]:
    """The state of a file in word, tone and icon."""
    tone, icon = TONES[job.state]
    return {"label": _(IMPORT.states[job.state]), "tone": tone, "icon": icon}


def line(job: ImportJob) -> dict[str, Any]:
    """A file as the list shows it."""
    who = f" · {job.person.label}" if job.person else ""
    counted = f" · {_rows(job.taken_in, 'new')}" if job.state == "done" else ""
    return {
        "icon": "history",
        "title": job.name,
        "detail": f"{job.channel.name} · {spoken.moment(job.added_at, job.zone)}{who}{counted}",
        "url": reverse("import", args=[job.pk]),
        "tag": tag(job),
    }


def _rows(number: int, what: str) -> str:
    if what == "new":
        return ngettext("%(n)s new case", "%(n)s new cases", number) % {"n": said(number)}
    return ngettext("%(n)s row", "%(n)s rows", number) % {"n": said(number)}


def facts(job: ImportJob) -> list[dict[str, str]]:
    """What the file is."""
    form = _("National export of SP4N-LAPOR!") if job.form == LAPOR else _("A table of another kind")
    return [
        {"label": _("Form"), "value": form},
        {"label": _("Channel"), "value": job.channel.name, "url": reverse("channel", args=[job.channel_id])},
        {"label": _("Sent"), "value": spoken.moment(job.added_at, job.zone)},
        {"label": _("By"), "value": job.person.label if job.person else job.state_by},
    ]


def samples(job: ImportJob, names: Sequence[str]) -> list[str]:
    """What the first rows hold in each column, masked, a few words of each."""
    rows = json.loads(job.sample)["rows"]
    found = []
    for place in range(len(names)):
        held = [row[place] for row in rows if place < len(row) and row[place]]
        found.append(" · ".join(dict.fromkeys(" ".join(cell.split())[:60] for cell in held)))
    return found


def progress(job: ImportJob, now: datetime) -> dict[str, Any]:
    """How far a worker is: count, rate and what remains."""
    percent = f"{100 * job.looked_at // job.total}" if job.total else ""
    done = _rows(job.looked_at, "rows")
    if job.total:
        done = _("%(done)s of %(rows)s") % {"done": said(job.looked_at), "rows": _rows(job.total, "rows")}
    rate_text, left_text = _pace(job, now)
    return {
        "label": _(IMPORT.states[job.state]),
        "done_text": done,
        "percent": percent,
        "rate_text": rate_text,
        "left_text": left_text,
        "url": reverse("import_progress", args=[job.pk]),
        "running": job.state in WORKING,
    }


def _pace(job: ImportJob, now: datetime) -> tuple[str, str]:
    """Rows a second since a worker took it up, and how long the rest takes; "" before anything is known."""
    seconds = (now - job.began_at).total_seconds() if job.began_at else 0.0
    done = job.looked_at - job.began_with
    if seconds < 1 or done <= 0:
        return _("Waits for a worker") if not done else "", ""
    rate = done / seconds
    rate_text = _("%(n)s rows a second") % {"n": said(max(round(rate), 1))}
    if not job.total:
        return rate_text, ""
    left = timedelta(seconds=(job.total - job.looked_at) / rate)
    if left < timedelta(minutes=1):
        return rate_text, _("less than a minute left")
    return rate_text, _("%(span)s left") % {"span": spoken.span(left)}


def checked(job: ImportJob) -> dict[str, Any]:
    """What the check found, for inbox-like lists: numbers, states, kinds and units."""
    found = job.found or {}
    states = {state: _(word) for state, word in CASE.states.items()}
    return {
        "numbers": [
            {"label": _("New"), "value": said(found["fresh"]), "note": _period(job)},
            {"label": _("Here already"), "value": said(found["known"]), "note": _("passed over")},
            {
                "label": _("Left out"),
                "value": said(sum(found["faults"].values())),
                "note": _("each with its reason"),
            },
        ],
        "states": [{"label": states[state], "value": said(n)} for state, n in _most(found["states"])],
        "classes": [{"label": _(CLASSES[klass]), "value": said(n)} for klass, n in _most(found["classes"])],
        "nobody": _named(found["nobody"]),
        "units": _named(found["units"]),
    }


def _named(counted: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
    return [{"label": name or _("No unit named"), "value": said(n)} for name, n in counted[:LISTED]]


def _most(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda pair: -pair[1])


def _period(job: ImportJob) -> str:
    found = job.found or {}
    if not found.get("first"):
        return ""
    first, last = (datetime.fromisoformat(found[edge]) for edge in ("first", "last"))
    return f"{spoken.day(first, job.zone)} – {spoken.day(last, job.zone)}"


def ended(job: ImportJob) -> list[dict[str, str]]:
    """What became of a file, in numbers."""
    return [
        {"label": _("New cases"), "value": said(job.taken_in)},
        {"label": _("Here already"), "value": said(job.known), "note": _("passed over")},
        {"label": _("Left out"), "value": said(job.faults.count()), "note": _("each with its reason")},
    ]


def fault_lines(job: ImportJob, *, size: int = 10) -> list[dict[str, str]]:
    """The first rows that were left out, each with its reason."""
    return [
        {
            "icon": "",
            "title": _("Row %(row)s") % {"row": fault.row},
            "detail": reason(fault.code, fault.given),
            "url": "",
        }
        for fault in ImportFault.objects.filter(job=job).defer("cells")[:size]
    ]


def fault_rows(job: ImportJob) -> Iterator[list[str]]:
    """Header and rows of what was left out, in the language of now; what is sent later keeps it."""
    return _fault_rows(job, translation.get_language() or "id")


def _fault_rows(job: ImportJob, language: str) -> Iterator[list[str]]:
    with translation.override(language):
        head = [_("Row"), _("Why it was left out")]
    yield [*head, *json.loads(job.sample)["names"]]
    for fault in ImportFault.objects.filter(job=job).iterator(chunk_size=500):
        with translation.override(language):
            why = reason(fault.code, fault.given)
        yield [str(fault.row), why, *json.loads(fault.cells)]
