"""A telephone is lost: what it could open is closed at once, and its owner chooses a new password by a link."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, record
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.actions import actor, close_password_links, end_sessions, of
from mimin.people.adapter import unlock
from mimin.people.asking import manages_wholly
from mimin.people.links import LinkOver, digest, new_token, over, same_form
from mimin.people.models import PasswordLink, Person

HOURS = 24


@transaction.atomic
def phone_lost(*, person: Person, by: Person, at: datetime) -> tuple[PasswordLink, str]:
    """End every session, take the password and the second step off, and make a link to choose a new password: the link
    and its token, which is known only now. An older link opens no more."""
    if by.pk == person.pk:
        raise Refused(_("You cannot do this for yourself. Ask another coordinator."))
    if not person.is_active:
        raise Refused(_("This person is suspended. Let them in again first."))
    lock("people")
    person.set_unusable_password()
    person.save(update_fields=["password"])
    secured = bool(Authenticator.objects.filter(user=person).delete()[0])
    end_sessions(person)
    close_password_links(person, at)
    unlock(person.username, person.email, pk=person.pk)
    token, until = new_token(), at + timedelta(hours=HOURS)
    row = PasswordLink.objects.create(
        person=person, token=digest(token), made_by=by, made_at=at, expires_at=until
    )
    facts = {"link": row.pk, "second_step": secured, "until": until.isoformat()}
    record("person.phone_lost", subject=of(person), by=actor(by), at=at, facts=facts)
    return row, token


def by_token(token: str) -> PasswordLink | None:
    """The link to choose a password; None for one that nobody made."""
    return _rows().filter(token=digest(token)).first()


def closed(row: PasswordLink, at: datetime) -> str:
    """Why a link chooses no password now; "" when it does."""
    if why := over(row, at):
        return why
    there = row.person.is_active and row.made_by.is_active and manages_wholly(row.made_by, row.person)
    return "" if there else "no_right"


@transaction.atomic
def choose_password(*, row: PasswordLink, password: str, key: str, at: datetime) -> Person:
    """The person has a new password, and the link is used up. The same form sent twice is one."""
    lock("people")
    now = _rows().get(pk=row.pk)
    if same_form(now, key) and now.person.check_password(password):
        return now.person
    if why := closed(now, at):
        raise LinkOver(why)
    waits = PasswordLink.objects.filter(pk=row.pk, used_at=None, withdrawn_at=None)
    if not waits.update(used_at=at, used_key=digest(key)):
        raise LinkOver("withdrawn")  # this very moment
    person = now.person
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person)
    unlock(person.username, person.email, pk=person.pk)
    by = Actor(person.pk, person.label)
    record("person.password_chosen", subject=of(person), by=by, at=at, facts={"link": row.pk})
    return person


def _rows() -> QuerySet[PasswordLink]:
    return PasswordLink.objects.select_related("person", "made_by")
