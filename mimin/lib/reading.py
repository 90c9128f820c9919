"""Reading the words in a picture on this machine, with Debian's tesseract and its Indonesian data.

Outside any transaction: a picture takes about half a second, and what takes too long is ended.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from os import environ
from threading import BoundedSemaphore

from mimin.lib.pictures import enlarged

LANGUAGE = "ind"
MOST_SECONDS = 15.0
_ROOM = BoundedSemaphore(2)
"""So many pictures are read at once in one process; a third waits, as long as its time allows."""


@dataclass(frozen=True)
class ReadLine:
    """A line of words: where it begins, as a share of the picture's width."""

    text: str
    left: float


@dataclass(frozen=True)
class Words:
    """What stands in a picture. ``trust`` is 0 to 100: how sure the reader is of its letters, weighed by length."""

    lines: tuple[ReadLine, ...]
    trust: int

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


class Unread(Exception):
    """The picture could not be read. ``code``: missing (no reader on this machine), slow, failed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@cache
def available() -> bool:
    """Whether this machine can read Indonesian; asked once in a process."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    told = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)  # noqa: S603
    return LANGUAGE in told.stdout.split()


def words_in(jpeg: bytes, *, seconds: float = MOST_SECONDS) -> Words:
    """Read a picture that was checked before, for at most so many seconds. Raises Unread."""
    if not available():
        raise Unread("missing")
    if seconds <= 0 or not _ROOM.acquire(timeout=max(seconds, 0)):
        raise Unread("slow")
    try:
        enough = enlarged(jpeg)
        command = ["tesseract", "stdin", "stdout", "-l", LANGUAGE, "--psm", "3", "tsv"]
        surroundings = {**environ, "OMP_THREAD_LIMIT": "1"}
        done = subprocess.run(  # noqa: S603
            command, input=enough, capture_output=True, timeout=seconds, env=surroundings, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unread("slow") from error
    finally:
        _ROOM.release()
    if done.returncode:
        raise Unread("failed")
    return _words(done.stdout.decode("utf-8", "replace").splitlines())


def _words(table: Iterable[str]) -> Words:
    """Words from tesseract's table: a row a word, with its line, its place and how sure the reader is (-1: no word)."""
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    width = 1
    for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "1":
            width = int(row["width"]) or 1
        if row["level"] == "5" and (row["text"] or "").strip():
            lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    words = [word for line in lines.values() for word in line]
    letters = sum(len(word["text"]) for word in words)
    trust = sum(max(float(word["conf"]), 0) * len(word["text"]) for word in words) / letters if letters else 0
    return Words(
        tuple(
            ReadLine(" ".join(word["text"] for word in line), int(line[0]["left"]) / width)
            for line in lines.values()
        ),
        round(trust),
    )
