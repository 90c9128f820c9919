"""What comes in as a file and the rows of it that could not; what Mimin tells the people who work with it."""

from django.db import models

from mimin.inbox.models import Alarm, Case
from mimin.lib.moving import Flowing
from mimin.lib.sealed import SealedText
from mimin.people.models import Person
from mimin.registry.models import Channel


class ImportJob(Flowing):
    """A file of history on its way in. ``place`` is where it lies, sealed; "" once it was deleted.

    ``mapping`` says which column is what, ``found`` what the check counted; ``looked_at`` rows of ``total`` are done in
    this state. A worker goes on from there when another was killed.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=160)
    form = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    place = models.CharField(max_length=120, blank=True)
    reading = models.JSONField()
    sample = SealedText()
    mapping = models.JSONField(default=dict)
    otherwise = models.CharField(max_length=10, default="new")
    found = models.JSONField(null=True)
    trouble = models.JSONField(null=True)
    looked_at = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    taken_in = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    began_with = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> str:
        """The zone of its channel's unit: in it the times of the file are read and its own are said."""
        return self.channel.unit.zone


class ImportFault(models.Model):
    """A row that was not taken in, and why: a code with what belongs into its words. The cells are sealed."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="faults")
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    given = models.JSONField(default=dict)
    cells = SealedText()

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["job", "row"], name="import_fault_once")]

    def __str__(self) -> str:
        return f"row {self.row} of {self.job_id}"


class Notice(models.Model):
    """Something told to one person; its words are made where it is shown, from what holds then (desk/notices.py).

    About one case (``count`` 1), or about many at once: then ``case`` is empty and only their number is told.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    alarm = models.ForeignKey(Alarm, models.CASCADE, null=True, related_name="notices")
    count = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["person", "alarm"], name="alarm_told_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(
                fields=["person", "-id"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Mailing(models.Model):
    """The next mail to one person: it carries every notice that they have neither read nor been mailed."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="mailing")
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="mailing_due", condition=models.Q(due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"mail to person {self.person_id}"


class RoutineRun(models.Model):
    """When something that a worker does every so often was done last, and what went wrong ("" for nothing)."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
