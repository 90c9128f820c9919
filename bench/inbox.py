"""``mimin bench inbox``: the list, a case and a search, in CPU time a page, as the database grows.

Pages are asked through the whole of Django with a session, permissions, counts and the bulk form. A copy of the
database is kept at each size, and the sizes are measured in turns over the same pages, so that a slow machine slows all
alike. PostgreSQL is measured in a database of its own where it answers; its server's CPU time is not in these figures.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import fill, searching
from bench.copies import Copies
from bench.worked import worked_case
from mimin.inbox import queries
from mimin.inbox.models import Case
from mimin.lib.store import on_postgres
from mimin.people.models import Person
from mimin.registry.models import Channel

TURNS = 15
SIZE = 50
PEOPLE = ("koordinator", "admin.pupr")
OWN = {"koordinator": "Diskominfo", "admin.pupr": "Dinas PUPR"}


@dataclass
class Page:
    """One address that is measured: at each size, CPU and wall milliseconds in the order of the turns."""

    name: str
    path: str
    client: Client
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    kilobytes: float = 0
    asked: int = 0
    rows: int = 0

    def look(self) -> None:
        """How large it is, and how many queries and rows it has."""
        with CaptureQueriesContext(connection) as found:
            answer = self.client.get(self.path)
        assert answer.status_code == 200, (self.path, answer.status_code)
        self.kilobytes, self.asked = len(answer.content) / 1024, len(found)
        self.rows = answer.content.count(b"<tr") - 1  # the first names the columns

    def time(self) -> None:
        """Once unmeasured, because the database was just opened, and once measured."""
        self.client.get(self.path)
        began, clock = time.process_time(), time.perf_counter()
        self.client.get(self.path)
        self.cpu.append((time.process_time() - began) * 1000)
        self.wall.append((time.perf_counter() - clock) * 1000)


def run(*, large: int = 1_000_000) -> dict[str, float]:
    """Measure at 20,000, 100,000 and ``large`` messages; then the same on PostgreSQL."""
    sizes = [n for n in (20_000, 100_000) if n < large] or [large // 2]
    sizes.append(large)
    copies, case, held = Copies(), worked_case(), 0
    try:
        for size in sizes:
            fill.fill(size - held, evidence=False)
            copies.keep(size)
            held = size
        figures = _measured(copies, sizes, case)
    finally:
        copies.drop()
    if not on_postgres():
        figures |= _on_postgres(large)
    return figures


def _measured(copies: Copies, sizes: list[int], case: int) -> dict[str, float]:
    pages: dict[int, list[Page]] = {}
    for size in sizes:
        copies.turn_to(size)
        pages[size] = [*_lists(), _case_page(case)]
        for page in pages[size]:
            page.look()
    for turn in range(TURNS if sizes[-1] > 20_000 else 3):
        for size in sizes if turn % 2 else reversed(sizes):
            copies.turn_to(size)
            for page in pages[size]:
                page.time()
    figures: dict[str, float] = {}
    for size in sizes:
        copies.turn_to(size)
        found = _summed(pages[size]) | _searched()
        figures |= {f"{name}_{size // 1000}k": value for name, value in found.items()}
    each = {page.name: round(statistics.median(page.cpu), 2) for page in pages[sizes[-1]]}
    return figures | each | found | {"list_growth": _growth(pages[sizes[0]], pages[sizes[-1]])}


def _summed(pages: list[Page]) -> dict[str, float]:
    """The worst list page of all, and the case page."""
    *lists, case = pages
    return {
        "list_cpu_ms": round(max(statistics.median(page.cpu) for page in lists), 2),
        "list_wall_ms": round(max(statistics.median(page.wall) for page in lists), 2),
        "list_kb": round(max(page.kilobytes for page in lists), 1),
        "list_queries": max(page.asked for page in lists),
        "case_cpu_ms": round(statistics.median(case.cpu), 2),
        "case_queries": case.asked,
    }


def _growth(small: list[Page], large: list[Page]) -> float:
    """The median over the turns of large to small, of the list page that grows most; only pages that are as full
    in both count."""
    grown = [
        statistics.median(b / a for a, b in zip(page.cpu, other.cpu, strict=True))
        for page, other in zip(small, large, strict=True)
        if page.rows == other.rows == SIZE
    ]
    return round(max(grown), 3)


def _searched() -> dict[str, float]:
    """The worst of the bands and of both people, and each band by itself."""
    found: dict[str, float] = defaultdict(float)
    for name in PEOPLE:
        person = Person.objects.get(username=name)
        for band, words in searching.bands(person).items():
            for figure, value in searching.p95(person, words).items():
                found[figure] = max(found[figure], value)
                if figure == "search_p95_ms":
                    found[f"{figure}_{band}"] = max(found[f"{figure}_{band}"], value)
    return dict(found)


def _lists() -> Iterator[Page]:
    """The first page, the last of 200, what is late; and narrowed to a unit, a channel, to what the person holds."""
    for name in PEOPLE:
        person = Person.objects.get(username=name)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        busiest = _busiest_channel(OWN[name])
        unit = Case.objects.filter(lead__short="Dinas PUPR").values_list("lead", flat=True)[0]
        for view, query in (
            ("page_200", f"view=all&after={_page_200(person)}"),
            ("all", "view=all"),
            ("late", "view=late"),
            ("mine", "view=mine"),
            ("unit", f"view=all&unit={unit}"),
            ("unit_late", f"view=late&unit={unit}"),
            ("channel", f"view=all&channel={busiest}"),
            ("channel_mine", f"view=mine&channel={busiest}"),
            ("held", "view=held"),
        ):
            label = f"list_{name.rpartition('.')[2]}_{view}_cpu_ms"
            yield Page(label, f"/kotak-masuk/?{query}", client)


def _case_page(case: int) -> Page:
    client = Client()
    client.force_login(
        Person.objects.get(username="koordinator"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return Page("case_page_cpu_ms", f"/kotak-masuk/{case}/", client)


def _busiest_channel(unit: str) -> int:
    """The channel of a unit on which most is heard (the first hundred thousand cases say it)."""
    counted = {
        pk: Case.objects.filter(channel=pk, pk__lt=100_000).count()
        for pk in Channel.objects.filter(unit__short=unit).values_list("pk", flat=True)
    }
    return max(counted, key=lambda pk: counted[pk])


def _page_200(person: Person) -> str:
    """The keyset place of the 200th page of 50, or of the last full one where there are fewer."""
    page, after, full = 1, "", ""
    while page < 200:
        found = queries.page(person, view="all", now=timezone.now(), size=SIZE, after=after)
        if len(found.cases) < SIZE:
            break
        full, after = after, found.after
        if not after:
            break
        page += 1
    if page == 200:
        return after
    if not full:
        raise RuntimeError(f"{person.username} sees too few cases for a second page.")
    return full


def _on_postgres(large: int) -> dict[str, float]:
    url = os.environ.get("MIMIN_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/test")
    with _database(url) as made:
        if not made:
            print("PostgreSQL does not answer; it was left out.", file=sys.stderr)
            return {}
        env = {**os.environ, "DATABASE_URL": made, "MIMIN_HOME": str(settings.HOME / "postgres")}
        command = [
            sys.executable,
            "-m",
            "mimin.program",
            "bench",
            "inbox",
            "--here",
            "--json",
            f"--large={large}",
        ]
        done = subprocess.run(command, env=env, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        found = json.loads(done.stdout.strip().splitlines()[-1])["figures"]
        return {f"{name}_postgres": value for name, value in found.items()}


@contextmanager
def _database(url: str) -> Any:
    import psycopg

    try:
        there = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield ""
        return
    name = f"mimin_bench_{os.getpid()}"
    there.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{url.rpartition('/')[0]}/{name}"
    finally:
        there.execute(f"DROP DATABASE {name} WITH (FORCE)")
        there.close()
