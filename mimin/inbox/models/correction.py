"""What people corrected in what Mimin understood, what was learned from that, and what each person has read."""

from django.db import models

from mimin.inbox.models.case import Case
from mimin.people.models import Person


class Correction(models.Model):
    """What was understood of a case (``was``) and what a person says it is (``now``), one field at a time.

    The words are not here: learning reads the masked message itself, as it stands when it learns.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=10)
    was = models.CharField(max_length=60, blank=True)
    now = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.field} of {self.case_id}"


class Taught(models.Model):
    """What was learned at one time: ``words`` as mimin.language.learned keeps them, from so many corrections."""

    at = models.DateTimeField()
    corrections = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    words = models.JSONField()

    def __str__(self) -> str:
        return f"learned from {self.corrections} corrections"


class CaseSeen(models.Model):
    """How far a person has read a case: the ``heard_at`` that it had when they last opened it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "case"], name="seen_once")]

    def __str__(self) -> str:
        return f"{self.case_id} read by {self.person_id}"
