"""``mimin backup``: everything but the keys, in one sealed file, while Mimin runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.desk.backup import Made, make
from mimin.desk.backup_file import Refusal
from mimin.desk.progress import shown_on
from mimin.lib.sealed import keyring


class Command(BaseCommand):
    """Make a backup and verify it. Ends with code 1 where none was made or it does not verify."""

    help = gettext_lazy("Back up database, media and seals into one sealed file, and verify it.")  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how many to keep."""
        parser.add_argument(
            "--to", type=Path, default=settings.BACKUP_DIR, metavar="DIR", help=_("the folder")
        )
        parser.add_argument("--keep", type=int, metavar="N", help=_("remove all but the newest N"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and tell what it holds."""
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError(_("--keep takes a number from 1 on."))
        try:
            made = make(options["to"], keep=options["keep"], tell=shown_on(sys.stderr))
        except Refusal as error:
            raise CommandError(_("No backup was made. %(why)s") % {"why": error}) from None
        self._tell(made)
        if made.trouble:
            raise CommandError(
                _("This backup did not verify and is kept as %(name)s: %(why)s")
                % {"name": made.path.name, "why": made.trouble}
            )

    def _tell(self, made: Made) -> None:
        tables, ring = made.manifest.contents.tables, keyring()
        seal = made.manifest.contents.last_seal
        told = {
            "path": made.path,
            "size": f"{made.size / 1_000_000:.1f}",
            "cases": tables.get("mimin_case", 0),
            "messages": tables.get("mimin_message", 0),
            "files": made.media,
            "seal": seal[0] if seal else 0,
            "key": ring.current,
            "mark": ring.mark(ring.current),
            "pruned": made.pruned,
        }
        self.stdout.write(_("%(path)s (%(size)s MB)") % told)
        self.stdout.write(
            _("In it: %(cases)s cases, %(messages)s messages, %(files)s files, evidence up to seal %(seal)s.")
            % told
        )
        if not made.trouble:
            self.stdout.write(_("Verified: restored to a temporary place, rows and evidence are whole."))
        if made.pruned:
            self.stdout.write(_("Older backups removed: %(pruned)s.") % told)
        self.stdout.write(
            _(
                "The keys are NOT in it. It is sealed with the key “%(key)s” (mark %(mark)s): without that key "
                "nobody can ever read it. Keep a copy of the keyring away from this machine and from the "
                "backups (docs/keys.md)."
            )
            % told
        )
