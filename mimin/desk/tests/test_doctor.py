"""The doctor: each thing that can be unsafe is made so, and named with its mending."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone, translation

from mimin.desk import doctor, exposed, findings, watching
from mimin.desk.doctor import CHECKS
from mimin.desk.findings import OK, UNSAFE, WEAK, Finding
from mimin.desk.tests.installation import copy_of
from mimin.evidence.actions import Actor, Subject, record, seal
from mimin.evidence.delivery import deliver_seals
from mimin.evidence.guards import GUARDS
from mimin.evidence.models import Seal
from mimin.lib import guards
from mimin.lib.crypto import new_key
from mimin.outbox.actions import enqueue, hold_all
from mimin.outbox.models import Delivery
from mimin.people.actions import add_person
from mimin.registry.models import Connection
from tests.made import BY, channel, unit

pytestmark = pytest.mark.xdist_group("installations")
ME = Actor(None, "test")


@pytest.fixture(autouse=True)
def safe(settings, tmp_path: Path):
    """An installation in production where every check is content."""
    settings.HOME = tmp_path
    settings.SEAL_DIR, settings.BACKUP_DIR = tmp_path / "seals", tmp_path / "backups"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ALLOWED_HOSTS, settings.SECURE, settings.DEBUG = ["mimin.contohkab.go.id"], True, False
    settings.CSRF_TRUSTED_ORIGINS = ["https://mimin.contohkab.go.id"]
    settings.SEAL_MAIL_TO, settings.NETWORK_ALLOW = ["sekda@contohkab.go.id"], ()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "mail"
    settings.BACKUP_DIR.mkdir()
    (settings.BACKUP_DIR / f"mimin-{timezone.now():%Y%m%d-%H%M%S}Z.backup").touch()
    for name in ("keyring.key", "secret.key"):
        (tmp_path / name).touch(0o600)
    with translation.override("en"):
        yield


@pytest.fixture
def answer(db) -> Delivery:
    """An answer on its way, due now."""
    place = channel(unit(None, "Kabupaten Contoh", "Contoh", "kabupaten"), mode="connected")
    body = {"to": "1", "text": "Terima kasih"}
    made = enqueue(channel=place, kind="reply", thread="1", body=body, by=BY, at=timezone.now())
    seal(at=timezone.now())
    return made


def finding(name: str) -> Finding:
    """What one check finds."""
    return findings.found(name, CHECKS[name])


@pytest.mark.django_db
def test_a_safe_installation_has_nothing_to_mend() -> None:
    assert [found for found in doctor.examine(deep=True) if found.level != OK] == []


@pytest.mark.parametrize(
    ("name", "changes", "level", "text"),
    [
        ("debug", {"DEBUG": True}, UNSAFE, "MIMIN_DEBUG is on: errors show data to strangers"),
        ("hosts", {"ALLOWED_HOSTS": ["*"]}, UNSAFE, "MIMIN_HOSTS lets every name in"),
        ("hosts", {"ALLOWED_HOSTS": ["localhost"]}, WEAK,
         "https stands in front, but MIMIN_HOSTS names this machine alone"),
        ("origins", {"CSRF_TRUSTED_ORIGINS": []}, WEAK, "mail to people names no address that they could open"),
        ("origins", {"CSRF_TRUSTED_ORIGINS": ["http://mimin.contohkab.go.id"]}, UNSAFE,
         "forms are taken from pages without https: http://mimin.contohkab.go.id"),
        ("https", {"SECURE": False}, UNSAFE, "passwords and citizens' words travel without https"),
        ("https", {"SECURE": False, "ALLOWED_HOSTS": ["localhost"]}, WEAK,
         "served to this machine alone, without https"),
        ("seal addresses", {"SEAL_MAIL_TO": []}, WEAK, "seals leave the machine only as files"),
        ("mail", {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, UNSAFE,
         "seals for the addresses stay on this machine: no mail host"),
        ("mail", {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "SEAL_MAIL_TO": []}, WEAK,
         "no mail host is set"),
        ("network", {"NETWORK_ALLOW": ("127.0.0.1:8080",)}, UNSAFE,
         "connectors may reach inner addresses: 127.0.0.1:8080"),
        ("network", {"NETWORK_ALLOW": ("127.0.0.1:8080",), "SECURE": False, "ALLOWED_HOSTS": ["localhost"]}, WEAK,
         "connectors may reach inner addresses: 127.0.0.1:8080"),
    ],
)  # fmt: skip
def test_each_setting_that_endangers_is_named(settings, name: str, changes, level: str, text: str) -> None:
    for key, value in changes.items():
        setattr(settings, key, value)
    found = finding(name)
    assert (found.level, found.text) == (level, text)
    assert found.mend != ""


@pytest.mark.parametrize(("mode", "level"), [(0o600, OK), (0o400, OK), (0o640, UNSAFE), (0o604, UNSAFE)])
def test_keys_that_others_can_read_are_unsafe(tmp_path: Path, mode: int, level: str) -> None:
    (tmp_path / "keyring.key").chmod(mode)
    found = finding("keys")
    assert found.level == level
    assert found.mend == ("" if level == OK else f"chmod 600 {tmp_path / 'keyring.key'}")


def test_a_folder_that_takes_no_seals_is_unsafe(settings, tmp_path: Path) -> None:
    (tmp_path / "seals").touch()
    found = finding("seal folder")
    assert (found.level, found.mend) == (UNSAFE, f"Give {settings.SEAL_DIR} to the user that runs Mimin.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "ending", "level", "text"),
    [
        (1, "", OK, "the newest verified backup is "),
        (47, "", OK, "the newest verified backup is "),
        (49, "", UNSAFE, "the newest verified backup is 2 days old"),
        (240, "", UNSAFE, "the newest verified backup is 10 days old"),
        (1, ".unverified", UNSAFE, "there is no verified backup in "),
    ],
)
def test_a_backup_is_missing_when_it_is_old_or_never_verified(settings, hours, ending, level, text) -> None:
    (made,) = settings.BACKUP_DIR.iterdir()
    at = timezone.now() - timedelta(hours=hours)
    made.rename(settings.BACKUP_DIR / f"mimin-{at:%Y%m%d-%H%M%S}Z.backup{ending}")
    found = finding("backup")
    assert (found.level, found.text[: len(text)]) == (level, text)


@pytest.mark.django_db
def test_a_full_disk_is_told_before_little_room(monkeypatch) -> None:
    monkeypatch.setattr(doctor, "has_room", lambda: False)
    found = finding("room")
    assert (found.level, found.text) == (
        UNSAFE,
        "the disk is full: nothing can be stored, and all work waits",
    )


@pytest.mark.django_db
def test_little_room_is_told_with_its_folder(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(watching, "free", lambda path: 400_000_000 if path.name == "backups" else 10**12)
    found = finding("room")
    assert (found.level, found.text) == (UNSAFE, f"little room is left: {tmp_path / 'backups'} 400 MB")


@pytest.mark.django_db
def test_a_disk_that_is_nearly_full_is_told_with_its_share(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(watching, "used_percent", lambda path: 93 if path.name == "backups" else 89)
    found = finding("room")
    assert (found.level, found.text) == (WEAK, f"the disk is nearly full: {tmp_path / 'backups'} 93 %")


def test_a_hall_without_https_is_told_as_long_as_it_is_served(settings) -> None:
    settings.SECURE = False
    with exposed.in_a_hall("http://192.0.2.7:8000/"):
        found = finding("https")
    assert (found.level, found.text) == (
        WEAK,
        "plain HTTP: “mimin serve --lan” serves http://192.0.2.7:8000/, and whoever is in that network can read "
        "along",
    )
    assert finding("https").level == UNSAFE


@pytest.mark.parametrize("left", ["", "nonsense", "999999999 http://192.0.2.7:8000/"])
def test_what_a_killed_hall_left_behind_says_nothing(settings, left: str) -> None:
    (settings.HOME / "plain-http").write_text(left)
    assert exposed.hall() == ""


@pytest.mark.django_db
def test_a_guard_that_was_taken_down_is_named() -> None:
    standing = guards._triggers(connection, GUARDS[2])[0].name
    guards.remove(connection, GUARDS[2:3])
    try:
        found = finding("database")
    finally:
        guards.install(connection, GUARDS)
    assert (found.level, found.text.split(": ")[1].split(", ")[0]) == (UNSAFE, standing)
    assert finding("database").level == OK


@pytest.mark.django_db
def test_a_database_of_another_release_is_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'mimin' AND name = '0001_initial'")
        assert finding("migrations").text.endswith("the first is mimin.0001_initial")
        said = "INSERT INTO django_migrations (app, name, applied) VALUES ('mimin', %s, CURRENT_TIMESTAMP)"
        cursor.executemany(said, [("0001_initial",), ("9999_later",)])
    assert finding("migrations").text == "the database is of a newer release: 9999_later"


def test_work_that_waits_too_long_tells_that_no_worker_is_alive(answer: Delivery) -> None:
    assert finding("worker").level == OK
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=10))
    found = finding("worker")
    assert (found.level, found.text) == (
        UNSAFE,
        "work is late, is no worker alive? Answers that leave: 1",
    )


@pytest.mark.django_db
def test_records_that_nobody_seals_tell_that_no_worker_is_alive() -> None:
    with transaction.atomic():
        record(
            "case.closed",
            subject=Subject("case", 1),
            by=ME,
            at=timezone.now() - timedelta(minutes=6),
            facts={},
        )
    found = finding("worker")
    assert (found.level, found.text) == (
        UNSAFE,
        "records wait to be sealed for more than five minutes: no worker is alive",
    )


def test_answers_that_are_held_are_told(answer: Delivery) -> None:
    assert finding("outbox").level == OK
    hold_all(by=ME, at=timezone.now())
    found = finding("outbox")
    assert (found.level, found.text) == (WEAK, "1 answers are held")


def test_an_answer_on_its_way_that_is_due_to_nobody_is_unsafe(answer: Delivery) -> None:
    Delivery.objects.update(due_at=None)
    found = finding("outbox")
    assert (found.level, found.mend) == (UNSAFE, "Run “mimin restore FILE --replace” again.")


def test_an_answer_that_hangs_and_a_channel_that_does_not_answer_are_told(answer: Delivery) -> None:
    assert finding("stuck").level == OK
    now = timezone.now()
    Delivery.objects.update(made_at=now - timedelta(days=14))
    Connection.objects.create(
        channel=answer.channel,
        secrets="{}",
        last_fetch_at=now,
        due_at=now,
        answered_at=now - timedelta(days=2),
    )
    found = finding("stuck")
    assert (found.level, found.text) == (
        WEAK,
        "1 answers are on their way for too long; "
        f"channels have not answered for a day: {answer.channel.name}",
    )


def test_https_without_a_known_proxy_is_unsafe(settings) -> None:
    """Everybody would share one address, and one lock-out."""
    assert finding("proxies").level == OK
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert finding("proxies").level == UNSAFE


def test_a_second_step_whose_key_is_gone_is_told_too(db, settings) -> None:
    person = add_person(username="admin", label="Admin", password="lampu-jalan", by=BY, at=timezone.now())
    RecoveryCodes.activate(person)
    assert finding("sealed rows").level == OK
    settings.KEYRING = new_key("k9")
    found = finding("sealed rows")
    assert (found.level, found.text) == (
        UNSAFE,
        "sealed rows do not open: mfa_authenticator.data: key k1 (1)",
    )


def test_rows_sealed_with_a_key_that_is_gone_are_told_with_its_name(answer: Delivery, settings) -> None:
    assert finding("sealed rows").level == OK
    settings.KEYRING = new_key("baru")
    found = finding("sealed rows")
    assert (found.level, found.text) == (UNSAFE, "sealed rows do not open: mimin_delivery.body: key k1 (1)")


def test_rows_that_were_changed_are_told(answer: Delivery) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM mimin_delivery")
        token = bytearray(cursor.fetchone()[0])
        token[-1] ^= 1
        cursor.execute("UPDATE mimin_delivery SET body = %s", [bytes(token)])
    assert finding("sealed rows").text == "sealed rows do not open: mimin_delivery.body: changed (1)"


@pytest.mark.django_db
def test_a_clock_behind_the_records_is_unsafe() -> None:
    with transaction.atomic():
        record(
            "case.closed", subject=Subject("case", 1), by=ME, at=timezone.now() + timedelta(hours=1), facts={}
        )
    found = finding("clock")
    assert (found.level, found.mend) == (
        UNSAFE,
        "Let the machine set its clock by NTP (timedatectl set-ntp true).",
    )


def test_a_check_that_cannot_be_made_is_unsafe() -> None:
    def broken() -> findings.Said:
        raise OSError("the disk is gone")

    found = findings.found("room", broken)
    assert (found.level, found.text) == (UNSAFE, "could not be checked: OSError: the disk is gone")


@pytest.mark.django_db
def test_the_command_ends_well_where_all_is_safe() -> None:
    out = StringIO()
    call_command("doctor", stdout=out, no_color=True)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(CHECKS)
    assert {line.split()[0] for line in lines} == {"good"}


@pytest.mark.django_db
def test_the_command_ends_with_code_1_and_says_how_to_mend(settings) -> None:
    settings.DEBUG = True
    out = StringIO()
    with pytest.raises(CommandError, match=r"^1 of these are unsafe") as refused:
        call_command("doctor", stdout=out, no_color=True)
    assert refused.value.returncode == 1
    (line,) = [line for line in out.getvalue().splitlines() if line.startswith("UNSAFE")]
    assert line == "UNSAFE    MIMIN_DEBUG is on: errors show data to strangers > Remove MIMIN_DEBUG."


@pytest.mark.django_db
def test_the_findings_come_as_one_line_of_json(settings) -> None:
    settings.SEAL_MAIL_TO = []
    out = StringIO()
    call_command("doctor", json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert told["ok"] is True
    assert [found["name"] for found in told["findings"] if found["level"] == WEAK] == ["seal addresses"]


DEEP = """
from django.conf import settings
from django.db import connection
def look():
    from mimin.desk.doctor import DEEP
    from mimin.desk.findings import found as made
    found = made("integrity", DEEP["integrity"])
    return [found.level, found.text]
told = {"before": look()}
with connection.cursor() as cursor:
    cursor.execute("SELECT rootpage FROM sqlite_master WHERE name = 'part_rank'")
    page = cursor.fetchone()[0]
    cursor.execute("PRAGMA page_size")
    size = cursor.fetchone()[0]
    cursor.execute("PRAGMA journal_mode=DELETE")
connection.close()
with open(settings.DATABASES["default"]["NAME"], "r+b") as file:
    file.seek((page - 1) * size + size - 64)
    file.write(bytes(64))
told["after"] = look()
print(json.dumps(told))
"""


def test_a_damaged_page_is_found_when_looking_deep() -> None:
    told = copy_of("sqlite").run(DEEP)
    assert told["before"] == ["ok", "every page of the database is whole"]
    assert told["after"][0] == "unsafe"
    assert told["after"][1].startswith("the database file is damaged: ")


@pytest.fixture
def seal_of_yesterday(db) -> int:
    """A seal that was made 25 hours ago."""
    at = timezone.now() - timedelta(hours=25)
    with transaction.atomic():
        record("case.noted", subject=Subject("case", 1), by=ME, at=at, facts={})
    return seal(at=at).number


def test_a_seal_that_nobody_took_out_for_a_day_is_unsafe(seal_of_yesterday: int) -> None:
    found = finding("oldest undelivered seal")
    when = Seal.objects.get(number=seal_of_yesterday).at.isoformat(timespec="minutes")
    assert (found.level, found.text) == (
        UNSAFE,
        f"seal {seal_of_yesterday} of {when} has not left to the folder of seals: nobody tried",
    )


def test_a_mail_that_does_not_leave_is_weak_at_first_and_unsafe_after_a_day(db, settings) -> None:
    settings.EMAIL_BACKEND = "mimin.desk.tests.test_doctor.NoMail"
    now = timezone.now()
    with transaction.atomic():
        record("case.noted", subject=Subject("case", 1), by=ME, at=now, facts={})
    seal(at=now)
    deliver_seals(directory=settings.SEAL_DIR, addresses=settings.SEAL_MAIL_TO, at=now)
    found = finding("oldest undelivered seal")
    text = f"seal 1 of {now.isoformat(timespec='minutes')} has not left to sekda@contohkab.go.id: no route to the host"
    assert (found.level, found.text) == (WEAK, text)
    with freeze(now + timedelta(days=1)):
        assert finding("oldest undelivered seal").level == UNSAFE


def test_an_address_that_is_no_longer_set_is_not_waited_for(db, settings) -> None:
    test_a_mail_that_does_not_leave_is_weak_at_first_and_unsafe_after_a_day(db, settings)
    settings.SEAL_MAIL_TO = []
    assert finding("oldest undelivered seal").level == OK


class NoMail:
    """A mail host that cannot be reached."""

    def __init__(self, *args: object, **options: object) -> None:
        """Nothing is opened."""

    def send_messages(self, messages: object) -> int:
        raise OSError("no route to the host")


@contextmanager
def freeze(at: datetime) -> Iterator[None]:
    """The doctor's clock."""
    with patch.object(doctor.timezone, "now", return_value=at):
        yield
