"""Finding cases by words, by their number, or by their number in the national system: only what the person may see."""

from __future__ import annotations

from django.db.models import QuerySet

from mimin.inbox.models import SEARCH, Case, Message
from mimin.inbox.queries import Line, lines, seen
from mimin.inbox.rules import tracking_number
from mimin.language.words import spellings
from mimin.lib.store import matching, newest
from mimin.people.models import Person
from mimin.people.queries import sights


def search(person: Person, text: str, *, before: int = 0, size: int = 50) -> tuple[tuple[Line, ...], int]:
    """Cases with a message that holds every word, also in short forms and slang, the newest message first; and the
    message id to go on from.

    A search for a case's number, or for its Tracking ID in the national system, finds that case alone.
    """
    numbered = by_number(person, text)
    if numbered is None:
        numbered = _by_tracking(person, text)
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


def holding(person: Person, text: str) -> QuerySet[Message] | None:
    """Messages that the person may see with every word of a search, newest first; None where it holds no word."""
    return matching(Message.objects.filter(seen(person, "case__")), SEARCH, text, within=reach(person))
