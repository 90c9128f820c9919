"""What a case's page shows of other citizens who report the same: cases like it, what was merged, what they wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from mimin.inbox import queries
from mimin.inbox.alike import Alike, alike
from mimin.inbox.merging import first_of
from mimin.inbox.models import Case, Message
from mimin.inbox.queries import seen
from mimin.inbox.rows import title_of
from mimin.inbox.rules import Standing
from mimin.inbox.states import CASE
from mimin.lib import spoken
from mimin.people.models import Person

SHOWN = 10
"""Merged cases that are named; the others are counted."""
LATEST = 5
"""Messages of their citizens."""
LONGEST = 160


def context(found: Case, person: Person, standing: Standing) -> dict[str, Any]:
    """What inbox/_alike.html and inbox/_merged.html take: ``alike``, ``merged``, ``part_of``."""
    others = int(getattr(found, "others", 0))  # counted by queries.find_case
    near = alike(person, found)
    return {
        "alike": _alike(found, person, standing, others, near) if near else None,
        "merged": _merged(found, person, others) if others else None,
        "part_of": _part_of(found, person),
    }


def _part_of(found: Case, person: Person) -> dict[str, str] | None:
    """The case that this one was merged into; without its number where the person may not see it."""
    if not found.main_id:
        return None
    main = Case.objects.filter(seen(person), pk=found.main_id).first()
    when = {"when": spoken.moment(found.state_since, found.zone), "who": found.state_by}
    return {
        "number": main.number if main else "",
        "title": title_of(main) if main else "",
        "url": reverse("case", args=[main.pk]) if main else "",
        "words": _("Merged by %(who)s, %(when)s. Its citizen is answered together with the others.") % when,
    }


def _merged(found: Case, person: Person, others: int) -> dict[str, Any]:
    """How many citizens reported the same, the newest of their cases, and what they wrote since."""
    rows = Case.objects.filter(seen(person), main=found).select_related("channel", "lead")
    lines = [
        {
            "icon": "message-circle",
            "title": one.number,
            "detail": f"{one.channel.name} · {spoken.moment(one.opened_at, found.zone)}",
            "url": reverse("case", args=[one.pk]),
        }
        for one in rows.order_by("-opened_at", "-pk")[:SHOWN]
    ]
    return {
        "words": _("%(n)s citizens reported the same") % {"n": others + 1},
        "others": others,
        "lines": lines,
        "more": _("and %(n)s more") % {"n": others - len(lines)} if others > len(lines) else "",
        "wrote": _wrote(found, person),
    }


def _wrote(found: Case, person: Person) -> list[dict[str, str]]:
    """What citizens of merged cases wrote after these were merged, the newest first."""
    rows = Message.objects.filter(
        seen(person, "case__"), case__main=found, ours=False, received_at__gt=F("case__state_since")
    )
    return [
        {
            "icon": "corner-up-left",
            "title": message.text[:LONGEST],
            "detail": f"{message.case.number} · {spoken.moment(message.sent_at, found.zone)}",
            "url": reverse("case", args=[message.case_id]),
        }
        for message in rows.select_related("case").defer("raw").order_by("-pk")[:LATEST]
        if message.case
    ]


def _alike(
    found: Case, person: Person, standing: Standing, others: int, near: Sequence[Alike]
) -> dict[str, Any]:
    """Cases that tell the same, each with the form that merges the younger into the older."""
    may = "case.transfer" in standing.rights
    gathered = frozenset([one.case.pk for one in near if one.citizens > 1] + ([found.pk] if others else []))
    lines = [_near(found, one, gathered, may=may, person=person) for one in near]
    free = [one.case.pk for one in near] if may and len(near) > 1 else []
    return {"lines": lines, "all": [found.pk, *free] if free else []}


def _near(found: Case, one: Alike, gathered: frozenset[int], *, may: bool, person: Person) -> dict[str, Any]:
    main = first_of((found, one.case), gathered=gathered)
    moved = one.case if main.pk == found.pk else found
    possible = moved.pk not in gathered and moved.state in CASE.moves["merge"].sources
    offered = may and possible and "case.transfer" in queries.standing(person, one.case).rights
    return {
        "number": one.case.number,
        "title": title_of(one.case),
        "url": reverse("case", args=[one.case.pk]),
        "detail": f"{one.case.lead.name} · {_citizens(one.citizens)}",
        "act_url": reverse("case_act", args=[moved.pk, "merge"]) if offered else "",
        "into": main.number,
        "as_of": {"pk": moved.pk, "as_of": moved.version},
    }


def _citizens(number: int) -> str:
    return _("%(n)s citizens") % {"n": number} if number > 1 else _("1 citizen")
