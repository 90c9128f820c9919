"""Long conversations and many cases at once: what they cost, and how a page goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mimin.inbox import actions, queries
from mimin.inbox.intake import receive
from mimin.inbox.models import Case
from mimin.people.rules import Secrecy
from mimin.policy.queries import forget
from tests.made import Government, channel, heard
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db


def talk(case: Case, count: int, start: int = 100) -> None:
    """The citizen writes on in the thread of the case, a minute apart; every tenth time a picture without words."""
    now, first = timezone.now(), case.messages.order_by("pk")[0].remote_id
    wrote = [
        heard("" if n % 10 == 9 else f"pesan nomor {n}.", str(n), at=now + timedelta(minutes=n), parent=first)
        for n in range(start, start + count)
    ]
    receive(wrote, channel=case.channel, at=now + timedelta(days=1), understand=None)


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("secrecy", [Secrecy.OPEN, Secrecy.SECRET], ids=lambda secrecy: secrecy.name)
def test_a_conversation_costs_the_same_queries_however_long_it_is(
    government: Government, secrecy: Secrecy
) -> None:
    case = opened(channel(government.pupr), "jalan depan pasar bolong")
    talk(case, 5)
    if secrecy:
        head = government.person("kepala.pupr")
        actions.keep(
            case=case, secrecy=secrecy, concerns=None, reason="Nama korban", by=head, at=timezone.now()
        )
    client, address = client_of(government, "koordinator"), reverse("case", args=[case.pk])
    cost(client, address)  # terms and calendars are remembered for seconds
    few = cost(client, address)
    talk(Case.objects.get(pk=case.pk), 25, start=200)
    cost(client, address)  # what came meanwhile is noted as read once
    assert (few, case.messages.count()) == (cost(client, address), 31)


def test_a_long_conversation_shows_the_newest_and_goes_back_by_a_link(government: Government) -> None:
    case = opened(channel(government.pupr), "jalan depan pasar bolong")
    talk(case, 2 * queries.TURNS)
    client, address = client_of(government, "koordinator"), reverse("case", args=[case.pk])
    seen, pages = [], []
    page = client.get(address)
    while True:
        seen = [one.message_id for one in page.context["said"]] + seen
        pages.append((len(page.context["said"]), bool(page.context["newest_url"])))
        if not page.context["earlier_url"]:
            break
        page = client.get(address + page.context["earlier_url"])
    assert pages == [(50, False), (50, True), (1, True)]
    assert seen == [message.pk for message in queries.conversation(case)]
    assert page.context["said"][0].marks != ()
    newest = queries.conversation(case).filter(ours=False).last()
    assert newest is not None
    assert client.get(address).context["reply"]["message_id"] == newest.pk


@pytest.mark.parametrize("before", ["999999", "x", "-1", "9" * 40])
def test_a_place_that_is_not_in_the_case_shows_the_newest(government: Government, before: str) -> None:
    case = opened(channel(government.pupr), "jalan depan pasar bolong")
    page = client_of(government, "koordinator").get(reverse("case", args=[case.pk]), {"before": before})
    assert [one.text for one in page.context["said"]] == ["jalan depan pasar bolong"]


def test_what_is_done_with_many_cases_at_once_is_prepared_by_the_same_queries(
    government: Government,
) -> None:
    site = channel(government.pupr)
    cases = [opened(site, f"lampu jalan mati di gang {n}", str(n)) for n in range(1, 9)]
    client, costs = client_of(government, "koordinator"), []
    for chosen in (cases[:2], cases):
        form = {"verb": "dismiss", "case": [case.pk for case in chosen]}
        forget()  # as in a process that has just begun
        with CaptureQueriesContext(connection) as asked:
            page = client.post(reverse("inbox_bulk"), form)
        costs.append(len(asked))
        assert [one["pk"] for one in page.context["cases"]] == [case.pk for case in chosen]
    assert costs[0] == costs[1]
