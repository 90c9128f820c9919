"""A river comes over its banks: within an hour many citizens tell the same, and staff work on it once."""

from __future__ import annotations

from datetime import datetime, timedelta

from mimin.desk.demo.pemda import Pemda
from mimin.inbox import actions, answering, merging
from mimin.inbox.intake import Understand, receive
from mimin.inbox.models import Case
from mimin.platforms.base import Heard

BEFORE = timedelta(hours=3)
"""How long ago the first of them wrote."""
MINUTE = timedelta(minutes=1)
TELLING = (
    ("kab-instagram", "jalan raya Sukajaya depan SMPN 2 tergenang selutut, kendaraan tidak bisa lewat"),
    ("kec-sukajaya-facebook", "Jalan raya Sukajaya depan SMPN 2 tergenang selutut, kendaraan tidak bisa lewat min"),
    ("pupr-instagram", "min, jalan raya sukajaya depan SMPN 2 tergenang selutut, motor dan kendaraan tidak bisa lewat"),
    ("kab-facebook", "assalamualaikum, jalan raya Sukajaya depan SMPN 2 tergenang selutut. Kendaraan tidak bisa lewat"),
    ("kec-sukajaya-whatsapp", "lapor, jalan raya Sukajaya depan SMPN 2 tergenang selutut kendaraan tidak bisa lewat"),
    ("bpbd-instagram", "tolong min jalan raya Sukajaya depan SMPN 2 tergenang selutut, kendaraan tidak bisa lewat!!"),
    ("dishub-instagram", "jalan raya Sukajaya depan SMPN 2 tergenang selutut kendaraan tidak bisa lewat, macet"),
    ("kab-x", "jalan raya Sukajaya depan SMPN 2 tergenang selutut, kendaraan tak bisa lewat"),
)  # fmt: skip
"""Channel -> what is written there, a few minutes apart."""
NOT_YET = 2
"""So many of the last are not merged yet: the page proposes them."""
SAID = (
    "Air di depan SMPN 2 Sukajaya sedang dipompa oleh petugas kami. Mohon lewat Jalan Lingkar sampai air surut. "
    "Kami kabari lagi setelah jalan bisa dilewati."
)


def rise(pemda: Pemda, *, until: datetime, understand: Understand) -> None:
    """Citizens write one after the other; the coordinator merges what tells the same, and a first word is begun."""
    came = [_told(pemda, n, until - BEFORE + 4 * n * MINUTE, understand) for n in range(len(TELLING))]
    coordinator, at = pemda.people["koordinator"], until - BEFORE + 45 * MINUTE
    main = came[0]
    if main.lead_id != pemda.units["pupr"].pk:
        actions.transfer(case=main, to=pemda.units["pupr"], reason="", by=coordinator, at=at)
    for n, case in enumerate(came[1:-NOT_YET]):
        merging.merge(case=case, into=main, by=coordinator, at=at + n * MINUTE)
    message = main.messages.earliest("pk")
    worker = pemda.worker(pemda.units["pupr"].pk)
    answering.draft(
        case=main, message=message, text=SAID, also=True, by=worker, at=until - BEFORE + 60 * MINUTE
    )


def _told(pemda: Pemda, number: int, at: datetime, understand: Understand) -> Case:
    where, text = TELLING[number]
    one = Heard(f"story-flood-{number}", text, f"Warga Sukajaya {number + 1}", at)
    opened = receive([one], channel=pemda.channels[where], at=at, understand=understand).opened
    return Case.objects.select_related("lead", "channel__unit").get(pk=opened[0])
