"""``mimin start``: the web server and one worker on this machine, begun and ended together."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mimin.desk.running import WORKER, add_address, prepare, together, web


class Command(BaseCommand):
    help = "Serve Mimin with one worker; both end together."

    def add_arguments(self, parser: CommandParser) -> None:
        add_address(parser, host="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        prepare()
        host, port = options["host"], options["port"]
        self.stdout.write(f"Mimin: http://{host}:{port}/  (Ctrl+C)")
        self.stdout.flush()
        if code := together([web(host, port, options["workers"]), WORKER]):
            sys.exit(code)
