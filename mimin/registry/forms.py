"""Forms of the registry."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.people.models import Person, Unit
from mimin.platforms import OFFLINE, PLATFORMS
from mimin.registry.models import Channel
from mimin.registry.rows import MODES
from mimin.registry.rules import NAMED, alike

BY_HAND = ("assisted", "watched")
"""The ways of working that need no credentials."""


def _mode() -> forms.ChoiceField:
    help_text = gettext_lazy(
        "Assisted: people paste what was heard and post what was prepared. Watched: only looked at."
    )
    return forms.ChoiceField(
        label=gettext_lazy("Way"),
        choices=[(mode, _(MODES[mode][0])) for mode in BY_HAND],
        help_text=help_text,
    )


def _platform(recognised: str) -> forms.ChoiceField:
    """What it runs on, where several platforms have addresses of this shape; nothing to choose elsewhere."""
    keys = alike(recognised)
    choices = [(key, _(PLATFORMS[key].label)) for key in keys]
    if len(keys) == 1:
        return forms.ChoiceField(
            choices=choices, initial=recognised, required=False, widget=forms.HiddenInput
        )
    return forms.ChoiceField(label=gettext_lazy("What it runs on"), choices=choices, initial=recognised)


class LookForm(forms.Form):
    """What the list is narrowed to."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    platform = forms.ChoiceField(label=gettext_lazy("Platform"), required=False)
    mode = forms.ChoiceField(label=gettext_lazy("Way"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        platforms = [(key, _(platform.label)) for key, platform in PLATFORMS.items()]
        modes = [(mode, _(words[0])) for mode, words in MODES.items()]
        self.fields["platform"].choices = [("", _("All platforms")), *platforms]  # type: ignore[attr-defined]
        self.fields["mode"].choices = [("", _("All ways")), *modes, ("retired", _("No longer used"))]  # type: ignore[attr-defined]


class AddressForm(forms.Form):
    """The first step: what is it?"""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy(
            "Paste it from the browser, or name the place of a notice board or a loudspeaker."
        ),
    )
    platform = forms.ChoiceField(
        label=gettext_lazy("Platform"),
        required=False,
        help_text=gettext_lazy(
            "Needed only for a bare name such as @dinascontoh, and for what is not on the internet."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(key, _(one.label)) for key, one in PLATFORMS.items() if one.addresses or key == OFFLINE.key]
        self.fields["platform"].choices = [("", _("Recognise it")), *named]  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    """The second step: whose is it, and how is it worked?"""

    url = forms.CharField(max_length=500, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Unit that owns it"))

    def __init__(self, units: QuerySet[Unit], recognised: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["platform"] = _platform(recognised)
        self.fields["mode"] = _mode()


class Choices(NamedTuple):
    """Who and which unit a verb on a channel can name."""

    people: QuerySet[Person]
    units: QuerySet[Unit]


class ModeForm(forms.Form):
    """How the channel is worked without credentials."""

    def __init__(self, channel: Channel, choices: Choices, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mode"] = _mode()
        self.fields["platform"] = _platform(channel.platform)
        self.initial = {"mode": channel.mode, "platform": channel.platform}


class AssignForm(forms.Form):
    """Who runs the channel from a day on."""

    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Person"))
    since = forms.DateField(
        label=gettext_lazy("From"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, channel: Channel, choices: Choices, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].queryset = choices.people  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """The unit that owns the channel from now on."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Unit"))

    def __init__(self, channel: Channel, choices: Choices, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = choices.units.exclude(pk=channel.unit_id)  # type: ignore[attr-defined]


class RenamedForm(forms.Form):
    """How the channel is called and found now."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Paste the new one from the browser."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)

    def __init__(self, channel: Channel, choices: Choices, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        shown = channel.address.partition("/")[2] if channel.platform == OFFLINE.key else channel.address
        self.initial = {"url": shown, "name": channel.name}


class RuleForm(forms.Form):
    """One rule by which a pasted address is recognised."""

    platform = forms.ChoiceField(label=gettext_lazy("Platform"))
    template = forms.CharField(
        label=gettext_lazy("Template"),
        max_length=220,
        help_text=gettext_lazy(
            "Such as instagram.com/{handle}: {handle} stands for the name of the account."
        ),
    )
    order = forms.IntegerField(
        label=gettext_lazy("Place in the order"),
        min_value=1,
        max_value=999,
        initial=100,
        help_text=gettext_lazy(
            "The rule with the lowest number is tried first; all of them before Mimin's own."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["platform"].choices = [(key, _(PLATFORMS[key].label)) for key in NAMED]  # type: ignore[attr-defined]


class TryForm(forms.Form):
    """An address to try."""

    q = forms.CharField(label=gettext_lazy("Try an address"), required=False, max_length=500)


class NothingForm(forms.Form):
    """A verb that asks nothing more."""

    def __init__(self, channel: Channel, choices: Choices, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)


class ConnectForm(forms.Form):
    """What opens the channel: the fields that its platform asks for. Secrets are never shown again."""

    def __init__(self, channel: Channel, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for credential in PLATFORMS[channel.platform].credentials:
            widget = forms.TextInput if credential.kind == "text" else forms.PasswordInput
            self.fields[credential.name] = forms.CharField(
                label=_(credential.label), max_length=500, widget=widget(attrs={"autocomplete": "off"})
            )
