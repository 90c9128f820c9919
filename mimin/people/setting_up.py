"""The first two rows of an installation: the government itself and who manages it; and a way back in for them."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor
from mimin.lib.moving import Refused
from mimin.people.actions import (
    add_person,
    add_unit,
    give_role,
    new_password,
    reset_password,
    reset_second_step,
    restore,
)
from mimin.people.models import Person, Unit
from mimin.people.rules import USERNAME, RoleKind

BY = Actor(None, "mimin set-up")
TOPS = (Unit.Kind.REGENCY.value, Unit.Kind.PROVINCE.value)
"""What a government can be."""


@transaction.atomic
def set_up(
    *,
    name: str,
    short: str,
    kind: str,
    zone: str,
    username: str,
    label: str,
    at: datetime,
) -> str:
    """Make the government itself and its first coordinator, once. Returns their first password, which is kept nowhere
    readable."""
    if Unit.objects.exists():
        raise Refused(
            _("This installation is set up already. A coordinator adds units and people under Settings.")
        )
    if not (name.strip() and short.strip() and label.strip()):
        raise Refused(
            _("Enter the government's name and short name, and what its first coordinator is called.")
        )
    if not re.fullmatch(USERNAME, username):
        raise Refused(_("Use 2 to 60 small letters, digits, dots or hyphens, without spaces."))
    top = add_unit(parent=None, name=name.strip(), short=short.strip(), kind=kind, zone=zone, by=BY, at=at)
    password = new_password()
    person = add_person(username=username, label=label.strip(), password=password, by=BY, at=at)
    give_role(person=person, unit=top, kind=RoleKind.COORDINATOR, since=timezone.localdate(at), by=BY, at=at)
    return password


@transaction.atomic
def rescue(*, username: str, at: datetime) -> str:
    """Let a coordinator of the whole government in again who lost password or second step: a new password, no second
    step, not suspended. Returns the password. Whoever runs this stands at the machine; the trail says so."""
    person = Person.objects.filter(username=username).first()
    if person is None or not person.roles.filter(kind=RoleKind.COORDINATOR, unit__parent=None).exists():
        raise Refused(
            _(
                "“%(name)s” is no coordinator of the whole government. A coordinator resets the passwords of all "
                "others, on the page of the person."
            )
            % {"name": username}
        )
    restore(person=person, by=BY, at=at)
    reset_second_step(person=person, by=BY, at=at)
    return reset_password(person=person, by=BY, at=at)
