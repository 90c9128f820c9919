"""A running SQLite installation moves to a real PostgreSQL, while a process goes on taking messages in."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from contextlib import closing

import psycopg
import pytest
from django.db import IntegrityError

from mimin.desk.tests.installation import Installation, copy_of, empty
from mimin.desk.tests.test_failing import asked, broke, shown
from mimin.lib.store import CLOSED

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("store-move")]

WRITE = """
from itertools import count
from django.db import IntegrityError
from tests.made import MONDAY, heard
from mimin.inbox.intake import receive
from mimin.registry.models import Channel
from mimin.outbox.models import Delivery
from mimin.inbox.models import Case
place = Channel.objects.get()
gone = Case.objects.order_by("pk").first()
for n in count():
    try:
        receive([heard(f"jalan bolong {n}", f"later-{n}")], channel=place, at=MONDAY, understand=None)
        Channel.objects.update(name=f"Situs {n}")
        print(n, flush=True)
    except IntegrityError as error:
        print(json.dumps(str(error)))
        break
"""
MOVE = "print(json.dumps(said('migrate-store', {url!r})))"


def moved(place: Installation, target: Installation) -> str:
    told: str = place.run(MOVE.format(url=target.url))
    return told


def written(process: subprocess.Popen[str]) -> list[str]:
    """What the writer was told was stored, and why it ended."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip().splitlines()


def test_what_others_wrote_meanwhile_is_there_and_nothing_can_be_written_here_afterwards() -> None:
    place, target = copy_of("sqlite"), empty("postgresql")
    writer = place.begin(WRITE)
    assert writer.stdout is not None
    assert writer.stdout.readline().strip() == "0"  # it writes
    told = moved(place, target)
    *stored, why = written(writer)
    assert CLOSED in why
    there = psycopg.connect(target.url)
    ids = there.execute("SELECT remote_id FROM mimin_message WHERE remote_id LIKE 'later-%'").fetchall()
    assert {f"later-{n}" for n in ["0", *stored]} <= {one for (one,) in ids}
    with closing(sqlite3.connect(place.home / "mimin.sqlite3")) as here:
        for table in ("mimin_message", "mimin_case", "mimin_facts", "mimin_record", "mimin_likeness"):
            count = f"SELECT COUNT(*) FROM {table}"  # noqa: S608
            assert here.execute(count).fetchone() == there.execute(count).fetchone()  # type: ignore[arg-type]
        assert (
            here.execute("SELECT name FROM mimin_channel").fetchall()
            == there.execute("SELECT name FROM mimin_channel").fetchall()
        )
    assert "rows in" in told
    assert " of them were written meanwhile" in told


def test_the_moved_installation_works_on_and_its_evidence_verifies() -> None:
    place, target = copy_of("sqlite"), empty("postgresql")
    moved(place, target)
    there = Installation(place.home, target.url)
    assert "as it was sealed" in there.run("print(json.dumps(said('evidence', 'verify')))")
    assert there.run(WRITE.replace("count()", "range(3)") + "print(Case.objects.count())") == 23
    found = there.run(
        "from mimin.inbox.models import Message\nfrom mimin.lib import store\nfrom mimin.inbox.models import SEARCH\n"
        "print(store.matching(Message.objects.all(), SEARCH, 'lampu').count())"
    )
    assert found == 20


def test_a_target_that_holds_something_is_refused_and_nothing_is_closed() -> None:
    place, target = copy_of("sqlite"), copy_of("postgresql")
    assert "not empty" in moved(place, target)
    assert place.run(WRITE.replace("count()", "range(2)") + "print(Case.objects.count())") == 22


def test_a_target_that_does_not_answer_is_told() -> None:
    place = copy_of("sqlite")
    told = place.run(MOVE.format(url="postgres://postgres@127.0.0.1:1/none"))
    assert told.startswith("refused: Nothing was moved. PostgreSQL refused")


def test_a_move_that_is_killed_leaves_both_sides_ready_for_another() -> None:
    place, target = copy_of("sqlite"), empty("postgresql")
    process = place.begin("from mimin.desk import store_move\nimport time\n"
                          "store_move._close = lambda *_: (print('closing', flush=True), time.sleep(60))\n"
                          + MOVE.format(url=target.url))  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "closing"
    process.kill()
    process.communicate()
    time.sleep(0.5)  # PostgreSQL notices that it is alone
    assert place.run(WRITE.replace("count()", "range(2)") + "print(Case.objects.count())") == 22
    assert "rows in" in moved(place, target)


def test_a_move_is_taken_back_and_sqlite_written_to_again() -> None:
    place, target = copy_of("sqlite"), empty("postgresql")
    moved(place, target)
    assert place.run(WRITE.replace("count()", "range(1)") + "print(json.dumps('end'))") == "end"
    place.run("print(json.dumps(said('migrate-store', back=True)))")
    assert place.run(WRITE.replace("count()", "range(2)") + "print(Case.objects.count())") == 22


def test_who_saves_on_the_side_that_was_left_is_told_and_keeps_what_was_typed() -> None:
    answer = broke(IntegrityError(CLOSED), asked("post", text="Jalan di depan pasar rusak parah sekali"))
    assert answer.status_code == 503
    assert "Jalan di depan pasar rusak parah sekali" in answer.content.decode()
    assert "DATABASE_URL" in shown(answer)
