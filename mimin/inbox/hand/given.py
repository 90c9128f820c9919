"""Files as people give them: told by their bytes, kept in a tray, read where they can be. Outside any transaction."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mimin.evidence.captures import keep
from mimin.inbox.hand.told import FileTold
from mimin.inbox.models import Attachment, Tray
from mimin.lib import reading
from mimin.lib.pictures import NoPicture, picture
from mimin.lib.sounds import sound
from mimin.platforms.assisted import chat_export

MB = 1024 * 1024
LARGEST = {"picture": 12 * MB, "sound": 25 * MB, "zip": 40 * MB, "text": 20 * MB}
MOST_FILES = 20
READING_SECONDS = 20.0
"""For all pictures of one giving together; what is not reached is kept and says so."""

REMARKS: dict[str, str] = {
    "empty": gettext_noop("%(name)s is empty. Choose the file again."),
    "many": gettext_noop(
        "%(name)s was left out: at most 20 files go into one case. Record the rest as another one."
    ),
    "large": gettext_noop("%(name)s is too large to be taken in. Send a smaller one, or a screenshot of it."),
    "points": gettext_noop(
        "%(name)s has too many points to be opened safely. Send a screenshot of it instead."
    ),
    "broken": gettext_noop("%(name)s is broken. Open it on your phone and save or send it again."),
    "kind": gettext_noop(
        "%(name)s cannot be taken in. Mimin takes pictures (JPEG, PNG, WebP), voice notes, and chats exported as .txt "
        "or .zip."
    ),
    "bomb": gettext_noop("%(name)s unpacks to far more than a chat. Export the chat again without media."),
    "guessed": gettext_noop("The letters of %(name)s had to be guessed. Compare them before you record."),
    "one_chat": gettext_noop("%(name)s was left out: one case takes one chat. Record it as another case."),
    "no_chat": gettext_noop(
        "%(name)s holds no chat. Export it in WhatsApp: the chat's menu, More, Export chat."
    ),
}
"""Why a file was not taken, or taken with a doubt -> what the person is told."""


class NotTaken(Exception):
    """A file that was not taken; ``code`` is a key of REMARKS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Given:
    """What one giving brought beside the files that now lie in the tray: what the person must be told of them, the text
    of an exported chat with its file's name, whether a chat lay there before, other plain text, how many pictures."""

    remarks: list[str] = field(default_factory=list)
    chat: str = ""
    chat_name: str = ""
    chat_before: bool = False
    text: str = ""
    pictures: int = 0


def take(
    files: Iterable[UploadedFile[Any]], *, tray: Tray, read: bool, chat_before: bool, at: datetime
) -> Given:
    """Put files into a tray; one that cannot be taken is told by name and keeps no other from it.

    ``read`` asks for the words in pictures, which costs about half a second each.
    """
    given = Given(chat_before=chat_before)
    until = time.monotonic() + READING_SECONDS
    room = MOST_FILES - tray.attachments.count()
    for file in files:
        name = PurePosixPath((file.name or "").replace("\\", "/")).name[:120]
        try:
            if room <= 0:
                raise NotTaken("many")
            room -= _take(file, name, given, tray, until if read else 0.0, at)
        except NotTaken as error:
            given.remarks.append(refused(error.code, name))
    return given


def refused(code: str, name: str) -> str:
    """Why a file was not taken, in words for who gave it."""
    return _(REMARKS[code]) % {"name": name or _("The file")}


def _take(file: UploadedFile[Any], name: str, given: Given, tray: Tray, until: float, at: datetime) -> int:
    """Take one file; returns how many places in the tray it fills. Raises NotTaken."""
    if not file.size:
        raise NotTaken("empty")
    if file.size > max(LARGEST.values()):
        raise NotTaken("large")
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    if Attachment.objects.filter(tray=tray, given=digest).exists():
        return 0  # the same file sent twice
    told = FileTold(name)
    if content.startswith(b"PK\x03\x04"):
        _bounded(content, "zip")
        _take_chat(chat_in(content, at), name, given)
        kept, kind = content, "application/zip"
    elif kind := sound(content):
        _bounded(content, "sound")
        kept = content
    elif (text := _plain(content)) is not None:
        _take_text(text, name, given, at)
        return 0
    else:
        kept, kind = _picture(content, told, until), "image/jpeg"
        given.pictures += 1
    capture = keep(kept, kind=kind, at=at)
    _file, made = Attachment.objects.get_or_create(
        tray=tray, given=digest, defaults={"capture": capture, "told": str(told)}
    )
    return int(made)


def loose(name: str, content: bytes, *, at: datetime) -> Attachment:
    """A picture or a recording, kept, that lies in no tray: an Attachment that is not stored yet. Raises NotTaken."""
    told = FileTold(name[:120])
    kind = sound(content)
    if kind:
        _bounded(content, "sound")
    kept = content if kind else _picture(content, told, 0.0)
    capture = keep(kept, kind=kind or "image/jpeg", at=at)
    return Attachment(given=hashlib.sha256(content).hexdigest(), capture=capture, told=str(told))


def take_named(files: Iterable[tuple[str, bytes]], *, tray: Tray, at: datetime) -> None:
    """Put files of an export into its tray; what is neither picture nor sound is left in the export."""
    for name, content in files:
        try:
            one = loose(name, content, at=at)
        except NotTaken:
            continue
        Attachment.objects.get_or_create(
            tray=tray, given=one.given, defaults={"capture": one.capture, "told": one.told}
        )


def _bounded(content: bytes, kind: str) -> None:
    if len(content) > LARGEST[kind]:
        raise NotTaken("large")


_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script")


def _plain(content: bytes) -> tuple[str, bool] | None:
    """Plain text and whether its encoding is certain; None for anything else, and for a page of the web."""
    if len(content) > LARGEST["text"] or content[:1024].lstrip().lower().startswith(_MARKUP):
        return None
    try:
        text, sure = chat_export.decoded(content)
    except ValueError:
        return None
    start = text[:4096]
    odd = sum(
        not (c.isprintable() or c in "\r\n\t" or "\u2000" <= c <= "\u206f" or c == "\ufeff") for c in start
    )
    return (text, sure) if odd <= len(start) // 100 else None


def _take_text(text: tuple[str, bool], name: str, given: Given, at: datetime) -> None:
    words, sure = text
    if chat_export.parse(words[:20_000], today=at.date()).lines:
        _take_chat(text, name, given)
        return
    given.remarks += [] if sure else [refused("guessed", name)]
    given.text = f"{given.text}\n{words}".strip()


def _take_chat(text: tuple[str, bool], name: str, given: Given) -> None:
    if given.chat or given.chat_before:
        raise NotTaken("one_chat")
    given.chat, sure = text
    given.chat_name = name
    given.remarks += [] if sure else [refused("guessed", name)]


def _picture(content: bytes, told: FileTold, until: float) -> bytes:
    _bounded(content, "picture")
    try:
        made = picture(content)
    except NoPicture as error:
        raise NotTaken({"large": "points"}.get(error.code, error.code)) from error
    told.place = made.place
    if until:
        read_into(told, made.jpeg, until)
    return made.jpeg


def read_into(told: FileTold, jpeg: bytes, until: float) -> None:
    """Read the words of a picture into what is known of it, until a moment of the monotonic clock."""
    try:
        words = reading.words_in(jpeg, seconds=min(until - time.monotonic(), reading.MOST_SECONDS))
    except reading.Unread as error:
        told.read, told.why = -2, error.code
    else:
        told.read, told.why = words.trust, ""
        told.lines = tuple((line.text, line.left) for line in words.lines)


MOST_IN_ZIP, MOST_UNPACKED, MOST_RATIO = 2_000, 200 * MB, 200


def chat_in(content: bytes, at: datetime) -> tuple[str, bool]:
    """The chat of an exported .zip, and whether its encoding is certain. Raises NotTaken."""
    with _opened(content) as archive:
        inside = archive.infolist()
        if len(inside) > MOST_IN_ZIP or sum(one.file_size for one in inside) > MOST_UNPACKED:
            raise NotTaken("bomb")
        texts = [one for one in inside if one.filename.lower().endswith(".txt")]
        for one in sorted(texts, key=lambda one: (not one.filename.endswith("_chat.txt"), -one.file_size)):
            read = _plain(unpacked(archive, one, LARGEST["text"]))
            if read and chat_export.parse(read[0], today=at.date()).lines:
                return read
    raise NotTaken("no_chat")


def member(content: bytes, name: str) -> bytes | None:
    """The file of that name in an exported .zip; None where it is missing or cannot be unpacked."""
    try:
        with _opened(content) as archive:
            found = (one for one in archive.infolist() if PurePosixPath(one.filename).name == name)
            one = next(found, None)
            return unpacked(archive, one, LARGEST["sound"]) if one else None
    except NotTaken:
        return None


def unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo, most: int) -> bytes:
    """A file of an archive, of at most so many bytes whatever the archive says of it. Raises NotTaken."""
    if one.file_size > most or one.file_size > MOST_RATIO * max(one.compress_size, 1024):
        raise NotTaken("bomb")
    try:
        with archive.open(one) as file:
            content = file.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise NotTaken("broken") from error  # encrypted, cut, or packed in a way that Python does not know
    if len(content) > most:
        raise NotTaken("bomb")
    return content


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise NotTaken("broken") from error
