"""What can be done with a channel: one line a verb, with its right, its form and the action behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mimin.evidence.actions import Actor
from mimin.platforms import PLATFORMS
from mimin.registry import actions
from mimin.registry.forms import AssignForm, ModeForm, MoveForm, NothingForm, RenamedForm
from mimin.registry.models import Channel
from mimin.registry.queries import connectable

Perform = Callable[[Channel, dict[str, Any], Actor, datetime], object]


@dataclass(frozen=True)
class ChannelAct:
    """One thing to do with a channel: its words, the right it needs, when it is offered, its form and its action."""

    label: Any
    icon: str
    right: str
    offered: Callable[[Channel], bool]
    form: type[forms.Form]
    consequence: Any
    perform: Perform
    done: Any
    tone: str = "primary"


def _connected(channel: Channel) -> bool:
    """Whether a key opens it; our own door has none."""
    return channel.mode == Channel.Mode.CONNECTED and not PLATFORMS[channel.platform].placed


def _in_use(channel: Channel) -> bool:
    return channel.retired_at is None


def may_connect(channel: Channel) -> bool:
    """Whether Mimin can be given the key to this channel (again)."""
    return _in_use(channel) and connectable(channel.platform)


ACTS: dict[str, ChannelAct] = {
    "listen": ChannelAct(
        _("Listen now"), "refresh-cw", "channel.add", _connected, NothingForm,
        _("Mimin asks the platform at once what is new, instead of at the next turn."),
        lambda c, d, by, at: actions.listen_now(channel=c, by=by, at=at),
        _("Mimin is asking now. What it hears appears in the inbox."),
    ),
    "mode": ChannelAct(
        _("Change the way"), "hand", "channel.add", lambda c: _in_use(c) and not _connected(c), ModeForm,
        _("Cases and history stay. A connected channel begins with “Connect”."),
        lambda c, d, by, at: actions.change_mode(
            channel=c, mode=d["mode"], platform=d["platform"] or c.platform, by=by, at=at
        ),
        _("The channel is worked this way from now on."),
    ),
    "assign": ChannelAct(
        _("Assign"), "user-plus", "channel.add", _in_use, AssignForm,
        _("The person runs this channel from that day on, and stands on its page."),
        lambda c, d, by, at: actions.assign(channel=c, person=d["person"], since=d["since"], by=by, at=at),
        _("The person runs this channel now."),
    ),
    "correct": ChannelAct(
        _("Correct address or name"), "pencil", "channel.add", _in_use, RenamedForm,
        _("For an account that was renamed on its platform. Cases and history stay with the channel."),
        lambda c, d, by, at: actions.correct(channel=c, pasted=d["url"], name=d["name"], by=by, at=at),
        _("The channel is corrected. Its history stays."),
    ),
    "move": ChannelAct(
        _("Move to another unit"), "corner-up-left", "channel.connect", _in_use, MoveForm,
        _("What is heard from now on is the other unit's. The cases so far stay where they are."),
        lambda c, d, by, at: actions.move_channel(channel=c, unit=d["unit"], by=by, at=at),
        _("The channel is the other unit's now."),
    ),
    "disconnect": ChannelAct(
        _("Disconnect"), "unplug", "channel.connect", _connected, NothingForm,
        _("The key is forgotten and listening ends. The channel goes on assisted, until a key is entered again."),
        lambda c, d, by, at: actions.disconnect(channel=c, by=by, at=at),
        _("The key is forgotten. The channel is assisted now."), tone="danger primary",
    ),
    "retire": ChannelAct(
        _("Retire"), "archive", "channel.connect", _in_use, NothingForm,
        _("Nothing is heard or said here any more, and a key is forgotten. The history stays."),
        lambda c, d, by, at: actions.retire(channel=c, by=by, at=at),
        _("The channel is no longer used. Its history stays."), tone="danger primary",
    ),
    "revive": ChannelAct(
        _("Take up again"), "rotate-ccw", "channel.connect", lambda c: not _in_use(c), NothingForm,
        _("The channel is worked by hand again, until it is connected."),
        lambda c, d, by, at: actions.revive(channel=c, by=by, at=at),
        _("The channel is in use again."),
    ),
}  # fmt: skip
"""Name in the address -> act. "connect" has a page of its own."""
