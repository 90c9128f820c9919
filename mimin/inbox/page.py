"""The page of one case: everything it prints, prepared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.evidence.models import Facts
from mimin.evidence.queries import trail
from mimin.evidence.rows import detail_of
from mimin.evidence.rules import ERASED
from mimin.inbox import answering, approving, clock_rows, interim, merge_rows, moves, queries, saved_rows
from mimin.inbox.act_forms import NoteForm
from mimin.inbox.ask_rows import around
from mimin.inbox.correct_forms import URGENCIES, taps, told
from mimin.inbox.duty_rows import danger_part
from mimin.inbox.hand.attachments import beside
from mimin.inbox.left import left
from mimin.inbox.models import Case, Message, Reply
from mimin.inbox.offering import offered
from mimin.inbox.rows import (
    CLASSES,
    KINDS,
    LOOKS,
    REPLY_LOOKS,
    SECRECIES,
    said,
    shown_to,
    state_of,
    title_of,
)
from mimin.inbox.rules import Standing, deadline
from mimin.inbox.states import CASE, REPLY, TELLING
from mimin.inbox.terms import terms_of
from mimin.language.playbook import load
from mimin.lib import spoken
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.platforms import PLATFORMS
from mimin.registry.models import Channel

HAPPENED: dict[str, tuple[str, str]] = {
    "message.received": (gettext_noop("A message came in"), "inbox"),
    "attachment.kept": (gettext_noop("Attachments came with it"), "inbox"),
    "message.revealed": (gettext_noop("What is masked was shown to a person"), "eye"),
    "case.transferred": (gettext_noop("Passed on to another unit"), "arrow-right"),
    "case.returned": (gettext_noop("Handed back with a reason"), "undo-2"),
    "case.referred": (gettext_noop("Referred to another body"), "external-link"),
    "case.answered": (gettext_noop("The answer stands on the channel"), "check"),
    "case.scheduled": (gettext_noop("Promised for a day"), "calendar-days"),
    "case.put_off": (gettext_noop("The promise was put off"), "history"),
    "case.dropped": (gettext_noop("The promise was taken back"), "x"),
    "case.finished": (gettext_noop("Done, with proof"), "check-check"),
    "case.paused": (gettext_noop("The clock of settling was stopped"), "hourglass"),
    "case.resumed": (gettext_noop("The clock of settling runs again"), "clock"),
    "case.field_check": (gettext_noop("Whether a look in the field is needed was decided"), "map-pin"),
    "case.recounted": (
        gettext_noop("Promised times were counted anew: the calendar changed"),
        "calendar-days",
    ),
    "case.closed": (gettext_noop("Closed"), "archive"),
    "case.dismissed": (gettext_noop("Set aside: needs no answer"), "ban"),
    "case.reopened": (gettext_noop("Reopened"), "rotate-ccw"),
    "case.kept": (gettext_noop("Who may read it was changed"), "lock"),
    "case.merged": (gettext_noop("Merged: many citizens, one problem"), "merge"),
    "case.split": (gettext_noop("Split off: another matter"), "split"),
    "case.involved": (gettext_noop("Another unit takes part"), "user-plus"),
    "case.corrected": (gettext_noop("What was understood was corrected"), "pencil"),
    "case.inherited": (gettext_noop("Taken over: its unit ended"), "merge"),
    "case.held": (gettext_noop("Given to a person of the unit"), "user"),
    "case.part_done": (gettext_noop("A part is done"), "check"),
    "ask.question": (gettext_noop("Asked by a link"), "link"),
    "ask.approval": (gettext_noop("Approval asked by a link"), "link"),
    "ask.withdrawn": (gettext_noop("A link was withdrawn"), "ban"),
    "ask.told": (gettext_noop("Told through a link, not verified"), "message-circle"),
    "ask.decided": (gettext_noop("Decided by a link"), "check"),
    "case.tracked": (gettext_noop("Its number in SP4N-LAPOR! was noted"), "link"),
    "case.noted": (gettext_noop("A note for colleagues"), "square-pen"),
    "reply.drafted": (gettext_noop("An answer was drafted"), "square-pen"),
    "reply.from_saved": (gettext_noop("A saved reply was put into the draft"), "sticky-note"),
    "reply.submitted": (gettext_noop("An answer waits for approval"), "hourglass"),
    "reply.approved": (gettext_noop("The answer was let go"), "send"),
    "reply.returned": (gettext_noop("The answer went back to its author"), "undo-2"),
    "case.told_interim": (gettext_noop("An interim answer stands on the channel"), "hourglass"),
    "case.reminded": (gettext_noop("People were reminded of the promised time"), "bell"),
    "alarm.raised": (gettext_noop("Words of danger: an alarm was raised"), "flame"),
    "alarm.told": (gettext_noop("People were told of the alarm"), "bell"),
    "alarm.acknowledged": (gettext_noop("The alarm was taken on"), "hand"),
    "alarm.unheard": (gettext_noop("Nobody took the alarm on"), "triangle-alert"),
    "alarm.over": (gettext_noop("The alarm ended: the case was dealt with"), "minus"),
    "reply.withdrawn": (gettext_noop("The answer was taken back"), "x"),
    "slip.made": (gettext_noop("The citizen got a slip to follow the case"), "scroll-text"),
    "slip.concluded": (gettext_noop("The citizen said whether it is solved"), "message-circle"),
    ERASED: (gettext_noop("Words, names and files were lawfully erased"), "trash-2"),
}
"""kind of an evidence record -> words, icon."""


def context(
    found: Case, person: Person, now: datetime, *, answer: Form | None = None, before: int = 0
) -> dict[str, Any]:
    """What inbox/case.html takes. ``answer`` is a refused answer, shown again with its errors; ``before`` the message
    before which the conversation is shown (0: the newest)."""
    standing = queries.standing(person, found)
    shown = shown_to(standing)
    open_verbs = offered(found, standing)
    tapped = taps(found) if "correct" in open_verbs else []
    together = merge_rows.context(found, person, standing)
    others = together["merged"]["others"] if together["merged"] else 0
    secrecy = Secrecy(found.secrecy)
    return {
        "case": named(found),
        "state": state_of(CASE, LOOKS, found.state),
        "secrecy_label": _(SECRECIES[secrecy]) if secrecy else "",
        "urgent": found.urgency != "biasa",
        "clock": _clock(found, now),
        "erased": erased_words(found),
        "place": f"{_(PLATFORMS[found.channel.platform].label)} · {found.channel.name}",
        **_said(found, before),
        "reveal_url": reverse("case_act", args=[found.pk, "reveal"])
        if "case.reveal" in standing.rights
        else "",
        "verbs": open_verbs,
        **moves.context(found, open_verbs),
        "saved": saved_rows.chooser(found, person) if answer or "answer" in open_verbs else None,
        **clock_rows.context(found, now, shown),
        "reply": _reply_form(found, person, answer, now, others)
        if answer or "answer" in open_verbs
        else None,
        "replies": [_line(r, found, person, standing, others) for r in _under_way(found, person)],
        "understood": _understood(found, tapped),
        "taps": tapped,
        "reasons": _reasons(found),
        "suggestions": _suggestions(found) if "transfer" in open_verbs else [],
        "facts": _facts(found),
        **around(found, person, standing, now),
        "danger": danger_part(found, standing, now),
        "interim": interim.offered(found, now) if "answer" in open_verbs else "",
        "note_form": NoteForm() if "note" in open_verbs else None,
        "notes": [
            {"author": n.by, "text": shown(n.text), "when_text": spoken.moment(n.at, found.zone)}
            for n in found.notes.all()
        ],
        "trail": _trail(found, person, shown),
        **together,
        **beside(found, standing.rights),
    }


def named(found: Case) -> dict[str, Any]:
    """How a page calls a case, and the version of it that the page shows (``as_of``)."""
    return {"pk": found.pk, "number": found.number, "title": title_of(found), "as_of": found.version}


def _clock(found: Case, now: datetime) -> dict[str, str] | None:
    until = deadline(found.rank)
    if until is None:
        return None
    words, tone = left(until, now, terms_of(found.lead).office)
    due = spoken.moment(until, found.zone, weekday=True)
    said = _("%(left)s. Next answer due:") if found.answered_at else _("%(left)s. Answer due:")
    return {"text": said % {"left": words}, "due": due, "tone": tone}


def _said(found: Case, before: int) -> dict[str, Any]:
    """One page of the conversation, with the way to what was said before it, and back to the newest."""
    messages, more = queries.turns(found, before=before)
    marks = tuple((r[2], r[3]) for r in (found.understanding or {}).get("reasons", []))
    first = next((m.pk for m in messages if not m.ours), 0) if not more else 0
    return {
        "said": [
            said(m, found, told=_told(m, found), marks=marks if m.pk == first else ()) for m in messages
        ],
        "earlier_url": f"?before={more}#talk" if more else "",
        "newest_url": f"{reverse('case', args=[found.pk])}#talk" if before else "",
    }


def _told(message: Message, found: Case) -> str:
    gone = found.erased_at and message.received_at <= found.erased_at
    return _("What was said here was lawfully erased.") if gone else queries.told(message)


def erased_words(found: Case) -> str:
    """When, by whom and why the case was erased; "" where it was not."""
    done = trail("case", found.pk).filter(kind=ERASED).first() if found.erased_at else None
    if done is None:
        return ""
    told = {"when": spoken.moment(done.at, found.zone), "who": done.actor_label, "why": _ground(done)}
    return (
        _(
            "The words, names and files of this case were lawfully erased on %(when)s by %(who)s: %(why)s. Its number, "
            "unit, times and states stay."
        )
        % told
    )


def _ground(done: Facts) -> str:
    return str((done.details or {}).get("why", "")).rstrip(".")


def _reply_form(
    found: Case, person: Person, answer: Form | None, now: datetime, others: int
) -> dict[str, Any] | None:
    rows = Message.objects.filter(case=found, ours=False).order_by("sent_at", "pk")
    asked = rows.defer("raw").last()
    if asked is None:
        return None
    draft = Reply.objects.filter(case=found, author=person, state="draft", message=asked).last()
    fact = PLATFORMS[found.channel.platform].facts.get("text_max")
    limit = fact.value if fact else None
    return {
        "message_id": asked.pk,
        "text": answer.data.get("text", "") if answer else draft.text if draft else "",
        "limit": str(limit) if limit else "",
        "also": _also(others, answer, draft) if others else None,
        "by_hand": found.channel.mode != Channel.Mode.CONNECTED,
        "needs_approval": answering.needs_approval(found, by=person, at=now),
        "kinds": _kinds(found, answer.data.get("kind", "") if answer else draft.kind if draft else ""),
        "errors": [e for errors in answer.errors.values() for e in errors] if answer else [],
    }


def _also(others: int, answer: Form | None, draft: Reply | None) -> dict[str, Any]:
    """Whether the citizens of the merged cases get the same: proposed until somebody says no."""
    chosen = "also" in answer.data if answer else draft.also if draft else True
    return {"label": _("Send it to %(n)s other citizens too") % {"n": others}, "chosen": chosen}


def _kinds(found: Case, chosen: str) -> list[dict[str, Any]]:
    """What may come after an answer; in a state that is to be told of, the state says it already."""
    if found.state in (*TELLING, *CASE.final):
        return []
    information = found.klass == "permintaan_informasi"
    chosen = chosen or (Reply.Kind.FINAL if information else Reply.Kind.ANSWER)
    return [{"value": str(k), "label": _(word), "chosen": k == chosen} for k, word in KINDS.items()]


def _under_way(found: Case, person: Person) -> list[Reply]:
    rows = Reply.objects.filter(case=found, state__in=("draft", "submitted", "leaving")).select_related(
        "author", "delivery"
    )
    return [r for r in rows if r.state != "draft" or r.author_id != person.pk or r.returned_because]


def _line(reply: Reply, found: Case, person: Person, standing: Standing, others: int) -> dict[str, Any]:
    own, waits, shown = reply.author_id == person.pk, reply.state == "submitted", shown_to(standing)
    may = {
        "approve": waits and not own and "case.approve" in standing.rights,
        "send_back": waits and not own and "case.approve" in standing.rights,
        "withdraw": reply.state in ("draft", "submitted") and own,
        "ask_approval": waits and "case.ask" in standing.rights and approving.offered_by_link(found),
    }
    return {
        "id": reply.pk,
        "author": reply.wrote.label,
        "text": reply.text if own else shown(reply.text),
        "also": _("It goes to %(n)s other citizens too.") % {"n": others} if reply.also and others else "",
        "when_text": spoken.moment(reply.state_since, found.zone),
        "state": state_of(REPLY, REPLY_LOOKS, reply.state),
        "returned_because": reply.returned_because if own else shown(reply.returned_because),
        "verbs": tuple(verb for verb, yes in may.items() if yes),
        "delivery_url": reverse("delivery", args=[reply.delivery_id]) if reply.delivery_id else "",
    }


def _understood(found: Case, tapped: list[Any]) -> list[dict[str, str]]:
    """What is only shown: all of it, or the unit alone where the rest can be tapped."""
    seen = found.understanding
    if not seen:
        return []
    best = seen["units"][0] if seen["units"] else None
    unit = {"label": _("Unit"), "value": f"{best[1]} ({round(best[2] * 100)} %)" if best else ""}
    if tapped:
        return [unit]
    return [
        {"label": _("Kind"), "value": _(CLASSES.get(found.klass, "Other"))},
        {"label": _("Affair"), "value": load().affair_names.get(found.affair, "")},
        unit,
        {"label": _("Urgency"), "value": _(URGENCIES[found.urgency])},
    ]


def _reasons(found: Case) -> str:
    """The words that decided, and from how many corrections they were learned."""
    seen = found.understanding or {}
    words = list(dict.fromkeys(reason[1] for reason in seen.get("reasons", [])))
    if learned := seen.get("learned"):
        words.append(_("learned from %(n)s corrections") % {"n": learned})
    return ", ".join(words)


def _suggestions(found: Case) -> list[dict[str, Any]]:
    units = (found.understanding or {}).get("units", [])
    taken = found.lead_id if found.state != "new" else 0
    return [{"id": pk, "label": label} for pk, label, _score in units if int(pk) != taken]


def _facts(found: Case) -> list[dict[str, str]]:
    lines = [
        {"label": _("Holder"), "value": found.lead.name},
        {"label": _("Came in"), "value": spoken.moment(found.opened_at, found.zone)},
        {
            "label": _("Channel"),
            "value": found.channel.name,
            "url": reverse("channel", args=[found.channel_id]),
        },
        {"label": _("Who may read it"), "value": _(SECRECIES[Secrecy(found.secrecy)])},
    ]
    number = found.tracking_id or _("Not entered")
    lines.append({"label": "SP4N-LAPOR!", "value": number, "url": reverse("case_lapor", args=[found.pk])})
    if found.answered_at:
        answered = spoken.moment(found.answered_at, found.zone)
        lines.append({"label": _("First answer"), "value": answered})
    if found.outside:
        lines.append({"label": _("Business of"), "value": found.outside, "note": found.outside_number})
    if found.reopened:
        lines.append({"label": _("Reopened"), "value": _("%(n)s times") % {"n": found.reopened}})
    if found.field_check:
        lines.append({"label": _("A look in the field"), "value": _("is needed")})
    if found.about:
        lines.append({"label": _("Names staff of"), "value": found.about.name})
    return lines


def _trail(found: Case, person: Person, shown: Callable[[str], str]) -> list[dict[str, Any]]:
    lines, facts = [], trail("case", found.pk)[:60]
    others = _others(person, {(fact.details or {}).get("other", 0) for fact in facts})
    transfers = {t.at: shown(t.reason) for t in found.transfers.all()}
    for fact in facts:
        words, icon = HAPPENED.get(fact.kind, (fact.kind, "info"))
        detail = detail_of(fact, found.zone)
        to = others.get((fact.details or {}).get("other", 0)) or told(fact.details or {})
        reason = transfers.get(fact.at, "")
        lines.append(
            {
                "icon": icon,
                "title": f"{_(words)}: {to}" if to else _(words),
                "detail": f"{detail} · {reason}" if reason else detail,
                "url": "",
            }
        )
    return lines


def _others(person: Person, pks: set[int]) -> dict[int, str]:
    """The numbers of other cases that the trail speaks of, where the person may see them."""
    rows = Case.objects.filter(queries.seen(person), pk__in=pks - {0}) if pks - {0} else ()
    return {case.pk: case.number for case in rows}
