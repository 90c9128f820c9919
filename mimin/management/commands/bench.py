"""``mimin bench NAME --json``: measure, in a throw-away database of its own."""

import json
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

NAMES = ("intake", "inbox", "understand", "similar", "door")


class Command(BaseCommand):
    help = "Measure one part of Mimin; ratios are measured interleaved in one run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")
        parser.add_argument("--large", type=int, default=1_000_000, help="messages of the large database")
        parser.add_argument(
            "--here", action="store_true", help="use the database that is configured (it must be empty)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.BASE.parent / "bench").is_dir():
            raise CommandError("The measurements are part of a checkout: run this from the project's folder.")
        if not options["here"]:
            sys.exit(self._apart(options))
        sys.path.insert(0, str(settings.BASE.parent))
        call_command("migrate", verbosity=0, interactive=False)
        call_command("demo", tree_only=True)
        figures = import_module(f"bench.{options['name']}").run(large=options["large"])
        for name, value in figures.items():
            self.stdout.write(f"{name:32} {value}")
        if options["json"]:
            self.stdout.write(json.dumps({"bench": options["name"], "figures": figures}))

    def _apart(self, options: dict[str, Any]) -> int:
        with tempfile.TemporaryDirectory(prefix="mimin-bench-") as home:
            env = {**os.environ, "MIMIN_HOME": home, "MIMIN_PLAIN_STATIC": "1"}
            command = [sys.executable, "-m", "mimin.program", "bench", options["name"], "--here"]
            command += [f"--large={options['large']}"] + ["--json"] * options["json"]
            return subprocess.run(command, env=env).returncode  # noqa: S603
