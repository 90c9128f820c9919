"""``mimin start``: the web server and one worker, begun and ended together."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Serve Mimin with one worker; both end together."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help="web processes")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
        parts = [self._web(options), self._worker()]
        stopping = False

        def stop(*_: Any) -> None:
            nonlocal stopping
            stopping = True
            for part in parts:
                if part.poll() is None:
                    part.send_signal(signal.SIGTERM)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        self.stdout.write(f"Mimin: http://{options['host']}:{options['port']}/  (Ctrl+C)")
        self.stdout.flush()
        while all(part.poll() is None for part in parts):
            time.sleep(0.2)
        asked = stopping
        stop()
        codes = [part.wait() for part in parts]
        if not asked or any(code not in (0, -signal.SIGTERM, 130, 143) for code in codes):
            sys.exit(
                max(*(abs(code) for code in codes), 1)
            )  # what ended by itself is a failure, even with code 0

    def _web(self, options: dict[str, Any]) -> "subprocess.Popen[bytes]":
        server = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options["host"], "--port",
            str(options["port"]), "--workers", str(options["workers"]), "--blocking-threads", "4", "--no-ws",
            "--log-level", "warning", "mimin.wsgi:application",
        ]  # fmt: skip
        return subprocess.Popen(server, env={**os.environ}, start_new_session=True)  # noqa: S603

    def _worker(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "mimin.program", "work"], start_new_session=True)
