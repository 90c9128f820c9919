"""Cases that tell the same: eight keys a case in one index, kept where a case is opened, asked where one is looked at.

A key is asked for its newest cases only, so that a lookup costs the same among a thousand cases and among a million,
also where thousands wrote the same words in an hour. What is secret has no keys and is never found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from mimin.inbox.models import Case, Likeness, Message
from mimin.inbox.queries import seen
from mimin.inbox.states import GATHERING
from mimin.language.similar import NEAR, bands, resemblance, signature
from mimin.people.models import Person
from mimin.people.rules import Secrecy

MOST = 5
FEWEST_WORDS = 4
"""Shorter messages ("Terima kasih, min") are alike without being the same."""
NEWEST = 100
"""Cases that one key is asked for."""
LOOKED_AT = 40
"""Of the cases that share most keys so many are measured."""


def keys_of(text: str) -> tuple[int, ...]:
    """The keys of a masked text; none for one that is too short to be told from others."""
    return bands(signature(text)) if len(text.split()) >= FEWEST_WORDS else ()


def keep_keys(found: Iterable[tuple[Case, Sequence[int]]]) -> None:
    """Keep the keys of new cases, in one insert: eight short rows a case, for which no models are built."""
    given = [value for case, keys in found for key in keys for value in (key, case.pk)]
    if given:
        holes = ", ".join(["(%s, %s)"] * (len(given) // 2))
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO mimin_likeness (key, case_id) VALUES {holes}", given)  # noqa: S608


def learn(case: Case) -> None:
    """Keep the keys of a case again, after it was secret."""
    forget(case)
    keep_keys([(case, keys_of(first_words(case)))])


def forget(case: Case) -> None:
    """Take the keys of a case away: what is secret is not found by its words."""
    Likeness.objects.filter(case=case).delete()


def first_words(case: Case) -> str:
    """What the citizen wrote first, masked; "" where it is secret."""
    rows = Message.objects.filter(case=case, ours=False).order_by("pk")
    return rows.values_list("text", flat=True).first() or ""


@dataclass(frozen=True)
class Alike:
    """A case that tells the same, and how many citizens stand behind it."""

    case: Case
    citizens: int


def alike(person: Person, case: Case, text: str | None = None) -> list[Alike]:
    """The open cases that tell the same as this one and that the person may see, the most alike first.

    One that was merged is found through the case that it is a part of now. ``text``: its first words, where they are
    known already.
    """
    if case.state not in GATHERING or case.secrecy >= Secrecy.SECRET:
        return []
    return telling(person, first_words(case) if text is None else text, but=case.pk)


def telling(person: Person, text: str, *, but: int = 0) -> list[Alike]:
    """The open cases that tell nearly what a masked text tells and that the person may see, without the case ``but``;
    at most five, the most alike first."""
    shared = Counter(pk for pk in _sharing(keys_of(text)) if pk != but)
    if not shared:
        return []
    near = _measured(text, _mains(person, shared))
    near.pop(but, None)
    rows = Case.objects.filter(seen(person), pk__in=near, state__in=GATHERING, secrecy__lt=Secrecy.SECRET)
    found = rows.select_related("lead").annotate(others=Count("merged"))
    nearest = sorted(found, key=lambda one: (-near[one.pk], one.pk))
    return [Alike(one, one.others + 1) for one in nearest[:MOST]]


def _sharing(keys: Sequence[int]) -> list[int]:
    """The newest cases of each key; one that shares several comes several times."""
    if not keys:
        return []
    one = "SELECT case_id FROM mimin_likeness WHERE key = %s ORDER BY case_id DESC LIMIT %s"
    parts = [f"SELECT case_id FROM ({one}) AS k{n}" for n in range(len(keys))]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [given for key in keys for given in (key, NEWEST)])
        return [int(row[0]) for row in cursor.fetchall()]


def _mains(person: Person, shared: Counter[int]) -> dict[int, int]:
    """Main case -> the one of its cases that shares most keys; of what the person may see."""
    rows = Case.objects.filter(seen(person), pk__in=list(shared), secrecy__lt=Secrecy.SECRET)
    mains = dict(rows.values_list("pk", "main"))
    best: dict[int, int] = {}
    for pk in sorted(mains, key=lambda pk: (-shared[pk], -pk)):
        best.setdefault(mains[pk] or pk, pk)
    return dict(list(best.items())[:LOOKED_AT])


def _measured(text: str, mains: dict[int, int]) -> dict[int, float]:
    """Main case -> how much its case has in common with the text, where that is enough."""
    told: dict[int, str] = {}
    rows = Message.objects.filter(case__in=mains.values(), ours=False).order_by("-pk")
    for case, words in rows.values_list("case", "text"):
        told[case or 0] = words
    measured = {main: resemblance(text, told.get(pk, "")) for main, pk in mains.items()}
    return {main: share for main, share in measured.items() if share >= NEAR}
