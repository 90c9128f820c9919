"""Forms around a link: what colleagues enter to make one, and what is entered on the page behind it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mimin.inbox import approving, holding
from mimin.inbox.asking import MOST_HOURS
from mimin.inbox.models import Case
from mimin.people.models import Person
from mimin.policy.queries import value

MOST_PHOTOS = 4
MOST_BYTES = MOST_PHOTOS * 10 * 1024 * 1024 + 500_000
"""What one report may weigh: its photos, and some words."""
LONGEST = 5_000


def _key() -> str:
    return secrets.token_hex(12)


class OfCase(forms.Form):
    """A form whose choices depend on the case: the page calls ``of`` before it shows or reads it."""

    def of(self, case: Case) -> None:
        """Offer what this case allows."""
        raise NotImplementedError


class HoldForm(OfCase):
    holder = forms.ModelChoiceField(
        Person.objects.none(), label=_("Person"), required=False, empty_label=_("Nobody")
    )

    def of(self, case: Case) -> None:
        """The people of the case's unit, the present one chosen."""
        self.fields["holder"].queryset = holding.holders(case)  # type: ignore[attr-defined]
        self.initial.setdefault("holder", case.holder_id)


class PartDoneForm(forms.Form):
    unit = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What was done"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class LinkForm(OfCase):
    """How long a link lives. ``key`` makes a double click one link."""

    hours = forms.IntegerField(
        label=_("The link opens for (hours)"), min_value=1, max_value=MOST_HOURS, required=False
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40, initial=_key)
    field_order: list[str] | None = ["who", "person", "reach", "question", "hours"]

    def of(self, case: Case) -> None:
        """Propose the time that holds at the case's unit."""
        self.usual = int(value(case.lead, "ask.link_hours"))
        self.initial.setdefault("hours", self.usual)

    def clean_hours(self) -> int:
        """An empty field means the usual time."""
        return self.cleaned_data["hours"] or self.usual


class AskForm(LinkForm):
    who = forms.CharField(
        label=_("Who is asked"),
        max_length=120,
        help_text=_("The post or the name, as it stands in the message: Kepala UPTD Wilayah Utara."),
    )
    reach = forms.CharField(
        label=_("Telephone or e-mail"),
        max_length=120,
        required=False,
        help_text=_("Opens WhatsApp or the mail at the right person. Without it you choose there."),
    )
    question = forms.CharField(
        label=_("What you want to know"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        initial=_("How do things stand there, and what is planned?"),
    )


class AgainForm(OfCase):
    """A new link for what was asked already."""

    ask = forms.IntegerField(widget=forms.HiddenInput)

    def of(self, case: Case) -> None:
        """The time that holds at the case's unit."""
        self.usual = int(value(case.lead, "ask.link_hours"))

    def clean(self) -> dict[str, Any]:
        """The usual time."""
        return {**(super().clean() or {}), "hours": self.usual}


class AskIdForm(forms.Form):
    ask = forms.IntegerField(widget=forms.HiddenInput)


class StatementIdForm(forms.Form):
    statement = forms.IntegerField(widget=forms.HiddenInput)


class ApprovalForm(LinkForm):
    reply = forms.IntegerField(widget=forms.HiddenInput)
    person = forms.ModelChoiceField(Person.objects.none(), label=_("Who approves"))

    def of(self, case: Case) -> None:
        """Who may approve in this case."""
        super().of(case)
        self.fields["person"].queryset = approving.approvers(case)  # type: ignore[attr-defined]


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos in one field; nothing is what an empty field gives."""

    widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-shrink": ""})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The files, each checked by itself; how many there may be is said at once."""
        files = [one for one in data or [] if one]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(
                ngettext("Choose at most %(n)s photo.", "Choose at most %(n)s photos.", MOST_PHOTOS)
                % {"n": MOST_PHOTOS}
            )
        return [super(PhotosField, self).clean(one) for one in files]


class StatementForm(forms.Form):
    """What somebody without an account tells. Nothing of it is sent to the citizen."""

    verdict = forms.ChoiceField(
        label=_("In short"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("handled", _("It has been dealt with")),
            ("scheduled", _("It is planned for a day")),
            ("needs_time", _("It needs time")),
            ("not_ours", _("It is not our authority")),
        ],
    )
    until = forms.DateField(
        label=_("Planned for"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only when it is planned."),
    )
    text = forms.CharField(
        label=_("How things are there"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    photos = PhotosField(
        label=_("Photos"),
        required=False,
        help_text=_("Up to four. Their place and time of taking are removed."),
    )
    author = forms.CharField(label=_("Your name or post"), max_length=120)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40, initial=_key)

    def clean_until(self) -> Any:
        """A day that is not over, and not beyond what anybody plans; nothing where nothing is planned."""
        day, today = self.cleaned_data["until"], timezone.localdate()
        if self.cleaned_data.get("verdict") != "scheduled":
            return None
        if day and not today <= day <= today + timedelta(days=3660):
            raise forms.ValidationError(gettext("Choose a day from today on, within ten years."))
        return day


class DecisionForm(forms.Form):
    """What a head decides about an answer. ``seen`` says which words were read."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)
    why = forms.CharField(
        label=_("What is to be changed"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only when you return it."),
    )
    digits = forms.RegexField(
        r"^[0-9]{4}$",
        label=_("Last four digits of your telephone"),
        error_messages={"invalid": _("Enter exactly four digits.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4", "class": "digits"}
        ),
    )
    do = forms.ChoiceField(choices=[("approve", ""), ("return", "")], widget=forms.HiddenInput)
