"""``mimin start`` as an operator runs it: web and worker begin together and end together."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from mimin.desk.tests.installation import ROOT, Installation, copy_of
from mimin.lib.tests.local_servers import free_port

pytestmark = pytest.mark.xdist_group("start")


@dataclass
class Running:
    """A started Mimin and the port of its web server."""

    process: subprocess.Popen[bytes]
    port: int

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask the web server; status, headers by small name, body."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        got = answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()
        line.close()
        return got

    def answers(self) -> bool:
        try:
            return self.get("/sehat/")[0] == 200
        except OSError:
            return False

    def parts(self) -> dict[str, int]:
        """The web server and the worker that it began, by name."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        rows = [row.split(maxsplit=1) for row in listed.stdout.splitlines()]
        return {"web" if "granian" in args else "work": int(pid) for pid, args in rows}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(seconds: float, holds: object) -> bool:
    """Whether it holds within the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


@contextmanager
def started(place: Installation) -> Iterator[Running]:
    port = free_port()
    command = [sys.executable, "-m", "mimin.program", "start", "--port", str(port)]
    process = subprocess.Popen(command, env=place.environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    running = Running(process, port)
    try:
        assert until(60, running.answers), "it never answered"
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                left = running.parts()
                process.kill()
                for pid in left.values():
                    os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def place() -> Installation:
    return copy_of("sqlite")


@pytest.fixture(scope="module")
def mimin(place: Installation) -> Iterator[Running]:
    with started(place) as running:
        yield running


def test_it_says_that_it_is_well(mimin: Running) -> None:
    assert mimin.get("/sehat/")[0] == 200


def test_a_stranger_is_led_to_the_door(mimin: Running) -> None:
    status, headers, _body = mimin.get("/")
    assert (status, headers["location"]) == (302, "/masuk/login/?next=/")


def test_files_that_never_change_are_kept_for_years(mimin: Running) -> None:
    page = mimin.get("/masuk/login/")[2].decode()
    files = re.findall(r'(?:href|src)="(/static/[^"#]+\.(?:css|js))"', page)
    assert files != []
    for path in files:
        status, headers, body = mimin.get(path)
        assert (status, len(body) > 0) == (200, True)
        assert re.fullmatch(r"/static/.+\.[0-9a-f]{12}\.(css|js)", path)
        assert headers["cache-control"] == "max-age=315360000, public, immutable"


def test_files_travel_packed(mimin: Running) -> None:
    page = mimin.get("/masuk/login/")[2].decode()
    path = re.findall(r'href="(/static/[^"#]+\.css)"', page)[0]
    assert mimin.get(path, **{"accept-encoding": "gzip"})[1]["content-encoding"] == "gzip"


def test_a_file_that_is_not_there_is_not_found(mimin: Running) -> None:
    assert mimin.get("/static/tidak-ada.css")[0] == 404


def test_web_and_worker_end_when_they_are_told_to(place: Installation) -> None:
    with started(place) as running:
        parts = running.parts()
        assert set(parts) == {"web", "work"}
        running.process.terminate()
        assert running.process.wait(timeout=10) == 0
        assert [alive(pid) for pid in parts.values()] == [False, False]
        assert running.answers() is False


def listening(running: Running) -> bool:
    """Whether anything still holds the port."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", running.port)) == 0


def test_when_it_is_killed_itself_web_and_worker_end_too(place: Installation) -> None:
    with started(place) as running:
        parts = running.parts()
        assert set(parts) == {"web", "work"}
        running.process.kill()
        running.process.wait(timeout=10)
        assert until(15, lambda: not any(alive(pid) for pid in parts.values()))
        assert until(5, lambda: not listening(running))


def test_when_the_web_server_is_killed_nothing_of_it_stays(place: Installation) -> None:
    with started(place) as running:
        parts = running.parts()
        os.kill(parts["web"], signal.SIGKILL)
        assert running.process.wait(timeout=15) > 0
        assert [alive(pid) for pid in parts.values()] == [False, False]
        assert listening(running) is False


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_when_the_worker_is_killed_the_web_ends_too_and_it_is_a_failure(
    place: Installation, by: signal.Signals
) -> None:
    with started(place) as running:
        parts = running.parts()
        os.kill(parts["work"], by)
        assert running.process.wait(timeout=10) > 0
        assert [alive(pid) for pid in parts.values()] == [False, False]
        assert running.answers() is False
