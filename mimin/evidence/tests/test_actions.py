"""Recording and erasing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from mimin.evidence import format
from mimin.evidence.actions import CannotErase, erase, record, record_many
from mimin.evidence.canonical import NotCanonical
from mimin.evidence.format import Actor, Subject
from mimin.evidence.models import Facts, Record
from mimin.evidence.queries import trail
from mimin.evidence.tests.made import ADMIN, AT, PPID, entry, recorded


def record_one(**changes: Any) -> Record:
    values = {
        "kind": "case.heard",
        "subject": Subject("case", 5, "KC-5"),
        "by": ADMIN,
        "at": AT,
        "facts": {"n": 1},
    }
    return record(**{**values, **changes})


def test_a_record_commits_to_its_facts_and_to_its_columns(db: Any) -> None:
    made = record_one()
    held = Facts.objects.get(pk=made.pk)
    assert json.loads(bytes(held.canonical)) == {
        "actor": {"id": 12, "label": "Admin Dinas PU"},
        "at": "2026-03-04T05:06:07.000000Z",
        "facts": {"n": 1},
        "kind": "case.heard",
        "subject": {"id": 5, "kind": "case", "label": "KC-5"},
    }
    assert bytes(Record.objects.get().commitment) == format.commitment(
        1, bytes(held.salt), bytes(held.canonical)
    )


def test_the_columns_say_what_the_facts_say(db: Any) -> None:
    held = Facts.objects.get(pk=record_one(by=Actor(None, "Mimin")).pk)
    assert (held.kind, held.at, held.actor_id, held.actor_label) == ("case.heard", AT, None, "Mimin")
    assert (held.subject_kind, held.subject_id, held.subject_label) == ("case", 5, "KC-5")
    assert held.details == {"n": 1}


def test_the_same_facts_twice_have_different_commitments(db: Any) -> None:
    assert len({bytes(row.commitment) for row in (record_one(), record_one())}) == 2


def test_many_are_recorded_in_two_inserts_and_in_order(db: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        made = record_many(entry(number) for number in range(1, 31))
    assert [row.pk for row in made] == sorted(row.pk for row in made)
    assert [row.facts.subject_id for row in Record.objects.order_by("pk")] == list(range(1, 31))


def test_recording_nothing_is_nothing(db: Any) -> None:
    assert record_many([]) == []


@pytest.mark.django_db(transaction=True)
def test_evidence_cannot_be_recorded_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="in the transaction of what it is evidence of"):
        record_one()
    assert Record.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_evidence_goes_when_what_it_is_evidence_of_goes() -> None:
    with pytest.raises(LookupError), transaction.atomic():
        record_one()
        raise LookupError
    assert (Record.objects.count(), Facts.objects.count()) == (0, 0)


def test_facts_that_have_no_canonical_form_record_nothing(db: Any) -> None:
    with pytest.raises(NotCanonical, match=r"facts\.score: float"):
        record_many([entry(1), entry(2, facts={"score": 0.5})])
    assert Record.objects.count() == 0


def test_a_moment_without_a_zone_is_refused(db: Any) -> None:
    with pytest.raises(NotCanonical, match="a moment without a time zone"):
        record_one(at=AT.replace(tzinfo=None))


def test_text_of_any_script_is_kept_as_it_was_said(db: Any) -> None:
    said = {"text": "Halo 🙏 ꦲꦏ꧀ e\u0301 é \x00 \u2028 <script>"}
    assert Facts.objects.get(pk=record_one(facts=said).pk).details == said


def test_an_erasure_destroys_salt_and_facts_and_says_who_and_why(db: Any) -> None:
    first, second = recorded(1, 2)
    done = erase([first.pk], by=PPID, why="UU 27/2022, Pasal 8", at=AT)
    held = Facts.objects.get(pk=first.pk)
    assert (held.salt, held.canonical, held.details, held.actor_label, held.subject_label) == (
        None,
        None,
        None,
        "",
        "",
    )
    assert (held.erased_at, held.erased_by, held.erased_why) == (
        AT,
        "PPID Kabupaten Contoh",
        "UU 27/2022, Pasal 8",
    )
    assert (held.erased_in, held.kind, held.subject_id) == (done.pk, "case.transferred", 1)
    assert Facts.objects.get(pk=second.pk).details == entry(2).facts


def test_the_record_itself_stays_when_its_facts_are_erased(db: Any) -> None:
    (made,) = recorded(1)
    before = bytes(Record.objects.get(pk=made.pk).commitment)
    erase([made.pk], by=PPID, why="request", at=AT)
    assert bytes(Record.objects.get(pk=made.pk).commitment) == before


def test_an_erasure_is_itself_recorded_and_names_what_it_erased(db: Any) -> None:
    (made,) = recorded(4)
    done = erase([made.pk], by=PPID, why="request", at=AT)
    held = Facts.objects.get(pk=done.pk)
    erased = {
        "actor": 12,
        "at": "2026-03-04T05:06:11.000000Z",
        "id": made.pk,
        "kind": "case.transferred",
        "subject": {"id": 4, "kind": "case"},
    }
    assert (held.kind, held.actor_id, held.details) == (
        "evidence.erased",
        3,
        {"records": [erased], "why": "request"},
    )


def test_an_erasure_shows_in_the_trail_of_what_it_erased(db: Any) -> None:
    (made,) = recorded(4)
    erase([made.pk], by=PPID, why="request", at=AT)
    assert [row.kind for row in trail("case", 4)] == ["evidence.erased", "case.transferred"]


def test_an_erasure_over_several_subjects_is_about_the_evidence(db: Any) -> None:
    done = erase([row.pk for row in recorded(1, 2)], by=PPID, why="request", at=AT)
    held = Facts.objects.get(pk=done.pk)
    assert (held.subject_kind, held.subject_id) == ("evidence", None)


def test_what_is_unknown_or_erased_already_stops_the_whole_erasure(db: Any) -> None:
    first, second = (row.pk for row in recorded(1, 2))
    done = erase([first], by=PPID, why="request", at=AT).pk
    with pytest.raises(CannotErase) as refused:
        erase([first, second, done, 10**9], by=PPID, why="request", at=AT)
    assert str(refused.value) == (
        f"unknown: [1000000000]; erased already: [{first}]; themselves erasures: [{done}]"
    )
    assert Facts.objects.get(pk=second).details == entry(2).facts


@pytest.mark.parametrize("why", ["", "   ", "x" * 501])
def test_an_erasure_needs_a_reason_that_fits(db: Any, why: str) -> None:
    (made,) = recorded(1)
    with pytest.raises(CannotErase, match="who decided it, and why"):
        erase([made.pk], by=PPID, why=why, at=AT)


def test_an_erasure_needs_an_office_that_decided_it(db: Any) -> None:
    (made,) = recorded(1)
    with pytest.raises(CannotErase, match="who decided it, and why"):
        erase([made.pk], by=Actor(3, ""), why="request", at=AT)


@pytest.mark.parametrize("count", [0, 501])
def test_an_erasure_names_one_to_five_hundred_records(db: Any, count: int) -> None:
    with pytest.raises(CannotErase, match=f"an erasure names 1 to 500 records, not {count}"):
        erase(range(1, count + 1), by=PPID, why="request", at=AT)


def test_the_same_record_named_twice_is_erased_once(db: Any) -> None:
    (made,) = recorded(1)
    done = erase([made.pk, made.pk], by=PPID, why="request", at=AT)
    assert len(Facts.objects.get(pk=done.pk).details["records"]) == 1
