"""The interim answer: offered when the deadline is near, honest, sent by a person, and no answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.queries import trail
from mimin.inbox import answering, interim
from mimin.inbox.models import Case, Reply, Rung
from mimin.inbox.rules import deadline, rank
from mimin.lib.moving import Refused
from mimin.outbox.models import Delivery
from mimin.policy.actions import set_value
from tests.made import BY, MONDAY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), "jalan depan pasar bolong sudah dua bulan")


@pytest.fixture
def admin(government: Government) -> Client:
    return client_of(government, "admin.pupr")


def near(case: Case, until: datetime | None = None) -> Case:
    """Its deadline is near, and its people were reminded."""
    until = (until or timezone.now() + HOUR).replace(microsecond=0)
    Case.objects.filter(pk=case.pk).update(rank=rank(case.state, until, until))
    case.refresh_from_db()
    Rung.objects.create(
        case=case, clock="answer", step="near", promised=deadline(case.rank), at=timezone.now()
    )
    return case


def test_it_is_offered_once_the_deadline_is_near_and_not_before(admin: Client, case: Case) -> None:
    url = reverse("case", args=[case.pk])
    before = admin.get(url).context["interim"]
    near(case)
    assert (before, admin.get(url).context["interim"]) == ("", "late")


def test_past_the_deadline_it_is_offered_also_where_nobody_was_reminded(case: Case) -> None:
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(rank=int((now - HOUR).timestamp()))
    case.refresh_from_db()
    assert interim.offered(case, now) == "late"


def test_nothing_is_sent_by_itself(admin: Client, case: Case) -> None:
    near(case)
    admin.post(reverse("case_interim", args=[case.pk]))
    (reply,) = Reply.objects.all()
    assert (reply.state, reply.kind, Delivery.objects.count()) == ("draft", "interim", 0)
    page = admin.get(reverse("case", args=[case.pk]))
    chosen = [kind["value"] for kind in page.context["reply"]["kinds"] if kind["chosen"]]
    assert (page.context["reply"]["text"], chosen) == (reply.text, ["interim"])
    assert page.context["interim"] == ""


def test_two_taps_are_one_draft(admin: Client, case: Case) -> None:
    near(case)
    for _tap in range(2):
        admin.post(reverse("case_interim", args=[case.pk]))
    assert Reply.objects.count() == 1


def test_a_draft_that_was_begun_is_never_written_over(government: Government, case: Case) -> None:
    near(case)
    who = government.person("admin.pupr")
    begun = answering.draft(
        case=case, message=case.messages.get(), text="Sudah saya tulis", by=who, at=MONDAY
    )
    with pytest.raises(Refused):
        interim.write(case=case, by=who, at=timezone.now())
    begun.refresh_from_db()
    assert (begun.text, begun.kind) == ("Sudah saya tulis", "answer")


def test_it_says_number_unit_and_until_when_in_the_unit_s_zone(case: Case) -> None:
    until = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # half past midnight on New Year's Day in Jakarta
    near(case, until)
    text = interim.words(case, datetime(2026, 12, 31, 10, 0, tzinfo=UTC))
    assert (case.number in text, case.lead.name in text, "Jumat, 1 Jan 2027 00.30 WIB" in text) == (
        True,
        True,
        True,
    )


def test_past_the_deadline_it_promises_a_time_to_come(case: Case) -> None:
    at = datetime(2026, 3, 16, 3, 0, tzinfo=UTC)
    Case.objects.filter(pk=case.pk).update(rank=int((at - HOUR).timestamp()))
    case.refresh_from_db()
    assert "Selasa, 17 Mar 2026 16.00 WIB" in interim.words(case, at)


def test_the_words_are_a_value_of_the_unit(government: Government, case: Case) -> None:
    set_value(
        key="case.interim_answer", unit=government.pupr, value="Sabar, {number}: {braces} {until}.",
        valid_from=MONDAY.date(), by=BY, at=MONDAY,
    )  # fmt: skip
    near(case)
    assert interim.words(case, timezone.now()).startswith(f"Sabar, {case.number}: {{braces}} ")


def sent(government: Government, case: Case, **form: str) -> Delivery:
    """The interim answer, read and sent by the admin, stands on the channel."""
    near(case)
    client = client_of(government, "admin.pupr")
    client.post(reverse("case_interim", args=[case.pk]))
    reply = Reply.objects.get()
    page = client.get(reverse("case", args=[case.pk])).context
    data = {
        "message": reply.message_id,
        "text": reply.text,
        "do": "send",
        "as_of": page["case"].get("as_of", ""),
        **form,
    }
    assert client.post(reverse("case_act", args=[case.pk, "answer"]), data).status_code == 302
    delivery = Delivery.objects.get()
    answering.arrived(delivery, timezone.now())
    return delivery


def test_sent_it_leaves_the_case_open_and_its_promise_running(government: Government, case: Case) -> None:
    sent(government, case, kind="interim")
    before = case.rank
    case.refresh_from_db()
    assert (case.state, case.answered_at, case.rank) == ("new", None, before)
    kinds = [fact.kind for fact in trail("case", case.pk)]
    assert ("case.told_interim" in kinds, "case.answered" in kinds) == (True, False)
    assert interim.offered(case, timezone.now()) == ""  # one is enough


def test_a_person_may_say_that_it_is_the_answer_after_all(government: Government, case: Case) -> None:
    sent(government, case)
    case.refresh_from_db()
    assert (case.state, case.answered_at is not None) == ("answered", True)


def test_a_reader_and_a_stranger_cannot_write_one(government: Government, case: Case) -> None:
    near(case)
    url = reverse("case_interim", args=[case.pk])
    codes = [client_of(government, name).post(url).status_code for name in ("pimpinan", "admin.dukcapil")]
    assert (codes, Reply.objects.count()) == ([403, 404], 0)
