"""How long a search takes, by how frequent its word is, and where the word lies outside of what a person may see."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from bench import fill
from mimin.inbox import searching as find
from mimin.people.models import Person
from mimin.people.queries import sights

WORDS = 40
TIMES = 5
TOLD = 20_000
"""So many believable messages say how frequent a word is."""


def bands(person: Person) -> dict[str, list[str]]:
    """Forty words each: the most frequent, the middle, the rare; and for who does not see all, the most frequent of
    those that the messages of their scope do not hold, or hold least."""
    reach = find.reach(person)
    seen, inside = _counted(None if reach is None else frozenset(reach))
    ranked = sorted(seen, key=lambda word: (-seen[word], word))
    chance = random.Random(3)  # noqa: S311
    found = {
        "frequent": ranked[:WORDS],
        "common": chance.sample(ranked[200:600], WORDS),
        "rare": chance.sample([word for word in ranked if seen[word] <= 12], WORDS),
    }
    if inside is not None:
        found["outside"] = [word for word in ranked if not inside[word]][:WORDS]
    return found


@lru_cache(maxsize=4)
def _counted(reach: frozenset[int] | None) -> tuple[Counter[str], Counter[str] | None]:
    """In how many of the messages each word stands: in all, and in those where a unit of the reach takes part."""
    where = fill.Where.read()
    seen: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for told in islice(fill.telling(), TOLD):
        words = {word for word in told.text.lower().split() if word.isalpha() and len(word) > 3}
        seen.update(words)
        _channel, home, lead = where.place(told)
        if reach is not None and {home, lead} & reach:
            inside.update(words)
    return seen, None if reach is None else inside


def p95(person: Person, words: list[str]) -> dict[str, float]:
    """The 95th percentile over words of what a search for one takes, in milliseconds: on the wall (the median of five),
    the fastest of the five, and of CPU time in this process."""
    spent = [list(_spent(person, word)) for word in words]
    walls = [[wall for wall, _cpu in one] for one in spent]
    return {
        "search_p95_ms": _p95([statistics.median(one) for one in walls]),
        "search_fastest_p95_ms": _p95([min(one) for one in walls]),
        "search_cpu_p95_ms": _p95([statistics.median(cpu for _wall, cpu in one) for one in spent]),
    }


def _p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[18], 2)


def _spent(person: Person, word: str) -> Iterator[tuple[float, float]]:
    for _ in range(TIMES):
        fresh = Person.objects.get(pk=person.pk)
        sights(fresh)
        began, clock = time.process_time(), time.perf_counter()
        find.search(fresh, word)
        yield (time.perf_counter() - clock) * 1000, (time.process_time() - began) * 1000
