"""How far something long has come, on a terminal and where nobody looks."""

from __future__ import annotations

import pytest

from mimin.desk import progress
from mimin.desk.progress import shown_on


class Terminal(list):
    """A stream that keeps what it is told; ``seen`` says whether somebody looks."""

    def __init__(self, seen: bool) -> None:
        super().__init__()
        self.isatty = lambda: seen
        self.write = self.append
        self.flush = lambda: None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the drawing reads, one a call."""
    seconds: list[float] = []
    monkeypatch.setattr(progress.time, "monotonic", lambda: seconds.pop(0))
    return seconds


def drawn(stream: Terminal) -> list[str]:
    return "".join(stream).replace("\n", "").split("\r\x1b[K")[1:]


def test_a_bar_has_count_rate_and_the_time_that_is_left(clock: list[float]) -> None:
    stream = Terminal(seen=True)
    tell = shown_on(stream)  # type: ignore[arg-type]
    clock += [100, 110, 120]
    for done in (0, 500, 2000):
        tell("Menyegel", done, 2000)
    assert drawn(stream) == [
        "Menyegel ░░░░░░░░░░░░░░░░░░░░░░░░ 0/2.000",
        "Menyegel ██████░░░░░░░░░░░░░░░░░░ 500/2.000  50/s  0:30",
        "Menyegel ████████████████████████ 2.000/2.000  100/s  0:00",
    ]
    assert stream[-1] == "\n"


def test_a_bar_is_drawn_ten_times_a_second_at_most_and_always_at_the_end(clock: list[float]) -> None:
    stream = Terminal(seen=True)
    tell = shown_on(stream)  # type: ignore[arg-type]
    clock += [100, 100.05, 100.09]
    for done in (1, 2, 3):
        tell("Menyegel", done, 3)
    assert [line.split(" ")[-1] for line in drawn(stream)] == ["1/3", "3/3"]


def test_what_has_no_end_in_sight_has_no_bar() -> None:
    stream = Terminal(seen=True)
    shown_on(stream)("Memeriksa", 0, 0)  # type: ignore[arg-type]
    assert drawn(stream) == ["Memeriksa ..."]


@pytest.mark.parametrize(
    ("lines", "told"),
    [(False, []), (True, ["Cerita 1/20\n", "Cerita 2/20\n", "Cerita 10/20\n", "Cerita 20/20\n"])],
)
def test_where_nobody_looks_there_is_nothing_or_a_plain_line_a_tenth(lines: bool, told: list[str]) -> None:
    stream = Terminal(seen=False)
    tell = shown_on(stream, lines=lines)  # type: ignore[arg-type]
    for done in (1, 2, 3, 10, 11, 20):
        tell("Cerita", done, 20)
    assert list(stream) == told
