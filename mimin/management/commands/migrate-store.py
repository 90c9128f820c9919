"""``mimin migrate-store URL``: move a running installation from SQLite to PostgreSQL."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.desk.backup_file import Refusal
from mimin.desk.progress import shown_on
from mimin.desk.store_move import Moved, move, reopen


class Command(BaseCommand):
    """Move, and say what to do next. Ends with code 1 where nothing was moved."""

    help = gettext_lazy("Move a running SQLite installation to PostgreSQL.")  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, or back."""
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("url", nargs="?", metavar="URL", help=_("such as postgres://user@host/mimin"))
        where.add_argument("--back", action="store_true", help=_("write to SQLite again, as before the move"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Move everything; nothing is changed where it is refused."""
        if options["back"]:
            reopen()
            self.stdout.write(_("SQLite is written to again. What was entered on PostgreSQL stays there."))
            return
        try:
            self._tell(move(options["url"], tell=shown_on(sys.stderr)))
        except Refusal as error:
            raise CommandError(_("Nothing was moved. %(why)s") % {"why": error}) from None

    def _tell(self, moved: Moved) -> None:
        say = self.stdout.write
        for name, (count, digest) in moved.tables.items():
            say(f"{name:40} {count:>10} {digest[:16]}")
        told = {
            "rows": moved.rows,
            "tables": len(moved.tables),
            "late": moved.late,
            "paused": f"{moved.paused:.1f}",
        }
        say(
            _("%(rows)s rows in %(tables)s tables, counted and compared by their hashes on both sides.")
            % told
        )
        say(_("%(late)s of them were written meanwhile; nobody could write for %(paused)s seconds.") % told)
        say(
            _(
                "Nothing is written to SQLite any more. Set DATABASE_URL to the new address and start Mimin again; "
                "then run “mimin doctor”."
            )
        )
