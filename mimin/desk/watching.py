"""What fills up or grows old while nobody looks: the disks and the newest backup.

Whoever may see the machine's work is told once a day while it lasts; the doctor and the page of work say it too.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mimin.desk import backup, notices
from mimin.desk.models import Notice
from mimin.lib.store import lock
from mimin.people.models import Unit
from mimin.people.queries import people_playing, top_path
from mimin.people.rules import MAY
from mimin.policy.queries import values
from mimin.policy.rules import KEYS

LITTLE_ROOM = 1_000_000_000
"""Bytes: with less than that free the doctor calls it unsafe, whatever the share."""
FULL_AT, BACKUP_WITHIN = "machine.disk_percent", "machine.backup_days"


@dataclass(frozen=True)
class Limits:
    """From which share of a disk in use, and after how long without a backup, people are told."""

    percent: int
    backup: timedelta


def limits() -> Limits:
    """What the government has set; the defaults before its first set-up."""
    top = Unit.objects.filter(parent=None).first()
    held = values(top, FULL_AT, BACKUP_WITHIN) if top else {}
    percent, days = (held.get(key, KEYS[key].default) for key in (FULL_AT, BACKUP_WITHIN))
    return Limits(percent, timedelta(days=days))


# --- Disks ----------------------------------------------------------------------------------------------------------


def folders() -> list[Path]:
    """Where this installation writes."""
    found = {path for path in (settings.HOME, settings.SEAL_DIR, settings.BACKUP_DIR) if path.is_dir()}
    return sorted(found)


def free(path: Path) -> int:
    """Bytes that are free on the disk of a folder."""
    return shutil.disk_usage(path).free


def used_percent(path: Path) -> int:
    """How much of its disk is in use, of what an ordinary user may use."""
    usage = shutil.disk_usage(path)
    return round(100 * usage.used / max(usage.used + usage.free, 1))


def short_of_room(below: int = LITTLE_ROOM) -> dict[str, int]:
    """Folder -> free bytes, of those whose disk has less than ``below``."""
    return {str(path): left for path in folders() if (left := free(path)) < below}


def nearly_full(percent: int) -> dict[str, int]:
    """Folder -> percent in use, of those whose disk has reached the share; 0 tells nobody."""
    return {str(path): used for path in folders() if percent and (used := used_percent(path)) >= percent}


# --- Backups --------------------------------------------------------------------------------------------------------


def backup_age(now: datetime) -> timedelta | None:
    """How old the newest verified backup is; None where there is none."""
    found = backup.newest(settings.BACKUP_DIR)
    return now - found[1] if found else None


def without_backup(now: datetime) -> timedelta:
    """How long there has been no new backup: since the newest, else since the installation was made."""
    age = backup_age(now)
    if age is not None:
        return age
    first = MigrationRecorder.Migration.objects.order_by("applied").values_list("applied", flat=True).first()
    return now - first if first else timedelta(0)


# --- Telling --------------------------------------------------------------------------------------------------------


def troubles(now: datetime) -> dict[str, str]:
    """Kind of notice -> what is wrong and what to do, in the language of who reads it."""
    set_to, found = limits(), {}
    if tight := nearly_full(set_to.percent):
        told = ", ".join(f"{path} {used} %" for path, used in tight.items())
        found[notices.DISK] = _(
            "The disk is nearly full: %(where)s. Whoever runs this server makes room or adds a disk."
        ) % {"where": told}
    if (past := without_backup(now)) > set_to.backup:
        words = ngettext(
            "No verified backup was made for %(days)s day. Whoever runs this server runs “mimin backup”.",
            "No verified backup was made for %(days)s days. Whoever runs this server runs “mimin backup”.",
            past.days,
        )
        found[notices.BACKUP] = words % {"days": past.days}
    return found


def watch() -> int:
    """A worker's entry point: tell people once a day; returns how many notices were made. Safe to run twice."""
    return watch_at(timezone.now())


@transaction.atomic
def watch_at(at: datetime) -> int:
    """The same, as at a moment."""
    lock("watching")
    people = list(people_playing(MAY["work.see"], [top_path()]))
    told = 0
    for kind in troubles(at):
        today = Notice.objects.filter(kind=kind, made_at__gt=at - timedelta(days=1))
        known = set(today.values_list("person", flat=True))
        for person in people:
            if person.pk not in known:
                notices.warn(person, kind, at=at)
                told += 1
    return told
