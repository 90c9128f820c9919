"""What was promised, what proves that it was done, when the clock stood still, and when all clocks are counted anew."""

from django.db import models

from mimin.evidence.models import Capture
from mimin.inbox.models.case import Case
from mimin.lib.moving import Flowing
from mimin.lib.sealed import SealedText
from mimin.people.models import Unit


class Promise(Flowing):
    """What a citizen was promised: what, by when, out of which year's budget, and by whom. Never rewritten.

    ``due_at`` is the end of the day ``until`` where the unit is.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="promises")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    what = SealedText()
    until = models.DateField()
    budget_year = models.PositiveSmallIntegerField(null=True)
    who = models.CharField(max_length=120)
    why = SealedText(default="")
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="promise_open", condition=models.Q(state="open"))
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="promise_register"),
        ]

    def __str__(self) -> str:
        return f"promise {self.pk}"

    @property
    def zone(self) -> str:
        """Its times are said in the zone of the unit that promised."""
        return self.unit.zone


class Proof(models.Model):
    """What shows that a matter was settled: a photo or an address, and what was done."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="proofs")
    capture = models.ForeignKey(Capture, models.PROTECT, null=True, related_name="+")
    url = models.CharField(max_length=500, blank=True)
    text = SealedText(default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"proof {self.pk}"


class Pause(models.Model):
    """Time in which the clock of settling stood still, and why; open while ``until`` is empty."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=20)
    note = SealedText(default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="pause_open", condition=models.Q(until=None))
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"


class Recount(models.Model):
    """Days that count differently from now on (a holiday decreed afterwards): every clock over them is counted anew.

    A worker's row: ``after`` is the last case it looked at, ``changed`` how many have other deadlines now.
    """

    since = models.DateField()
    until = models.DateField()
    after = models.BigIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="recount_due", condition=models.Q(due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"recount {self.pk}"
