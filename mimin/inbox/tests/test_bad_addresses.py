"""Searches and addresses that somebody tampered with: a page comes, and never a broken one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimin.inbox import searching
from mimin.inbox.models import Case
from mimin.registry.models import Channel
from tests.made import Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


@pytest.fixture
def case(site: Channel) -> Case:
    return opened(site, "jalan depan pasar bolong sudah dua bulan")


@pytest.fixture
def admin(government: Government) -> Client:
    return client_of(government, "koordinator")


SEARCHES = [
    '"', "'", "a OR b", "a AND NOT b", "NEAR(a b)", "a* b*", "*", "jalan*", "col:jalan", "(jalan", "jalan)", "-jalan",
    "^jalan", "jalan & !rusak", "jalan | rusak", "jalan <-> rusak", "a:*", "%", "_", "foo_bar", "_jalan_", "\\",
    "jalan\x00rusak", "² ³ ½", "ª", "Ⅷ", "İstanbul", "ﬁ", "x-²", "KC-26-٣", "KC-26-999999999999", "KC-26-", "😀",
    "'; DROP TABLE mimin_case; --", "a" * 5000, "e\u0301", "𞤀𞤁", "a𞤀b", "漢字かな", "ไทย", "jalan\u200brusak",
]  # fmt: skip


@pytest.mark.parametrize("name", ["search", "evidence"])
def test_a_search_finds_or_finds_nothing_and_never_breaks(case: Case, admin: Client, name: str) -> None:
    found = {text: admin.get(reverse(name), {"q": text}).status_code for text in SEARCHES}
    assert {text: status for text, status in found.items() if status != 200} == {}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=30))
def test_no_words_break_a_search(government: Government, text: str) -> None:
    found, further = searching.search(government.people["koordinator"], text)
    assert (found, further) == ((), 0)


FINDS = {
    "bolong": 1,
    "BOLONG": 1,
    "bol": 1,
    "pasar bolong": 1,
    "bolong pasar": 1,
    "'bolong' \"pasar\"": 1,
    "bolong%": 1,
    "bo_ong": 0,
    "olong": 0,
    "bolong OR tidakada": 0,
}


def test_a_search_means_every_word_the_last_as_a_beginning(case: Case, government: Government) -> None:
    coordinator = government.person("koordinator")
    assert {text: len(searching.search(coordinator, text)[0]) for text in FINDS} == FINDS


ADDRESSES = [
    "after=99999999999999999999999999-1", "after=1-99999999999999999999999", "after=²-1", "after=1-²", "after=-",
    "after=--1-1", "after=1-1-1", "after=٣-٣", "after=%00", "unit=99999999999999999999999", "unit=-1", "unit=abc",
    "channel=%F0%9F%98%80", "channel=1e9", "view=%00", "view=<script>", "view=all&view=mine", "before=-5",
]  # fmt: skip


@pytest.mark.parametrize("name", ["inbox", "inbox_filter", "search", "outbox"])
def test_an_address_that_was_tampered_with_shows_a_page(case: Case, admin: Client, name: str) -> None:
    found = {query: admin.get(f"{reverse(name)}?q=jalan&{query}").status_code for query in ADDRESSES}
    assert {query: status for query, status in found.items() if status != 200} == {}


def test_a_case_with_an_impossible_number_is_unknown(admin: Client) -> None:
    assert admin.get("/kotak-masuk/99999999999999999999999/").status_code == 404
    assert admin.get("/kotak-keluar/99999999999999999999999/").status_code == 404
