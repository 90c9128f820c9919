"""That no comment is missed and none is heard twice, whatever happens to those before it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimin.platforms.wordpress import hearing
from mimin.platforms.wordpress.connector import WordPress
from mimin.platforms.wordpress.tests.exchanges import ACCESS, Said, Scripted, said


class Visitors:
    """A site's comments as the REST API lists them, in memory; ``unreadable`` rows count and are left out."""

    def __init__(self, *, tells_total: bool = True) -> None:
        self.rows: dict[int, str] = {}
        self.unreadable: set[int] = set()
        self.next = 1
        self.requests = 0
        self.tells_total = tells_total

    def write(self, count: int, status: str = "approved") -> None:
        for _ in range(count):
            self.rows[self.next] = status
            self.next += 1

    def request(self, method: str, url: str, **given: Any) -> Said:
        self.requests += 1
        params = given["params"]
        if params["rest_route"] != "/wp/v2/comments":
            return said({"id": 2} if params["rest_route"].endswith("me") else [])
        listed = sorted(number for number, status in self.rows.items() if status in ("approved", "hold"))
        start, size = int(params["offset"]), int(params["per_page"])
        page = [n for n in listed[start : start + size] if n not in self.unreadable]
        body = [{"id": n, "status": self.rows[n], "content": {"raw": f"Pesan {n}"}} for n in page]
        headers = {"X-WP-Total": str(len(listed))} if self.tells_total else {}
        return Said(200, json.dumps(body), headers)


def hear(site: Visitors, cursor: str = "") -> tuple[list[int], str]:
    """Fetch until nothing more is waiting."""
    heard: list[int] = []
    while True:
        batch = WordPress(ACCESS, site).fetch(cursor)
        assert len(batch.heard) <= 100
        heard += [int(h.remote_id) for h in batch.heard]
        cursor = batch.cursor
        if not batch.more:
            return heard, cursor


@pytest.mark.parametrize("tells_total", [True, False])
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 169, 170, 171, 1000])
def test_a_backlog_of_any_size_is_heard_once_and_in_order(count: int, tells_total: bool) -> None:
    site = Visitors(tells_total=tells_total)
    site.write(count)
    heard, cursor = hear(site)
    assert heard == list(range(1, count + 1))
    assert hear(site, cursor)[0] == []


def test_a_quiet_site_costs_one_request() -> None:
    site = Visitors()
    site.write(500)
    _, cursor = hear(site)
    site.requests = 0
    hear(site, cursor)
    assert site.requests == 1


def test_rows_that_wordpress_leaves_out_of_a_page_do_not_end_the_hearing() -> None:
    site = Visitors()
    site.write(300)
    site.unreadable = set(range(1, 150))
    assert hear(site)[0] == list(range(150, 301))


def test_a_site_emptied_and_begun_anew_is_heard() -> None:
    site = Visitors()
    site.write(120)
    _, cursor = hear(site)
    site.rows.clear()
    site.write(3)
    assert hear(site, cursor)[0] == [121, 122, 123]


def test_a_change_of_user_is_noticed_without_hearing_all_anew() -> None:
    site = Visitors()
    site.write(3)
    _, cursor = hear(site)
    assert hear(site, cursor.replace('"mimin"', '"lama"'))[0] == []


@pytest.mark.parametrize(
    "broken", ["", "x", "[]", "{}", '{"known": 3}', '{"position": 1, "known": {}, "me": 1}']
)
def test_a_cursor_that_cannot_be_read_begins_at_the_first_comment(broken: str) -> None:
    assert hearing.load(broken) == hearing.Cursor()


@given(
    st.integers(0, 10**6),
    st.dictionaries(st.integers(1, 10**9), st.booleans(), max_size=30),
    st.tuples(st.text(), st.integers(0)),
)
def test_a_cursor_reads_back_as_it_was(position: int, known: dict[int, bool], me: tuple[str, int]) -> None:
    cursor = hearing.Cursor(position, known, me)
    assert hearing.load(cursor.dump()) == cursor


steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 12)),
        st.tuples(st.just("write held"), st.integers(1, 4)),
        st.tuples(st.just("remove"), st.integers(0, 60)),
        st.tuples(st.just("hear"), st.just(0)),
    ),
    max_size=30,
)


@settings(max_examples=200)
@given(steps)
def test_nothing_is_missed_and_nothing_heard_twice_while_others_are_removed(
    todo: list[tuple[str, int]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hearing, "PAGE", 6)
        patch.setattr(hearing, "OVERLAP", 2)
        site, heard, cursor = Visitors(), [], ""
        for step, number in [*todo, ("hear", 0)]:
            if step.startswith("write"):
                site.write(number, "hold" if step == "write held" else "approved")
            elif step == "remove" and site.rows:
                del site.rows[sorted(site.rows)[number % len(site.rows)]]
            elif step == "hear":
                new, cursor = hear(site, cursor)
                heard += new
                assert set(site.rows) <= set(heard)
        assert len(heard) == len(set(heard))


def test_a_title_that_cannot_be_read_is_left_out() -> None:
    row = {"id": 9, "post": 4, "content": {"rendered": "<p>Halo</p>"}, "status": "approved"}
    http = Scripted(said({"id": 2}), said([row]), Said(500, "broken"), said([]))
    (heard,) = WordPress(ACCESS, http).fetch("").heard
    assert (heard.text, heard.subject) == ("Halo", "")


def test_a_page_lends_its_title_where_no_post_has_that_number() -> None:
    row = {"id": 9, "post": 4, "content": {"raw": "Halo"}, "status": "approved"}
    title = [{"id": 4, "title": {"rendered": "Profil &amp; Layanan"}}]
    http = Scripted(said({"id": 2}), said([row]), said([]), said(title))
    (heard,) = WordPress(ACCESS, http).fetch("").heard
    assert heard.subject == "Profil & Layanan"
