"""Two people, two clicks, two workers at the same moment, on a real file of SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.models import Facts
from mimin.inbox import actions, answering, merging
from mimin.inbox.intake import receive
from mimin.inbox.models import Case, CaseUnit, Message, Note, Reply, Transfer
from mimin.inbox.understanding import understanding
from mimin.lib import spoken, work
from mimin.lib.moving import Refused
from mimin.outbox import actions as outbox
from mimin.outbox.models import Delivery
from mimin.people.models import Person
from mimin.people.rules import Secrecy
from mimin.platforms.base import PlatformError, Receipt
from mimin.policy.actions import set_value
from mimin.registry.models import Channel
from tests.made import BY, Government, channel, government, heard
from tests.scene import client_of, opened
from tests.together import at_once, database_file

pytestmark = pytest.mark.django_db(transaction=True)

COPIES = 6
"""How many do the same thing at once where two would meet too seldom."""


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Government]:
    """A government in a database that several connections reach."""
    monkeypatch.setattr(outbox, "nudge", lambda *args, **named: None)
    with database_file(tmp_path) if connection.vendor == "sqlite" else nullcontext():
        yield government()


@pytest.fixture
def site(crowd: Government) -> Channel:
    return channel(crowd.pupr)


@pytest.fixture
def connected(site: Channel) -> Channel:
    """A channel whose answers a worker sends."""
    Channel.objects.filter(pk=site.pk).update(mode=Channel.Mode.CONNECTED)
    site.refresh_from_db()
    return site


@pytest.fixture
def case(site: Channel) -> Case:
    return opened(site, "jalan depan pasar bolong sudah dua bulan")


def test_the_database_is_one_that_several_connections_reach(crowd: Government) -> None:
    seen = at_once(*[lambda: Person.objects.filter(username="sekda").count()] * 2)
    assert seen == [1, 1]
    assert "memory" not in str(connection.settings_dict["NAME"])


# Two people


def test_of_two_people_who_pass_a_case_on_at_once_one_wins_and_the_other_learns_who(
    crowd: Government, case: Case
) -> None:
    coordinator, sekda, at = crowd.person("koordinator"), crowd.person("sekda"), timezone.now()
    mine, theirs = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
    done = at_once(
        lambda: actions.transfer(case=mine, to=crowd.kominfo, reason="", by=coordinator, at=at),
        lambda: actions.transfer(case=theirs, to=crowd.dukcapil, reason="", by=sekda, at=at),
    )
    (lost,) = [one for one in done if isinstance(one, Refused)]
    case.refresh_from_db()
    assert case.lead in (crowd.kominfo, crowd.dukcapil)
    assert case.state_by in str(lost) and spoken.moment(at) in str(lost)
    assert (Transfer.objects.count(), CaseUnit.objects.filter(part="lead").count()) == (1, 1)
    assert Facts.objects.filter(kind="case.transferred").count() == 1


def test_of_two_people_of_whom_one_passes_on_and_one_dismisses_one_wins(
    crowd: Government, case: Case
) -> None:
    coordinator, sekda, at = crowd.person("koordinator"), crowd.person("sekda"), timezone.now()
    mine, theirs = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
    done = at_once(
        lambda: actions.transfer(case=mine, to=crowd.kominfo, reason="", by=coordinator, at=at),
        lambda: actions.dismiss(case=theirs, reason="Percobaan", by=sekda, at=at),
    )
    assert [isinstance(one, Refused) for one in done].count(True) == 1
    case.refresh_from_db()
    assert Transfer.objects.count() == (1 if case.state == "routed" else 0)
    assert Note.objects.count() == (1 if case.state == "dismissed" else 0)


def test_of_two_people_who_change_who_may_read_a_case_at_once_the_second_is_told(
    crowd: Government, case: Case
) -> None:
    coordinator, sekda, at = crowd.person("koordinator"), crowd.person("sekda"), timezone.now()
    mine, theirs = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
    done = at_once(
        lambda: actions.keep(
            case=mine, secrecy=Secrecy.SECRET, concerns=None, reason="Korban", by=coordinator, at=at
        ),
        lambda: actions.keep(
            case=theirs, secrecy=Secrecy.ANONYMOUS, concerns=None, reason="Diminta", by=sekda, at=at
        ),
    )
    (lost,) = [one for one in done if isinstance(one, Refused)]
    case.refresh_from_db()
    first = coordinator if case.secrecy == Secrecy.SECRET else sekda
    assert first.label in str(lost) and spoken.moment(at) in str(lost)
    assert (Note.objects.count(), Facts.objects.filter(kind="case.kept").count()) == (1, 1)
    assert set(CaseUnit.objects.values_list("secrecy", flat=True)) == {case.secrecy}


def test_who_sends_a_form_after_somebody_else_changed_who_may_read_it_is_told(
    crowd: Government, case: Case
) -> None:
    coordinator, form = crowd.person("koordinator"), {"text": "Sudah dicek", "key": "k1"}
    form[f"as_of_{case.pk}"] = case.version
    actions.keep(
        case=case, secrecy=Secrecy.SECRET, concerns=None, reason="Korban", by=coordinator, at=timezone.now()
    )
    url = reverse("case_act", args=[case.pk, "note"])
    answers = [client_of(crowd, name).post(url, form) for name in ("admin.pupr", "koordinator")]
    assert [answer.status_code for answer in answers] == [422, 302]
    assert coordinator.label in str(answers[0].context["form"].non_field_errors())


def test_of_two_people_who_merge_a_case_at_once_one_wins_and_the_other_learns_who(
    crowd: Government, site: Channel, case: Case
) -> None:
    mains = [opened(site, "jalan depan pasar bolong sudah dua bulan", number) for number in ("2", "3")]
    at, rows = timezone.now(), [Case.objects.get(pk=case.pk) for _main in mains]
    people = [crowd.person("koordinator"), crowd.person("sekda")]
    done = at_once(
        *[
            lambda row=row, main=main, by=by: merging.merge(case=row, into=main, by=by, at=at)
            for row, main, by in zip(rows, mains, people, strict=True)
        ]
    )
    (lost,) = [one for one in done if isinstance(one, Refused)]
    case.refresh_from_db()
    assert case.main in mains and case.state_by in str(lost)
    assert Facts.objects.filter(kind="case.merged").count() == 2  # one in the trail of each


def test_of_two_cases_that_are_merged_into_each_other_at_once_one_stays(
    crowd: Government, site: Channel, case: Case
) -> None:
    other, by, at = opened(site, "jalan depan pasar bolong", "2"), crowd.person("koordinator"), timezone.now()
    pairs = [
        (Case.objects.get(pk=a), Case.objects.get(pk=b))
        for a, b in ((case.pk, other.pk), (other.pk, case.pk))
    ]
    done = at_once(*[lambda a=a, b=b: merging.merge(case=a, into=b, by=by, at=at) for a, b in pairs])
    assert [isinstance(one, Refused) for one in done].count(True) == 1
    assert sorted(Case.objects.values_list("state", flat=True)) == ["merged", "new"]


def submitted(crowd: Government, case: Case) -> Reply:
    at = timezone.now()
    set_value(key="case.approval", unit=crowd.root, value=True, valid_from=at.date(), by=BY, at=at)
    admin = crowd.person("admin.pupr")
    draft = answering.draft(case=case, message=case.messages.get(), text="Kami tinjau.", by=admin, at=at)
    return answering.submit(reply=draft, by=admin, at=at)


def test_an_answer_that_two_heads_approve_at_once_leaves_once(crowd: Government, case: Case) -> None:
    reply, at = submitted(crowd, case), timezone.now()
    one, other = Reply.objects.get(pk=reply.pk), Reply.objects.get(pk=reply.pk)
    head, coordinator = crowd.person("kepala.pupr"), crowd.person("koordinator")
    done = at_once(
        lambda: answering.approve(reply=one, by=head, at=at),
        lambda: answering.approve(reply=other, by=coordinator, at=at),
    )
    assert sorted(type(one).__name__ for one in done) == ["Refused", "Reply"]
    assert (Delivery.objects.count(), Facts.objects.filter(kind="reply.approved").count()) == (1, 1)


def test_an_answer_approved_and_taken_back_at_once_either_leaves_or_stays(
    crowd: Government, case: Case
) -> None:
    reply, at = submitted(crowd, case), timezone.now()
    one, other = Reply.objects.get(pk=reply.pk), Reply.objects.get(pk=reply.pk)
    at_once(
        lambda: answering.approve(reply=one, by=crowd.person("kepala.pupr"), at=at),
        lambda: answering.withdraw(reply=other, by=crowd.person("admin.pupr"), at=at),
    )
    reply.refresh_from_db()
    waiting = Delivery.objects.filter(state="waiting").count()
    assert (reply.state, waiting) in [("leaving", 1), ("withdrawn", 0)]


# One person who clicks twice


def test_a_double_click_on_record_makes_one_case(crowd: Government, site: Channel) -> None:
    form = {"channel": site.pk, "text": "Lampu jalan mati di gang masjid", "key": "abc123"}
    clients = [client_of(crowd, "admin.pupr") for _ in range(COPIES)]
    answers = at_once(*[lambda c=c: c.post(reverse("record"), form) for c in clients])
    assert Case.objects.count() == 1
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {
        (302, reverse("recorded", args=["abc123"]))
    }
    assert (Message.objects.count(), Facts.objects.filter(kind="message.received").count()) == (1, 1)


@pytest.mark.parametrize("approval", [False, True])
def test_a_double_click_on_answer_makes_one_reply_and_one_delivery(
    crowd: Government, case: Case, approval: bool
) -> None:
    at = timezone.now()
    set_value(key="case.approval", unit=crowd.root, value=approval, valid_from=at.date(), by=BY, at=at)
    form = {"message": case.messages.get().pk, "text": "Petugas meninjau besok.", "do": "send"}
    clients = [client_of(crowd, "admin.pupr") for _ in range(COPIES)]
    url = reverse("case_act", args=[case.pk, "answer"])
    answers = at_once(*[lambda c=c: c.post(url, form) for c in clients])
    assert [a.status_code for a in answers] == [302] * COPIES
    again = clients[0].post(url, form)
    assert again.status_code == 302
    assert [r.state for r in Reply.objects.all()] == ["submitted" if approval else "leaving"]
    assert Delivery.objects.count() == (0 if approval else 1)


def test_a_double_click_on_a_note_makes_one_note(crowd: Government, case: Case) -> None:
    form = {"text": "Sudah dicek ke lapangan", "key": "k1"}
    clients = [client_of(crowd, "admin.pupr") for _ in range(COPIES)]
    url = reverse("case_act", args=[case.pk, "note"])
    answers = at_once(*[lambda c=c: c.post(url, form) for c in clients])
    assert [a.status_code for a in answers] == [302] * COPIES
    assert (Note.objects.count(), Facts.objects.filter(kind="case.noted").count()) == (1, 1)


@pytest.mark.parametrize(
    ("verb", "kind", "by"),
    [
        ("keep", "case.kept", "koordinator"),
        ("involve", "case.involved", "admin.pupr"),
        ("hold", "case.held", "admin.pupr"),
    ],
)
def test_a_double_click_changes_once_and_is_recorded_once(
    crowd: Government, case: Case, verb: str, kind: str, by: str
) -> None:
    form = {
        "keep": {"secrecy": "2", "reason": "Data korban"},
        "involve": {"unit": crowd.dukcapil.pk, "part": "helper", "until": "2036-01-02"},
        "hold": {"holder": crowd.people["admin.pupr"].pk},
    }[verb] | {f"as_of_{case.pk}": case.version}
    clients = [client_of(crowd, by) for _ in range(COPIES)]
    url = reverse("case_act", args=[case.pk, verb])
    answers = at_once(*[lambda c=c: c.post(url, form) for c in clients])
    assert [a.status_code for a in answers] == [302] * COPIES
    assert Facts.objects.filter(kind=kind).count() == 1
    assert Note.objects.count() == (1 if verb == "keep" else 0)


def test_a_double_click_on_pass_on_makes_one_transfer(crowd: Government, case: Case) -> None:
    form = {"to": crowd.kominfo.pk, "reason": "Bukan jalan kabupaten"}
    clients = [client_of(crowd, "koordinator") for _ in range(COPIES)]
    url = reverse("case_act", args=[case.pk, "transfer"])
    answers = at_once(*[lambda c=c: c.post(url, form) for c in clients])
    assert sorted(a.status_code for a in answers) == [302] + [422] * (COPIES - 1)
    assert Transfer.objects.count() == 1


def test_what_two_workers_hear_at_once_is_one_case(crowd: Government, site: Channel) -> None:
    batch = [heard(f"keluhan nomor {n} di pasar", str(n), at=timezone.now()) for n in range(5)]
    know = understanding()
    done = at_once(*[lambda: receive(batch, channel=site, at=timezone.now(), understand=know)] * COPIES)
    assert sorted(len(one.messages) for one in done) == [0] * (COPIES - 1) + [5]
    assert (Case.objects.count(), Message.objects.count()) == (5, 5)


# Two workers


class Slow:
    """A connector that takes a moment, and remembers what was said when; the first try of every third is cut."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.at_once: list[int] = []
        self._talking = 0
        self._lock = threading.Lock()

    def reply(self, to: str, text: str, *, key: str) -> Receipt:
        with self._lock:
            self._talking += 1
            self.at_once.append(self._talking)
            self.said.append(text)
        time.sleep(0.01)
        with self._lock:
            self._talking -= 1
        if text.endswith("2"):
            raise PlatformError("cut", code="no_answer", unknown=True)
        return Receipt("live", f"remote-{text}")

    def settle_reply(self, to: str, text: str, *, key: str) -> Receipt:
        return Receipt("live", f"remote-{text}")


def test_many_workers_on_one_queue_say_each_answer_once_and_in_order(
    crowd: Government, connected: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, at = Slow(), timezone.now()
    monkeypatch.setattr(outbox, "connector_for", lambda channel: talk)
    for number in range(4):
        for thread in ("case 901", "case 902", "case 903"):
            outbox.enqueue(
                channel=connected, kind=Delivery.Kind.REPLY, thread=thread, by=BY, at=at,
                body={"to": "1", "text": f"{thread} {number}"},
            )  # fmt: skip

    def worker() -> None:
        while Delivery.objects.exclude(state="live").exists():
            Delivery.objects.exclude(due_at=None).update(due_at=at)
            for pk in Delivery.objects.exclude(due_at=None).values_list("pk", flat=True):
                work.run("deliver", pk)

    at_once(*[worker] * 4)
    assert sorted(talk.said) == sorted(set(talk.said)) and len(talk.said) == 12
    assert max(talk.at_once) == 1
    for thread in ("case 901", "case 902", "case 903"):
        said = [text for text in talk.said if text.startswith(thread)]
        assert said == [f"{thread} {number}" for number in range(4)]


def test_a_row_that_many_workers_want_is_worked_on_once(
    crowd: Government, connected: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, at = Slow(), timezone.now()
    monkeypatch.setattr(outbox, "connector_for", lambda channel: talk)
    one = outbox.enqueue(
        channel=connected,
        kind=Delivery.Kind.REPLY,
        thread="case 1",
        by=BY,
        at=at,
        body={"to": "1", "text": "satu"},
    )
    taken = at_once(*[lambda: work.run("deliver", one.pk)] * COPIES)
    assert (sum(taken), talk.said) == (1, ["satu"])


def test_a_worker_whose_lease_ran_out_does_not_end_the_lease_of_the_next(
    crowd: Government, connected: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.now()
    one = outbox.enqueue(
        channel=connected,
        kind=Delivery.Kind.REPLY,
        thread="case 1",
        by=BY,
        at=at,
        body={"to": "1", "text": "satu"},
    )
    others = timezone.now() + work.QUEUES["deliver"].lease * 2
    queue = work.Queue(
        "late", "late", Delivery, lambda pk: Delivery.objects.filter(pk=pk).update(lease_until=others)
    )
    monkeypatch.setitem(work.QUEUES, "late", queue)
    work.run("late", one.pk)
    assert Delivery.objects.get(pk=one.pk).lease_until == others


# A crowd


def test_a_hundred_and_twenty_writes_at_once_are_all_stored(crowd: Government, case: Case) -> None:
    admin = crowd.person("admin.pupr")

    def write(writer: int) -> None:
        for number in range(10):
            actions.note(case=case, text=f"catatan {writer}/{number}", by=admin, at=timezone.now())

    at_once(*[lambda w=w: write(w) for w in range(12)])
    stored = {note.text for note in Note.objects.filter(case=case)}
    assert stored == {f"catatan {writer}/{number}" for writer in range(12) for number in range(10)}
    assert Facts.objects.filter(kind="case.noted").count() == 120
