"""The home page: a list of what to do, then a few numbers. Everything prepared for the template."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mimin.inbox import queries, todo
from mimin.inbox.rows import title_of
from mimin.lib import spoken
from mimin.outbox.queries import deliveries
from mimin.people.models import Person, Unit
from mimin.people.queries import held
from mimin.people.rules import may
from mimin.platforms import PLATFORMS
from mimin.registry.models import Channel, Connection
from mimin.registry.queries import channels_for

SHOWN = 6
ICONS = {"bad": "triangle-alert", "warn": "clock", "info": "chevron-right", "ok": "check", "idle": "hand"}


def context(person: Person, now: datetime) -> dict[str, Any]:
    """What desk/home.html takes."""
    lines = [
        *_late(person, now),
        *_waiting(person),
        *_answers(person),
        *_outgoing(person),
        *_connections(person),
    ]
    unit = Unit.objects.filter(pk=held(person)[0].unit_id).first() if held(person) else None
    zone = unit.zone if unit else "Asia/Jakarta"
    waits = _("%(n)s things wait for you") % {"n": len(lines)} if lines else _("nothing waits for you")
    channels = list(
        channels_for(person)
        .filter(retired_at=None)
        .select_related("connection")
        .order_by("name")[: SHOWN + 1]
    )
    return {
        "today": spoken.day(now, zone),
        "lead": f"{unit.name} · {waits}" if unit else waits,
        "todo": lines,
        "channels": [_channel(c) for c in channels[:SHOWN]],
        "channels_more_url": reverse("channels") if len(channels) > SHOWN else "",
        "week": _week(person, now),
        "measured_at": spoken.moment(now, zone),
        "arrived": [],
    }


def _line(icon: str, title: str, detail: str, url: str, tag: str, tone: str) -> dict[str, Any]:
    return {
        "icon": icon,
        "title": title,
        "detail": detail,
        "url": url,
        "tag": {"label": tag, "tone": tone, "icon": ""},
    }


def _late(person: Person, now: datetime) -> list[dict[str, Any]]:
    number = queries.counts(person, now=now)["late"]
    worst = todo.most_late(person, now) if number else None
    if worst is None or worst.due_at is None:
        return []
    detail = _("Longest: %(title)s, late by %(span)s") % {
        "title": title_of(worst),
        "span": spoken.span(now - worst.due_at),
    }
    title = _("%(n)s cases are past their first answer") % {"n": number}
    return [_line("clock-alert", title, detail, reverse("inbox") + "?view=late", _("Answer"), "bad")]


def _waiting(person: Person) -> list[dict[str, Any]]:
    counts = queries.counts(person)
    if not counts["mine"]:
        return []
    detail = (
        _("%(n)s not passed on yet") % {"n": counts["new"]} if counts["new"] else _("All of them have a unit")
    )
    title = _("%(n)s citizens wait for an answer") % {"n": counts["mine"]}
    return [_line("inbox", title, detail, reverse("inbox"), _("Open"), "info")]


def _answers(person: Person) -> list[dict[str, Any]]:
    lines = []
    for reply in todo.to_approve(person):
        detail = _("Handed in by %(who)s, %(when)s") % {
            "who": reply.author.label,
            "when": spoken.moment(reply.state_since, reply.unit.zone),
        }
        title = _("Approve an answer: %(title)s") % {"title": title_of(reply.case)}
        lines.append(
            _line("square-pen", title, detail, reverse("case", args=[reply.case_id]), _("Review"), "info")
        )
    for reply in todo.returned_to(person):
        title = _("Mend your answer: %(title)s") % {"title": title_of(reply.case)}
        detail = reply.returned_because[:120]
        lines.append(_line("undo-2", title, detail, reverse("case", args=[reply.case_id]), _("Mend"), "warn"))
    return lines


def _outgoing(person: Person) -> list[dict[str, Any]]:
    rows = deliveries(person)
    lines = []
    for state, icon, title, tag, tone in (
        ("by_hand", "hand", _("%(n)s answers wait to be posted by hand"), _("Post"), "warn"),
        ("failed", "triangle-alert", _("%(n)s answers did not leave"), _("Look"), "bad"),
        ("held", "hourglass", _("%(n)s answers are held after a restore"), _("Look"), "warn"),
    ):
        if number := rows.filter(state=state).count():
            lines.append(
                _line(icon, title % {"n": number}, "", f"{reverse('outbox')}?view={state}", tag, tone)
            )
    return lines


def _connections(person: Person) -> list[dict[str, Any]]:
    if not may(held(person), "channel.connect"):
        return []
    rows = Connection.objects.filter(healthy=False, channel__in=channels_for(person)).select_related(
        "channel"
    )[:5]
    return [
        _line(
            "plug",
            _("%(channel)s cannot be reached") % {"channel": c.channel.name},
            PLATFORMS[c.channel.platform].errors[c.error_code].what
            if c.error_code in PLATFORMS[c.channel.platform].errors
            else c.error,
            reverse("channel", args=[c.channel_id]),
            _("Connect again"),
            "bad",
        )
        for c in rows
    ]


def _channel(channel: Channel) -> dict[str, Any]:
    connection = getattr(channel, "connection", None)
    tag = {
        "label": channel.get_mode_display(),
        "tone": "idle",
        "icon": "eye" if channel.mode == "watched" else "hand",
    }
    detail = _(PLATFORMS[channel.platform].label)
    if connection:
        tag = {"label": _("Connected"), "tone": "ok", "icon": "check"}
        if not connection.healthy:
            tag = {"label": _("Cannot be reached"), "tone": "bad", "icon": "triangle-alert"}
        if connection.last_heard_at:
            detail = _("last heard %(when)s") % {
                "when": spoken.moment(connection.last_heard_at, channel.unit.zone)
            }
    return {
        "icon": "radio-tower", "title": channel.name, "detail": detail,
        "url": reverse("channel", args=[channel.pk]), "tag": tag,
    }  # fmt: skip


def _week(person: Person, now: datetime) -> list[dict[str, str]]:
    in_time, answered = todo.answered_in_time(person, now)
    if not answered:
        return []
    share = f"{round(100 * in_time / answered)} %"
    return [
        {"label": _("First answers in seven days"), "value": str(answered), "note": ""},
        {
            "label": _("Within the promised time"),
            "value": share,
            "note": _("%(n)s of %(of)s") % {"n": in_time, "of": answered},
        },
    ]
