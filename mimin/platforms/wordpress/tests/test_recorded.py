"""The connector against what a real site once said, request for request."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from mimin.platforms.base import Batch, Health, PlatformError, Receipt
from mimin.platforms.wordpress.connector import WordPress
from mimin.platforms.wordpress.tests.exchanges import ACCESS, CALLS, PUBLIC, RECORDED, Replay

LIVE_ANSWER = Receipt("live", "4", f"{PUBLIC}/?p=4#comment-4")
LIVE_POST = Receipt("live", "6", f"{PUBLIC}/?p=6")

RESULTS = {
    "health": Health("Admin Diskominfo", frozenset({"listen", "answer", "publish", "update"})),
    "answer": LIVE_ANSWER,
    "settle_answer": LIVE_ANSWER,
    "settle_no_answer": Receipt("absent"),
    "publish": LIVE_POST,
    "settle_publication": LIVE_POST,
}

#: code, permanent, retry_after in seconds, unknown
FAILURES = {
    "answer_twice": ("duplicate", False, 0.0, True),
    "answer_held": ("comment_held", True, None, False),
    "answer_removed_comment": ("comment_gone", True, None, False),
    "answer_closed": ("comments_closed", True, None, False),
    "maintenance": ("maintenance", False, 600.0, False),
    "rest_removed": ("rest_off", True, None, False),
    "rest_blocked": ("rest_off", True, None, False),
    "revoked": ("not_signed_in", True, None, False),
}


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_a_recorded_exchange_has_its_result(name: str) -> None:
    replay = Replay(name)
    assert CALLS[name](WordPress(ACCESS, replay)) == RESULTS[name]
    assert replay.left == []


@pytest.mark.parametrize("name", sorted(FAILURES))
def test_a_recorded_refusal_has_its_error(name: str) -> None:
    replay = Replay(name)
    with pytest.raises(PlatformError) as failure:
        CALLS[name](WordPress(ACCESS, replay))
    error = failure.value
    assert (error.code, error.permanent, error.retry_after, error.unknown) == FAILURES[name]
    assert replay.left == []


def test_a_recorded_hearing_is_understood() -> None:
    batch = CALLS["hear"](WordPress(ACCESS, Replay("hear")))
    assert isinstance(batch, Batch)
    assert [(h.remote_id, h.text, h.author, h.held, h.ours, h.subject, h.url) for h in batch.heard] == [
        ("2", "Kapan blanko KTP ada lagi?", "Warga Sukamaju", False, False, "Jadwal & Syarat KTP",
         f"{PUBLIC}/?p=4#comment-2"),
        ("3", "Lampu jalan mati & gelap\nsudah seminggu", "Warga", True, False, "Jadwal & Syarat KTP",
         f"{PUBLIC}/?p=4#comment-3"),
    ]  # fmt: skip
    assert [h.sent_at for h in batch.heard] == [
        datetime.fromisoformat(h.raw["date_gmt"]).replace(tzinfo=UTC) for h in batch.heard
    ]
    assert (batch.more, json.loads(batch.cursor)) == (
        False,
        {"position": 2, "known": {"2": 0, "3": 1}, "me": ["mimin", 2]},
    )


def test_every_call_is_recorded_and_every_recording_is_tested() -> None:
    files = {path.stem for path in RECORDED.glob("*.json")}
    assert files == set(CALLS) == {*RESULTS, *FAILURES, "hear"}


def test_nothing_of_the_machine_or_a_secret_was_recorded() -> None:
    for path in RECORDED.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert [
            word for word in ("127.0.0.1", "localhost", "Authorization", "password") if word in text
        ] == []
