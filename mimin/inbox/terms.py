"""What holds at a unit for its cases: how soon a citizen is answered, when Mimin routes by itself, who oversees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mimin.inbox.rules import settles_as
from mimin.lib.clock import ZERO, Calendar, add_working, add_working_days, working_between
from mimin.people.models import Unit
from mimin.people.rules import Secrecy
from mimin.policy.queries import calendar, due, put_off, recalled, values

SETTLES = ("case.settle_information", "case.settle", "case.settle_field")


@dataclass(frozen=True)
class Terms:
    """The terms of one unit: the Inspektorat (None where there is none) and the top, the score, the promises, at which
    part of a promise its admins are reminded (percent) and how long after it the coordinator, and how old a message may
    be to ring an alarm; how long settling may take by its key, after how much silence a case is closed, and how many
    days before a promised day, and working days after it, people are reminded."""

    inspectorate: int | None
    top: int
    auto_score: int
    ordinary: dict[str, Any]
    urgent: dict[str, Any]
    near: int
    late_after: dict[str, Any]
    alarm_within: timedelta
    verify: dict[str, Any]
    settle: dict[str, dict[str, Any]]
    silence: dict[str, Any]
    promise_near: int
    promise_late: int
    office: Calendar

    def deadline(self, start: datetime, urgency: str) -> datetime:
        """When the first answer is due: the ordinary promise or, in danger, the earlier of both."""
        ordinary = due(start, self.ordinary, self.office)
        return min(ordinary, due(start, self.urgent, self.office)) if urgency == "darurat" else ordinary

    def near_at(self, start: datetime, promised: datetime) -> datetime:
        """When so much of a promise is over that people are reminded: of its working time, where it has any."""
        if not self.near or promised <= start:
            return promised
        worked = working_between(start, promised, self.office)
        if worked > ZERO:
            return add_working(start, worked * self.near / 100, self.office)
        return self.near_by_the_wall(start, promised)

    def first_look(self, start: datetime, promised: datetime) -> datetime:
        """When people are first reminded of a new report: of its answer (``promised``) or of deciding whose it is,
        where a government wants that even sooner."""
        answer, verify = self.ordinary, self.verify
        later = answer["unit"] == verify["unit"] and answer["amount"] <= verify["amount"]
        return self.near_at(start, promised if later else min(promised, self.verified_by(start)))

    def near_by_the_wall(self, start: datetime, promised: datetime) -> datetime:
        """The same of what is counted around the clock."""
        return start + (promised - start) * self.near / 100 if self.near else promised

    def broken(self, promised_day: datetime) -> datetime:
        """When the coordinator is told of a promise that was not kept; the promised day ends at midnight."""
        return add_working_days(promised_day - timedelta.resolution, self.promise_late, self.office)

    def settled_by(
        self,
        start: datetime,
        klass: str,
        *,
        field_check: bool = False,
        pauses: Iterable[tuple[datetime, datetime]] = (),
    ) -> datetime:
        """When a matter is to be settled; each pause (from, until) puts it off by the time that it took."""
        span = self.settle[settles_as(klass, field_check=field_check)]
        until = due(start, span, self.office)
        for pause in sorted(pauses):
            until = put_off(until, pause, span, self.office)
        return until

    def verified_by(self, start: datetime) -> datetime:
        """When somebody has decided which unit a report is for."""
        return due(start, self.verify, self.office)

    def rests_until(self, told: datetime) -> datetime:
        """Until when the citizen may object before Mimin closes what is done or finally answered."""
        return due(told, self.silence, self.office)

    def overdue(self, promised: datetime) -> datetime:
        """When the coordinator is told that a promise was not kept."""
        return due(promised, self.late_after, self.office)

    def rings(self, sent_at: datetime, at: datetime) -> bool:
        """Whether a message is fresh enough to wake somebody: what a new channel brings of last week is not."""
        return at - sent_at <= self.alarm_within

    def sekda_oversees(self, about: int | None) -> bool:
        """Whether what names the staff of a unit is the Sekda's: the Inspektorat's own, or where there is none."""
        return self.inspectorate in (None, about)

    def overseer(self, secrecy: Secrecy) -> int:
        """The unit that holds a case under oversight."""
        return self.inspectorate if self.inspectorate and secrecy is Secrecy.OVERSIGHT else self.top


def terms_of(unit: Unit, *, on: date | None = None) -> Terms:
    """The terms that hold for a unit, today or on a day; kept for ten seconds, so that a change reaches the intake
    within that time."""
    return recalled(("terms", unit.pk, on), lambda: _terms(unit, on))


def _terms(unit: Unit, on: date | None) -> Terms:
    held = values(
        unit, "case.auto_route", "case.first_response", "case.urgent_response", "case.near_percent",
        "case.late_after", "duty.alarm_hours", "case.verify", "case.silence", "promise.remind_days",
        "promise.late_days", *SETTLES,
        on=on,
    )  # fmt: skip
    inspectorates = Unit.objects.filter(affairs__icontains="inspektorat", active=True)
    return Terms(
        inspectorate=inspectorates.values_list("pk", flat=True).first(),
        top=int(unit.path[:6]),
        auto_score=held["case.auto_route"],
        ordinary=held["case.first_response"],
        urgent=held["case.urgent_response"],
        near=held["case.near_percent"],
        late_after=held["case.late_after"],
        alarm_within=timedelta(hours=held["duty.alarm_hours"]),
        verify=held["case.verify"],
        settle={key: held[key] for key in SETTLES},
        silence=held["case.silence"],
        promise_near=held["promise.remind_days"],
        promise_late=held["promise.late_days"],
        office=calendar(unit),
    )
