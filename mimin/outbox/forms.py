"""The form that closes a delivery with its proof."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.platforms import OFFLINE
from mimin.platforms.assisted.proof import check_proof
from mimin.registry.models import Channel


class ProofForm(forms.Form):
    """The link to what stands on the channel, or a photo of it; a note where the channel is not on the internet."""

    link = forms.URLField(
        label=gettext_lazy("Link to it"),
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Open what you posted and copy its address."),
    )
    note = forms.CharField(
        label=gettext_lazy("Who was told, where and when"),
        max_length=500,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Without the citizen's name or number; the number of a signed note is enough."
        ),
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo or screenshot"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("Where there is no link, such as a story or a chat: show it."),
    )

    def __init__(self, channel: Channel, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.channel = channel
        self.fields["link"].required = False
        del self.fields["link" if channel.platform == OFFLINE.key else "note"]

    @property
    def choice(self) -> str:
        """Said before anything is filled in: which of the fields are needed, where none of them is by itself."""
        return (
            _("Give one of the two: the link, or a photo where there is no link.")
            if "link" in self.fields
            else ""
        )

    def clean_link(self) -> str:
        """A link that lies on this channel, as far as links of its platform show that."""
        link: str = self.cleaned_data["link"]
        if link and not check_proof(link, self.channel.address):
            raise forms.ValidationError(
                _(
                    "This link is no post or answer on %(address)s. Open the answer there and copy its own address."
                )
                % {"address": self.channel.address}
            )
        return link

    def clean(self) -> dict[str, Any]:
        """A proof is a link or a photo; a note alone serves only off the internet."""
        data = self.cleaned_data
        if "link" in self.fields and not self.errors and not data.get("link") and not data.get("photo"):
            self.add_error("link", _("Paste the link to it, or add a photo that shows it."))
        return data
