"""A real Chromium before a real served Mimin with the demonstration in it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.servers.database import free_port, wait_for
from tests.servers.installation import Installation, kill

CHROMIUM = shutil.which("chromium") or ""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
WCAG = {"runOnly": ["wcag2a", "wcag2aa"], "resultTypes": ["violations"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
"""In the other colours of a page that was looked at, nothing but contrast can differ."""

LONG_UNIT = (
    "Unit Pelaksana Teknis Daerah Pengelolaan Persampahan dan Pengolahan Limbah Domestik Wilayah "
    "Pembangunan Kecamatan Contoh Hilir, Mekarsari, Sukajaya dan Rawaindah pada Dinas Lingkungan Hidup"
)
NEWCOMER = "admin.baru"
WITH_NOTHING = f"""
from datetime import date
from django.utils import timezone
from mimin.evidence.actions import Actor
from mimin.people.actions import add_person, add_unit, give_role
from mimin.people.models import Person, Unit
from mimin.people.rules import RoleKind
by, at = Actor(None, "Mimin"), timezone.now()
root = Unit.objects.get(parent=None)
unit = add_unit(parent=root, name={LONG_UNIT!r}, short={LONG_UNIT[:60]!r}, kind="uptd", by=by, at=at)
newcomer = add_person(username={NEWCOMER!r}, label={"Admin " + LONG_UNIT[:100]!r}, password=None, by=by, at=at)
newcomer.password = Person.objects.get(username="koordinator").password
newcomer.save()
give_role(person=newcomer, unit=unit, kind=RoleKind.ADMIN, since=date(2025, 1, 2), by=by, at=at)
"""


@dataclass(frozen=True)
class Served:
    """Where it is served, and the one password of everybody in the demonstration."""

    address: str
    password: str

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc


def password_in(told: str) -> str:
    """The password that ``mimin demo`` printed, this once; ValueError where it printed none."""
    found = re.search(r": (\S{12})\s*$", told)
    if found is None:
        raise ValueError(f"no password in {told!r}")
    return found[1]


@contextmanager
def served(home: Path, *more: str, messages: int = 120) -> Iterator[Served]:
    """``mimin demo`` and ``mimin start`` in a home of their own; ended by the signal that a person's Ctrl+C sends.

    ``more``: scripts of the shell that add to the demonstration of so many ``messages``.
    """
    here = Installation(home, f"sqlite:///{home / 'mimin.sqlite3'}", "")
    password = password_in(here.mimin("demo", "--messages", str(messages)))
    for script in (WITH_NOTHING, *more):
        here.mimin("shell", "--no-imports", "-c", script)
    port = free_port()
    environment = here.environment(MIMIN_PLAIN_STATIC="")
    command = [sys.executable, "-m", "mimin.program", "start", "--port", str(port)]
    with (home / "process.log").open("ab") as log:
        running = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(port)
        yield Served(f"http://127.0.0.1:{port}", password)
    finally:
        running.terminate()
        try:
            running.wait(timeout=20)
        except subprocess.TimeoutExpired:
            kill(running)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Desk:
    """People at their browsers; a person who signed in stays so for the whole file."""

    served: Served
    browser: Browser
    _kept: dict[str, Any] = field(default_factory=dict)

    def sign_in(self, page: Page, person: str) -> None:
        """Through the form; the page is then where the form led on."""
        page.locator("#id_login").fill(person)
        page.locator("#id_password").fill(self.served.password)
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_url(lambda address: "/masuk/login/" not in address)

    def context(self, person: str = "", **options: Any) -> BrowserContext:
        """A browser of its own; signed in as ``person`` where one is named."""
        options = {
            "viewport": DESK, "base_url": self.served.address, "reduced_motion": "reduce", "service_workers": "block",
        } | options  # fmt: skip
        if person and person not in self._kept:
            with self.browser.new_context(base_url=self.served.address) as door:
                page = door.new_page()
                page.goto("/masuk/login/")
                self.sign_in(page, person)
                self._kept[person] = door.storage_state()
        made = self.browser.new_context(storage_state=self._kept.get(person), **options)
        made.set_default_timeout(30_000)
        return made


@dataclass
class Listener:
    """What a page said and asked for since ``clear``: errors on the console, foreign hosts, bytes on the wire."""

    page: Page
    host: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    carried: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._asked)
        line = self.page.context.new_cdp_session(self.page)
        line.send("Network.enable")
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line.on("Network.loadingFinished", lambda event: self.carried.append(event["encodedDataLength"]))

    def _asked(self, request: Any) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "blob") and asked.netloc != self.host:
            self.foreign.append(request.url)

    def clear(self) -> None:
        for heard in (self.errors, self.foreign, self.carried):
            heard.clear()


def violations(page: Page, options: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What axe finds wrong: (rule, the places)."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then(all => all.violations)", options)
    return [(one["id"], [str(node["target"]) for node in one["nodes"]]) for one in found]


def overflow(page: Page) -> int:
    """How many CSS pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def focused(page: Page) -> str:
    """The id of the element with the focus, else its address, else its tag."""
    said: str = page.evaluate(
        "(at => at.id || at.getAttribute('href') || at.tagName)(document.activeElement)"
    )
    return said
