"""``mimin demo``: the demonstration Pemda, once, into an empty installation."""

import secrets
import sys
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mimin.desk.demo import build, pemda
from mimin.desk.progress import shown_on
from mimin.evidence.jobs import seal_now
from mimin.people.models import Unit


class Command(BaseCommand):
    help = (
        "Load Kabupaten Contoh: units, channels, people and 90 days of messages. Only into an empty database."
    )

    requires_system_checks: tuple[str, ...] = ()  # what is served is checked when it is served

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
        tell = shown_on(sys.stderr, lines=True)
        with translation.override("id"):
            built = pemda.tree(password, at=now - timedelta(days=120))
            if not options["tree_only"]:
                build.tell(
                    built, until=now, count=options["messages"],
                    progress=lambda done, total: tell("Kabupaten Contoh", done, total),
                )  # fmt: skip
                seal_now()
        if options["tree_only"]:
            return
        self.stdout.write(
            _(
                "Kabupaten Contoh is ready. Sign in as koordinator, admin.pupr, kepala.dinkes, inspektur, sekda,"
            )
        )
        self.stdout.write(
            _("pimpinan or auditor. The password of all of them, shown this once: %(p)s") % {"p": password}
        )
