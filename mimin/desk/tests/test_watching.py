"""The machine says when its disk or its backups need somebody: once a day, to whoever may see its work."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from mimin.desk import notices, watching
from mimin.desk.models import Mailing, Notice
from mimin.people.actions import give_role
from mimin.people.rules import RoleKind
from mimin.policy.actions import set_value
from tests.made import BY, Government
from tests.scene import client_of

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture(autouse=True)
def machine(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three months old, with a backup of an hour ago and half a disk."""
    settings.HOME, settings.BACKUP_DIR, settings.SEAL_DIR = tmp_path, tmp_path / "backups", tmp_path / "seals"
    settings.BACKUP_DIR.mkdir()
    backup_of(settings, hours=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = %s", [NOW - timedelta(days=90)])
    monkeypatch.setattr(watching, "used_percent", lambda path: 50)
    with translation.override("en"):
        yield


def backup_of(settings: Any, *, hours: int) -> None:
    """The one backup there is, so many hours old."""
    for old in settings.BACKUP_DIR.iterdir():
        old.unlink()
    made = NOW - timedelta(hours=hours)
    (settings.BACKUP_DIR / f"mimin-{made:%Y%m%d-%H%M%S}Z.backup").touch()


def told(at: datetime = NOW) -> list[tuple[str, str]]:
    """Who was told what by one look."""
    before = set(Notice.objects.values_list("pk", flat=True))
    watching.watch_at(at)
    rows = Notice.objects.exclude(pk__in=before).order_by("kind", "person__username")
    return [(notice.person.username, notice.kind) for notice in rows]


def test_a_machine_in_order_tells_nobody(government: Government) -> None:
    assert told() == []


def test_a_disk_that_is_nearly_full_is_told_to_who_may_see_the_work_and_to_nobody_else(
    government: Government, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "used_percent", lambda path: 90)
    assert told() == [("auditor", "disk"), ("koordinator", "disk")]


@pytest.mark.parametrize(("hours", "people"), [(48, []), (49, ["auditor", "koordinator"])])
def test_a_backup_that_is_too_old_is_told(
    government: Government, settings: Any, hours: int, people: list[str]
) -> None:
    backup_of(settings, hours=hours)
    assert told() == [(person, "backup") for person in people]


@pytest.mark.parametrize(("days", "told_of"), [(1, []), (3, ["backup"])])
def test_where_there_never_was_a_backup_the_days_count_from_the_installation(
    government: Government, settings: Any, days: int, told_of: list[str]
) -> None:
    for old in settings.BACKUP_DIR.iterdir():
        old.unlink()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = %s", [NOW - timedelta(days=days)])
    assert list(watching.troubles(NOW)) == told_of


def test_it_is_told_once_a_day_and_again_the_next_day_in_place_of_the_line_before(
    government: Government, settings: Any
) -> None:
    backup_of(settings, hours=72)
    counts = [len(told(NOW + timedelta(hours=hours))) for hours in (0, 1, 23, 24, 25)]
    assert counts == [2, 0, 0, 2, 0]
    person = government.people["koordinator"]
    assert Notice.objects.filter(person=person, kind="backup", read_at=None).count() == 1


def test_two_looks_at_once_tell_once(government: Government, settings: Any) -> None:
    backup_of(settings, hours=72)
    assert (watching.watch_at(NOW), watching.watch_at(NOW)) == (2, 0)


def test_the_government_sets_from_when_it_is_told(
    government: Government, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = timezone.localdate()
    for key, value in ((watching.FULL_AT, 40), (watching.BACKUP_WITHIN, 5)):
        set_value(key=key, unit=government.root, value=value, valid_from=day, by=BY, at=NOW)
    backup_of(settings, hours=100)
    assert list(watching.troubles(NOW)) == ["disk"]
    set_value(key=watching.FULL_AT, unit=government.root, value=0, valid_from=day, by=BY, at=NOW)
    assert list(watching.troubles(NOW)) == []


def test_a_coordinator_of_one_unit_alone_is_not_told_of_the_machine(
    government: Government, settings: Any
) -> None:
    give_role(
        person=government.people["admin.pupr"], unit=government.pupr, kind=RoleKind.COORDINATOR,
        since=timezone.localdate(), by=BY, at=NOW,
    )  # fmt: skip
    backup_of(settings, hours=72)
    assert [person for person, _kind in told()] == ["auditor", "koordinator"]


def test_the_notice_leads_to_the_page_of_work_which_says_what_to_do(
    government: Government, settings: Any
) -> None:
    backup_of(settings, hours=72)
    watching.watch_at(NOW)
    browser = client_of(government, "koordinator")
    type(government.people["koordinator"]).objects.update(language="en")
    page = browser.get(reverse("notices")).content.decode()
    assert "No backup of the server was made for too long" in page
    notice = Notice.objects.get(person=government.people["koordinator"])
    assert browser.get(reverse("notice", args=[notice.pk])).headers["Location"] == reverse("work")
    assert "No verified backup was made for 3 days." in watching.troubles(NOW)["backup"]


def test_it_is_mailed_with_the_rest(government: Government, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "used_percent", lambda path: 97)
    person = government.people["koordinator"]
    type(person).objects.filter(pk=person.pk).update(email="koordinator@contohkab.go.id", language="en")
    watching.watch_at(NOW)
    notices.send_mail(Mailing.objects.get(person=person).pk)
    assert "The server's disk is nearly full" in mail.outbox[0].body
