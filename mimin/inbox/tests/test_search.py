"""What a search knows of the units: it is narrowed by who takes part, and finds what the scope rule lets through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mimin.inbox import actions, searching
from mimin.inbox.intake import receive
from mimin.inbox.models import SEARCH, Case, CaseUnit, Message
from mimin.inbox.tests.test_queries import PEOPLE, many, may_see
from mimin.lib import store
from mimin.lib.store import marks, on_postgres
from mimin.people.models import Unit
from mimin.people.rules import Secrecy
from mimin.people.tree import move_unit
from mimin.platforms.base import Heard
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel, heard
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

__all__ = ["many"]  # the fixture of sixty cases

LATER = MONDAY + timedelta(days=1)


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.kominfo)


def found(government: Government, name: str, text: str = "keluhan") -> set[int]:
    return {line.pk for line in searching.search(government.person(name), text, size=200)[0]}


def known_units(case: Case) -> set[str]:
    """What the search knows of a case; it is the same on each of its messages."""
    (known,) = set(Message.objects.filter(case=case).values_list("units", flat=True))
    return known


@pytest.mark.parametrize("name", PEOPLE)
def test_a_search_finds_what_the_scope_rule_lets_through_and_no_more(many: Government, name: str) -> None:
    known = many.person(name)
    assert found(many, name) == {case.pk for case in Case.objects.all() if may_see(known, case)}


@pytest.mark.parametrize("name", PEOPLE)
def test_narrowing_a_search_by_units_changes_nothing_in_what_it_finds(
    many: Government, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrowed = found(many, name)
    monkeypatch.setattr(store, "MARKED", -1)
    assert found(many, name) == narrowed


@pytest.mark.parametrize("recent", [(1, 2), (6, 20), (1000, 2000)])
@pytest.mark.parametrize("name", PEOPLE)
def test_of_many_that_hold_the_words_the_newest_are_asked_first_and_none_is_lost(
    many: Government, name: str, recent: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    meant = found(many, name)
    monkeypatch.setattr(store, "RECENT", recent)
    monkeypatch.setattr(store, "CHUNK", 2)
    assert found(many, name) == meant
    taken, before = [], 0
    while True:
        page, before = searching.search(many.person(name), "keluhan", before=before, size=4)
        taken += [line.pk for line in page]
        if not before:
            break
    assert taken == sorted(meant, reverse=True)


def test_each_message_knows_the_units_of_its_case(many: Government) -> None:
    for case in Case.objects.all():
        assert known_units(case) == marks(CaseUnit.objects.filter(case=case).values_list("unit", flat=True))


def test_a_unit_that_a_case_was_passed_on_to_finds_it_and_the_one_before_still_does(
    government: Government, site: Channel
) -> None:
    case = opened(site, "keluhan jalan berlubang")
    coordinator = government.person("koordinator")
    assert found(government, "admin.pupr") == set()
    actions.transfer(case=case, to=government.pupr, reason="Jalan", by=coordinator, at=LATER)
    assert found(government, "admin.pupr") == {case.pk}
    case.refresh_from_db()
    actions.transfer(case=case, to=government.dukcapil, reason="Bukan", by=coordinator, at=LATER)
    assert found(government, "admin.pupr") == found(government, "admin.dukcapil") == {case.pk}


def test_a_unit_that_helps_or_is_informed_finds_the_case(government: Government, site: Channel) -> None:
    case = opened(site, "keluhan jalan berlubang")
    coordinator = government.person("koordinator")
    for unit, part in ((government.marga, "helper"), (government.dukcapil, "informed")):
        actions.involve(case=case, unit=unit, part=part, by=coordinator, at=LATER)
    assert [found(government, name) for name in ("admin.marga", "admin.pupr", "admin.dukcapil")] == [
        {case.pk}
    ] * 3


def test_what_is_said_later_in_a_case_is_found_by_each_of_its_units(
    government: Government, site: Channel
) -> None:
    case = opened(site, "keluhan jalan berlubang", "1")
    actions.transfer(
        case=case, to=government.pupr, reason="Jalan", by=government.person("koordinator"), at=LATER
    )
    ours = Heard("3", "kami cek", "Diskominfo", LATER, parent_id="1", ours=True)
    more = [heard("masih menganga", "2", parent="1", at=LATER), ours]
    receive(more, channel=site, at=LATER, understand=None)
    assert found(government, "admin.pupr", "menganga") == found(government, "admin.pupr", "cek") == {case.pk}
    assert known_units(case) == marks([government.kominfo.pk, government.pupr.pk])


def test_what_becomes_the_overseers_is_found_by_nobody_and_afterwards_by_its_units_again(
    government: Government, site: Channel
) -> None:
    case = opened(site, "keluhan jalan berlubang")
    coordinator = government.person("koordinator")
    actions.involve(case=case, unit=government.pupr, part="helper", by=coordinator, at=LATER)
    for secrecy, seen in ((Secrecy.OVERSIGHT, set()), (Secrecy.OPEN, {case.pk})):
        actions.keep(case=case, secrecy=secrecy, concerns=None, reason="Uji", by=coordinator, at=LATER)
        assert [found(government, name) for name in ("koordinator", "admin.pupr")] == [seen, seen]
    assert known_units(case) == marks([government.kominfo.pk, government.pupr.pk, government.inspectorate.pk])


def test_a_unit_that_moved_in_the_tree_is_searched_by_who_stands_above_it_now(government: Government) -> None:
    case = opened(channel(government.marga), "keluhan jalan berlubang")
    assert (found(government, "admin.pupr"), found(government, "admin.dukcapil")) == ({case.pk}, set())
    move_unit(unit=government.marga, parent=government.dukcapil, basis="Perda", by=BY, at=LATER)
    assert (found(government, "admin.pupr"), found(government, "admin.dukcapil")) == (set(), {case.pk})


def test_a_role_at_hundreds_of_units_searches_them_all(government: Government, site: Channel) -> None:
    Unit.objects.bulk_create(
        Unit(
            parent=government.dukcapil,
            path=f"{government.dukcapil.path}{n:06d}.",
            name=f"Sekolah {n}",
            kind="school",
        )
        for n in range(900_000, 900_000 + store.MARKED)
    )
    case = opened(site, "keluhan jalan berlubang")
    actions.takes_part(case, Unit.objects.get(name="Sekolah 900400"), "helper")
    assert len(searching.reach(government.person("admin.dukcapil")) or ()) == store.MARKED + 1
    assert found(government, "admin.dukcapil") == {case.pk}


@pytest.mark.parametrize("text", ["#{pk}", "{pk}", "units:{pk}", "units", '"#{pk}'])
def test_nobody_can_search_for_a_unit_by_the_mark_it_leaves(
    government: Government, site: Channel, text: str
) -> None:
    opened(site, "keluhan jalan berlubang")
    assert found(government, "koordinator", text.format(pk=government.kominfo.pk)) == set()


def test_a_narrowed_search_does_not_look_at_what_lies_outside(many: Government) -> None:
    """The plan: the marks are looked up in the index of words, not row by row."""
    rows = store.matching(Message.objects.all(), SEARCH, "keluhan", within={many.marga.pk})
    assert rows is not None
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if on_postgres():
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows would be read as they lie
            cursor.execute(f"EXPLAIN {sql}", params)
            assert any("Index Cond: (search @@" in row[0] and "#" in row[0] for row in cursor.fetchall())
            return
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = [row[3] for row in cursor.fetchall()]
    assert plan[0].startswith("SCAN mimin_message_text_search VIRTUAL TABLE INDEX")
    assert any("units" in str(one) for one in params)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("jalan", "jln depan pasar bolong"),
        ("jln", "jalan depan pasar bolong"),
        ("rusaaak", "jembatan kampung rusak"),
        ("tidak", "airnya gak keluar dari pagi"),
        ("lampu jalan", "lmpu jln mati"),
        ("sampah menumpuk", "smpah numpuk di pasar"),
        ("kebakaran", "omah kobongan neng kulon"),
    ],
)
def test_a_word_is_found_however_it_is_written(
    government: Government, site: Channel, typed: str, told: str
) -> None:
    case, other = opened(site, told, "1"), opened(site, "puskesmas antre panjang", "2")
    assert found(government, "koordinator", typed) == {case.pk} != {other.pk}
    assert found(government, "admin.pupr", typed) == set()


def test_a_word_that_is_still_being_typed_is_found_by_its_beginning(
    government: Government, site: Channel
) -> None:
    case = opened(site, "jalan depan puskesmas bolong")
    assert found(government, "koordinator", "jalan pusk") == {case.pk}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("jalan", "jalaan rusak"),
        ("jalan", "jalaaan rusak"),
        ("jalaan", "jalan rusak"),
        ("jalan", "jl. mawar rusak"),
    ],
)
def test_a_word_is_found_where_its_vowel_was_drawn_out(
    government: Government, site: Channel, typed: str, told: str
) -> None:
    case, other = opened(site, told, "1"), opened(site, "puskesmas antre panjang", "2")
    assert found(government, "koordinator", typed) == {case.pk} != {other.pk}


def marked_of(government: Government, text: str, name: str = "koordinator") -> list[tuple[str, list[str]]]:
    lines, _more = searching.search(government.person(name), text)
    found = searching.passages(lines, text)
    return [
        (found[one.pk].text, [found[one.pk].text[a:b] for a, b in found[one.pk].marks])
        for one in lines
        if one.pk in found
    ]


def test_what_was_found_is_marked_however_it_is_written(government: Government, site: Channel) -> None:
    opened(site, "lmpu jln depan puskesmas mati")
    assert marked_of(government, "lampu jalan pusk") == [
        ("lmpu jln depan puskesmas mati", ["lmpu", "jln", "puskesmas"])
    ]
    page = client_of(government, "koordinator").get(reverse("search"), {"q": "lampu jalan"})
    assert "<mark>lmpu</mark> <mark>jln</mark> depan" in page.content.decode()


def test_of_a_long_message_the_piece_around_the_first_word_is_shown(
    government: Government, site: Channel
) -> None:
    opened(site, f"{'kata lain ' * 40}di jembatan gantung {'lagi kata ' * 40}".strip())
    ((text, marks),) = marked_of(government, "jembatan gantung")
    assert (text[:2], text[-2:], marks) == ("… ", " …", ["jembatan", "gantung"])
    assert len(text) < searching.AROUND + 8


def test_the_message_that_holds_the_words_is_shown_and_not_only_the_newest(
    government: Government, site: Channel
) -> None:
    first = opened(site, "pohon miring di trotoar sekolah")
    receive(
        [heard("halo min ada kabar soal pohon", "2", at=timezone.now(), parent="1")],
        channel=site, at=timezone.now(), understand=None,
    )  # fmt: skip
    assert first.messages.count() == 2
    assert marked_of(government, "pohon trotoar")[0][1] == ["pohon", "trotoar"]


def test_what_is_written_cannot_become_a_mark_or_a_script(government: Government, site: Channel) -> None:
    opened(site, "pasar <script>alert(1)</script> <mark>becek</mark>")
    page = client_of(government, "koordinator").get(reverse("search"), {"q": "pasar becek"}).content.decode()
    assert "<script>alert" not in page and "<mark>becek</mark>&lt;/mark&gt;" in page


def test_a_page_of_results_costs_the_same_questions_however_many_there_are(
    government: Government, site: Channel
) -> None:
    client, costs = client_of(government, "koordinator"), []
    for count in (2, 20):
        for number in range(count):
            opened(site, "lampu taman mati", f"{count}-{number}")
        client.get(reverse("search"), {"q": "lampu"})
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("search"), {"q": "lampu"})
        costs.append(len(asked))
    assert costs[1] - costs[0] in (
        (0, 1) if on_postgres() else (0,)
    )  # there the newest rows may be read in two steps


def test_the_piece_is_where_the_words_stand_together(government: Government, site: Channel) -> None:
    opened(site, f"jalan sini ramai {'dan begitu seterusnya ' * 20}lalu lampu jalan mati")
    assert marked_of(government, "lampu jalan")[0][1] == ["lampu", "jalan"]
