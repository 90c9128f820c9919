"""The web server and the worker as processes, begun and ended together, also where who began them is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser

WORKER = [sys.executable, "-m", "mimin.program", "work"]
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

AGAIN, TIMES = 3.0, 10
"""A part that does not end is told again after so many seconds, so many times; then it is killed."""

Part = subprocess.Popen[bytes]


def add_address(parser: CommandParser, *, host: str | None) -> None:
    """The options that say where the web server listens."""
    parser.add_argument("--host", default=host)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1, help="web processes")


def prepare() -> None:
    """What must stand before anybody is served: tables, static files, the folder of media."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)


def web(host: str, port: int, workers: int) -> list[str]:
    """The command of the web server."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "mimin.wsgi:application",
    ]  # fmt: skip


def together(commands: Sequence[list[str]], environment: Mapping[str, str] = os.environ) -> int:
    """Run the parts until one ends by itself or all are told to end; the code to end with.

    What ended by itself is a failure, even with code 0.
    """
    parts = [_begun(command, environment) for command in commands]
    asked: list[int] = []

    def stop(number: int = 0, *_: Any) -> None:
        if number:
            asked.append(number)
        for part in parts:
            if part.poll() is None:
                part.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not asked and all(part.poll() is None for part in parts):
        time.sleep(0.2)
    told = bool(asked)
    stop()
    codes = [_ended(part) for part in parts]
    if told and all(code in (0, -signal.SIGTERM, 130, 143) for code in codes):
        return 0
    return max(*(abs(code) for code in codes), 1)


def tied_to(parent: int) -> Callable[[], None]:
    """What a part does before it begins: it asks the kernel to end it when ``parent`` is gone, however it went.

    Linux alone can do that. Elsewhere a part outlives a parent that was killed, and ends when it is told to.
    """
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before this was asked
            os._exit(1)

    return tie


def _begun(command: list[str], environment: Mapping[str, str]) -> Part:
    """A part, in a group of its own with whatever it begins itself."""
    tie = tied_to(os.getpid())
    return subprocess.Popen(command, env=dict(environment), start_new_session=True, preexec_fn=tie)  # noqa: S603


def _ended(part: Part) -> int:
    """Wait for a part that was told to end, and end what a killed one left behind; the part's code.

    It is told again every few seconds, because what it was told while it was starting can be lost; then it is killed.
    """
    for _time in range(TIMES):
        with suppress(subprocess.TimeoutExpired):
            part.wait(timeout=AGAIN)
            break
        part.send_signal(signal.SIGTERM)
    with suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)
    return part.wait()
