"""Parts that are slow to end are told again, and then ended."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PARENT = """
import sys
from mimin.desk import running
running.AGAIN, running.TIMES = 0.5, 4
sys.exit(running.together([[sys.executable, "-c", sys.argv[1]]]))
"""
CHILD = """
import signal, time, pathlib
told = []
signal.signal(signal.SIGTERM, lambda *_: told.append(1))
pathlib.Path({ready!r}).touch()
while len(told) < {needed}:
    time.sleep(0.05)
"""


def ended(tmp_path: Path, needed: int) -> tuple[int, float]:
    """The code of a parent whose child obeys only when it was told so often, and how long it took."""
    ready = tmp_path / "ready"
    child = CHILD.format(ready=str(ready), needed=needed)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, child])
    for _try in range(200):
        if ready.exists():
            break
        time.sleep(0.05)
    began = time.monotonic()
    parent.send_signal(signal.SIGTERM)
    return parent.wait(timeout=30), time.monotonic() - began


@pytest.mark.parametrize(("needed", "code"), [(1, 0), (2, 0), (1000, signal.SIGKILL)])
def test_a_part_that_did_not_hear_is_told_again_and_one_that_never_hears_is_killed(
    tmp_path: Path, needed: int, code: int
) -> None:
    found, spent = ended(tmp_path, needed)
    assert found == code
    assert spent < 20
