"""Units and people as a screen prints them: every string is ready, so that a template only prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from mimin.language.playbook import load
from mimin.lib import spoken
from mimin.lib.calendar_id import zone_name
from mimin.people.models import Invitation, Person, Role, Unit, UnitChange
from mimin.people.queries import at_or_below, not_over, parts_of, staff_of
from mimin.people.rules import RoleKind

STEP = 7
"""Characters of a unit's path that one level takes."""

KINDS: dict[RoleKind, str] = {
    RoleKind.COORDINATOR: noop("Coordinator"),
    RoleKind.HEAD: noop("Head of the unit"),
    RoleKind.ADMIN: noop("Social media admin"),
    RoleKind.OFFICER: noop("Officer"),
    RoleKind.PPID: noop("PPID"),
    RoleKind.DUTY: noop("Duty officer"),
    RoleKind.INSPECTOR: noop("Inspector"),
    RoleKind.SECRETARY: noop("Regional secretary"),
    RoleKind.LEADER: noop("Leader"),
    RoleKind.TRAINER: noop("Trainer"),
    RoleKind.OBSERVER: noop("Observer"),
    RoleKind.AUDITOR: noop("Auditor"),
}
CHANGES: dict[str, tuple[str, str]] = {
    "renamed": (noop("Was called %(was)s"), "pencil"),
    "moved": (noop("Stood below %(was)s"), "corner-up-left"),
    "merged": (noop("Merged into %(other)s"), "arrow-right"),
    "split": (noop("%(other)s was split off"), "arrow-right-left"),
}
"""kind of a change -> words, icon."""
CAME: dict[str, tuple[str, str]] = {
    "merged": (noop("%(was)s was merged into it"), "arrow-right"),
    "split": (noop("Was split off from %(was)s"), "arrow-right-left"),
}
"""The same for the unit that came out of it."""


def kind_word(kind: str) -> str:
    """The word for a part that somebody plays."""
    return _(KINDS[RoleKind(kind)])


def affair_words() -> dict[str, str]:
    """The affairs of local government by id, in the reader's language."""
    english = get_language() == "en"
    return {affair.id: affair.name_en if english else affair.name for affair in load().affairs}


def unit_rows(
    units: Iterable[Unit], people: Mapping[int, int], channels: Mapping[int, int]
) -> list[dict[str, Any]]:
    """The tree, line by line, indented below the highest unit shown; numbers come by unit id."""
    listed = list(units)
    top = min((len(unit.path) for unit in listed), default=STEP)
    return [
        {
            "name": unit.name,
            "short": unit.short,
            "kind_label": unit.get_kind_display(),
            "url": reverse("unit", args=[unit.pk]),
            "depth": f"d{min(3, (len(unit.path) - top) // STEP)}",
            "channels_text": str(channels.get(unit.pk, "")),
            "people_text": str(people.get(unit.pk, "")),
            "active": unit.active,
        }
        for unit in listed
    ]


def unit_facts(unit: Unit) -> list[dict[str, str]]:
    """What the unit's page says about it."""
    words = affair_words()
    above = unit.parent
    return [
        {"label": _("Kind"), "value": unit.get_kind_display()},
        {
            "label": _("Below"),
            "value": above.name if above else _("nobody: this is the government itself"),
            "url": reverse("unit", args=[above.pk]) if above else "",
        },
        {"label": _("Short name"), "value": unit.short},
        {"label": _("Affairs"), "value": ", ".join(words.get(affair, affair) for affair in unit.affairs)},
        {"label": _("Zone"), "value": zone_name(unit.zone)},
        {"label": _("Exists"), "value": _("Yes") if unit.active else _("No, it is kept for its history")},
    ]


def change_lines(unit: Unit) -> list[dict[str, str]]:
    """What became of the unit and where it came from, newest first."""
    lines = []
    mine = Q(unit=unit) | Q(other=unit, kind__in=CAME)
    for change in UnitChange.objects.filter(mine).select_related("other"):
        words, icon = (CHANGES if change.unit_id == unit.pk else CAME)[change.kind]
        told = {"was": change.was or _("nobody"), "other": change.other.name if change.other else ""}
        detail = " · ".join(filter(None, (spoken.moment(change.at, unit.zone), change.by, change.basis)))
        lines.append({"icon": icon, "title": _(words) % told, "detail": detail, "url": ""})
    return lines


def staff_lines(unit: Unit, may_open: bool) -> list[dict[str, str]]:
    """Who plays a part at the unit."""
    rows = staff_of(unit).filter(person__is_active=True).order_by("person__label")
    return [
        {
            "icon": "user",
            "title": role.person.label,
            "detail": kind_word(role.kind),
            "url": reverse("person", args=[role.person_id]) if may_open else "",
        }
        for role in rows
    ]


def person_state(person: Person) -> dict[str, str]:
    """Whether somebody can sign in, as a tag."""
    if not person.is_active:
        return {"label": _("Suspended"), "tone": "bad", "icon": "ban"}
    if not person.has_usable_password():
        return {"label": _("No password yet"), "tone": "warn", "icon": "key-round"}
    return {"label": _("Can sign in"), "tone": "ok", "icon": "check"}


def person_rows(people: list[Person]) -> list[dict[str, Any]]:
    """The lines of one page of people; one query for all their parts."""
    parts: dict[int, list[str]] = {}
    running = Role.objects.filter(not_over(timezone.localdate()), person__in=people)
    for role in running.select_related("unit").order_by("unit__path"):
        parts.setdefault(role.person_id, []).append(f"{kind_word(role.kind)}, {role.unit.short}")
    return [
        {
            "name": person.label,
            "username": person.username,
            "url": reverse("person", args=[person.pk]),
            "roles_text": "; ".join(parts.get(person.pk, [])),
            "seen_text": spoken.moment(person.last_login) if person.last_login else _("never"),
            "state": person_state(person),
        }
        for person in people
    ]


INVITED: dict[str, tuple[str, str, str]] = {
    "": (noop("Waits to be taken"), "info", "hourglass"),
    "withdrawn": (noop("Withdrawn"), "idle", "ban"),
    "expired": (noop("Its time is over"), "idle", "clock"),
    "no_right": (noop("Gives nothing any more"), "warn", "triangle-alert"),
}
"""Why an invitation is closed -> words, tone, icon."""


def invitation_state(row: Invitation, why: str) -> dict[str, str]:
    """What became of an invitation, as a tag; ``why`` is the word of inviting.closed."""
    if row.used_by:
        return {"label": _("Taken by %(name)s") % {"name": row.used_by.label}, "tone": "ok", "icon": "check"}
    words, tone, icon = INVITED[why]
    return {"label": _(words), "tone": tone, "icon": icon}


def invitation_times(row: Invitation, *, waits: bool) -> str:
    """Who made it and when, and until when it opens or when it was used or withdrawn."""
    zone = row.unit.zone
    made = _("made by %(name)s, %(when)s") % {
        "name": row.made_by.label,
        "when": spoken.moment(row.made_at, zone),
    }
    if row.used_at:
        end = _("taken %(when)s") % {"when": spoken.moment(row.used_at, zone)}
    elif row.withdrawn_at:
        end = _("withdrawn %(when)s") % {"when": spoken.moment(row.withdrawn_at, zone)}
    else:
        words = _("opens until %(when)s") if waits else _("opened until %(when)s")
        end = words % {"when": spoken.moment(row.expires_at, zone)}
    return f"{made} · {end}"


def role_lines(person: Person, reached: set[str]) -> list[dict[str, str]]:
    """The parts a person plays or will play; those within ``reached`` can be ended here."""
    within = set(person.roles.filter(at_or_below(reached, "unit__path")).values_list("pk", flat=True))
    return [
        {
            "kind_label": kind_word(role.kind),
            "unit_name": role.unit.name,
            "since_text": _since(role),
            "end_url": reverse("role_end", args=[person.pk, role.pk]) if role.pk in within else "",
        }
        for role in parts_of(person)
    ]


def _since(role: Role) -> str:
    since = _("since %(day)s") % {"day": spoken.date_words(role.since)}
    until = _("until %(day)s") % {"day": spoken.date_words(role.until)} if role.until else ""
    return f"{since} · {until}" if until else since


def person_facts(person: Person) -> list[dict[str, str]]:
    """What the person's page says about them."""
    return [
        {"label": _("User name"), "value": person.username},
        {"label": _("E-mail"), "value": person.email},
        {
            "label": _("Last here"),
            "value": spoken.moment(person.last_login) if person.last_login else _("never"),
        },
        {"label": _("Added"), "value": spoken.moment(person.date_joined)},
    ]
