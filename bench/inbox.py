"""``mimin bench inbox``: the list, a case and a search, in CPU time a page, as the database grows.

Pages are asked through the whole of Django with a session, permissions, counts and the bulk form. Sizes are measured
turn by turn over the same pages, so that a slow machine slows all alike. PostgreSQL is measured in a database of its
own where it answers.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import fill
from mimin.inbox import queries
from mimin.inbox.models import Case
from mimin.lib.store import on_postgres
from mimin.people.models import Person

TURNS = 15
WORDS = 40


def run(*, large: int = 1_000_000) -> dict[str, float]:
    """Measure at 20,000, 100,000 and ``large`` messages; then the same on PostgreSQL."""
    figures: dict[str, float] = {}
    sizes = [n for n in (20_000, 100_000) if n < large] + [large]
    cpu: dict[int, float] = {}
    held = 0
    for size in sizes:
        fill.fill(size - held, evidence=False)
        held = size
        found = _measure()
        cpu[size] = found["list_cpu_ms"]
        figures |= {f"{name}_{size // 1000}k": value for name, value in found.items()}
    figures |= {name: figures[f"{name}_{sizes[-1] // 1000}k"] for name in _measure.names}  # type: ignore[attr-defined]
    figures["list_growth"] = round(cpu[sizes[-1]] / cpu[sizes[0]], 3)
    if not on_postgres():
        figures |= _on_postgres(large)
    return figures


def _measure() -> dict[str, float]:
    coordinator = Person.objects.get(username="koordinator")
    admin = Person.objects.get(username="admin.pupr")
    figures: dict[str, float] = {}
    lists, kilobytes, counted = [], [], []
    for person in (coordinator, admin):
        client = _client(person)
        for path in (
            f"/kotak-masuk/?view=all&after={_page_200(person)}",
            "/kotak-masuk/?view=late",
            "/kotak-masuk/?view=all",
        ):
            lists.append(_cpu_ms(lambda c=client, p=path: c.get(p)))  # type: ignore[misc]
            kilobytes.append(len(client.get(path).content) / 1024)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counted.append(len(asked))
    figures["list_cpu_ms"] = round(max(lists), 2)
    figures["list_kb"] = round(max(kilobytes), 1)
    figures["list_queries"] = max(counted)
    client, case = _client(coordinator), f"/kotak-masuk/{_a_case()}/"
    figures["case_cpu_ms"] = round(_cpu_ms(lambda: client.get(case)), 2)
    figures["search_p95_ms"] = round(max(_search_p95(person) for person in (coordinator, admin)), 2)
    return figures


_measure.names = ("list_cpu_ms", "list_kb", "list_queries", "case_cpu_ms", "search_p95_ms")  # type: ignore[attr-defined]


def _client(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _cpu_ms(act: Callable[[], Any]) -> float:
    """Median CPU milliseconds of one page, the database's own work included where it runs in this process."""
    act()
    spent = []
    for _ in range(TURNS):
        began = time.process_time()
        act()
        spent.append((time.process_time() - began) * 1000)
    return statistics.median(spent)


def _page_200(person: Person) -> str:
    """The keyset place of the 200th page of 50, or of the last one where there are fewer."""
    found = queries.page(person, view="all", now=timezone.now(), size=199 * 50)
    return found.after or "0-0"


def _a_case() -> int:
    return Case.objects.filter(secrecy=0).order_by("-pk").values_list("pk", flat=True)[0]


def _search_p95(person: Person) -> float:
    """The 95th percentile of wall milliseconds over words of three bands: frequent, common and rare."""
    spent = []
    for word in _words():
        fresh = Person.objects.get(pk=person.pk)
        queries.sights(fresh)
        began = time.perf_counter()
        queries.search(fresh, word)
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(spent, n=20)[18]


def _words() -> list[str]:
    """Words of the believable messages: the most frequent, the middle, the rare; the same in every run."""
    seen: dict[str, int] = {}
    for _, text in zip(range(5000), fill.texts(), strict=False):
        for word in {w for w in text.lower().split() if w.isalpha() and len(w) > 3}:
            seen[word] = seen.get(word, 0) + 1
    ranked = sorted(seen, key=lambda w: -seen[w])
    bands = (ranked[:60], ranked[200:600], [w for w in ranked if seen[w] <= 3])
    chance = random.Random(3)  # noqa: S311
    return [word for band in bands for word in chance.sample(band, WORDS)]


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
        import json

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
