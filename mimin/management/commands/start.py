"""``mimin start``: the web server and one worker, begun and ended together, also where ``start`` itself is killed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def tied_to(parent: int) -> Callable[[], None]:
    """What a part does before it begins: it asks the kernel to end it when ``parent`` is gone, however it went.

    Linux alone can do that. Elsewhere a part outlives a ``start`` that was killed, and ends when it is told to.
    """
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before this was asked
            os._exit(1)

    return tie


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
        codes = [_ended(part) for part in parts]
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
        return _begun(server)

    def _worker(self) -> "subprocess.Popen[bytes]":
        return _begun([sys.executable, "-m", "mimin.program", "work"])


def _begun(command: list[str]) -> "subprocess.Popen[bytes]":
    """A part, in a group of its own with whatever it begins itself."""
    return subprocess.Popen(command, start_new_session=True, preexec_fn=tied_to(os.getpid()))  # noqa: S603


def _ended(part: "subprocess.Popen[bytes]") -> int:
    """Wait for a part to end, and end what a killed one left behind; the part's code."""
    code = part.wait()
    with suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)
    return code
