"""The verbs of a case; those of an answer stand in answering.py. Each is one transaction, one move and one record."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import Subject, record
from mimin.evidence.queries import trail
from mimin.inbox import alike, bouncing, merging
from mimin.inbox.closing import OWED
from mimin.inbox.correcting import handed_back, passed_on
from mimin.inbox.inheriting import came_from
from mimin.inbox.models import Case, CaseUnit, Message, Note, Transfer
from mimin.inbox.pausing import counted
from mimin.inbox.placing import about, end_of, look, moved, reopened, takes_part
from mimin.inbox.rows import SECRECIES
from mimin.inbox.states import PROMISE
from mimin.inbox.telling import tell, tell_who_has_it
from mimin.inbox.terms import terms_of
from mimin.language.playbook import load
from mimin.language.titles import title
from mimin.language.understand import prepare
from mimin.lib import spoken
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.outbox import actions as outbox
from mimin.people.actions import actor
from mimin.people.models import Person, Unit
from mimin.people.queries import anybody_cleared
from mimin.people.rows import kind_word
from mimin.people.rules import RoleKind, Secrecy, cleared


def none_promised(case: Case) -> None:
    """Refused while a promise is open: a citizen who was promised something is not sent away."""
    if case.promises.filter(state=PROMISE.initial).exists():
        raise Refused(_(OWED["promise"]))


def standing_above(unit: Unit) -> Unit:
    """The unit, or the nearest above it that still exists."""
    while not unit.active and unit.parent is not None:
        unit = unit.parent
    return unit


def _open_to_others(case: Case) -> None:
    """Refused for a case that the overseers keep: another unit would hold what it may not even read."""
    if case.secrecy >= Secrecy.OVERSIGHT:
        raise Refused(
            _("Only the overseers may read this case. Change who may read it before another unit gets it.")
        )


@transaction.atomic
def transfer(*, case: Case, to: Unit, reason: str, by: Person, at: datetime) -> Case:
    """Give a case to the unit whose business it is. The unit before keeps the trail as ``former``.

    The promised time runs on; where the citizen had been answered already, a new promise begins.
    """
    _open_to_others(case)
    bouncing.check(case, by)
    if not to.active:
        raise Refused(
            _("%(unit)s no longer exists. Choose the unit that took over its work.") % {"unit": to.name}
        )
    if to.pk == case.lead_id and case.state != "new":
        raise Refused(_("%(unit)s holds this case already.") % {"unit": to.name})
    was = case.lead
    until = terms_of(to).deadline(at, case.urgency) if case.state == "answered" else None
    moved(case, "route", by=actor(by), at=at, until=until, lead=to)
    if was.pk != to.pk:
        CaseUnit.objects.filter(case=case, unit=was).update(part=CaseUnit.Part.FORMER)
    takes_part(case, to, CaseUnit.Part.LEAD)
    merging.show_to(to, list(case.merged.all()))
    counted(case, at=at)
    Transfer.objects.create(case=case, kind="unit", was=was, to=to, reason=reason, at=at, by=by.label)
    passed_on(case, to, by=by, at=at)
    facts = {"from": was.pk, "to": to.pk, "to_name": to.name}
    record("case.transferred", subject=about(case), by=actor(by), at=at, facts=facts)
    tell_who_has_it(case, by=by, at=at)
    return case


@transaction.atomic
def hand_back(*, case: Case, reason: str, by: Person, at: datetime) -> Case:
    """Return a case to where it came from, with a reason; to the coordinator where units gave it away too often."""
    if not reason.strip():
        raise Refused(_("Say why the case goes back, so that it finds the right unit."))
    _open_to_others(case)
    was = case.lead
    kind, to = bouncing.back_to(case, standing_above(came_from(case) or case.channel.unit))
    moved(case, "return", by=actor(by), at=at, lead=to)
    CaseUnit.objects.filter(case=case, unit=was).update(part=CaseUnit.Part.FORMER)
    takes_part(case, to, CaseUnit.Part.LEAD)
    merging.show_to(to, list(case.merged.all()))
    counted(case, at=at)
    Transfer.objects.create(case=case, kind=kind, was=was, to=to, reason=reason, at=at, by=by.label)
    handed_back(case, was, to, by=by, at=at)
    record("case.returned", subject=about(case), by=actor(by), at=at, facts={"from": was.pk, "to": to.pk})
    return case


@transaction.atomic
def refer(*, case: Case, outside: str, reason: str, by: Person, at: datetime, number: str = "") -> Case:
    """Say that the matter is not the government's, and name the body whose it is; the citizen waits to be told.

    ``number``: how that body can be reached, or under which number it has the report.
    """
    if not outside.strip():
        raise Refused(_("Name the body whose business this is, so that the citizen knows where to go."))
    none_promised(case)
    number = number.strip()[:60]
    moved(case, "refer", by=actor(by), at=at, outside=outside[:60], outside_number=number)
    Transfer.objects.create(
        case=case, kind="outside", was=case.lead, outside=outside[:60], reason=reason, at=at, by=by.label
    )
    record("case.referred", subject=about(case), by=actor(by), at=at, facts={"outside": outside})
    fields = {"outside": outside[:60], "outside_number": f" ({number})" if number else ""}
    tell(case, "case.words_referred", fields, by=by, at=at)
    return case


@transaction.atomic
def dismiss(*, case: Case, reason: str, by: Person, at: datetime) -> Case:
    """A person says that nothing is asked here (spam, thanks, a test), and why."""
    if not reason.strip():
        raise Refused(_("Say why nothing is to be done, so that a colleague can check it."))
    none_promised(case)
    moved(case, "dismiss", by=actor(by), at=at, closed_at=at, settled_at=at)
    Note.objects.create(case=case, text=reason, at=at, by=by.label)
    record("case.dismissed", subject=about(case), by=actor(by), at=at, facts={})
    return case


@transaction.atomic
def reopen(*, case: Case, reason: str, by: Person, at: datetime) -> Case:
    """Take a case up again; a new promise runs from now."""
    reopened(case, wrote=None, by=actor(by), at=at)
    if reason.strip():
        Note.objects.create(case=case, text=reason, at=at, by=by.label)
    return case


@transaction.atomic
def note(*, case: Case, text: str, by: Person, at: datetime, key: str = "") -> Note:
    """Tell colleagues something; no citizen sees it. The same words from one form (``key``) are one note."""
    text = text.strip()
    if not text:
        raise Refused(_("The note is empty. Write it before saving."))
    once = hashlib.sha256(f"{key} {text}".encode()).hexdigest() if key else ""
    lock(f"case {case.pk}")
    if key and (same := Note.objects.filter(case=case, once=once).first()):
        return same
    row = Note.objects.create(case=case, text=text, at=at, by=by.label, once=once)
    record("case.noted", subject=about(case), by=actor(by), at=at, facts={"note": row.pk})
    return row


@transaction.atomic
def involve(
    *, case: Case, unit: Unit, part: str, by: Person, at: datetime, until: date | None = None
) -> Case:
    """Let another unit help, perhaps until the end of a day, or be informed. Asked again, it owes its part again."""
    if part not in (CaseUnit.Part.HELPER, CaseUnit.Part.INFORMED):
        raise Refused(_("Choose whether the unit helps or is informed."))
    _open_to_others(case)
    if not unit.active:
        raise Refused(
            _("%(unit)s no longer exists. Choose the unit that took over its work.") % {"unit": unit.name}
        )
    if unit.pk == case.lead_id:
        raise Refused(_("%(unit)s holds this case already.") % {"unit": unit.name})
    due_at = end_of(until, case.lead) if until and part == CaseUnit.Part.HELPER else None
    if due_at and due_at <= at:
        raise Refused(_("This day is over. Choose a day that is still to come."))
    lock(f"case {case.pk}")
    if CaseUnit.objects.filter(case=case, unit=unit, part=part, due_at=due_at).exists():
        return case  # the same form again
    takes_part(case, unit, part, due_from=at if due_at else None, due_at=due_at)
    look(case, at)
    facts = {"unit": unit.pk, "part": part, "to_name": unit.name, "until": until and until.isoformat()}
    record("case.involved", subject=about(case), by=actor(by), at=at, facts=facts)
    return case


@transaction.atomic
def keep(
    *, case: Case, secrecy: Secrecy, concerns: Unit | None, reason: str, by: Person, at: datetime
) -> Case:
    """Decide how closely a case is kept. Oversight takes it from everybody but the overseers, at once.

    What names the Inspektorat's own staff, or where there is no Inspektorat, is the Sekda's to oversee. The same form
    again changes nothing; refused where somebody else has decided otherwise meanwhile.
    """
    if not reason.strip():
        raise Refused(_("Say why, because who may read this case changes."))
    lock(f"case {case.pk}")
    seen = case.secrecy
    case.refresh_from_db()
    was, subject, terms = Secrecy(case.secrecy), concerns or case.about, terms_of(case.lead)
    if secrecy is Secrecy.OVERSIGHT and terms.sekda_oversees(subject.pk if subject else None):
        secrecy = Secrecy.OVERSIGHT_SEKDA
    if (secrecy, subject) == (was, case.about):
        return case
    if was != seen:
        again = _("Reload the page, then decide again if that is not right.")
        raise Refused(f"{kept_words(case)} {again}")
    changes: dict[str, Any] = {"secrecy": secrecy, "about": subject}
    if secrecy >= Secrecy.OVERSIGHT:
        lead = _overseer(terms.overseer(secrecy), secrecy)
        changes |= {"lead": lead, "holder": None, "state_since": at, "state_by": by.label}
    Case.objects.filter(pk=case.pk).update(**changes)
    case.refresh_from_db()
    if secrecy >= Secrecy.OVERSIGHT:
        CaseUnit.objects.filter(case=case).exclude(unit=case.lead).update(part=CaseUnit.Part.FORMER)
        takes_part(case, case.lead, CaseUnit.Part.LEAD)
    CaseUnit.objects.filter(case=case).update(secrecy=secrecy)
    if secrecy >= Secrecy.SECRET:
        merging.part_all(case, by=actor(by), at=at)
    outbox.keep_secret(thread=f"case {case.pk}", secrecy=secrecy, unit=case.lead)
    _hide_or_show(case)
    (alike.forget if secrecy >= Secrecy.SECRET else alike.learn)(case)
    Note.objects.create(case=case, text=reason, at=at, by=by.label)
    record(
        "case.kept", subject=about(case), by=actor(by), at=at, facts={"was": was.name, "now": secrecy.name}
    )
    return case


def kept_words(case: Case) -> str:
    """How closely a case is kept, since when and by whose decision."""
    last = trail("case", case.pk).filter(kind="case.kept").first()
    return _("Who may read it has been “%(secrecy)s” since %(when)s, by %(who)s.") % {
        "secrecy": _(SECRECIES[Secrecy(case.secrecy)]),
        "when": spoken.moment(last.at if last else case.state_since, case.zone),
        "who": (last and last.actor_label) or _("The system"),
    }


def _overseer(pk: int, secrecy: Secrecy) -> Unit:
    """The unit that oversees; Refused where nobody holds a role there that may read it: the case would be lost."""
    unit = Unit.objects.get(pk=pk)
    if not anybody_cleared(unit, secrecy):
        roles = ", ".join(kind_word(kind) for kind in RoleKind if secrecy in cleared(kind))
        raise Refused(
            _(
                "Nobody could read this case then: nobody has the role %(role)s at %(unit)s. "
                "Ask the coordinator to give it to somebody, then send this again."
            )
            % {"role": roles, "unit": unit.name}
        )
    return unit


def _hide_or_show(case: Case) -> None:
    """Secret words leave the searchable column (they stay sealed); words no longer secret come back masked."""
    secret = case.secrecy >= Secrecy.SECRET
    for message in Message.objects.filter(case=case):
        told = json.loads(message.raw)
        message.text = "" if secret else prepare(told["text"]).text
        if not message.ours:
            hidden = case.secrecy >= Secrecy.ANONYMOUS
            message.author = "" if hidden else prepare(told["author"]).text[:120]
        message.save(update_fields=["text", "author"])
    if secret:
        Case.objects.filter(pk=case.pk).update(title="", understanding=None)
    elif not case.title:
        first = Message.objects.filter(case=case).order_by("pk").values_list("text", flat=True).first() or ""
        Case.objects.filter(pk=case.pk).update(title=title(first, load().greetings) or first[:80])
    case.refresh_from_db()


@transaction.atomic
def reveal(*, message: Message, why: str, by: Person, at: datetime) -> str:
    """Show what lies behind the masks, once, to one person, and record that it was shown."""
    if not why.strip():
        raise Refused(_("Say what the personal data are needed for; it is recorded."))
    case = message.case
    subject = about(case) if case else Subject("message", message.pk, "")
    record(
        "message.revealed",
        subject=subject,
        by=actor(by),
        at=at,
        facts={"message": message.pk, "why": why[:300]},
    )
    return str(json.loads(message.raw)["text"])
