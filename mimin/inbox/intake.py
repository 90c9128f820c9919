"""What is heard comes in: de-duplicated, kept sealed, shown masked, opened as a case at a unit, evidenced.

``receive`` is the first verb of the hear walk. It stands in a file of its own because it is the one that must be fast.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mimin.evidence.actions import Actor, Entry, Subject, record_many
from mimin.inbox import alike, merging
from mimin.inbox.arriving import kept, kept_id, storable
from mimin.inbox.danger import danger_of, raise_alarms
from mimin.inbox.history import NO_PAST, Past, settled
from mimin.inbox.models import Case, CaseUnit, Message
from mimin.inbox.pausing import counted
from mimin.inbox.placing import end_pause, reopened, units_of
from mimin.inbox.rules import names_street, rank, secrecy_of
from mimin.inbox.states import CASE, WORKING
from mimin.inbox.terms import Terms, terms_of
from mimin.language.thanks import only_thanks
from mimin.language.understand import Reason, Understanding, prepare
from mimin.lib.sealed import keyring
from mimin.lib.store import insert, lock, marks, present
from mimin.people.rules import Secrecy
from mimin.platforms.base import Heard
from mimin.registry.models import Channel

MIMIN = Actor(None, "Mimin")
TICK = timedelta(microseconds=1)
Understand = Callable[[str], Understanding]


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
    past: Past | None = None
    keys: tuple[int, ...] = ()
    case: Case | None = None


def receive(
    heard: Sequence[Heard],
    *,
    channel: Channel,
    at: datetime,
    understand: Understand | None,
    by: Actor = MIMIN,
    past: Mapping[str, Past] = NO_PAST,
    asked: str = "",
    then: Callable[[Received], object] | None = None,
) -> Received:
    """Take in what a channel brought; what is known already is passed over. One transaction.

    Everything that thinks (masking, understanding, deadlines) happens before the transaction; nobody can see a case
    before its secrecy is decided. ``past``: by remote id, how a report stood where it was handled before; ``asked``:
    the confidentiality that the citizen asked for, beside what is understood; ``then`` is done in the same transaction.
    """
    arrived = {one.remote_id: one for one in (kept(one, at=at) for one in reversed(heard))}
    fresh = list(reversed(arrived.values()))
    if understand:  # what is known need not be understood again
        fresh = _unknown(fresh, channel)
    if not fresh and not then:
        return Received((), (), ())
    terms = terms_of(channel.unit)
    coming = [_coming(one, understand, terms, past.get(one.remote_id), asked) for one in fresh]
    with transaction.atomic():
        lock(f"intake {channel.pk}")
        still = {h.remote_id for h in _unknown(fresh, channel)}
        coming = [c for c in coming if c.heard.remote_id in still]
        received = _store(coming, channel=channel, at=at, by=by, terms=terms)
        if then:
            then(received)
        return received


def note_held(heard: Sequence[Heard], *, channel: Channel) -> int:
    """Note on known messages whether the platform still holds them back; returns how many changed."""
    changed = 0
    for held in (True, False):
        ids = [kept_id(h.remote_id) for h in heard if h.held is held]
        changed += Message.objects.filter(channel=channel, remote_id__in=ids, held=not held).update(held=held)
    return changed


def _unknown(heard: Sequence[Heard], channel: Channel) -> list[Heard]:
    known = present(Message, "remote_id", [one.remote_id for one in heard], channel_id=channel.pk)
    return [one for one in heard if one.remote_id not in known]


def _coming(
    heard: Heard, understand: Understand | None, terms: Terms, past: Past | None, asked: str
) -> _Coming:
    text = prepare(heard.text).text
    understood = understand(text) if understand and not heard.ours else None
    seen = (understood.confidentiality if understood else "", past.confidentiality if past else "", asked)
    about = understood.about_unit if understood else None
    secrecy = max(secrecy_of(one, terms.sekda_oversees(about)) for one in seen)
    called = prepare(past.title).text if past else ""
    title = called or (understood.title if understood else "") or text.strip()[:80]
    over = past is not None and past.state not in WORKING
    apart = understood is None or over or secrecy >= Secrecy.SECRET
    return _Coming(heard, text, title, understood, secrecy, past, () if apart else alike.keys_of(text))


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
    known = {c.case.pk for c in coming if c.case}
    for one in opening:
        one.case = _case(one, channel=channel, at=at, terms=terms)
    insert([c.case for c in opening if c.case])
    for one, first in following:
        one.case = first.case
    parts = [_parts(c, channel) for c in opening]
    units = units_of(*known) if known else {}
    units |= {some[0].case_id: marks(part.unit_id for part in some) for some in parts if some}
    messages = insert([_message(c, units, channel=channel, at=at) for c in coming])
    insert([part for some in parts for part in some])
    alike.keep_keys([(c.case, c.keys) for c in opening if c.case])
    record_many([_entry(c, m, channel, by, at) for c, m in zip(coming, messages, strict=True)])
    _wrote_again(joined, at)
    for case in joined.values():  # the citizen wrote again: somebody must look
        wrote = [c for c in coming if c.case and c.case.pk == case.pk and not c.heard.ours]
        if case.state in CASE.moves["reopen"].sources:
            asks = not all(only_thanks(one.text) for one in wrote)
            reopened(case, wrote=min(c.heard.sent_at for c in wrote), by=by, at=at, counts=asks)
        elif case.state == "merged":
            merging.wrote_again(case, wrote=min(c.heard.sent_at for c in wrote), by=by, at=at)
        elif end_pause(case, at=at):
            counted(case, at=at)
    raise_alarms(_dangers(coming, terms, at), at=at)
    return Received(tuple(m.pk for m in messages), tuple(c.case.pk for c in opening if c.case), tuple(joined))


def _wrote_again(joined: Mapping[int, Case], at: datetime) -> None:
    """Whoever has read these cases has not read all of them any more; of two batches the later one is newer."""
    if joined:
        last = max([at, *(case.heard_at + TICK for case in joined.values() if case.heard_at)])
        Case.objects.filter(pk__in=joined).update(heard_at=last)


def _dangers(coming: list[_Coming], terms: Terms, at: datetime) -> dict[Case, str]:
    """The cases in which a citizen speaks of danger now, and of which; history that is imported rings nobody."""
    return {
        one.case.main or one.case: kind
        for one in coming
        if one.case
        and not one.past
        and (kind := danger_of(one.understood))
        and terms.rings(one.heard.sent_at, at)
    }


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
    since = at if one.past else one.heard.sent_at
    due_at = terms.deadline(since, urgency)
    secret = one.secrecy >= Secrecy.SECRET
    case = Case(
        title="" if secret else one.title[:160],
        klass=seen.klass if seen else "",
        affair=seen.affair if seen else "",
        urgency=urgency,
        secrecy=one.secrecy,
        channel=channel,
        lead_id=lead,
        about_id=seen.about_unit if seen else None,
        understanding=_kept(one, secret),
        outside=seen.outside if seen else "",
        opened_at=one.heard.sent_at,
        heard_at=at,
        due_at=due_at,
        due_from=since,
        waits_from=since,
        settle_from=since,
        verified_at=at if state != CASE.initial else None,
        settle_by=terms.settled_by(since, seen.klass if seen else ""),
        remind_at=terms.first_look(since, due_at),
        state=state,
        state_since=at,
        state_by=MIMIN.label,
        rank=rank(state, due_at, at),
    )
    return settled(case, one.past) if one.past else case


def _lead(one: _Coming, channel: Channel, terms: Terms) -> tuple[int, str]:
    """Which unit a new case goes to: oversight to the overseer, a sure match by policy, else where it was heard."""
    if one.secrecy >= Secrecy.OVERSIGHT:
        return terms.overseer(one.secrecy), "routed"
    best = one.understood.units[0] if one.understood and one.understood.units else None
    if best and terms.auto_score and best.score * 100 >= terms.auto_score:
        return int(best.id), "routed"
    return channel.unit_id, CASE.initial


def _kept(one: _Coming, secret: bool) -> dict[str, Any] | None:
    """What was understood, as the screen shows it. Of a secret case no word is kept outside its sealed text."""
    seen = one.understood
    if seen is None:
        return None
    told = {"learned": seen.learned} if seen.learned else {}
    return {
        **told,
        "affairs": [[s.id, s.label, round(s.score, 3)] for s in seen.affairs],
        "units": [[s.id, s.label, round(s.score, 3)] for s in seen.units],
        "reasons": []
        if secret
        else [[r.kind, r.term, r.start, r.end] for r in seen.reasons if _decided(r, seen, one.text)],
    }


def _decided(reason: Reason, seen: Understanding, text: str) -> bool:
    """Whether a reason speaks for what was chosen: words of other affairs would only confuse who reads."""
    chosen = reason.kind != "affair" or reason.value == seen.affair
    return chosen and not names_street(text, reason.start, reason.end)


def _message(one: _Coming, units: Mapping[int, str], *, channel: Channel, at: datetime) -> Message:
    heard = one.heard
    secret = one.case is not None and one.case.secrecy >= Secrecy.SECRET
    hidden = one.case is not None and max(one.case.secrecy, one.secrecy) >= Secrecy.ANONYMOUS
    return Message(
        channel_id=channel.pk,
        remote_id=heard.remote_id,
        parent_id=heard.parent_id,
        case_id=one.case.pk if one.case else None,
        ours=heard.ours,
        held=heard.held,
        author="" if hidden else prepare(heard.author).text[:120],
        author_key=keyring().fingerprint(heard.author, purpose=f"author {channel.pk}")[:32],
        text="" if secret else one.text,
        units=units.get(one.case.pk, "") if one.case else "",
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
        CaseUnit(
            case_id=case.pk, unit_id=unit, part=part, state=case.state, secrecy=case.secrecy, rank=case.rank
        )
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
