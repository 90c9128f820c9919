"""A case that units give to each other again and again: after so many times the coordinator decides whose it is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mimin.inbox.models import Case, Transfer
from mimin.lib.moving import Refused
from mimin.people.models import Person, Unit
from mimin.people.queries import held, root
from mimin.people.rules import may
from mimin.policy.queries import value

ROUND = "round"
"""The kind of hand-over by which a case that goes round comes to the coordinator."""
LIMIT = "case.given_away"
"""The policy key of how often units may give a case away."""


def given_away(case: Case) -> int:
    """How often a unit gave the case away: passed it on or handed it back. The step from the channel where it was heard
    is no bounce, and what lies at the top is the coordinator's."""
    rows = Transfer.objects.filter(case=case, kind__in=("unit", "return", ROUND))
    return rows.exclude(was=case.channel.unit_id).exclude(was__parent=None).count()


def goes_round(case: Case, *, more: int = 0) -> bool:
    """Whether the coordinator decides from now on, or with so many hand-overs more."""
    return given_away(case) + more >= int(value(case.lead, LIMIT))


def check(case: Case, by: Person) -> None:
    """Refused where units gave the case away too often and the person does not work at the top."""
    if goes_round(case) and not may(held(by), "case.transfer", root().path):
        raise Refused(
            _(
                "Units have given this case away %(n)s times. The coordinator decides whose it is: hand it back with "
                "your reason, or answer it."
            )
            % {"n": given_away(case)}
        )


def back_to(case: Case, before: Unit) -> tuple[str, Unit]:
    """Where a case goes that is handed back, and as what: to the unit ``before``, or to the top where it goes round."""
    return (ROUND, root()) if goes_round(case, more=1) else ("return", before)


def givers(last: Transfer) -> list[Unit]:
    """Who gave a case away by the hand-over that brought it to the coordinator, and who had given it to that unit."""
    rows = Transfer.objects.filter(case=last.case_id, to=last.was_id, pk__lt=last.pk).select_related("was")
    before = rows.order_by("-pk").first()
    return [unit for unit in (last.was, before and before.was) if unit]
