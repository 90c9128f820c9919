"""Kabupaten Contoh in the database. It came to Mimin a while ago: what stood on its channels before was taken in as it
stood there, and what came since is told by the verbs that people use, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from mimin.desk.demo import deeds, flood, history, night, rare, story
from mimin.desk.demo.pemda import Pemda
from mimin.desk.demo.story import Told
from mimin.inbox.understanding import understanding

DAYS = 90
WITH_MIMIN = timedelta(days=8)
"""How long ago Mimin came."""
CONNECTED = timedelta(days=30)
"""Websites that Mimin hears by itself were connected before."""
HEARD, WORKED, SETTLED = 0, 1, 2
"""What happened; settling has two steps."""
SETTLING = ("answered", "closed")
LONG_AGO = timedelta(hours=6)
"""Only what was worked on so long ago has been settled since."""
AT_ONCE = 40
"""Events in one transaction."""
Progress = Callable[[int, int], None]


def tell(pemda: Pemda, *, until: datetime, count: int, progress: Progress) -> None:
    """Ninety days of messages and of what staff did about them. ``progress`` gets how many things are told, and of how
    many."""
    told = list(story.stretch(pemda.demo, until=until, days=DAYS, count=count))
    came = {one.thread: until - one.sent_at <= _since(pemda, one) for one in told if not one.position}
    before = [one for one in told if not came[one.thread] and until - one.sent_at > WITH_MIMIN]
    since = [one for one in told if came[one.thread] or until - one.sent_at <= WITH_MIMIN]
    events = sorted(_events(since, until), key=lambda event: event[0])
    done, total, understand = 0, len(before) + len(events), understanding()
    with transaction.atomic():
        for number in history.take_over(pemda, before, at=until - WITH_MIMIN, understand=understand):
            progress(done := done + number, total)
    rest = iter(events)
    while some := list(islice(rest, AT_ONCE)):
        with transaction.atomic():
            for at, kind, one in some:
                if kind == HEARD:
                    deeds.hear(pemda, one, at=at, understand=understand)
                elif kind == WORKED:
                    deeds.work(pemda, one, at=at, until=until)
                else:
                    deeds.settle(pemda, one, at=at, step=kind - SETTLED)
                progress(done := done + 1, total)
    with transaction.atomic():
        flood.rise(pemda, until=until, understand=understand)
        night.watch(pemda, until=until, understand=understand)
        rare.show(pemda, until=until, understand=understand)


def _since(pemda: Pemda, one: Told) -> timedelta:
    return CONNECTED if pemda.channels[one.channel].mode == "connected" else WITH_MIMIN


def _events(told: list[Told], until: datetime) -> Iterator[tuple[datetime, int, Told]]:
    """When something happened, and what: a citizen wrote, staff worked on it, staff settled it later."""
    for one in told:
        yield one.sent_at, HEARD, one
        if one.position or one.ending == "new":
            continue
        worked = min(history.answered_at(one), one.sent_at + (until - one.sent_at) / 2)
        yield worked, WORKED, one
        if one.ending in SETTLING and until - worked > LONG_AGO:
            yield worked + (until - worked) / 3, SETTLED, one
            yield worked + (until - worked) * 2 / 3, SETTLED + 1, one
