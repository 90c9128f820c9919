"""leave: what somebody made open or ran ends with their way in, in one transaction: links and channels."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from mimin.evidence.actions import Actor
from mimin.inbox import asking
from mimin.inbox.models import Ask
from mimin.inbox.states import ASK
from mimin.people import inviting
from mimin.people.models import Invitation, Person
from mimin.registry.actions import end_assignment
from mimin.registry.models import Assignment


def leave(person: Person, by: Actor, at: datetime) -> None:
    """Withdraw the links that the person made, and end their channels. What was told through a link stays; a link that
    was used, and an assignment that is over, stay as they are."""
    asks = Ask.objects.filter(asked_by=person).exclude(state__in=ASK.final).select_related("case")
    for ask in asks.order_by("pk"):
        asking.withdraw(row=ask, by=by, at=at, why="left")
    waiting = Invitation.objects.filter(made_by=person, used_at=None, withdrawn_at=None)
    for invitation in waiting.select_related("unit").order_by("pk"):
        inviting.withdraw(row=invitation, by=by, at=at)
    running = Assignment.objects.filter(person=person, until=None).select_related("channel")
    for assignment in running.order_by("pk"):
        end_assignment(assignment=assignment, until=timezone.localdate(at), by=by, at=at)
