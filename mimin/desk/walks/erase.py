"""erase: one case lawfully loses every word, name and file in it; that it was there, when and where, stays.

The rows and the facts of the evidence go in one transaction. A file goes with its key: the row that holds the key is
deleted in the same transaction, so that nobody can read what may lie on the disk a moment longer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from mimin.evidence import actions as evidence
from mimin.evidence.captures import forget
from mimin.evidence.models import Capture, Facts
from mimin.evidence.rules import ERASED
from mimin.inbox import alike, answering, asking
from mimin.inbox.models import (
    Ask,
    Attachment,
    Case,
    Message,
    Note,
    Pause,
    Promise,
    Proof,
    Reply,
    Statement,
    StatementPhoto,
    Transfer,
)
from mimin.inbox.queries import seen
from mimin.language.understand import prepare
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.outbox.states import DELIVERY
from mimin.people.actions import actor
from mimin.people.asking import reaches
from mimin.people.models import Person
from mimin.people.queries import top_path

RIGHT = "evidence.erase"
GONE = "–"
"""What stands where words stood that a page shows: nothing in any language, and nothing that a search finds."""
SILENT = json.dumps({"text": "", "author": "", "raw": {}})
UNSAID = json.dumps({"to": "", "text": ""})


def case_of(person: Person, number: str) -> Case | None:
    """The case of exactly this number, where the person may see it; None else."""
    typed = number.strip().upper()
    tail = typed.rpartition("-")[2]
    if not (tail.isascii() and tail.isdigit()) or len(tail) > 12:
        return None
    found = Case.objects.filter(seen(person), pk=int(tail)).select_related("channel", "lead").first()
    return found if found and found.number == typed else None


def erase_case(*, number: str, again: str, why: str, by: Person, at: datetime) -> Case:
    """Erase one case lawfully; its number, unit, times and states stay, so that every figure stays true.

    ``again`` is the number typed a second time, ``why`` the legal ground, without personal data. Refused where the
    person may not, where the case is unknown to them or erased already, and while an answer of it is on its way.
    """
    if not reaches(by, RIGHT, [top_path()]):
        raise Refused(_("Only the coordinator or the secretary of the whole government can erase a case."))
    found = case_of(by, number)
    if found is None:
        raise Refused(_("There is no case of this number that you may see. Check the number."))
    if again.strip().upper() != found.number:
        raise Refused(_("The two numbers differ. Type the number of the case again to confirm."))
    _check_ground(why)
    with transaction.atomic():
        lock(f"case {found.pk}")
        return _erase(Case.objects.select_for_update().get(pk=found.pk), why=why.strip(), by=by, at=at)


def _check_ground(why: str) -> None:
    if not 0 < len(why.strip()) <= 500:
        raise Refused(_("Name the legal ground in at most 500 characters; it is kept for ever."))
    if hidden := prepare(why).found:
        kinds = ", ".join(sorted({one.kind for one in hidden}))
        raise Refused(
            _("The ground holds personal data (%(kinds)s). Take it out: the ground is kept for ever.")
            % {"kinds": kinds}
        )


def _erase(case: Case, *, why: str, by: Person, at: datetime) -> Case:
    _stop_what_moves(case, by=by, at=at)
    facts = _facts_of(case)
    if not facts:
        raise Refused(_("This case is erased already: the trail says when, by whom and why."))
    files = _files_of(case)
    _empty_what_was_said(case)
    _empty_what_was_done(case)
    for same in _by_subject(facts):
        for start in range(0, len(same), evidence.ERASE_AT_MOST):
            evidence.erase(same[start : start + evidence.ERASE_AT_MOST], by=actor(by), why=why, at=at)
    _forget(files)
    gone = {"title": "", "understanding": None, "outside_number": "", "erased_at": at}
    Case.objects.filter(pk=case.pk).update(**gone)
    case.refresh_from_db()
    return case


def _deliveries(case: Case) -> Q:
    return Q(thread=f"case {case.pk}") | Q(reply__case=case)


def _stop_what_moves(case: Case, *, by: Person, at: datetime) -> None:
    """What has not left does not leave any more, and no link opens the case; Refused while a platform is being told."""
    rows = Delivery.objects.filter(_deliveries(case)).exclude(state__in=DELIVERY.final)
    leavable = DELIVERY.moves["cancel"].sources
    if any(row.state not in leavable or (row.state == "waiting" and row.attempted) for row in rows):
        raise Refused(
            _(
                "An answer of this case is on its way. Wait until Mimin knows what became of it, then try again."
            )
        )
    for reply in Reply.objects.filter(case=case, state__in=("draft", "submitted", "leaving")):
        answering.withdraw(reply=reply, by=by, at=at)
    for delivery in rows.all():
        outbox.cancel(delivery=delivery, by=actor(by), at=at)
    for row in Ask.objects.filter(case=case, state__in=("open", "told")):
        asking.withdraw(row=row, by=actor(by), at=at)


def _facts_of(case: Case) -> list[tuple[tuple[str, int | None], int]]:
    """Every record about the case, its messages and its deliveries whose facts stand: subject and id, in order."""
    messages = list(Message.objects.filter(case=case).values_list("pk", flat=True))
    deliveries = list(Delivery.objects.filter(_deliveries(case)).values_list("pk", flat=True))
    about = (
        Q(subject_kind="case", subject_id=case.pk)
        | Q(subject_kind="message", subject_id__in=messages)
        | Q(subject_kind="delivery", subject_id__in=deliveries)
    )
    rows = Facts.objects.filter(about, erased_at=None).exclude(kind=ERASED).order_by("record_id")
    return [
        ((kind, pk), record)
        for kind, pk, record in rows.values_list("subject_kind", "subject_id", "record_id")
    ]


def _by_subject(facts: Iterable[tuple[tuple[str, int | None], int]]) -> Iterator[list[int]]:
    """The records of each subject by themselves: an erasure then stands in the trail of what it erased."""
    found: dict[tuple[str, int | None], list[int]] = {}
    for subject, record in facts:
        found.setdefault(subject, []).append(record)
    yield from found.values()


def _files_of(case: Case) -> list[int]:
    """The captures that the case names."""
    named = [
        Attachment.objects.filter(message__case=case).values_list("capture", flat=True),
        StatementPhoto.objects.filter(statement__ask__case=case).values_list("capture", flat=True),
        Proof.objects.filter(case=case, capture__isnull=False).values_list("capture", flat=True),
        Delivery.objects.filter(_deliveries(case), photo__isnull=False).values_list("photo", flat=True),
    ]
    return sorted({pk for rows in named for pk in rows if pk is not None})


def _empty_what_was_said(case: Case) -> None:
    """What the citizen and others said, with their names and files; the index of the search follows the text."""
    Attachment.objects.filter(message__case=case).delete()
    StatementPhoto.objects.filter(statement__ask__case=case).delete()
    Message.objects.filter(case=case).update(text="", raw=SILENT, author="", author_key="", url="")
    alike.forget(case)
    Statement.objects.filter(ask__case=case).update(author=GONE, text="")
    Ask.objects.filter(case=case).update(who=GONE, reach="", question=GONE)


def _empty_what_was_done(case: Case) -> None:
    """What was answered, noted, promised and shown."""
    Reply.objects.filter(case=case).update(text=GONE, returned_because="")
    Note.objects.filter(case=case).update(text=GONE)
    Promise.objects.filter(case=case).update(what=GONE, who=GONE, why="")
    Proof.objects.filter(case=case).update(text=GONE, url="", capture=None)
    Pause.objects.filter(case=case).update(note="")
    Transfer.objects.filter(case=case).update(reason="")
    gone = {"body": UNSAID, "url": "", "instructions": "", "error": "", "photo": None}
    pks = list(Delivery.objects.filter(_deliveries(case)).values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=pks).update(**gone)


def _forget(files: Iterable[int]) -> None:
    for capture in Capture.objects.filter(pk__in=files):
        try:
            with transaction.atomic():
                forget(capture)
        except ProtectedError:  # the same picture belongs to another case, or proves something else
            continue
