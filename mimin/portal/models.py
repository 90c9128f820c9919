"""The slip that a citizen takes home: the code and the secret by which they follow their report."""

from django.db import models

from mimin.inbox.models import Case


class Slip(models.Model):
    """What opens one case to its citizen. The secret word is kept as a fingerprint; ``key`` is that of the form that
    was sent, so that a form sent twice is one report. ``solved``, ``mark`` (1 to 5): what the citizen said at the end.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="slip")
    code = models.CharField(max_length=8, unique=True)
    secret = models.CharField(max_length=32)
    key = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    solved = models.BooleanField(null=True, blank=True)
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code
