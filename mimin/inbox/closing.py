"""The end of a case: done with proof, closed for a reason, or closed by Mimin after silence.

"Closed" must not lie: nothing is done without proof, nothing is closed while a promise is open, and the silence of a
citizen closes only what is done or was answered finally, and only after they were told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.evidence.actions import Actor, record
from mimin.evidence.models import Capture
from mimin.inbox.models import Case, Note, Promise, Proof, Reply
from mimin.inbox.pausing import counted
from mimin.inbox.placing import about, end_pause, moved
from mimin.inbox.rules import ENDS, deadline, owed
from mimin.inbox.states import PROMISE
from mimin.inbox.telling import tell
from mimin.inbox.told import propose
from mimin.lib.moving import Refused, move
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.models import Person

MIMIN = Actor(None, "Mimin")
AT_MOST = 200
"""Cases that one round closes after silence."""
BECAUSE: dict[str, str] = {
    "solved": gettext_noop("It is done, and the citizen was told"),
    "answered": gettext_noop("The answer was all that could be said"),
    "told": gettext_noop("Another body has it, and the citizen was told"),
    "withdrawn": gettext_noop("The citizen takes the report back"),
    "impossible": gettext_noop("It cannot be done"),
    "silence": gettext_noop("The citizen stayed silent"),
}
"""Why a case is closed, as people read it."""
OWED: dict[str, str] = {
    "promise": gettext_noop(
        "A promise is still open. Show that it was done, or take it back, then send this again."
    ),
    "tell": gettext_noop("The citizen was not told yet. Send the answer first; your draft says it already."),
    "answer": gettext_noop(
        "No answer was the last one yet. Answer so that everything is answered, then close."
    ),
}
"""What is owed before a case can end -> what to do."""
TOLD = {"withdrawn": "case.words_withdrawn", "impossible": "case.words_impossible"}
"""Reasons that need a sentence -> the words by which the citizen is told that the case is closed."""


@transaction.atomic
def finish(*, case: Case, text: str, photos: Sequence[Capture], url: str, by: Person, at: datetime) -> Case:
    """Say that the matter is done, with what proves it; the citizen waits to be told. An open promise is kept by it.

    Refused without a photo or an address: what nobody can look at is no proof.
    """
    text, url = text.strip(), url.strip()
    check_proof(text, photos=len(photos), url=url)
    lock(f"case {case.pk}")
    if end_pause(case, at=at):
        counted(case, at=at)
    moved(case, "finish", by=actor(by), at=at, settled_at=at)
    for promise in Promise.objects.filter(case=case, state=PROMISE.initial):
        move(promise, PROMISE, "keep", by=by.label, at=at)
    proofs = [Proof(capture=photo) for photo in photos] + ([Proof(url=url[:500])] if url else [])
    for proof in proofs:
        proof.case, proof.text, proof.at, proof.by = case, text, at, by.label
        proof.save()
    facts = {"photos": [photo.sha256 for photo in photos], "url": url}
    record("case.finished", subject=about(case), by=actor(by), at=at, facts=facts)
    propose(case, "case.words_done", {"what": text}, by=by, at=at)
    return case


def check_proof(text: str, *, photos: int, url: str) -> None:
    """Refused when it is not said what was done, or nothing shows it."""
    if not text:
        raise Refused(_("Say what was done, so that the citizen can be told."))
    if not photos and not url:
        raise Refused(_("Add a photo or the address of a document: without proof nothing counts as done."))


@transaction.atomic
def close(*, case: Case, because: str, reason: str, by: Person, at: datetime) -> Case:
    """End a case for a reason that is true in its state, and tell the citizen of a reason that is not theirs to see.

    Refused while the citizen was not told, while a promise is
    open, and where no answer was final (but where the citizen takes the report back)."""
    if case.state not in ENDS.get(because, ()) or because == "silence":
        raise Refused(_("This reason does not fit what the case is now. Choose another one."))
    if because in TOLD and not reason.strip():
        raise Refused(_("Say why, so that a colleague can check it."))
    lock(f"case {case.pk}")
    nothing_owed(case, but="answer" if because == "withdrawn" else "")
    _end(case, because, by=actor(by), at=at)
    if reason.strip():
        Note.objects.create(case=case, text=reason.strip(), at=at, by=by.label)
    if key := TOLD.get(because):
        tell(case, key, {"why": reason.strip()}, by=by, at=at, kind=Reply.Kind.FINAL)
    return case


def nothing_owed(case: Case, *, but: str = "") -> None:
    """Refused while something is owed to the citizen, in words for who would end the case."""
    found = owed(
        case.state, waits=deadline(case.rank) is not None, settled=case.settled_at is not None,
        promised=Promise.objects.filter(case=case, state=PROMISE.initial).exists(),
    )  # fmt: skip
    if found and found != but:
        raise Refused(_(OWED[found]))


def _end(case: Case, because: str, *, by: Actor, at: datetime) -> None:
    settled = case.settled_at or at
    moved(case, "close", by=by, at=at, closed_at=at, closed_because=because, settled_at=settled)
    record("case.closed", subject=about(case), by=by, at=at, facts={"because": because})


def rest(at: datetime) -> int:
    """Close what is done or finally answered and about which the citizen stayed silent; returns how many.

    Safe to run twice and on two machines: whoever is second finds the case moved.
    """
    rows = Case.objects.filter(rests_until__lte=at, state__in=ENDS["silence"]).order_by("rests_until", "pk")
    return sum(_rested(pk, at) for pk in rows.values_list("pk", flat=True)[:AT_MOST])


@transaction.atomic
def _rested(pk: int, at: datetime) -> int:
    """Close one case, if nobody moved it and the citizen did not write meanwhile; 1 when it was closed."""
    lock(f"case {pk}")
    case = Case.objects.select_related("lead").get(pk=pk)
    if case.rests_until is None or case.rests_until > at:
        return 0
    try:
        nothing_owed(case)
        _end(case, "silence", by=MIMIN, at=at)
    except Refused:  # it does not rest after all; a person must look
        Case.objects.filter(pk=pk).update(rests_until=None)
        return 0
    return 1
