"""Who is there at night, words of danger, and reminders."""

from django.db import models

from mimin.inbox.models.case import Case
from mimin.lib.moving import Flowing
from mimin.people.models import Person, Unit


class Duty(models.Model):
    """One shift: who is on duty for a unit and all below it, from when to when, and whether it was handed over.

    ``reach``: how the person is reached in this shift; empty means as their account says.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="duties")
    person = models.ForeignKey(Person, models.PROTECT, related_name="duties")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reach = models.CharField(max_length=80, blank=True)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.CharField(max_length=120, blank=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "starts_at"], name="duty_begins_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="duty_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["unit", "ends_at"], name="duty_by_end")]

    def __str__(self) -> str:
        return f"duty {self.pk}"


class Alarm(Flowing):
    """Words of danger in a case: who is told next (``step`` of mimin.inbox.danger.STEPS) and when. Never public."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=20)
    step = models.PositiveSmallIntegerField(default=0)
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="alarm_rings_once", condition=models.Q(state__in=["ringing", "unheard"])
            )
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="alarm_due", condition=models.Q(due_at__isnull=False)),
            models.Index(
                fields=["state", "-id"],
                name="alarm_open",
                condition=models.Q(state__in=["ringing", "unheard"]),
            ),
        ]

    def __str__(self) -> str:
        return f"alarm {self.pk}"

    @property
    def zone(self) -> str:
        """The zone in which its times are said: that of the unit that holds the case."""
        return self.case.lead.zone


class Rung(models.Model):
    """That people were reminded of a case at one step of the ladder, for one promised time of one clock.

    ``clock`` is what it counts to (inbox/ladder.py), ``of`` the row that it belongs to; 0 for the case itself.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="rungs")
    clock = models.CharField(max_length=6)
    of = models.BigIntegerField(default=0)
    step = models.CharField(max_length=4)
    promised = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "clock", "of", "step", "promised"], name="rung_once")
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.step} of {self.case_id}"
