"""``mimin work``: the worker alone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mimin.desk.ticker import work
from mimin.lib.work import drain


class Command(BaseCommand):
    help = "Send, listen and seal: one worker. Any number may run side by side."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=3)
        parser.add_argument("--once", action="store_true", help="do what is due and end")
        parser.add_argument(
            "--no-periodic", action="store_true", help="only take nudges; another worker sweeps"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{drain()}")
        else:
            work(threads=options["threads"], periodic=not options["no_periodic"])
