"""Units, the people in them and the parts they play."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from mimin.people.rules import RoleKind


class Unit(models.Model):
    """A node of the government's tree. ``path`` is the chain of ids from the root: a subtree is a range."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("Province")
        REGENCY = "kabupaten", _("Regency or city")
        OPD = "opd", _("Department (OPD)")
        UPTD = "uptd", _("Technical unit (UPTD)")
        DISTRICT = "kecamatan", _("District (kecamatan)")
        WARD = "kelurahan", _("Ward (kelurahan)")
        VILLAGE = "desa", _("Village (desa)")
        CLINIC = "puskesmas", _("Health centre (puskesmas)")
        SCHOOL = "school", _("School")
        COMPANY = "bumd", _("Regional company (BUMD)")

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=160)
    short = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    affairs = models.JSONField(default=list, blank=True)
    zone = models.CharField(max_length=40, default="Asia/Jakarta")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class UnitAlias(models.Model):
    """Another name by which citizens, letters and spreadsheets call a unit: alias, abbreviation, former name."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases")
    text = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "text"], name="unit_alias_once")]

    def __str__(self) -> str:
        return self.text


class UnitChange(models.Model):
    """What became of a unit: renamed, moved, merged into or split from another. The history of the tree."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10)
    was = models.CharField(max_length=160)
    other = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.was}"


class Person(AbstractUser):
    """Somebody who signs in. ``label`` is how the trail names them; a phone is a hint, never an identifier."""

    label = models.CharField(max_length=120)
    phone_hint = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=5, default="id")
    theme = models.CharField(max_length=5, blank=True)

    looking_at = ""
    """The path of the one unit that lists show; set for a request (people/looking.py), never stored."""

    REQUIRED_FIELDS = ["label"]

    def __str__(self) -> str:
        return self.label or self.username


class Role(models.Model):
    """A part that a person plays at a unit, from a day and perhaps until a day. It covers the unit's subtree."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="roles")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in RoleKind])
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "unit", "kind"], name="role_once"),
            models.CheckConstraint(
                condition=~models.Q(kind="auditor") | models.Q(until__isnull=False), name="auditor_is_limited"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} @ {self.unit_id}"


class OneTimeLink(models.Model):
    """A link that works once and for a limited time. Only the hash of its token is kept, so that nobody who reads the
    database can open it. ``used_key`` is the hash of the form that used it: sent twice, it is one."""

    token = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_key = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["-id"]


class Invitation(OneTimeLink):
    """A link by which somebody takes a part at a unit. ``post`` says in words who is meant; ``until`` is the last day
    of the part. ``key``: a form sent twice makes one link."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="invitations")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in RoleKind])
    post = models.CharField(max_length=120)
    until = models.DateField(null=True, blank=True)
    key = models.CharField(max_length=40)
    used_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta(OneTimeLink.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["made_by", "key"], name="invited_once"),
            models.CheckConstraint(
                condition=~models.Q(kind="auditor") | models.Q(until__isnull=False),
                name="auditor_invited_for_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class PasswordLink(OneTimeLink):
    """A link by which a person who lost their telephone chooses a new password."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"password link {self.pk}"
