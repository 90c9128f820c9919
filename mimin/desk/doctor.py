"""What is unsafe or missing in this installation, and how to mend it: one finding for each check.

``unsafe`` endangers citizens' data, the evidence or the work that waits; ``weak`` is good to know and may be
meant. A check that cannot be made is unsafe: nobody knows what it would have found.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.desk import backup, exposed, rotate, standing, watching
from mimin.desk.alive import alive
from mimin.desk.findings import UNSAFE, WEAK, Check, Finding, Said, all_found, good
from mimin.evidence import leaving
from mimin.evidence.models import Facts, Seal
from mimin.lib.store import has_room, on_postgres
from mimin.lib.work import QUEUES, state
from mimin.outbox.models import Delivery
from mimin.outbox.queries import stuck
from mimin.people import second_step
from mimin.registry.models import Connection
from mimin.registry.queries import unanswered

SAMPLE = 20  # newest rows of each sealed column that are opened
UNSEALED_FOR = timedelta(minutes=5)  # a worker seals each minute
MAKE_ROOM = gettext_noop("Make room or add a disk.")


def examine(*, deep: bool = False) -> list[Finding]:
    """Make every check, in order; with ``deep`` also those that read the whole database."""
    return all_found({**CHECKS, **(DEEP if deep else {})})


def _database() -> Said:
    if missing := standing.missing():
        return (
            UNSAFE,
            _("guards or search are missing in the database: %(names)s") % {"names": ", ".join(missing)},
            _("Run “mimin migrate”, then “mimin evidence verify”: somebody may have taken them down."),
        )
    return good(_("the database's guards and its search stand"))


def _migrations() -> Said:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return (
            UNSAFE,
            _("%(count)s migrations were not run, the first is %(name)s")
            % {"count": len(plan), "name": f"{plan[0][0].app_label}.{plan[0][0].name}"},
            _("Make a backup, then run “mimin migrate”."),
        )
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if ours := sorted(name for app, name in unknown if app == "mimin"):
        return (
            UNSAFE,
            _("the database is of a newer release: %(name)s") % {"name": ours[-1]},
            _("Install that release."),
        )
    return good(_("the tables are those of this release"))


def _seal_addresses() -> Said:
    if not settings.SEAL_MAIL_TO:
        return (
            WEAK,
            _("seals leave the machine only as files"),
            _("Set MIMIN_SEAL_MAIL_TO to two people of different units."),
        )
    return good(_("seals are mailed to %(count)s addresses") % {"count": len(settings.SEAL_MAIL_TO)})


def _mail() -> Said:
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        lost = bool(settings.SEAL_MAIL_TO)
        text = (
            _("seals for the addresses stay on this machine: no mail host")
            if lost
            else _("no mail host is set")
        )
        return UNSAFE if lost else WEAK, text, _("Set MIMIN_MAIL_HOST.")
    return good(_("mail leaves by %(host)s") % {"host": settings.EMAIL_HOST})


def _seal_folder() -> Said:
    try:
        settings.SEAL_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.SEAL_DIR):
            pass
    except OSError as error:
        return (
            UNSAFE,
            _("seals cannot be written: %(error)s") % {"error": error},
            _("Give %(path)s to the user that runs Mimin.") % {"path": settings.SEAL_DIR},
        )
    return good(_("seals can be written to %(path)s") % {"path": settings.SEAL_DIR})


def _leaving() -> Said:
    """Whether every seal has left to every place that is set."""
    now, waiting = timezone.now(), [place for place in leaving.places(settings.SEAL_MAIL_TO) if place.waiting]
    oldest = min(waiting, key=lambda place: place.since or now, default=None)
    if oldest is None or not (oldest.error or oldest.stays(now)):
        return good(_("every seal has left, or leaves within the hour"))
    told = {
        "seal": oldest.waiting, "where": oldest.name, "error": oldest.error or _("nobody tried"),
        "when": oldest.since.isoformat(timespec="minutes") if oldest.since else "",
    }  # fmt: skip
    return (
        UNSAFE if oldest.stays(now) else WEAK,
        _("seal %(seal)s of %(when)s has not left to %(where)s: %(error)s") % told,
        _("Mend what the error says: mail host, address, folder, disk. Then the seals leave by themselves."),
    )


def _backup() -> Said:
    newest, age = backup.newest(settings.BACKUP_DIR), watching.backup_age(timezone.now())
    mend = _("Run “mimin backup --keep 14” each night (docs/backup.md).")
    if newest is None or age is None:
        return UNSAFE, _("there is no verified backup in %(path)s") % {"path": settings.BACKUP_DIR}, mend
    if age > watching.limits().backup:
        return UNSAFE, _("the newest verified backup is %(days)s days old") % {"days": age.days}, mend
    return good(_("the newest verified backup is %(name)s") % {"name": newest[0].name})


def _room() -> Said:
    if not has_room():
        return UNSAFE, _("the disk is full: nothing can be stored, and all work waits"), _(MAKE_ROOM)
    if short := watching.short_of_room():
        told = ", ".join(f"{path} {free // 1_000_000} MB" for path, free in short.items())
        return UNSAFE, _("little room is left: %(where)s") % {"where": told}, _(MAKE_ROOM)
    if tight := watching.nearly_full(watching.limits().percent):
        told = ", ".join(f"{path} {used} %" for path, used in tight.items())
        return WEAK, _("the disk is nearly full: %(where)s") % {"where": told}, _(MAKE_ROOM)
    return good(_("there is room on the disks"))


def _worker() -> Said:
    now = timezone.now()
    mend = _("Start Mimin or a worker (“mimin work”) and look at Settings > Work.")
    if alive(now) is False:
        return UNSAFE, _("no worker is alive: none of its routines ran for five minutes"), mend
    late = {queue.label: count for queue in QUEUES.values() if (count := state(queue, now).late)}
    if late:
        told = ", ".join(f"{_(label)}: {count}" for label, count in late.items())
        return UNSAFE, _("work is late, is no worker alive? %(queues)s") % {"queues": told}, mend
    last = Seal.objects.order_by("-number").first()
    old = Facts.objects.filter(record_id__gt=last.complete_to if last else 0, at__lt=now - UNSEALED_FOR)
    if old.exists():
        return UNSAFE, _("records wait to be sealed for more than five minutes: no worker is alive"), mend
    return good(_("nothing is late"))


def _outbox() -> Said:
    lost = Delivery.objects.filter(state__in=("waiting", "sending", "unsure", "pending"), due_at=None).count()
    if lost:
        return (
            UNSAFE,
            _("%(count)s answers are on their way but due to nobody: a restore did not finish")
            % {"count": lost},
            _("Run “mimin restore FILE --replace” again."),
        )
    if held := Delivery.objects.filter(state="held").count():
        return (
            WEAK,
            _("%(count)s answers are held") % {"count": held},
            _("Release or cancel each on the page Outbox."),
        )
    return good(_("no answer is held back"))


def _stuck() -> Said:
    now = timezone.now()
    answers = len(stuck(Delivery.objects.all(), now))
    silent = Connection.objects.filter(unanswered(now), channel__retired_at=None).select_related("channel")
    told = [_("%(count)s answers are on their way for too long") % {"count": answers}] if answers else []
    if names := [one.channel.name for one in silent.order_by("answered_at")[:SAMPLE]]:
        told.append(_("channels have not answered for a day: %(names)s") % {"names": ", ".join(names)})
    if told:
        mend = _("Look at the pages Outbox and Channels: they say what each waits for and who can act.")
        return WEAK, "; ".join(told), mend
    return good(_("no answer hangs and every channel answers"))


def _sealed() -> Said:
    shut: dict[str, int] = {}
    for column in rotate.sealed_columns():
        for _pk, why in rotate.closed(column, rotate.newest(column, SAMPLE)):
            shut[f"{column}: {why}"] = shut.get(f"{column}: {why}", 0) + 1
    for _pk, why in rotate.closed_second_steps(SAMPLE):
        shut[f"{second_step.TABLE}: {why}"] = shut.get(f"{second_step.TABLE}: {why}", 0) + 1
    if shut:
        told = ", ".join(f"{why} ({count})" for why, count in sorted(shut.items()))
        return (
            UNSAFE,
            _("sealed rows do not open: %(rows)s") % {"rows": told},
            _("Put the key back into MIMIN_KEYRING (docs/keys.md, “When a key is lost”)."),
        )
    return good(_("the newest sealed rows open"))


def _clock() -> Said:
    now = timezone.now()
    mend = _("Let the machine set its clock by NTP (timedatectl set-ntp true).")
    newest = Facts.objects.order_by("-record_id").values_list("at", flat=True).first()
    if newest and newest > now + timedelta(minutes=5):
        told = newest.isoformat(timespec="minutes")
        return UNSAFE, _("the clock runs behind: the newest record is of %(when)s") % {"when": told}, mend
    if on_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - timezone.now())
        if apart > timedelta(minutes=1):
            told = str(int(apart.total_seconds()))
            return UNSAFE, _("the database's clock is %(seconds)s seconds apart") % {"seconds": told}, mend
    return good(_("the clock agrees with the records"))


def _integrity() -> Said:
    if on_postgres():
        return good(_("PostgreSQL checks its pages itself"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(5)")
        said = [row[0] for row in cursor.fetchall()]
        cursor.execute("PRAGMA foreign_key_check")
        said += [f"{row[0]} {row[1]} > {row[2]}" for row in cursor.fetchmany(5)]
    if said != ["ok"]:
        return (
            UNSAFE,
            _("the database file is damaged: %(said)s") % {"said": "; ".join(said[:5])},
            _("Stop Mimin, copy the file away, and restore the newest backup."),
        )
    return good(_("every page of the database is whole"))


CHECKS: dict[str, Check] = {
    "database": _database,
    "migrations": _migrations,
    **exposed.PUBLIC,
    "seal addresses": _seal_addresses,
    "mail": _mail,
    "seal folder": _seal_folder,
    "oldest undelivered seal": _leaving,
    "backup": _backup,
    "room": _room,
    "worker": _worker,
    "outbox": _outbox,
    "stuck": _stuck,
    "sealed rows": _sealed,
    "clock": _clock,
}
DEEP: dict[str, Check] = {"integrity": _integrity}
