"""What a person sees of the inbox: the scope rule, complete pages, counts that agree, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimin.inbox import actions, queries, searching
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, CaseUnit
from mimin.inbox.queries import CAP, Filters
from mimin.inbox.rules import VIEWS, rank
from mimin.inbox.todo import most_late
from mimin.people.actions import give_role
from mimin.people.models import Person, Unit
from mimin.people.queries import held, sights
from mimin.people.rules import CLEARED, RoleKind, Secrecy, covers
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government, channel, heard, person
from tests.scene import opened

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(days=2)
EVERYTHING = Filters()
STATES = ("new", "routed", "answered", "closed", "dismissed", "referred")
PEOPLE = (
    "koordinator", "admin.pupr", "kepala.pupr", "admin.marga", "admin.dukcapil", "inspektur", "sekda", "pimpinan",
    "pengamat", "auditor", "tanpa.peran",
)  # fmt: skip


@pytest.fixture
def many(government: Government) -> Government:
    """Sixty cases at four units, in every state, late and not, some of them kept closely, some with a helper."""
    sites = [
        channel(government.kominfo),
        channel(government.pupr, "facebook.com/puprcontoh"),
        channel(government.marga, "instagram.com/bmcontoh"),
        channel(government.dukcapil, "facebook.com/dukcapilcontoh"),
    ]
    units = (government.kominfo, government.pupr, government.marga, government.dukcapil)
    for place, site in enumerate(sites):
        batch = [heard(f"keluhan {n} di kanal {place}", f"{n}", at=MONDAY) for n in range(15)]
        receive(batch, channel=site, at=MONDAY, understand=None)
    for number, case in enumerate(Case.objects.order_by("pk")):
        lead, state = units[number % 4], STATES[number % 6]
        secrecy = (0, 0, 0, 1, 2, 3)[number % 6 if number % 5 == 0 else 0]
        due = NOW + timedelta(hours=number % 7 * 12 - 36)
        place = rank(state, due, MONDAY + timedelta(minutes=number % 9))
        Case.objects.filter(pk=case.pk).update(
            state=state,
            lead=lead,
            secrecy=secrecy,
            due_at=due,
            rank=place,
            affair="pupr" if number % 2 else "kominfo",
            holder=government.people["admin.pupr"] if number % 5 == 0 else None,
        )
        case.refresh_from_db()
        CaseUnit.objects.filter(case=case).update(part="former", state=state, secrecy=secrecy, rank=place)
        actions.takes_part(case, lead, "lead")
        if number % 7 == 0:
            actions.takes_part(case, units[(number + 1) % 4], "helper")
    return government


def may_see(known: Person, case: Case) -> bool:
    """The scope rule said once more, the slow way: a role covers a unit that takes part and is cleared for it."""
    paths = list(CaseUnit.objects.filter(case=case).values_list("unit__path", flat=True))
    return any(
        Secrecy(case.secrecy) in CLEARED[role.kind] and any(covers(role.path, path) for path in paths)
        for role in held(known)
    )


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_sees_the_cases_of_the_scope_rule_and_no_other(many: Government, name: str) -> None:
    known = many.person(name)
    meant = {case.pk for case in Case.objects.all() if may_see(known, case)}
    assert set(Case.objects.filter(queries.seen(known)).values_list("pk", flat=True)) == meant
    assert {pk for (pk,) in _found(known)} == meant
    assert {line.pk for line in whole(known, "all")} == meant


def _found(known: Person) -> list[tuple[int]]:
    found = []
    for case in Case.objects.all():
        try:
            found.append((queries.find_case(known, case.pk).pk,))
        except Case.DoesNotExist:
            continue
    return found


def whole(known: Person, view: str, filters: Filters = EVERYTHING, size: int = 7) -> list[queries.Line]:
    """Every page of a view, one after the other; it ends, or the test does."""
    found: list[queries.Line] = []
    after = ""
    for _page in range(100):
        page = queries.page(known, view=view, now=NOW, filters=filters, after=after, size=size)
        found += page.cases
        assert len(page.cases) == size or not page.after
        if not page.after:
            return found
        after = page.after
    raise AssertionError("the pages do not end")


def working(known: Person) -> Callable[[Case], bool]:
    """Whether the person's own units work on a case, or every unit is the person's."""
    everywhere = any(sight.units is None for sight in sights(known))
    own = {pk for sight in sights(known) for pk in sight.units or ()}
    return lambda case: (
        everywhere
        or any(part.unit_id in own and part.part in ("lead", "helper") for part in case.parts.all())
    )


MEANT: dict[str, Callable[[Case], bool]] = {
    "mine": lambda case: case.state in ("new", "routed"),
    "held": lambda case: case.state in ("new", "routed"),
    "late": lambda case: case.state in ("new", "routed") and case.due_at < NOW,
    "new": lambda case: case.state == "new",
    "unread": lambda case: case.state in ("new", "routed"),
    "answered": lambda case: case.state == "answered",
    "closed": lambda case: case.state in ("closed", "dismissed", "referred"),
    "all": lambda case: True,
}


def meant(known: Person, view: str, filters: Filters) -> list[int]:
    """What a view should show, worked out in Python over every case."""
    cases = Case.objects.filter(queries.seen(known)).prefetch_related("parts").order_by("rank", "pk")
    works = working(known)
    return [
        case.pk
        for case in cases
        if MEANT[view](case)
        and (view not in queries.WORKED or works(case))
        and (view != "held" or case.holder_id == known.pk)
        and (not filters.channel or case.channel_id == filters.channel)
        and (not filters.affair or case.affair == filters.affair)
    ]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["koordinator", "admin.pupr", "admin.dukcapil", "pimpinan", "tanpa.peran"])
def test_the_pages_of_a_view_hold_each_of_its_cases_once_in_order_and_the_count_agrees(
    many: Government, name: str, view: str
) -> None:
    known = many.person(name)
    site = Channel.objects.get(handle="puprcontoh").pk
    for filters in (
        Filters(),
        Filters(channel=site),
        Filters(affair="pupr"),
        Filters(channel=site, affair="pupr"),
    ):
        found = [line.pk for line in whole(known, view, filters)]
        assert found == meant(known, view, filters)
        assert queries.count(known, view=view, now=NOW, filters=filters) == len(found)


@pytest.mark.parametrize("view", VIEWS)
def test_a_list_narrowed_to_one_unit_holds_what_that_unit_takes_part_in(many: Government, view: str) -> None:
    coordinator = many.person("koordinator")
    found = [line.pk for line in whole(coordinator, view, Filters(unit=many.pupr.pk))]
    parts = ("lead", "helper") if view in queries.WORKED else ("lead", "helper", "informed", "former")
    at_unit = set(CaseUnit.objects.filter(unit=many.pupr, part__in=parts).values_list("case", flat=True))
    assert found == [pk for pk in meant(coordinator, view, EVERYTHING) if pk in at_unit]
    assert len(found) == queries.count(coordinator, view=view, now=NOW, filters=Filters(unit=many.pupr.pk))


def test_a_list_narrowed_to_the_unit_of_a_stranger_is_empty(many: Government) -> None:
    dukcapil = many.person("admin.dukcapil")
    assert whole(dukcapil, "all", Filters(unit=many.pupr.pk)) == []


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(size=st.integers(1, 70), view=st.sampled_from(sorted(VIEWS)), name=st.sampled_from(PEOPLE))
def test_pages_of_any_size_are_complete_and_without_repeats(
    many: Government, size: int, view: str, name: str
) -> None:
    known = many.people[name]
    found = [line.pk for line in whole(known, view, size=size)]
    assert found == meant(known, view, EVERYTHING)


def test_a_page_goes_on_where_it_ended_although_a_case_came_in_between(many: Government) -> None:
    coordinator = many.person("koordinator")
    first = queries.page(coordinator, view="mine", now=NOW, size=5)
    opened(Channel.objects.first(), "keluhan baru", "new-1")
    Case.objects.filter(pk=first.cases[0].pk).update(rank=rank("closed", None, NOW))
    rest = queries.page(coordinator, view="mine", now=NOW, size=100, after=first.after)
    assert {line.pk for line in first.cases} & {line.pk for line in rest.cases} == set()
    assert len(first.cases) + len(rest.cases) == queries.count(coordinator, view="mine", now=NOW) + 1


def test_a_person_of_two_units_sees_a_case_of_both_once(many: Government) -> None:
    known = many.person("admin.pupr")
    give_role(person=known, unit=many.dukcapil, kind=RoleKind.ADMIN, since=MONDAY.date(), by=BY, at=MONDAY)
    give_role(person=known, unit=many.dukcapil, kind=RoleKind.OBSERVER, since=MONDAY.date(), by=BY, at=MONDAY)
    known = many.person("admin.pupr")
    case = Case.objects.filter(secrecy=0, state="new").first()
    for at in (many.pupr, many.dukcapil, many.marga):
        actions.takes_part(case, at, "helper")
    found = [line.pk for line in whole(known, "mine")]
    assert found.count(case.pk) == 1
    assert len(found) == len(set(found)) == queries.count(known, view="mine", now=NOW)


def test_a_role_at_hundreds_of_units_sees_them_all(many: Government) -> None:
    """The department of education covers hundreds of schools, each a unit of its own."""
    below = [
        Unit(
            parent=many.dukcapil,
            path=f"{many.dukcapil.path}{n:06d}.",
            name=f"Sekolah {n}",
            short=f"S{n}",
            kind="school",
        )
        for n in range(900_000, 900_620)
    ]
    Unit.objects.bulk_create(below)
    case = Case.objects.filter(state="new", secrecy=0, lead=many.kominfo).first()
    actions.takes_part(case, Unit.objects.get(name="Sekolah 900600"), "helper")
    actions.takes_part(case, Unit.objects.get(name="Sekolah 900601"), "helper")
    known = many.person("admin.dukcapil")
    found = [line.pk for line in whole(known, "mine")]
    assert (found.count(case.pk), found) == (1, meant(known, "mine", EVERYTHING))
    assert queries.count(known, view="mine", now=NOW) == len(found)


def test_counts_stop_at_their_cap(government: Government, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CAP", 3)
    site = channel(government.kominfo)
    for number in range(3):
        coordinator = government.person("koordinator")
        assert queries.counts(coordinator, now=NOW)["mine"] == (str(number) if number else "")
        opened(site, f"keluhan {number}", str(number))
    assert queries.counts(government.person("koordinator"), now=NOW)["mine"] == "3+"
    assert CAP == 1000


# What it costs


def cost(known: Person) -> int:
    """How many queries a page and the counts take."""
    with CaptureQueriesContext(connection) as asked:
        queries.page(known, view="all", now=NOW)
        queries.counts(known, now=NOW)
    return len(asked)


@pytest.mark.parametrize("name", ["koordinator", "admin.pupr", "pimpinan"])
def test_a_page_and_the_counts_cost_the_same_few_queries_however_many_cases(
    government: Government, name: str
) -> None:
    site, costs = channel(government.pupr), []
    for size in (1, 60):
        batch = [heard(f"keluhan {n}", f"{size}-{n}") for n in range(size)]
        receive(batch, channel=site, at=MONDAY, understand=None)
        costs.append(cost(government.person(name)))
    assert costs[0] == costs[1] <= 7


# Search, standing and the home page's numbers


def test_a_search_goes_on_from_page_to_page_until_every_case_was_shown_once(many: Government) -> None:
    coordinator, found, before = many.person("koordinator"), [], 0
    while True:
        page, before = searching.search(coordinator, "keluhan kanal", before=before, size=7)
        found += [line.pk for line in page]
        if not before:
            break
    seen = set(Case.objects.filter(queries.seen(coordinator)).values_list("pk", flat=True))
    assert found == sorted(seen, reverse=True)


def test_a_case_is_found_by_its_number_by_those_who_may_see_it(many: Government) -> None:
    case = Case.objects.filter(secrecy=0, lead=many.marga).first()
    assert [line.pk for line in searching.search(many.person("admin.marga"), case.number)[0]] == [case.pk]
    assert searching.search(many.person("tanpa.peran"), case.number) == ((), 0)


def test_what_a_person_may_do_in_a_case_comes_from_a_role_that_works_on_it(government: Government) -> None:
    case = opened(channel(government.pupr), "jalan rusak")
    rights = {name: queries.standing(government.person(name), case).rights for name in PEOPLE}
    assert {name for name, held_rights in rights.items() if "case.answer" in held_rights} == {
        "koordinator", "admin.pupr", "kepala.pupr", "sekda",
    }  # fmt: skip
    assert {name for name, held_rights in rights.items() if "case.approve" in held_rights} == {
        "koordinator", "kepala.pupr", "sekda",
    }  # fmt: skip
    actions.transfer(
        case=case, to=government.dukcapil, reason="", by=government.person("koordinator"), at=timezone.now()
    )
    assert "case.answer" not in queries.standing(government.person("admin.pupr"), case).rights


def test_a_role_that_has_ended_or_not_begun_sees_nothing(government: Government) -> None:
    case = opened(channel(government.pupr), "jalan rusak")
    former = person("mantan", "Mantan admin", government.kominfo, RoleKind.ADMIN)
    today = timezone.localdate()
    for since, until in (
        (today - timedelta(days=9), today - timedelta(days=1)),
        (today + timedelta(days=1), None),
    ):
        give_role(
            person=former,
            unit=government.pupr,
            kind=RoleKind.ADMIN,
            since=since,
            until=until,
            by=BY,
            at=MONDAY,
        )
        known = Person.objects.get(pk=former.pk)
        assert not Case.objects.filter(queries.seen(known), pk=case.pk).exists()


def test_a_suspended_person_sees_nothing(government: Government) -> None:
    case = opened(channel(government.pupr), "jalan rusak")
    Person.objects.filter(username="admin.pupr").update(is_active=False)
    assert not Case.objects.filter(queries.seen(government.person("admin.pupr")), pk=case.pk).exists()


def test_the_home_page_names_the_case_that_waited_longest(many: Government) -> None:
    late = meant(many.person("koordinator"), "late", EVERYTHING)
    worst = most_late(many.person("koordinator"), NOW)
    assert worst is not None and worst.pk == late[0]
    assert most_late(many.person("tanpa.peran"), NOW) is None
