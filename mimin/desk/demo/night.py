"""Who is there at night in Kabupaten Contoh, what they did about alarms, and the one that rings when somebody looks."""

from __future__ import annotations

from datetime import datetime, timedelta

from mimin.desk.demo.pemda import BY, Pemda
from mimin.inbox import danger, duty
from mimin.inbox.intake import Understand, receive
from mimin.inbox.models import Alarm, Duty
from mimin.inbox.roster import Shift, shift_of
from mimin.people.models import Person
from mimin.platforms.base import Heard
from mimin.policy.actions import set_value
from mimin.policy.queries import calendar

ROSTERS = {
    "kab": ("koordinator.malam", "ppid.utama", "koordinator"),
    "bpbd": ("piket.pusdalops", "admin.bpbd"),
}
"""Unit -> who takes turns there."""
PAST, AHEAD = 7, 14
"""Days of the roster."""
QUICK = timedelta(minutes=6)
NOW = timedelta(minutes=3)
NUMBERS = "Damkar Kabupaten: 0000 555 113\nPusdalops BPBD: 0000 555 117\nUPTD PPA: 0000 555 129"
"""Numbers that belong to nobody."""
CRY = "Tolong min, ada kebakaran di belakang Pasar Sukajaya, api membesar, masih ada orang di dalam ruko"


def watch(pemda: Pemda, *, until: datetime, understand: Understand) -> None:
    """Plan the rosters, have the shifts handed over and the older alarms taken on; then somebody cries for help."""
    top = pemda.units["kab"]
    set_value(
        key="duty.local_numbers", unit=top, value=NUMBERS, valid_from=until.date(), by=BY, at=until,
        source="Kabupaten Contoh",
    )  # fmt: skip
    for unit in ROSTERS:
        _rostered(pemda, unit, until)
    for alarm in Alarm.objects.filter(state="ringing").select_related("case__lead").order_by("pk"):
        for who in danger.to_tell(alarm.case, 0, alarm.raised_at)[:1]:
            danger.acknowledge(alarm=alarm, by=who, at=min(alarm.raised_at + QUICK, until))
    cry = Heard("story-danger", CRY, "Warga Sukajaya", until - NOW)
    receive([cry], channel=pemda.channels["bpbd-whatsapp"], at=until - NOW, understand=understand)


def _rostered(pemda: Pemda, key: str, until: datetime) -> None:
    """A roster of three weeks; every shift that has begun was handed over and taken over."""
    unit, planner = pemda.units[key], pemda.people["koordinator"]
    office = calendar(unit)
    first = office.local_day(until) - timedelta(days=PAST)
    days = [first + timedelta(days=n) for n in range(PAST + AHEAD)]
    turns = [pemda.people[name] for name in ROSTERS[key]]
    wanted: dict[Shift, Person | None] = {
        shift: turns[n % len(turns)] for n, day in enumerate(days) if (shift := shift_of(day, office))
    }
    duty.plan(unit=unit, wanted=wanted, by=planner, at=min(wanted).starts_at)
    for row in Duty.objects.filter(unit=unit, starts_at__lte=until).select_related("unit", "person"):
        before = duty.before_it(row)
        by = before.person if before else planner
        if duty.may_hand_over(by, row):
            duty.hand_over(duty=row, by=by, at=row.starts_at)
        duty.take_over(duty=row, by=row.person, at=row.starts_at + QUICK)
