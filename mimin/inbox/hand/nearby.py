"""On which channel something was heard: the likely ones first, as one tap each, and a search for all others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.inbox.models import Tray
from mimin.lib.moving import Refused
from mimin.people.actions import actor
from mimin.people.models import Person, Unit
from mimin.people.queries import held
from mimin.people.rules import MAY
from mimin.platforms import PLATFORMS
from mimin.platforms.addresses import host_and_path
from mimin.platforms.assisted.links import linked
from mimin.registry.actions import add_channel
from mimin.registry.models import Assignment, Channel
from mimin.registry.queries import channels_for

CHIPS, FOUND = 6, 20
LOOKED_BACK = 60

WAYS: dict[str, tuple[str, str]] = {
    "desk": (gettext_noop("Counter"), "loket"),
    "phone": (gettext_noop("Telephone"), "telepon"),
    "letter": (gettext_noop("Letter"), "surat"),
    "forwarded": (gettext_noop("Passed on by a colleague"), "diteruskan"),
}
"""Ways to be heard that every unit has without registering them -> words, and the end of the channel's address."""


@dataclass(frozen=True)
class Tap:
    """One channel to tap."""

    value: str
    label: str
    detail: str
    checked: bool = False


def likely(person: Person, *, platform: str, link: str) -> tuple[list[Channel], Channel | None]:
    """The channels that are offered first, and the one that is proposed (None where only a person can tell)."""
    mine = _in_use(person)
    shown = _shown_by(mine, link)
    used = _used(person, mine)
    ordered = mine.annotate(depth=Length("unit__path")).order_by("depth", "name")
    same = list(ordered.filter(platform=platform)[:CHIPS]) if platform else []
    run = list(
        ordered.filter(pk__in=Assignment.objects.filter(person=person, until=None).values("channel"))[:CHIPS]
    )
    fitting = [one for one in used if one.platform == platform] if platform else used
    own = [one for one in same if one.unit == recording_unit(person)] or same
    proposed = next(iter([*shown, *fitting]), None) or (own[0] if len(own) == 1 else None)
    first = [*shown, *fitting[:3], *same, *used[:3], *run]
    if len(first) < CHIPS:
        first += list(ordered[:CHIPS])
    chips = list({one.pk: one for one in first}.values())[:CHIPS]
    return chips, proposed or (chips[0] if len(chips) == 1 else None)


def _shown_by(mine: QuerySet[Channel], link: str) -> list[Channel]:
    """The channel that a link itself names: the account's own, or the website's with the longest path."""
    one, split = linked(link) if link else None, host_and_path(link)
    if one is None or split is None:
        return []
    if one.platform != "website":
        same = Q(platform=one.platform, handle__iexact=one.handle)
        return list(mine.filter(same)[:1]) if one.handle else []
    host, path = split
    addresses = ["/".join([host.lower(), *path[:end]]) for end in range(len(path) + 1)]
    return sorted(mine.filter(address__in=addresses), key=lambda c: -len(c.address))[:1]


def _used(person: Person, mine: QuerySet[Channel]) -> list[Channel]:
    """The channels on which this person recorded lately, the last one first."""
    trays = Tray.objects.filter(person=person, case__isnull=False).order_by("-at")
    order = list(dict.fromkeys(trays.values_list("case__channel", flat=True)[:LOOKED_BACK]))
    found = mine.in_bulk(order)
    return [found[pk] for pk in order if pk in found]


def choices(person: Person, *, platform: str, link: str, chosen: str, look: str = "") -> list[Tap]:
    """What can be tapped: what is chosen already, the likely ones, what was looked for, and the ways of every unit."""
    chips, proposed = likely(person, platform=platform, link=link)
    if look.strip():
        chips = [*found(person, look), *chips]
    mine = _in_use(person)
    if chosen.isdecimal() and (own := mine.filter(pk=int(chosen[:18])).first()):
        chips = [own, *chips]
    unit = recording_unit(person)
    checked = chosen or (_value(proposed, unit) if proposed else "")
    taps = {
        value: Tap(value, one.name, _detail(one, unit), value == checked)
        for one in chips
        if not (value := _value(one, unit)).startswith("way:")
    }
    ways = [Tap(f"way:{way}", _(words), "", f"way:{way}" == checked) for way, (words, _end) in WAYS.items()]
    return [*taps.values(), *ways]


def _detail(channel: Channel, own: Unit | None) -> str:
    """What the name of a channel leaves open: its platform, and its unit where that is not the person's own."""
    platform, unit = str(_(PLATFORMS[channel.platform].label)), channel.unit
    named = channel.name.lower()
    said = [platform] if platform.split(" (")[0].lower() not in named else []
    if own != unit and unit.short.lower() not in named:
        said.append(unit.short)
    return " · ".join(said)


def _value(channel: Channel, unit: Unit | None) -> str:
    """How a form names a channel: the way of the person's own unit by its word, every other by its number."""
    ends = {f"{unit.pk}/{end}": way for way, (_words, end) in WAYS.items()} if unit else {}
    way = ends.get(channel.address) if channel.platform == "offline" else None
    return f"way:{way}" if way else str(channel.pk)


def found(person: Person, look: str) -> list[Channel]:
    """Channels of the person with every word in their name, address or unit."""
    rows = _in_use(person)
    for word in look.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(address__icontains=word)
            | Q(unit__name__icontains=word)
            | Q(unit__short__icontains=word)
            | Q(platform__iexact=word)
        )
    return list(rows.order_by("name")[:FOUND])


def recordable(value: str, person: Person) -> bool:
    """Whether this is something that the person can record on."""
    if value.removeprefix("way:") in WAYS:
        return value.startswith("way:") and recording_unit(person) is not None
    return value.isdecimal() and _in_use(person).filter(pk=int(value[:18])).exists()


def channel_of(value: str, person: Person, *, at: datetime) -> Channel:
    """The channel that was tapped; a way that the unit never used becomes its channel now.

    Raises Channel.DoesNotExist for what is not ``recordable``.
    """
    if not recordable(value, person):
        raise Channel.DoesNotExist
    if value.startswith("way:"):
        return _way(value.removeprefix("way:"), person, at)
    return _in_use(person).get(pk=int(value))


def _in_use(person: Person) -> QuerySet[Channel]:
    return channels_for(person).filter(retired_at=None)


def recording_unit(person: Person) -> Unit | None:
    """The unit at which the person may record: the first of their roles that does."""
    role = next((one for one in held(person) if one.kind in MAY["case.record"]), None)
    return Unit.objects.get(pk=role.unit_id) if role else None


def _way(way: str, person: Person, at: datetime) -> Channel:
    unit = recording_unit(person)
    if unit is None:
        raise Channel.DoesNotExist
    words, end = WAYS[way]
    own = Channel.objects.filter(unit=unit, platform="offline", address=f"{unit.pk}/{end}")
    if (known := own.first()) is not None:
        return known
    try:
        return add_channel(
            pasted=end, unit=unit, name=f"{_(words)} {unit.short}"[:160], mode=Channel.Mode.ASSISTED, by=actor(person),
            at=at, platform="offline",
        )  # fmt: skip
    except Refused:  # a colleague was a moment earlier
        return own.get()
