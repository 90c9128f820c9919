"""What citizens say, the case that grows around it, and what we answer."""

from django.conf import settings
from django.db import models

from mimin.lib.moving import Flowing
from mimin.lib.sealed import SealedText
from mimin.lib.store import Index
from mimin.outbox.models import Delivery
from mimin.people.models import Person, Unit
from mimin.registry.models import Channel


class Case(Flowing):
    """One matter of one citizen. ``rank`` is its place in every list: open by deadline, then closed by newest."""

    title = models.CharField(max_length=160)
    klass = models.CharField(max_length=20, blank=True)
    affair = models.CharField(max_length=60, blank=True)
    urgency = models.CharField(max_length=10, default="biasa")
    secrecy = models.PositiveSmallIntegerField(default=0)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="cases")
    lead = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    about = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    understanding = models.JSONField(null=True)
    outside = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    rank = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["rank", "id"], name="case_rank"),
            models.Index(fields=["state", "rank", "id"], name="case_state_rank"),
            models.Index(fields=["channel", "rank", "id"], name="case_channel_rank"),
            models.Index(
                fields=["answered_at"], name="case_answered", condition=models.Q(answered_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number a citizen is told, such as KC-26-004812."""
        return f"{settings.CASE_PREFIX}-{self.opened_at:%y}-{self.pk:06d}"


class CaseUnit(models.Model):
    """A unit that takes part in a case. The rank, state and secrecy of the case are kept beside it for its list."""

    class Part(models.TextChoices):
        LEAD = "lead"
        HELPER = "helper"
        FORMER = "former"
        INFORMED = "informed"

    case = models.ForeignKey(Case, models.CASCADE, related_name="parts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="parts")
    part = models.CharField(max_length=8, choices=Part.choices)
    state = models.CharField(max_length=20)
    secrecy = models.PositiveSmallIntegerField()
    rank = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="unit_takes_part_once")]
        indexes = [
            models.Index(fields=["unit", "rank", "case"], name="part_rank"),
            models.Index(fields=["unit", "state", "rank", "case"], name="part_state_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.part} {self.case_id}"


class Message(models.Model):
    """One thing heard or said on a channel. ``text`` is masked; ``raw`` is sealed; secret text is not in ``text``."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="messages")
    remote_id = models.CharField(max_length=120)
    parent_id = models.CharField(max_length=120, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="messages")
    ours = models.BooleanField(default=False)
    held = models.BooleanField(default=False)
    author = models.CharField(max_length=120, blank=True)
    author_key = models.CharField(max_length=32, blank=True)
    text = models.TextField(blank=True)
    raw = SealedText()
    url = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "remote_id"], name="message_once")]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Transfer(models.Model):
    """One hand-over of a case: between units, back with a reason, or to a body outside the government."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="transfers")
    kind = models.CharField(max_length=8)
    was = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    outside = models.CharField(max_length=60, blank=True)
    reason = SealedText(default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"


class Reply(Flowing):
    """An answer to a message: drafted, approved where the unit's policy asks, and sent through the outbox."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="replies")
    message = models.ForeignKey(Message, models.PROTECT, related_name="replies")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = SealedText()
    returned_because = SealedText(default="")
    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, related_name="reply")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["state", "id"],
                name="reply_open",
                condition=models.Q(state__in=["submitted", "leaving"]),
            )
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"


class Note(models.Model):
    """What colleagues tell each other about a case; no citizen sees it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    text = SealedText()
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"note {self.pk}"


SEARCH = Index(table="mimin_message", column="text")
"""Search runs over what citizens wrote, masked. Secret text is not in that column, so it is not found."""
