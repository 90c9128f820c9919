"""Whether a worker is alive, as the page of work and the doctor say it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from mimin.desk import doctor, findings
from mimin.desk.alive import alive, lines, no_worker, ran
from mimin.lib.work import QUEUES, ROUTINES, state
from tests.made import Government
from tests.scene import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(("minutes", "lives"), [(0, True), (4, True), (5, False), (600, False)])
def test_a_worker_is_alive_while_something_ran_a_moment_ago(minutes: int, lives: bool) -> None:
    now = timezone.now()
    ran("seal", at=now - timedelta(minutes=minutes))
    ran("trays", at=now - timedelta(days=2))
    assert (alive(now), no_worker(now) == "") == (lives, lives)


def test_before_anything_ran_nobody_knows_and_the_page_says_so() -> None:
    now = timezone.now()
    assert (alive(now), no_worker(now).startswith("No worker is alive (last sign: never yet)")) == (
        None,
        True,
    )


def test_a_routine_that_ran_twice_has_one_row_and_forgets_its_error() -> None:
    now = timezone.now()
    ran("seal", at=now - timedelta(minutes=1), error="OSError: full")
    first = next(line for line, one in zip(lines(now), ROUTINES, strict=True) if one.name == "seal")
    ran("seal", at=now)
    second = next(line for line, one in zip(lines(now), ROUTINES, strict=True) if one.name == "seal")
    assert (first["tag"]["label"], "OSError: full" in first["detail"]) == ("Failed", True)
    assert (second["tag"]["label"], "OSError: full" in second["detail"]) == ("In order", False)


def test_every_routine_has_a_name_for_people_and_says_that_it_never_ran() -> None:
    shown = lines(timezone.now())
    assert [line["tag"]["label"] for line in shown] == ["Does not run"] * len(ROUTINES)
    assert all(
        routine.label and line["title"] == routine.label
        for line, routine in zip(shown, ROUTINES, strict=True)
    )


def test_the_page_of_work_says_that_no_worker_is_alive(government: Government) -> None:
    client = client_of(government, "auditor")
    dead = client.get(reverse("work")).context
    ran("seal", at=timezone.now())
    live = client.get(reverse("work")).context
    assert (bool(dead["alarm"]), live["alarm"], len(live["routines"])) == (True, "", len(ROUTINES))


def test_the_doctor_knows_a_worker_that_died() -> None:
    assert doctor.CHECKS["worker"]()[0] == findings.OK
    ran("seal", at=timezone.now() - timedelta(hours=1))
    assert doctor.CHECKS["worker"]()[:2] == (
        findings.UNSAFE,
        "no worker is alive: none of its routines ran for five minutes",
    )


@pytest.mark.parametrize("name", sorted(QUEUES))
def test_a_queue_is_counted_with_one_question(name: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = state(QUEUES[name], timezone.now())
    assert (len(asked), found.waiting, found.oldest) == (1, 0, None)
