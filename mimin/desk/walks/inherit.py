"""inherit: a unit ends, and another takes over its channels and the cases that are not over, in one transaction."""

from __future__ import annotations

from datetime import datetime

from mimin.evidence.actions import Actor
from mimin.inbox import inheriting
from mimin.people.models import Unit
from mimin.registry import actions as registry


def inherit(unit: Unit, heir: Unit, by: Actor, at: datetime) -> None:
    """Give the heir what higher layers keep by unit."""
    registry.inherit(unit, heir, by, at)
    inheriting.inherit(unit, heir, by, at)
