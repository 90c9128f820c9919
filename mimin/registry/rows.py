"""Channels as a screen prints them: every string is ready, so that a template only prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from mimin.evidence.queries import trail
from mimin.evidence.rows import detail_of
from mimin.lib import spoken
from mimin.people.models import Unit
from mimin.people.queries import people_along
from mimin.platforms import PLATFORMS
from mimin.platforms.base import Explained
from mimin.registry.models import Assignment, Channel, Connection
from mimin.registry.rules import Listening, explained, health

MODES: dict[str, tuple[str, str, str]] = {
    "watched": (noop("Watched"), "idle", "eye"),
    "assisted": (noop("Assisted"), "info", "hand"),
    "connected": (noop("Connected"), "ok", "plug"),
}
HEALTH: dict[str, tuple[str, str, str]] = {
    "retired": (noop("No longer used"), "idle", "archive"),
    "watched": (noop("Only watched"), "idle", "eye"),
    "by_hand": (noop("Worked by hand"), "idle", "hand"),
    "refused": (noop("Refused by the platform"), "bad", "unplug"),
    "trouble": (noop("Does not answer just now"), "warn", "wifi-off"),
    "silent": (noop("Silent"), "warn", "clock-alert"),
    "new": (noop("Not asked yet"), "info", "hourglass"),
    "listening": (noop("Listening"), "ok", "check"),
}
"""what rules.health says -> word, tone, icon."""
WHO: dict[str, str] = {
    "admin": noop("Who can do it: the admin of the unit."),
    "coordinator": noop("Who can do it: the coordinator."),
    "platform": noop("Nobody needs to act."),
}
HAPPENED: dict[str, tuple[str, str]] = {
    "channel.added": (noop("Added"), "plus"),
    "channel.connected": (noop("Connected"), "plug"),
    "channel.disconnected": (noop("Disconnected; the key was forgotten"), "unplug"),
    "channel.mode_changed": (noop("The way of working was changed"), "hand"),
    "channel.corrected": (noop("Its address or name was corrected"), "pencil"),
    "channel.moved": (noop("Given to another unit"), "corner-up-left"),
    "channel.asked": (noop("Asked at once"), "refresh-cw"),
    "channel.retired": (noop("Retired"), "archive"),
    "channel.revived": (noop("Taken up again"), "rotate-ccw"),
    "channel.assigned": (noop("Somebody was assigned"), "user-plus"),
    "channel.unassigned": (noop("An assignment ended"), "user"),
    "channel.refused": (noop("The platform refused"), "circle-alert"),
}
"""kind of an evidence record -> words, icon."""


def tag(words: tuple[str, str, str]) -> dict[str, str]:
    """A state in word, tone and icon, for parts/tag.html."""
    word, tone, icon = words
    return {"label": _(word), "tone": tone, "icon": icon}


def told(found: Explained) -> str:
    """A line of a platform's error table as one text: what happened, what to do, who can."""
    return f"{_(found.what)} {_(found.do)} {_(WHO[found.who])}"


def trouble_text(platform: str, code: str, message: str) -> str:
    """What went wrong, in words; the platform's own where its table does not hold the code. "" for nothing."""
    found = explained(platform, code)
    return told(found) if found else _(message) if message else ""


def _connection(channel: Channel) -> Connection | None:
    return getattr(channel, "connection", None)


def health_of(channel: Channel, now: datetime) -> str:
    """How a channel is, as rules.health names it."""
    if (
        channel.mode == channel.Mode.CONNECTED
        and PLATFORMS[channel.platform].placed
        and not channel.retired_at
    ):
        return "listening"  # our own door is open as long as the house stands
    found = _connection(channel)
    listening = Listening(found.healthy, found.error_code, found.last_fetch_at) if found else None
    return health(retired=bool(channel.retired_at), mode=channel.mode, listening=listening, now=now)


def channel_rows(channels: Sequence[Channel], now: datetime) -> list[dict[str, Any]]:
    """The lines of one page; one query for who runs them."""
    runners: dict[int, list[str]] = {}
    open_ones = (
        Assignment.objects.filter(channel__in=channels, until=None).select_related("person").order_by("pk")
    )
    for one in open_ones:
        runners.setdefault(one.channel_id, []).append(one.person.label)
    return [
        {
            "url": reverse("channel", args=[channel.pk]),
            "name": channel.name,
            "address": channel.address,
            "platform_label": platform_label(channel.platform),
            "icon": icon_of(channel.platform),
            "unit_name": channel.unit.name,
            "mode": tag(MODES[channel.mode]),
            "health": tag(HEALTH[health_of(channel, now)]),
            "heard_text": _heard(channel, now),
            "runner_text": ", ".join(runners.get(channel.pk, [])) or _("nobody"),
        }
        for channel in channels
    ]


def _heard(channel: Channel, now: datetime) -> str:
    found = _connection(channel)
    if found is None or found.last_heard_at is None:
        return ""
    return _("heard %(span)s ago") % {"span": spoken.span(now - found.last_heard_at)}


def platform_label(key: str) -> str:
    """The name of a platform for people."""
    return _(PLATFORMS[key].label) if key in PLATFORMS else key


def icon_of(key: str) -> str:
    """The icon of a channel: the globe of what any browser opens, else the mast."""
    found = PLATFORMS.get(key)
    return (
        "globe" if found and any(shape.startswith("{host}") for shape in found.addresses) else "radio-tower"
    )


def href_of(channel: Channel) -> str:
    """The way to the channel itself; "" for what is not on the internet (its address is no host)."""
    return f"https://{channel.address}" if "." in channel.address.split("/")[0] else ""


def facts(channel: Channel) -> list[dict[str, str]]:
    """What the channel's page says about it."""
    zone = channel.unit.zone
    lines = [
        {"label": _("Unit"), "value": channel.unit.name, "url": reverse("unit", args=[channel.unit_id])},
        {"label": _("Platform"), "value": platform_label(channel.platform)},
        {"label": _("Account"), "value": channel.handle},
        {"label": _("Added"), "value": spoken.moment(channel.added_at, zone), "note": channel.added_by},
    ]
    if channel.retired_at:
        lines.append({"label": _("Retired"), "value": spoken.moment(channel.retired_at, zone)})
    if found := _connection(channel):
        lines += [
            {"label": _("Signed in as"), "value": found.account},
            {"label": _("Last heard"), "value": _moment(found.last_heard_at, zone)},
            {"label": _("Last asked"), "value": _moment(found.last_fetch_at, zone)},
            {"label": _("Last answered"), "value": _moment(found.answered_at, zone)},
            {"label": _("Asked again"), "value": _moment(found.due_at, zone)},
        ]
    return lines


def _moment(at: datetime | None, zone: str) -> str:
    return spoken.moment(at, zone) if at else _("never yet")


def trouble(channel: Channel) -> str:
    """What is wrong with the connection, what to do and who can do it; "" when nothing is."""
    found = _connection(channel)
    return trouble_text(channel.platform, found.error_code, found.error) if found and found.error_code else ""


def runner_lines(channel: Channel, may_end: bool) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Who runs the channel, and who did. ``left``: who runs it and has no part any more from which one could."""
    runners, former = [], []
    here = set(people_along(channel.unit).values_list("pk", flat=True))
    for one in channel.assignments.select_related("person").order_by("-until", "-since", "pk"):
        since = _("since %(day)s") % {"day": spoken.date_words(one.since)}
        if one.until:
            since += " · " + _("until %(day)s") % {"day": spoken.date_words(one.until)}
            former.append({"name": one.person.label, "since_text": since})
        else:
            end_url = reverse("assignment_end", args=[channel.pk, one.pk]) if may_end else ""
            left = "" if one.person_id in here else _("No longer at this unit")
            runners.append({"name": one.person.label, "since_text": since, "end_url": end_url, "left": left})
    return runners, former


def trail_lines(channel: Channel) -> list[dict[str, str]]:
    """What happened to the channel, newest first."""
    lines = []
    for fact in trail("channel", channel.pk)[:30]:
        words, icon = HAPPENED.get(fact.kind, (fact.kind, "info"))
        detail = detail_of(fact, channel.unit.zone)
        lines.append({"icon": icon, "title": _(words), "detail": detail, "url": ""})
    return lines


def channel_counts() -> dict[int, int]:
    """How many channels in use each unit has, by the unit's id."""
    return dict(Channel.objects.filter(retired_at=None).values_list("unit").annotate(n=Count("pk")))


def channel_choices(unit: Unit) -> list[tuple[int, str]]:
    """The channels of one unit to choose from, those in use first: id, and words."""
    rows = Channel.objects.filter(unit=unit).order_by(F("retired_at").desc(nulls_first=True), "name")
    return [(one.pk, f"{one.name} · {platform_label(one.platform)}") for one in rows]


def channel_lines(unit: Unit) -> list[dict[str, Any]]:
    """The channels in use of one unit, as lines to go to."""
    return [
        {
            "icon": icon_of(channel.platform),
            "title": channel.name,
            "detail": f"{platform_label(channel.platform)} · {channel.address}",
            "url": reverse("channel", args=[channel.pk]),
            "tag": tag(MODES[channel.mode]),
        }
        for channel in Channel.objects.filter(unit=unit, retired_at=None)
    ]
