"""What is unread: for each person by themselves, since the citizen last wrote, and written down once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mimin.inbox import queries, reading
from mimin.inbox.hand.recording import Spoken, record_by_hand
from mimin.inbox.history import Past
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, CaseSeen
from mimin.inbox.rules import RESTING, unread
from mimin.inbox.understanding import understanding
from mimin.registry.models import Channel
from tests.made import MONDAY, Government, channel, heard
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(minutes=1)
WAITS = 1_800_000_000


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


@pytest.fixture
def case(site: Channel) -> Case:
    return opened(site, "jalan depan pasar bolong")


@pytest.fixture
def admin(government: Government) -> Client:
    return client_of(government, "admin.pupr")


def read(client: Client, case: Case) -> None:
    assert client.get(reverse("case", args=[case.pk])).status_code == 200


def marked(client: Client, view: str = "all") -> list[int]:
    rows = client.get(reverse("inbox"), {"view": view}).context["rows"]
    return [row.id for row in rows if row.unread]


def write_again(site: Channel, text: str = "masih rusak", remote_id: str = "2") -> None:
    receive([heard(text, remote_id, parent="1")], channel=site, at=timezone.now(), understand=None)


@pytest.mark.parametrize(
    ("rank", "heard_at", "seen", "answer"),
    [
        (WAITS, MONDAY, None, True),
        (WAITS, MONDAY, MONDAY, False),
        (WAITS, MONDAY, LATER, False),
        (WAITS, LATER, MONDAY, True),
        (WAITS, None, None, False),
        (RESTING, LATER, None, False),
        (RESTING, LATER, MONDAY, False),
    ],
)
def test_unread_is_what_waits_and_was_said_after_one_looked(rank, heard_at, seen, answer) -> None:
    assert unread(rank, heard_at, seen) is answer


def test_a_case_is_unread_until_it_is_opened_and_again_when_the_citizen_writes_again(
    admin: Client, site: Channel, case: Case
) -> None:
    found = [marked(admin)]
    read(admin, case)
    found.append(marked(admin))
    write_again(site)
    found.append(marked(admin))
    read(admin, case)
    found.append(marked(admin))
    assert found == [[case.pk], [], [case.pk], []]


def test_what_one_person_reads_stays_unread_for_another(
    government: Government, admin: Client, case: Case
) -> None:
    read(admin, case)
    assert marked(client_of(government, "koordinator")) == [case.pk]


def test_the_list_of_what_is_unread_holds_just_that(admin: Client, site: Channel, case: Case) -> None:
    other = opened(site, "lampu jalan mati", "9")
    read(admin, case)
    rows = admin.get(reverse("inbox"), {"view": "unread"}).context["rows"]
    assert [row.id for row in rows] == [other.pk]


def test_who_may_not_see_a_case_reads_nothing_of_it(government: Government, case: Case) -> None:
    stranger = client_of(government, "admin.dukcapil")
    assert stranger.get(reverse("case", args=[case.pk])).status_code == 404
    assert (CaseSeen.objects.count(), marked(stranger, "unread")) == (0, [])


def test_the_case_is_written_down_as_read_once_and_not_by_what_is_sent_to_it(
    admin: Client, case: Case
) -> None:
    admin.post(reverse("case", args=[case.pk]))
    before = CaseSeen.objects.count()
    wrote = []
    for _time in range(3):
        with CaptureQueriesContext(connection) as asked:
            read(admin, case)
        wrote.append(sum("INSERT" in query["sql"] for query in asked))
    assert (before, wrote, CaseSeen.objects.count()) == (0, [1, 0, 0], 1)


def test_what_comes_in_while_somebody_reads_stays_unread(
    government: Government, site: Channel, case: Case, admin: Client
) -> None:
    person = government.person("admin.pupr")
    shown = queries.find_case(person, case.pk)
    write_again(site)
    assert reading.opened(case=shown, by=person) is True
    assert marked(admin) == [case.pk]


def test_two_tabs_of_one_person_are_one_row(government: Government, case: Case) -> None:
    person = government.person("admin.pupr")
    tabs = [queries.find_case(person, case.pk) for _tab in range(2)]
    for tab in tabs:
        reading.opened(case=tab, by=person)
    assert list(CaseSeen.objects.values_list("person", "case", "at")) == [(person.pk, case.pk, case.heard_at)]


def test_of_two_batches_the_second_is_newer_even_where_its_clock_is_behind(site: Channel, case: Case) -> None:
    before = case.heard_at
    receive([heard("lagi", "3", parent="1")], channel=site, at=MONDAY, understand=None)
    case.refresh_from_db()
    assert before and case.heard_at == before + timedelta(microseconds=1)


def test_our_own_words_make_nothing_unread(site: Channel, case: Case) -> None:
    before = case.heard_at
    ours = heard("Kami tinjau", "4", parent="1")
    receive([type(ours)(**{**vars(ours), "ours": True})], channel=site, at=timezone.now(), understand=None)
    case.refresh_from_db()
    assert case.heard_at == before


def test_who_records_a_case_by_hand_has_read_it(government: Government, site: Channel) -> None:
    by, now = government.person("admin.pupr"), timezone.now()
    said = [Spoken("lampu jalan mati", "Warga", now)]
    case = record_by_hand(channel=site, said=said, understand=understanding(), by=by, at=now)
    found = [marked(client_of(government, name)) for name in ("admin.pupr", "kepala.pupr")]
    assert found == [[], [case.pk]]


def test_history_that_was_over_is_unread_for_nobody(site: Channel, admin: Client) -> None:
    done = receive(
        [heard("jalan rusak tahun lalu", "old")],
        channel=site, at=timezone.now(), understand=understanding(), past={"old": Past(state="closed")},
    )  # fmt: skip
    assert (Case.objects.get(pk=done.opened[0]).heard_at, marked(admin)) == (None, [])


def test_an_unread_row_says_so_in_words_and_by_its_look(admin: Client, case: Case) -> None:
    html = admin.get(reverse("inbox"), {"view": "all"}).content.decode()
    assert html.count("<tr data-row class=unread>") == html.count('class="dot"') == 1
    read(admin, case)
    assert admin.get(reverse("inbox"), {"view": "all"}).content.decode().count('class="dot"') == 0


def test_the_marks_cost_one_query_for_any_number_of_rows(government: Government, site: Channel) -> None:
    person, costs = government.person("admin.pupr"), []
    for size in (1, 49):
        batch = [heard(f"keluhan {n}", f"{size}-{n}", at=MONDAY) for n in range(size)]
        receive(batch, channel=site, at=MONDAY, understand=None)
        cases = queries.page(person, view="all", now=MONDAY).cases
        with CaptureQueriesContext(connection) as asked:
            found = reading.unread(person, cases)
        costs.append((len(found), len(asked)))
    assert costs == [(1, 1), (50, 1)]
