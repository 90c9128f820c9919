"""A case in Kabupaten Contoh that is there for one thing to be seen, and what staff do with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from mimin.desk.demo.pemda import Pemda
from mimin.inbox import actions, answering
from mimin.inbox.intake import Understand, receive
from mimin.inbox.models import Case, Reply
from mimin.people.models import Person
from mimin.platforms.base import Heard

NUMBERED = 9_000_000
"""Comments of websites have numbers; theirs begin here."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RECENT = 10 * HOUR
"""So long ago somebody wrote what staff have just begun to work on: its promised time still runs."""
HELD_FOR = HOUR
"""So long a worker seems to have in hand what lasts a moment. Then it is found to have stopped, and another goes on."""
THANKS = "Terima kasih, laporan Anda sudah kami terima dan sedang kami periksa di lapangan."


class Scene:
    """Kabupaten Contoh at one moment, and cases in it that are there for one thing."""

    def __init__(self, pemda: Pemda, until: datetime, understand: Understand) -> None:
        self.pemda, self.until, self._understand = pemda, until, understand
        self._number = 0

    def case(self, channel: str, text: str, *, ago: timedelta, held: bool = False) -> Case:
        """A citizen wrote on a channel, some time ago, and the unit of the channel works on it."""
        self._number += 1
        there, at = self.pemda.channels[channel], self.until - ago
        one = Heard(str(NUMBERED + self._number), text, f"Warga {self._number}", at, held=held)
        opened = receive([one], channel=there, at=at, understand=self._understand).opened
        case = Case.objects.select_related("lead", "channel__unit").get(pk=opened[0])
        if case.state == "new":
            to = there.unit
            case = actions.transfer(
                case=case, to=to, reason="", by=self.person("koordinator"), at=at + HOUR / 2
            )
        return case

    def person(self, name: str) -> Person:
        """One of the staff."""
        return self.pemda.people[name]

    def worker(self, case: Case) -> Person:
        """Who works on the cases of a unit."""
        return self.pemda.worker(case.lead_id)

    def draft(
        self, case: Case, text: str = THANKS, *, after: timedelta = HOUR, kind: str = Reply.Kind.ANSWER
    ) -> Reply:
        """An answer that was begun."""
        message = case.messages.filter(ours=False).latest("pk")
        by, at = self.worker(case), case.opened_at + after
        return answering.draft(case=case, message=message, text=text, kind=kind, by=by, at=at)


def photo(words: str) -> bytes:
    """A drawn picture that stands for a photo."""
    image = Image.new("RGB", (640, 400), (196, 206, 216))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 260, 640, 400), fill=(120, 124, 130))
    draw.rectangle((250, 220, 390, 330), fill=(88, 92, 98))
    draw.text((20, 20), f"{words}\nKabupaten Contoh", fill=(20, 24, 32))
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
