"""The door answers where it stands."""

from mimin.platforms import connector
from mimin.platforms.base import Access, Answers, Connects, Listens, Publishes, Receipt


def test_an_answer_stands_there_at_once_and_is_found_again_by_its_key() -> None:
    door = connector("door", Access("1/pintu"), None)
    assert isinstance(door, Answers)
    assert door.reply("door:a", "Sudah.", key="k1") == Receipt("live", remote_id="door:k1")
    assert door.settle_reply("door:a", "Sudah.", key="k1") == Receipt("live", remote_id="door:k1")


def test_it_is_asked_for_nothing_and_publishes_nothing() -> None:
    door = connector("door", Access("1/pintu"), None)
    assert not isinstance(door, Listens | Publishes | Connects)
