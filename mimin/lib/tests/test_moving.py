"""One move of one row: who is first wins, and the second is told who and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from mimin.inbox.models import Case
from mimin.inbox.states import CASE
from mimin.lib.moving import Refused, move
from mimin.people.models import Unit
from tests.made import MONDAY, Government, channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(government: Government) -> Case:
    return Case.objects.create(
        title="Lampu jalan mati", channel=channel(government.kominfo), lead=government.kominfo, state="new",
        state_since=MONDAY, state_by="", opened_at=MONDAY, rank=1,
    )  # fmt: skip


def stored(case: Case) -> tuple[str, str, object]:
    """State, by whom and since when, as the database has it."""
    return Case.objects.values_list("state", "state_by", "state_since").get(pk=case.pk)


def seen_by_another(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_a_move_changes_the_database_and_the_row_given(case: Case) -> None:
    later = MONDAY + timedelta(hours=1)
    moved = move(case, CASE, "dismiss", by="Admin", at=later, title="Percobaan")
    assert moved is case
    assert (case.state, case.state_by, case.state_since, case.title) == (
        "dismissed",
        "Admin",
        later,
        "Percobaan",
    )
    assert stored(case) == ("dismissed", "Admin", later)
    assert seen_by_another(case).title == "Percobaan"


def test_a_move_leaves_other_rows_alone(case: Case) -> None:
    other = seen_by_another(case)
    other.pk = None
    other.save()
    move(case, CASE, "dismiss", by="Admin", at=MONDAY)
    assert stored(other) == ("new", "", MONDAY)


def test_the_second_of_two_is_refused_and_told_who_was_first_and_when(case: Case) -> None:
    second = seen_by_another(case)
    move(case, CASE, "dismiss", by="Admin Dukcapil", at=MONDAY)
    with translation.override("en"), pytest.raises(Refused) as refused:
        move(second, CASE, "dismiss", by="Admin Dinas PUPR", at=MONDAY + timedelta(seconds=1))
    assert str(refused.value) == (
        "Admin Dukcapil already changed this to “Nothing to do” at 16 Mar 2026 10:00 WIB. Reload the page to see it."
    )
    assert stored(case) == ("dismissed", "Admin Dukcapil", MONDAY)


def test_a_refusal_speaks_the_language_of_the_person_and_the_time_of_the_place(case: Case) -> None:
    second = seen_by_another(case)
    Unit.objects.filter(pk=case.lead_id).update(zone="Asia/Jayapura")
    move(case, CASE, "dismiss", by="Admin Dukcapil", at=MONDAY)
    with translation.override("id"), pytest.raises(Refused) as refused:
        move(second, CASE, "dismiss", by="Admin Dinas PUPR", at=MONDAY)
    assert "“Tidak perlu ditindaklanjuti” pada 16 Mar 2026 12.00 WIT" in str(refused.value)


def test_a_refused_move_leaves_the_row_given_as_it_was(case: Case) -> None:
    second = seen_by_another(case)
    move(case, CASE, "dismiss", by="Admin", at=MONDAY)
    with pytest.raises(Refused):
        move(second, CASE, "dismiss", by="Kepala", at=MONDAY, title="Lain")
    assert (second.state, second.state_by, second.title) == ("new", "", "Lampu jalan mati")


def test_what_nobody_did_was_done_by_the_system(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state="closed")
    with translation.override("en"), pytest.raises(Refused) as refused:
        move(case, CASE, "dismiss", by="Admin", at=MONDAY)
    assert str(refused.value).split(" already")[0] == "The system"


def test_a_decision_on_what_has_changed_since_is_refused(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(secrecy=2)
    with pytest.raises(Refused):
        move(case, CASE, "dismiss", by="Admin", at=MONDAY, unchanged=("secrecy",))
    assert stored(case) == ("new", "", MONDAY)


@pytest.mark.parametrize("column", ["secrecy", "lead", "lead_id", "due_at", "title"])
def test_a_decision_on_what_still_stands_is_made(case: Case, column: str) -> None:
    if column != "due_at":  # an empty column is compared as any other
        case.due_at = MONDAY
        case.save()
    move(case, CASE, "dismiss", by="Admin", at=MONDAY, unchanged=(column,))
    assert stored(case) == ("dismissed", "Admin", MONDAY)


def test_an_unknown_verb_is_an_error_of_the_program(case: Case) -> None:
    with pytest.raises(KeyError):
        move(case, CASE, "vanish", by="Admin", at=MONDAY)
