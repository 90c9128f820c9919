"""The pilot guide, walked: PostgreSQL, Redis and the example of settings; the units' own commands; nginx with https."""

from __future__ import annotations

import http.cookiejar
import json
import re
import shlex
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis

from mimin.desk.tests.installation import ROOT, Installation, empty
from mimin.desk.tests.test_start import until
from tests.servers.database import free_port, wait_for
from tests.servers.nginx import NAME, missing, nginx
from tests.servers.rewriting import reaching

pytestmark = [
    pytest.mark.xdist_group("start"),
    pytest.mark.nginx,
    pytest.mark.postgres,
    pytest.mark.redis,
]
DEPLOY = ROOT / "deploy"
REDIS = "redis://127.0.0.1:6379/13"
PROGRAM = "/srv/mimin/.venv/bin/mimin"
ELSEWHERE = ("MIMIN_MAIL_", "MIMIN_SEAL_MAIL_TO")
"""What of the example would reach for a mail host that a test has not."""


@dataclass
class Server:
    """An empty machine on which somebody follows the guide."""

    place: Installation
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """The example as it stands, but for where things are."""
        example = dict(
            line.split("=", 1)
            for line in (DEPLOY / "mimin.env.example").read_text().splitlines()
            if line and not line.startswith(("#", *ELSEWHERE))
        )
        here = {"MIMIN_BACKUP_DIR": str(self.place.backups), "MIMIN_QUEUE_URL": REDIS}
        return {**self.place.environment, **example, **here, "MIMIN_HOME": str(self.place.home),
                "DATABASE_URL": self.place.url}  # fmt: skip

    def command(self, told: str) -> list[str]:
        """A command as the guide and the units write it, run from this checkout and at this port."""
        words = shlex.split(told.replace(PROGRAM, "mimin").replace("--port 8000", f"--port {self.port}"))
        return [sys.executable, "-m", "mimin.program", *words[1:]]

    def mimin(self, told: str) -> str:
        """Run one command to its end; what it said."""
        done = subprocess.run(
            self.command(told), env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=180
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def unit(self, name: str) -> Iterator[None]:
        """A unit as systemd runs it: what comes before, then its process until it is told to end."""
        for told in of_unit(name, "ExecStartPre"):
            self.mimin(told)
        (told,) = of_unit(name, "ExecStart")
        with (self.place.home / f"{name}.log").open("wb") as log:
            command = self.command(told)
            running = subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield
        finally:
            running.terminate()
            assert running.wait(timeout=60) == 0


def of_unit(name: str, key: str) -> list[str]:
    """The values of one key of a unit file."""
    return re.findall(rf"^{key}=(.+)$", (DEPLOY / name).read_text(), re.MULTILINE)


@pytest.fixture
def server() -> Iterator[Server]:
    """Nothing but an empty database and an empty Redis."""
    if lacks := missing():
        pytest.skip(f"https in front needs: {lacks}")
    line = Redis.from_url(REDIS)
    try:
        line.flushdb()
    except NoRedis:
        pytest.skip("Redis does not answer on 127.0.0.1:6379")
    yield Server(empty("postgresql"), free_port())
    line.flushdb()


class Browser:
    """Cookies, redirections, and trust in one certificate; the name leads to loopback."""

    def __init__(self, certificate: Path, port: int) -> None:
        trust = ssl.create_default_context(cafile=str(certificate))
        self._cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(reaching(port, trust), self._cookies)

    def open(self, path: str, **form: str) -> tuple[int, str, str]:
        """Where it ended: status, path, body."""
        asked = urllib.request.Request(f"https://{NAME}{path}")
        if form:
            asked.data = urllib.parse.urlencode(form).encode()
            asked.add_header("Referer", f"https://{NAME}{path}")
        try:
            with self._opener.open(asked, timeout=30) as answer:
                return answer.status, urllib.parse.urlsplit(answer.url).path, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, path, error.read().decode()

    @property
    def cookies(self) -> dict[str, bool]:
        """Name -> whether it travels by https alone."""
        return {cookie.name: cookie.secure for cookie in self._cookies.cookiejar}


def test_a_stranger_who_follows_the_guide_signs_in_by_https(server: Server, tmp_path: Path) -> None:
    server.mimin("mimin migrate")
    told = server.mimin(
        "mimin set-up --name 'Kabupaten Contoh' --short Contoh --username koordinator --label Koordinator"
    )
    (password,) = re.findall(r": (\S+)\s*$", told)

    with ExitStack() as running:
        running.enter_context(server.unit("mimin-web.service"))
        wait_for(server.port)
        running.enter_context(server.unit("mimin-worker.service"))
        _plain, secure = running.enter_context(nginx(tmp_path, server.port))
        browser = Browser(tmp_path / "fullchain.pem", secure)

        status, _path, page = browser.open("/masuk/login/")
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[:1]
        signed_in = browser.open(
            "/masuk/login/", csrfmiddlewaretoken=token, login="koordinator", password=password
        )
        assert (status, signed_in[:2]) == (200, (200, "/"))
        assert browser.cookies == {"csrftoken": True, "sessionid": True}
        assert until(60, lambda: browser.open("/siap/")[0] == 200), browser.open("/siap/")

        for backup in of_unit("mimin-backup.service", "ExecStart"):
            server.mimin(backup)
        assert unsafe(server) == []


def unsafe(server: Server) -> list[Any]:
    """What the doctor calls unsafe, with its mending."""
    done = subprocess.run(
        server.command("mimin doctor --json"),
        env=server.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return [one for one in json.loads(done.stdout)["findings"] if one["level"] == "unsafe"]
