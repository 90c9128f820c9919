"""One answer for many citizens: read filled in first, sent each for itself, never twice, and nothing half done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mimin.inbox import answering
from mimin.inbox.models import Case, Reply, SavedReply
from mimin.outbox.models import Delivery
from mimin.policy.actions import set_value
from mimin.registry.models import Channel
from tests.made import BY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db
TEXT = "Terima kasih, laporan {number} ditangani {unit}."


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr)


@pytest.fixture
def head(government: Government) -> Client:
    """Whose answers need no approval."""
    return client_of(government, "kepala.pupr")


@pytest.fixture
def cases(site: Channel) -> list[Case]:
    return [opened(site, f"lampu jalan mati di gang {n}", str(n)) for n in range(4)]


def no_approval(government: Government) -> None:
    set_value(
        key="case.approval", unit=government.pupr, value=False, valid_from=timezone.localdate(), by=BY,
        at=timezone.now(), legal_basis="SOP",
    )  # fmt: skip


def form(cases: list[Case], **more: object) -> dict[str, object]:
    return {
        "verb": "answer_many",
        "case": [c.pk for c in cases],
        "sure": "1",
        "kind": "answer",
        "text": TEXT,
        **more,
    }


def send(client: Client, cases: list[Case], **more: object) -> object:
    """Read what will be sent, then send it, as the page does."""
    shown = client.post(reverse("inbox_bulk"), form(cases, **more))
    assert shown.status_code == 200
    return client.post(
        reverse("inbox_bulk"), form(cases, **more, previewed=shown.context["form"]["previewed"].value())
    )


def test_what_citizens_will_read_is_shown_filled_in_before_anything_leaves(
    head: Client, cases: list[Case]
) -> None:
    page = head.post(reverse("inbox_bulk"), form(cases))
    assert [one["number"] for one in page.context["preview"]] == [case.number for case in cases[:3]]
    assert f"laporan {cases[0].number} ditangani Dinas Pekerjaan Umum" in page.context["preview"][0]["text"]
    assert Reply.objects.count() == 0


def test_each_citizen_gets_their_own_answer_and_a_second_press_sends_none(
    government: Government, head: Client, cases: list[Case]
) -> None:
    no_approval(government)
    assert send(head, cases).status_code == 302
    send(head, cases)
    texts = list(Reply.objects.order_by("case").values_list("text", flat=True))
    assert [case.number in text for case, text in zip(cases, texts, strict=True)] == [True] * 4
    assert Delivery.objects.count() == 4


def test_words_that_were_changed_after_reading_are_shown_again(head: Client, cases: list[Case]) -> None:
    shown = head.post(reverse("inbox_bulk"), form(cases))
    mark = shown.context["form"]["previewed"].value()
    again = head.post(reverse("inbox_bulk"), form(cases, text="Lain sama sekali.", previewed=mark))
    assert (again.status_code, again.context["preview"][0]["text"]) == (200, "Lain sama sekali.")
    assert Reply.objects.count() == 0


def test_where_answers_are_approved_each_waits_for_its_approval(
    government: Government, cases: list[Case]
) -> None:
    set_value(
        key="case.approval", unit=government.pupr, value=True, valid_from=timezone.localdate(), by=BY,
        at=timezone.now(), legal_basis="SOP",
    )  # fmt: skip
    send(client_of(government, "admin.pupr"), cases)
    assert set(Reply.objects.values_list("state", flat=True)) == {"submitted"}
    assert Delivery.objects.count() == 0


def test_a_saved_reply_is_the_text_where_none_is_typed(
    government: Government, head: Client, cases: list[Case]
) -> None:
    no_approval(government)
    kept = SavedReply.objects.create(
        unit=government.pupr, title="Lampu", text="Regu lampu datang pekan ini. {number}", affair="", klass="",
        updated_by="Admin", updated_at=timezone.now(),
    )  # fmt: skip
    page = send(head, cases, text="", saved=kept.pk)
    assert page.status_code == 302, page.context["form"].errors
    texts = sorted(reply.text for reply in Reply.objects.all())
    assert texts == [f"Regu lampu datang pekan ini. {case.number}" for case in cases]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "balasan tersimpan"), ("Halo {nama}", "{nama}"), ("Hubungi 081234567890", "phone")],
)
def test_words_that_cannot_be_sent_are_refused_and_kept(
    government: Government, head: Client, cases: list[Case], text: str, said: str
) -> None:
    no_approval(government)
    page = head.post(reverse("inbox_bulk"), form(cases, text=text))
    if page.status_code == 200:  # what only the sending can see
        mark = page.context["form"]["previewed"].value()
        page = head.post(reverse("inbox_bulk"), form(cases, text=text, previewed=mark))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert page.context["form"]["text"].value() == text
    assert Reply.objects.count() == 0


def test_a_case_in_which_the_person_began_to_write_is_left_and_named(
    government: Government, head: Client, cases: list[Case]
) -> None:
    no_approval(government)
    begun = answering.draft(
        case=cases[1], message=cases[1].messages.get(), text="Sebentar", by=government.person("kepala.pupr"),
        at=timezone.now(),
    )  # fmt: skip
    page = send(head, cases)
    assert page.status_code == 422
    assert cases[1].number in page.content.decode()
    begun.refresh_from_db()
    assert (begun.text, Reply.objects.exclude(pk=begun.pk).count()) == ("Sebentar", 3)


def test_the_interim_answer_goes_to_many_at_once_and_to_each_once(
    government: Government, head: Client, cases: list[Case]
) -> None:
    no_approval(government)
    given = {"verb": "hold_many", "case": [c.pk for c in cases], "sure": "1"}
    assert head.post(reverse("inbox_bulk"), given).status_code == 302
    assert Reply.objects.filter(kind=Reply.Kind.INTERIM).count() == Delivery.objects.count() == 4
    page = head.post(reverse("inbox_bulk"), given)
    assert (len(page.context["left_out"]), Delivery.objects.count()) == (4, 4)
    assert set(Case.objects.values_list("state", flat=True)) == {"new"}


def test_many_are_closed_for_a_reason_that_is_true_in_each(head: Client, cases: list[Case]) -> None:
    now = timezone.now() - timedelta(hours=1)
    Case.objects.filter(pk__in=[c.pk for c in cases[:2]]).update(
        state="answered", answered_at=now, settled_at=now, rank=3 * 10**10 - int(now.timestamp())
    )
    given = {
        "verb": "close",
        "case": [c.pk for c in cases],
        "sure": "1",
        "because": "withdrawn",
        "reason": "Dicabut pelapor",
    }
    page = head.post(reverse("inbox_bulk"), given)
    assert Case.objects.filter(state="closed", closed_because="withdrawn").count() == 2
    assert {one["number"] for one in page.context["left_out"]} == {c.number for c in cases[2:]}


def test_strangers_and_readers_send_nothing(government: Government, cases: list[Case]) -> None:
    for name in ("admin.dukcapil", "pimpinan", "auditor"):
        client_of(government, name).post(reverse("inbox_bulk"), form(cases, previewed="x"))
    assert Reply.objects.count() == 0
    address = reverse("case_act", args=[cases[0].pk, "answer_many"])
    assert client_of(government, "kepala.pupr").get(address).status_code == 404


def test_choosing_many_costs_no_more_queries_than_choosing_few(
    head: Client, site: Channel, cases: list[Case]
) -> None:
    def cost(chosen: list[Case]) -> int:
        with CaptureQueriesContext(connection) as asked:
            head.post(reverse("inbox_bulk"), {"verb": "answer_many", "case": [c.pk for c in chosen]})
        return len(asked)

    cost(cases[:1])
    more = [opened(site, f"jalan bolong nomor {n}", f"b{n}") for n in range(20)]
    assert cost(cases[:1]) == cost([*cases, *more])
