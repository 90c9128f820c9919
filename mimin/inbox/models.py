"""What citizens say, the case that grows around it, and what we answer."""

from django.conf import settings
from django.db import models

from mimin.evidence.models import Capture
from mimin.lib.moving import Flowing
from mimin.lib.sealed import SealedText
from mimin.lib.store import Index
from mimin.outbox.models import Delivery
from mimin.people.models import Person, Unit
from mimin.registry.models import Channel


class Case(Flowing):
    """One matter of one citizen. ``rank`` is its place in every list: open by deadline, then closed by newest.

    ``due_at`` and ``answered_at`` are the first promise and the first answer; until when the citizen waits now, also
    after a reopening, is the rank (docs/decisions/0018-promises-after-a-reopening.md).
    """

    title = models.CharField(max_length=160)
    klass = models.CharField(max_length=20, blank=True)
    affair = models.CharField(max_length=60, blank=True)
    urgency = models.CharField(max_length=10, default="biasa")
    secrecy = models.PositiveSmallIntegerField(default=0)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="cases")
    lead = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    about = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    understanding = models.JSONField(null=True)
    outside = models.CharField(max_length=60, blank=True)
    tracking_id = models.CharField(max_length=20, null=True, unique=True)
    tracked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    rank = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["remind_at", "id"], name="case_remind", condition=models.Q(remind_at__isnull=False)
            ),
            models.Index(fields=["rank", "id", "secrecy"], name="case_rank"),
            models.Index(fields=["state", "rank", "id", "secrecy"], name="case_state_rank"),
            models.Index(fields=["channel", "rank", "id"], name="case_channel_rank"),
            models.Index(fields=["opened_at", "lead", "secrecy"], name="case_opened"),
            models.Index(
                fields=["answered_at", "lead", "secrecy", "due_at"],
                name="case_answered",
                condition=models.Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number a citizen is told, such as KC-26-004812."""
        return f"{settings.CASE_PREFIX}-{self.opened_at:%y}-{self.pk:06d}"

    @property
    def zone(self) -> str:
        """The zone in which its times are said: that of the unit that holds it."""
        return self.lead.zone

    @property
    def version(self) -> str:
        """Where the case stands and since when, in short: a form carries it, to notice a move in between."""
        return f"{self.state}-{self.lead_id}-{self.state_since:%Y%m%d%H%M%S%f}"


class CaseUnit(models.Model):
    """A unit that takes part in a case. The rank, state and secrecy of the case are kept beside it for its list.

    A helper may be given a time; one that told its part is done has ``helped`` (``done_at``, ``done_by``).
    """

    class Part(models.TextChoices):
        LEAD = "lead"
        HELPER = "helper"
        HELPED = "helped"
        FORMER = "former"
        INFORMED = "informed"

    case = models.ForeignKey(Case, models.CASCADE, related_name="parts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="parts")
    part = models.CharField(max_length=8, choices=Part.choices)
    state = models.CharField(max_length=20)
    secrecy = models.PositiveSmallIntegerField()
    rank = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="unit_takes_part_once")]
        indexes = [
            models.Index(fields=["unit", "rank", "case", "part", "secrecy"], name="part_rank"),
            models.Index(fields=["unit", "state", "rank", "case", "part", "secrecy"], name="part_state_rank"),
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
        indexes = [models.Index(fields=["url"], name="message_by_url", condition=~models.Q(url=""))]

    def __str__(self) -> str:
        return f"message {self.pk}"


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
    interim = models.BooleanField(default=False)
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
    """That people were reminded of a case at one step of the ladder, for one promised time."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="rungs")
    step = models.CharField(max_length=4)
    promised = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "step", "promised"], name="rung_once")]

    def __str__(self) -> str:
        return f"{self.step} of {self.case_id}"


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


SEARCH = Index(table="mimin_message", column="text")
"""Search runs over what citizens wrote, masked. Secret text is not in that column, so it is not found."""
