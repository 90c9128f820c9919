"""Photos that people add: written anew, so that nothing but the picture is kept."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from mimin.evidence.captures import keep
from mimin.evidence.models import Capture
from mimin.lib.moving import Refused
from mimin.lib.pictures import NoPicture, picture


def kept(content: bytes, at: datetime) -> Capture:
    """A photo from outside, written anew and kept. Raises Refused in words for who sent it."""
    try:
        return keep(picture(content).jpeg, kind="image/jpeg", at=at)
    except NoPicture as error:
        raise Refused(
            _("One of the photos cannot be read. Choose the photos again, as JPEG, PNG or WebP.")
        ) from error
