"""Asking somebody who does not sign in: the link, what is told through it, and what becomes of it in the case."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.queries import trail
from mimin.inbox import actions, answering, asking
from mimin.inbox.asking import LinkClosed
from mimin.inbox.models import Ask, Case, Reply, Statement
from mimin.lib.moving import Refused
from mimin.people.links import digest
from mimin.people.rules import Secrecy
from mimin.platforms.addresses import international
from mimin.policy.actions import set_value
from tests.made import BY, Government, channel
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

TEXT = "jalan depan pasar bolong sudah dua bulan, hp 081234567890"
FORM = {
    "who": "Kepala UPTD Wilayah Utara",
    "reach": "0812-0000-0001",
    "question": "Bagaimana keadaan di lapangan?",
    "hours": "48",
    "key": "formulir-1",
}


@pytest.fixture
def case(government: Government) -> Case:
    return opened(channel(government.pupr), TEXT)


@pytest.fixture
def admin(government: Government) -> Client:
    return client_of(government, "admin.pupr")


def act(case: Case, verb: str) -> str:
    return reverse("case_act", args=[case.pk, verb])


def ask(client: Client, case: Case, **changes: str):
    """Send the form; the letter that the page shows."""
    page = client.post(act(case, "ask"), {**FORM, **changes})
    assert page.status_code == 200, page.content.decode()
    return page.context["letter"]


def path_of(letter) -> str:
    return letter.link.removeprefix("http://testserver")


def tell(letter, client: Client | None = None, **changes):
    """Somebody without an account sends what they know."""
    stranger = client or Client()
    stranger.get(path_of(letter))
    data = {"key": "kabar-1", "author": "Mandor jalan", "text": "Sudah ditambal tadi pagi.", **changes}
    return stranger, stranger.post(path_of(letter), data)


def test_a_question_gives_a_message_for_whatsapp_and_for_mail_with_one_link(
    admin: Client, case: Case
) -> None:
    letter = ask(admin, case)
    token = re.fullmatch(r"http://testserver/tanya/([\w-]{43})/", letter.link)
    assert token is not None
    assert letter.whatsapp_url.startswith("https://wa.me/6281200000001?text=")
    assert unquote(letter.whatsapp_url.split("text=")[1]) == letter.text
    assert letter.link in letter.text and FORM["question"] in letter.text and case.number in letter.text
    assert letter.mail_url.startswith("mailto:?subject=")
    assert "081234567890" not in letter.text


def test_an_address_of_mail_is_put_into_the_mail_and_not_into_whatsapp(admin: Client, case: Case) -> None:
    letter = ask(admin, case, reach="uptd@contoh.go.id")
    assert letter.mail_url.startswith("mailto:uptd@contoh.go.id?subject=")
    assert letter.whatsapp_url.startswith("https://wa.me/?text=")


@pytest.mark.parametrize(
    ("reach", "number"),
    [
        ("081200000001", "6281200000001"),
        ("+62 812-0000-0001", "6281200000001"),
        ("62812.0000.0001", "6281200000001"),
        ("(0812) 0000 0001", "6281200000001"),
        ("021 5550001", ""),
        ("0812", ""),
        ("uptd@contoh.go.id", ""),
        ("", ""),
    ],
)
def test_a_telephone_number_is_written_as_whatsapp_takes_it(reach: str, number: str) -> None:
    assert international(reach) == number


def test_the_database_holds_no_token_but_its_hash(admin: Client, case: Case) -> None:
    token = path_of(ask(admin, case)).split("/")[2]
    row = Ask.objects.get()
    assert row.token == digest(token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mimin_ask")
        assert token not in str(cursor.fetchall())


def test_the_link_is_shown_once_and_no_cache_keeps_it(admin: Client, case: Case) -> None:
    page = admin.post(act(case, "ask"), FORM)
    token = path_of(page.context["letter"]).split("/")[2]
    assert page.headers["Cache-Control"] == "no-store"
    assert token not in admin.get(reverse("case", args=[case.pk])).content.decode()


def test_the_same_form_twice_makes_one_link(admin: Client, case: Case) -> None:
    ask(admin, case)
    again = admin.post(act(case, "ask"), FORM)
    assert (again.status_code, Ask.objects.count()) == (422, 1)


def test_the_time_is_that_of_the_unit_when_nothing_else_is_entered(
    government: Government, admin: Client, case: Case
) -> None:
    set_value(
        unit=government.pupr, key="ask.link_hours", value=24, valid_from=timezone.localdate(), legal_basis="",
        source="", by=BY, at=timezone.now(),
    )  # fmt: skip
    assert admin.get(act(case, "ask")).context["form"]["hours"].value() == 24
    ask(admin, case, hours="")
    row = Ask.objects.get()
    assert row.expires_at - row.asked_at == timedelta(hours=24)


@pytest.mark.parametrize("secrecy", [Secrecy.SECRET, Secrecy.OVERSIGHT])
def test_a_secret_case_does_not_leave_by_a_link(government: Government, case: Case, secrecy: Secrecy) -> None:
    Case.objects.filter(pk=case.pk).update(secrecy=secrecy)
    case.refresh_from_db()
    with pytest.raises(Refused):
        asking.ask(
            case=case, who="Kepala UPTD", reach="", question="Apa?", hours=1, key="k",
            by=government.person("admin.pupr"), at=timezone.now(),
        )  # fmt: skip
    assert Ask.objects.count() == 0


def test_a_question_with_personal_data_is_refused_and_kept_on_the_form(admin: Client, case: Case) -> None:
    words = "Tolong hubungi 081234567890"
    page = admin.post(act(case, "ask"), {**FORM, "question": words})
    assert (page.status_code, Ask.objects.count()) == (422, 0)
    assert page.context["form"]["question"].value() == words


def test_a_case_that_is_over_asks_nobody(admin: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state="closed")
    assert admin.post(act(case, "ask"), FORM).status_code == 422
    assert "ask" not in admin.get(reverse("case", args=[case.pk])).context["verbs"]


def test_what_was_told_stands_in_the_case_as_not_verified_and_in_the_trail(admin: Client, case: Case) -> None:
    tell(ask(admin, case), verdict="handled")
    [shown] = admin.get(reverse("case", args=[case.pk])).context["asks"]
    [told] = shown["statements"]
    assert (told["author"], told["text"]) == ("Mandor jalan", "Sudah ditambal tadi pagi.")
    page = admin.get(reverse("case", args=[case.pk])).content.decode()
    assert "Mandor jalan" in page and "Sudah ditambal tadi pagi." in page
    [fact] = [f for f in trail("case", case.pk) if f.kind == "ask.told"]
    assert (fact.actor_id, fact.actor_label, fact.details["verdict"]) == (None, "Mandor jalan", "handled")


def test_what_was_told_is_no_message_and_goes_to_no_citizen(admin: Client, case: Case) -> None:
    tell(ask(admin, case))
    assert (case.messages.count(), Reply.objects.count()) == (1, 0)


def test_one_press_puts_it_into_a_draft_in_indonesian(
    government: Government, admin: Client, case: Case
) -> None:
    tell(ask(admin, case), verdict="scheduled", until=(timezone.localdate() + timedelta(days=3)).isoformat())
    person = government.person("admin.pupr")
    person.language = "en"
    person.save()
    statement = Statement.objects.get()
    admin.post(act(case, "use_statement"), {"statement": statement.pk})
    reply = Reply.objects.get()
    assert (reply.state, reply.author_id) == ("draft", person.pk)
    assert reply.text.startswith("Penanganannya dijadwalkan")
    assert reply.text.endswith("Sudah ditambal tadi pagi.")


def test_a_draft_that_stands_already_is_kept_above_it_and_a_second_press_adds_nothing(
    government: Government, admin: Client, case: Case
) -> None:
    tell(ask(admin, case))
    answering.draft(
        case=case, message=case.messages.get(), text="Terima kasih atas laporannya.",
        by=government.person("admin.pupr"), at=timezone.now(),
    )  # fmt: skip
    for _press in range(2):
        admin.post(act(case, "use_statement"), {"statement": Statement.objects.get().pk})
    assert Reply.objects.get().text == "Terima kasih atas laporannya.\n\nSudah ditambal tadi pagi."


@pytest.mark.parametrize(
    ("verdict", "verbs", "begins"),
    [
        (
            "scheduled",
            ["promise"],
            {"what": "Sudah ditambal tadi pagi."},
        ),
        ("handled", ["finish"], {"text": "Sudah ditambal tadi pagi."}),
        ("not_ours", ["transfer", "refer"], {"reason": "Sudah ditambal tadi pagi."}),
    ],
)
def test_what_was_told_leads_to_the_form_that_begins_with_it_and_does_nothing_by_itself(
    admin: Client, case: Case, verdict: str, verbs: list[str], begins: dict[str, str]
) -> None:
    day = timezone.localdate() + timedelta(days=3)
    tell(ask(admin, case), verdict=verdict, until=day.isoformat() if verdict == "scheduled" else "")
    [shown] = admin.get(reverse("case", args=[case.pk])).context["asks"]
    leads = shown["statements"][0]["leads"]
    assert [lead["verb"] for lead in leads] == verbs
    for lead in leads:
        form = admin.get(lead["url"]).context["form"]
        assert {name: form[name].value() for name in begins} == begins
        if "until" in form.fields:
            assert form["until"].value() == day
    case.refresh_from_db()
    assert (case.state, case.promises.count(), case.proofs.count()) == ("new", 0, 0)


def test_a_statement_of_another_case_begins_no_form(
    government: Government, admin: Client, case: Case
) -> None:
    other = opened(channel(government.pupr, "pupr2.contoh.go.id"), "lampu mati", "2")
    tell(ask(admin, other), verdict="handled")
    url = f"{act(case, 'finish')}?statement={Statement.objects.get().pk}"
    assert admin.get(url).status_code == 404


def test_a_statement_of_another_case_is_unknown(government: Government, admin: Client, case: Case) -> None:
    other = opened(channel(government.pupr, "pupr2.contoh.go.id"), "lampu mati", "2")
    tell(ask(admin, other))
    assert (
        admin.post(act(case, "use_statement"), {"statement": Statement.objects.get().pk}).status_code == 404
    )


def test_a_new_link_closes_the_old_one_and_asks_the_same(admin: Client, case: Case) -> None:
    old = ask(admin, case)
    first = Ask.objects.get()
    page = admin.post(act(case, "ask_again"), {"ask": first.pk})
    new, second = page.context["letter"], Ask.objects.latest("pk")
    assert (second.who, second.question, second.reach) == (first.who, first.question, first.reach)
    assert Client().get(path_of(old)).status_code == 410
    assert Client().get(path_of(new)).status_code == 200
    assert admin.post(act(case, "ask_again"), {"ask": first.pk}).status_code == 422
    assert Ask.objects.count() == 2


def test_a_withdrawn_link_tells_nothing_more_and_keeps_what_was_told(admin: Client, case: Case) -> None:
    letter = ask(admin, case)
    stranger, _page = tell(letter)
    admin.post(act(case, "ask_withdraw"), {"ask": Ask.objects.get().pk})
    _stranger, page = tell(letter, stranger, key="kabar-2")
    assert (page.status_code, Statement.objects.count()) == (410, 1)
    assert trail("case", case.pk)[0].kind == "ask.withdrawn"


def test_keeping_a_case_secret_closes_its_links_at_once(
    government: Government, admin: Client, case: Case
) -> None:
    letter = ask(admin, case)
    actions.keep(
        case=case, secrecy=Secrecy.SECRET, concerns=None, reason="Data korban",
        by=government.person("koordinator"), at=timezone.now(),
    )  # fmt: skip
    page = Client().get(path_of(letter))
    assert page.status_code == 410
    assert "bolong" not in page.content.decode()


def test_only_who_works_on_cases_may_ask(government: Government, case: Case) -> None:
    codes = {
        name: client_of(government, name).post(act(case, "ask"), {**FORM, "key": name}).status_code
        for name in ("kepala.pupr", "admin.marga", "admin.dukcapil", "pimpinan", "auditor")
    }
    assert codes == {
        "kepala.pupr": 200, "admin.marga": 404, "admin.dukcapil": 404, "pimpinan": 403, "auditor": 403
    }  # fmt: skip


def test_nobody_tells_through_a_link_whose_time_is_over(admin: Client, case: Case) -> None:
    ask(admin, case)
    row = Ask.objects.select_related("case").get()
    with pytest.raises(LinkClosed) as over:
        asking.tell(
            row=row, browser="b", key="k", author="Mandor", verdict="", until=None, text="Ada", photos=(),
            at=row.expires_at,
        )  # fmt: skip
    assert over.value.why == "expired"
