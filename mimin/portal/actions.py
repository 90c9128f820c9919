"""The verbs of the citizen's door: report, add, say whether it is solved. Nobody here has an account."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.actions import Actor, record
from mimin.inbox import receipt
from mimin.inbox.hand.given import NotTaken, loose, refused
from mimin.inbox.intake import Received, receive
from mimin.inbox.models import Attachment, Case, Message
from mimin.inbox.placing import about
from mimin.inbox.understanding import understanding
from mimin.lib.moving import Refused
from mimin.lib.sealed import keyring
from mimin.lib.store import lock
from mimin.people.models import Unit
from mimin.platforms.base import Heard
from mimin.portal.models import Slip
from mimin.portal.rules import LOCKED_FOR, MOST_TRIES, asks, code_of, secret_of
from mimin.registry.actions import add_channel
from mimin.registry.models import Channel

CITIZEN = Actor(None, "Warga")
DOOR, PLACE = "door", "pintu"
Files = Sequence[UploadedFile]  # type: ignore[type-arg]


@dataclass(frozen=True)
class Reported:
    """What a citizen tells. ``reach``: how they want to be reached, in words; ``asked``: what they want hidden, a
    confidentiality of language.understand."""

    text: str
    place: str = ""
    name: str = ""
    on_behalf: str = ""
    reach: str = ""
    asked: str = ""

    @property
    def whole(self) -> str:
        """The words as they go into the case: place and way to reach stand below, where masks hide a number."""
        lines = [self.text.strip()]
        if self.place.strip():
            lines.append(_("Place: %(place)s") % {"place": self.place.strip()})
        if self.reach.strip():
            lines.append(_("To be reached: %(reach)s") % {"reach": self.reach.strip()})
        return "\n".join(line for line in lines if line)


def door_of(unit: Unit, *, at: datetime) -> Channel:
    """The door of a unit; it becomes a channel when somebody first comes in by it."""
    own = Channel.objects.select_related("unit").filter(platform=DOOR, address=f"{unit.pk}/{PLACE}")
    if (known := own.first()) is not None:
        return known
    try:
        return add_channel(
            pasted=PLACE, unit=unit, name=_("Citizen's door, %(unit)s") % {"unit": unit.short},
            mode=Channel.Mode.CONNECTED, platform=DOOR, by=CITIZEN, at=at,
        )  # fmt: skip
    except Refused:  # somebody else was a moment earlier
        return own.get()


def report(*, told: Reported, files: Files, unit: Unit, key: str, at: datetime) -> Slip:
    """Take in a report and give its slip; the same form sent twice (``key``) is one report with one slip.

    Raises Refused in words where the office closed its door, and for a file that cannot be taken; nothing is kept then.
    """
    if (known := Slip.objects.filter(key=key).first()) is not None:
        return known
    door = door_of(unit, at=at)
    if door.retired_at:
        raise Refused(
            _("Nothing is reported at this office any more. Choose “Report” above; it reaches everybody.")
        )
    kept = _kept(files, at)
    raw = {"on_behalf": told.on_behalf.strip()} if told.on_behalf.strip() else {}
    heard = Heard(_remote(key), told.whole, told.name.strip(), at, raw=raw)
    receive(
        [heard], channel=door, at=at, understand=understanding(), by=CITIZEN, asked=told.asked,
        then=partial(_opened, key=key, files=kept, door=door, at=at),
    )  # fmt: skip
    return Slip.objects.get(key=key)


def _opened(received: Received, *, key: str, files: list[Attachment], door: Channel, at: datetime) -> None:
    """In the intake's transaction: the receipt, the files and the slip of a report that was just stored."""
    if not received.opened:
        return
    receipt.acknowledge(received, channel=door, at=at)
    case = Case.objects.select_related("lead", "channel").get(pk=received.opened[0])
    Slip.objects.create(
        case=case, code=code_of(secrets.token_bytes(16)), secret=_print(secret_word(key)), key=key, made_at=at
    )
    _attach(files, case.messages.get(remote_id=_remote(key)), at=at)
    record("slip.made", subject=about(case), by=CITIZEN, at=at, facts={})


def _remote(key: str) -> str:
    return f"{DOOR}:{key}"


def secret_word(key: str) -> str:
    """The secret number that goes with a form: made again from its key, so that a form sent twice shows the same."""
    return secret_of(keyring().fingerprint(key, purpose="slip of a form"))


def _print(secret: str) -> str:
    return keyring().fingerprint(secret, purpose="secret of a slip")


def _kept(files: Files, at: datetime) -> list[Attachment]:
    """The files, written anew and kept. Raises Refused, naming the one that cannot be taken."""
    kept: dict[str, Attachment] = {}
    for file in files:
        try:
            one = loose(file.name or "", file.read(), at=at)
        except NotTaken as error:
            raise Refused(refused(error.code, file.name or "")) from error
        kept[one.given] = one
    return list(kept.values())


def _attach(files: list[Attachment], message: Message, *, at: datetime) -> None:
    if not files or message.case is None:
        return
    for one in files:
        one.message = message
    Attachment.objects.bulk_create(files)
    kept = [{"given": f.given, "kept": f.capture.sha256, "kind": f.capture.kind} for f in files]
    facts = {"message": message.pk, "files": kept}
    record("attachment.kept", subject=about(message.case), by=CITIZEN, at=at, facts=facts)


@transaction.atomic
def opened(*, code: str, secret: str, at: datetime) -> Slip | None:
    """The slip that a code and a secret open; None for every other pair, also while too many wrong ones lock it."""
    lock(f"slip {code}")
    slip = Slip.objects.filter(code=code).first()
    if slip is None or (slip.locked_until and slip.locked_until > at):
        return None
    if slip.secret == _print(secret):
        Slip.objects.filter(pk=slip.pk).update(tries=0, locked_until=None)
        return slip
    tries = slip.tries + 1
    over = tries >= MOST_TRIES
    Slip.objects.filter(pk=slip.pk).update(
        tries=0 if over else tries, locked_until=at + LOCKED_FOR if over else None
    )
    return None


def add(*, slip: Slip, text: str, files: Files, key: str, at: datetime) -> None:
    """One more message of the citizen in their case; the same form sent twice is one."""
    kept = _kept(files, at)

    def then(received: Received) -> None:
        if received.messages:
            _attach(kept, Message.objects.select_related("case").get(pk=received.messages[0]), at=at)

    _heard(slip, text, key, at, then)


def _heard(slip: Slip, text: str, key: str, at: datetime, then: Callable[[Received], object]) -> None:
    """Hear one more message in the thread of the report; ``then`` is done in the same transaction."""
    case = slip.case
    first = case.messages.filter(channel=case.channel).earliest("pk")
    heard = Heard(_remote(key), text.strip(), "", at, parent_id=first.remote_id)
    receive([heard], channel=case.channel, at=at, understand=understanding(), by=CITIZEN, then=then)


def conclude(*, slip: Slip, solved: bool, mark: int | None, text: str, key: str, at: datetime) -> None:
    """What the citizen says of the end, where they are asked. Who says that it is not solved writes again in the same
    transaction, and so somebody must look. A form sent twice, or late, changes nothing."""
    if solved:
        with transaction.atomic():
            _concluded(slip, solved, mark, at)
        return

    def then(received: Received) -> None:
        if received.messages:
            _concluded(slip, solved, mark, at)

    if asks(slip.case.state, slip.case.state_since, slip.said_at):
        _heard(slip, text, key, at, then)


def _concluded(slip: Slip, solved: bool, mark: int | None, at: datetime) -> None:
    lock(f"slip {slip.code}")
    slip.refresh_from_db()
    if solved and not asks(slip.case.state, slip.case.state_since, slip.said_at):
        return
    Slip.objects.filter(pk=slip.pk).update(solved=solved, mark=mark, said_at=at)
    facts = {"solved": solved, "mark": mark or 0}
    record("slip.concluded", subject=about(slip.case), by=CITIZEN, at=at, facts=facts)
