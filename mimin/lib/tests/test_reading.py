"""Reading the words in a picture, by the real reader where this machine has it."""

from __future__ import annotations

import subprocess

import pytest

from mimin.lib import reading
from mimin.lib.pictures import picture
from mimin.lib.reading import Unread, words_in
from tests.pictures import photo, screenshot

reader = pytest.mark.skipif(
    not reading.available(), reason="reading pictures needs: tesseract-ocr tesseract-ocr-ind"
)


def shot(*lines: str, **how: float) -> bytes:
    return picture(screenshot(*lines, **how)).jpeg  # type: ignore[arg-type]


@reader
def test_the_words_of_a_screenshot_are_read_with_their_place() -> None:
    words = words_in(shot("Lampu jalan di Gang Melati", "mati sudah dua minggu"))
    assert words.text == "Lampu jalan di Gang Melati\nmati sudah dua minggu"
    assert words.trust > 85
    assert [round(line.left, 2) for line in words.lines] == [0.06, 0.06]


@reader
def test_a_screenshot_of_a_screenshot_is_read_with_little_trust() -> None:
    words = words_in(shot("Lampu jalan di Gang Melati", "mati sudah dua minggu", scale=0.18, quality=12))
    assert (words.text != "", words.trust < 50) == (True, True)


@reader
def test_small_letters_are_read_by_enlarging_them() -> None:
    words = words_in(shot("Lampu jalan di Gang Melati", "mati sudah dua minggu", scale=0.25, quality=40))
    assert words.text == "Lampu jalan di Gang Melati\nmati sudah dua minggu"


@reader
def test_a_photo_without_words_has_none() -> None:
    assert words_in(picture(photo()).jpeg).text == ""


def test_a_machine_without_the_reader_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "available", lambda: False)
    with pytest.raises(Unread, match="missing"):
        words_in(b"")


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(command: list[str], **options: object) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(reading, "available", lambda: True)
    monkeypatch.setattr(subprocess, "run", slow)
    with pytest.raises(Unread, match="slow"):
        words_in(shot("Lampu"))
    with pytest.raises(Unread, match="slow"):
        words_in(b"", seconds=0)


@reader
def test_a_reader_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LANGUAGE", "none")
    monkeypatch.setattr(reading, "available", lambda: True)
    with pytest.raises(Unread, match="failed"):
        words_in(shot("Lampu"))
