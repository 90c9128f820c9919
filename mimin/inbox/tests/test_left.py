"""Promised times in words, in the working time of an office; the same words on every screen."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from mimin.inbox.left import left
from mimin.inbox.models import Case
from mimin.lib.clock import Calendar, Hours
from mimin.policy.models import Policy
from tests.made import Government, channel
from tests.scene import client_of, opened

DAY = ((time(8), time(16)),)
OFFICE = Calendar(Hours((DAY, DAY, DAY, DAY, DAY, (), ())), ZoneInfo("Asia/Jakarta"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until", "words", "tone"),
    [
        ("2026-11-30 13:00", "2026-12-02 16:00", "Sisa 2 hari kerja 3 jam", "ok"),
        ("2026-12-04 15:00", "2026-12-07 16:00", "Sisa 1 hari kerja 1 jam", "ok"),  # over a weekend
        ("2026-12-07 09:00", "2026-12-07 16:00", "Sisa 7 jam", "warn"),
        ("2026-12-04 15:30", "2026-12-07 09:00", "Sisa 1 jam", "warn"),  # three days by the wall clock
        ("2026-12-05 09:00", "2026-12-05 21:00", "Sisa 12 jam", "warn"),  # a Saturday: no working time at all
        ("2026-12-07 08:40", "2026-12-04 16:00", "Lewat 40 menit", "bad"),  # not two and a half days
        ("2026-12-09 10:00", "2026-12-04 16:00", "Lewat 2 hari kerja 2 jam", "bad"),
        ("2026-12-07 10:00", "1996-12-04 16:00", "Lewat 10959 hari", "bad"),
    ],
)
def test_what_is_left_or_late_is_said_in_working_time(now: str, until: str, words: str, tone: str) -> None:
    assert left(at(until), at(now), OFFICE) == (words, tone)


@pytest.mark.django_db
def test_a_unit_that_never_closes_counts_its_own_hours_in_the_same_list(
    government: Government, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, until = at("2026-12-05 09:00"), at("2026-12-07 09:00")
    for number, unit in enumerate((government.pupr, government.dukcapil)):
        case = opened(channel(unit, f"facebook.com/kanal{number}"), f"keluhan {number}")
        Case.objects.filter(pk=case.pk).update(rank=int(until.timestamp()))
    Policy.objects.create(
        unit=government.pupr, key="clock.hours", value=[[["00:00", "24:00"]]] * 7, valid_from="2020-01-01",
        legal_basis="SK", source="SK", set_by="Koordinator", set_at=now,
    )  # fmt: skip
    monkeypatch.setattr("mimin.inbox.views.timezone.now", lambda: now)
    page = client_of(government, "koordinator").get(reverse("inbox"), {"view": "all"})
    told = {row.title: row.due_text for row in page.context["rows"]}
    assert told == {"Keluhan 0": "Sisa 1 hari kerja 24 jam", "Keluhan 1": "Sisa 1 jam"}
