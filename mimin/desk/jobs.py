"""Every queue and routine of the worker, in one place."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from mimin.desk.walks.answer import deliver
from mimin.desk.walks.hear import listen
from mimin.evidence.jobs import deliver_due, seal_now
from mimin.lib.work import QUEUES, ROUTINES, Queue, Routine
from mimin.outbox.models import Delivery
from mimin.outbox.rules import LEASE
from mimin.registry.models import Connection

for queue in (
    Queue("deliver", _("Answers that leave"), Delivery, deliver, lease=LEASE),
    Queue("listen", _("Channels to listen to"), Connection, listen, late_after=timedelta(minutes=15)),
):
    QUEUES[queue.name] = queue

ROUTINES[:] = [
    Routine("seal", timedelta(minutes=1), seal_now),
    Routine("send seals", timedelta(minutes=1), deliver_due),
]
