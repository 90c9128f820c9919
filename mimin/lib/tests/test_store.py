"""Locks, rows by the hundred and search: the same on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from hypothesis import given
from hypothesis import strategies as st

from mimin.evidence.models import Record
from mimin.inbox.models import SEARCH, Case, Message
from mimin.lib.store import (
    Index,
    insert,
    install_search,
    lock,
    matching,
    missing_search,
    on_postgres,
    words,
)
from mimin.registry.models import Channel
from tests.made import MONDAY, Government, channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(government: Government) -> Channel:
    return channel(government.kominfo)


def messages(place: Channel, *texts: str, first: int = 0) -> list[Message]:
    return [
        Message(
            channel=place, remote_id=f"r{first + n}", text=text, raw=text, sent_at=MONDAY, received_at=MONDAY
        )
        for n, text in enumerate(texts)
    ]


# --- Locks ---


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction_around_it() -> None:
    with pytest.raises(RuntimeError) as refused:
        lock("units")
    assert str(refused.value) == "the lock 'units' needs a transaction around it"


def held_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_lock_is_held_by_its_name_once() -> None:
    with transaction.atomic():
        lock("units")
        lock("units")
        lock("seals")
        assert not on_postgres() or held_locks() == 2


# --- Rows by the hundred ---


def case(place: Channel, number: int) -> Case:
    facts = {
        "reasons": ["kata 'jalan'", "titik; --"],
        "score": 0.75,
        "none": None,
        "emoji": "😡",
        "n": number,
    }
    return Case(
        title=f"Jalan %s rusak “{number}”", channel=place, lead=place.unit, state="new", state_since=MONDAY,
        state_by="Mimin", understanding=facts if number % 2 else None,
        opened_at=MONDAY + timedelta(microseconds=number),
        due_at=None if number % 3 else MONDAY, rank=2**40 + number, secrecy=number % 3,
    )  # fmt: skip


def message(place: Channel, number: int) -> Message:
    return Message(
        channel=place, remote_id=f"{number}", text=f"Lampu %s mati\n{number}", raw=f"Lampu 0812-{number} 'mati'",
        ours=number % 2 == 0, held=number % 3 == 0, author="Warga", sent_at=MONDAY, received_at=MONDAY,
    )  # fmt: skip


def written(rows: Sequence[models.Model]) -> list[dict[str, Any]]:
    """Every column of the rows as the database gives it back, without what two rows can never share."""
    model = type(rows[0])
    found = model._default_manager.filter(pk__in=[row.pk for row in rows]).order_by("pk").values()
    return [{name: value for name, value in one.items() if name not in ("id", "remote_id")} for one in found]


def lies_as(model: type[models.Model], column: str, rows: Sequence[models.Model]) -> list[Any]:
    """A column past the model, as the driver gives it."""
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(rows))
        cursor.execute(
            f"SELECT {column} FROM {model._meta.db_table} WHERE id IN ({marks}) ORDER BY id",  # noqa: S608
            [row.pk for row in rows],
        )
        return [one[0] for one in cursor.fetchall()]


@pytest.mark.parametrize("make", [case, message])
def test_rows_are_inserted_as_bulk_create_inserts_them(place: Channel, make: Any) -> None:
    ours = insert([make(place, n) for n in range(7)])
    model = type(ours[0])
    theirs = [make(place, n) for n in range(7)]
    for n, row in enumerate(theirs):
        if isinstance(row, Message):
            row.remote_id = f"again-{n}"
    model._default_manager.bulk_create(theirs)
    assert written(ours) == written(theirs)
    assert len(written(ours)) == 7


@pytest.mark.parametrize("column", ["understanding", "opened_at", "due_at"])
def test_a_value_lies_in_the_database_as_bulk_create_puts_it(place: Channel, column: str) -> None:
    ours = insert([case(place, n) for n in range(4)])
    theirs = Case.objects.bulk_create([case(place, n) for n in range(4)])
    assert lies_as(Case, column, ours) == lies_as(Case, column, theirs)


def test_bytes_are_inserted_as_bulk_create_inserts_them() -> None:
    ours = insert([Record(commitment=bytes([n, 0, 255, 39]) * 8) for n in range(5)])
    theirs = Record.objects.bulk_create([Record(commitment=bytes([n, 0, 255, 39]) * 8) for n in range(5)])
    assert [bytes(row["commitment"]) for row in written(ours)] == [
        bytes(row["commitment"]) for row in written(theirs)
    ]


def test_sealed_text_is_sealed_on_the_way(place: Channel) -> None:
    rows = insert([message(place, 7)])
    assert b"0812" not in bytes(lies_as(Message, "raw", rows)[0])
    assert Message.objects.get(pk=rows[0].pk).raw == "Lampu 0812-7 'mati'"


@pytest.mark.parametrize("number", [1, 200, 201, 450])
def test_every_row_gets_the_key_under_which_it_stands(number: int) -> None:
    rows = insert([Record(commitment=n.to_bytes(32, "big")) for n in range(number)])
    keys = [row.pk for row in rows]
    assert keys == sorted(set(keys))
    stored = {
        pk: bytes(put) for pk, put in Record.objects.filter(pk__in=keys).values_list("pk", "commitment")
    }
    assert [stored[row.pk] for row in rows] == [n.to_bytes(32, "big") for n in range(number)]


def test_an_inserted_row_can_be_changed_and_saved(place: Channel) -> None:
    row = insert([case(place, 1)])[0]
    assert (row._state.adding, row._state.db) == (False, "default")
    row.title = "Baru"
    row.save()
    assert list(Case.objects.values_list("pk", "title")) == [(row.pk, "Baru")]


def test_no_rows_are_no_work(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert insert([]) == []


def test_what_stands_once_is_not_inserted_twice(place: Channel) -> None:
    insert([message(place, 1)])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([message(place, 2), message(place, 1)])
    assert Message.objects.count() == 1


# --- Search ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("  ?!  ", []),
        ("Jalan RUSAK", ["jalan", "rusak"]),
        ("rt_03/rw_05", ["rt", "03", "rw", "05"]),
        ('"jalan" AND -rusak* : (x)', ["jalan", "and", "rusak", "x"]),
        ("a b c d e f g h i j", list("abcdefgh")),
        ("x" * 50, ["x" * 40]),
    ],
)
def test_a_search_is_taken_apart_into_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def texts(search: str, before: int = 0) -> list[str]:
    found = matching(Message.objects.all(), SEARCH, search, before=before)
    assert found is not None
    return list(found.values_list("text", flat=True))


@pytest.fixture
def heard(place: Channel) -> list[Message]:
    return insert(
        messages(
            place, "Jalan rusak di pasar", "Lampu jalan mati", "Jalanan macet", "KTP saya hilang, tolong"
        )
    )


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("jalan", ["Jalanan macet", "Lampu jalan mati", "Jalan rusak di pasar"]),
        ("jalan mati", ["Lampu jalan mati"]),
        ("mati jalan", ["Lampu jalan mati"]),
        ("jalan di", ["Jalan rusak di pasar"]),
        ("jal mati", []),  # only the last word may be a beginning
        ("pas", ["Jalan rusak di pasar"]),
        ("asar", []),
        ("JALAN, rus!", ["Jalan rusak di pasar"]),
        ("banjir", []),
        ("hilang tolong ktp", ["KTP saya hilang, tolong"]),
    ],
)
def test_a_search_finds_every_word_and_the_last_as_a_beginning_newest_first(
    heard: list[Message], search: str, found: list[str]
) -> None:
    assert texts(search) == found


@pytest.mark.parametrize(
    "search",
    [
        "'jalan",
        '"jalan',
        "jalan*",
        "jalan:*",
        "(jalan",
        "-jalan",
        "^jalan",
        "jalan\\",
        "jalan %s",
        "jalan';--",
        "text:jalan",
    ],
)
def test_quotes_and_operators_of_the_databases_are_harmless(heard: list[Message], search: str) -> None:
    expected = texts(" ".join(words(search)))
    assert texts(search) == expected


@pytest.mark.parametrize("search", ["and", "or", "not", "near", "AND jalan", "jalan OR"])
def test_words_that_are_operators_are_words(place: Channel, heard: list[Message], search: str) -> None:
    insert(messages(place, f"{search} tanda", first=100))
    assert texts(search) == [f"{search} tanda"]


def test_a_search_without_a_word_is_no_search(heard: list[Message]) -> None:
    assert [matching(Message.objects.all(), SEARCH, text) for text in ("", " ", "?", "_")] == [None] * 4


def test_a_page_of_results_begins_below_the_one_before(heard: list[Message]) -> None:
    assert texts("jalan", before=heard[2].pk) == ["Lampu jalan mati", "Jalan rusak di pasar"]
    assert texts("jalan", before=heard[0].pk) == []


def test_a_search_stays_within_the_rows_given(heard: list[Message]) -> None:
    found = matching(Message.objects.exclude(pk=heard[1].pk), SEARCH, "jalan")
    assert found is not None
    assert [one.pk for one in found] == [heard[2].pk, heard[0].pk]


def test_the_search_follows_a_change_and_a_deletion(heard: list[Message]) -> None:
    Message.objects.filter(pk=heard[0].pk).update(text="Trotoar rusak")
    heard[1].delete()
    assert (texts("jalan"), texts("trotoar"), texts("pasar")) == (["Jalanan macet"], ["Trotoar rusak"], [])


def test_the_search_follows_a_row_that_bulk_create_made(place: Channel) -> None:
    Message.objects.bulk_create(messages(place, "Sampah menumpuk"))
    assert texts("sampah") == ["Sampah menumpuk"]


@given(st.text(max_size=60))
def test_any_text_can_be_searched_for(text: str) -> None:
    found = matching(Message.objects.all(), SEARCH, text)
    assert (found is None) == (words(text) == [])
    if found is not None:
        assert list(found) == []


def drop_search() -> None:
    with connection.cursor() as cursor:
        if on_postgres():
            cursor.execute("ALTER TABLE mimin_message DROP COLUMN search")
            return
        for ending in ("ai", "ad", "au"):
            cursor.execute(f"DROP TRIGGER {SEARCH.name}_{ending}")
        cursor.execute(f"DROP TABLE {SEARCH.name}")


def test_nothing_of_the_search_is_missing_after_migrating() -> None:
    assert missing_search(connection, SEARCH) == []


def test_an_index_that_nobody_made_is_missing_in_every_part() -> None:
    lost = Index("mimin_note", "by")
    parts = ["", "_ai", "_ad", "_au"] if not on_postgres() else [""]
    assert missing_search(connection, lost) == [f"mimin_note_by_search{part}" for part in parts]


def test_a_lost_search_is_missed_and_put_back_with_what_was_said_before(heard: list[Message]) -> None:
    drop_search()
    assert missing_search(connection, SEARCH)[0] == SEARCH.name
    install_search(connection, SEARCH)
    install_search(connection, SEARCH)
    assert missing_search(connection, SEARCH) == []
    assert texts("jalan mati") == ["Lampu jalan mati"]


def test_a_lost_trigger_is_missed_and_what_was_said_meanwhile_is_found(place: Channel) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {SEARCH.name}_ai")
    assert missing_search(connection, SEARCH) == [f"{SEARCH.name}_ai"]
    insert(messages(place, "Sampah menumpuk"))
    install_search(connection, SEARCH)
    assert texts("sampah") == ["Sampah menumpuk"]


if on_postgres():  # it keeps the index itself: there are no triggers to lose
    del test_a_lost_trigger_is_missed_and_what_was_said_meanwhile_is_found
    del test_a_lost_search_is_missed_and_put_back_with_what_was_said_before
