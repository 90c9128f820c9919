"""What becomes of the tree: a unit is renamed, moved, merged or split. Each is one transaction and one record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, record
from mimin.lib.moving import Refused
from mimin.people.actions import about, add_unit, affairs_rightly, end_role, free_name, of, standing
from mimin.people.models import Role, Unit, UnitAlias, UnitChange
from mimin.people.queries import staff_of

Inherit = Callable[[Unit, Unit, Actor, datetime], object]
"""What a higher layer hands over from a unit to its heir, in the same transaction."""


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, short: str, basis: str, by: Actor, at: datetime) -> Unit:
    """Give a unit its new name; the old one stays as an alias, so that letters and citizens still find it."""
    was = standing(unit).name
    if (was, unit.short) == (name, short):
        raise Refused(_("The unit bears this name already. Enter the new one."))
    free_name(name, unit.parent, besides=unit.pk)
    for former in {was, unit.short} - {name, short}:
        UnitAlias.objects.get_or_create(unit=unit, text=former)
    unit.name, unit.short = name, short
    unit.save(update_fields=["name", "short"])
    _changed(unit, "renamed", was, None, basis, by, at)
    return unit


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit, basis: str, by: Actor, at: datetime) -> Unit:
    """Put a unit and all below it under another parent; cases, channels and roles stay with their units."""
    standing(unit)
    if standing(parent).path.startswith(unit.path):
        raise Refused(_("A unit cannot stand below itself. Choose another unit above it."))
    if unit.parent_id == parent.pk:
        raise Refused(_("%(unit)s stands there already.") % {"unit": unit.name})
    free_name(unit.name, parent)
    was, old = unit.parent, unit.path
    new = f"{parent.path}{unit.pk:06d}."
    for below in Unit.objects.filter(path__gte=old, path__lt=old + "\uffff"):
        Unit.objects.filter(pk=below.pk).update(path=new + below.path[len(old) :])
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    unit.refresh_from_db()
    _changed(unit, "moved", was.name if was else "", parent, basis, by, at)
    return unit


@transaction.atomic
def merge_unit(
    *, unit: Unit, into: Unit, basis: str, staff: Collection[Role], inherit: Inherit, by: Actor, at: datetime
) -> Unit:
    """End a unit whose work another takes over. Its names become aliases of the heir, and the ended unit stands below
    it with its history and the cases that are over, so that the heir's people see what they took over.

    ``staff``: the parts at the unit that go on at the heir; all others in force end. ``inherit`` gives the heir, in
    the same transaction, what higher layers keep by unit.
    """
    standing(unit)
    if standing(into).path.startswith(unit.path):
        raise Refused(_("A unit cannot be merged into itself or into one below it. Choose another unit."))
    affairs_rightly(unit.affairs, unit.affairs, by=by)
    for child in unit.children.filter(active=True):
        free_name(child.name, into, besides=unit.pk)
    for text in [unit.name, unit.short, *unit.aliases.values_list("text", flat=True)]:
        UnitAlias.objects.get_or_create(unit=into, text=text)
    into.affairs = list(dict.fromkeys([*into.affairs, *unit.affairs]))
    into.save(update_fields=["affairs"])
    for below in Unit.objects.filter(path__gte=unit.path, path__lt=unit.path + "\uffff").exclude(pk=unit.pk):
        Unit.objects.filter(pk=below.pk).update(path=into.path + below.path[len(unit.path) :])
    Unit.objects.filter(parent=unit).update(parent=into)
    unit.active, unit.parent, unit.path = False, into, f"{into.path}{unit.pk:06d}."
    unit.save(update_fields=["active", "parent", "path"])
    _changed(unit, "merged", unit.name, into, basis, by, at)
    going_on = {role.pk for role in staff}
    for role in list(staff_of(unit)):
        _taken_over(role, into if role.pk in going_on else None, by=by, at=at)
    inherit(unit, into, by, at)
    return into


def _taken_over(role: Role, heir: Unit | None, *, by: Actor, at: datetime) -> None:
    """Let a part of a unit that ends go on at the heir, or end with it; who plays it there already keeps that one."""
    if heir is None or Role.objects.filter(person=role.person, unit=heir, kind=role.kind).exists():
        return end_role(role=role, by=by, at=at)
    if by.id == role.person_id:
        raise Refused(_("Nobody gives themselves a part. Leave yourself out, or ask another coordinator."))
    was, role.unit = role.unit, heir
    role.save(update_fields=["unit"])
    facts = {"from": was.pk, "to": heir.pk, "kind": role.kind}
    record("role.moved", subject=of(role.person), by=by, at=at, facts=facts)
    return None


@transaction.atomic
def split_unit(
    *,
    unit: Unit,
    name: str,
    short: str,
    affairs: Sequence[str],
    basis: str,
    by: Actor,
    at: datetime,
    staff: Collection[Role] = (),
    divide: Inherit | None = None,
) -> Unit:
    """Make a new unit beside ``unit`` that takes over some of its affairs, and of its people those whose parts are in
    ``staff``. ``divide`` gives it, in the same transaction, what of a higher layer goes along.
    """
    if standing(unit).parent is None:
        raise Refused(_("The government itself cannot be split. Choose a unit below it."))
    affairs_rightly(affairs, affairs, by=by)
    made = add_unit(
        parent=unit.parent,
        name=name,
        short=short,
        kind=unit.kind,
        by=by,
        at=at,
        affairs=affairs,
        zone=unit.zone,
    )
    unit.affairs = [a for a in unit.affairs if a not in set(affairs)]
    unit.save(update_fields=["affairs"])
    _changed(unit, "split", unit.name, made, basis, by, at)
    for role in staff:
        _taken_over(role, made, by=by, at=at)
    if divide:
        divide(unit, made, by, at)
    return made


def _changed(
    unit: Unit, kind: str, was: str, other: Unit | None, basis: str, by: Actor, at: datetime
) -> None:
    UnitChange.objects.create(unit=unit, kind=kind, was=was, other=other, at=at, by=by.label, basis=basis)
    facts: dict[str, Any] = {"was": was, "now": unit.name, "other": other and other.pk, "basis": basis}
    record(f"unit.{kind}", subject=about(unit), by=by, at=at, facts=facts)
