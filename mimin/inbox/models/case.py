"""A case, who takes part in it, and what was said."""

from datetime import datetime

from django.conf import settings
from django.db import models

from mimin.lib.moving import Flowing
from mimin.lib.sealed import SealedText
from mimin.lib.store import Index
from mimin.people.models import Person, Unit
from mimin.registry.models import Channel


class Case(Flowing):
    """One matter of one citizen. ``rank`` is its place in every list: open by deadline, then closed by newest.

    ``due_at`` and ``answered_at`` are the first promised time and the first answer; until when the citizen waits now,
    also after a reopening, is the rank (docs/decisions/0018-promises-after-a-reopening.md). ``settle_by`` is when
    the matter itself is to be settled (done, finally answered, or somebody else's), ``settled_at`` when it was. When
    these three clocks began stands in ``due_from``, ``waits_from`` and ``settle_from``, so that they can be counted
    anew. ``verified_at``: when it was first decided which unit it is for; ``rests_from`` and ``rests_until``: from when
    to when the citizen may object before Mimin closes it
    (docs/decisions/0024-states-that-do-not-lie.md). ``heard_at``: when the last message of the citizen came in (not
    when it was written); None for history that was over when it came. ``erased_at``: when its words were lawfully
    destroyed. ``remind_at``: when the ladder next looks at its clocks (inbox/ladder.py). ``main``: the case that it was
    merged into; ``waited_until``: until when its own citizen waited then, empty once they were told
    (docs/decisions/0026-one-problem-many-citizens.md).
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
    outside_number = models.CharField(max_length=60, blank=True)
    field_check = models.BooleanField(default=False)
    closed_because = models.CharField(max_length=12, blank=True)
    tracking_id = models.CharField(max_length=20, null=True, unique=True)
    tracked_at = models.DateTimeField(null=True)
    main = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    waited_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_from = models.DateTimeField(null=True)
    waits_from = models.DateTimeField(null=True)
    settle_from = models.DateTimeField(null=True)
    settle_by = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    rests_from = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    rank = models.BigIntegerField()
    read_to: datetime | None = None
    """Up to when the person who looks has read it; only mimin.inbox.queries.find_case says it."""

    class Meta:
        indexes = [
            models.Index(
                fields=["remind_at", "id"], name="case_remind", condition=models.Q(remind_at__isnull=False)
            ),
            models.Index(
                fields=["rests_until", "id"], name="case_rests", condition=models.Q(rests_until__isnull=False)
            ),
            models.Index(
                fields=["settle_by", "id", "secrecy"],
                name="case_unsettled",
                condition=models.Q(settled_at=None, settle_by__isnull=False),
            ),
            models.Index(fields=["rank", "id", "secrecy"], name="case_rank"),
            models.Index(fields=["state", "rank", "id", "secrecy"], name="case_state_rank"),
            models.Index(fields=["channel", "rank", "id"], name="case_channel_rank"),
            models.Index(
                fields=["holder", "rank", "id"], name="case_held", condition=models.Q(holder__isnull=False)
            ),
            models.Index(fields=["opened_at", "lead", "secrecy"], name="case_opened"),
            models.Index(
                fields=["answered_at", "lead", "secrecy", "due_at", "reopened"],
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
        """Where the case stands, since when, and how closely it is kept, in short: a form carries it, to notice what
        changed in between."""
        return f"{self.state}-{self.lead_id}-{self.state_since:%Y%m%d%H%M%S%f}-{self.secrecy}"


class Likeness(models.Model):
    """One of the eight keys by which a case is found again when another citizen tells the same (language.similar)."""

    pk = models.CompositePrimaryKey("key", "case")
    key = models.IntegerField()
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.key} of {self.case_id}"


class CaseUnit(models.Model):
    """A unit that takes part in a case. The rank, state and secrecy of the case are kept beside it for its list.

    A helper may be given a time (from ``due_from`` to ``due_at``); one that told its part is done has ``helped``
    (``done_at``, ``done_by``).
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
    due_from = models.DateTimeField(null=True)
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
    """One thing heard or said on a channel. ``text`` is masked; ``raw`` is sealed; secret text is not in ``text``.

    ``units`` repeats which units take part in its case, as marks that the search is narrowed by
    (docs/decisions/0025-search-knows-the-units.md).
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="messages")
    remote_id = models.CharField(max_length=120)
    parent_id = models.CharField(max_length=120, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="messages")
    ours = models.BooleanField(default=False)
    held = models.BooleanField(default=False)
    author = models.CharField(max_length=120, blank=True)
    author_key = models.CharField(max_length=32, blank=True)
    text = models.TextField(blank=True)
    units = models.TextField(blank=True)
    raw = SealedText()
    url = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "remote_id"], name="message_once")]
        indexes = [models.Index(fields=["url"], name="message_by_url", condition=~models.Q(url=""))]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Transfer(models.Model):
    """One hand-over of a case: between units ("unit"), back with a reason ("return"), back to the coordinator because
    it went round ("round"), to the heir of a unit that ended ("heir"), or to a body outside ("outside")."""

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


SEARCH = Index(table="mimin_message", column="text", scope="units")
"""Search runs over what citizens wrote, masked. Secret text is not in that column, so it is not found."""
