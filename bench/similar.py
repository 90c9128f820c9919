"""``mimin bench similar``: finding a message told again among a million, in an index that a database can hold.

The index is the table that a database would keep, ``(key, message)`` ordered by key, in memory. Messages are made of
words of the playbook, places and particulars; retold messages have other greetings and ends, slips of the finger, words
added and left out, the frame of a forward.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator

from mimin.language.playbook import load
from mimin.language.similar import NEAR, bands, resemblance, signature

ASKED = 400
LOOKED_AT = 40
"""Messages that share most keys; only these are measured."""

PLACES = (
    "depan pasar {name}", "samping sekolah {name}", "di RT {n} RW {m} {name}", "perumahan {name} blok {n}",
    "jalan {name} nomor {n}", "gang {name} {m}", "dekat jembatan {name}", "belakang masjid {name}",
    "dusun {name} RT {n}",
    "kelurahan {name}", "simpang {name}", "komplek {name} {second}",
)  # fmt: skip
SINCE = (
    "sudah {n} hari", "sejak minggu lalu", "dari bulan puasa", "tiap malam", "setiap hujan", "sejak jam {n}",
    "{n} bulan terakhir", "hampir {m} tahun", "dari tanggal {n}", "tiap pagi jam {m}", "berkali-kali", "",
)  # fmt: skip
ASKING = (
    "mohon diperbaiki", "tolong ditindaklanjuti", "kapan ditangani", "warga resah", "minta perhatian",
    "bahaya untuk anak-anak",
    "kami sudah lapor ke RT tidak ada hasil", "bagaimana ini", "mohon petugas datang ke lokasi", "",
)  # fmt: skip
GREETINGS = (
    "assalamualaikum wr wb,",
    "selamat pagi admin,",
    "yth bapak bupati",
    "permisi kak,",
    "izin lapor min,",
)
ENDS = ("terima kasih", "mohon segera ditindaklanjuti", "tolong ya min", "mohon perhatiannya, terimakasih")
FIND = (
    "SELECT message FROM band WHERE key IN (?,?,?,?,?,?,?,?) GROUP BY message ORDER BY COUNT(*) DESC LIMIT ?"
)


def run(*, large: int = 1_000_000) -> dict[str, float]:
    """Fill the index with ``large`` messages, then ask for messages told again (``recall``) and for new ones
    (``false_per_lookup``: what is given as the same although it is another message)."""
    chance = random.Random(11)  # noqa: S311 (believable, not secret)
    told, index, signing = _filled(large, chance)
    again = [(number, _retold(told[number], chance)) for number in chance.sample(range(large), ASKED)]
    spent, found, known = [], 0, 0
    for number, text in again:
        near = _timed(lambda t=text: _near(index, told, t), spent)  # type: ignore[misc]
        if resemblance(text, told[number]) >= NEAR:
            known += 1
            found += number in near
    fresh = _messages(random.Random(12))  # noqa: S311
    new = [next(fresh) for _ in range(ASKED)]
    wrong = [len(_near(index, told, text)) for text in new]
    shared = [len(_sharing(index, text, limit=-1)) for text in new]
    return {
        "messages": large,
        "lookup_ms": round(statistics.median(spent), 3),
        "lookup_p95_ms": round(statistics.quantiles(spent, n=20)[18], 3),
        "recall": round(found / known, 4),
        "recall_of_all_retold": round(found / ASKED, 4),
        "false_per_lookup": round(statistics.mean(wrong), 3),
        "sharing_a_key": round(statistics.mean(shared), 1),
        "signatures_per_second": round(signing),
    }


def _words(chance: random.Random) -> Callable[[], str]:
    """Phrases of the playbook, a few often and most seldom, as people speak of things."""
    phrases = sorted({m.term.lower() for m in load().meanings if m.family == "affair" and " " in m.term})
    chance.shuffle(phrases)
    weights = [1 / (rank + 20) for rank in range(len(phrases))]
    drawn: Iterator[str] = iter(())

    def draw() -> str:
        nonlocal drawn
        word = next(drawn, None)
        if word is None:
            drawn = iter(chance.choices(phrases, weights, k=10_000))
            word = next(drawn)
        return word

    return draw


def _messages(chance: random.Random) -> Iterator[str]:
    """Endless messages of 6 to 30 words."""
    phrase = _words(chance)
    while True:
        fields = {
            "n": chance.randrange(1, 40),
            "m": chance.randrange(1, 15),
            "name": _name(chance),
            "second": _name(chance),
        }
        parts = [phrase() for _ in range(chance.choice((1, 2, 2, 3, 4, 6)))]
        parts.insert(1, chance.choice(PLACES).format(**fields))
        parts += [chance.choice(SINCE).format(**fields), chance.choice(ASKING)]
        if chance.random() < 0.4:
            parts.insert(0, chance.choice(GREETINGS))
        yield " ".join(filter(None, parts))


def _name(chance: random.Random) -> str:
    return "".join(
        chance.choice("bcdgjklmnprstw") + chance.choice("aeiou") for _ in range(chance.randrange(2, 5))
    )


def _filled(large: int, chance: random.Random) -> tuple[list[str], sqlite3.Connection, float]:
    """The messages, the index over their keys, and signatures made a second."""
    made = _messages(chance)
    told = [next(made) for _ in range(large)]
    began = time.process_time()
    pairs = [key << 32 | number for number, text in enumerate(told) for key in bands(signature(text))]
    speed = large / (time.process_time() - began)
    pairs.sort()
    index = sqlite3.connect(":memory:")
    index.execute(
        "CREATE TABLE band (key INTEGER, message INTEGER, PRIMARY KEY (key, message)) WITHOUT ROWID"
    )
    index.executemany("INSERT INTO band VALUES (?, ?)", ((pair >> 32, pair & 0xFFFFFFFF) for pair in pairs))
    return told, index, speed


def _timed(act: Callable[[], set[int]], spent: list[float]) -> set[int]:
    """Keeps the CPU milliseconds of an act."""
    began = time.process_time()
    result = act()
    spent.append((time.process_time() - began) * 1000)
    return result


def _sharing(index: sqlite3.Connection, text: str, *, limit: int = LOOKED_AT) -> list[int]:
    return [row[0] for row in index.execute(FIND, (*bands(signature(text)), limit))]


def _near(index: sqlite3.Connection, told: list[str], text: str) -> set[int]:
    """The whole lookup: signature, keys, index, and the measure of what shares most keys."""
    return {number for number in _sharing(index, text) if resemblance(text, told[number]) >= NEAR}


def _retold(text: str, chance: random.Random) -> str:
    """The same message as another person sends it."""
    ways = (
        lambda: f"{chance.choice(GREETINGS)} {text}. {chance.choice(ENDS)}",
        lambda: " ".join(_slipped(word, chance) for word in text.split()),
        lambda: (
            f"Diteruskan dari grup: {text} {chance.choice(SINCE).format(n=3, m=4)} {chance.choice(ASKING)}"
        ),
        lambda: " ".join(word for word in text.split() if chance.random() > 0.12),
        lambda: text.upper() + "!!!",
    )
    return chance.choice(ways)()


def _slipped(word: str, chance: random.Random) -> str:
    """Every eighth longer word with a slip: a letter left out, doubled or taken for its neighbour."""
    if len(word) < 4 or chance.random() > 0.125:
        return word
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
