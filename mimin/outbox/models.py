"""The one ledger of everything that leaves."""

from django.db import models

from mimin.evidence.models import Capture
from mimin.lib.moving import Flowing
from mimin.lib.sealed import SealedText
from mimin.people.models import Unit
from mimin.registry.models import Channel


class Delivery(Flowing):
    """One intent to say something on one channel, with a key that is made once and stays the same on every try.

    ``thread`` names the page of what it belongs to and orders what belongs together: an address's name and an id, such
    as "case 12". ``unit`` is who speaks, and ``secrecy`` how closely that is kept: both as the caller last said.
    ``attempted``: a try may have arrived, and nobody has found out yet.
    """

    class Kind(models.TextChoices):
        REPLY = "reply"
        PUBLICATION = "publication"

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="deliveries")
    key = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    thread = models.CharField(max_length=80, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    secrecy = models.PositiveSmallIntegerField(default=0)
    body = SealedText()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempted = models.BooleanField(default=False)
    remote_id = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    instructions = models.TextField(blank=True)
    photo = models.ForeignKey(Capture, models.PROTECT, null=True, related_name="+")
    error = models.TextField(blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="delivery_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["channel", "state", "id"], name="delivery_order"),
            models.Index(fields=["state", "id"], name="delivery_state"),
            models.Index(fields=["thread"], name="delivery_thread"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.key}"

    @property
    def zone(self) -> str:
        """The zone in which its times are said: its channel's."""
        return self.channel.unit.zone
