"""Who has a case open: named for a minute, to those alone who may see it, without a row and without a query."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mimin.inbox import actions, presence
from mimin.inbox.models import Case
from mimin.inbox.presence import Here, others
from mimin.people.rules import Secrecy
from tests.made import MONDAY, Government, channel
from tests.scene import client_of, opened, rows_now

pytestmark = pytest.mark.django_db

SOON, GONE = MONDAY + timedelta(seconds=59), MONDAY + timedelta(seconds=60)


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), "jalan depan pasar bolong")


def ask(client: Client, case: Case, **query: str) -> str:
    answer = client.get(reverse("case_here", args=[case.pk]), query)
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


@pytest.mark.parametrize(
    ("now", "person", "names"),
    [(SOON, 1, ["B"]), (SOON, 3, ["B", "A"]), (GONE, 3, []), (MONDAY, 2, ["A"])],
)
def test_whoever_else_spoke_within_a_minute_is_here_and_who_writes_comes_first(now, person, names) -> None:
    known = {1: Here("A", MONDAY, False), 2: Here("B", MONDAY, True)}
    assert [one.label for one in others(known, person, now)] == names


def test_a_person_sees_who_else_has_the_case_open_and_never_themselves(
    government: Government, case: Case
) -> None:
    admin, head = client_of(government, "admin.pupr"), client_of(government, "kepala.pupr")
    first = admin.get(reverse("case", args=[case.pk])).context["here"]
    second = head.get(reverse("case", args=[case.pk])).context["here"]
    assert ([one.label for one in first], [one.label for one in second]) == ([], ["Admin Dinas PUPR"])
    assert "Kepala Dinas PUPR" in ask(admin, case)


def test_who_writes_an_answer_is_shown_as_writing_it(government: Government, case: Case) -> None:
    admin, head = client_of(government, "admin.pupr"), client_of(government, "kepala.pupr")
    ask(admin, case, writing="1")
    found = head.get(reverse("case", args=[case.pk])).context["here"]
    assert [(one.label, one.writing) for one in found] == [("Admin Dinas PUPR", True)]
    ask(admin, case)
    found = head.get(reverse("case", args=[case.pk])).context["here"]
    assert [(one.label, one.writing) for one in found] == [("Admin Dinas PUPR", False)]


@pytest.mark.parametrize("stranger", ["admin.dukcapil", "inspektur", "tanpa.peran"])
def test_a_stranger_learns_nothing_and_is_never_named(
    government: Government, case: Case, stranger: str
) -> None:
    admin = client_of(government, "admin.pupr")
    ask(admin, case)
    assert ask(client_of(government, stranger), case) == "404"
    assert ask(admin, case).strip() == ""


def test_once_a_case_is_kept_closer_nobody_is_named_who_saw_it_before(
    government: Government, case: Case
) -> None:
    ask(client_of(government, "admin.pupr"), case)
    head = government.person("kepala.pupr")
    actions.keep(
        case=case, secrecy=Secrecy.OVERSIGHT, concerns=government.pupr, reason="Staf", by=head, at=MONDAY
    )
    assert ask(client_of(government, "admin.pupr"), case) == "404"
    assert ask(client_of(government, "inspektur"), case).strip() == ""


def test_being_here_asks_the_database_nothing(government: Government, case: Case) -> None:
    people = [government.person(name) for name in ("admin.pupr", "kepala.pupr", "koordinator")]
    with CaptureQueriesContext(connection) as asked:
        found = [presence.here(case, person, MONDAY) for person in people]
    assert ([len(one) for one in found], len(asked)) == ([0, 1, 2], 0)


def test_asking_who_is_here_changes_no_row(government: Government, case: Case) -> None:
    admin, before = client_of(government, "admin.pupr"), rows_now()
    ask(admin, case, writing="1")
    assert rows_now() == before


def test_without_the_cache_the_case_opens_all_the_same(
    government: Government, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_options: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(type(caches["presence"]), "set", full)
    answer = client_of(government, "admin.pupr").get(reverse("case", args=[case.pk]))
    assert (answer.status_code, answer.context["here"]) == (200, [])
