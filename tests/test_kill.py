"""Processes killed with SIGKILL at points of the walk: all is heard once and answered once, on both databases."""

from __future__ import annotations

import http.client
import json
import signal
import time
import urllib.parse
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.drivers.points import APPROVING, HEARING, POSTING, ROUTING, SEALING, SENDING, SETTLING
from tests.servers.installation import Installation, installation, kill
from tests.servers.wordpress import WordPress

pytestmark = [pytest.mark.wordpress, pytest.mark.xdist_group("kill")]

PAST = "2020-01-01 00:00:00"
CSRF = "k" * 32


class House:
    """An installation, its website, and what a person sees of both."""

    def __init__(self, own: Installation, site: WordPress, session: str) -> None:
        self.own, self.site, self._session = own, site, session

    def comment(self, text: str = "jalan depan pasar bolong sejak dua bulan") -> int:
        """A citizen comments."""
        return self.site.comment(self.site.new_post("Berita"), text, "Warga")

    def time_passes(self) -> None:
        """Everything that waits is due, and every lease has run out."""
        for table in ("mimin_delivery", "mimin_connection"):
            self.own.sql(f"UPDATE {table} SET due_at = '{PAST}' WHERE due_at IS NOT NULL")  # noqa: S608
            self.own.sql(f"UPDATE {table} SET lease_until = '{PAST}' WHERE lease_until IS NOT NULL")  # noqa: S608

    def fresh_worker(self) -> None:
        """New worker processes finish what waits: the first finds what was unsure, the next looks what became of it."""
        for _ in range(3):
            self.time_passes()
            self.own.mimin("work", "--once")
            if self.rests():
                return

    def dies(self, point: str, deed: str = "hear", comment: int = 0) -> None:
        """A process dies at the point of a deed; anything but SIGKILL means that it never came there."""
        self.time_passes()
        done = self.own.run("tests.drivers.killed", point, deed, *([str(comment)] if comment else []))
        assert done.returncode == -signal.SIGKILL, done.stderr

    def does(self, deed: str, comment: int = 0) -> None:
        """A process does the deed, and nothing kills it."""
        done = self.own.run("tests.drivers.killed", "nowhere", deed, *([str(comment)] if comment else []))
        assert done.returncode == 0, done.stderr

    def heard(self, comment: int) -> list[tuple[str, int]]:
        """The messages with the comment's number: their case's state, and how often its coming in is recorded."""
        return self.own.sql(
            "SELECT c.state, (SELECT COUNT(*) FROM mimin_facts f WHERE f.subject_kind = 'case' "  # noqa: S608
            "AND f.subject_id = c.id AND f.kind = 'message.received') "
            f"FROM mimin_message m JOIN mimin_case c ON c.id = m.case_id WHERE m.remote_id = '{comment}'"
        )

    def answers(self, comment: int) -> list[int]:
        """What stands under the comment on the site."""
        return [row["id"] for row in self.site.comments() if row["parent"] == comment]

    def is_answered_once(self, comment: int) -> bool:
        """One copy on the site, one reply sent, one delivery live with its number, one record, the case answered."""
        found = self.own.sql(
            "SELECT d.state, d.remote_id, r.state, c.state, "  # noqa: S608
            "(SELECT COUNT(*) FROM mimin_facts f WHERE f.subject_kind = 'case' AND f.subject_id = c.id "
            "AND f.kind = 'case.answered') FROM mimin_message m "
            "JOIN mimin_case c ON c.id = m.case_id JOIN mimin_reply r ON r.case_id = c.id "
            f"JOIN mimin_delivery d ON d.id = r.delivery_id WHERE m.remote_id = '{comment}'"
        )
        copies = self.answers(comment)
        return len(copies) == 1 and found == [("live", str(copies[0]), "sent", "answered", 1)]

    def rests(self) -> bool:
        """Whether no delivery is under way any more, and nobody holds a row that waits."""
        under_way = "state NOT IN ('live', 'failed', 'by_hand', 'cancelled') OR due_at IS NOT NULL"
        left = self.own.sql(f"SELECT COUNT(*) FROM mimin_delivery WHERE {under_way}")  # noqa: S608
        leased = self.own.sql("SELECT COUNT(*) FROM mimin_connection WHERE lease_until IS NOT NULL")
        return (left, leased) == ([(0,)], [(0,)])

    def handed_in(self, comment: int) -> list[tuple[str, int, int]]:
        """The answer to the comment: its state, its deliveries, and how often its approval is recorded."""
        return self.own.sql(
            "SELECT r.state, (SELECT COUNT(*) FROM mimin_delivery d WHERE d.id = r.delivery_id), "  # noqa: S608
            "(SELECT COUNT(*) FROM mimin_facts f WHERE f.subject_kind = 'case' AND f.subject_id = r.case_id "
            "AND f.kind = 'reply.approved') FROM mimin_reply r "
            f"JOIN mimin_message m ON m.id = r.message_id WHERE m.remote_id = '{comment}'"
        )

    def placed(self, comment: int) -> list[tuple[str, str, int, int, int]]:
        """Where the comment's case is: its state and unit, and how many lead it, passed it on, and are recorded to."""
        of = "(SELECT COUNT(*) FROM {} x WHERE x.{} = c.id AND {})".format
        return self.own.sql(
            "SELECT c.state, u.short, "  # noqa: S608
            + of("mimin_caseunit", "case_id", "x.part = 'lead'") + ", "
            + of("mimin_transfer", "case_id", "x.kind = 'unit'") + ", "
            + of("mimin_facts", "subject_id", "x.subject_kind = 'case' AND x.kind = 'case.transferred'")
            + " FROM mimin_message m JOIN mimin_case c ON c.id = m.case_id JOIN mimin_unit u ON u.id = c.lead_id "
            + f"WHERE m.remote_id = '{comment}'"
        )  # fmt: skip

    def sealed(self) -> tuple[int, int, int]:
        """How many seals there are, how many wait to be ticked off, and how many records have no leaf."""
        ((seals, waiting, bare),) = self.own.sql(
            "SELECT (SELECT COUNT(*) FROM mimin_seal), "
            "(SELECT COUNT(*) FROM mimin_seal s WHERE NOT EXISTS (SELECT 1 FROM mimin_sealcopy c "
            "WHERE c.seal_id = s.number AND c.sent_at IS NOT NULL)), "
            "(SELECT COUNT(*) FROM mimin_record r WHERE NOT EXISTS (SELECT 1 FROM mimin_leaf l "
            "WHERE l.record_id = r.id))"
        )
        return seals, waiting, bare

    def answer_form(self, comment: int) -> tuple[str, dict[str, str]]:
        """Where an answer to the comment is handed in, and what is sent there."""
        ((message, case),) = self.own.sql(
            f"SELECT id, case_id FROM mimin_message WHERE remote_id = '{comment}'"  # noqa: S608
        )
        text = f"Laporan {comment} kami tindak lanjuti."
        return f"/kotak-masuk/{case}/answer/", {"message": str(message), "text": text, "do": "send"}

    def post(self, host: str, path: str, **form: str) -> int | None:
        """Send a form as the signed-in admin; its status, None where the line broke."""
        line = http.client.HTTPConnection(host, timeout=30)
        headers = {
            "Cookie": f"sessionid={self._session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            line.request("POST", path, urllib.parse.urlencode(form), headers)
            return line.getresponse().status
        except (ConnectionError, http.client.HTTPException):
            return None
        finally:
            line.close()


@pytest.fixture(scope="module")
def house(wordpress_session: WordPress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """On the kind of database that the suite runs on: ``make test`` runs it on both."""
    wordpress_session.reset()
    base = tmp_path_factory.mktemp("house")
    with installation(base, connection.vendor, site=wordpress_session) as (own, told):
        yield House(own, wordpress_session, told["session"])


@pytest.fixture(scope="module")
def host(house: House) -> Iterator[str]:
    """A web server of that installation that nobody kills."""
    with house.own.web() as address:
        yield address


@pytest.mark.parametrize("point", HEARING)
def test_a_worker_killed_while_it_hears_loses_nothing_and_hears_nothing_twice(
    house: House, point: str
) -> None:
    comment = house.comment()
    house.dies(point)
    committed = point == "committed, the cursor not moved"
    assert house.heard(comment) == ([("new", 1)] if committed else [])
    house.fresh_worker()
    assert house.heard(comment) == [("new", 1)]
    assert house.rests()


@pytest.mark.parametrize("point", SENDING)
def test_a_worker_killed_while_it_sends_leaves_one_answer(house: House, point: str) -> None:
    comment = house.comment()
    house.dies(point, "send", comment)
    assert len(house.answers(comment)) == (0 if point == "claimed, not sent" else 1)
    house.fresh_worker()
    assert house.is_answered_once(comment)
    assert house.rests()


@pytest.mark.parametrize("point", SETTLING)
def test_a_worker_killed_while_it_looks_what_became_of_an_answer_makes_no_second_one(
    house: House, point: str
) -> None:
    comment = house.comment()
    house.dies(point, "settle", comment)
    assert len(house.answers(comment)) == 1
    house.fresh_worker()
    assert house.is_answered_once(comment)
    assert house.rests()


@pytest.mark.parametrize("point", APPROVING)
def test_a_process_killed_while_a_head_approves_ends_in_one_answer(house: House, point: str) -> None:
    """Where nothing was committed the answer still waits for approval; else it leaves though no worker was told."""
    comment = house.comment()
    house.dies(point, "approve", comment)
    committed = point == "approved and committed, the worker not nudged"
    assert house.handed_in(comment) == [("leaving", 1, 1) if committed else ("submitted", 0, 0)]
    if not committed:
        house.does("approve", comment)
    house.fresh_worker()
    assert house.handed_in(comment) == [("sent", 1, 1)]
    assert house.is_answered_once(comment)
    assert house.rests()


@pytest.mark.parametrize("point", ROUTING)
def test_a_process_killed_while_a_case_is_passed_on_leaves_it_where_it_was(house: House, point: str) -> None:
    comment = house.comment()
    house.dies(point, "route", comment)
    assert house.placed(comment) == [("new", "Dinas PUPR", 1, 0, 0)]
    house.does("route", comment)
    assert house.placed(comment) == [("routed", "Dukcapil", 1, 1, 1)]


@pytest.mark.parametrize("point", SEALING)
def test_a_worker_killed_while_it_seals_leaves_the_seal_before_and_the_next_one_seals_all(
    house: House, point: str
) -> None:
    before, waiting, _bare = house.sealed()
    house.dies(point, "seal", house.comment())
    committed = point == "in the file, not ticked off"
    seals, unticked, bare = house.sealed()
    assert (seals - before, unticked - waiting, bare == 0) == ((1, 1, True) if committed else (0, 0, False))
    house.own.sql(f"UPDATE mimin_sealcopy SET lease_until = '{PAST}' WHERE lease_until IS NOT NULL")  # noqa: S608
    house.does("seal")
    assert house.sealed() == (before + 1, 0, 0)


@pytest.mark.parametrize("point", POSTING)
def test_a_web_process_killed_while_an_answer_is_handed_in_ends_in_one_answer(
    house: House, host: str, point: str
) -> None:
    """The person sees the page break, and sends the form once more."""
    comment = house.comment()
    house.fresh_worker()
    path, form = house.answer_form(comment)
    with house.own.web("tests.drivers.deadly_web:application", KILL_AT=point) as deadly:
        assert house.post(deadly, path, **form) is None
    assert house.post(host, path, **form) == 302
    house.fresh_worker()
    assert house.is_answered_once(comment)
    assert house.rests()


def test_a_worker_killed_again_and_again_at_any_moment_sends_each_answer_once(
    house: House, host: str
) -> None:
    comments = [house.comment(f"lampu jalan nomor {n} di gang masjid mati") for n in range(3)]
    house.fresh_worker()
    for comment in comments:
        path, form = house.answer_form(comment)
        assert house.post(host, path, **form) == 302
    for wait in (1.7, 2.2):
        with house.own.process("mimin.program", "work") as worker:
            time.sleep(wait)
            kill(worker)
        house.time_passes()
    house.fresh_worker()
    assert [house.is_answered_once(comment) for comment in comments] == [True] * 3
    assert house.rests()


def test_the_evidence_of_all_that_verifies(house: House) -> None:
    sealed = house.own.run("tests.drivers.seal")
    told = json.loads(
        house.own.mimin("evidence", "verify", "--json", "--copies", str(house.own.home / "seals"))
    )
    assert (sealed.returncode, told["problems"]) == (0, [])
