"""Seals leave the machine, each at least once, to a file and by mail."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage

from mimin.evidence import delivery, jobs
from mimin.evidence.actions import seal
from mimin.evidence.delivery import append, deliver_seals
from mimin.evidence.format import read_seal
from mimin.evidence.models import Seal, SealCopy
from mimin.evidence.tests.made import AT, recorded

INSPECTOR, SECRETARY = "inspektorat@contoh.go.id", "sekda@contoh.go.id"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def sealed(*minutes: int) -> list[Seal]:
    """One seal over one record at each of these minutes."""
    made = []
    for minute in minutes:
        recorded(minute)
        made.append(seal(at=AT + minute * MINUTE))
    return made


def numbers_in(folder: Path) -> dict[str, list[int]]:
    return {file.name: [read_seal(line).number for line in file.open()] for file in sorted(folder.iterdir())}


def attached(message: EmailMessage) -> list[int]:
    ((_, text, _),) = message.attachments
    return [read_seal(line).number for line in text.splitlines()]


def deliver(folder: Path, *addresses: str, minute: int = 10) -> int:
    return deliver_seals(directory=folder, addresses=addresses, at=AT + minute * MINUTE)


def test_each_seal_becomes_one_line_that_says_the_same(db: Any, tmp_path: Path) -> None:
    rows = sealed(1, 2)
    assert deliver(tmp_path) == 2
    lines = (tmp_path / "seals-2026-03.jsonl").read_text().splitlines()
    assert [read_seal(line) for line in lines] == [row.line for row in rows]


def test_a_seal_is_delivered_once_to_each_place(
    db: Any, tmp_path: Path, mailoutbox: list[EmailMessage]
) -> None:
    sealed(1)
    assert deliver(tmp_path, INSPECTOR, SECRETARY) == 3
    assert deliver(tmp_path, INSPECTOR, SECRETARY, minute=200) == 0
    assert numbers_in(tmp_path) == {"seals-2026-03.jsonl": [1]}
    assert [message.to for message in mailoutbox] == [[INSPECTOR], [SECRETARY]]


def test_the_file_of_a_seal_is_that_of_its_month_in_utc(db: Any, tmp_path: Path) -> None:
    recorded(1)
    seal(at=datetime(2026, 4, 1, 6, 30, tzinfo=UTC) - timedelta(hours=7))
    recorded(2)
    seal(at=datetime(2026, 4, 1, 0, 0, tzinfo=UTC))
    deliver(tmp_path)
    assert numbers_in(tmp_path) == {"seals-2026-03.jsonl": [1], "seals-2026-04.jsonl": [2]}


def test_a_mail_carries_the_seals_as_a_file_and_speaks_both_languages(
    db: Any, tmp_path: Path, mailoutbox: list[EmailMessage]
) -> None:
    (row,) = sealed(1)
    deliver(tmp_path, INSPECTOR)
    (message,) = mailoutbox
    assert attached(message) == [1]
    assert message.attachments[0][0] == "seals-1-1.jsonl"
    assert message.body.count(row.root.hex()) == 2
    assert "Please keep this mail" in message.body.split("-- English --")[1]


def test_one_mail_an_hour_carries_all_seals_since_the_last(
    db: Any, tmp_path: Path, mailoutbox: list[EmailMessage]
) -> None:
    sealed(1)
    deliver(tmp_path, INSPECTOR, minute=1)
    sealed(2, 3)
    deliver(tmp_path, INSPECTOR, minute=4)
    sealed(5)
    deliver(tmp_path, INSPECTOR, minute=60)
    assert [attached(message) for message in mailoutbox] == [[1]]
    deliver(tmp_path, INSPECTOR, minute=61)
    assert [attached(message) for message in mailoutbox] == [[1], [2, 3, 4]]


def test_the_file_does_not_wait_for_the_hour(db: Any, tmp_path: Path) -> None:
    for minute in (1, 2):
        sealed(minute)
        deliver(tmp_path, minute=minute)
    assert numbers_in(tmp_path) == {"seals-2026-03.jsonl": [1, 2]}


def test_a_new_address_begins_with_the_newest_seal(
    db: Any, tmp_path: Path, mailoutbox: list[EmailMessage]
) -> None:
    sealed(1, 2, 3)
    deliver(tmp_path, INSPECTOR)
    assert attached(mailoutbox[0]) == [3]


class BrokenMail(EmailMessage):
    """A mail server that is gone."""

    def send(self, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")


def test_a_mail_that_fails_is_tried_again_later_and_then_arrives(
    db: Any, tmp_path: Path, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(1)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "EmailMessage", BrokenMail)
        assert deliver(tmp_path, INSPECTOR) == 1
    copy = SealCopy.objects.get(where=f"mail:{INSPECTOR}")
    assert (copy.sent_at, copy.tries, copy.error) == (None, 1, "[Errno 111] Connection refused")
    assert AT + 10 * MINUTE < copy.due_at <= AT + 11 * MINUTE
    assert deliver(tmp_path, INSPECTOR) == 0
    assert deliver(tmp_path, INSPECTOR, minute=11) == 1
    assert [attached(message) for message in mailoutbox] == [[1]]
    assert SealCopy.objects.filter(error="", due_at=None).count() == 2


def test_a_newer_seal_waits_with_the_one_that_failed(
    db: Any, tmp_path: Path, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(1)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "EmailMessage", BrokenMail)
        deliver(tmp_path, INSPECTOR)
    sealed(2)
    deliver(tmp_path, INSPECTOR)
    assert mailoutbox == []
    deliver(tmp_path, INSPECTOR, minute=12)
    assert [attached(message) for message in mailoutbox] == [[1, 2]]


def test_a_failing_mail_does_not_stop_the_file_or_the_other_address(
    db: Any, tmp_path: Path, mailoutbox: list[EmailMessage]
) -> None:
    sealed(1)
    assert deliver(tmp_path, "broken\n@contoh.go.id", SECRETARY) == 2
    assert [message.to for message in mailoutbox] == [[SECRETARY]]


def test_what_a_dead_worker_had_taken_is_sent_when_its_lease_has_run_out(db: Any, tmp_path: Path) -> None:
    sealed(1)
    with pytest.raises(KeyboardInterrupt):
        delivery._deliver("file", _interrupted, at=AT + 10 * MINUTE, every=timedelta(0))
    assert deliver(tmp_path, minute=14) == 0
    assert deliver(tmp_path, minute=16) == 1
    assert numbers_in(tmp_path) == {"seals-2026-03.jsonl": [1]}


def _interrupted(lines: Any) -> None:
    raise KeyboardInterrupt


def test_a_line_that_a_power_cut_tore_is_written_again_whole(db: Any, tmp_path: Path) -> None:
    first, second = sealed(1, 2)
    file = tmp_path / "seals-2026-03.jsonl"
    file.write_text(first.line.text + "\n" + second.line.text[:100])
    append(tmp_path, [second.line])
    assert numbers_in(tmp_path) == {"seals-2026-03.jsonl": [1, 2]}


def test_a_file_that_holds_nothing_but_a_torn_line_begins_anew(db: Any, tmp_path: Path) -> None:
    (row,) = sealed(1)
    (tmp_path / "seals-2026-03.jsonl").write_text(row.line.text[:50])
    append(tmp_path, [row.line])
    assert numbers_in(tmp_path) == {"seals-2026-03.jsonl": [1]}


def test_a_long_file_keeps_every_line(db: Any, tmp_path: Path) -> None:
    rows = sealed(*range(1, 31))
    for row in rows:
        append(tmp_path, [row.line])
    assert numbers_in(tmp_path) == {"seals-2026-03.jsonl": list(range(1, 31))}


def test_a_full_disk_leaves_no_half_line_and_is_tried_again(
    db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(1)
    deliver(tmp_path)
    sealed(2)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert deliver(tmp_path) == 0
    assert numbers_in(tmp_path) == {"seals-2026-03.jsonl": [1]}
    assert SealCopy.objects.get(sent_at=None).error == "[Errno 28] No space left on device"
    assert deliver(tmp_path, minute=12) == 1
    assert numbers_in(tmp_path) == {"seals-2026-03.jsonl": [1, 2]}


def test_the_folder_is_made_where_it_is_not_there(db: Any, tmp_path: Path) -> None:
    sealed(1)
    deliver(tmp_path / "deep" / "seals")
    assert numbers_in(tmp_path / "deep" / "seals") == {"seals-2026-03.jsonl": [1]}


def test_with_no_seal_nothing_is_sent(db: Any, tmp_path: Path, mailoutbox: list[EmailMessage]) -> None:
    assert deliver(tmp_path, INSPECTOR) == 0
    assert (list(tmp_path.iterdir()), mailoutbox) == ([], [])


def test_the_job_delivers_to_what_the_settings_name(
    db: Any, tmp_path: Path, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.SEAL_DIR, settings.SEAL_MAIL_TO = tmp_path, [SECRETARY]
    recorded(1)
    jobs.seal_now()
    assert jobs.deliver_due() == 2
    assert [message.to for message in mailoutbox] == [[SECRETARY]]
