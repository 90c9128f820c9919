"""Every value that law or a Pemda sets, as a row that can be edited on screen."""

from django.db import models

from mimin.people.models import Unit


class Policy(models.Model):
    """One value of one key, for a unit and all below it, from a day on. The nearest ancestor's newest row wins."""

    key = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="policies")
    value = models.JSONField()
    valid_from = models.DateField()
    legal_basis = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    set_by = models.CharField(max_length=120)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "unit", "valid_from"], name="policy_once_a_day"),
        ]

    def __str__(self) -> str:
        return self.key


class Holiday(models.Model):
    """A day that differs from the national calendar in the library: added, renamed or made a working day."""

    date = models.DateField(unique=True)
    name = models.CharField(max_length=120)
    working = models.BooleanField(default=False)

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
