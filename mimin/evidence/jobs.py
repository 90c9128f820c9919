"""A worker's entry points: seal what waits, and send the seals out."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from mimin.evidence.actions import SEAL_AT_MOST, seal
from mimin.evidence.delivery import deliver_seals
from mimin.evidence.models import Seal


def seal_now() -> int:
    """Seal every record that waits, in as many seals as it takes; returns how many seals were made."""
    made = 0
    begun = Seal.objects.order_by("-number").values_list("size", flat=True).first() or 0
    while (done := seal(at=timezone.now())) is not None:
        made += 1
        if done.size - begun < SEAL_AT_MOST:
            break
        begun = done.size
    return made


def deliver_due() -> int:
    """Send the seals that are due to their file and addresses; returns how many copies went out."""
    return deliver_seals(directory=settings.SEAL_DIR, addresses=settings.SEAL_MAIL_TO, at=timezone.now())
