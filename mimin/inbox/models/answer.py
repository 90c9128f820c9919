"""What we answer, and what colleagues tell each other."""

from django.db import models

from mimin.evidence.format import Actor
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
    Without an ``author`` it is the receipt, which Mimin itself writes where nobody else reads along; one a case.
    ``also``: when it is let go, the citizens of the cases merged into this one get a copy each (``copy_of``).
    """

    class Kind(models.TextChoices):
        INTERIM = "interim"
        ANSWER = "answer"
        FINAL = "final"

    case = models.ForeignKey(Case, models.CASCADE, related_name="replies")
    message = models.ForeignKey(Message, models.PROTECT, related_name="replies")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = SealedText()
    returned_because = SealedText(default="")
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.ANSWER)
    tells = models.CharField(max_length=20, blank=True)
    proposed = SealedText(default="")
    also = models.BooleanField(default=False)
    copy_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="copies")
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
        constraints = [
            models.UniqueConstraint(fields=["case"], name="receipt_once", condition=models.Q(author=None)),
            models.UniqueConstraint(fields=["copy_of", "case"], name="copied_once"),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"

    @property
    def zone(self) -> str:
        """The zone in which its times are said: that of the unit that speaks."""
        return self.unit.zone

    @property
    def wrote(self) -> Actor:
        """Who wrote it, as the trail names them."""
        return Actor(self.author.pk, self.author.label) if self.author else Actor(None, "Mimin")


class SavedReply(models.Model):
    """Words that a unit answers with again and again, for its people and those of every unit below it.

    ``affair`` and ``klass`` say what it is for; "" for anything. ``used``: how often it was put into an answer.
    """

    LONGEST_TITLE = 80

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="saved_replies")
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.TextField()
    affair = models.CharField(max_length=60, blank=True)
    klass = models.CharField(max_length=20, blank=True)
    used = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "title"], name="saved_reply_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def version(self) -> str:
        """When it was changed, in short: a form carries it, to notice a change in between."""
        return f"{self.updated_at:%Y%m%d%H%M%S%f}"


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
