"""What a citizen enters: a report, the code that opens it, one more message, and whether it is solved."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from mimin.inbox.ask_forms import PhotosField

LONGEST = 10_000
MOST_BYTES = 60 * 1024 * 1024
"""What one form may weigh: four photos, a voice note, and some words."""
REACH = {
    "": _("I look at this website myself"),
    "phone": _("By telephone or WhatsApp"),
    "letter": _("By letter"),
    "desk": _("At the desk of my kelurahan or village"),
}
SHOWN = {
    "": _("My name may be seen by the officers who handle it"),
    "anonymous": _("Anonymous: officers see my words, not my name"),
    "secret": _("Secret: only who handles it sees my words and my name"),
}
MARKS = {
    "5": _("Very satisfied"),
    "4": _("Satisfied"),
    "3": _("So so"),
    "2": _("Dissatisfied"),
    "1": _("Very dissatisfied"),
}


def _key() -> str:
    return secrets.token_hex(24)


class Guarded(forms.Form):
    """A form that anybody may send. ``key`` makes a form sent twice one; ``website`` is seen by programs alone."""

    key = forms.RegexField(r"^[0-9a-f]{48}$", widget=forms.HiddenInput, initial=_key)
    website = forms.CharField(required=False, max_length=200, label=_("Leave this empty"))

    @property
    def by_program(self) -> bool:
        """Whether a program filled in what no person sees."""
        return bool(self.cleaned_data.get("website"))

    def seen_fields(self) -> list[Any]:
        """The fields that a person sees."""
        return [field for field in self.visible_fields() if field.name != "website"]


class MatterForm(Guarded):
    """Words and files: at least one of them."""

    text = forms.CharField(
        label=_("What happened?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    photos = PhotosField(
        label=_("Photos"),
        required=False,
        help_text=_("At most four. The place that is hidden in a photo is read, then taken out."),
    )
    voice = forms.FileField(
        label=_("Voice note"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "audio/*"}),
        help_text=_("If speaking is easier than writing."),
    )
    field_order: list[str] | None = None

    def clean(self) -> dict[str, Any]:
        """Something must have been said."""
        data = super().clean() or {}
        if not self.errors and not data["text"].strip() and not self.files_of(data):
            self.add_error("text", _("Write what happened, or add a photo or a voice note."))
        return data

    @staticmethod
    def files_of(data: dict[str, Any]) -> list[UploadedFile[Any]]:
        """The photos and the voice note."""
        return [*data["photos"], *([data["voice"]] if data["voice"] else [])]


class ReportForm(MatterForm):
    """A report, for oneself or for somebody else."""

    place = forms.CharField(
        label=_("Where?"),
        required=False,
        max_length=200,
        help_text=_("Street, RT/RW, kelurahan, or a place that people know."),
    )
    name = forms.CharField(label=_("Your name"), required=False, max_length=120)
    on_behalf = forms.CharField(
        label=_("For somebody else? Their name"),
        required=False,
        max_length=120,
        help_text=_("A neighbour or a parent who has no telephone, for example."),
    )
    reach = forms.ChoiceField(
        label=_("How may we reach you?"),
        required=False,
        choices=list(REACH.items()),
        widget=forms.RadioSelect,
    )
    contact = forms.CharField(
        label=_("Telephone number or address"),
        required=False,
        max_length=200,
        help_text=_("Only the officers who handle it see this."),
    )
    shown = forms.ChoiceField(
        label=_("Who may know that it is you?"),
        required=False,
        choices=list(SHOWN.items()),
        widget=forms.RadioSelect,
    )
    field_order = [
        "key",
        "text",
        "place",
        "photos",
        "voice",
        "shown",
        "name",
        "on_behalf",
        "reach",
        "contact",
        "website",
    ]

    ABOUT = ("shown", "name", "on_behalf", "reach", "contact")
    """What is asked of the person: nobody need answer it."""

    def matter(self) -> list[Any]:
        """The fields of what happened."""
        return [field for field in self.seen_fields() if field.name not in self.ABOUT]

    def about(self) -> list[Any]:
        """The fields of who reports."""
        return [self[name] for name in self.ABOUT]

    @property
    def about_wrong(self) -> bool:
        """Whether something among the fields of who reports is to be put right: they are shown open then."""
        return any(name in self.errors for name in self.ABOUT)

    def clean(self) -> dict[str, Any]:
        """Who wants to be reached must say where."""
        data = super().clean()
        if data.get("reach") in ("phone", "letter") and not data.get("contact", "").strip():
            self.add_error("contact", _("Write the telephone number or the address where we reach you."))
        return data


class OpenForm(forms.Form):
    """The code and the secret word of a slip."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    secret = forms.CharField(
        label=_("Secret number"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class MoreForm(MatterForm):
    """One more message in a report."""

    field_order = ["key", "text", "photos", "voice", "website"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = _("What do you want to add?")
        self.fields["text"].widget.attrs["rows"] = 4


class VerdictForm(Guarded):
    """Whether it is solved, and how content the citizen is; who says no says what is missing."""

    solved = forms.ChoiceField(
        label=_("Is it solved?"),
        choices=[("yes", _("Yes")), ("no", _("No, not yet"))],
        widget=forms.RadioSelect,
    )
    mark = forms.ChoiceField(
        label=_("How satisfied are you?"),
        required=False,
        choices=list(MARKS.items()),
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("If not: what is missing?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["key", "solved", "mark", "text", "website"]

    def clean(self) -> dict[str, Any]:
        """A no needs its reason: without it nobody knows what to do."""
        data = super().clean() or {}
        if data.get("solved") == "no" and not data.get("text", "").strip():
            self.add_error("text", _("Write what is missing, so that it can be mended."))
        return data
