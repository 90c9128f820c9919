"""Links to one case for people without an account, and what they tell."""

from django.db import models

from mimin.evidence.models import Capture
from mimin.inbox.models.answer import Reply
from mimin.inbox.models.case import Case
from mimin.lib.moving import Flowing
from mimin.lib.sealed import SealedText
from mimin.people.models import Person, Unit


class Ask(Flowing):
    """A question to somebody who does not sign in, or an answer laid before one head for approval.

    It is opened by a link of which only the hash is kept, until ``expires_at``. ``browser`` is the hash of the browser
    that told or decided first; ``opened`` counts how often the page was opened, ``browsers`` from how many browsers.
    """

    class Kind(models.TextChoices):
        QUESTION = "question"
        APPROVAL = "approval"

    case = models.ForeignKey(Case, models.CASCADE, related_name="asks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    who = models.CharField(max_length=120)
    reach = SealedText(default="")
    question = SealedText(default="")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reply = models.ForeignKey(Reply, models.CASCADE, null=True, related_name="asks")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    token = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=40)
    browser = models.CharField(max_length=64, blank=True)
    opened = models.PositiveIntegerField(default=0)
    browsers = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="asked_once")]

    def __str__(self) -> str:
        return f"ask {self.pk}"

    @property
    def zone(self) -> str:
        """Its times are said in the zone of the unit that asks."""
        return self.unit.zone


class Statement(models.Model):
    """What somebody told through a link: for colleagues alone, and not verified. ``key``: a form sent twice is one."""

    ask = models.ForeignKey(Ask, models.CASCADE, related_name="statements")
    key = models.CharField(max_length=40)
    author = models.CharField(max_length=120)
    verdict = models.CharField(max_length=10, blank=True)
    until = models.DateField(null=True)
    text = SealedText(default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ask", "key"], name="stated_once")]

    def __str__(self) -> str:
        return f"statement {self.pk}"


class StatementPhoto(models.Model):
    """A photo that came with a statement."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="photos")
    capture = models.ForeignKey(Capture, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"photo {self.pk} of statement {self.statement_id}"
