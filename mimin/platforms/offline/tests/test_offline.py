"""Work away from any screen: what a person is told."""

from __future__ import annotations

from mimin.platforms.base import Access, Post, Receipt
from mimin.platforms.offline.connector import ANNOUNCE_IN_PERSON, ANSWER_IN_PERSON, Offline

BOARD = Offline(Access("Papan pengumuman Kantor Desa Sukamaju"), None)  # type: ignore[arg-type]


def test_an_answer_is_carried_by_a_person_however_often_it_is_settled() -> None:
    asked = BOARD.reply("", "Jawaban", key="k")
    assert asked == Receipt("by_hand", instructions=ANSWER_IN_PERSON)
    assert BOARD.settle_reply("", "Jawaban", key="k") == asked


def test_an_announcement_is_put_up_by_a_person_however_often_it_is_settled() -> None:
    asked = BOARD.publish(Post("Pengumuman", remote_id="7"), key="k")
    assert asked == Receipt("by_hand", "7", instructions=ANNOUNCE_IN_PERSON)
    assert BOARD.settle(asked, key="k") == asked


def test_settling_what_was_never_told_tells_it() -> None:
    assert BOARD.settle(Receipt("unknown"), key="k").instructions == ANNOUNCE_IN_PERSON
