"""Saved replies as a screen prints them: the list, the chooser beside an answer, and the page that looks further."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mimin.inbox import saved, told
from mimin.inbox.models import Case, SavedReply
from mimin.inbox.rows import CLASSES
from mimin.inbox.saved import SHOWN, Offer
from mimin.lib import spoken
from mimin.people.asking import reach
from mimin.people.models import Person
from mimin.people.rows import affair_words

PREVIEW = 240


def rows(found: list[SavedReply], person: Person) -> list[dict[str, Any]]:
    """The lines of the list; ``url`` is "" where the person may not change it."""
    affairs = affair_words()
    return [
        {
            "title": one.title,
            "text": _short(one.text),
            "about": _about(one, affairs),
            "unit_name": one.unit.short,
            "when_text": spoken.date_words(one.updated_at.astimezone(ZoneInfo(one.unit.zone)).date()),
            "detail": f"{one.updated_by} · {_used(one.used)}",
            "url": reverse("saved_change", args=[one.pk]) if saved.may_change(person, one) else "",
        }
        for one in found
    ]


def _short(text: str) -> str:
    return text if len(text) <= PREVIEW else f"{text[:PREVIEW].rstrip()} …"


def _used(times: int) -> str:
    return (
        ngettext("used %(n)s time", "used %(n)s times", times) % {"n": times} if times else _("not used yet")
    )


def _about(one: SavedReply, affairs: dict[str, str]) -> str:
    """What it is for, in words; "" for anything."""
    klass = _(CLASSES.get(one.klass, "Other")) if one.klass else ""
    return " · ".join(filter(None, (klass, affairs.get(one.affair, one.affair))))


def chooser(case: Case, person: Person) -> dict[str, Any] | None:
    """What inbox/saved/_chooser.html takes; None where there is none and the person may add none."""
    found = saved.offers(person, case)
    if not found and not reach(person, "reply.save"):
        return None
    shown, own = found[:SHOWN], case.lead.short
    fitting = [_option(one, own) for one in shown if one.fit > 1]
    others = [_option(one, own) for one in shown if one.fit <= 1]
    groups = [(_("Fit this case"), fitting), (_("Others"), others)]
    return {
        "groups": [{"label": label, "options": options} for label, options in groups if options],
        "more": len(found) > SHOWN,
        "url": reverse("case_saved", args=[case.pk]),
    }


def _option(one: Offer, own: str) -> dict[str, str]:
    return {"value": str(one.pk), "label": one.title if one.unit == own else f"{one.title} · {one.unit}"}


def choices(case: Case, person: Person, look: str, now: datetime) -> dict[str, Any]:
    """The page that looks further: titles with their words as they would be put into this answer."""
    found = saved.offers(person, case, look=look)
    texts = dict(
        saved.around(person, case).filter(pk__in=[one.pk for one in found[:SHOWN]]).values_list("pk", "text")
    )
    fields = told.fields_of(case, now)
    return {
        "rows": [
            {
                "value": str(one.pk),
                "title": one.title,
                "unit_name": one.unit,
                "text": _short(told.filled(texts[one.pk], fields)),
                "fits": one.fit > 1,
            }
            for one in found[:SHOWN]
            if one.pk in texts
        ],
        "left": max(0, len(found) - SHOWN),
        "look": look,
    }
