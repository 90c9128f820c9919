"""The demonstration has a roster of duty, alarms that were taken on, and one that rings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mimin.desk.demo import night, pemda
from mimin.inbox import danger, duty
from mimin.inbox.intake import receive
from mimin.inbox.models import Alarm, Duty
from mimin.inbox.understanding import understanding
from mimin.platforms.base import Heard

pytestmark = pytest.mark.django_db

FRIDAY_NIGHT = datetime(2026, 3, 13, 15, 0, tzinfo=UTC)
OFFICE_HOUR = datetime(2026, 3, 16, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(("until", "on_duty"), [(FRIDAY_NIGHT, True), (OFFICE_HOUR, False)])
def test_a_newcomer_finds_a_roster_and_one_case_of_danger(until: datetime, on_duty: bool) -> None:
    built = pemda.tree("sandi-contoh", at=until - timedelta(days=120))
    told = Heard("1", "tolong, anak saya hilang sejak sore di alun-alun", "Warga", until - timedelta(hours=5))
    receive(
        [told], channel=built.channels["bpbd-x"], at=until - timedelta(hours=5), understand=understanding()
    )
    night.watch(built, until=until, understand=understanding())
    states = list(Alarm.objects.order_by("pk").values_list("state", "kind"))
    assert states == [("acknowledged", "anak_hilang"), ("ringing", "kebakaran")]
    assert {row.unit.short for row in Duty.objects.select_related("unit")} == {"Pemkab Contoh", "BPBD"}
    begun = Duty.objects.filter(starts_at__lte=until)
    assert [row for row in begun if not duty.confirmed(row)] == []
    assert (duty.on_duty(built.units["bpbd"], until) is not None) is on_duty
    ringing = Alarm.objects.select_related("case__lead").latest("pk")
    assert len(danger.to_tell(ringing.case, 0, until)) >= 1
