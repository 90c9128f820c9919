"""Which value holds for a unit, and what the calendar makes of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mimin.evidence.models import Facts
from mimin.lib.moving import Refused
from mimin.people.models import Unit
from mimin.policy import queries
from mimin.policy.actions import forget_holiday, set_holiday, set_value, unset_value
from mimin.policy.models import Holiday, Policy
from tests.made import BY, MONDAY, Government

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")
KEY = "listen.every_minutes"


def put(unit: Unit, value: Any, key: str = KEY, since: date = date(2020, 1, 1)) -> Policy:
    return set_value(key=key, unit=unit, value=value, valid_from=since, by=BY, at=MONDAY)


def test_without_a_row_the_default_holds(government: Government) -> None:
    assert queries.value(government.marga, KEY) == 2


def test_the_nearest_ancestor_wins(government: Government) -> None:
    put(government.root, 10)
    assert queries.value(government.marga, KEY) == 10
    put(government.pupr, 5)
    assert [queries.value(u, KEY) for u in (government.marga, government.pupr, government.dukcapil)] == [
        5,
        5,
        10,
    ]
    put(government.marga, 1)
    assert [queries.value(u, KEY) for u in (government.marga, government.pupr)] == [1, 5]


def test_a_value_holds_from_its_day_on_and_the_earlier_one_stays_for_what_happened_then(
    government: Government,
) -> None:
    put(government.root, 10, since=date(2026, 1, 1))
    put(government.root, 20, since=date(2026, 7, 1))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [queries.value(government.marga, KEY, on=day) for day in days] == [2, 10, 10, 20]


def test_a_unit_that_moves_takes_the_values_of_its_new_place(government: Government) -> None:
    from mimin.people.tree import move_unit

    put(government.dukcapil, 7)
    move_unit(unit=government.marga, parent=government.dukcapil, basis="", by=BY, at=MONDAY)
    assert queries.value(Unit.objects.get(pk=government.marga.pk), KEY) == 7


def test_several_values_cost_one_query(government: Government, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        queries.values(government.marga, *queries.KEYS)


def test_setting_the_same_value_again_leaves_one_row(government: Government) -> None:
    first, second = put(government.root, 10), put(government.root, 10)
    assert (first.pk, Policy.objects.count()) == (second.pk, 1)


def test_a_later_correction_of_the_same_day_replaces_it(government: Government) -> None:
    put(government.root, 10)
    put(government.root, 11)
    assert list(Policy.objects.values_list("value", flat=True)) == [11]


@pytest.mark.parametrize("value", [0, "banyak", None, {"amount": 1}])
def test_a_value_that_the_key_cannot_hold_is_refused_in_words(government: Government, value: Any) -> None:
    with pytest.raises(Refused):
        put(government.root, value)
    assert not Policy.objects.exists()


def test_the_screen_says_who_set_a_value(government: Government) -> None:
    put(government.pupr, 5)
    line = next(line for line in queries.shown(government.marga) if line.key == KEY)
    assert (line.value, line.unit_name, line.inherited) == (5, government.pupr.name, True)
    own = next(line for line in queries.shown(government.pupr) if line.key == KEY)
    assert (own.value, own.inherited) == (5, False)


@pytest.mark.parametrize(
    ("kind", "held", "text"),
    [
        ("span", {"amount": 3, "unit": "working_days"}, "3 working days"),
        ("span", {"amount": 2, "unit": "hours"}, "2 hours"),
        ("span", {"amount": 14, "unit": "days"}, "14 calendar days"),
        ("yes_no", True, "Yes"),
        ("yes_no", False, "No"),
        ("percent", 0, "Never"),
        ("percent", 85, "85 %"),
        ("count", 20, "20"),
        ("hours", [], "Perpres 21/2023"),
        ("hours", [[["07:30", "12:00"]], *[[]] * 6], "Monday 07:30-12:00"),
        ("periods", [], "None"),
        ("periods", [["2027-02-08", "2027-03-09"]], "2027-02-08 – 2027-03-09"),
    ],
)
def test_a_value_in_words(kind: str, held: Any, text: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert queries.in_words(kind, held) == text


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        ({"amount": 2, "unit": "hours"}, "2026-03-14 23:00", "2026-03-15 01:00"),
        ({"amount": 3, "unit": "working_hours"}, "2026-03-16 10:00", "2026-03-16 14:00"),
        ({"amount": 1, "unit": "working_days"}, "2026-03-16 10:00", "2026-03-17 16:00"),
    ],
)
def test_when_a_span_ends_in_office_time(
    government: Government, span: dict[str, Any], start: str, end: str
) -> None:
    calendar = queries.calendar(government.pupr)
    assert queries.due(at(start), span, calendar) == at(end)


def test_a_day_that_we_add_is_free_and_forgetting_it_gives_it_back(government: Government) -> None:
    day = set_holiday(day=date(2026, 3, 17), name="Hari jadi", working=False, by=BY, at=MONDAY)
    span = {"amount": 1, "unit": "working_days"}
    due = queries.due(at("2026-03-16 10:00"), span, queries.calendar(government.pupr))
    assert due > at("2026-03-17 23:59")
    forget_holiday(holiday=day, by=BY, at=MONDAY)
    assert queries.due(at("2026-03-16 10:00"), span, queries.calendar(government.pupr)) == at(
        "2026-03-17 16:00"
    )


def test_hours_of_a_department_hold_for_it_alone(government: Government) -> None:
    put(government.pupr, [[["08:00", "10:00"]]] * 7, key="clock.hours")
    span = {"amount": 1, "unit": "working_hours"}
    ends = [
        queries.due(at("2026-03-16 09:30"), span, queries.calendar(u))
        for u in (government.pupr, government.root)
    ]
    assert ends == [at("2026-03-17 08:30"), at("2026-03-16 10:30")]


def test_a_span_of_the_past_is_measured_with_the_hours_of_then(government: Government) -> None:
    """New hours from today on do not move what was promised and kept before."""
    span, pupr = {"amount": 1, "unit": "working_hours"}, government.pupr
    before = queries.due(at("2026-03-16 09:30"), span, queries.calendar(pupr))
    put(government.root, [[["13:00", "15:00"]]] * 7, key="clock.hours", since=date(2026, 7, 1))
    ends = [
        queries.due(at(f"{day} 09:30"), span, queries.calendar(pupr)) for day in ("2026-03-16", "2026-07-01")
    ]
    assert ends == [before, at("2026-07-01 14:00")]


def test_a_value_taken_back_lets_the_one_before_hold_again(government: Government) -> None:
    put(government.root, 10)
    own, later = put(government.pupr, 5), put(government.pupr, 6, since=date(2026, 1, 1))
    told: list[Any] = []
    held = [queries.value(government.marga, KEY)]
    for row in (later, own, own):
        unset_value(row=row, by=BY, at=MONDAY, then=lambda *days, at: told.append(days))
        held.append(queries.value(government.marga, KEY))
    assert (held, told) == ([6, 5, 10, 10], [])
    assert Facts.objects.filter(kind="policy.unset").count() == 2


def test_hours_taken_back_have_the_clocks_counted_anew(government: Government) -> None:
    row = put(government.pupr, [[["08:00", "10:00"]]] * 7, key="clock.hours", since=date(2026, 3, 2))
    told: list[Any] = []
    unset_value(row=row, by=BY, at=MONDAY, then=lambda *days, at: told.append(days))
    assert told == [(date(2026, 3, 2), date(2026, 3, 16))]


def test_the_year_shows_national_days_and_ours_over_them(government: Government) -> None:
    before = queries.days_of(2026)
    new_year = before[0]
    assert (new_year.day, new_year.kind, new_year.row) == (date(2026, 1, 1), "public", 0)
    set_holiday(day=date(2026, 1, 1), name="Masuk kerja", working=True, by=BY, at=MONDAY)
    set_holiday(day=date(2026, 8, 18), name="Hari jadi", working=False, by=BY, at=MONDAY)
    kinds = {day.day: day.kind for day in queries.days_of(2026)}
    assert (kinds[date(2026, 1, 1)], kinds[date(2026, 8, 18)]) == ("worked", "ours")
    assert len(kinds) == len(before) + 1
    assert [day.day for day in queries.days_of(2026)] == sorted(kinds)


def test_a_holiday_set_twice_is_one_row(government: Government) -> None:
    for _twice in range(2):
        set_holiday(day=date(2026, 8, 18), name="Hari jadi", working=False, by=BY, at=MONDAY)
    assert Holiday.objects.count() == 1


def test_the_ends_of_a_span_are_those_of_each_unit_in_as_many_queries_for_many_as_for_one(
    government: Government, django_assert_num_queries: Any
) -> None:
    four, three_days = {"amount": 4, "unit": "working_hours"}, {"amount": 3, "unit": "days"}
    put(government.pupr, three_days, "outbox.stuck_after")
    units = [government.root, government.pupr, government.marga]
    for some in (units, units[:1]):
        with django_assert_num_queries(2):
            ends = queries.ends_of(some, "outbox.stuck_after")
        assert sorted(ends) == [unit.pk for unit in some]
    ends = queries.ends_of(units, "outbox.stuck_after")
    start, office = at("2026-03-16 15:00"), queries.calendar(government.root)
    assert ends[government.root.pk](start) == queries.due(start, four, office)
    assert ends[government.marga.pk](start) == start + timedelta(days=3)
