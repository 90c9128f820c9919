"""Forms of the tree and of the people in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mimin.lib.calendar_id import ZONE_NAMES
from mimin.people.models import Unit
from mimin.people.queries import staff_of
from mimin.people.rows import KINDS, affair_words
from mimin.people.rules import USERNAME, RoleKind


class LookForm(forms.Form):
    """What a list is narrowed to."""

    q = forms.CharField(
        label=_("Search"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, asked for with the calendar of the device."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def _basis() -> forms.CharField:
    return forms.CharField(
        label=_("Legal basis"),
        required=False,
        max_length=200,
        help_text=_("Such as the regulation that changed it."),
    )


def _affairs(known: list[str]) -> list[tuple[str, str]]:
    """Every affair of the playbook, and what a unit holds that the playbook no longer names."""
    words = affair_words()
    return [*words.items(), *((affair, affair) for affair in known if affair not in words)]


class UnitForm(forms.Form):
    """How else a unit is called, its affairs and its zone."""

    aliases = forms.CharField(
        label=_("Other names"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: abbreviations, former names, what citizens say."),
    )
    zone = forms.ChoiceField(
        label=_("Zone"),
        choices=[(zone, f"{short} ({zone.split('/')[1]})") for zone, short in ZONE_NAMES.items()],
    )
    affairs = forms.MultipleChoiceField(
        label=_("Affairs"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, unit: Unit, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["affairs"].choices = _affairs(unit.affairs)  # type: ignore[attr-defined]

    def clean_aliases(self) -> list[str]:
        """The names, one a line, without empty lines and repetitions."""
        names = [line.strip()[:160] for line in self.cleaned_data["aliases"].splitlines()]
        return list(dict.fromkeys(name for name in names if name))


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=160)
    short = forms.CharField(label=_("Short name"), max_length=60)
    basis = _basis()

    def __init__(self, unit: Unit, units: QuerySet[Unit], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)


class AddUnitForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=160)
    short = forms.CharField(label=_("Short name"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=Unit.Kind.choices, initial=Unit.Kind.OPD)

    def __init__(self, unit: Unit, units: QuerySet[Unit], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)


class OtherUnitForm(forms.Form):
    """Another unit: the one above, or the heir."""

    other = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"))
    basis = _basis()

    def __init__(self, unit: Unit, units: QuerySet[Unit], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["other"].queryset = units.exclude(pk=unit.pk)  # type: ignore[attr-defined]


class StaffChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Parts at a unit, each with who plays it."""

    def label_from_instance(self, role: Any) -> str:
        return f"{role.person.label} · {_(KINDS[RoleKind(role.kind)])}"


class MergeForm(OtherUnitForm):
    """The heir, and who goes on there."""

    def __init__(self, unit: Unit, units: QuerySet[Unit], *args: Any, **options: Any) -> None:
        super().__init__(unit, units, *args, **options)
        if staff := staff_of(unit).order_by("person__label", "pk"):
            self.fields["staff"] = StaffChoice(
                staff,
                label=_("Who goes on in the other unit"),
                required=False,
                initial=staff,
                widget=forms.CheckboxSelectMultiple,
                help_text=_(
                    "With the same part. Whoever you leave out loses it, and their open sessions end."
                ),
            )
            self.order_fields(["other", "staff", "basis"])


class SplitForm(forms.Form):
    name = forms.CharField(label=_("Name of the new unit"), max_length=160)
    short = forms.CharField(label=_("Short name"), max_length=60)
    affairs = forms.MultipleChoiceField(
        label=_("Affairs that it takes over"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cases = forms.BooleanField(
        label=_("Open cases of these affairs go along"),
        required=False,
        initial=True,
        help_text=_("With their deadlines and whoever holds them. What is over stays with the old unit."),
    )
    basis = _basis()

    def __init__(self, unit: Unit, units: QuerySet[Unit], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        words = affair_words()
        held = [(affair, words.get(affair, affair)) for affair in unit.affairs]
        self.fields["affairs"].choices = held  # type: ignore[attr-defined]
        if staff := staff_of(unit).order_by("person__label", "pk"):
            self.fields["staff"] = StaffChoice(
                staff,
                label=_("Who goes to the new unit"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("With the same part. Whoever you do not choose stays."),
            )

    def offer(self, channels: list[tuple[int, str]]) -> None:
        """Let the channels of the unit be chosen, each by its id and its words."""
        if channels:
            self.fields["channels"] = forms.TypedMultipleChoiceField(
                label=_("Channels that it takes over"),
                required=False,
                coerce=int,
                choices=channels,
                widget=forms.CheckboxSelectMultiple,
            )
        self.order_fields(["name", "short", "affairs", "cases", "channels", "staff", "basis"])


class PersonForm(forms.Form):
    """How somebody is called, reached and spoken to."""

    label = forms.CharField(label=_("Name, as the trail shows it"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    phone_hint = forms.RegexField(
        r"^[0-9]{4}$",
        label=_("Last four digits of the telephone"),
        required=False,
        help_text=_(
            "They are asked for when this person approves an answer by a link. The whole number is not kept."
        ),
        error_messages={"invalid": _("Enter exactly four digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"}),
    )


def _role_fields(units: QuerySet[Unit], kinds: Collection[RoleKind]) -> dict[str, forms.Field]:
    words = ((kind.value, _(word)) for kind, word in KINDS.items() if kind in kinds)
    return {
        "unit": forms.ModelChoiceField(units, label=_("Unit")),
        "kind": forms.TypedChoiceField(
            label=_("Part"),
            coerce=RoleKind,
            choices=[("", _("Choose a part")), *words],
        ),
        "since": day_field(_("From"), initial=timezone.localdate),
        "until": day_field(
            _("Until"), required=False, help_text=_("The last day. An auditor always has one.")
        ),
    }


class RoleForm(forms.Form):
    """A part at a unit, from a day and perhaps until a day; ``kinds`` are those that may be given."""

    def __init__(
        self, units: QuerySet[Unit], kinds: Collection[RoleKind], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields.update(_role_fields(units, kinds))


class AddPersonForm(forms.Form):
    """Somebody new, with the first part they play: without one they would see nothing."""

    label = forms.CharField(label=_("Name, as the trail shows it"), max_length=120)
    username = forms.RegexField(
        USERNAME,
        label=_("User name"),
        help_text=_("Small letters, digits, dot and hyphen; such as admin.dinas."),
        error_messages={"invalid": _("Use 2 to 60 small letters, digits, dots or hyphens, without spaces.")},
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(
        self, units: QuerySet[Unit], kinds: Collection[RoleKind], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields.update(_role_fields(units, kinds))
