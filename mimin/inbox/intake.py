"""What is heard comes in: de-duplicated, kept sealed, shown masked, opened as a case at a unit, evidenced.

``receive`` is the first verb of the hear walk. It stands in a file of its own because it is the one that must be fast.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from mimin.evidence.actions import Actor, Entry, Subject, record_many
from mimin.inbox.arriving import kept, kept_id, storable
from mimin.inbox.models import Case, CaseUnit, Message
from mimin.inbox.placing import reopened
from mimin.inbox.rules import rank, secrecy_of
from mimin.inbox.states import CASE
from mimin.language.understand import Reason, Understanding, prepare
from mimin.lib.clock import Calendar
from mimin.lib.sealed import keyring
from mimin.lib.store import insert, lock
from mimin.people.models import Unit
from mimin.people.rules import Secrecy
from mimin.platforms.base import Heard
from mimin.policy.queries import calendar, due, recalled, values
from mimin.registry.models import Channel

MIMIN = Actor(None, "Mimin")
Understand = Callable[[str], Understanding]


@dataclass(frozen=True)
class Terms:
    """What the intake of a unit needs to know: who oversees, from which score Mimin routes by itself, the promises."""

    inspectorate: int | None
    top: int
    auto_score: int
    ordinary: dict[str, Any]
    urgent: dict[str, Any]
    office: Calendar

    def deadline(self, start: datetime, urgency: str) -> datetime:
        """When the first answer is due: the ordinary promise or, in danger, the earlier of both."""
        ordinary = due(start, self.ordinary, self.office)
        return min(ordinary, due(start, self.urgent, self.office)) if urgency == "darurat" else ordinary


@dataclass(frozen=True)
class Received:
    """What one batch became: messages that were new, and the cases they opened or joined."""

    messages: tuple[int, ...]
    opened: tuple[int, ...]
    joined: tuple[int, ...]


@dataclass
class _Coming:
    heard: Heard
    text: str
    title: str
    understood: Understanding | None
    secrecy: Secrecy
    case: Case | None = None


def receive(
    heard: Sequence[Heard],
    *,
    channel: Channel,
    at: datetime,
    understand: Understand | None,
    by: Actor = MIMIN,
) -> Received:
    """Take in what a channel brought; what is known already is passed over. One transaction.

    Everything that thinks (masking, understanding, deadlines) happens before the transaction; nobody can see a case
    before its secrecy is decided.
    """
    arrived = {one.remote_id: one for one in (kept(one, at=at) for one in reversed(heard))}
    fresh = list(reversed(arrived.values()))
    if understand:  # what is known need not be understood again
        fresh = _unknown(fresh, channel)
    if not fresh:
        return Received((), (), ())
    terms = terms_of(channel.unit)
    coming = [_coming(one, understand, terms) for one in fresh]
    with transaction.atomic():
        lock(f"intake {channel.pk}")
        still = {h.remote_id for h in _unknown(fresh, channel)}
        coming = [c for c in coming if c.heard.remote_id in still]
        return _store(coming, channel=channel, at=at, by=by, terms=terms)


def note_held(heard: Sequence[Heard], *, channel: Channel) -> int:
    """Note on known messages whether the platform still holds them back; returns how many changed."""
    changed = 0
    for held in (True, False):
        ids = [kept_id(h.remote_id) for h in heard if h.held is held]
        changed += Message.objects.filter(channel=channel, remote_id__in=ids, held=not held).update(held=held)
    return changed


def _unknown(heard: Sequence[Heard], channel: Channel) -> list[Heard]:
    ids = [h.remote_id for h in heard]
    known = set(
        Message.objects.filter(channel=channel, remote_id__in=ids).values_list("remote_id", flat=True)
    )
    return [one for one in heard if one.remote_id not in known]


def terms_of(unit: Unit) -> Terms:
    """The terms that hold for a unit; kept for ten seconds, so that a change reaches the intake within that time."""
    return recalled(("terms", unit.pk), lambda: _terms(unit))


def _terms(unit: Unit) -> Terms:
    held = values(unit, "case.auto_route", "case.first_response", "case.urgent_response")
    overseer = (
        Unit.objects.filter(affairs__icontains="inspektorat", active=True)
        .values_list("pk", flat=True)
        .first()
    )
    return Terms(
        inspectorate=overseer,
        top=int(unit.path[:6]),
        auto_score=held["case.auto_route"],
        ordinary=held["case.first_response"],
        urgent=held["case.urgent_response"],
        office=calendar(unit),
    )


def _coming(heard: Heard, understand: Understand | None, terms: Terms) -> _Coming:
    text = prepare(heard.text).text
    understood = understand(text) if understand and not heard.ours else None
    secrecy = Secrecy.OPEN
    if understood:
        # Where there is no Inspektorat, what it would keep is the Sekda's.
        secrecy = secrecy_of(understood.confidentiality, terms.inspectorate in (None, understood.about_unit))
    title = understood.title if understood and understood.title else text.strip()[:80]
    return _Coming(heard, text, title, understood, secrecy)


def _store(
    coming: list[_Coming],
    *,
    channel: Channel,
    at: datetime,
    by: Actor,
    terms: Terms,
) -> Received:
    _join(coming, channel)
    opening, following = _sorted(coming)
    told = [(c, c) for c in coming] + following
    joined = {first.case.pk: first.case for c, first in told if first.case and not c.heard.ours}
    for one in opening:
        one.case = _case(one, channel=channel, at=at, terms=terms)
    insert([c.case for c in opening if c.case])
    for one, first in following:
        one.case = first.case
    messages = insert([_message(c, channel=channel, at=at) for c in coming])
    insert([part for c in opening for part in _parts(c, channel)])
    record_many([_entry(c, m, channel, by, at) for c, m in zip(coming, messages, strict=True)])
    for case in joined.values():  # the citizen wrote again: somebody must look
        if case.state in CASE.moves["reopen"].sources:
            reopened(case, by=by, at=at)
    return Received(tuple(m.pk for m in messages), tuple(c.case.pk for c in opening if c.case), tuple(joined))


def _join(coming: list[_Coming], channel: Channel) -> None:
    """A message in the thread of a known one belongs to the same case."""
    parents = {c.heard.parent_id for c in coming if c.heard.parent_id}
    if not parents:
        return
    rows = Message.objects.filter(channel=channel, remote_id__in=parents, case__isnull=False).select_related(
        "case"
    )
    cases = {m.remote_id: m.case for m in rows}
    for one in coming:
        case = cases.get(one.heard.parent_id)
        if case is not None and _belongs(one, case.secrecy):
            one.case = case


def _belongs(one: _Coming, secrecy: int) -> bool:
    """Whether a message can stand in a case of this secrecy; what must be kept closer opens a case of its own."""
    return one.secrecy < Secrecy.SECRET or one.secrecy <= secrecy


def _sorted(coming: list[_Coming]) -> tuple[list[_Coming], list[tuple[_Coming, _Coming]]]:
    """Those that open a case, and those that follow one of the same batch (oldest first) into its case, with it."""
    opening: list[_Coming] = []
    following: list[tuple[_Coming, _Coming]] = []
    heads: dict[str, _Coming] = {}
    for one in coming:
        first = heads.get(one.heard.parent_id)
        if one.case is None and first and _belongs(one, first.case.secrecy if first.case else first.secrecy):
            following.append((one, first))
            heads[one.heard.remote_id] = first
        elif one.case is not None or not one.heard.ours:
            if one.case is None:
                opening.append(one)
            heads[one.heard.remote_id] = one
    return opening, following


def _case(
    one: _Coming,
    *,
    channel: Channel,
    at: datetime,
    terms: Terms,
) -> Case:
    seen = one.understood
    urgency = seen.urgency if seen else "biasa"
    lead, state = _lead(one, channel, terms)
    due_at = terms.deadline(one.heard.sent_at, urgency)
    secret = one.secrecy >= Secrecy.SECRET
    return Case(
        title="" if secret else one.title[:160],
        klass=seen.klass if seen else "",
        affair=seen.affair if seen else "",
        urgency=urgency,
        secrecy=one.secrecy,
        channel=channel,
        lead_id=lead,
        about_id=seen.about_unit if seen else None,
        understanding=_kept(seen, secret),
        outside=seen.outside if seen else "",
        opened_at=one.heard.sent_at,
        due_at=due_at,
        state=state,
        state_since=at,
        state_by=MIMIN.label,
        rank=rank(state, due_at, at),
    )


def _lead(one: _Coming, channel: Channel, terms: Terms) -> tuple[int, str]:
    """Which unit a new case goes to: oversight to the overseer, a sure match by policy, else where it was heard."""
    if one.secrecy is Secrecy.OVERSIGHT and terms.inspectorate:
        return terms.inspectorate, "routed"
    if one.secrecy >= Secrecy.OVERSIGHT:
        return terms.top, "routed"
    best = one.understood.units[0] if one.understood and one.understood.units else None
    if best and terms.auto_score and best.score * 100 >= terms.auto_score:
        return int(best.id), "routed"
    return channel.unit_id, CASE.initial


def _kept(seen: Understanding | None, secret: bool) -> dict[str, Any] | None:
    """What was understood, as the screen shows it. Of a secret case no word is kept outside its sealed text."""
    if seen is None:
        return None
    return {
        "affairs": [[s.id, s.label, round(s.score, 3)] for s in seen.affairs],
        "units": [[s.id, s.label, round(s.score, 3)] for s in seen.units],
        "reasons": []
        if secret
        else [[r.kind, r.term, r.start, r.end] for r in seen.reasons if _decided(r, seen)],
    }


def _decided(reason: Reason, seen: Understanding) -> bool:
    """Whether a reason speaks for what was chosen: words of other affairs would only confuse who reads."""
    return reason.kind != "affair" or reason.value == seen.affair


def _message(one: _Coming, *, channel: Channel, at: datetime) -> Message:
    heard = one.heard
    secret = one.case is not None and one.case.secrecy >= Secrecy.SECRET
    hidden = one.case is not None and one.case.secrecy >= Secrecy.ANONYMOUS
    return Message(
        channel=channel,
        remote_id=heard.remote_id,
        parent_id=heard.parent_id,
        case_id=one.case.pk if one.case else None,
        ours=heard.ours,
        held=heard.held,
        author="" if hidden else prepare(heard.author).text[:120],
        author_key=keyring().fingerprint(heard.author, purpose=f"author {channel.pk}")[:32],
        text="" if secret else one.text,
        raw=storable(
            json.dumps(
                {"text": heard.text[:100_000], "author": heard.author, "raw": dict(heard.raw)},
                ensure_ascii=False,
            )
        ),
        url=heard.url[:500],
        sent_at=heard.sent_at,
        received_at=at,
    )


def _parts(one: _Coming, channel: Channel) -> list[CaseUnit]:
    case = one.case
    if case is None:
        return []
    units = {case.lead_id: CaseUnit.Part.LEAD}
    if case.secrecy < Secrecy.OVERSIGHT:
        units.setdefault(channel.unit_id, CaseUnit.Part.INFORMED)
    return [
        CaseUnit(case=case, unit_id=unit, part=part, state=case.state, secrecy=case.secrecy, rank=case.rank)
        for unit, part in units.items()
    ]


def _entry(one: _Coming, message: Message, channel: Channel, by: Actor, at: datetime) -> Entry:
    heard = one.heard
    subject = (
        Subject("case", one.case.pk, one.case.number)
        if one.case
        else Subject("channel", channel.pk, channel.name)
    )
    facts = {
        "channel": channel.pk,
        "message": message.pk,
        "remote_id": heard.remote_id,
        "sent_at": heard.sent_at.isoformat(),
        "text_sha256": hashlib.sha256(heard.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "ours": heard.ours,
    }
    return Entry("message.received", subject, by, at, facts)
