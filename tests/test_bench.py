"""The measurements run to their end on the tables as they are; their figures are for people to read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run import answers

ROOT = Path(__file__).parents[1]
FIGURES = {
    "intake": {"batch_ratio", "single_ratio", "batch_ratio_1m", "single_ratio_1m"},
    "inbox": {"list_cpu_ms", "list_kb", "list_queries", "list_growth", "search_p95_ms", "case_cpu_ms"},
    "understand": {"per_second"},
    "similar": {"lookup_ms", "recall"},
    "door": {"post_per_second", "track_p95_ms", "page_kb"},
}
ON_POSTGRES = {"inbox": {"search_p95_ms_postgres", "list_growth_postgres"}}
NOWHERE = {"MIMIN_TEST_POSTGRES": "postgres://postgres@127.0.0.1:9/test"}
FILL = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("demo", tree_only=True)
from bench.fill import fill
fill(40)
from mimin.inbox.models import Case, CaseUnit, Message
print(Case.objects.count(), Message.objects.count(), CaseUnit.objects.filter(part="lead").count())
"""


def ran(home: Path, *command: str, **more: str) -> str:
    """What a program of an installation of its own says last."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MIMIN_", "DATABASE_"))}
    environment = {**clean, "MIMIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mimin.settings", **more}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


def test_the_tables_are_filled_as_the_product_has_them(tmp_path: Path) -> None:
    assert ran(tmp_path, "-c", FILL) == "40 40 40"


def figures(home: Path, name: str, large: int, **more: str) -> set[str]:
    """The names of the figures that a measurement ends with, in one line of JSON."""
    command = ("-m", "mimin.program", "bench", name, "--json", "--large", str(large))
    told = json.loads(ran(home, *command, **more))
    assert told["bench"] == name
    assert all(isinstance(value, int | float) for value in told["figures"].values())
    return set(told["figures"])


@pytest.mark.parametrize("name", ["inbox", "intake", "door"])
def test_a_small_measurement_runs_to_its_end(name: str, tmp_path: Path) -> None:
    assert FIGURES[name] <= figures(tmp_path, name, 2000, **NOWHERE)


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_measurement_ends_with_its_figures_in_one_line(name: str, tmp_path: Path) -> None:
    wanted = FIGURES[name] | (ON_POSTGRES.get(name, set()) if answers(5432) else set())
    assert wanted <= figures(tmp_path, name, 5000)
