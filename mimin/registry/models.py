"""Channels: the websites and accounts of the units, what opens them, and who runs them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mimin.lib.sealed import SealedText
from mimin.people.models import Person, Unit


class AddressRule(models.Model):
    """How a pasted address is recognised: a template such as ``instagram.com/{handle}``. Editable; in order."""

    platform = models.CharField(max_length=20)
    template = models.CharField(max_length=200, unique=True)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.template


class Channel(models.Model):
    """A website or an account of a unit. ``address`` is canonical: one place on the net is one channel."""

    class Mode(models.TextChoices):
        WATCHED = "watched", _("Watched")
        ASSISTED = "assisted", _("Assisted")
        CONNECTED = "connected", _("Connected")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="channels")
    platform = models.CharField(max_length=20)
    name = models.CharField(max_length=160)
    address = models.CharField(max_length=300)
    handle = models.CharField(max_length=120, blank=True)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.ASSISTED)
    retired_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["address"], name="channel_once")]
        indexes = [models.Index(fields=["unit", "name", "id"], name="channel_of_unit")]

    def __str__(self) -> str:
        return self.name


class Connection(models.Model):
    """What opens a connected channel: encrypted credentials, and the listening that waits on this row.

    What was written before ``since`` is passed over: a site's history would open a thousand overdue cases.
    ``last_fetch_at`` is when the platform was last asked, ``answered_at`` when it last gave an answer of use.
    """

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="connection")
    secrets = SealedText()
    cursor = models.TextField(blank=True)
    since = models.DateTimeField(null=True)
    healthy = models.BooleanField(default=True)
    account = models.CharField(max_length=160, blank=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)
    last_fetch_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField(null=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"connection of {self.channel_id}"


class Assignment(models.Model):
    """Who runs a channel, since when and until when."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="assignments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "person"],
                condition=models.Q(until__isnull=True),
                name="assignment_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} runs {self.channel_id}"
