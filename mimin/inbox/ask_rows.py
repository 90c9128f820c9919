"""What a case's page shows of its links, its holder and its helpers: every string is ready."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from mimin.inbox import holding
from mimin.inbox.models import Ask, Case, CaseUnit, Statement
from mimin.inbox.rows import shown_to
from mimin.inbox.rules import Standing
from mimin.inbox.states import ASK, CASE
from mimin.lib import spoken
from mimin.people.models import Person
from mimin.people.rules import Secrecy

PHOTO_RIGHT = "case.note"
"""Who works on a case, down to an officer of it: a photo may show what masks hide in words."""
LOOKS: dict[str, tuple[str, str]] = {
    "open": ("warn", "hourglass"),
    "told": ("ok", "message-circle"),
    "decided": ("ok", "check"),
    "withdrawn": ("idle", "ban"),
}
"""state of a link -> tone, icon."""
VERDICT_WORDS: dict[str, str] = {
    "handled": gettext_noop("It has been dealt with"),
    "scheduled": gettext_noop("Planned for %(day)s"),
    "not_ours": gettext_noop("It is not their authority"),
    "needs_time": gettext_noop("It needs time"),
}
_BEFORE = timedelta(seconds=1)
"""A day ends at midnight, which is the next one."""
PART_WORDS: dict[str, str] = {
    "lead": gettext_noop("Holds the case"),
    "helper": gettext_noop("Helps"),
    "helped": gettext_noop("Has helped"),
    "informed": gettext_noop("Is informed"),
    "former": gettext_noop("Held it before"),
}


def around(case: Case, person: Person, standing: Standing, now: datetime) -> dict[str, Any]:
    """The keys that inbox/case.html takes for links, holder and helpers."""
    parts = list(CaseUnit.objects.filter(case=case).select_related("unit").order_by("pk"))
    owed = (
        {part.unit_id for part in holding.owed_by(case, person)} if "case.note" in standing.rights else set()
    )
    return {
        "asks": ask_lines(case, standing, now),
        "holder": holder_line(case, person, standing),
        "parts": [_part(part, case, now, mine=part.unit_id in owed) for part in parts],
        "owing": _owing(parts),
    }


def ask_lines(case: Case, standing: Standing, now: datetime) -> list[dict[str, Any]]:
    """Each link of the case with what came of it, the newest first; one withdrawn before anything came stays unsaid."""
    rows = Ask.objects.filter(case=case).exclude(state="withdrawn", tries=0, statements=None)
    rows = rows.select_related("asked_by", "unit").order_by("-pk")
    return [_ask(row, case, standing, now) for row in rows.prefetch_related("statements__photos")[:20]]


def _ask(row: Ask, case: Case, standing: Standing, now: datetime) -> dict[str, Any]:
    over = row.state in ("open", "told") and now >= row.expires_at
    tone, icon = ("idle", "clock-alert") if over and row.state == "open" else LOOKS[row.state]
    word = _("The link's time is over") if over and row.state == "open" else _(ASK.states[row.state])
    return {
        "id": row.pk,
        "who": row.who,
        "question": row.question or _("Approve the answer"),
        "state": {"label": word, "tone": tone, "icon": icon},
        "detail": f"{row.asked_by.label} · {spoken.moment(row.asked_at, case.zone)}",
        "until_text": _lives(row, over, case),
        "opened_text": opened_words(row, case.zone),
        "passed_on": row.browsers > 1,
        "tries_text": _tries(row),
        "statements": [_statement(one, case, standing) for one in row.statements.all()],
        "verbs": _verbs(row, case, standing),
    }


def _verbs(row: Ask, case: Case, standing: Standing) -> tuple[str, ...]:
    if "case.ask" not in standing.rights:
        return ()
    shown = case.secrecy < Secrecy.SECRET and case.state not in CASE.final
    again = row.kind == Ask.Kind.QUESTION and shown
    stops = "withdraw" in ASK.verbs_from(row.state)
    return tuple(verb for verb, yes in (("ask_again", again), ("ask_withdraw", stops)) if yes)


def _lives(row: Ask, over: bool, case: Case) -> str:
    if row.state not in ("open", "told"):
        return ""
    words = _("Its time was over at %(when)s") if over else _("Opens until %(when)s")
    return words % {"when": spoken.moment(row.expires_at, case.zone)}


def opened_words(row: Ask, zone: str) -> str:
    """How often the link was opened, and when last; a link that was passed on is seen by this."""
    if not row.opened or row.opened_at is None:
        return _("Not opened yet")
    often = ngettext("Opened once", "Opened %(n)s times", row.opened) % {"n": row.opened}
    last = _("last %(when)s") % {"when": spoken.moment(row.opened_at, zone)}
    if row.browsers < 2:
        return f"{often}, {last}"
    where = ngettext("in %(n)s browser", "in %(n)s browsers", row.browsers) % {"n": row.browsers}
    return f"{often} {where}, {last}"


def _tries(row: Ask) -> str:
    if not row.tries:
        return ""
    return ngettext("Wrong digits: once", "Wrong digits: %(n)s times", row.tries) % {"n": row.tries}


LEADS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "scheduled": (("promise", gettext_noop("Promise this day"), "calendar-days"),),
    "handled": (("finish", gettext_noop("Finish it with this"), "check-check"),),
    "not_ours": (
        ("transfer", gettext_noop("Pass on"), "arrow-right"),
        ("refer", gettext_noop("Not our authority"), "external-link"),
    ),
}
"""What was told -> the acts to which it leads, each with its words and icon."""


def _leads(one: Statement, case: Case) -> list[dict[str, str]]:
    return [
        {
            "verb": verb,
            "label": _(label),
            "icon": icon,
            "url": f"{reverse('case_act', args=[case.pk, verb])}?statement={one.pk}",
        }
        for verb, label, icon in LEADS.get(one.verdict, ())
    ]


def _statement(one: Statement, case: Case, standing: Standing) -> dict[str, Any]:
    photos = one.photos.all() if PHOTO_RIGHT in standing.rights else ()
    day = spoken.weekday_date(one.until) if one.until else ""
    return {
        "id": one.pk,
        "author": one.author,
        "verdict": _(VERDICT_WORDS[one.verdict]) % {"day": day} if one.verdict else "",
        "text": shown_to(standing)(one.text),
        "when_text": spoken.moment(one.at, case.zone),
        "leads": _leads(one, case),
        "photos": [reverse("statement_photo", args=[case.pk, photo.pk]) for photo in photos],
    }


def holder_line(case: Case, person: Person, standing: Standing) -> dict[str, Any] | None:
    """Who holds the case; None where nobody does and this person may not change that."""
    may = "case.hold" in standing.rights
    if not may and case.holder is None:
        return None
    allowed = set(holding.holders(case).values_list("pk", flat=True))
    held = case.holder
    return {
        "name": held.label if held else "",
        "mine": bool(held and held.pk == person.pk),
        "left": bool(held and held.pk not in allowed),
        "take": str(person.pk)
        if may and person.pk in allowed and (held is None or held.pk != person.pk)
        else "",
        "may": may,
    }


def _part(part: CaseUnit, case: Case, now: datetime, *, mine: bool) -> dict[str, Any]:
    detail = ""
    if part.done_at:
        when = spoken.moment(part.done_at, case.zone)
        detail = _("Done %(when)s, %(who)s") % {"when": when, "who": part.done_by}
    elif part.due_at:
        detail = _("Until %(day)s") % {"day": spoken.day(part.due_at - _BEFORE, case.zone)}
    return {
        "unit": part.unit.name,
        "unit_id": part.unit_id,
        "part_label": _(PART_WORDS[part.part]),
        "detail": detail,
        "tag": _part_tag(part, now),
        "mine": mine,
    }


def _part_tag(part: CaseUnit, now: datetime) -> dict[str, str] | None:
    if part.part == CaseUnit.Part.HELPED:
        return {"label": _("Done"), "tone": "ok", "icon": "check"}
    if part.part != CaseUnit.Part.HELPER:
        return None
    if part.due_at and part.due_at <= now:
        return {"label": _("Late"), "tone": "bad", "icon": "clock-alert"}
    return {"label": _("Still to do"), "tone": "warn", "icon": "hourglass"}


def _owing(parts: Iterable[CaseUnit]) -> str:
    count = sum(part.part == CaseUnit.Part.HELPER for part in parts)
    words = ngettext("%(n)s unit still owes its part", "%(n)s units still owe their part", count)
    return words % {"n": count} if count else ""
