"""inherit, divide: another unit takes over channels and cases that are not over, in one transaction: all when a unit
ends, those chosen when it is split."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from mimin.evidence.actions import Actor
from mimin.inbox import inheriting
from mimin.people.models import Unit
from mimin.registry import actions as registry


def inherit(unit: Unit, heir: Unit, by: Actor, at: datetime) -> None:
    """Give the heir what higher layers keep by unit."""
    registry.inherit(unit, heir, by, at)
    inheriting.inherit(unit, heir, by, at)


def divide(
    unit: Unit, heir: Unit, channels: Collection[int], affairs: Collection[str], by: Actor, at: datetime
) -> None:
    """Give a unit that was split off the channels chosen, and the open cases of the affairs that it takes over."""
    registry.inherit(unit, heir, by, at, channels=channels)
    inheriting.inherit(unit, heir, by, at, affairs=affairs)
