"""What was recorded already: the same link, picture or words, or nearly the words, in cases that the person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.inbox import queries, searching
from mimin.inbox.alike import FEWEST_WORDS, telling
from mimin.inbox.models import Attachment, Case, Message
from mimin.inbox.rows import CaseRow, case_rows
from mimin.language.understand import prepare
from mimin.lib.store import words
from mimin.people.models import Person

MOST = 5

WHY = {
    "link": gettext_noop("The same link"),
    "picture": gettext_noop("The same picture"),
    "text": gettext_noop("The same words"),
    "alike": gettext_noop("Nearly the same words"),
}


@dataclass(frozen=True)
class Repeat:
    """A case that holds the same thing; ``joinable`` says that the person may add to it."""

    row: CaseRow
    why: str
    joinable: bool


def repeats(
    person: Person, *, link: str, texts: Sequence[str], given: Sequence[str], now: datetime
) -> list[Repeat]:
    """The cases that may be the same, the newest first, each with why."""
    masked = [prepare(text).text for text in texts]
    why: dict[int, str] = {}
    for reason, cases in (
        ("link", _by_link(person, link)),
        ("picture", _by_picture(person, given)),
        ("text", [pk for text in masked for pk in _by_text(person, text)]),
        ("alike", [one.case.pk for text in masked for one in telling(person, text)]),
    ):
        for pk in cases:
            why.setdefault(pk, reason)
    newest = sorted(list(why)[:MOST], reverse=True)  # the surest reasons first
    rows = case_rows(queries.lines(newest), now)
    joinable = {case.pk for case in Case.objects.filter(pk__in=newest) if may_join(person, case)}
    return [Repeat(row, _(WHY[why[row.id]]), row.id in joinable) for row in rows]


def may_join(person: Person, case: Case) -> bool:
    """Whether the person works on the case, and so may add to it."""
    return "case.note" in queries.standing(person, case).rights


def _by_link(person: Person, link: str) -> list[int]:
    if not link:
        return []
    spellings = {link, link.rstrip("/"), link.rstrip("/") + "/"}
    return _cases(person, url__in=spellings)


def _by_text(person: Person, masked: str) -> list[int]:
    """By the index of words, then letter by letter: masked words compare with masked words."""
    if len(words(masked)) < FEWEST_WORDS:
        return []
    plain = " ".join(masked.lower().split())
    found = searching.holding(person, masked, size=20)
    return [pk for pk, told in found if " ".join(told.lower().split()) == plain][:MOST]


def _by_picture(person: Person, given: Sequence[str]) -> list[int]:
    if not given:
        return []
    rows = Attachment.objects.filter(queries.seen(person, "message__case__"), given__in=given)
    return list(rows.order_by("-pk").values_list("message__case", flat=True)[:MOST])


def _cases(person: Person, **narrowed: object) -> list[int]:
    rows = Message.objects.filter(queries.seen(person, "case__"), **narrowed).order_by("-pk")
    return list(dict.fromkeys(rows.values_list("case_id", flat=True)[: 4 * MOST]))[:MOST]
