"""``mimin demo``: the demonstration Pemda, once, into an empty installation."""

import secrets
import sys
import time
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mimin.desk.demo import build
from mimin.evidence.jobs import seal_now
from mimin.people.models import Unit


class Command(BaseCommand):
    help = (
        "Load Kabupaten Contoh: units, channels, people and 90 days of messages. Only into an empty database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--messages", type=int, default=700)
        parser.add_argument(
            "--tree-only", action="store_true", help="units, people and channels, no messages"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if Unit.objects.exists():
            self.stdout.write(_("This installation has its units already; the demonstration was left out."))
            return
        password, now = secrets.token_urlsafe(9), timezone.now()
        self._began, self._shown = time.monotonic(), 0.0
        with translation.override("id"):
            pemda = build.tree(password, at=now - timedelta(days=120))
            if not options["tree_only"]:
                build.tell(pemda, until=now, count=options["messages"], progress=self._progress)
                seal_now()
        if options["tree_only"]:
            return
        self.stdout.write("")
        self.stdout.write(
            _("Kabupaten Contoh is ready. Sign in as koordinator, admin.pupr, kepala.pupr, inspektur, sekda,")
        )
        self.stdout.write(
            _("pimpinan or auditor. The password of all of them, shown this once: %(p)s") % {"p": password}
        )

    def _progress(self, done: int, total: int) -> None:
        """One line that is written over, with count, rate and the time that is left."""
        spent = time.monotonic() - self._began
        if not sys.stderr.isatty() or (spent - self._shown < 0.2 and done < total):
            return
        self._shown = spent
        filled = round(30 * done / total)
        left = spent / done * (total - done)
        bar = "█" * filled + "░" * (30 - filled)
        sys.stderr.write(f"\r{bar} {done}/{total}  {done / spent:.0f}/s  {left:.0f} s ")
        sys.stderr.flush()
