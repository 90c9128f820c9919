"""Seals that stay on the machine are seen by who may see the evidence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from mimin.desk import home
from mimin.evidence.actions import seal
from mimin.evidence.delivery import deliver_seals
from mimin.evidence.leaving import places
from mimin.evidence.models import Seal, SealCopy
from tests.made import Government
from tests.scene import client_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SEKDA = "sekda@contohkab.go.id"
TITLE = "The seals of the evidence do not leave this machine"


@pytest.fixture(autouse=True)
def english(settings: Any) -> Any:
    settings.SEAL_MAIL_TO = [SEKDA]
    with translation.override("en"):
        yield


@pytest.fixture
def sealed(government: Government) -> Seal:
    """What made the government is sealed, a day and an hour ago."""
    made = seal(at=NOW - timedelta(hours=25))
    assert made is not None
    return made


def test_before_the_first_seal_nothing_waits(db: Any) -> None:
    assert [(p.left, p.waiting, p.stays(NOW)) for p in places([SEKDA])] == [(0, 0, False)] * 2


def test_a_seal_waits_at_each_place_until_it_has_left(sealed: Seal, tmp_path: Path) -> None:
    assert [(p.name, p.left, p.waiting) for p in places([SEKDA])] == [
        ("the folder of seals", 0, 1),
        (SEKDA, 0, 1),
    ]
    deliver_seals(directory=tmp_path, addresses=[], at=NOW)
    assert [(p.left, p.left_at, p.waiting) for p in places([SEKDA])] == [(1, NOW, 0), (0, None, 1)]
    deliver_seals(directory=tmp_path, addresses=[SEKDA], at=NOW)
    assert [(p.left, p.waiting, p.error) for p in places([SEKDA])] == [(1, 0, ""), (1, 0, "")]


@pytest.mark.parametrize(("hours", "stays"), [(22, False), (23.9, False), (24, True), (100, True)])
def test_a_day_is_too_long(sealed: Seal, hours: float, stays: bool) -> None:
    assert places([])[0].stays(sealed.at + timedelta(hours=hours)) == stays


def test_the_page_says_where_to_how_far_and_what_went_wrong(sealed: Seal, government: Government) -> None:
    SealCopy.objects.create(seal=sealed, where="file", sent_at=NOW)
    SealCopy.objects.create(
        seal=sealed, where=f"mail:{SEKDA}", due_at=NOW, tries=3, error="no route to the host"
    )
    with translation.override("en"):
        shown = client_of(government, "auditor").get(reverse("evidence"), headers={"accept-language": "en"})
    lines = shown.context["places"]
    assert [line["tag"]["tone"] for line in lines] == ["ok", "bad"]
    assert ("no route to the host" in lines[1]["detail"], SEKDA in lines[1]["title"]) == (True, True)


def on_home(government: Government, who: str, hours: float) -> list[str]:
    return [
        line["detail"]
        for line in home.context(government.person(who), NOW + timedelta(hours=hours))["todo"]
        if line["title"] == TITLE
    ]


@pytest.mark.parametrize("who", ["koordinator", "inspektur", "sekda", "auditor"])
def test_who_may_see_the_evidence_is_told_at_home(sealed: Seal, government: Government, who: str) -> None:
    told = "Not to the folder of seals for 25\u00a0hours. Whoever runs the server can mend it."
    assert [on_home(government, who, hours) for hours in (-2, 0)] == [[], [told]]


@pytest.mark.parametrize("who", ["admin.pupr", "kepala.pupr", "pimpinan", "pengamat"])
def test_nobody_else_is_told(sealed: Seal, government: Government, who: str) -> None:
    assert on_home(government, who, 0) == []


def test_an_address_that_is_broken_is_told_at_home_too(sealed: Seal, government: Government) -> None:
    SealCopy.objects.create(seal=sealed, where="file", sent_at=NOW)
    SealCopy.objects.create(
        seal=sealed, where=f"mail:{SEKDA}", due_at=NOW, tries=3, error="no route to the host"
    )
    assert on_home(government, "sekda", 0)[0].startswith(f"Not to {SEKDA} for 25")
    SealCopy.objects.filter(due_at=NOW).update(sent_at=NOW, due_at=None)
    assert on_home(government, "sekda", 0) == []
