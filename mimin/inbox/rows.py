"""Cases and messages as a screen prints them: every string is ready, so that a template only prints."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.inbox.left import Left
from mimin.inbox.models import Case, Message, Reply
from mimin.inbox.queries import Line
from mimin.inbox.rules import Standing, deadline
from mimin.inbox.searching import Passage
from mimin.inbox.states import CASE
from mimin.language.mask import LABELS
from mimin.language.understand import prepare
from mimin.lib import spoken
from mimin.lib.clock import Calendar
from mimin.lib.flow import Flow
from mimin.people.rules import Secrecy
from mimin.platforms import PLATFORMS
from mimin.policy.queries import offices

LOOKS: dict[str, tuple[str, str]] = {
    "new": ("idle", "inbox"),
    "routed": ("info", "arrow-right"),
    "answered": ("ok", "check"),
    "scheduled": ("info", "calendar-days"),
    "done": ("ok", "check-check"),
    "closed": ("idle", "archive"),
    "referred": ("idle", "external-link"),
    "dismissed": ("idle", "minus"),
    "merged": ("idle", "merge"),
}
"""state of a case -> tone, icon; its word stands in the flow."""
REPLY_LOOKS: dict[str, tuple[str, str]] = {
    "draft": ("idle", "square-pen"),
    "submitted": ("warn", "hourglass"),
    "leaving": ("info", "send"),
    "sent": ("ok", "check"),
    "withdrawn": ("idle", "x"),
}
"""state of an answer -> tone, icon."""

KINDS: dict[str, str] = {
    Reply.Kind.ANSWER: gettext_noop("The work goes on"),
    Reply.Kind.FINAL: gettext_noop("Everything is answered"),
    Reply.Kind.INTERIM: gettext_noop("The answer follows later"),
}
"""What an answer says of the matter -> how it is asked."""

SECRECIES: dict[Secrecy, str] = {
    Secrecy.OPEN: gettext_noop("Not confidential"),
    Secrecy.ANONYMOUS: gettext_noop("Anonymous"),
    Secrecy.SECRET: gettext_noop("Secret"),
    Secrecy.OVERSIGHT: gettext_noop("Oversight"),
    Secrecy.OVERSIGHT_SEKDA: gettext_noop("Oversight of the Inspectorate"),
}
SECRECY_HELP: dict[Secrecy, str] = {
    Secrecy.OPEN: gettext_noop("Whoever sees the cases of its unit reads it, with the name."),
    Secrecy.ANONYMOUS: gettext_noop("The citizen’s name is hidden; the words are read as in an open case."),
    Secrecy.SECRET: gettext_noop(
        "Only who handles it reads it: no leader, no observer, no link, and no search finds its words."
    ),
    Secrecy.OVERSIGHT: gettext_noop("It names staff of a unit: the Inspectorate alone reads it."),
    Secrecy.OVERSIGHT_SEKDA: gettext_noop(
        "It names the Inspectorate: the regional secretary alone reads it."
    ),
}
"""What each secrecy means, in one line."""
CLASSES: dict[str, str] = {
    "pengaduan": gettext_noop("Complaint"),
    "aspirasi": gettext_noop("Aspiration"),
    "permintaan_informasi": gettext_noop("Request for information"),
    "spam": gettext_noop("Spam"),
    "lainnya": gettext_noop("Other"),
    "": gettext_noop("Not understood yet"),
}
SECRET_TITLE = gettext_noop("Confidential report")
ERASED_TITLE = gettext_noop("Lawfully erased")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the inbox."""

    id: int
    number: str
    title: str
    url: str
    channel: str
    platform_label: str
    unit_name: str
    due_text: str
    due_tone: str
    state_label: str
    state_tone: str
    state_icon: str
    secrecy_label: str
    urgent: bool
    when_text: str
    unread: bool = False
    passage: Passage | None = None
    citizens_text: str = ""


def masked(text: str) -> str:
    """What a colleague typed, with its personal data masked."""
    return prepare(text).text


def shown_to(standing: Standing) -> Callable[[str], str]:
    """How what colleagues typed is shown: as it stands to whoever may see personal data, masked to who only looks."""
    return str if "case.reveal" in standing.rights else masked


def state_of(flow: Flow, looks: Mapping[str, tuple[str, str]], state: str) -> dict[str, str]:
    """A state as a tag shows it: word, tone and icon."""
    tone, icon = looks[state]
    return {"label": _(flow.states[state]), "tone": tone, "icon": icon}


def title_of(case: Case | Line) -> str:
    """What a list calls a case; a secret one has no words of its own, an erased one none any more."""
    if case.erased_at and not case.title:
        return _(ERASED_TITLE)
    return case.title or (_(SECRET_TITLE) if case.secrecy >= Secrecy.SECRET else _("Without words"))


def due_of(case: Case | Line, office: Calendar, left: Left) -> tuple[str, str]:
    """The deadline as words and tone; nothing once nobody waits."""
    until = deadline(case.rank)
    return left(until, office) if until else ("", "idle")


def case_rows(
    cases: Sequence[Line],
    now: datetime,
    *,
    unread: Collection[int] = frozenset(),
    passages: Mapping[int, Passage] = MappingProxyType({}),
) -> list[CaseRow]:
    """The rows of one page; the words that repeat are looked up once. ``unread``: the cases to be marked so;
    ``passages``: what a search found in a case."""
    labels = {state: (_(CASE.states[state]), *look) for state, look in LOOKS.items()}
    secrecies = {int(s): "" if s is Secrecy.OPEN else _(word) for s, word in SECRECIES.items()}
    platforms = {key: _(PLATFORMS[key].label) for key in {case.platform for case in cases}}
    prefix, office, left = settings.CASE_PREFIX, offices(), Left(now)
    rows = []
    for case in cases:
        label, tone, icon = labels[case.state]
        due_text, due_tone = due_of(case, office(case.path, case.zone), left)
        rows.append(
            CaseRow(
                id=case.pk,
                number=f"{prefix}-{case.opened_at.year % 100:02d}-{case.pk:06d}",
                title=title_of(case),
                url=f"/kotak-masuk/{case.pk}/",
                channel=case.channel,
                platform_label=platforms[case.platform],
                unit_name=f"{case.holder} · {case.unit}" if case.holder else case.unit,
                due_text=due_text,
                due_tone=due_tone,
                state_label=label,
                state_tone=tone,
                state_icon=icon,
                secrecy_label=secrecies[case.secrecy],
                urgent=case.urgency != "biasa",
                when_text=spoken.moment(case.opened_at, case.zone, year=False),
                unread=case.pk in unread,
                passage=passages.get(case.pk),
                citizens_text=_("%(n)s citizens") % {"n": case.others + 1} if case.others else "",
            )
        )
    return rows


@dataclass(frozen=True)
class Said:
    """One turn of a conversation; ``marks`` are the places of the words that decided, ``masked``: not all is shown."""

    message_id: int
    ours: bool
    held: bool
    author: str
    text: str
    marks: tuple[tuple[int, int], ...]
    when_text: str
    url: str
    masked: bool
    state_label: str = ""


def said(message: Message, case: Case, *, told: str, marks: tuple[tuple[int, int], ...]) -> Said:
    """A message as a turn; ``told`` is its masked text (opened by the caller where it is sealed)."""
    return Said(
        message_id=message.pk,
        ours=message.ours,
        held=message.held,
        author=message.author or (case.lead.name if message.ours else _("Citizen (name hidden)")),
        text=told,
        marks=marks,
        when_text=spoken.moment(message.sent_at, case.zone, weekday=True),
        url=message.url,
        masked=any(label in told for label in LABELS.values()) or _hidden(message, case),
    )


def _hidden(message: Message, case: Case) -> bool:
    return not message.text and case.secrecy >= Secrecy.SECRET
