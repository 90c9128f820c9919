"""The verbs of the tree and of the people in it. Each is one transaction and one evidence record."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, Subject, record
from mimin.lib.clock import CalendarChanged
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.adapter import unlock
from mimin.people.models import PasswordLink, Person, Role, Unit, UnitAlias
from mimin.people.queries import held, in_force, root, top_path
from mimin.people.rules import GIVEN_FROM_THE_TOP, RoleKind, may_give, may_hold_affairs, played_at

SYSTEM = Actor(None, "Mimin")
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789ACDEFHJKLMNPRTUVWXY"


def actor(person: Person) -> Actor:
    """How the trail names a person."""
    return Actor(person.pk, person.label)


def about(unit: Unit) -> Subject:
    return Subject("unit", unit.pk, unit.name)


def of(person: Person) -> Subject:
    return Subject("person", person.pk, person.label)


def standing(unit: Unit) -> Unit:
    """The unit as it stands now, with the tree to ourselves until the transaction ends. Refused once it has ended."""
    lock("units")
    unit.refresh_from_db()
    if not unit.active:
        raise Refused(
            _("%(unit)s no longer exists. Choose the unit that took over its work.") % {"unit": unit.name}
        )
    return unit


def free_name(name: str, parent: Unit | None, *, besides: int = 0) -> None:
    """Refused where another unit of this name stands below ``parent`` already."""
    if Unit.objects.filter(parent=parent, name=name, active=True).exclude(pk=besides).exists():
        raise Refused(
            _("“%(name)s” stands there already. Open it, or give one of the two another name.")
            % {"name": name}
        )


def affairs_rightly(gained: Collection[str], lost: Collection[str], *, by: Actor) -> None:
    """Refused where somebody below the government's top would decide who oversees. Mimin itself may."""
    if by.id is None or may_hold_affairs(held(Person.objects.get(pk=by.id)), gained, lost, top_path()):
        return
    raise Refused(
        _("Only a coordinator of %(unit)s decides which unit oversees the others. Ask one.")
        % {"unit": root().name}
    )


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
    if parent is None:
        lock("units")
    else:
        standing(parent)
    free_name(name, parent)
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
        "unit.added", subject=about(unit), by=by, at=at, facts={"name": name, "parent": parent and parent.pk}
    )
    return unit


RUNNING = timedelta(days=5 * 366)
"""No promised time lies farther ahead."""


@transaction.atomic
def describe_unit(
    *,
    unit: Unit,
    aliases: Sequence[str],
    affairs: Sequence[str],
    zone: str,
    by: Actor,
    at: datetime,
    then: CalendarChanged | None = None,
) -> Unit:
    """Say how else a unit is called, which affairs are its business and in which zone its clock runs.

    ``then``: what a higher layer does when the zone is another one from today on, in the same transaction.
    """
    standing(unit)
    wanted, known = set(aliases), set(unit.aliases.values_list("text", flat=True))
    same = (sorted(affairs), zone, wanted) == (sorted(unit.affairs), unit.zone, known)
    if same:
        return unit
    affairs_rightly({*affairs} - {*unit.affairs}, {*unit.affairs} - {*affairs}, by=by)
    unit.aliases.exclude(text__in=wanted).delete()
    UnitAlias.objects.bulk_create([UnitAlias(unit=unit, text=text) for text in sorted(wanted - known)])
    moves = then if zone != unit.zone else None
    unit.affairs, unit.zone = list(affairs), zone
    unit.save(update_fields=["affairs", "zone"])
    if moves:
        today = timezone.localdate(at)
        moves(today, today + RUNNING, at=at)
    facts = {"aliases": sorted(wanted), "affairs": list(affairs), "zone": zone}
    record("unit.described", subject=about(unit), by=by, at=at, facts=facts)
    return unit


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
    _free_email(email)
    person = Person(username=username, label=label, email=email, language=language)
    person.set_password(password)
    person.save()
    record("person.added", subject=of(person), by=by, at=at, facts={"username": username})
    return person


def _free_email(email: str, *, besides: int = 0) -> None:
    """Refused where somebody else signs in with this e-mail address, in whatever letters."""
    lock("people")
    if email and Person.objects.filter(email__iexact=email).exclude(pk=besides).exists():
        raise Refused(
            _("Somebody else has the e-mail address “%(email)s”. Enter another, or leave it empty.")
            % {"email": email}
        )


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
    if by.id == person.pk:
        raise Refused(_("Nobody gives themselves a part. Ask another coordinator."))
    given_rightly(kind, unit, since, until, by)
    if kind is RoleKind.COORDINATOR:
        _not_the_last_shortened(person, unit, since, until)
    role, _made = Role.objects.update_or_create(
        person=person, unit=unit, kind=kind.value, defaults={"since": since, "until": until}
    )
    facts = {
        "unit": unit.pk,
        "kind": kind.value,
        "since": since.isoformat(),
        "until": until and until.isoformat(),
    }
    record("role.given", subject=of(person), by=by, at=at, facts=facts)
    return role


def _not_the_last_shortened(person: Person, unit: Unit, since: date, until: date | None) -> None:
    """Refused where a coordinator's part that runs would end sooner or begin later, and nobody else's goes on."""
    was = Role.objects.filter(
        in_force(timezone.localdate()), person=person, unit=unit, kind=RoleKind.COORDINATOR
    ).first()
    later = since > timezone.localdate()
    sooner = until is not None and was is not None and (was.until is None or until < was.until)
    if was and (later or sooner):
        _keep_a_coordinator(Role.objects.exclude(pk=was.pk), unit.path, beyond=until if sooner else None)


def given_rightly(kind: RoleKind, unit: Unit, since: date, until: date | None, by: Actor) -> None:
    """Refused where a part cannot be played at the unit in this time, or is not for ``by`` to give. Mimin itself may
    give any."""
    if kind is RoleKind.AUDITOR and until is None:
        raise Refused(_("An auditor looks for a limited time. Enter the last day."))
    if until and until < since:
        raise Refused(_("The last day lies before the first. Correct one of them."))
    if not played_at(kind, top=unit.parent_id is None, affairs=unit.affairs):
        raise Refused(
            _(
                "The regional secretary plays this part at the government itself, an inspector there or at the "
                "Inspektorat. Choose that unit."
            )
        )
    top = root()
    if by.id is None or may_give(held(Person.objects.get(pk=by.id)), kind, unit.path, top.path):
        return
    manages = top if kind in GIVEN_FROM_THE_TOP else unit
    raise Refused(_("Only a coordinator of %(unit)s gives this part. Ask one.") % {"unit": manages.name})


@transaction.atomic
def end_role(*, role: Role, by: Actor, at: datetime) -> None:
    """End a part at once: the row is gone, the trail stays, and open sessions of the person end with it."""
    person = role.person
    if role.kind == RoleKind.COORDINATOR:
        _keep_a_coordinator(Role.objects.exclude(pk=role.pk), role.unit.path)
    facts = {"unit": role.unit_id, "kind": role.kind}
    role.delete()
    end_sessions(person)
    record("role.ended", subject=of(person), by=by, at=at, facts=facts)


@transaction.atomic
def change_person(
    *, person: Person, label: str, email: str, language: str, by: Actor, at: datetime, phone_hint: str = ""
) -> Person:
    """Correct how a person is called, reached and spoken to, and by which digits they are known on a link."""
    wanted = {"label": label, "email": email, "language": language, "phone_hint": phone_hint}
    if all(getattr(person, name) == value for name, value in wanted.items()):
        return person
    _free_email(email, besides=person.pk)
    facts = {"was": person.label, "language": language, "telephone_changed": person.phone_hint != phone_hint}
    for name, value in wanted.items():
        setattr(person, name, value)
    person.save(update_fields=list(wanted))
    record("person.changed", subject=of(person), by=by, at=at, facts=facts)
    return person


@transaction.atomic
def reset_password(*, person: Person, by: Actor, at: datetime) -> str:
    """Give a person a new first password and end their sessions. It is returned once and kept nowhere readable.

    Wrong passwords that were counted are forgotten, so that it opens at once.
    """
    password = new_password()
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person)
    close_password_links(person, at)
    unlock(person.username, person.email, pk=person.pk)
    record("person.password_reset", subject=of(person), by=by, at=at, facts={})
    return password


@transaction.atomic
def reset_second_step(*, person: Person, by: Actor, at: datetime) -> Person:
    """Take off a second step whose app and codes its owner has lost; their open sessions end. Nothing changes
    where none is on."""
    if by.id == person.pk:
        raise Refused(_("Turn off your own second step under “My account”."))
    if Authenticator.objects.filter(user=person).delete()[0]:
        end_sessions(person)
        unlock(person.username, person.email, pk=person.pk)
        record("person.second_step_reset", subject=of(person), by=by, at=at, facts={})
    return person


def close_password_links(person: Person, at: datetime) -> None:
    """Let no older link choose the person's password."""
    PasswordLink.objects.filter(person=person, used_at=None, withdrawn_at=None).update(withdrawn_at=at)


def new_password() -> str:
    """A first password that can be read out: four groups of four, 90 bits, no letters that look alike."""
    return "-".join("".join(secrets.choice(_READABLE) for _place in range(4)) for _group in range(4))


Left = Callable[[Person, Actor, datetime], None]
"""What layers above end when somebody is suspended."""


@transaction.atomic
def suspend(*, person: Person, by: Actor, at: datetime, then: Left | None = None) -> Person:
    """Close a person's way in at once, without forgetting who they are; nothing changes when it is closed.

    ``then``: what a higher layer ends with it, in the same transaction: links that they made, channels that they ran.
    """
    if by.id == person.pk:
        raise Refused(_("You cannot suspend yourself. Ask another coordinator."))
    for path in person.roles.filter(kind=RoleKind.COORDINATOR).values_list("unit__path", flat=True):
        _keep_a_coordinator(Role.objects.exclude(person=person), path)
    if then:
        then(person, by, at)
    close_password_links(person, at)
    return _let_in(person, False, "person.suspended", by=by, at=at)


@transaction.atomic
def restore(*, person: Person, by: Actor, at: datetime) -> Person:
    """Open a suspended person's way in again; nothing changes when it is open."""
    return _let_in(person, True, "person.restored", by=by, at=at)


def _let_in(person: Person, active: bool, kind: str, *, by: Actor, at: datetime) -> Person:
    if Person.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        end_sessions(person)
        record(kind, subject=of(person), by=by, at=at, facts={})
    person.is_active = active
    return person


def _keep_a_coordinator(others: QuerySet[Role], path: str, *, beyond: date | None = None) -> None:
    """Refused when nobody else would be left to manage the government's top: then nobody could let anybody in.

    ``beyond``: somebody else's part has to go on after that day.
    """
    if not Unit.objects.filter(path=path, parent=None).exists():
        return
    lock("coordinators")
    left = others.filter(
        in_force(timezone.localdate()), kind=RoleKind.COORDINATOR, unit__path=path, person__is_active=True
    )
    if beyond:
        left = left.filter(Q(until=None) | Q(until__gt=beyond))
    if not left.exists():
        raise Refused(_("This is the last coordinator of the government. Give somebody else the part first."))


def end_sessions(person: Person) -> int:
    """End every session of a person; returns how many."""
    from allauth.usersessions.models import UserSession

    keys = list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    UserSession.objects.filter(user=person).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]
