"""What higher layers show on the page of a channel (its newest cases, what is on its way out) and of a unit."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from mimin.inbox.models import Case
from mimin.inbox.queries import lines, seen
from mimin.inbox.rows import case_rows
from mimin.outbox.queries import deliveries
from mimin.outbox.rows import outgoing_lines
from mimin.outbox.states import DELIVERY
from mimin.people.models import Person, Unit
from mimin.policy.queries import hours_facts
from mimin.portal.poster import door_facts
from mimin.registry.models import Channel

NEWEST = 5


def around(person: Person, channel: Channel) -> dict[str, Any]:
    """The newest cases of the channel and its open deliveries, as far as the person may know of them."""
    newest = (
        Case.objects.filter(seen(person), channel=channel)
        .order_by("-pk")
        .values_list("pk", flat=True)[:NEWEST]
    )
    leaving = deliveries(person).filter(channel=channel).exclude(state__in=DELIVERY.final)
    return {
        "cases": case_rows(lines(list(newest)), timezone.now()),
        "cases_url": f"{reverse('inbox')}?view=all&channel={channel.pk}",
        "outgoing": outgoing_lines(list(leaving.order_by("-pk")[:NEWEST])),
    }


def facts_of(unit: Unit) -> list[dict[str, str]]:
    """The hours of a unit, and the poster of its door."""
    return [*hours_facts(unit), *door_facts(unit)]
