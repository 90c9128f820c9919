"""What a person gives to be recorded by hand, and the files that come with it."""

from django.db import models

from mimin.evidence.models import Capture
from mimin.inbox.models.case import Case, Message
from mimin.lib.sealed import SealedText
from mimin.people.models import Person


class Tray(models.Model):
    """What a person gave to be recorded by hand. ``content`` is what was typed and read, until there is a ``case``."""

    key = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="trays")
    content = SealedText()
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="tray_of_person")]

    def __str__(self) -> str:
        return f"tray {self.pk}"


class Attachment(models.Model):
    """A file that came with what a citizen said: in a tray until it is recorded, then on its message.

    ``given`` is the SHA-256 of the bytes as they were given; a picture is kept written anew. ``told`` is what is known
    of it: its name, the words read in it, the place that stood in it.
    """

    tray = models.ForeignKey(Tray, models.SET_NULL, null=True, related_name="attachments")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="attachments")
    capture = models.ForeignKey(Capture, models.PROTECT, related_name="+")
    given = models.CharField(max_length=64, db_index=True)
    told = SealedText()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["tray", "given"], name="given_once")]

    def __str__(self) -> str:
        return f"attachment {self.pk}"
