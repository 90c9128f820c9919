"""The forms of an invitation: what a coordinator chooses, and what whoever opens the link chooses."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mimin.people.forms import day_field
from mimin.people.models import Person, Unit
from mimin.people.rows import KINDS
from mimin.people.rules import USERNAME, RoleKind

DAYS, USUAL = (1, 3, 7, 14, 30), 7
LEAST_DIGITS, HINT = 8, 4


def new_key() -> str:
    """What a form is known by, so that sending it twice does one thing."""
    return secrets.token_hex(12)


def _key() -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, max_length=40, initial=new_key)


def _span(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


class InviteForm(forms.Form):
    """Who is invited to which part, and for how long the link opens; ``kinds`` are those that may be given."""

    post = forms.CharField(
        label=_("Who is meant"),
        max_length=120,
        help_text=_("The post, as it stands in the message: Social media admin of the Dinas Kesehatan."),
    )
    days = forms.TypedChoiceField(label=_("The link opens for"), coerce=int, initial=USUAL)
    key = _key()

    def __init__(
        self, units: QuerySet[Unit], kinds: Collection[RoleKind], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        words = [(kind.value, _(word)) for kind, word in KINDS.items() if kind in kinds]
        self.fields["days"].choices = [(n, _span(n)) for n in DAYS]  # type: ignore[attr-defined]
        self.fields["unit"] = forms.ModelChoiceField(units, label=_("Unit"))
        self.fields["kind"] = forms.TypedChoiceField(
            label=_("Part"), coerce=RoleKind, choices=[("", _("Choose a part")), *words]
        )
        self.fields["until"] = day_field(
            _("Last day of the part"), required=False, help_text=_("An auditor always has one.")
        )
        self.order_fields(["unit", "kind", "post", "days", "until"])


def _secret(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        **options,
    )


class ChooseForm(forms.Form):
    """A new password, typed twice."""

    password = _secret(
        _("Password"),
        help_text=_(
            "At least ten characters. A sentence that only you would write is easier to remember and harder to guess."
        ),
    )
    again = _secret(_("The same password once more"))
    key = _key()

    def who(self) -> Person:
        """To whom the password may not be alike."""
        return Person()

    def clean(self) -> dict[str, Any]:
        """The two are one, and hard enough to guess."""
        data = super().clean() or self.cleaned_data
        password, again = data.get("password"), data.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two are not the same. Type both again."))
        if password:
            try:
                validate_password(password, self.who())
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        return data


class PasswordLinkForm(ChooseForm):
    """The new password of somebody whom Mimin knows."""

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person

    def who(self) -> Person:
        return self.person


class UserNameField(forms.RegexField):
    """A user name to be; telephones begin words with a capital, and that is no other name."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower()


class JoinForm(ChooseForm):
    """How somebody new signs in, and how colleagues see them."""

    label = forms.CharField(
        label=_("Name that colleagues see"),
        max_length=120,
        help_text=_("Your name or your post. It stands beside what you do here."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = UserNameField(
        USERNAME,
        strip=True,
        label=_("User name"),
        help_text=_("Small letters, digits, dot and hyphen; such as admin.dinas."),
        error_messages={"invalid": _("Use 2 to 60 small letters, digits, dots or hyphens, without spaces.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    phone = forms.CharField(
        label=_("Telephone number"),
        required=False,
        max_length=30,
        help_text=_(
            "A hint only: the last four digits are kept, not the number. Several people may share one telephone."
        ),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    field_order = ["label", "username", "password", "again", "phone"]

    def who(self) -> Person:
        return Person(
            username=self.cleaned_data.get("username", ""), first_name=self.cleaned_data.get("label", "")
        )

    def clean_phone(self) -> str:
        """The last four digits of a number; "" for none."""
        digits = re.sub(r"\D", "", self.cleaned_data["phone"])
        if self.cleaned_data["phone"].strip() and len(digits) < LEAST_DIGITS:
            raise forms.ValidationError(_("Enter the whole number, or leave it empty."))
        return digits[-HINT:]


class TakeForm(forms.Form):
    """Whoever is signed in takes the part."""

    key = _key()
