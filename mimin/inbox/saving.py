"""The verbs of saved replies, with which a unit answers again and again. Each is one transaction and one record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from mimin.evidence.actions import Subject, record
from mimin.inbox import told
from mimin.inbox.models import Case, Message, Reply, SavedReply
from mimin.inbox.placing import about
from mimin.inbox.rules import FIELDS, unknown_fields
from mimin.inbox.states import REPLY
from mimin.language.understand import prepare
from mimin.lib import spoken
from mimin.lib.moving import Refused
from mimin.lib.store import lock
from mimin.people.actions import actor
from mimin.people.models import Person, Unit

LONGEST = 2000
MOST = 200
"""So many a unit may keep: more is a book in which nobody finds anything. Our proposal."""


@transaction.atomic
def save(
    *, unit: Unit, title: str, text: str, by: Person, at: datetime, affair: str = "", klass: str = ""
) -> SavedReply:
    """Keep a reply for the people of a unit and of all below it. The same form sent twice is one."""
    wanted = _checked(unit, title, text, affair, klass)
    lock("saved replies")
    if same := SavedReply.objects.filter(unit=unit, title=wanted["title"]).first():
        if _holds(same, wanted):
            return same
        raise _taken(same)
    if SavedReply.objects.filter(unit=unit).count() >= MOST:
        words = _("%(unit)s keeps %(most)s saved replies already. Remove one that nobody uses first.")
        raise Refused(words % {"unit": unit.name, "most": MOST})
    saved = SavedReply.objects.create(**wanted, updated_at=at, updated_by=by.label)
    record("saved_reply.saved", subject=_about(saved), by=actor(by), at=at, facts=_facts(saved))
    return saved


@transaction.atomic
def change(
    *,
    saved: SavedReply,
    unit: Unit,
    title: str,
    text: str,
    by: Person,
    at: datetime,
    affair: str = "",
    klass: str = "",
    as_of: str = "",
) -> SavedReply:
    """Change a saved reply, or give it to another unit. ``as_of``: the version that the person saw; "" where that is
    not known."""
    wanted = _checked(unit, title, text, affair, klass)
    lock("saved replies")
    now_is = SavedReply.objects.filter(pk=saved.pk).select_related("unit").first()
    if now_is is None:
        raise Refused(_("Somebody removed this saved reply meanwhile. Add it anew if it is still needed."))
    if _holds(now_is, wanted):
        return now_is
    if as_of not in ("", now_is.version):
        when = spoken.moment(now_is.updated_at, now_is.unit.zone)
        words = _("%(who)s changed this saved reply at %(when)s.") % {"who": now_is.updated_by, "when": when}
        kept = _("What you entered is kept: send it again if it still holds.")
        raise Refused(f"{words} {kept}")
    if other := SavedReply.objects.filter(unit=unit, title=wanted["title"]).exclude(pk=saved.pk).first():
        raise _taken(other)
    for name, value in {**wanted, "updated_at": at, "updated_by": by.label}.items():
        setattr(now_is, name, value)
    now_is.save(update_fields=[*wanted, "updated_at", "updated_by"])
    record("saved_reply.changed", subject=_about(now_is), by=actor(by), at=at, facts=_facts(now_is))
    return now_is


@transaction.atomic
def remove(*, saved: SavedReply, by: Person, at: datetime) -> None:
    """Take a saved reply away; answers that were written with it stay. Pressing twice is one."""
    lock("saved replies")
    subject = _about(saved)
    gone, _rows = SavedReply.objects.filter(pk=saved.pk).delete()
    if gone:
        record("saved_reply.removed", subject=subject, by=actor(by), at=at, facts={"unit": saved.unit_id})


@transaction.atomic
def use(
    *, saved: SavedReply, case: Case, by: Person, at: datetime, before: str | None = None, kind: str = ""
) -> Reply:
    """Put the words, filled in for the case, into the person's own draft, below what stands there. Twice is once.

    ``before``: what stands in the box on the screen now, where that is newer than the draft; ``kind``: as of a draft.
    """
    lock(f"case {case.pk}")
    message = Message.objects.filter(case=case, ours=False).order_by("sent_at", "pk").last()
    if message is None:
        raise Refused(_("No citizen wrote in this case, so there is nothing to answer."))
    words = told.filled(saved.text, told.fields_of(case, at))
    draft = Reply.objects.filter(case=case, message=message, author=by, state=REPLY.initial).last()
    above = (before if before is not None else draft.text if draft else "").strip()
    added = words not in above
    text = f"{above}\n\n{words}".strip() if added else above
    if draft and (draft.text, draft.kind) == (text, kind or draft.kind):
        return draft
    added = added and not (draft and draft.text == text)
    draft = draft or Reply(
        case=case, message=message, unit=case.lead, author=by, written_at=at,
        state=REPLY.initial, state_since=at, state_by=by.label,
    )  # fmt: skip
    draft.text, draft.kind = text, kind or draft.kind
    draft.save()
    if added:
        SavedReply.objects.filter(pk=saved.pk).update(used=F("used") + 1)
        facts = {"reply": draft.pk, "saved": saved.pk}
        record("reply.from_saved", subject=about(case), by=actor(by), at=at, facts=facts)
    return draft


def _checked(unit: Unit, title: str, text: str, affair: str, klass: str) -> dict[str, Any]:
    """What is to be kept, tidied. Raises Refused for what cannot be."""
    title, text = " ".join(title.split()), text.replace("\r\n", "\n").strip()
    if not title or not text:
        raise Refused(_("A saved reply needs a title and a text."))
    if len(title) > SavedReply.LONGEST_TITLE or len(text) > LONGEST:
        most = {"title": SavedReply.LONGEST_TITLE, "text": LONGEST, "now": len(text)}
        raise Refused(
            _("Too long: a title may have %(title)s characters, a text %(text)s; this text has %(now)s. Shorten it.")
            % most
        )  # fmt: skip
    if found := prepare(f"{title}\n{text}").found:
        kinds = ", ".join(sorted({one.kind for one in found}))
        raise Refused(
            _("It holds personal data (%(kinds)s). Take it out: many people will answer with this text.")
            % {"kinds": kinds}
        )
    if unknown := unknown_fields(text):
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise Refused(
            _(
                "Nothing fills in %(unknown)s. Possible are %(known)s; correct it or write the words themselves."
            )
            % {"unknown": ", ".join(unknown), "known": known}
        )
    return {"unit": unit, "title": title, "text": text, "affair": affair, "klass": klass}


def _holds(saved: SavedReply, wanted: dict[str, Any]) -> bool:
    return {name: getattr(saved, name) for name in wanted} == wanted


def _taken(other: SavedReply) -> Refused:
    words = _(
        "%(unit)s has a saved reply called “%(title)s” already. Change that one, or choose another title."
    )
    return Refused(words % {"unit": other.unit.name, "title": other.title})


def _about(saved: SavedReply) -> Subject:
    return Subject("saved_reply", saved.pk, saved.title)


def _facts(saved: SavedReply) -> dict[str, Any]:
    kept = {"title": saved.title, "text": saved.text, "affair": saved.affair, "klass": saved.klass}
    return {"unit": saved.unit_id, **kept}
