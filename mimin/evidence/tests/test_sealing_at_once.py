"""Sealing while others write, over two real connections: ids commit out of order on PostgreSQL alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction

from mimin.evidence import actions
from mimin.evidence.actions import seal
from mimin.evidence.models import Leaf, Record, Seal
from mimin.evidence.tests.made import AT, recorded
from mimin.evidence.verify import verify
from mimin.lib import settled

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work: Any, pool: ThreadPoolExecutor) -> Future[Any]:
    """Run on another connection, which is closed afterwards."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()
            close_old_connections()

    return pool.submit(run)


@contextmanager
def open_writer(number: int, *, keep: bool = True) -> Iterator[None]:
    """Another transaction that has recorded something and commits (or not) only when the block ends."""
    written, end = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            recorded(number)
            written.set()
            end.wait(20)
            transaction.set_rollback(not keep)

    with ThreadPoolExecutor(1) as pool:
        done = elsewhere(write, pool)
        assert written.wait(20)
        try:
            yield
        finally:
            end.set()
            done.result(20)


def record(*numbers: int) -> list[Record]:
    with transaction.atomic():
        return recorded(*numbers)


def sealed_ids() -> list[int]:
    return list(Leaf.objects.order_by("position").values_list("record_id", flat=True))


if connection.vendor == "postgresql":

    @pytest.fixture(autouse=True)
    def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
        """Wait for slow writers only a moment."""
        monkeypatch.setattr(
            actions, "settled_to", lambda table: settled.settled_to(table, patience=timedelta(0))
        )

    def test_a_record_that_commits_late_is_sealed_although_later_ids_were_sealed_before() -> None:
        (first,) = record(1)
        with open_writer(2):
            (third,) = record(3)
            early = seal(at=AT)
        late = seal(at=AT)
        (second,) = Record.objects.exclude(pk__in=[first.pk, third.pk])
        assert first.pk < second.pk < third.pk
        assert sealed_ids() == [first.pk, third.pk, second.pk]
        assert (early.complete_to, late.complete_to) == (0, third.pk)
        assert verify().ok

    def test_a_late_record_is_found_even_if_nobody_else_writes_any_more() -> None:
        record(1)
        seal(at=AT)
        with open_writer(2):
            record(3)
            seal(at=AT)
            assert seal(at=AT) is None
        assert seal(at=AT).size == 3

    def test_a_record_that_never_commits_does_not_hold_the_next_sealers_back() -> None:
        record(1)
        with open_writer(2, keep=False):
            record(3)
            assert seal(at=AT).complete_to == 0
        (last,) = record(4)
        assert seal(at=AT).complete_to == last.pk
        assert verify().ok

    def test_two_writers_who_overlap_all_the_time_lose_nothing() -> None:
        with open_writer(1), open_writer(2):
            record(3)
            seal(at=AT)
            with open_writer(4):
                record(5)
                seal(at=AT)
            seal(at=AT)
        done = seal(at=AT)
        assert done.size == Record.objects.count() == 5
        assert verify().ok

    def test_a_sealer_waits_a_moment_for_the_writers_it_sees() -> None:
        record(1)
        with ThreadPoolExecutor(1) as pool, open_writer(2):
            (last,) = record(3)
            waiting = elsewhere(
                lambda: settled.settled_to("mimin_record", patience=timedelta(seconds=20)), pool
            )
            assert not waiting.done()
        assert waiting.result(20) == last.pk

    def test_a_writer_that_began_later_is_not_waited_for() -> None:
        (first,) = record(1)
        seen: list[set[str]] = []
        ask = settled._writers

        def asked(table: str) -> set[str]:
            seen.append(ask(table))
            return seen[-1]

        with pytest.MonkeyPatch.context() as patch, open_writer(2):
            patch.setattr(
                settled, "_writers", lambda table: asked(table) if seen else seen.append({"gone"}) or {"gone"}
            )
            assert settled.settled_to("mimin_record", patience=timedelta(seconds=5)) == first.pk
        assert len(seen) == 2

    def test_two_sealers_at_once_make_one_chain_without_gap_or_double() -> None:
        record(*range(1, 41))
        start = threading.Barrier(4)

        def run() -> None:
            start.wait(20)
            for _ in range(4):
                seal(at=AT)

        with ThreadPoolExecutor(4) as pool:
            for done in [elsewhere(run, pool) for _ in range(4)]:
                done.result(60)
        assert sealed_ids() == sorted(Record.objects.values_list("pk", flat=True))
        assert verify().ok

    def test_writers_and_sealers_in_a_crowd_leave_every_record_sealed_once() -> None:
        def write(base: int) -> None:
            for number in range(15):
                with transaction.atomic():
                    recorded(base + number)
                    transaction.set_rollback(number % 5 == 4)

        def keep_sealing() -> None:
            for _ in range(15):
                seal(at=AT)

        with ThreadPoolExecutor(6) as pool:
            work = [elsewhere(lambda base=base: write(base), pool) for base in (0, 100, 200, 300)]
            work += [elsewhere(keep_sealing, pool) for _ in range(2)]
            for done in work:
                done.result(120)
        seal(at=AT)
        assert sorted(sealed_ids()) == sorted(Record.objects.values_list("pk", flat=True))
        assert list(Leaf.objects.order_by("pk").values_list("pk", flat=True)) == list(range(48))
        assert Seal.objects.order_by("-number").first().size == 48
        assert verify().ok

else:

    def test_records_are_complete_up_to_the_highest_id_because_sqlite_has_one_writer() -> None:
        (*_, last) = record(1, 2, 3)
        with transaction.atomic():
            assert settled.settled_to("mimin_record") == last.pk


def test_an_empty_table_is_complete_up_to_nothing() -> None:
    with transaction.atomic():
        assert settled.settled_to("mimin_record") == 0
