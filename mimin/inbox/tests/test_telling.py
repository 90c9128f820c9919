"""What a citizen is told when their report ends for a reason that they cannot see, or goes on to another unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.queries import trail
from mimin.inbox import actions, answering, closing, interim, telling
from mimin.inbox.models import Case, Message, Reply
from mimin.inbox.rules import deadline
from mimin.outbox import actions as outbox
from mimin.people.actions import actor
from mimin.people.models import Person, Unit
from mimin.people.rules import Secrecy
from mimin.policy.actions import set_value
from mimin.registry.models import Channel
from tests.made import BY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

HOLE = "jalan depan pasar bolong sudah dua bulan"
HOUR = timedelta(hours=1)
WHY = "Lahannya milik pribadi"


@pytest.fixture
def admin(government: Government) -> Person:
    return government.person("admin.pupr")


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), HOLE)


@pytest.fixture
def alone(government: Government) -> Case:
    """A case of a channel on which nobody else reads along, and Mimin speaks itself."""
    made = channel(government.pupr, "wa.me/6281100000112")
    Channel.objects.filter(pk=made.pk).update(mode=Channel.Mode.CONNECTED)
    made.refresh_from_db()
    return opened(made, HOLE)


def say(case: Case, by: Person, text: str = "Sudah kami periksa.", kind: str = "final") -> None:
    """An answer of this kind stands on the channel."""
    message = Message.objects.filter(case=case, ours=False).latest("pk")
    reply = answering.draft(case=case, message=message, text=text, kind=kind, by=by, at=timezone.now())
    arrive(answering.submit(reply=reply, by=by, at=timezone.now()), by)
    case.refresh_from_db()


def arrive(reply: Reply, by: Person) -> None:
    assert reply.delivery is not None
    if reply.case.channel.mode == Channel.Mode.CONNECTED:  # a worker has sent it
        answering.arrived(reply.delivery, timezone.now())
        return
    outbox.prove(
        delivery=reply.delivery, link="", note="Dibalas di bawah.", by=actor(by), at=timezone.now(),
        then=answering.arrived,
    )  # fmt: skip


def close(case: Case, because: str, by: Person, reason: str = WHY) -> Case:
    return closing.close(case=case, because=because, reason=reason, by=by, at=timezone.now())


def words(reply: Reply) -> tuple[str, str]:
    return reply.state, reply.text


# --- The end ---


@pytest.mark.parametrize(
    ("because", "text"),
    [
        (
            "withdrawn",
            "Laporan {number} kami tutup karena Anda menariknya kembali. Bila masih diperlukan, balas di sini; laporan "
            "kami buka lagi.",
        ),
        (
            "impossible",
            "Mohon maaf, laporan {number} kami tutup karena tidak dapat dikerjakan. Sebabnya: Lahannya milik pribadi. "
            "Bila ada keterangan baru, balas di sini; laporan kami buka lagi.",
        ),
    ],
)
def test_who_closes_for_such_a_reason_finds_the_words_in_their_draft_and_sends_them(
    government: Government, case: Case, admin: Person, because: str, text: str
) -> None:
    say(case, admin)
    close(case, because, admin)
    draft = Reply.objects.get(state="draft")
    assert (draft.author, draft.text) == (admin, text.format(number=case.number))
    client = client_of(government, "admin.pupr")
    page = client.get(reverse("case", args=[case.pk]))
    assert (page.context["reply"]["text"], page.context["reply"]["kinds"]) == (draft.text, [])
    sent = client.post(
        reverse("case_act", args=[case.pk, "answer"]),
        {"text": draft.text, "message": draft.message_id, "do": "send", "as_of": case.version},
    )
    assert sent.status_code == 302
    draft.refresh_from_db()
    closed_at = Case.objects.get().closed_at
    arrive(draft, admin)
    case.refresh_from_db()
    assert (case.state, case.closed_at, deadline(case.rank)) == ("closed", closed_at, None)
    assert "answer" not in client.get(reverse("case", args=[case.pk])).context["verbs"]
    assert trail("case", case.pk)[0].kind == "case.answered"


@pytest.mark.parametrize("because", ["answered"])
def test_what_the_citizen_knows_already_is_not_told_again(case: Case, admin: Person, because: str) -> None:
    say(case, admin)
    close(case, because, admin)
    assert not Reply.objects.filter(state="draft").exists()


def test_taken_up_again_the_words_of_the_end_go_and_what_was_written_stays(
    government: Government, case: Case, admin: Person
) -> None:
    say(case, admin)
    message = case.messages.filter(ours=False).get()
    answering.draft(case=case, message=message, text="Terima kasih.", by=admin, at=timezone.now())
    close(case, "impossible", admin)
    assert Reply.objects.get(state="draft").text.startswith("Terima kasih.\n\nMohon maaf, laporan")
    actions.reopen(case=case, reason="Ternyata bisa", by=admin, at=timezone.now())
    assert Reply.objects.get(state="draft").text == "Terima kasih."


def test_where_nobody_reads_along_the_words_of_the_end_leave_with_it(alone: Case, admin: Person) -> None:
    say(alone, admin)
    close(alone, "withdrawn", admin)
    state, text = words(Reply.objects.latest("pk"))
    assert (state, text.startswith(f"Laporan {alone.number} kami tutup")) == ("leaving", True)
    alone.refresh_from_db()
    assert alone.state == "closed"


def test_where_answers_need_approval_they_go_there_and_not_out(
    government: Government, alone: Case, admin: Person
) -> None:
    say(alone, admin)
    set_value(
        key="case.approval", unit=government.root, value=True, valid_from=timezone.localdate(), by=BY,
        at=timezone.now(),
    )  # fmt: skip
    close(alone, "withdrawn", admin)
    assert Reply.objects.latest("pk").state == "submitted"
    head = client_of(government, "kepala.pupr")
    reply = Reply.objects.latest("pk")
    done = head.post(reverse("case_act", args=[alone.pk, "approve"]), {"reply": reply.pk})
    reply.refresh_from_db()
    assert (done.status_code, reply.state) == (302, "leaving")


def test_what_holds_personal_data_or_was_begun_by_a_person_never_leaves_by_itself(
    alone: Case, admin: Person
) -> None:
    say(alone, admin)
    close(alone, "impossible", admin, reason="Hubungi 081234567890")
    assert Reply.objects.latest("pk").state == "draft"
    actions.reopen(case=alone, reason="Lagi", by=admin, at=timezone.now())
    message = alone.messages.filter(ours=False).get()
    answering.draft(case=alone, message=message, text="Saya tulis dulu", by=admin, at=timezone.now())
    actions.refer(
        case=alone, outside="PLN", reason="Tiang listrik", number="123", by=admin, at=timezone.now()
    )
    assert words(Reply.objects.latest("pk")) == (
        "draft",
        f"Saya tulis dulu\n\nLaporan {alone.number} bukan kewenangan kami; yang berwenang adalah PLN (123).",
    )


# --- Not ours ---


def test_where_nobody_reads_along_whose_it_is_leaves_with_the_decision_and_the_case_waits_no_more(
    alone: Case, admin: Person
) -> None:
    actions.refer(case=alone, outside="PLN", reason="", number="123", by=admin, at=timezone.now())
    reply = Reply.objects.get()
    assert words(reply) == (
        "leaving",
        f"Laporan {alone.number} bukan kewenangan kami; yang berwenang adalah PLN (123).",
    )
    answering.arrived(reply.delivery, timezone.now())
    alone.refresh_from_db()
    assert (alone.state, deadline(alone.rank)) == ("referred", None)


@pytest.mark.parametrize("secrecy", [Secrecy.OVERSIGHT, Secrecy.OVERSIGHT_SEKDA])
def test_what_the_overseers_keep_is_told_by_a_person_alone(alone: Case, secrecy: Secrecy) -> None:
    alone.secrecy = secrecy
    assert telling.by_itself(alone) is False


# --- Another unit ---


@pytest.fixture
def passed(government: Government) -> Callable[[Case, Unit, str], None]:
    def go(case: Case, to: Unit, by: str) -> None:
        actions.transfer(case=case, to=to, reason="Bukan kami", by=government.person(by), at=timezone.now())

    return go


def test_a_citizen_who_was_told_of_one_unit_is_told_of_the_next_by_its_people(
    government: Government, case: Case, passed: Callable[[Case, Unit, str], None]
) -> None:
    say(case, government.person("admin.pupr"), "Kami teruskan bila perlu.", kind="interim")
    passed(case, government.dukcapil, "koordinator")
    client = client_of(government, "admin.dukcapil")
    page = client.get(reverse("case", args=[case.pk]))
    assert page.context["interim"] == "passed"
    assert client.post(reverse("case_interim", args=[case.pk])).status_code == 302
    draft = Reply.objects.get(state="draft")
    promised = interim.told.until(case, timezone.now())
    assert (draft.kind, draft.text) == (
        "interim",
        f"Laporan {case.number} sekarang ditangani Dinas Kependudukan dan Pencatatan Sipil. Anda tidak perlu melapor "
        f"lagi; Dinas Kependudukan dan Pencatatan Sipil menjawab di sini paling lambat {promised}.",
    )
    before = Case.objects.get().rank
    by = government.person("admin.dukcapil")
    arrive(answering.submit(reply=draft, by=by, at=timezone.now()), by)
    case.refresh_from_db()
    assert (case.state, case.rank, interim.offered(case, timezone.now())) == ("routed", before, "")


def test_the_first_step_from_where_it_was_heard_is_the_answers_to_tell(
    government: Government, case: Case, passed: Callable[[Case, Unit, str], None]
) -> None:
    passed(case, government.dukcapil, "koordinator")
    assert interim.offered(case, timezone.now()) == ""
    passed(case, government.marga, "koordinator")  # it went on: the citizen waits longer than they think
    assert interim.offered(case, timezone.now()) == "passed"


def test_verified_where_it_lies_nobody_is_told_of_another_unit(
    government: Government, case: Case, passed: Callable[[Case, Unit, str], None]
) -> None:
    say(case, government.person("admin.pupr"), kind="interim")
    passed(case, government.pupr, "koordinator")
    assert interim.offered(case, timezone.now()) == ""


def test_where_nobody_reads_along_it_is_told_at_once_and_the_citizen_goes_on_waiting(
    government: Government, alone: Case, passed: Callable[[Case, Unit, str], None]
) -> None:
    say(alone, government.person("admin.pupr"), kind="interim")
    until = deadline(alone.rank)
    passed(alone, government.dukcapil, "koordinator")
    reply = Reply.objects.latest("pk")
    assert (reply.state, reply.kind) == ("leaving", "interim")
    assert reply.text.startswith(f"Laporan {alone.number} sekarang ditangani Dinas Kependudukan")
    answering.arrived(reply.delivery, timezone.now())
    alone.refresh_from_db()
    assert (alone.state, deadline(alone.rank)) == ("routed", until)


def test_a_pemda_has_words_of_its_own(government: Government, case: Case, admin: Person) -> None:
    set_value(
        key="case.words_withdrawn", unit=government.root, value="{number} ditutup oleh {unit}.",
        valid_from=timezone.localdate(), by=BY, at=timezone.now(),
    )  # fmt: skip
    say(case, admin)
    close(case, "withdrawn", admin)
    assert Reply.objects.get(state="draft").text == f"{case.number} ditutup oleh {government.pupr.name}."
