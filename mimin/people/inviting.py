"""Inviting somebody to a part by a link, and taking it: whoever opens it first chooses how they sign in.

What the link gives is decided anew when it is used: whoever made it must still be there and may still give that part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, record
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.actions import about, actor, add_person, give_role, given_rightly, standing
from mimin.people.links import LinkOver, digest, new_token, over, same_form
from mimin.people.models import Invitation, Person, Role, Unit
from mimin.people.queries import held, not_over, top_path
from mimin.people.rules import RoleKind, may_give, played_at

MOST_DAYS = 30


@dataclass(frozen=True)
class Invited:
    """An invitation and its token: the only moment at which the token is known."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(
    *,
    unit: Unit,
    kind: RoleKind,
    post: str,
    days: int,
    key: str,
    by: Person,
    at: datetime,
    until: date | None = None,
) -> Invited:
    """Make a link by which one person takes a part. Nobody invites to a part that they may not give."""
    standing(unit)
    given_rightly(kind, unit, timezone.localdate(at), until, actor(by))
    if Invitation.objects.filter(made_by=by, key=key).exists():
        raise Refused(
            _(
                "This link was made already, and a link is shown only once. Withdraw it in the list of invitations and "
                "make a new one."
            )
        )
    token, expires = new_token(), at + timedelta(days=min(max(days, 1), MOST_DAYS))
    row = Invitation.objects.create(
        unit=unit, kind=kind.value, post=post.strip(), until=until, key=key, token=digest(token), made_by=by,
        made_at=at, expires_at=expires,
    )  # fmt: skip
    facts = {"invitation": row.pk, "kind": kind.value, "post": row.post, "until": expires.isoformat()}
    record("invitation.made", subject=about(unit), by=actor(by), at=at, facts=facts)
    return Invited(row, token)


@transaction.atomic
def withdraw(*, row: Invitation, by: Actor, at: datetime) -> bool:
    """Let an invitation open no more; False when it was used or withdrawn before."""
    if not Invitation.objects.filter(pk=row.pk, used_at=None, withdrawn_at=None).update(withdrawn_at=at):
        return False
    record("invitation.withdrawn", subject=about(row.unit), by=by, at=at, facts={"invitation": row.pk})
    return True


def by_token(token: str) -> Invitation | None:
    """The invitation of a link; None for a link that nobody made."""
    return _rows().filter(token=digest(token)).first()


def closed(row: Invitation, at: datetime, *, top: str = "") -> str:
    """Why an invitation gives nothing now; "" when it does. ``top``: the path of the government, where it is known."""
    if why := over(row, at):
        return why
    if row.until and row.until < timezone.localdate(at):
        return "expired"
    kind, unit = RoleKind(row.kind), row.unit
    there = row.made_by.is_active and unit.active
    played = there and played_at(kind, top=unit.parent_id is None, affairs=unit.affairs)
    return "" if played and may_give(held(row.made_by), kind, unit.path, top or top_path()) else "no_right"


@transaction.atomic
def join(
    *, row: Invitation, username: str, label: str, password: str, digits: str, key: str, at: datetime
) -> Person:
    """Somebody new takes the part and gets a way in. The same form sent twice makes one person.

    Raises LinkOver when the invitation gives nothing, Refused when the user name is taken.
    """
    now = _now(row)
    if now.used_by and same_form(now, key) and now.used_by.check_password(password):
        return now.used_by
    if why := closed(now, at):
        raise LinkOver(why)
    itself = Actor(None, label)
    person = add_person(username=username, label=label, password=password, by=itself, at=at)
    if digits:
        person.phone_hint = digits
        person.save(update_fields=["phone_hint"])
    _take(now, person, key, at)
    return person


@transaction.atomic
def take(*, row: Invitation, person: Person, key: str, at: datetime) -> None:
    """Somebody who has a way in already takes the part with it. Sent twice, it is done once."""
    now = _now(row)
    if now.used_by == person:
        return
    if why := closed(now, at):
        raise LinkOver(why)
    if plays(now, person, at):
        raise Refused(_("You play this part already. The link is for somebody else and still works."))
    _take(now, person, key, at)


def plays(row: Invitation, person: Person, at: datetime) -> bool:
    """Whether the person plays the part already, at least as long as the invitation would let them."""
    day = timezone.localdate(at)
    running = Role.objects.filter(not_over(day), person=person, unit=row.unit, kind=row.kind, since__lte=day)
    if row.until:
        return running.filter(not_over(row.until)).exists()
    return running.filter(until=None).exists()


def _take(row: Invitation, person: Person, key: str, at: datetime) -> None:
    by, kind, since = actor(row.made_by), RoleKind(row.kind), timezone.localdate(at)
    waits = Invitation.objects.filter(pk=row.pk, used_at=None, withdrawn_at=None)
    if not waits.update(used_at=at, used_by=person, used_key=digest(key)):
        raise LinkOver("withdrawn")  # this very moment
    give_role(person=person, unit=row.unit, kind=kind, since=since, until=row.until, by=by, at=at)
    facts = {"invitation": row.pk, "kind": row.kind, "person": person.pk}
    record("invitation.taken", subject=about(row.unit), by=actor(person), at=at, facts=facts)


def _now(row: Invitation) -> Invitation:
    """The invitation as it stands now, with the tree to ourselves until the transaction ends."""
    lock("units")
    return _rows().get(pk=row.pk)


def _rows() -> QuerySet[Invitation]:
    return Invitation.objects.select_related("unit", "made_by", "used_by")
