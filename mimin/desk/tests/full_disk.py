"""A full disk for a process of a test: SQLite may not take another page, PostgreSQL refuses what is inserted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser

from django.db import OperationalError, connection

_REFUSING = """
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END
$$ LANGUAGE plpgsql;
"""


@contextmanager
def full_disk(*tables: str) -> Iterator[None]:
    """Nothing that needs room is stored inside: on PostgreSQL in these tables, on SQLite in any."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_REFUSING)
            for table in tables:
                cursor.execute(
                    f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
                )
        else:
            _fill(cursor)
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in tables:
                cursor.execute(f"DROP TRIGGER full_disk ON {table}")
        else:
            cursor.execute("PRAGMA max_page_count = 1000000")


def _fill(cursor) -> None:
    """No page more than there are, and no free one among them."""
    cursor.execute("CREATE TABLE IF NOT EXISTS ballast (x)")
    cursor.execute("PRAGMA page_count")
    cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    for size in (100_000, 3_000):
        with suppress(OperationalError):
            while True:
                cursor.execute(f"INSERT INTO ballast VALUES (zeroblob({size}))")  # noqa: S608


class _Fields(HTMLParser):
    """The fields of the only form of a page, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.action, self.fields, self._open = "", {}, ""

    def handle_starttag(self, tag, attrs) -> None:
        found = dict(attrs)
        if tag == "form":
            self.action = found["action"]
        elif tag == "input":
            self.fields[found["name"]] = found["value"]
        elif tag == "textarea":
            self._open = found["name"]
            self.fields[self._open] = ""

    def handle_endtag(self, tag) -> None:
        if tag == "textarea":
            self._open = ""

    def handle_data(self, data) -> None:
        if self._open:
            self.fields[self._open] += data


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the form of a page goes, and what a browser would send with it."""
    reader = _Fields()
    reader.feed(page)
    sent = {name: text.removeprefix("\n") for name, text in reader.fields.items()}
    return reader.action, sent
