"""Sealed columns: text in Python, bytes that nobody reads in the database."""

from __future__ import annotations

import pytest
from django.db import connection

from mimin.inbox.models import Case, Message, Note, Transfer
from mimin.lib.crypto import Tampered
from mimin.lib.sealed import SealedText, keyring
from tests.made import MONDAY, Government, channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(government: Government) -> Case:
    return Case.objects.create(
        title="Lampu", channel=channel(government.kominfo), lead=government.kominfo, state="new",
        state_since=MONDAY, opened_at=MONDAY, rank=1,
    )  # fmt: skip


def note(case: Case, text: str) -> Note:
    return Note.objects.create(case=case, text=text, at=MONDAY, by="Admin")


def lying(table: str, column: str, pk: int) -> bytes | None:
    """What lies in the database, past the model."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])  # noqa: S608
        found = cursor.fetchone()[0]
    return None if found is None else bytes(found)


def put(table: str, column: str, pk: int, sealed: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [sealed, pk])  # noqa: S608


@pytest.mark.parametrize(
    "text", ["", "Pak Lurah", "Jalan berlubang 😡\nsejak Mei", "ñ" * 5000, "' OR 1=1 --"]
)
def test_what_is_written_is_read_again(case: Case, text: str) -> None:
    assert Note.objects.get(pk=note(case, text).pk).text == text


def test_the_database_holds_no_word_of_it(case: Case) -> None:
    lies = lying("mimin_note", "text", note(case, "Rahasia sekali").pk)
    assert lies is not None
    assert [word in lies for word in (b"Rahasia", b"sekali", "Rahasia".encode("utf-16-le"))] == [False] * 3
    assert keyring().open(lies, purpose="mimin_note.text") == b"Rahasia sekali"


def test_the_same_text_is_sealed_differently_each_time(case: Case) -> None:
    first, second = note(case, "sama"), note(case, "sama")
    assert lying("mimin_note", "text", first.pk) != lying("mimin_note", "text", second.pk)


def test_a_seal_of_another_table_does_not_open(case: Case) -> None:
    transfer = Transfer.objects.create(case=case, kind="over", reason="Salah alamat", at=MONDAY, by="Admin")
    stolen = lying("mimin_transfer", "reason", transfer.pk)
    written = note(case, "asli")
    put("mimin_note", "text", written.pk, stolen or b"")
    with pytest.raises(Tampered):
        Note.objects.get(pk=written.pk)


def test_one_changed_bit_does_not_open(case: Case) -> None:
    written = note(case, "asli")
    sealed = bytearray(lying("mimin_note", "text", written.pk) or b"")
    sealed[-1] ^= 1
    put("mimin_note", "text", written.pk, bytes(sealed))
    with pytest.raises(Tampered):
        Note.objects.get(pk=written.pk)


def test_an_update_of_many_rows_seals_too(case: Case) -> None:
    written = note(case, "lama")
    Note.objects.filter(case=case).update(text="baru")
    assert Note.objects.get(pk=written.pk).text == "baru"
    assert b"baru" not in (lying("mimin_note", "text", written.pk) or b"")


def test_values_are_opened_as_rows_are(case: Case) -> None:
    note(case, "satu")
    assert list(Note.objects.values_list("text", flat=True)) == ["satu"]


def test_nothing_stays_nothing() -> None:
    field = SealedText(null=True)
    assert (field.from_db_value(None, None, connection), field.get_db_prep_value(None, connection)) == (
        None,
        None,
    )


def test_a_seal_is_bound_to_its_table_and_column() -> None:
    purposes = {m._meta.get_field(name)._purpose() for m, name in ((Note, "text"), (Message, "raw"))}
    assert purposes == {"mimin_note.text", "mimin_message.raw"}
