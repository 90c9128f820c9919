"""What is erased is gone from the file itself, not only from what a query shows."""

from __future__ import annotations

import pytest

from mimin.desk.tests.installation import copy_of

pytestmark = pytest.mark.xdist_group("installations")

ERASING = """
from pathlib import Path
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from mimin.evidence.actions import Subject, erase, record
from mimin.inbox.intake import receive
from mimin.inbox.models import Message
from mimin.registry.models import Channel
from tests.made import BY, heard
file = Path(settings.HOME) / "mimin.sqlite3"
MARKS = [b"papan-jati-keropos", b"melati-di-sudut-gang"]
def lying():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return [mark in file.read_bytes() for mark in MARKS]
with transaction.atomic():
    about, facts = Subject("case", 1, ""), {"note": MARKS[0].decode()}
    kept = record("case.noted", subject=about, by=BY, at=timezone.now(), facts=facts)
receive([heard("x", "r-1")], channel=Channel.objects.get(), at=timezone.now(), understand=None)
message = Message.objects.filter(remote_id="r-1")
message.update(url=MARKS[1].decode() * 20)
before = lying()
with transaction.atomic():
    erase([kept.pk], by=BY, why="uji", at=timezone.now())
message.update(url="")
with connection.cursor() as cursor:
    cursor.execute("PRAGMA secure_delete")
    overwrites = cursor.fetchone()[0]
print(json.dumps({"before": before, "after": lying(), "overwrites": overwrites}))
"""


def test_what_was_erased_does_not_lie_in_the_file_any_more() -> None:
    assert copy_of("sqlite").run(ERASING) == {
        "before": [True, True],
        "after": [False, False],
        "overwrites": 1,
    }
