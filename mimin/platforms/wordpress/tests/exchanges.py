"""Recorded exchanges with a real site, and small stand-ins for the guarded client that play them again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mimin.lib.address import HttpError
from mimin.platforms.base import Access, Answer, Http, Post, Receipt
from mimin.platforms.wordpress.connector import WordPress

RECORDED = Path(__file__).parent.parent / "recorded"
PUBLIC = "https://contoh.example"
PASSWORD = "abcd EFGH 1234 ijkl MNOP 5678"
ACCESS = Access(PUBLIC, {"username": "mimin", "application_password": PASSWORD})
KEY = "4f1c2d3e5a6b47c8"
ANSWER = "Blanko sudah ada.\n\nSilakan datang Senin & bawa KK."
KEPT_HEADERS = ("content-type", "retry-after", "x-wp-total", "x-wp-totalpages")

#: One call of the connector for each recording; the numbers are those of a site made anew.
CALLS: dict[str, Callable[[WordPress], object]] = {
    "health": lambda site: site.health(),
    "hear": lambda site: site.fetch(""),
    "answer": lambda site: site.reply("2", ANSWER, key=KEY),
    "answer_twice": lambda site: site.reply("2", ANSWER, key=KEY),
    "settle_answer": lambda site: site.settle_reply("2", ANSWER, key=KEY),
    "settle_no_answer": lambda site: site.settle_reply("2", "Jawaban lain", key="0000"),
    "answer_held": lambda site: site.reply("3", ANSWER, key=KEY),
    "answer_removed_comment": lambda site: site.reply("99", ANSWER, key=KEY),
    "answer_closed": lambda site: site.reply("2", "Jawaban lain", key=KEY),
    "publish": lambda site: site.publish(Post("Buka Sabtu.", "Jadwal Posyandu"), key=KEY),
    "settle_publication": lambda site: site.settle(Receipt("unknown"), key=KEY),
    "maintenance": lambda site: site.fetch(""),
    "rest_removed": lambda site: site.health(),
    "rest_blocked": lambda site: site.health(),
    "revoked": lambda site: site.health(),
}


@dataclass(frozen=True)
class Said:
    """An answer as the connector reads it."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = PUBLIC + "/"


@dataclass
class Recorder:
    """Passes requests on to a real client and keeps both sides, with the host and all secrets replaced."""

    real: Http
    host: str
    kept: list[dict[str, Any]] = field(default_factory=list)

    def request(self, method: str, url: str, **given: Any) -> Answer:
        """As the guarded client's."""
        answer = self.real.request(method, url, **given)
        kept = {name: value for name, value in answer.headers.items() if name.lower() in KEPT_HEADERS}
        body = answer.text.replace(self.host.replace("/", "\\/"), PUBLIC.replace("/", "\\/"))
        self.kept.append(
            {
                "asked": {"method": method, "params": given["params"], "json": given["json"]},
                "said": {"status": answer.status, "headers": kept, "text": body.replace(self.host, PUBLIC)},
            }
        )
        return answer

    def save(self, name: str) -> None:
        """Write what was kept to its file, and forget it."""
        text = json.dumps(self.kept, ensure_ascii=False, indent=1, sort_keys=True)
        (RECORDED / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        self.kept = []


class Replay:
    """Plays one recording: every request must be the one recorded at that place."""

    def __init__(self, name: str) -> None:
        self.left: list[dict[str, Any]] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))

    def request(self, method: str, url: str, **given: Any) -> Answer:
        """The recorded answer; AssertionError when another request is made than was recorded."""
        step = self.left.pop(0)
        assert {"method": method, "params": given["params"], "json": given["json"]} == step["asked"]
        assert (url, given["auth"]) == (PUBLIC + "/", ("mimin", PASSWORD.replace(" ", "")))
        return Said(step["said"]["status"], step["said"]["text"], step["said"]["headers"])


class Scripted:
    """Says what it was given, one after another, and keeps what was asked; an HttpError is raised."""

    def __init__(self, *answers: Said | HttpError) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    def request(self, method: str, url: str, **given: Any) -> Answer:
        """The next answer."""
        self.asked.append((method, dict(given["params"] or {}), given["json"]))
        answer = self.answers.pop(0)
        if isinstance(answer, HttpError):
            raise answer
        return answer


def said(body: Any, status: int = 200, **headers: str) -> Said:
    """A JSON answer."""
    return Said(status, json.dumps(body), headers)
