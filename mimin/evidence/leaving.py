"""How far the seals have left the machine, place by place: a seal that stays here proves nothing to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from mimin.evidence.delivery import FILE
from mimin.evidence.models import Seal, SealCopy

TOO_LONG = timedelta(days=1)
"""A seal that has not left for so long is told to people. Our proposal: a mail takes an hour, mending it a morning."""


@dataclass(frozen=True)
class Outside:
    """One place outside: the last seal that left to it and when, the oldest that has not, of when, and the error."""

    where: str
    left: int
    left_at: datetime | None
    waiting: int
    since: datetime | None
    error: str

    @property
    def name(self) -> str:
        """What people call the place."""
        return _("the folder of seals") if self.where == FILE else self.where.removeprefix("mail:")

    def stays(self, now: datetime) -> bool:
        """Whether the oldest seal that waits has waited for too long."""
        return self.since is not None and now - self.since >= TOO_LONG


def places(addresses: Sequence[str]) -> list[Outside]:
    """The folder and each address that is set, in this order."""
    return [_place(where) for where in (FILE, *(f"mail:{address}" for address in addresses))]


def staying(addresses: Sequence[str], now: datetime) -> Outside | None:
    """A place to which seals have not left for too long, by two queries however many there are; None where all go."""
    wheres = [FILE, *(f"mail:{address}" for address in addresses)]
    waits = SealCopy.objects.filter(due_at__isnull=False, where__in=wheres, seal__at__lte=now - TOO_LONG)
    stuck = waits.order_by("seal_id").first()
    if stuck:
        return _place(stuck.where)
    unplanned = _unplanned(FILE)
    return _place(FILE) if unplanned and now - unplanned.at >= TOO_LONG else None


def _place(where: str) -> Outside:
    here = SealCopy.objects.filter(where=where).select_related("seal")
    last = here.filter(sent_at__isnull=False).order_by("-seal_id").first()
    stuck = here.filter(due_at__isnull=False).order_by("seal_id").first()
    waits = stuck.seal if stuck else _unplanned(where)
    return Outside(
        where=where,
        left=last.seal_id if last else 0,
        left_at=last.sent_at if last else None,
        waiting=waits.number if waits else 0,
        since=waits.at if waits else None,
        error=stuck.error if stuck else "",
    )


def _unplanned(where: str) -> Seal | None:
    """The oldest seal of which nobody wrote down yet that it has to go there: no worker came by since.

    A new address begins with the newest seal, whose chain covers the older ones.
    """
    here = SealCopy.objects.filter(where=where).order_by("-seal_id")
    if where != FILE and not here.exists():
        return Seal.objects.order_by("-number").first()
    newest = Coalesce(Subquery(here.values("seal_id")[:1]), 0)
    return Seal.objects.filter(number__gt=newest).order_by("number").first()
