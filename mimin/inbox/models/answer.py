"""What we answer, and what colleagues tell each other."""

from django.db import models

from mimin.inbox.models.case import Case, Message
from mimin.lib.moving import Flowing
from mimin.lib.sealed import SealedText
from mimin.outbox.models import Delivery
from mimin.people.models import Person, Unit


class Reply(Flowing):
    """An answer to a message: drafted, approved where the unit's policy asks, and sent through the outbox.

    ``interim``: the citizen goes on waiting; ``answer``: the work goes on; ``final``: nothing more will follow.
    ``tells``: the state of the case when it was handed in, which is what it tells of; ``proposed``: what Mimin wrote
    into the draft.
    """

    class Kind(models.TextChoices):
        INTERIM = "interim"
        ANSWER = "answer"
        FINAL = "final"

    case = models.ForeignKey(Case, models.CASCADE, related_name="replies")
    message = models.ForeignKey(Message, models.PROTECT, related_name="replies")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = SealedText()
    returned_because = SealedText(default="")
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.ANSWER)
    tells = models.CharField(max_length=20, blank=True)
    proposed = SealedText(default="")
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

    @property
    def zone(self) -> str:
        """The zone in which its times are said: that of the unit that speaks."""
        return self.unit.zone


class Note(models.Model):
    """What colleagues tell each other about a case; no citizen sees it. ``once``: a form and its words, as a digest."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    text = SealedText()
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    once = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "once"], name="note_once", condition=~models.Q(once=""))
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"
