"""The verb of hearing by hand: what was said becomes one case, with its messages in order and its files."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import record
from mimin.inbox import reading
from mimin.inbox.arriving import EARLIEST
from mimin.inbox.intake import Understand, receive
from mimin.inbox.models import Attachment, Case, Message
from mimin.inbox.placing import about
from mimin.language.understand import prepare
from mimin.lib.moving import Refused
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.platforms.base import Heard
from mimin.registry.models import Channel

MOST_MESSAGES = 200
"""More than that is a chat, not a complaint: a person chooses which lines matter. Our proposal."""


@dataclass(frozen=True)
class Spoken:
    """One message as it is to be recorded, with the files that came with it; ``ours`` are our own words."""

    text: str
    author: str
    sent_at: datetime
    link: str = ""
    ours: bool = False
    files: tuple[Attachment, ...] = ()


def record_by_hand(
    *,
    channel: Channel,
    said: Sequence[Spoken],
    understand: Understand | None,
    by: Person,
    at: datetime,
    on_behalf: str = "",
    into: Case | None = None,
    key: str = "",
    asked: str = "",
) -> Case:
    """Write down what was heard where no API helps; the same form sent twice (``key``) is one case.

    The messages become one case, or join ``into``, whose channel ``channel`` then is. What must be kept closer than
    that case opens one of its own. ``on_behalf`` says for whom the citizen spoke; ``asked`` what they want hidden
    (a confidentiality of language.understand).
    """
    first = _first(said, at)
    base = f"hand:{key or secrets.token_hex(12)}"
    names = [base if n == first else f"{base}:{n}" for n in range(len(said))]
    parent = _thread(into, channel) if into else ""
    heard = [
        Heard(
            remote_id=names[n], parent_id=parent if n == first else base, text=one.text, author=one.author,
            sent_at=one.sent_at + timedelta(milliseconds=n), url=one.link, ours=one.ours,
            raw={"on_behalf": on_behalf} if on_behalf and n == first else {},
        )
        for n, one in enumerate(said)
    ]  # fmt: skip
    heard.insert(0, heard.pop(first))  # what opens the case comes first; when it was said stays
    thought = _thought(heard, understand)
    with transaction.atomic():
        receive(heard, channel=channel, at=at, understand=thought, by=actor(by), asked=asked)
        messages = {
            m.remote_id: m
            for m in Message.objects.filter(channel=channel, remote_id__in=names).select_related("case")
        }
        _attach(said, [messages[name] for name in names], by=by, at=at)
    case = messages[base].case
    if case is None:
        raise RuntimeError(f"{base} belongs to no case")
    if into is None:  # who wrote it down has read it
        reading.opened(case=case, by=by)
    return case


def _first(said: Sequence[Spoken], at: datetime) -> int:
    """The place of the citizen's first message. Raises Refused for what cannot be recorded."""
    first = next((n for n, one in enumerate(said) if not one.ours), None)
    if first is None or not any(prepare(one.text).text or one.files for one in said if not one.ours):
        raise Refused(_("There is nothing of the citizen yet. Paste what was written, or add a picture."))
    if len(said) > MOST_MESSAGES:
        raise Refused(
            _("%(n)s messages are too many for one case. Choose those that matter, at most %(most)s.")
            % {"n": len(said), "most": MOST_MESSAGES}
        )
    if any(one.sent_at > at for one in said):
        raise Refused(_("The time lies in the future. Enter when the citizen wrote."))
    if any(one.sent_at < EARLIEST for one in said):
        raise Refused(_("The time lies too far back. Enter when the citizen wrote."))
    return first


def _thread(into: Case, channel: Channel) -> str:
    """What a message must answer to, to join a case on its channel."""
    return Message.objects.filter(case=into, channel=channel).earliest("pk").remote_id


def _thought(heard: Sequence[Heard], understand: Understand | None) -> Understand | None:
    """Several messages of one chat are understood as one: "Assalamualaikum" alone would lead nowhere."""
    words = [one.text for one in heard if not one.ours]
    if understand is None or len(words) < 2:
        return understand
    whole = understand(prepare("\n".join(words)).text)
    return lambda _text: whole


def _attach(said: Sequence[Spoken], messages: Sequence[Message], *, by: Person, at: datetime) -> None:
    for one, message in zip(said, messages, strict=True):
        loose = Attachment.objects.filter(pk__in=[file.pk for file in one.files], message=None)
        if message.case is None or not loose.update(message=message):
            continue  # nothing came with it, or the same form was here a moment earlier
        kept = [{"given": f.given, "kept": f.capture.sha256, "kind": f.capture.kind} for f in one.files]
        facts = {"message": message.pk, "files": kept}
        record("attachment.kept", subject=about(message.case), by=actor(by), at=at, facts=facts)
