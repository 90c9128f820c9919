"""What a person may see of what leaves, and what they may do with it."""

from __future__ import annotations

import json
from datetime import datetime

from django.db.models import Q, QuerySet

from mimin.lib.sealed import unopened
from mimin.outbox.models import Delivery
from mimin.outbox.states import UNDER_WAY
from mimin.people.models import Person
from mimin.people.queries import held, sights
from mimin.people.rules import MAY, Secrecy, cleared, covers
from mimin.policy.queries import ends_of

VIEWS: dict[str, tuple[str, ...]] = {
    "stopped": ("by_hand", "failed", "held"),
    "moving": ("waiting", "sending", "pending", "unsure"),
    "live": ("live",),
    "cancelled": ("cancelled",),
}
"""view -> the states it holds. What waits for a person comes first."""
CAP = 1000
"""Counts stop here."""


def view_of(delivery: Delivery) -> str:
    """The view in which the delivery stands now."""
    return next(view for view, states in VIEWS.items() if delivery.state in states)


def seen(person: Person) -> Q:
    """The scope rule as a condition on Delivery: its channel or who speaks is theirs, and they are cleared for it.

    Under oversight who speaks alone counts: the channel may be the accused unit's.
    """
    condition = Q(pk__in=[])
    for sight in sights(person):
        part = Q(secrecy__in=sorted(sight.secrecies))
        if sight.units is not None:
            part &= Q(unit__in=sight.units) | Q(channel__unit__in=sight.units, secrecy__lt=Secrecy.OVERSIGHT)
        condition |= part
    return condition


def deliveries(person: Person) -> QuerySet[Delivery]:
    """The deliveries that the person may know of. What they say stays sealed until ``text_of`` opens it."""
    rows = Delivery.objects.filter(seen(person)).select_related("channel__unit", "unit")
    return rows.defer("body").annotate(token=unopened("body"))


def page(person: Person, *, view: str, before: int = 0, size: int = 50) -> tuple[list[Delivery], int]:
    """One keyset page of a view, the newest first, and the id to go on from (0 at the end)."""
    rows = deliveries(person).filter(state__in=VIEWS[view]).order_by("-pk")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else 0


def counts(person: Person) -> dict[str, str]:
    """How many stand stopped and how many are on their way, as words; "" for none."""
    found = {}
    for view in ("stopped", "moving"):
        number = Delivery.objects.filter(seen(person), state__in=VIEWS[view])[:CAP].count()
        found[view] = f"{CAP}+" if number == CAP else str(number or "")
    return found


def stuck(rows: QuerySet[Delivery], now: datetime) -> list[Delivery]:
    """Those of the rows that are on their way for longer than their channel's unit lets pass, the oldest first."""
    rows = rows.filter(state__in=UNDER_WAY).select_related("channel__unit", "unit").defer("body")
    found = list(rows.order_by("pk")[:CAP])
    ends = ends_of({one.channel.unit for one in found}, "outbox.stuck_after") if found else {}
    return [one for one in found if ends[one.channel.unit_id](one.made_at) <= now]


def may_act(person: Person, delivery: Delivery) -> bool:
    """Whether one role of the person both covers the channel or who speaks, is cleared for it, and lets them act."""
    open_to_channel = delivery.secrecy < Secrecy.OVERSIGHT
    paths = [delivery.channel.unit.path] if open_to_channel else []
    paths += [delivery.unit.path] if delivery.unit else []
    return any(
        role.kind in MAY["delivery.act"]
        and Secrecy(delivery.secrecy) in cleared(role.kind)
        and any(covers(role.path, path) for path in paths)
        for role in held(person)
    )


def text_of(delivery: Delivery) -> str:
    """What is to be said, opened from its seal; raises lib.crypto.KeyMissing or Tampered."""
    return str(_body(delivery).get("text", ""))


def place_of(delivery: Delivery) -> str:
    """Where a person says it by hand: the address of what is answered, or of a chat with its writer; "" for none."""
    return str(_body(delivery).get("place", ""))


def _body(delivery: Delivery) -> dict[str, str]:
    column = Delivery._meta.get_field("body")
    token = getattr(delivery, "token", None)
    found: dict[str, str] = json.loads(delivery.body if token is None else column.opened(token))
    return found
