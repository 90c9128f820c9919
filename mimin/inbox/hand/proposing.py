"""What Mimin proposes for a case from what was given: sender, words, time, link and platform. A person corrects it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mimin.inbox.hand.told import HARDLY_READ, FileTold
from mimin.inbox.hand.tray import ChatState, Content
from mimin.platforms.assisted import screenshot
from mimin.platforms.assisted.chat_export import MEDIA, SAID, Chat, ChatLine, parse
from mimin.platforms.assisted.links import linked, links_in

SENT_AT = "%Y-%m-%dT%H:%M"
SILENCE = timedelta(days=1)
STRETCH_MOST = 40
"""Of a long chat the last stretch is proposed: what was written without a day of silence between, at most so many
messages. Our proposal; one tap changes it."""

_TITLE = re.compile(
    r"(?:whatsapp chat (?:with|-)|chat whatsapp (?:dengan|-))\s+(?P<name>.+?)(?: \(\d+\))?(?:\.(?:txt|zip))+",
    re.IGNORECASE,
)


@dataclass
class Proposal:
    """Fields of the form, and the platform it seems to come from ("" for unknown)."""

    fields: dict[str, str] = field(default_factory=dict)
    platform: str = ""


def from_words(text: str) -> Proposal:
    """From what was typed, pasted or shared: a link is put where links belong; a link alone is no message."""
    found = next(((raw, one) for raw in links_in(text) if (one := linked(raw))), None)
    if found is None:
        return Proposal({"text": text} if text else {})
    raw, one = found
    fields = {"link": one.link}
    if one.handle:
        fields["author"] = f"@{one.handle}" if not one.handle.isdigit() else one.handle
    if text.strip() != raw:
        fields["text"] = text
    return Proposal(fields, "" if one.platform == "website" else one.platform)


def from_pictures(pictures: Iterable[FileTold], *, now: datetime, zone: str) -> Proposal:
    """From the words that were read in pictures, one after the other; nothing from what could hardly be read."""
    fields: dict[str, str] = {}
    words: list[str] = []
    platform = ""
    for told in pictures:
        if told.read < HARDLY_READ:
            continue
        one = screenshot.seen([screenshot.ShotLine(text, left) for text, left in told.lines])
        words.append(one.text)
        platform = platform or one.platform
        if one.author:
            fields.setdefault("author", one.author)
        if one.ago:
            written = (now - one.ago).astimezone(ZoneInfo(zone))
            fields.setdefault("sent_at", written.strftime(SENT_AT))
    if text := "\n".join(word for word in words if word):
        fields["text"] = text
    return Proposal(fields, platform)


def propose(content: Content, one: Proposal) -> None:
    """Put a proposal into the fields that are still empty."""
    for name, value in one.fields.items():
        if not content.fields.get(name, "").strip():
            content.fields[name] = value
    content.platform = content.platform or one.platform


def chat_of(state: ChatState, *, now: datetime, zone: str) -> Chat:
    """The chat that lies in a tray, read again."""
    return parse(state.text, today=now.astimezone(ZoneInfo(zone)).date(), order=state.order)


def begun(text: str, name: str, *, now: datetime, zone: str) -> ChatState | None:
    """A chat with what is proposed of it: who the citizen is, and the last stretch of what was written; None for a text
    that is no chat."""
    state = ChatState(text=text, name=name)
    chat = chat_of(state, now=now, zone=zone)
    if not chat.authors:
        return None
    if citizen := citizen_of(chat, name):
        state.citizens = [citizen]
        state.chosen = last_stretch(chat, state.citizens)
    return state


def citizen_of(chat: Chat, name: str) -> str:
    """Who is likely to be the citizen: whom the file is named after, else who wrote first of one or two.

    Nobody in a group, where only a person can tell.
    """
    authors = list(chat.authors)
    titled = _TITLE.fullmatch(name)
    if titled and titled["name"] in authors:
        return titled["name"]
    if len(authors) > 2:
        return ""
    return next((line.author for line in chat.lines if line.author), "")


def matters(line: ChatLine) -> bool:
    """Whether a line can be part of a case: it holds words, or names a file."""
    return line.kind in (SAID, MEDIA) and bool(line.text or line.file)


def last_stretch(chat: Chat, citizens: Sequence[str]) -> list[int]:
    """The places of the lines that are proposed: around the citizens' last word, back and forth to the next silence.

    In a group only the citizens' own lines, since other neighbours are not us.
    """
    group = len(chat.authors) > len(citizens) + 1
    places = [
        n for n, line in enumerate(chat.lines) if matters(line) and (not group or line.author in citizens)
    ]
    last = next(
        (at for at in reversed(range(len(places))) if chat.lines[places[at]].author in citizens), None
    )
    if last is None:
        return []

    def together(at: int) -> bool:
        """Whether the line at this place was written soon after the one before it."""
        silence = chat.lines[places[at]].at - chat.lines[places[at - 1]].at
        return silence <= SILENCE

    begin, end = last, last + 1
    while begin and last - begin < STRETCH_MOST - 1 and together(begin):
        begin -= 1
    while end < len(places) and end - begin < STRETCH_MOST and together(end):
        end += 1
    return places[begin:end]
