"""One person hearing something by hand: what they give is taken in, proposed, and recorded."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from mimin.evidence.captures import content_of as bytes_of
from mimin.inbox.hand import chat, given, nearby, proposing, tray
from mimin.inbox.hand.forms import ASKED
from mimin.inbox.hand.recording import Spoken, record_by_hand
from mimin.inbox.hand.told import FileTold, told
from mimin.inbox.hand.tray import Content
from mimin.inbox.models import Attachment, Case, Tray
from mimin.inbox.understanding import understanding
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.platforms.assisted.links import linked

_KEY = re.compile(r"[\w-]{1,40}", re.ASCII)
ZIP = "application/zip"


@dataclass
class Hearing:
    """What lies before a person under a key. The tray is a row once there is something that must not be lost."""

    person: Person
    key: str
    now: datetime
    zone: str
    tray: Tray | None
    content: Content

    @property
    def files(self) -> list[Attachment]:
        """The files in the tray, in the order in which they were given."""
        return list(self.tray.attachments.select_related("capture")) if self.tray else []

    def keep(self) -> Tray:
        """Keep everything as it stands now."""
        self.tray = tray.put(self.person, self.key, self.content, at=self.now)
        return self.tray


def begin(person: Person, key: str, *, now: datetime) -> Hearing:
    """What the person left under this key, or something new; a key that cannot be one becomes another."""
    key = key if _KEY.fullmatch(key) else secrets.token_hex(12)
    found = tray.opened(person, key)
    unit = nearby.recording_unit(person)
    content = tray.content_of(found) if found else Content()
    return Hearing(person, key, now, unit.zone if unit else "Asia/Jakarta", found, content)


def take_in(here: Hearing, fields: Mapping[str, str], files: Sequence[UploadedFile[Any]]) -> bool:
    """Take in what was typed and given; returns whether the person must look before it is recorded: something was read,
    or could not be taken.
    """
    content = here.content
    typed = fields.get("text", "").strip()
    content.fields, content.remarks = dict(fields), []
    shown = proposing.from_words(typed)
    bare = bool(typed) and "text" not in shown.fields  # a link alone is no message
    news = _chat(here, typed, "") or bare
    if bare or (typed and content.chat.text == typed):
        content.fields["text"] = ""
    if not content.chat.text:
        proposing.propose(content, shown)
    if files:
        news = _take_files(here, files) or news
    if here.content.platform == "" and (one := linked(content.fields.get("link", ""))):
        content.platform = one.platform
    return news


def _take_files(here: Hearing, files: Sequence[UploadedFile[Any]]) -> bool:
    content = here.content
    wordless = not content.fields.get("text", "").strip() and not content.chat.text
    before = bool(content.chat.text)
    got = given.take(files, tray=here.keep(), read=wordless, chat_before=before, at=here.now)
    content.remarks = got.remarks
    news = _chat(here, got.chat, got.chat_name) or bool(got.remarks)
    if got.text:
        content.fields["text"] = f"{content.fields.get('text', '')}\n{got.text}".strip()
        news = True
    if wordless and got.pictures and not content.chat.text:
        read = proposing.from_pictures(pictures(here), now=here.now, zone=here.zone)
        proposing.propose(content, read)
        news = True
    return news


def _chat(here: Hearing, text: str, name: str) -> bool:
    """Lay a chat into the tray, where the text is one; only the first."""
    if not text or here.content.chat.text:
        return False
    begun = proposing.begun(text, name, now=here.now, zone=here.zone)
    if begun is None:
        return False
    here.content.chat, here.content.platform = begun, "whatsapp"
    return True


def pictures(here: Hearing) -> list[FileTold]:
    """What is known of the pictures in the tray."""
    return [told(file) for file in here.files if file.capture.kind.startswith("image/")]


def record(here: Hearing, data: Mapping[str, Any]) -> Case:
    """Make a case of it, or add it to one, once. Raises Refused in words for the person."""
    into: Case | None = data["into"]
    channel = into.channel if into else nearby.channel_of(data["channel"], here.person, at=here.now)
    case = record_by_hand(
        channel=channel, said=_said(here, data), on_behalf=data["on_behalf"], into=into, key=here.key,
        understand=understanding(), by=here.person, at=here.now,
        asked=ASKED[Secrecy(data["secrecy"] or 0)],
    )  # fmt: skip
    tray.recorded(here.person, here.key, case, at=here.now)
    return case


def _said(here: Hearing, data: Mapping[str, Any]) -> list[Spoken]:
    """What is recorded: the chosen lines of a chat, or the one message that was typed, with the files."""
    one = linked(data["link"])
    link = one.link if one else data["link"]
    state = here.content.chat
    loose = tuple(file for file in here.files if file.capture.kind != ZIP)
    if not state.text:
        return [Spoken(data["text"], data["author"], data["sent_at"] or here.now, link=link, files=loose)]
    _unpack(here, chat.files_wanted(state, now=here.now, zone=here.zone))
    named = {told(file).name: file for file in here.files if file.capture.kind != ZIP}
    said = chat.said_in(state, named, now=here.now, zone=here.zone)
    mentioned = chat.files_in(state, now=here.now, zone=here.zone)
    extra = tuple(file for name, file in named.items() if name not in mentioned)
    if data["text"] or data["link"] or extra:
        sent_at = data["sent_at"] or here.now
        said.append(Spoken(data["text"], data["author"], sent_at, link=link, files=extra))
    return said


def _unpack(here: Hearing, names: Sequence[str]) -> None:
    """Lay the files of the chosen lines beside the export in which they came."""
    packed = next((file for file in here.files if file.capture.kind == ZIP), None)
    if packed is None or not names or here.tray is None:
        return
    content = bytes_of(packed.capture)
    found = [(name, inside) for name in names if (inside := given.member(content, name)) is not None]
    given.take_named(found, tray=here.tray, at=here.now)
