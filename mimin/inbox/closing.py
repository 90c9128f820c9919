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
from mimin.inbox.models import Case, Note, Promise, Proof
from mimin.inbox.placing import about, moved
from mimin.inbox.rules import ENDS
from mimin.inbox.states import PROMISE
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
EXPLAINED = ("withdrawn", "impossible")
"""Reasons that need a sentence."""


@transaction.atomic
def finish(*, case: Case, text: str, photos: Sequence[Capture], url: str, by: Person, at: datetime) -> Case:
    """Say that the matter is done, with what proves it; the citizen waits to be told. An open promise is kept by it.

    Refused without a photo or an address: what nobody can look at is no proof.
    """
    text, url = text.strip(), url.strip()
    check_proof(text, photos=len(photos), url=url)
    lock(f"case {case.pk}")
    moved(case, "finish", by=actor(by), at=at, settled_at=at)
    for promise in Promise.objects.filter(case=case, state=PROMISE.initial):
        move(promise, PROMISE, "keep", by=by.label, at=at, remind_at=None)
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
    """End a case for a reason that is true in its state. Refused while the citizen was not told."""
    if case.state not in ENDS.get(because, ()) or because == "silence":
        raise Refused(_("This reason does not fit what the case is now. Choose another one."))
    if because in EXPLAINED and not reason.strip():
        raise Refused(_("Say why, so that a colleague can check it."))
    _end(case, because, by=actor(by), at=at)
    if reason.strip():
        Note.objects.create(case=case, text=reason.strip(), at=at, by=by.label)
    return case


def _end(case: Case, because: str, *, by: Actor, at: datetime) -> None:
    settled = case.settled_at or at
    moved(case, "close", by=by, at=at, closed_at=at, closed_because=because, settled_at=settled)
    record("case.closed", subject=about(case), by=by, at=at, facts={"because": because})


def rest(at: datetime) -> int:
    """Close what is done or finally answered and about which the citizen stayed silent; returns how many.

    Safe to run twice and on two machines: whoever is second finds the case moved.
    """
    rows = Case.objects.filter(rests_until__lte=at).select_related("lead").order_by("rests_until", "pk")
    ended = 0
    for case in rows[:AT_MOST]:
        try:
            with transaction.atomic():
                lock(f"case {case.pk}")
                _end(case, "silence", by=MIMIN, at=at)
                ended += 1
        except Refused:  # the citizen wrote, or a person moved it, a moment ago
            continue
    return ended
