"""Who can act on what leaves, by the parts that people hold today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from mimin.outbox.models import Delivery
from mimin.people.models import Unit
from mimin.people.queries import ancestors, parts_at
from mimin.people.rules import MAY, RoleKind, Secrecy, cleared

_DAILY = (RoleKind.ADMIN, RoleKind.DUTY, RoleKind.HEAD, RoleKind.PPID)
"""Whose daily work it is, at a unit where several may."""


class Doer(NamedTuple):
    """A part that somebody holds, and the short name of the unit where."""

    kind: RoleKind
    unit: str


Doers = dict[str, tuple[Doer, ...]]
"""Who acts, as platforms' error tables name them (admin, coordinator) -> whose part that is here."""


def doers(deliveries: Sequence[Delivery]) -> dict[int, Doers]:
    """Who can act on each delivery, by its id. One query.

    ``admin`` acts on the delivery itself: for who speaks, and for the channel where that is another unit's.
    ``coordinator`` mends the channel. Each stands at the nearest unit upwards where such a part is held.
    """
    parts = _parts([unit for one in deliveries for unit in _units(one)])
    return {
        one.pk: {
            "admin": _nearest(_units(one), parts, partial(_acts, one)),
            "coordinator": _nearest([one.channel.unit], parts, MAY["channel.connect"].__contains__),
        }
        for one in deliveries
    }


def _units(delivery: Delivery) -> list[Unit]:
    """Who speaks, then whose channel it is."""
    speaker, owner = delivery.unit or delivery.channel.unit, delivery.channel.unit
    return [speaker] if speaker.pk == owner.pk else [speaker, owner]


def _acts(delivery: Delivery, kind: RoleKind) -> bool:
    return kind in MAY["delivery.act"] and Secrecy(delivery.secrecy) in cleared(kind)


def _parts(units: Sequence[Unit]) -> dict[str, list[Doer]]:
    """The parts held at these units and above them, by path, the one whose daily work it is first."""
    found: dict[str, list[Doer]] = {}
    paths = {path for unit in units for path in ancestors(unit)}
    for path, kind, short in parts_at(paths).values_list("unit__path", "kind", "unit__short").distinct():
        found.setdefault(path, []).append(Doer(RoleKind(kind), short))
    return {path: sorted(parts, key=_daily) for path, parts in found.items()}


def _daily(doer: Doer) -> tuple[int, str]:
    return (_DAILY.index(doer.kind) if doer.kind in _DAILY else len(_DAILY), doer.kind)


def _nearest(
    units: Sequence[Unit], parts: dict[str, list[Doer]], may: Callable[[RoleKind], bool]
) -> tuple[Doer, ...]:
    found = []
    for unit in units:
        able = (doer for path in ancestors(unit) for doer in parts.get(path, ()) if may(doer.kind))
        found += [doer for doer in (next(able, None),) if doer]
    return tuple(dict.fromkeys(found))
