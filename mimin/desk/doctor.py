"""What is unsafe or missing in this installation, and how to mend it: one finding for each check.

``unsafe`` endangers citizens' data, the evidence or the work that waits; ``weak`` is good to know and may be
meant. A check that cannot be made is unsafe: nobody knows what it would have found.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.desk import backup, rotate, standing
from mimin.desk.alive import alive
from mimin.evidence import leaving
from mimin.evidence.models import Facts, Seal
from mimin.lib.store import has_room, on_postgres
from mimin.lib.work import QUEUES, state
from mimin.outbox.models import Delivery
from mimin.outbox.queries import stuck
from mimin.people import second_step
from mimin.registry.models import Connection
from mimin.registry.queries import unanswered

OK, WEAK, UNSAFE = "ok", "weak", "unsafe"
SAMPLE = 20  # newest rows of each sealed column that are opened
BACKUP_AGE = timedelta(days=2)
UNSEALED_FOR = timedelta(minutes=5)  # a worker seals each minute
LITTLE_ROOM = 1_000_000_000  # bytes
MAKE_ROOM = gettext_noop("Make room or add a disk.")
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "testserver"}


@dataclass(frozen=True)
class Finding:
    """What one check found: its name, how bad it is, what it is, and how to mend it."""

    name: str
    level: str
    text: str
    mend: str = ""


Said = tuple[str, str, str]
"""Level, text and mend of a finding whose check has a name."""


def examine(*, deep: bool = False) -> list[Finding]:
    """Make every check, in order; with ``deep`` also those that read the whole database."""
    checks = {**CHECKS, **(DEEP if deep else {})}
    return [_made(name, check) for name, check in checks.items()]


def _made(name: str, check: Callable[[], Said]) -> Finding:
    try:
        return Finding(name, *check())
    except Exception as error:
        return Finding(
            name,
            UNSAFE,
            _("could not be checked: %(error)s") % {"error": f"{type(error).__name__}: {error}"},
            _("Mend what the other lines say first, then look again."),
        )


def _ok(text: str) -> Said:
    return OK, text, ""


def in_production() -> bool:
    """Whether others than this machine itself are served."""
    return settings.SECURE or bool(set(settings.ALLOWED_HOSTS) - LOOPBACK)


def _database() -> Said:
    if missing := standing.missing():
        return (
            UNSAFE,
            _("guards or search are missing in the database: %(names)s") % {"names": ", ".join(missing)},
            _("Run “mimin migrate”, then “mimin evidence verify”: somebody may have taken them down."),
        )
    return _ok(_("the database's guards and its search stand"))


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
    return _ok(_("the tables are those of this release"))


def _debug() -> Said:
    if settings.DEBUG:
        return UNSAFE, _("MIMIN_DEBUG is on: errors show data to strangers"), _("Remove MIMIN_DEBUG.")
    return _ok(_("errors tell strangers nothing"))


def _hosts() -> Said:
    if any(host == "*" for host in settings.ALLOWED_HOSTS):
        return UNSAFE, _("MIMIN_HOSTS lets every name in"), _("Name the hosts in MIMIN_HOSTS.")
    if settings.SECURE and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return (
            UNSAFE,
            _(
                "https stands in front, but MIMIN_PROXIES is 0: ten wrong passwords of anybody lock everybody out"
            ),
            _("Set MIMIN_PROXIES to the number of your own proxies before Mimin, such as 1."),
        )
    if settings.SECURE:
        return _ok(_("only by https, as %(hosts)s") % {"hosts": ", ".join(settings.ALLOWED_HOSTS)})
    mend = _("Put https in front, then set MIMIN_HTTPS=1 and MIMIN_ORIGINS.")
    if in_production():
        return UNSAFE, _("passwords and citizens' words travel without https"), mend
    return WEAK, _("served to this machine alone, without https"), mend


def _keys() -> Said:
    loose = [
        str(path)
        for path in (settings.HOME / "keyring.key", settings.HOME / "secret.key")
        if path.exists() and path.stat().st_mode & 0o077
    ]
    if loose:
        files = " ".join(loose)
        return (
            UNSAFE,
            _("others on this machine can read the keys: %(files)s") % {"files": files},
            f"chmod 600 {files}",
        )
    return _ok(_("the keys are their owner's alone"))


def _seal_addresses() -> Said:
    if not settings.SEAL_MAIL_TO:
        return (
            WEAK,
            _("seals leave the machine only as files"),
            _("Set MIMIN_SEAL_MAIL_TO to two people of different units."),
        )
    return _ok(_("seals are mailed to %(count)s addresses") % {"count": len(settings.SEAL_MAIL_TO)})


def _mail() -> Said:
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        lost = bool(settings.SEAL_MAIL_TO)
        text = (
            _("seals for the addresses stay on this machine: no mail host")
            if lost
            else _("no mail host is set")
        )
        return UNSAFE if lost else WEAK, text, _("Set MIMIN_MAIL_HOST.")
    return _ok(_("mail leaves by %(host)s") % {"host": settings.EMAIL_HOST})


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
    return _ok(_("seals can be written to %(path)s") % {"path": settings.SEAL_DIR})


def _leaving() -> Said:
    """Whether every seal has left to every place that is set."""
    now, waiting = timezone.now(), [place for place in leaving.places(settings.SEAL_MAIL_TO) if place.waiting]
    oldest = min(waiting, key=lambda place: place.since or now, default=None)
    if oldest is None or not (oldest.error or oldest.stays(now)):
        return _ok(_("every seal has left, or leaves within the hour"))
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
    found = backup.newest(settings.BACKUP_DIR)
    mend = _("Run “mimin backup --keep 14” each night (docs/backup.md).")
    if found is None:
        return (
            UNSAFE,
            _("there is no verified backup in %(path)s") % {"path": settings.BACKUP_DIR},
            mend,
        )
    days = (timezone.now() - found[1]) / timedelta(days=1)
    if days * timedelta(days=1) > BACKUP_AGE:
        return UNSAFE, _("the newest verified backup is %(days)s days old") % {"days": int(days)}, mend
    return _ok(_("the newest verified backup is %(name)s") % {"name": found[0].name})


def _room() -> Said:
    if not has_room():
        return UNSAFE, _("the disk is full: nothing can be stored, and all work waits"), _(MAKE_ROOM)
    folders = {path for path in (settings.HOME, settings.SEAL_DIR, settings.BACKUP_DIR) if path.is_dir()}
    short = {str(path): free for path in folders if (free := _free(path)) < LITTLE_ROOM}
    if short:
        told = ", ".join(f"{path} {free // 1_000_000} MB" for path, free in sorted(short.items()))
        return UNSAFE, _("little room is left: %(where)s") % {"where": told}, _(MAKE_ROOM)
    return _ok(_("there is room on the disks"))


def _free(path: Path) -> int:
    return shutil.disk_usage(path).free


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
    return _ok(_("nothing is late"))


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
    return _ok(_("no answer is held back"))


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
    return _ok(_("no answer hangs and every channel answers"))


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
    return _ok(_("the newest sealed rows open"))


def _network() -> Said:
    if not settings.NETWORK_ALLOW:
        return _ok(_("no inner address can be reached"))
    level = UNSAFE if in_production() else WEAK
    return (
        level,
        _("connectors may reach inner addresses: %(hosts)s") % {"hosts": ", ".join(settings.NETWORK_ALLOW)},
        _("Remove MIMIN_NETWORK_ALLOW."),
    )


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
    return _ok(_("the clock agrees with the records"))


def _integrity() -> Said:
    if on_postgres():
        return _ok(_("PostgreSQL checks its pages itself"))
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
    return _ok(_("every page of the database is whole"))


CHECKS: dict[str, Callable[[], Said]] = {
    "database": _database,
    "migrations": _migrations,
    "debug": _debug,
    "hosts": _hosts,
    "keys": _keys,
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
    "network": _network,
    "clock": _clock,
}
DEEP: dict[str, Callable[[], Said]] = {"integrity": _integrity}
