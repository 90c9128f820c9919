"""The verbs of the tree and of the people in it. Each is one transaction and one evidence record."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, Subject, record
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.models import Person, Role, Unit, UnitAlias, UnitChange
from mimin.people.queries import staff_of
from mimin.people.rules import RoleKind

SYSTEM = Actor(None, "Mimin")
Inherit = Callable[[Unit, Unit, Actor, datetime], object]
"""What a higher layer hands over from a unit that ends to its heir, in the same transaction."""
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789ACDEFHJKLMNPRTUVWXY"


def actor(person: Person) -> Actor:
    """How the trail names a person."""
    return Actor(person.pk, person.label)


def _about(unit: Unit) -> Subject:
    return Subject("unit", unit.pk, unit.name)


def _of(person: Person) -> Subject:
    return Subject("person", person.pk, person.label)


def _standing(unit: Unit) -> Unit:
    """The unit as it stands now, with the tree to ourselves until the transaction ends. Refused once it has ended."""
    lock("units")
    unit.refresh_from_db()
    if not unit.active:
        raise Refused(
            _("%(unit)s no longer exists. Choose the unit that took over its work.") % {"unit": unit.name}
        )
    return unit


@transaction.atomic
def add_unit(
    *,
    parent: Unit | None,
    name: str,
    short: str,
    kind: str,
    by: Actor,
    at: datetime,
    affairs: Sequence[str] = (),
    aliases: Sequence[str] = (),
    zone: str = "Asia/Jakarta",
) -> Unit:
    """Add a unit below ``parent`` (None: the government itself, once)."""
    if parent is None and Unit.objects.filter(parent=None).exists():
        raise Refused(_("The tree has its root already. Choose the unit above the new one."))
    lock("units")
    if Unit.objects.filter(parent=parent, name=name, active=True).exists():
        raise Refused(_("“%(name)s” stands here already. Open it, or enter another name.") % {"name": name})
    unit = Unit(
        parent=parent,
        name=name,
        short=short,
        kind=kind,
        affairs=list(affairs),
        zone=zone,
        path=f"?{timezone.now()}",
    )
    unit.save()
    unit.path = f"{parent.path if parent else ''}{unit.pk:06d}."
    unit.save(update_fields=["path"])
    UnitAlias.objects.bulk_create([UnitAlias(unit=unit, text=text) for text in dict.fromkeys(aliases)])
    record(
        "unit.added", subject=_about(unit), by=by, at=at, facts={"name": name, "parent": parent and parent.pk}
    )
    return unit


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, short: str, basis: str, by: Actor, at: datetime) -> Unit:
    """Give a unit its new name; the old one stays as an alias, so that letters and citizens still find it."""
    was = _standing(unit).name
    if (was, unit.short) == (name, short):
        raise Refused(_("The unit bears this name already. Enter the new one."))
    for former in {was, unit.short} - {name, short}:
        UnitAlias.objects.get_or_create(unit=unit, text=former)
    unit.name, unit.short = name, short
    unit.save(update_fields=["name", "short"])
    _changed(unit, "renamed", was, None, basis, by, at)
    return unit


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit, basis: str, by: Actor, at: datetime) -> Unit:
    """Put a unit and all below it under another parent; cases, channels and roles stay with their units."""
    _standing(unit)
    if _standing(parent).path.startswith(unit.path):
        raise Refused(_("A unit cannot stand below itself. Choose another unit above it."))
    if unit.parent_id == parent.pk:
        raise Refused(_("%(unit)s stands there already.") % {"unit": unit.name})
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
    it with its history and its cases, so that the heir's people see what they took over.

    ``staff``: the parts at the unit that go on at the heir; all others in force end. ``inherit`` gives the heir, in
    the same transaction, what higher layers keep by unit.
    """
    _standing(unit)
    if _standing(into).path.startswith(unit.path):
        raise Refused(_("A unit cannot be merged into itself or into one below it. Choose another unit."))
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
    record("role.moved", subject=_of(role.person), by=by, at=at, facts=facts)
    return None


@transaction.atomic
def split_unit(
    *, unit: Unit, name: str, short: str, affairs: Sequence[str], basis: str, by: Actor, at: datetime
) -> Unit:
    """Make a new unit beside ``unit`` that takes over some of its affairs."""
    if _standing(unit).parent is None:
        raise Refused(_("The government itself cannot be split. Choose a unit below it."))
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
    return made


@transaction.atomic
def describe_unit(
    *, unit: Unit, aliases: Sequence[str], affairs: Sequence[str], zone: str, by: Actor, at: datetime
) -> Unit:
    """Say how else a unit is called, which affairs are its business and in which zone its clock runs."""
    wanted, known = set(aliases), set(unit.aliases.values_list("text", flat=True))
    same = (sorted(affairs), zone, wanted) == (sorted(unit.affairs), unit.zone, known)
    if same:
        return unit
    unit.aliases.exclude(text__in=wanted).delete()
    UnitAlias.objects.bulk_create([UnitAlias(unit=unit, text=text) for text in sorted(wanted - known)])
    unit.affairs, unit.zone = list(affairs), zone
    unit.save(update_fields=["affairs", "zone"])
    facts = {"aliases": sorted(wanted), "affairs": list(affairs), "zone": zone}
    record("unit.described", subject=_about(unit), by=by, at=at, facts=facts)
    return unit


def _changed(
    unit: Unit, kind: str, was: str, other: Unit | None, basis: str, by: Actor, at: datetime
) -> None:
    UnitChange.objects.create(unit=unit, kind=kind, was=was, other=other, at=at, by=by.label, basis=basis)
    facts: dict[str, Any] = {"was": was, "now": unit.name, "other": other and other.pk, "basis": basis}
    record(f"unit.{kind}", subject=_about(unit), by=by, at=at, facts=facts)


@transaction.atomic
def add_person(
    *,
    username: str,
    label: str,
    password: str | None,
    by: Actor,
    at: datetime,
    email: str = "",
    language: str = "id",
) -> Person:
    """Give somebody a way in. Without a password the person cannot sign in until one is set."""
    if Person.objects.filter(username=username).exists():
        raise Refused(_("The user name “%(name)s” is taken. Choose another.") % {"name": username})
    person = Person(username=username, label=label, email=email, language=language)
    person.set_password(password)
    person.save()
    record("person.added", subject=_of(person), by=by, at=at, facts={"username": username})
    return person


@transaction.atomic
def give_role(
    *,
    person: Person,
    unit: Unit,
    kind: RoleKind,
    since: date,
    by: Actor,
    at: datetime,
    until: date | None = None,
) -> Role:
    """Let a person play a part at a unit. An auditor's part always has an end."""
    if kind is RoleKind.AUDITOR and until is None:
        raise Refused(_("An auditor looks for a limited time. Enter the last day."))
    if until and until < since:
        raise Refused(_("The last day lies before the first. Correct one of them."))
    if by.id == person.pk:
        raise Refused(_("Nobody gives themselves a part. Ask another coordinator."))
    role, _made = Role.objects.update_or_create(
        person=person, unit=unit, kind=kind.value, defaults={"since": since, "until": until}
    )
    facts = {
        "unit": unit.pk,
        "kind": kind.value,
        "since": since.isoformat(),
        "until": until and until.isoformat(),
    }
    record("role.given", subject=_of(person), by=by, at=at, facts=facts)
    return role


@transaction.atomic
def end_role(*, role: Role, by: Actor, at: datetime) -> None:
    """End a part at once: the row is gone, the trail stays, and open sessions of the person end with it."""
    person = role.person
    if role.kind == RoleKind.COORDINATOR:
        _keep_a_coordinator(Role.objects.exclude(pk=role.pk), role.unit.path)
    facts = {"unit": role.unit_id, "kind": role.kind}
    role.delete()
    end_sessions(person)
    record("role.ended", subject=_of(person), by=by, at=at, facts=facts)


@transaction.atomic
def change_person(
    *, person: Person, label: str, email: str, language: str, by: Actor, at: datetime, phone_hint: str = ""
) -> Person:
    """Correct how a person is called, reached and spoken to, and by which digits they are known on a link."""
    wanted = {"label": label, "email": email, "language": language, "phone_hint": phone_hint}
    if all(getattr(person, name) == value for name, value in wanted.items()):
        return person
    facts = {"was": person.label, "language": language, "telephone_changed": person.phone_hint != phone_hint}
    for name, value in wanted.items():
        setattr(person, name, value)
    person.save(update_fields=list(wanted))
    record("person.changed", subject=_of(person), by=by, at=at, facts=facts)
    return person


@transaction.atomic
def reset_password(*, person: Person, by: Actor, at: datetime) -> str:
    """Give a person a new first password and end their sessions. It is returned once and kept nowhere readable."""
    password = new_password()
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person)
    record("person.password_reset", subject=_of(person), by=by, at=at, facts={})
    return password


def new_password() -> str:
    """A first password that can be read out: four groups of four, 90 bits, no letters that look alike."""
    return "-".join("".join(secrets.choice(_READABLE) for _place in range(4)) for _group in range(4))


@transaction.atomic
def suspend(*, person: Person, by: Actor, at: datetime) -> Person:
    """Close a person's way in at once, without forgetting who they are; nothing changes when it is closed."""
    if by.id == person.pk:
        raise Refused(_("You cannot suspend yourself. Ask another coordinator."))
    for path in person.roles.filter(kind=RoleKind.COORDINATOR).values_list("unit__path", flat=True):
        _keep_a_coordinator(Role.objects.exclude(person=person), path)
    return _let_in(person, False, "person.suspended", by=by, at=at)


@transaction.atomic
def restore(*, person: Person, by: Actor, at: datetime) -> Person:
    """Open a suspended person's way in again; nothing changes when it is open."""
    return _let_in(person, True, "person.restored", by=by, at=at)


def _let_in(person: Person, active: bool, kind: str, *, by: Actor, at: datetime) -> Person:
    if Person.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        end_sessions(person)
        record(kind, subject=_of(person), by=by, at=at, facts={})
    person.is_active = active
    return person


def _keep_a_coordinator(others: QuerySet[Role], path: str) -> None:
    """Refused when nobody else would be left to manage the government's top: then nobody could let anybody in."""
    if not Unit.objects.filter(path=path, parent=None).exists():
        return
    in_force = others.filter(kind=RoleKind.COORDINATOR, unit__path=path).exclude(
        until__lt=timezone.localdate()
    )
    if not in_force.filter(person__is_active=True).exists():
        raise Refused(_("This is the last coordinator of the government. Give somebody else the part first."))


def end_sessions(person: Person) -> int:
    """End every session of a person; returns how many."""
    from allauth.usersessions.models import UserSession

    keys = list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    UserSession.objects.filter(user=person).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]
