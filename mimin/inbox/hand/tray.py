"""The tray: what a person gave and has not recorded yet. It outlives the browser, and ends as a case or is emptied."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.db.models import ProtectedError, QuerySet

from mimin.evidence.captures import forget
from mimin.inbox.models import Attachment, Case, Tray
from mimin.people.models import Person

KEPT = timedelta(days=7)
"""What nobody recorded is forgotten after so long. Our proposal: longer than a weekend, shorter than a habit."""

FIELDS = ("text", "channel", "author", "sent_at", "link", "on_behalf", "secrecy")


@dataclass
class ChatState:
    """An exported chat as it was given, and what a person chose of it: who the citizens are, which lines matter, how
    its dates are read ("" as the file itself says), and the words looked for."""

    text: str = ""
    name: str = ""
    order: str = ""
    citizens: list[str] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    look: str = ""


@dataclass
class Content:
    """Everything in a tray but its files: the fields of the form as typed or proposed, the platform it seems to come
    from, what the person must be told of the files, and a chat."""

    fields: dict[str, str] = field(default_factory=dict)
    platform: str = ""
    remarks: list[str] = field(default_factory=list)
    chat: ChatState = field(default_factory=ChatState)


def content_of(tray: Tray) -> Content:
    """What lies in a tray."""
    kept = json.loads(tray.content)
    return Content(**{**kept, "chat": ChatState(**kept["chat"])})


def opened(person: Person, key: str) -> Tray | None:
    """The tray of that key, None before there is one. Raises Tray.DoesNotExist for another person's."""
    found = Tray.objects.filter(key=key).select_related("case").first()
    if found is not None and found.person_id != person.pk:
        raise Tray.DoesNotExist
    return found


def put(person: Person, key: str, content: Content, *, at: datetime) -> Tray:
    """Keep what was typed and read, in the tray of that key. Raises Tray.DoesNotExist for the key of another person."""
    sealed = json.dumps(asdict(content), ensure_ascii=False)
    tray, made = Tray.objects.get_or_create(key=key, defaults={"person": person, "content": sealed, "at": at})
    if tray.person_id != person.pk:
        raise Tray.DoesNotExist
    if not made and tray.case_id is None:
        Tray.objects.filter(pk=tray.pk, case=None).update(content=sealed, at=at)
        tray.content = sealed
    return tray


def waiting(person: Person) -> QuerySet[Tray]:
    """The person's trays that are no case yet, the newest first."""
    return Tray.objects.filter(person=person, case=None).order_by("-at")


def recorded(person: Person, key: str, case: Case, *, at: datetime) -> Tray:
    """Note that what was given has become a case; the words that lay in the tray are now in its messages alone."""
    tray = put(person, key, Content(), at=at)
    Tray.objects.filter(pk=tray.pk).update(case=case, content=json.dumps(asdict(Content())), at=at)
    _drop(tray.attachments.filter(message=None))
    return tray


def discard(tray: Tray) -> None:
    """Empty a tray that is no case, and forget its files."""
    _drop(tray.attachments.filter(message=None))
    Tray.objects.filter(pk=tray.pk, case=None).delete()


def drop(tray: Tray, pk: int) -> None:
    """Take one file out of a tray."""
    _drop(tray.attachments.filter(pk=pk, message=None))


def sweep(now: datetime) -> int:
    """Empty the trays that nobody came back to; returns how many. Safe to run twice."""
    old = list(Tray.objects.filter(case=None, at__lt=now - KEPT)[:200])
    for tray in old:
        discard(tray)
    return len(old)


def _drop(files: QuerySet[Attachment]) -> None:
    for file in files.select_related("capture"):
        file.delete()
        try:
            forget(file.capture)
        except ProtectedError:  # the same picture proves or belongs to something else
            continue
