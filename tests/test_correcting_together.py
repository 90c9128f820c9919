"""Two people at one case at the same moment: one correction holds, and what each has read is one row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from mimin.inbox import queries, reading
from mimin.inbox.correcting import correct
from mimin.inbox.models import Case, CaseSeen, Correction
from mimin.lib.moving import Refused
from tests.made import Government, channel, government
from tests.scene import opened
from tests.together import at_once, database_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Government]:
    """A government in a database that several connections reach."""
    with database_file(tmp_path) if connection.vendor == "sqlite" else nullcontext():
        yield government()


@pytest.fixture
def case(crowd: Government) -> Case:
    return opened(channel(crowd.pupr), "jalan depan pasar bolong, mohon diperbaiki")


def test_of_two_who_correct_at_once_one_does_and_the_other_is_told_who(crowd: Government, case: Case) -> None:
    def tap(name: str, value: str) -> str:
        row = Case.objects.select_related("lead", "channel__unit").get(pk=case.pk)
        start.append(row.klass)
        while len(start) < 2:
            pass
        by = people[name]
        return correct(case=row, field="kind", value=value, by=by, at=timezone.now()).klass

    people = {name: crowd.person(name) for name in ("admin.pupr", "kepala.pupr")}
    start: list[str] = []
    done = at_once(lambda: tap("admin.pupr", "aspirasi"), lambda: tap("kepala.pupr", "spam"))
    (won,) = [one for one in done if isinstance(one, str)]
    (refused,) = [one for one in done if isinstance(one, Refused)]
    (kept,) = Correction.objects.all()
    assert (Case.objects.get().klass, kept.now, kept.by in str(refused)) == (won, won, True)


def test_one_person_who_opens_a_case_in_several_tabs_at_once_has_one_row(
    crowd: Government, case: Case
) -> None:
    person = crowd.person("admin.pupr")
    tabs = [queries.find_case(person, case.pk) for _tab in range(4)]
    done = at_once(*[lambda tab=tab: reading.opened(case=tab, by=person) for tab in tabs])
    assert (done, CaseSeen.objects.count()) == ([True] * 4, 1)
