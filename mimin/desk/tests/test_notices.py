"""Notices: the bell, the page, what opening one does, mail that is tried again, and what nobody else learns."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mimin.desk import notices
from mimin.desk.models import Mailing, Notice
from mimin.inbox import actions
from mimin.inbox.models import Case
from mimin.lib import work
from mimin.people.actions import suspend
from mimin.people.models import Person
from mimin.people.queries import sights
from mimin.people.rules import Secrecy
from tests.made import BY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

HOLE = "jalan depan pasar bolong sudah dua bulan"


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), HOLE)


@pytest.fixture
def admin(government: Government) -> Person:
    Person.objects.filter(username="admin.pupr").update(email="admin@contoh.test")
    return government.person("admin.pupr")


@pytest.fixture
def client_(government: Government, admin: Person) -> Client:
    return client_of(government, "admin.pupr")


def remind(person: Person, case: Case, kind: str = "near") -> Notice:
    notices.remind(person, kind, [case], at=timezone.now())
    return Notice.objects.filter(person=person).latest("pk")


def send_all() -> None:
    Mailing.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    work.drain()


# --- The bell and the page ---


def test_the_bell_counts_what_is_unread(client_: Client, admin: Person, case: Case) -> None:
    home = reverse("home")
    assert 'class="tag bad num"' not in client_.get(home).content.decode()
    remind(admin, case)
    assert 'class="tag bad num" aria-hidden="true">1<' in client_.get(home).content.decode()


@pytest.mark.parametrize(("number", "shown"), [(0, ""), (1, "1"), (99, "99"), (100, "99+"), (130, "99+")])
def test_the_bell_stops_at_ninety_nine(admin: Person, number: int, shown: str) -> None:
    Notice.objects.bulk_create(
        Notice(person=admin, kind="near", made_at=timezone.now()) for _n in range(number)
    )
    assert notices.unread(admin) == shown


def test_the_bell_costs_one_count_however_many_there_are(admin: Person) -> None:
    sights(admin)  # what the person may see is asked once for the whole page
    for number in (1, 200):
        Notice.objects.bulk_create(
            Notice(person=admin, kind="near", made_at=timezone.now()) for _n in range(number)
        )
        with CaptureQueriesContext(connection) as asked:
            notices.unread(admin)
        assert len(asked) == 1


def test_opening_a_notice_reads_it_and_leads_to_its_case(client_: Client, admin: Person, case: Case) -> None:
    notice = remind(admin, case)
    answer = client_.get(reverse("notice", args=[notice.pk]))
    assert answer.headers["Location"] == reverse("case", args=[case.pk])
    assert (notices.unread(admin), Notice.objects.get().read_at is not None) == ("", True)


def test_a_line_about_many_leads_to_the_list_in_which_they_stand(
    client_: Client, admin: Person, case: Case
) -> None:
    for kind, view in (("near", "mine"), ("due", "late"), ("late", "late")):
        notices.remind(admin, kind, [case, case], at=timezone.now())
        notice = Notice.objects.latest("pk")
        answer = client_.get(reverse("notice", args=[notice.pk]))
        assert answer.headers["Location"] == f"{reverse('inbox')}?view={view}"


def test_all_can_be_marked_as_read_at_once(client_: Client, admin: Person, case: Case) -> None:
    remind(admin, case, "near")
    remind(admin, case, "due")
    client_.post(reverse("notices"))
    assert notices.unread(admin) == ""


def test_the_page_shows_the_newest_first_and_goes_on_by_its_own_link(client_: Client, admin: Person) -> None:
    Notice.objects.bulk_create(
        Notice(person=admin, kind="near", count=n, made_at=timezone.now()) for n in range(2, 47)
    )
    first = client_.get(reverse("notices"))
    second = client_.get(reverse("notices") + first.context["older_url"])
    numbers = [int(row["title"].split()[0]) for row in (*first.context["rows"], *second.context["rows"])]
    assert numbers == list(range(46, 1, -1))
    assert (len(first.context["rows"]), second.context["older_url"]) == (notices.SIZE, "")


def test_the_unread_can_be_seen_alone(client_: Client, admin: Person, case: Case) -> None:
    first = remind(admin, case, "near")
    notices.read(admin, timezone.now(), pk=first.pk)
    second = remind(admin, case, "due")
    rows = client_.get(reverse("notices"), {"view": "unread"}).context["rows"]
    assert [row["url"] for row in rows] == [reverse("notice", args=[second.pk])]


# --- Strangers and secrets ---


def test_nobody_opens_or_reads_the_notice_of_another(
    government: Government, admin: Person, case: Case
) -> None:
    notice = remind(admin, case)
    for name in ("koordinator", "admin.dukcapil", "tanpa.peran"):
        client = client_of(government, name)
        assert client.get(reverse("notice", args=[notice.pk])).status_code == 404
        client.post(reverse("notices"))
        assert case.number not in client.get(reverse("notices")).content.decode()
    assert notices.unread(admin) == "1"


def test_a_notice_says_no_word_of_the_case(client_: Client, admin: Person, case: Case) -> None:
    remind(admin, case)
    text = client_.get(reverse("notices")).content.decode()
    assert case.number in text
    assert [word for word in ("pasar", "bolong", case.title) if word in text] == []


def test_a_case_that_is_kept_from_the_person_takes_its_notices_along(
    government: Government, client_: Client, admin: Person, case: Case
) -> None:
    notice = remind(admin, case)
    assert notices.unread(admin) == "1"
    actions.keep(
        case=case, secrecy=Secrecy.OVERSIGHT, concerns=government.pupr, reason="Menyebut pegawai",
        by=government.person("koordinator"), at=timezone.now(),
    )  # fmt: skip
    page = client_.get(reverse("notices"))
    assert (page.context["rows"], case.number in page.content.decode()) == ([], False)
    assert notices.unread(government.person("admin.pupr")) == ""
    assert 'class="tag bad num"' not in page.content.decode()
    answer = client_.get(reverse("notice", args=[notice.pk]))
    assert answer.headers["Location"] == reverse("notices")
    send_all()
    assert mail.outbox == []


# --- Mail ---


def test_a_person_without_an_address_gets_no_mail(government: Government, case: Case) -> None:
    remind(government.person("kepala.pupr"), case)
    assert Mailing.objects.count() == 0


def test_one_mail_carries_everything_that_waits_and_nothing_twice(admin: Person, case: Case) -> None:
    for kind in ("near", "due", "late"):
        remind(admin, case, kind)
    for _sweep in range(3):
        send_all()
    (sent,) = mail.outbox
    assert (sent.to, sent.body.count(case.number), Mailing.objects.get().due_at) == (
        ["admin@contoh.test"],
        3,
        None,
    )


def test_a_mail_server_that_refuses_is_asked_again_and_the_mail_keeps_its_identity(
    admin: Person, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    remind(admin, case)
    tried: list[str] = []

    def refuse(message: mail.EmailMessage, fail_silently: bool = False) -> int:
        tried.append(message.extra_headers["Message-ID"])
        raise SMTPException("451 try again later")

    Mailing.objects.update(due_at=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMessage, "send", refuse)
        work.run("mail", Mailing.objects.get().pk)
    mailing = Mailing.objects.get()
    assert (mailing.tries, mailing.lease_until, Notice.objects.get().mailed_at) == (1, None, None)
    assert mailing.due_at is not None and mailing.due_at > timezone.now()
    send_all()
    assert [sent.extra_headers["Message-ID"] for sent in mail.outbox] == tried


def test_a_notice_that_comes_while_the_mail_is_sent_is_mailed_too(
    admin: Person, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    remind(admin, case, "near")
    send = mail.EmailMessage.send

    def slow(message: mail.EmailMessage, fail_silently: bool = False) -> int:
        if not mail.outbox:
            remind(admin, case, "due")
        return send(message, fail_silently)

    monkeypatch.setattr(mail.EmailMessage, "send", slow)
    send_all()
    assert (len(mail.outbox), Notice.objects.filter(mailed_at=None).count()) == (2, 0)


def test_a_suspended_person_gets_no_mail(admin: Person, case: Case) -> None:
    remind(admin, case)
    suspend(person=admin, by=BY, at=timezone.now())
    send_all()
    assert mail.outbox == []


def test_the_mail_is_in_the_language_of_the_person(admin: Person, case: Case) -> None:
    Person.objects.filter(pk=admin.pk).update(language="en")
    remind(admin, case)
    send_all()
    assert mail.outbox[0].subject == "Mimin: 1 notice"


def test_an_hour_later_a_new_line_begins(admin: Person, case: Case) -> None:
    first = remind(admin, case)
    Notice.objects.filter(pk=first.pk).update(made_at=timezone.now() - timedelta(minutes=61))
    remind(admin, case)
    assert list(Notice.objects.order_by("pk").values_list("count", flat=True)) == [1, 1]
