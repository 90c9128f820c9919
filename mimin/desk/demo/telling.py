"""How the story is spread over days: when people write, what, where, in which words, and how far it has come.

It streams: memory does not grow with the count, so that a benchmark may ask for millions.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

from mimin.desk.demo.story import Channel, Demo, Message, Place, Told, Variations, Village

WIB = timedelta(hours=7)
HOUR = timedelta(hours=1)
NONE_YET = timedelta(0)
SECONDS = tuple(timedelta(seconds=second) for second in range(3601))
ANSWERED = frozenset(("answered", "reopened", "referred", "closed", "returned"))
FLOODS = (0.18, 0.55, 0.985)
"""When the bursts of rain begin, as parts of the whole time."""
FLOOD_HOURS = 14
FLOOD_CROWD = 7
"""How many times as many people write while it floods."""
LAST_DAY_CROWD = 3
"""And in the last day, so that there is work to do on the first morning."""
FLOOD_SHARE, NIGHT_SHARE = 0.8, 0.35
NIGHT = frozenset((21, 22, 23, 0, 1, 2, 3, 4))
SETTLING = ((14, "new"), (30, "routed"), (54, "waiting_approval"))
"""Until which age in hours a message is still at an earlier stage than its ending."""
LEFT_NEW = 72
"""Hours after which nobody leaves a message unread; it is then routed, and late."""
SETTLED = HOUR * LEFT_NEW
WAITS = tuple(HOUR * hours for hours in (0.2, 0.5, 1, 1.5, 2, 3, 4, 5, 7, 9, 16, 20, 24, 30, 44, 52, 75, 110))
MAIN = ("kab", "diskominfo")
OWN_SHARE, MAIN_SHARE = 8, 5
HANDLES = (
    "warga",
    "emak",
    "bapak",
    "pemuda",
    "pengguna",
    "tetangga",
    "kang.ngopi",
    "netizen",
    "ojol",
    "guru",
)
JOINTS = (". ", " ", ". ", ", ", "\n", "... ", " ")
TAILS = 8192
"""How many different endings of texts are prepared."""
SLOT = re.compile(r"\{(\w+)\}")
Some = TypeVar("Some")


@dataclass(frozen=True, slots=True)
class Ground:
    """A village and what is said of it; ``words`` fill the slots of the place."""

    place: Place
    village: Village
    words: dict[str, str]
    handles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a message is written, channels by how likely, and who handles it."""

    channels: tuple[Channel, ...]
    unit: str
    accused: str


@dataclass(slots=True)
class Voice:
    """A message made ready to be told fast.

    Where it ``varies`` with the village, each of ``grounds`` has its own of ``choices``; ``fixed`` is never
    reworded (nobody decorates a cry for help); ``settled`` is how it stands when it is old.
    """

    message: Message
    written: str
    shortened: str
    slots: tuple[tuple[str, tuple[str, ...]], ...]
    grounds: tuple[Ground, ...]
    choices: tuple[Choice, ...]
    local: bool
    varies: bool
    fixed: bool
    settled: str
    told: int = 0


@dataclass(frozen=True, slots=True)
class Tails:
    """What is said before and after the matter itself: much after a complaint, only thanks after the rest."""

    before: tuple[str, ...]
    complaint: tuple[str, ...]
    thanks: tuple[str, ...]


def tell(demo: Demo, *, until: datetime, days: int, count: int, seed: int) -> Iterator[Told]:
    """See ``story.stretch``."""
    if until.tzinfo is None or days < 1 or count < 0:
        raise ValueError("until must be aware, days at least 1, count at least 0")
    rng = Random(seed)  # noqa: S311 (a story, not a secret)
    return _told(demo.variations, _voices(demo), until.astimezone(UTC), days, count, rng)


def ending_at(message: Message, age: timedelta) -> str:
    """How far a message of this age has come: what was written an hour ago is not closed yet."""
    hours = age / HOUR
    if message.ending == "new":
        return "new" if hours <= LEFT_NEW else "routed"
    if message.ending == "dismissed":
        return "dismissed"
    for limit, stage in SETTLING:
        if hours <= limit and not (stage == "waiting_approval" and not (message.answers and message.unit)):
            return stage
    return "answered" if message.ending == "waiting_approval" and hours > LEFT_NEW else message.ending


def _told(
    words: Variations, voices: Sequence[Voice], until: datetime, days: int, count: int, rng: Random
) -> Iterator[Told]:
    """In the order of time; a follow-up that is due takes the turn of a first message."""
    decks = {when: _deck(voices, when, rng) for when in ("any", "flood", "night")}
    tails = _tails(words, rng)
    later: list[tuple[datetime, int, int, Told]] = []
    thread = 0
    for sent_at, flood, night in _moments(words.rhythm, until, days, count, rng):
        if later and later[0][0] <= sent_at:
            yield heapq.heappop(later)[3]
            continue
        when = _occasion(flood, night, rng.random())
        told = _first(next(decks[when]), tails, thread, sent_at, until - sent_at, rng)
        for position, follow_up in enumerate(told.message.follow_ups, 1):
            text = follow_up.text.format_map(told.fills)
            due = sent_at + follow_up.after_hours * HOUR
            again = told._replace(position=position, text=text, sent_at=due)
            heapq.heappush(later, (due, thread, position, again))
        thread += 1
        yield told


def _occasion(flood: bool, night: bool, draw: float) -> str:
    if flood and draw < FLOOD_SHARE:
        return "flood"
    return "night" if night and not flood and draw < NIGHT_SHARE else "any"


def _deck(voices: Sequence[Voice], when: str, rng: Random) -> Iterator[Voice]:
    """Every voice once, then any, as often as its weight says."""
    pack = [voice for voice in voices if voice.message.when == when]
    rng.shuffle(pack)
    yield from pack
    pack = [voice for voice in pack for _ in range(voice.message.weight)]
    many, draw = len(pack), rng.random
    while True:
        yield pack[int(many * draw())]


def _moments(
    rhythm: Mapping[str, Sequence[int]], until: datetime, days: int, count: int, rng: Random
) -> Iterator[tuple[datetime, bool, bool]]:
    """``count`` moments, ascending, by the rhythm of the week; whether it floods; whether it is night."""
    hours = [until - timedelta(days=days) + HOUR * index for index in range(days * 24)]
    floods = {int(days * 24 * part) + hour for part in FLOODS for hour in range(FLOOD_HOURS)}
    mood = [0.6 + 0.8 * rng.random() for _ in range(days)]
    weights = []
    for index, moment in enumerate(hours):
        local = moment + WIB
        crowd = rhythm["weekday" if local.weekday() < 5 else "weekend"][local.hour] * mood[index // 24]
        crowd *= LAST_DAY_CROWD if len(hours) - index <= 24 else 1
        weights.append(max(crowd, 6) * FLOOD_CROWD if index in floods else crowd)
    total, done = sum(weights), 0
    for index, reached in enumerate(accumulate(weights)):
        goal = count if index == len(hours) - 1 else int(count * reached / total)
        night = (hours[index] + WIB).hour in NIGHT
        pace = 3600 / max(1, goal - done)
        for turn in range(goal - done):
            yield hours[index] + SECONDS[int(pace * (turn + rng.random()))], index in floods, night
        done = goal


def _first(voice: Voice, tails: Tails, thread: int, sent_at: datetime, age: timedelta, rng: Random) -> Told:
    """The first message of a thread."""
    draw = rng.random
    chance = draw()
    at = int(len(voice.grounds) * chance)
    ground = voice.grounds[at]
    choice = voice.choices[at] if voice.varies else voice.choices[0]
    fills = ground.words.copy()
    if voice.local:
        fills["tempat"] = _one(ground.place.landmarks, draw())
    for name, values in voice.slots:
        fills[name] = values[int(len(values) * draw() * draw())]
    ending = voice.settled if age > SETTLED else ending_at(voice.message, age)
    waited = NONE_YET
    if ending in ANSWERED and voice.message.answers:
        waited = _one(WAITS, draw())
        if waited >= age:
            waited = age / 2
    channel = _one(choice.channels, draw())
    author = ground.handles[int(chance * 1e7) % len(ground.handles)]
    text = _worded(voice, tails, fills, draw)
    place = ground.place.unit if voice.local else ""
    return Told(
        thread, 0, voice.message, text, sent_at, author, channel.platform, channel.key,
        place, choice.unit, choice.accused, ending, waited, fills,
    )  # fmt: skip


def _worded(voice: Voice, tails: Tails, fills: dict[str, str], draw: Callable[[], float]) -> str:
    """As written the first time; afterwards with a greeting, an aside, a house number, other spelling."""
    voice.told += 1
    if voice.told == 1 or voice.fixed:
        return voice.written % fills
    after = tails.complaint if voice.message.klass == "pengaduan" else tails.thanks
    style = draw()
    text = (voice.shortened if style < 0.3 else voice.written) % fills
    text = _one(tails.before, draw()) + _slipped(text, draw()) + _one(after, draw())
    if style > 0.8:
        return text.lower()
    return text.upper() if style > 0.785 else text


def _slipped(text: str, draw: float) -> str:
    """A slip of the thumb in every fourth text: a letter lost or doubled, so that rare words never end."""
    at = int(len(text) * draw * 4)
    if at >= len(text) or not text[at].isalpha():
        return text
    return text[:at] + text[at + 1 :] if at % 2 else text[:at] + text[at] + text[at:]


def _tails(words: Variations, rng: Random) -> Tails:
    """Prepared once, because joining words is what a telling would spend its time on."""
    before = ("",) * (2 * len(words.openers)) + words.openers
    thanks = ("",) * (2 * len(words.closers)) + tuple(f" {closer}" for closer in words.closers)
    return Tails(before, tuple(_tail(words, rng) for _ in range(TAILS)), thanks)


def _tail(words: Variations, rng: Random) -> str:
    """Where exactly, what else is on the writer's mind, thanks: each now and then."""
    added = [""]
    if rng.random() < 0.35:
        some = {name: rng.choice(words.slots[name]) for name in ("jalan", "rt", "nomor", "resi")}
        added.append(rng.choice(words.details).format_map(some))
    if rng.random() < 0.3:
        added += rng.sample(words.asides, 1 + int(5 * rng.random() ** 3))
    if rng.random() < 0.4:
        added.append(rng.choice(words.closers))
    return rng.choice(JOINTS).join(part.strip(" .") for part in added)


def _one(values: Sequence[Some], draw: float) -> Some:
    return values[int(len(values) * draw)]


def _voices(demo: Demo) -> tuple[Voice, ...]:
    heard = tuple(channel for channel in demo.channels if channel.mode != "watched" and not channel.retired)
    grounds: list[Ground] = []
    for place in demo.places:
        grounds += [_ground(place, village) for village in place.villages] * place.weight
    return tuple(_voice(message, grounds, heard, demo.variations) for message in demo.messages)


def _ground(place: Place, village: Village) -> Ground:
    kecamatan = place.unit.removeprefix("kec-").replace("-", " ").title()
    words = {
        "desa": village.name,
        "kec": kecamatan,
        "@kecamatan": place.unit,
        "@desa": village.unit or place.unit,
    }
    plain = re.sub(r"\W", "", village.name.lower())
    handles = tuple(f"{handle}_{plain}{number}" for number in range(1, 99, 4) for handle in HANDLES)
    return Ground(place, village, words, handles)


def _voice(message: Message, grounds: Sequence[Ground], heard: Sequence[Channel], words: Variations) -> Voice:
    here = tuple(ground for ground in grounds if _fits(message, ground))
    varies = "@" in message.unit + message.accused
    choices = tuple(_choice(message, ground, heard) for ground in (here if varies else here[:1]))
    said = (message.text, *message.answers, *message.notes, *(later.text for later in message.follow_ups))
    wanted = set(SLOT.findall(" ".join((*said, *(way.reason for way in message.transfers)))))
    slots = tuple((name, values) for name, values in words.slots.items() if name in wanted)
    local = varies or bool(message.place or wanted & {"desa", "kec", "tempat"})
    fixed = message.plain or message.praise or message.secrecy == "secret"
    settled = ending_at(message, SETTLED + HOUR)
    written = _percented(message.text)
    shortened = _percented(_shortened(message.text, words))
    return Voice(message, written, shortened, slots, here, choices, local, varies, fixed, settled)


def _fits(message: Message, ground: Ground) -> bool:
    """A matter of a village's own government needs a village that has a unit here."""
    if message.place not in ("", ground.place.unit):
        return False
    return "@desa" not in (message.unit, message.accused) or ground.village.unit.startswith("desa-")


def _choice(message: Message, ground: Ground, heard: Sequence[Channel]) -> Choice:
    """Most write to the unit meant or accused, many to the main accounts, some to any other."""
    unit = ground.words.get(message.unit, message.unit)
    accused = ground.words.get(message.accused, message.accused)
    fitting = [channel for channel in heard if channel.platform in message.platforms]
    own = [channel for channel in fitting if channel.unit == (accused or unit)]
    main = [channel for channel in fitting if channel.unit in MAIN]
    channels = own * OWN_SHARE + main * MAIN_SHARE + fitting[:: 3 if own else 6]
    return Choice(tuple(channels), unit, accused)


def _shortened(text: str, words: Variations) -> str:
    """The same text as people write it in a hurry; slots stay whole."""
    pattern = re.compile(r"(?<!\{)\b(" + "|".join(words.shorter) + r")\b(?!\})")
    return pattern.sub(lambda found: words.shorter[found.group()], text)


def _percented(text: str) -> str:
    """The slots in the way that fills fastest, three times as fast as ``format_map``."""
    return SLOT.sub(r"%(\1)s", text.replace("%", "%%"))
