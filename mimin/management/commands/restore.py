"""``mimin restore FILE``: put a backup back, and hold what was on its way."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mimin.desk.backup_file import Refusal
from mimin.desk.progress import shown_on
from mimin.desk.restore import Restored, restore


class Command(BaseCommand):
    """Restore a backup to the configured database and folders. Ends with code 1 where it was refused."""

    help = gettext_lazy("Restore a backup. Stop Mimin first.")  # type: ignore[assignment]
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and whether what stands gives way."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--replace", action="store_true", help=_("even where there are cases; they are kept aside")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it and tell in plain words what stands now."""
        tell = shown_on(sys.stderr)
        try:
            done = restore(options["file"], replace=options["replace"], tell=tell)
        except Refusal as error:
            raise CommandError(_("Nothing was restored. %(why)s") % {"why": error}) from None
        self._tell(options["file"], done)

    def _tell(self, file: Path, done: Restored) -> None:
        made_at, tables = done.manifest.made_at, done.manifest.contents.tables
        told = {
            "when": date_format(timezone.localtime(made_at), "j F Y H.i T"),
            "ago": timesince(made_at, timezone.now()),
            "cases": tables.get("mimin_case", 0),
            "messages": tables.get("mimin_message", 0),
            "files": done.packed.files - 1,
        }
        say = self.stdout.write
        say(
            _("Restored: the state of %(when)s, %(ago)s old. What was entered since then is not in it.")
            % told
        )
        say(_("%(cases)s cases, %(messages)s messages, %(files)s files.") % told)
        if file.name.endswith(".unverified"):
            say(_("This backup never verified. Run “mimin evidence verify” before anybody works with it."))
        say(self._about_held(done.held))
        say(_("Everybody must sign in again; passwords and roles are those of that time."))
        for path in done.kept:
            say(
                _("What stood here before is kept as %(path)s; remove it when nobody needs it.")
                % {"path": path}
            )
        say(_("Now start Mimin again and run “mimin doctor”."))

    def _about_held(self, held: int) -> str:
        if not held:
            return _("No answer was on its way, so none is held.")
        text = ngettext(
            "%(held)s answer was on its way and is held: nobody knows whether it left since. Mimin sends nothing "
            "until a person releases it on the page Outbox; the platform is looked at first then, so that "
            "nothing is sent twice.",
            "%(held)s answers were on their way and are held: nobody knows which left since. Mimin sends nothing "
            "until a person releases each on the page Outbox; the platform is looked at first then, so that "
            "nothing is sent twice.",
            held,
        )
        return text % {"held": held}
