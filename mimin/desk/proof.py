"""The page of the evidence: what it prints, prepared, and the check of the whole chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.evidence import leaving
from mimin.evidence.delivery import FILE
from mimin.evidence.models import Facts, Record, Seal
from mimin.evidence.queries import trail
from mimin.evidence.rows import detail_of
from mimin.evidence.verify import verify
from mimin.inbox import searching
from mimin.inbox.page import HAPPENED
from mimin.lib import spoken
from mimin.people.models import Person

SHOWN = 20
AT_ONCE = 200_000
"""Records that are checked while a person waits; more is the command's work."""


class TrailForm(forms.Form):
    """Which case's trail is looked at."""

    q = forms.CharField(label=gettext_lazy("Case number"), required=False, max_length=40)


def checked() -> dict[str, str]:
    """Check every record against its seals, and the seals against those that left the machine."""
    if _last(Record, "pk") > AT_ONCE:
        return {
            "tone": "warn",
            "text": _("There are too many records to check on a page. Run “mimin evidence verify”."),
        }
    found = verify(copies=settings.SEAL_DIR if settings.SEAL_DIR.exists() else None)
    if found.ok:
        return {"tone": "ok", "text": _("Every record is as it was sealed.")}
    names = "; ".join(p.text for p in found.problems[:5])
    return {"tone": "bad", "text": _("The chain is broken: %(names)s") % {"names": names}}


def _last(model: Any, field: str) -> int:
    return model.objects.order_by(f"-{field}").values_list(field, flat=True).first() or 0


def _said(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def numbers() -> list[dict[str, str]]:
    """How much evidence there is, and how far it is sealed."""
    seal = Seal.objects.order_by("-number").first()
    return [
        {"label": _("Records"), "value": _said(_last(Record, "pk"))},
        {"label": _("Sealed"), "value": _said(seal.size if seal else 0)},
        {"label": _("Last seal"), "value": spoken.moment(seal.at) if seal else "–"},
        {
            "label": _("Lawfully erased"),
            "value": _said(Facts.objects.filter(erased_at__isnull=False).count()),
        },
    ]


def places(now: datetime) -> list[dict[str, Any]]:
    """How far the seals have left to each place outside, and what stands in the way."""
    return [_place(one, now) for one in leaving.places(settings.SEAL_MAIL_TO)]


def _place(place: leaving.Outside, now: datetime) -> dict[str, Any]:
    parts = [_("nothing has left yet")]
    if place.left_at:
        parts = [
            _("left up to seal %(n)s, %(when)s") % {"n": place.left, "when": spoken.moment(place.left_at)}
        ]
    if place.since:
        told = {"n": place.waiting, "when": spoken.moment(place.since)}
        parts.append(_("seal %(n)s of %(when)s waits") % told)
    if place.error:
        parts.append(_("error: %(error)s") % {"error": place.error[:200]})
    tag = {"label": _("Waits its turn"), "tone": "info", "icon": "hourglass"}
    if place.stays(now):
        tag = {"label": _("Does not leave"), "tone": "bad", "icon": "clock-alert"}
    elif place.error:
        tag = {"label": _("Tried again"), "tone": "warn", "icon": "rotate-ccw"}
    elif not place.waiting:
        tag = {"label": _("All have left"), "tone": "ok", "icon": "check"}
    icon = "archive" if place.where == FILE else "mail"
    title = _("To %(where)s") % {"where": place.name}
    return {"icon": icon, "title": title, "detail": " · ".join(parts), "url": "", "tag": tag}


def seals(before: int) -> dict[str, Any]:
    """One page of seals, the newest first."""
    rows = Seal.objects.order_by("-number")
    found = list((rows.filter(number__lt=before) if before else rows)[: SHOWN + 1])
    return {
        "seals": [
            {
                "number": seal.number,
                "root": bytes(seal.root).hex(),
                "sealed_at": spoken.moment(seal.at),
                "records_text": seal.size,
            }
            for seal in found[:SHOWN]
        ],
        "older_url": f"?before={found[SHOWN - 1].number}" if len(found) > SHOWN else "",
        "newer_url": "?" if before else "",
        "count_text": "",
    }


def trail_of(person: Person, number: str) -> list[dict[str, str]]:
    """The records of a case, when the person may see that case at all."""
    found, _more = searching.search(person, f"x-{number.rpartition('-')[2]}", size=1)
    lines = []
    for fact in trail("case", found[0].pk)[:100] if found else ():
        words, icon = HAPPENED.get(fact.kind, (fact.kind, "info"))
        detail = detail_of(fact, numbered=True)
        lines.append({"icon": icon, "title": _(words), "detail": detail, "url": ""})
    return lines
