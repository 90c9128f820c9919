"""Which verbs a case's page offers as buttons (what is done most in its state), and which stand in a menu."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mimin.inbox.acts import ACTS
from mimin.inbox.models import Case

OPEN: dict[str, tuple[str, ...]] = {
    "new": ("transfer", "ask"),
    "routed": ("transfer", "ask", "finish", "promise", "put_off"),
    "answered": ("finish", "promise", "close"),
    "scheduled": ("finish", "put_off"),
    "done": ("close", "reopen"),
    "referred": ("close", "reopen"),
    "closed": ("reopen",),
    "dismissed": ("reopen",),
    "merged": ("split",),
}
"""state -> what stands open, in this order."""
ICONS: dict[str, str] = {
    "transfer": "arrow-right",
    "ask": "circle-question-mark",
    "finish": "check-check",
    "promise": "calendar-days",
    "put_off": "calendar-days",
    "close": "archive",
    "reopen": "rotate-ccw",
    "hand_back": "undo-2",
    "hold": "user",
    "involve": "user-plus",
    "refer": "external-link",
    "merge": "merge",
    "split": "split",
    "keep": "lock",
    "field_check": "map-pin",
    "pause": "hourglass",
    "resume": "clock",
    "drop": "x",
    "dismiss": "ban",
}
"""Every verb that is offered by itself; the others stand where they belong on the page. The menu has this order."""
KEYS = {"transfer": "a"}


def context(case: Case, verbs: Collection[str]) -> dict[str, Any]:
    """What inbox/_moves.html takes: ``moves`` and ``more``, each a list of label, icon, url, key."""
    offered = [verb for verb in ICONS if verb in verbs]
    shown = [verb for verb in OPEN[case.state] if verb in offered]
    rest = [_line(case, verb) for verb in offered if verb not in shown]
    if offered:
        sheet = reverse("disposition", args=[case.pk])
        rest.append({"label": _("Disposition sheet"), "icon": "printer", "url": sheet, "page": True})
    return {"moves": [_line(case, verb) for verb in shown], "more": rest}


def _line(case: Case, verb: str) -> dict[str, Any]:
    return {
        "label": ACTS[verb].label,
        "icon": ICONS[verb],
        "url": reverse("case_act", args=[case.pk, verb]),
        "key": KEYS.get(verb, ""),
    }
