"""Reading channels, and building the connector that serves one."""

from __future__ import annotations

import json
import os
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from mimin.lib.http import Http, guarded_client
from mimin.people.models import Person
from mimin.people.queries import paths_seen, subtree
from mimin.platforms import PLATFORMS, connector
from mimin.platforms.base import Access
from mimin.registry.models import AddressRule, Channel
from mimin.registry.rules import DEFAULTS, UNANSWERED


def address_rules() -> list[tuple[str, str]]:
    """The address rules as the recogniser takes them: those stored, in their order, then those that come with Mimin.

    So a platform of a later release is recognised too, and a stored rule for the same template wins.
    """
    stored = list(AddressRule.objects.values_list("platform", "template"))
    taken = {template for _platform, template in stored}
    return [*stored, *(rule for rule in DEFAULTS if rule[1] not in taken)]


def channels_for(person: Person) -> QuerySet[Channel]:
    """The channels of every unit that a role of the person covers, and that they look at."""
    below = subtree(paths_seen(person))
    return Channel.objects.filter(unit__in=below).select_related("unit")


def page(
    person: Person, *, text: str = "", platform: str = "", mode: str = "", after: int = 0, size: int = 50
) -> tuple[list[Channel], int]:
    """One keyset page of channels by id, and the id to go on from (0 at the end)."""
    rows = channels_for(person).filter(pk__gt=after).select_related("connection").order_by("pk")
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(address__icontains=text) | Q(unit__name__icontains=text)
        )
    if platform:
        rows = rows.filter(platform=platform)
    if mode == "retired":
        rows = rows.filter(retired_at__isnull=False)
    elif mode:
        rows = rows.filter(mode=mode, retired_at=None)
    found = list(rows[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else 0


def unanswered(now: datetime) -> Q:
    """The condition of a Connection that is asked and has not got an answer for a day."""
    return Q(due_at__isnull=False, answered_at__lt=now - UNANSWERED)


def standing_at(address: str) -> Channel | None:
    """The channel that stands at a canonical address already, whoever's it is."""
    return Channel.objects.select_related("unit").filter(address=address).first()


def connector_for(channel: Channel) -> Any:
    """The connector that serves a channel: its platform's when connected, else the one that asks a person."""
    http = _http(tuple(settings.NETWORK_ALLOW), os.getpid())
    if channel.mode == Channel.Mode.CONNECTED:
        opened = PLATFORMS[channel.platform].credentials
        secrets = json.loads(channel.connection.secrets) if opened else {}
        return connector(channel.platform, Access(_url(channel), secrets), http)
    by_hand = "offline" if channel.platform == "offline" else "assisted"
    return connector(by_hand, Access(_url(channel)), http)


@lru_cache(maxsize=4)
def _http(allow: tuple[str, ...], process: int) -> Http:
    """One guarded client a process: its threads share the connections, and none is left open for nobody."""
    return guarded_client(allow=allow)


def _url(channel: Channel) -> str:
    plain = channel.address.split("/")[0] in settings.NETWORK_ALLOW
    return f"{'http' if plain else 'https'}://{channel.address}"


def connectable(platform: str) -> bool:
    """Whether Mimin can be connected to this platform today."""
    return platform in PLATFORMS and bool(PLATFORMS[platform].credentials)
