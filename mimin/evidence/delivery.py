"""Seals leave the machine: each as one line of JSON in a file, and by e-mail to the addresses that are set.

What waits is a ``SealCopy`` row; it is leased, sent outside any transaction, and ticked off. A worker that
dies in between sends again: a seal that arrives twice does no harm, one that never arrives proves nothing.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from mimin.evidence.format import SealLine
from mimin.evidence.models import Seal, SealCopy
from mimin.lib import store
from mimin.lib.work import back_off, free

FILE = "file"
AT_MOST = 500  # seals in one write or one mail
LEASE = timedelta(minutes=5)

log = logging.getLogger("mimin.evidence")


def deliver_seals(
    *, directory: Path, addresses: Sequence[str], at: datetime, mail_every: timedelta = timedelta(hours=1)
) -> int:
    """Send every seal that is due to the file in ``directory`` and to each address; returns how many copies
    went out.

    One mail carries all seals since the last mail, and an address gets no more than one in ``mail_every``; a
    new address begins with the newest seal, whose chain covers the older ones. What fails is tried again,
    later each time.
    """
    sent = _deliver(FILE, lambda lines: append(directory, lines), at=at, every=timedelta(0))
    for address in addresses:
        to = _mailer(address)
        sent += _deliver(f"mail:{address}", to, at=at, every=mail_every)
    return sent


def _deliver(
    where: str, send: Callable[[Sequence[SealLine]], None], *, at: datetime, every: timedelta
) -> int:
    _plan(where, at=at, every=every)
    copies = _take(where, at)
    if not copies:
        return 0
    rows = SealCopy.objects.filter(pk__in=[copy.pk for copy in copies])
    try:
        send([copy.seal.line for copy in copies])
    except (OSError, ValueError) as error:  # SMTPException is an OSError
        log.warning("seals %s to %s not delivered: %s", [copy.seal_id for copy in copies], where, error)
        later = at + back_off(max(copy.tries for copy in copies))
        rows.update(due_at=later, lease_until=None, error=str(error))
        return 0
    return rows.update(sent_at=at, due_at=None, lease_until=None, error="")


def _plan(where: str, *, at: datetime, every: timedelta) -> None:
    """Write down which seals have yet to go to a place."""
    here = SealCopy.objects.filter(where=where).order_by("-seal_id")
    newest = here.first()
    begun = newest.seal_id if newest else 0
    if newest is None and where != FILE:
        begun = (Seal.objects.order_by("-number").values_list("number", flat=True).first() or 1) - 1
    last_sent = here.filter(sent_at__isnull=False).values_list("sent_at", flat=True).first()
    due_at = max(at, last_sent + every if last_sent else at, newest.due_at or at if newest else at)
    new = Seal.objects.filter(number__gt=begun).order_by("number").values_list("number", flat=True)[:AT_MOST]
    copies = (SealCopy(seal_id=number, where=where, due_at=due_at) for number in new)
    SealCopy.objects.bulk_create(copies, ignore_conflicts=True)


def _take(where: str, at: datetime) -> list[SealCopy]:
    """Lease what is due, oldest first, so that no other worker sends it at the same time."""
    with transaction.atomic():
        store.lock("evidence.deliver")
        due = SealCopy.objects.filter(free(at), where=where).select_related("seal").order_by("seal_id")
        copies = list(due[:AT_MOST])
        taken = SealCopy.objects.filter(pk__in=[copy.pk for copy in copies])
        taken.update(lease_until=at + LEASE, tries=F("tries") + 1)
    return copies


def append(directory: Path, lines: Sequence[SealLine]) -> None:
    """Append the seals to the month's file, whole lines or none, and force them to the disk. Raises
    OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    for month, seals in groupby(lines, key=lambda line: line.at.astimezone(UTC).strftime("%Y-%m")):
        text = "".join(line.text + "\n" for line in seals)
        _append_whole(directory / f"seals-{month}.jsonl", text.encode())
    entry = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def _append_whole(path: Path, data: bytes) -> None:
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = _end_of_whole_lines(file)
        try:
            file.truncate(end)
            file.seek(end)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def _end_of_whole_lines(file: BinaryIO) -> int:
    """Where the last whole line ends: a line that a power cut tore was never ticked off and is written
    again."""
    begin = max(0, file.seek(0, os.SEEK_END) - 4096)
    file.seek(begin)
    return begin + file.read().rfind(b"\n") + 1


def _mailer(address: str) -> Callable[[Sequence[SealLine]], None]:
    def send(lines: Sequence[SealLine]) -> None:
        mail(address, lines).send()

    return send


def mail(address: str, lines: Sequence[SealLine]) -> EmailMessage:
    """The mail that carries seals: plain words in Indonesian and English, the lines themselves as a file."""
    with translation.override("id"):
        subject, indonesian = (
            _("Mimin evidence: seal %(number)s") % {"number": lines[-1].number},
            _words(lines),
        )
    with translation.override("en"):
        english = _words(lines)
    message = EmailMessage(subject, f"{indonesian}\n\n-- English --\n\n{english}\n", to=[address])
    text = "".join(line.text + "\n" for line in lines)
    message.attach(f"seals-{lines[0].number}-{lines[-1].number}.jsonl", text, "application/jsonl")
    return message


def _words(lines: Sequence[SealLine]) -> str:
    told = {
        "first": lines[0].number,
        "last": lines[-1].number,
        "size": lines[-1].size,
        "root": lines[-1].root.hex(),
    }
    keep = _(
        "Please keep this mail; there is nothing else to do. The attached file holds seals %(first)s to "
        "%(last)s of Mimin's record of evidence. If anybody ever changes, removes or inserts a record that "
        "was sealed, this mail proves it: save the attachments in one folder and have the command “mimin "
        "evidence verify --copies FOLDER” compare them."
    )
    sealed = _("Records sealed so far: %(size)s\nRoot of seal %(last)s: %(root)s")
    return f"{keep}\n\n{sealed}" % told
