"""Putting a backup back: into an empty installation, or with ``replace`` in the place of what stands.

Nothing that was on its way at the time of the backup may leave by itself afterwards, since nobody knows what
left since: no answer, no mail, no alarm. In the very step in which the old rows appear nothing of that is due any
more; then each answer is held, and a person lets it go on the page Kotak keluar, where the platform is looked at
before anything is said. Notices and alarms stay in the app.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.desk import standing
from mimin.desk.backup import Tell, alone, database, in_words, workplace
from mimin.desk.backup_file import (
    DATABASE,
    MEDIA,
    SEALS,
    Manifest,
    Packed,
    Refusal,
    check_line,
    hand_over,
    read,
)
from mimin.desk.notices import hush
from mimin.evidence.actions import Subject, record
from mimin.inbox.models import Case
from mimin.lib.sealed import keyring
from mimin.outbox.actions import MIMIN, hold_all


@dataclass(frozen=True)
class Restored:
    """What was put back: the backup's manifest, files, deliveries held, and where the former state is kept."""

    manifest: Manifest
    packed: Packed
    held: int
    kept: tuple[Path, ...]


def restore(file: Path, *, replace: bool, tell: Tell) -> Restored:
    """Restore ``file`` to the configured database and folders.

    Raises Refusal, with nothing changed, where the file does not open or is of another kind, where Mimin still
    runs, and where the database holds cases and ``replace`` is not said.
    """
    with alone(), in_words(file.parent), workplace() as work:
        with file.open("rb") as sealed:
            check_line(sealed, keyring())
        _refuse_what_stands(replace)
        tell(_("Opening"), 0, 0)
        with file.open("rb") as sealed:
            manifest, packed = read(sealed, keyring(), accept=_accept, take=lambda name: work / name)
        tell(_("Putting back"), 0, 0)
        aside = f"replaced-{timezone.now():%Y%m%d-%H%M%S}"
        connections.close_all()
        kept = database().put(work / DATABASE, aside=aside)
        connections.close_all()
        for name, folder in ((SEALS, settings.SEAL_DIR), (MEDIA, settings.MEDIA_ROOT)):
            kept += _replace_folder(work / name, folder, aside)
        return Restored(manifest, packed, _settle(file, manifest), tuple(kept))


def _refuse_what_stands(replace: bool) -> None:
    """Refusal where there are cases that would be lost, or somebody is at work on them."""
    if _holds_cases() and not replace:
        raise Refusal(
            _(
                "The database holds cases already. With --replace they give way to the backup; what stands "
                "now is kept aside."
            )
        )
    connections.close_all()
    if who := database().in_use():
        raise Refusal(
            _("Mimin still runs (%(who)s). Stop it first, the web server and every worker.") % {"who": who}
        )


def _holds_cases() -> bool:
    """Whether cases would be lost; a database that cannot be read counts as one that holds some."""
    try:
        with connections["default"].cursor() as cursor:
            there = Case._meta.db_table in connections["default"].introspection.table_names(cursor)
        return there and Case.objects.exists()
    except OperationalError as error:
        if connections["default"].vendor == "postgresql":
            raise Refusal(_("The database cannot be reached: %(error)s") % {"error": error}) from error
        return True
    except DatabaseError:
        return True


def _accept(manifest: Manifest) -> None:
    """Refusal where the backup is of the other database, or of a release newer than this one."""
    own = connections["default"].vendor
    if manifest.vendor != own:
        raise Refusal(
            _(
                "This backup is of a %(theirs)s database; this installation uses %(own)s. A backup is "
                "restored to the kind of database it was made of: set DATABASE_URL accordingly."
            )
            % {"theirs": manifest.vendor, "own": own}
        )
    known = {name for app, name in MigrationLoader(None).disk_migrations if app == "mimin"}
    newer = sorted(set(manifest.contents.migrations) - known)
    if newer:
        raise Refusal(
            _(
                "This backup was made by the newer release %(release)s (it knows %(migration)s). Install that "
                "release first, then restore."
            )
            % {"release": manifest.release, "migration": newer[-1]}
        )


def _replace_folder(source: Path, folder: Path, aside: str) -> list[Path]:
    """Move what is in ``folder`` into a folder ``aside`` within it, and the files of the backup in its place."""
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[Path] = []
    former = [path for path in folder.iterdir() if not path.name.startswith("replaced-")]
    if former:
        (folder / aside).mkdir()
        kept.append(folder / aside)
    for path in former:
        os.rename(path, folder / aside / path.name)
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)  # a file that stands there already is the same one, kept aside twice
    hand_over([*folder.rglob("*")])
    return kept


def _settle(file: Path, manifest: Manifest) -> int:
    """Bring the tables to this release, raise the guards, hold what was on its way, wake nobody anew, end every
    session and say so in the evidence. Returns how many deliveries are held."""
    call_command("migrate", interactive=False, verbosity=0)
    standing.install()
    at = timezone.now()
    seal = manifest.contents.last_seal
    with transaction.atomic():
        held, ringing = hold_all(by=MIMIN, at=at), hush(at=at)
        for sessions in (UserSession.objects.all(), Session.objects.all()):
            sessions.delete()
        record(
            "system.restored",
            subject=Subject("system"),
            by=MIMIN,
            at=at,
            facts={
                "backup": file.name,
                "made_at": manifest.made_at.isoformat(),
                "last_seal": seal[0] if seal else 0,
                "held": held,
                "ringing": ringing,
            },
        )
    return held
