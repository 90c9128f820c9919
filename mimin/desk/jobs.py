"""Every queue and routine of the worker, in one place."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from mimin.desk.importing.actions import LEASE as IMPORT_LEASE
from mimin.desk.importing.actions import forget
from mimin.desk.models import ImportJob, Mailing
from mimin.desk.notices import send_mail
from mimin.desk.walks.alarm import ring
from mimin.desk.walks.answer import deliver
from mimin.desk.walks.hear import listen
from mimin.desk.walks.ladder import climb
from mimin.desk.walks.take_in import take_in
from mimin.desk.watching import watch
from mimin.evidence.jobs import deliver_due, seal_now
from mimin.inbox.closing import rest
from mimin.inbox.hand.tray import sweep
from mimin.inbox.learning import learn_daily
from mimin.inbox.models import Alarm, Recount
from mimin.inbox.recounting import recount
from mimin.lib.work import QUEUES, ROUTINES, Queue, Routine
from mimin.outbox.models import Delivery
from mimin.outbox.rules import LEASE
from mimin.registry.models import Connection

for queue in (
    Queue("alarm", _("Alarms"), Alarm, ring, late_after=timedelta(minutes=1)),
    Queue("deliver", _("Answers that leave"), Delivery, deliver, lease=LEASE),
    Queue(
        "import",
        _("Files that come in"),
        ImportJob,
        take_in,
        lease=IMPORT_LEASE,
        late_after=timedelta(minutes=15),
    ),
    Queue("recount", _("Promised times counted anew"), Recount, recount, late_after=timedelta(minutes=15)),
    Queue("mail", _("Notices by mail"), Mailing, send_mail),
    Queue("listen", _("Channels to listen to"), Connection, listen, late_after=timedelta(minutes=15)),
):
    QUEUES[queue.name] = queue

ROUTINES[:] = [
    Routine("remind", timedelta(minutes=1), climb, _("Reminders of promised times")),
    Routine(
        "close after silence", timedelta(minutes=5), lambda: rest(timezone.now()), _("Closing after silence")
    ),
    Routine("learn", timedelta(hours=1), lambda: learn_daily(timezone.now()), _("Learning from corrections")),
    Routine(
        "forget files", timedelta(hours=1), lambda: forget(timezone.now()), _("Forgetting files that came in")
    ),
    Routine("seal", timedelta(minutes=1), seal_now, _("Sealing the evidence")),
    Routine("send seals", timedelta(minutes=1), deliver_due, _("Sending the seals out")),
    Routine("trays", timedelta(hours=1), lambda: sweep(timezone.now()), _("Emptying old trays")),
    Routine("watch", timedelta(hours=1), watch, _("Watching disk and backups")),
]
