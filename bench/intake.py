"""``mimin bench intake``: messages stored, de-duplicated, routed, indexed and evidenced, against the fixed floor.

Both run in the same database in turn, round by round, so that a slow machine slows both. A ratio of 0.5 means that the
intake does half as many messages a second as the floor.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.db import connection

from bench import fill, floor
from mimin.inbox.intake import receive
from mimin.platforms.base import Heard
from mimin.registry.models import Channel

ROUNDS = 12
FEW = 2
"""Rounds of a small run, which only shows that it runs."""
BATCH = 200
BATCHES = 5
SINGLES = 200


def run(*, large: int = 1_000_000) -> dict[str, float]:
    """Measure with an almost empty database, and again with ``large`` messages stored on both sides."""
    floor.build()
    source = fill.texts()
    rounds = FEW if 0 < large < 20_000 else ROUNDS
    figures = _measure(source, "", rounds)
    if large:
        fill.fill(large)
        _fill_floor()
        figures |= _measure(source, "_1m", rounds)
    return figures


def _measure(source: Iterator[str], suffix: str, rounds: int) -> dict[str, float]:
    channel = Channel.objects.select_related("unit").first()
    assert channel is not None
    ours: dict[str, list[float]] = {"batch": [], "single": []}
    base: dict[str, list[float]] = {"batch": [], "single": []}
    for number in range(rounds):
        for kind, size, times in (("batch", BATCH, BATCHES), ("single", 1, SINGLES)):
            heard = _heard(source, f"{suffix}{kind}{number}", size * times)
            turns = [(base, _floor_time), (ours, _intake_time)]
            for kept, timed in turns if number % 2 else reversed(turns):
                kept[kind].append(len(heard) / timed(heard, channel, size))
    figures = {}
    for kind in ("batch", "single"):
        ratios = [a / b for a, b in zip(ours[kind], base[kind], strict=True)]
        figures[f"{kind}_ratio{suffix}"] = round(statistics.median(ratios), 3)
        figures[f"{kind}_per_second{suffix}"] = round(statistics.median(ours[kind]))
        figures[f"floor_{kind}_per_second{suffix}"] = round(statistics.median(base[kind]))
    return figures


def _heard(source: Iterator[str], mark: str, count: int) -> list[Heard]:
    return [
        Heard(f"{mark}:{n}", text, "Warga", fill.NOW - timedelta(seconds=count - n))
        for n, text in enumerate(islice(source, count))
    ]


def _floor_time(heard: list[Heard], channel: Channel, size: int) -> float:
    began = time.perf_counter()
    for start in range(0, len(heard), size):
        told = [(h.remote_id, h.text, h.author, h.sent_at) for h in heard[start : start + size]]
        floor.insert(told, channel=channel.pk, unit=channel.unit_id, at=fill.NOW)
    return time.perf_counter() - began


def _intake_time(heard: list[Heard], channel: Channel, size: int) -> float:
    began = time.perf_counter()
    for start in range(0, len(heard), size):
        receive(heard[start : start + size], channel=channel, at=fill.NOW, understand=None)
    return time.perf_counter() - began


def _fill_floor() -> None:
    """Give the floor as many rows as the product has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO floor_case (title, state, channel_id, lead_id, opened_at, due_at, rank) "
            "SELECT title, state, channel_id, lead_id, opened_at, due_at, rank FROM mimin_case"
        )
        cursor.execute(
            "INSERT INTO floor_part (case_id, unit_id, part, rank) "
            "SELECT case_id, unit_id, part, rank FROM mimin_caseunit WHERE part = 'lead'"
        )
        cursor.execute(
            "INSERT INTO floor_message (channel_id, remote_id, case_id, author, text, raw, sent_at, received_at) "
            "SELECT channel_id, 'f' || remote_id, COALESCE(case_id, 0), author, text, raw, sent_at, received_at "
            "FROM mimin_message"
        )
        cursor.execute("ANALYZE")
