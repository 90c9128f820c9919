"""The printed disposition sheet of a case: what a head fills in by hand, with what is known of the case above it.

Its fields are those that sheets of local governments commonly have: sender, number, dates, agenda number, nature,
subject, "passed on to", "with the request to", remarks, signature. They are our reading of practice, not of one
regulation; a government's own form may differ.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.inbox import queries
from mimin.inbox.models import Case, CaseUnit, Message
from mimin.inbox.rows import title_of
from mimin.lib import spoken
from mimin.people.asking import person_of
from mimin.people.models import Person, Unit
from mimin.people.queries import ancestors
from mimin.people.rules import Secrecy

REQUESTS = (
    gettext_noop("Give an opinion and advice"),
    gettext_noop("Take it further"),
    gettext_noop("Coordinate and confirm"),
    gettext_noop("Look on the spot and report"),
    gettext_noop("Prepare the answer to the citizen"),
    gettext_noop("For information"),
)
SUMMARY = 500
"""Characters of the message that a sheet of one page holds."""
BLANKS = 4
"""Empty lines on which people are named by hand."""


@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet, as a page to print. It is a document of the government: in Indonesian, whoever prints it."""
    person = person_of(request)
    try:
        case = queries.find_case(person, pk)
    except Case.DoesNotExist as error:
        raise Http404 from error
    with translation.override(settings.LANGUAGE_CODE):
        answer = render(request, "inbox/disposition.html", context(case, person))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def context(case: Case, person: Person) -> dict[str, Any]:
    """What inbox/disposition.html takes."""
    first = queries.conversation(case).filter(ours=False).first()
    told = queries.told(first) if first else ""
    helpers = (
        CaseUnit.objects.filter(case=case, part=CaseUnit.Part.HELPER).select_related("unit").order_by("pk")
    )
    return {
        "case": {"pk": case.pk, "number": case.number, "title": title_of(case)},
        "government": _government(),
        "offices": [unit.name for unit in _offices(case.lead)],
        "rows": _head(case, first),
        "natures": [
            (_("To be dealt with at once"), case.urgency == "darurat"),
            (_("To be dealt with soon"), case.urgency == "mendesak"),
            (_("Secret"), case.secrecy >= Secrecy.SECRET),
        ],
        "summary": told[:SUMMARY] + ("…" if len(told) > SUMMARY else ""),
        "names": [part.unit.name for part in helpers[:BLANKS]],
        "blanks": range(BLANKS),
        "requests": [_(words) for words in REQUESTS],
        "printed": _("Printed %(when)s by %(who)s. Personal data are hidden.")
        % {"when": spoken.moment(timezone.now(), case.zone), "who": person.label},
    }


def _head(case: Case, first: Message | None) -> list[list[tuple[str, str]]]:
    """What is known of the letter, two facts a line; the number of the agenda is given by the office that files it."""
    return [
        [
            (_("Letter from"), _("A citizen, through %(channel)s") % {"channel": case.channel.name}),
            (_("Received on"), spoken.day(case.opened_at, case.zone)),
        ],
        [(_("Number of the letter"), case.number), (_("Agenda number"), "")],
        [
            (_("Date of the letter"), spoken.day(first.sent_at if first else case.opened_at, case.zone)),
            (_("First answer due"), spoken.moment(case.due_at, case.zone) if case.due_at else "–"),
        ],
    ]


def _government() -> str:
    name = settings.PEMDA_NAME
    return name if name.lower().startswith("pemerintah") else f"Pemerintah {name}"


def _offices(lead: Unit) -> list[Unit]:
    """The unit and those above it without the government itself, in the order of a letterhead: from the top."""
    return list(Unit.objects.filter(path__in=ancestors(lead)[:-1]).order_by("path"))
