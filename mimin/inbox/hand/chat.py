"""Choosing from an exported chat: who the citizen is and which lines matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from mimin.inbox.hand.proposing import chat_of, last_stretch, matters
from mimin.inbox.hand.recording import Spoken
from mimin.inbox.hand.tray import ChatState
from mimin.inbox.models import Attachment
from mimin.lib import spoken
from mimin.platforms.assisted.chat_export import DAY_FIRST, DELETED, MONTH_FIRST, SYSTEM, Chat, ChatLine

WINDOW = 60
MOST_AUTHORS = 12


@dataclass(frozen=True)
class ChatRow:
    """One line of a chat to choose; ``place`` is its number in the whole chat."""

    place: int
    author: str
    text: str
    note: str
    when_text: str
    citizen: bool
    chosen: bool
    choosable: bool


def chosen_from(state: ChatState, posted: QueryDict, *, now: datetime, zone: str) -> None:
    """Take over what was ticked on the page. A new citizen brings a new proposal; else only the lines shown change."""
    if "chat" not in posted:
        return
    state.look = posted.get("look", "")[:80]
    if posted.get("do") == "order":
        state.order = MONTH_FIRST if chat_of(state, now=now, zone=zone).order == DAY_FIRST else DAY_FIRST
    citizens = sorted(posted.getlist("citizen"))
    if citizens != sorted(state.citizens):
        chat = chat_of(state, now=now, zone=zone)
        state.citizens = [author for author in chat.authors if author in citizens]
        state.chosen = last_stretch(chat, state.citizens)
        return
    shown, ticked = _places(posted.getlist("shown")), _places(posted.getlist("line"))
    state.chosen = sorted((set(state.chosen) - shown) | (ticked & shown))


def _places(given: Sequence[str]) -> set[int]:
    return {int(one) for one in given[: 2 * WINDOW] if one.isdecimal() and len(one) < 9}


def page_of(state: ChatState, *, begin: int | None, now: datetime, zone: str) -> Mapping[str, object]:
    """What the page shows of a chat: its people, one window of its lines, and how its dates were read."""
    chat = chat_of(state, now=now, zone=zone)
    wanted = state.look.lower()
    places = [n for n, line in enumerate(chat.lines) if wanted in f"{line.author} {line.text}".lower()]
    last = next((at for at in reversed(range(len(places))) if places[at] in state.chosen), len(places) - 1)
    wished = begin if begin is not None else last - WINDOW + 6
    start = max(0, min(wished, len(places) - WINDOW))
    shown = places[start : start + WINDOW]
    authors = list(chat.authors.items())
    return {
        "authors": [
            {"name": name, "count_text": str(count), "checked": name in state.citizens}
            for name, count in authors[:MOST_AUTHORS]
        ],
        "more_authors": len(authors) > MOST_AUTHORS,
        "rows": [_row(n, chat.lines[n], state, zone) for n in shown],
        "look": state.look,
        "found_text": _("%(n)s messages") % {"n": len(places)},
        "chosen_text": _("%(n)s chosen") % {"n": len(state.chosen)},
        "earlier": str(max(0, start - WINDOW)) if start else "",
        "later": str(start + WINDOW) if start + WINDOW < len(places) else "",
        "order_text": "" if chat.sure else _order_text(chat, zone),
    }


def _row(place: int, line: ChatLine, state: ChatState, zone: str) -> ChatRow:
    note = ""
    if line.kind == DELETED:
        note = _("Deleted by its writer")
    elif line.file:
        note = line.file
    elif not line.text:
        note = _("A picture or recording that is not in the export")
    return ChatRow(
        place=place,
        author=line.author,
        text=line.text,
        note=note,
        when_text=spoken.moment(line.at.replace(tzinfo=ZoneInfo(zone)), zone),
        citizen=line.author in state.citizens,
        chosen=place in state.chosen,
        choosable=matters(line) and line.kind != SYSTEM,
    )


def _order_text(chat: Chat, zone: str) -> str:
    last = chat.lines[-1].at.replace(tzinfo=ZoneInfo(zone))
    return _("The dates could be read in two ways. The last message is taken to be of %(day)s.") % {
        "day": spoken.day(last, zone)
    }


def files_wanted(state: ChatState, *, now: datetime, zone: str) -> list[str]:
    """The names of the files in the chosen lines."""
    chat = chat_of(state, now=now, zone=zone)
    return [chat.lines[n].file for n in state.chosen if n < len(chat.lines) and chat.lines[n].file]


def files_in(state: ChatState, *, now: datetime, zone: str) -> set[str]:
    """The names of all files that the chat speaks of."""
    return {line.file for line in chat_of(state, now=now, zone=zone).lines if line.file}


def said_in(state: ChatState, files: Mapping[str, Attachment], *, now: datetime, zone: str) -> list[Spoken]:
    """The chosen lines as messages; who is no citizen is taken for us. ``files`` are those that came with the chat."""
    chat = chat_of(state, now=now, zone=zone)
    said = []
    for n in state.chosen:
        if n >= len(chat.lines) or not matters(chat.lines[n]):
            continue
        line = chat.lines[n]
        file = files.get(line.file)
        if not line.text and file is None:
            continue
        at = line.at.replace(tzinfo=ZoneInfo(zone))
        said.append(
            Spoken(
                line.text,
                line.author,
                min(at, now),
                ours=line.author not in state.citizens,
                files=(file,) if file else (),
            )
        )
    return said
