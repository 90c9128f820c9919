"""Finding cases by words, by their number, or by their number in the national system: only what the person may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mimin.inbox.models import SEARCH, Case, Message
from mimin.inbox.queries import Line, lines, seen
from mimin.inbox.rules import tracking_number
from mimin.language.words import WORD, spellings
from mimin.lib.store import newest, words
from mimin.people.models import Person
from mimin.people.queries import narrowed, sights

BEFORE, AROUND = 40, 160
"""So many characters are shown before the first word that was found, and in all."""
READ = 500
"""So many messages of the cases on one page are looked through, the newest first."""


def search(person: Person, text: str, *, before: int = 0, size: int = 50) -> tuple[tuple[Line, ...], int]:
    """Cases with a message that holds every word, also in short forms and slang, the newest message first; and the
    message id to go on from.

    A search for a case's number, or for its Tracking ID in the national system, finds that case alone, whichever unit
    is looked at.
    """
    anywhere = narrowed(person, "")
    numbered = by_number(anywhere, text)
    if numbered is None:
        numbered = _by_tracking(anywhere, text)
    if numbered is not None:
        return numbered, 0
    rows = Message.objects.filter(seen(person, "case__"))
    found = newest(
        rows, SEARCH, text, ("pk", "case_id"), size=size + 1, before=before, within=reach(person), spellings=spellings,
    )  # fmt: skip
    if found is None:
        return (), 0
    cases = lines(list(dict.fromkeys(case for _pk, case in found[:size])))
    return cases, found[size - 1][0] if len(found) > size else 0


@dataclass(frozen=True)
class Passage:
    """A piece of a message around the first word that a search found, and the places of all of them in it."""

    text: str
    marks: tuple[tuple[int, int], ...]


def passages(cases: Iterable[Line], text: str) -> dict[int, Passage]:
    """What a search found in each of these cases, in its newest message that holds the most of the words; one query.
    The caller has decided that the person may see them."""
    asked = words(text)
    if not asked:
        return {}
    found: dict[int, tuple[int, Passage]] = {}
    rows = Message.objects.filter(case__in=[case.pk for case in cases]).exclude(text="").order_by("-pk")
    for case, told in rows.values_list("case_id", "text")[:READ]:
        passage, held = _passage(told, asked)
        if held > found.get(case or 0, (0, None))[0]:
            found[case or 0] = held, passage
    return {case: passage for case, (_held, passage) in found.items()}


Place = tuple[int, int, int]
"""Where a word stands that was found: from, to, and which word of the search it is."""


def _passage(told: str, asked: list[str]) -> tuple[Passage, int]:
    """The piece of a text that holds the most words of a search, and how many of them the whole text holds."""
    places = list(_places(told, asked))
    first = max(places, key=lambda place: _near(place, places), default=(0, 0, 0))[0]
    start = max(0, first - BEFORE)
    if start:
        start = told.find(" ", start, first) + 1 or start
    piece = told[start : start + AROUND]
    lead, trail = "… " if start else "", " …" if start + AROUND < len(told) else ""
    shown = [(a, b) for a, b, _word in places if a >= start and b <= start + len(piece)]
    marks = tuple((a - start + len(lead), b - start + len(lead)) for a, b in shown)
    return Passage(f"{lead}{piece}{trail}", marks), len({word for _a, _b, word in places})


def _places(told: str, asked: list[str]) -> Iterator[Place]:
    meant = [{other.lower() for other in spellings(word)} for word in asked]
    for place in WORD.finditer(told):
        word = place[0].lower()
        for number, forms in enumerate(meant):
            if word in forms or (number == len(meant) - 1 and word.startswith(asked[-1])):
                yield (*place.span(), number)
                break


def _near(place: Place, places: list[Place]) -> int:
    """How many words of the search stand in a piece that begins with one of them."""
    return len({word for a, b, word in places if place[0] <= a and b <= place[0] + AROUND - BEFORE})


def by_number(person: Person, text: str) -> tuple[Line, ...] | None:
    """The case of a number, where the person may see it; None for what is no number."""
    tail = text.strip().rsplit("-", 1)
    if len(tail) != 2 or not tail[1].isascii() or not tail[1].isdigit() or len(tail[1]) > 12:
        return None
    return lines(list(Case.objects.filter(seen(person), pk=int(tail[1])).values_list("pk", flat=True)))


def _by_tracking(person: Person, text: str) -> tuple[Line, ...] | None:
    number = tracking_number(text)
    rows = Case.objects.filter(seen(person), tracking_id=number) if number else Case.objects.none()
    return lines(list(rows.values_list("pk", flat=True))) or None


def reach(person: Person) -> set[int] | None:
    """The units whose cases the person may see, by which a search is narrowed; None for every unit."""
    units: set[int] = set()
    for sight in sights(person):
        if sight.units is None:
            return None
        units |= set(sight.units)
    return units


def holding(person: Person, text: str, *, size: int) -> list[tuple[int, str]]:
    """The case and the masked text of citizens' messages that the person may see and that hold every word, the newest
    first."""
    rows = Message.objects.filter(seen(person, "case__"), ours=False)
    return newest(rows, SEARCH, text, ("case_id", "text"), size=size, within=reach(person)) or []  # type: ignore[return-value]
