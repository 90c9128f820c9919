"""answer: what was approved leaves through the outbox, and the case is answered in the same transaction."""

from __future__ import annotations

from django.utils import timezone

from mimin.inbox.answering import arrived
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery


def deliver(pk: int) -> None:
    """A worker's entry point: one step with one delivery."""
    delivery = Delivery.objects.select_related("channel", "channel__unit", "channel__connection").get(pk=pk)
    outbox.deliver(delivery, at=timezone.now(), then=arrived)
