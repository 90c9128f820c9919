"""Learning from corrections: of which cases, into what, and what it changes for the next message."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mimin.evidence.models import Facts
from mimin.inbox import actions, learning
from mimin.inbox.correcting import correct
from mimin.inbox.models import Case, Taught
from mimin.inbox.understanding import understanding
from mimin.people.rules import Secrecy
from mimin.registry.models import Channel
from tests.made import BY, Government, channel
from tests.scene import opened

pytestmark = pytest.mark.django_db

WALL = "plengsengan ambrol di dekat jalan"


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.kominfo)


def taught(government: Government, site: Channel, *, corrections: int = 4) -> list[Case]:
    """So many cases of a word that the playbook does not know, corrected; and as many that were right."""
    by, now, found = government.person("koordinator"), timezone.now(), []
    for n in range(corrections):
        wrong, right = opened(site, f"{WALL} {n}", f"w{n}"), opened(site, f"akta kelahiran lama {n}", f"r{n}")
        correct(case=wrong, field="affair", value="perhubungan", by=by, at=now)
        actions.transfer(case=right, to=government.dukcapil, reason="", by=by, at=now)
        found.append(wrong)
    return found


def learn() -> Taught:
    return learning.learn(by=BY, at=timezone.now())


def test_what_is_corrected_often_enough_comes_among_the_suggestions_with_its_reason(
    government: Government, site: Channel
) -> None:
    before = understanding()(WALL)
    taught(government, site)
    learn()
    after = understanding()(WALL)
    assert ("perhubungan" in [s.id for s in before.affairs], before.learned) == (False, 0)
    assert ("perhubungan" in [s.id for s in after.affairs], after.affairs[0].id) == (True, after.affair)


def test_the_case_that_comes_next_says_from_how_many_corrections_it_was_understood(
    government: Government, site: Channel
) -> None:
    taught(government, site, corrections=9)
    learn()
    kept = opened(site, "plengsengan ambrol", "next").understanding or {}
    assert (kept["affairs"][0][0], kept["learned"]) == ("perhubungan", 9)
    assert {reason[0] for reason in kept["reasons"]} >= {"learned"}


def test_too_few_corrections_teach_nothing(government: Government, site: Channel) -> None:
    taught(government, site, corrections=2)
    made = learn()
    assert (made.corrections, made.words) == (2, {"affair": {}, "unit": {}})


def test_secret_cases_teach_nothing(government: Government, site: Channel) -> None:
    by, now = government.person("koordinator"), timezone.now()
    for case in taught(government, site):
        actions.keep(case=case, secrecy=Secrecy.SECRET, concerns=None, reason="Korban", by=by, at=now)
    made = learn()
    assert (made.corrections, made.words["affair"]) == (0, {})


def test_what_nobody_has_looked_at_is_no_lesson(site: Channel) -> None:
    opened(site, WALL)
    assert list(learning.lessons()) == []


def test_a_unit_is_learned_from_where_the_case_is_now(government: Government, site: Channel) -> None:
    by, now = government.person("koordinator"), timezone.now()
    case = opened(site, "jalan bolong")
    for unit in (government.dukcapil, government.pupr):
        actions.transfer(case=case, to=unit, reason="", by=by, at=now)
    (told,) = learning.lessons()
    assert (told.unit, told.unit_corrected, told.affair) == (str(government.pupr.pk), False, "pupr")


def test_learning_again_forgets_what_was_learned_before_and_is_recorded(
    government: Government, site: Channel
) -> None:
    taught(government, site)
    first, second = learn(), learn()
    assert [row.pk for row in Taught.objects.all()] == [second.pk]
    assert first.words == second.words
    assert Facts.objects.filter(kind="understanding.learned").count() == 2


def test_mimin_learns_once_a_day_where_something_was_corrected(government: Government, site: Channel) -> None:
    now, day = timezone.now(), timedelta(days=1)
    assert learning.learn_daily(now) is None
    taught(government, site)
    done = [learning.learn_daily(now + n * day) for n in (1, 1, 2)]
    assert [made is not None for made in done] == [True, False, False]


def test_the_command_learns_and_says_from_how_much(government: Government, site: Channel, capsys) -> None:
    taught(government, site)
    call_command("learn")
    assert capsys.readouterr().out.startswith("cases 8, corrections 4, words ")
    assert Taught.objects.count() == 1


def test_the_export_holds_masked_words_and_labels_for_evaluate_and_is_its_owners_alone(
    government: Government, site: Channel, tmp_path: Path, capsys
) -> None:
    by, now, file = government.person("koordinator"), timezone.now(), tmp_path / "pelajaran.csv"
    case = opened(site, "jalan bolong, hp 081234567890")
    actions.transfer(case=case, to=government.pupr, reason="", by=by, at=now)
    call_command("learn", export=file)
    with file.open(newline="") as rows:
        (row,) = csv.DictReader(rows)
    assert (row["text"], row["affair"], row["unit"]) == (
        "jalan bolong, hp [TELP]",
        "pupr",
        government.pupr.name,
    )
    assert (oct(file.stat().st_mode)[-3:], Taught.objects.count()) == ("600", 0)
    call_command("evaluate", file, label="affair", cold=True)
    with pytest.raises(CommandError):
        call_command("learn", export=file)
