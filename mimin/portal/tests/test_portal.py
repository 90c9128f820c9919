"""The citizen's door: a report without an account, its slip, its page, and whoever should not get in."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from mimin.desk.walks.answer import deliver
from mimin.evidence.queries import trail
from mimin.inbox import actions as inbox
from mimin.inbox import answering
from mimin.inbox.models import Attachment, Case, Message
from mimin.outbox.models import Delivery
from mimin.people.rules import Secrecy
from mimin.policy.actions import set_value
from mimin.policy.queries import forget
from mimin.portal import actions
from mimin.portal.models import Slip
from mimin.registry.models import Channel
from tests.made import BY, MONDAY, Government
from tests.scene import client_of

pytestmark = pytest.mark.django_db

KEY = "a1" * 24
WORDS = "Lampu jalan depan SDN Sukamaju mati dua minggu, HP saya 081234567890"


@pytest.fixture
def citizen(government: Government) -> Client:
    return Client()


def send(client: Client, *, at: str = "report", key: str = KEY, **typed: Any) -> Any:
    return client.post(reverse(at), {"key": key, "text": WORDS, "reach": "", "shown": "", **typed})


def slip() -> Slip:
    return Slip.objects.select_related("case__lead", "case__channel").get()


def enter(client: Client, code: str, secret: str, **more: Any) -> Any:
    return client.post(reverse("track"), {"code": code, "secret": secret}, **more)


def photo(name: str = "foto.jpg", size: tuple[int, int] = (60, 40), kind: str = "JPEG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


# Reporting


def test_a_report_becomes_a_case_and_gives_code_and_secret(citizen: Client) -> None:
    page = send(
        citizen, place="Jl. Veteran RT 03", name="Warga Sukamaju", reach="phone", contact="0812 3456 7890"
    )
    case, message = Case.objects.get(), Message.objects.get(ours=False)
    assert (page.status_code, page.context["code"]) == (200, f"{slip().code[:4]}-{slip().code[4:]}")
    assert page.context["secret"] == actions.secret_word(KEY)
    assert message.author == "Warga Sukamaju"
    assert "Tempat: Jl. Veteran RT 03" in message.text and "Cara menghubungi" in message.text
    assert "0812" not in message.text
    assert "0812 3456 7890" in json.loads(message.raw)["text"]
    assert [fact.kind for fact in trail("case", case.pk)].count("slip.made") == 1


def test_the_same_form_sent_twice_on_a_bad_line_is_one_report_with_one_slip(citizen: Client) -> None:
    first, again = send(citizen), send(Client())
    assert Case.objects.count() == Slip.objects.count() == 1
    assert [page.context[name] for page in (first, again) for name in ("code", "secret")] == [
        first.context["code"], first.context["secret"],
    ] * 2  # fmt: skip


def test_two_reports_of_the_same_words_are_two(citizen: Client) -> None:
    send(citizen)
    send(citizen, key="b2" * 24)
    assert Case.objects.count() == Slip.objects.count() == 2


def test_the_door_becomes_a_channel_once_and_needs_no_connection(
    citizen: Client, government: Government
) -> None:
    send(citizen)
    send(citizen, key="b2" * 24)
    door = Channel.objects.get(platform="door")
    assert (door.unit_id, door.mode) == (government.root.pk, "connected")
    page = client_of(government, "koordinator").get(reverse("channels"))
    assert [row["health"]["tone"] for row in page.context["rows"]] == ["ok"]
    assert client_of(government, "koordinator").get(reverse("channel", args=[door.pk])).status_code == 200


def test_the_door_of_an_office_is_its_own(citizen: Client, government: Government) -> None:
    page = citizen.get(reverse("report_at", args=[government.dukcapil.pk]))
    assert government.dukcapil.name in page.content.decode()
    citizen.post(reverse("report_at", args=[government.dukcapil.pk]), {"key": KEY, "text": "Halo, mau tanya"})
    assert Channel.objects.get(platform="door").unit_id == government.dukcapil.pk
    assert citizen.get(reverse("report_at", args=[999_999])).status_code == 404


def test_nothing_said_is_asked_again_and_what_was_typed_is_kept(citizen: Client) -> None:
    page = send(citizen, text="  ", place="Pasar Baru")
    assert (page.status_code, Case.objects.count()) == (422, 0)
    assert "Tulis apa yang terjadi" in page.content.decode() and "Pasar Baru" in page.content.decode()


def test_who_wants_to_be_called_says_where(citizen: Client) -> None:
    page = send(citizen, reach="phone")
    assert page.status_code == 422
    assert '<details class="others" open>' in page.content.decode()


def test_a_program_that_fills_in_every_field_leaves_nothing(citizen: Client) -> None:
    assert send(citizen, website="https://contoh.example").status_code == 200
    assert Case.objects.count() == 0


def test_so_many_reports_a_minute_come_from_one_address(
    citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mimin.portal.views.REPORTS", 2)
    codes = [send(citizen, key=f"{n:048x}").status_code for n in range(3)]
    assert (codes, Case.objects.count()) == ([200, 200, 429], 2)
    assert (
        send(
            Client(),
            key=f"{9:048x}",
        ).status_code
        == 429
    )
    assert (
        Client().post(reverse("report"), {"key": KEY, "text": "Halo"}, REMOTE_ADDR="203.0.113.9").status_code
        == 200
    )


@pytest.mark.parametrize(
    ("shown", "secrecy"), [("", Secrecy.OPEN), ("anonymous", Secrecy.ANONYMOUS), ("secret", Secrecy.SECRET)]
)
def test_who_wants_to_be_hidden_is(citizen: Client, shown: str, secrecy: Secrecy) -> None:
    send(citizen, shown=shown, name="Warga Sukamaju")
    message = Message.objects.get(ours=False)
    assert slip().case.secrecy == secrecy
    assert (message.author == "Warga Sukamaju") is (secrecy == Secrecy.OPEN)


def test_it_may_be_for_somebody_else_and_colleagues_are_told(citizen: Client, government: Government) -> None:
    send(citizen, on_behalf="Nenek di RT 03")
    page = client_of(government, "koordinator").get(reverse("case", args=[slip().case_id]))
    assert page.context["on_behalf"] == "Nenek di RT 03"


def test_photos_and_a_voice_note_come_along(citizen: Client) -> None:
    sound = SimpleUploadedFile("suara.ogg", b"OggS" + bytes(60) + b"OpusHead" + bytes(40))
    page = send(citizen, text="", photos=[photo(), photo("b.png", (30, 30), "PNG")], voice=sound)
    assert page.status_code == 200, page.content.decode()
    kinds = sorted(Attachment.objects.values_list("capture__kind", flat=True))
    assert kinds == ["audio/ogg", "image/jpeg", "image/jpeg"]
    assert {one.message_id for one in Attachment.objects.all()} == {Message.objects.get(ours=False).pk}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("surat.jpg", b"%PDF-1.7 bukan gambar"),
        ("foto.heic", b"\x00\x00\x00\x18ftypheic" + bytes(40)),
        ("rusak.jpg", b"\xff\xd8\xff\xe0" + bytes(20)),
    ],
)
def test_a_file_that_is_no_picture_is_named_and_nothing_is_lost(
    citizen: Client, name: str, content: bytes
) -> None:
    page = send(citizen, photos=[SimpleUploadedFile(name, content)])
    assert (page.status_code, Case.objects.count(), Attachment.objects.count()) == (422, 0, 0)
    text = page.content.decode()
    assert name in text and "Lampu jalan depan SDN Sukamaju" in text


def test_a_photo_of_48_megapixels_is_taken_in(citizen: Client) -> None:
    send(citizen, photos=[photo(size=(8000, 6000))])
    assert Attachment.objects.get().capture.kind == "image/jpeg"


def test_danger_rings_as_on_every_other_channel(citizen: Client, government: Government) -> None:
    send(citizen, text="Tolong, rumah tetangga kebakaran di Jl. Melati, api sudah besar!")
    assert slip().case.alarms.count() == 1


# Following


def test_code_and_secret_open_the_page_on_this_device_alone(citizen: Client) -> None:
    page = send(citizen)
    code, secret = page.context["code"], page.context["secret"]
    other = Client()
    assert "Lampu jalan" not in other.get(reverse("track")).content.decode()
    answer = enter(other, code.lower(), f" {secret[:3]} {secret[3:]} ")
    assert answer.status_code == 302
    shown = other.get(reverse("track"))
    assert "Lampu jalan depan SDN Sukamaju" in shown.content.decode()
    assert "081234567890" not in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    other.post(reverse("track_leave"))
    assert "Lampu jalan" not in other.get(reverse("track")).content.decode()


def test_what_was_opened_closes_by_itself_after_half_an_hour(
    citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(citizen)
    assert "Lampu jalan" in citizen.get(reverse("track")).content.decode()
    monkeypatch.setattr("mimin.portal.views.MINUTES", -1)
    assert "Lampu jalan" not in citizen.get(reverse("track")).content.decode()


def test_five_wrong_numbers_lock_a_code_and_a_wrong_code_says_the_same(citizen: Client) -> None:
    send(citizen)
    code, secret, stranger = slip().code, actions.secret_word(KEY), Client()
    wrong = "000000" if secret != "000000" else "111111"
    said = {enter(stranger, code, wrong).content.decode().count("tidak cocok") for _try in range(5)}
    assert said == {1}
    assert enter(stranger, code, secret).status_code == 422
    assert enter(stranger, "ABCDEFGH", secret).content.decode().count("tidak cocok") == 1
    Slip.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert enter(stranger, code, secret).status_code == 302


def test_thousands_of_guesses_from_one_address_are_stopped(citizen: Client) -> None:
    send(citizen)
    codes = [enter(Client(), f"ABCD{n:04d}", "123456").status_code for n in range(25)]
    assert set(codes[:20]) == {422} and set(codes[20:]) == {429}


def test_a_forged_cookie_opens_nothing(citizen: Client) -> None:
    send(citizen)
    stranger = Client()
    stranger.cookies["mimin_lacak"] = slip().code
    assert "Lampu jalan" not in stranger.get(reverse("track")).content.decode()


def test_the_answer_of_the_office_stands_on_the_page_as_it_was_written(
    citizen: Client, government: Government
) -> None:
    send(citizen)
    case, by = slip().case, government.person("koordinator")
    text = "Petugas datang besok pagi, bawa tangga."
    reply = answering.draft(
        case=case, message=case.messages.filter(ours=False).get(), text=text, by=by, at=timezone.now()
    )
    answering.submit(reply=reply, by=by, at=timezone.now())
    for one in Delivery.objects.order_by("pk"):
        deliver(one.pk)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"live"}
    page = citizen.get(reverse("track"))
    assert text in page.content.decode()
    assert page.context["state"]["words"] == "Sudah dijawab. Baca jawabannya di bawah."


def test_a_receipt_stands_there_at_once_with_the_number_of_the_office(
    citizen: Client, government: Government
) -> None:
    words = "{number} kami terima. Kantor kami: 0263 555 1234."
    set_value(
        key="case.words_receipt",
        unit=government.root,
        value=words,
        valid_from=MONDAY.date(),
        by=BY,
        at=MONDAY,
    )
    send(citizen)
    for one in Delivery.objects.all():
        deliver(one.pk)
    turns = citizen.get(reverse("track")).context["turns"]
    assert [turn["ours"] for turn in turns] == [False, True]
    assert turns[1]["text"] == f"{slip().case.number} kami terima. Kantor kami: 0263 555 1234."


def test_who_holds_it_and_until_when_is_said_but_not_of_what_is_secret(
    citizen: Client, government: Government
) -> None:
    send(citizen)
    inbox.transfer(
        case=slip().case,
        to=government.pupr,
        reason="Jalan",
        by=government.person("koordinator"),
        at=timezone.now(),
    )
    facts = {fact["label"]: fact["value"] for fact in citizen.get(reverse("track")).context["facts"]}
    assert facts["Ditangani oleh"] == government.pupr.name
    assert "WIB" in facts["Dijawab paling lambat"]
    other = Client()
    send(other, key="b2" * 24, shown="secret")
    facts = {fact["label"]: fact["value"] for fact in other.get(reverse("track")).context["facts"]}
    assert facts["Ditangani oleh"] == "petugas yang berwenang"


def test_one_more_message_joins_the_case_and_reopens_it(citizen: Client) -> None:
    send(citizen)
    Case.objects.update(state="answered", rank=2**60)
    typed = {"key": "c3" * 24, "text": "Masih mati, Pak."}
    for _twice in range(2):
        assert citizen.post(reverse("track_add"), typed).status_code == 302
    assert list(Message.objects.filter(ours=False).values_list("text", flat=True).order_by("pk"))[1:] == [
        "Masih mati, Pak."
    ]
    assert (Case.objects.count(), Case.objects.get().state) == (1, "routed")


def test_solved_is_asked_once_it_was_answered_and_recorded_once(citizen: Client) -> None:
    send(citizen)
    assert citizen.get(reverse("track")).context["asks"] is False
    Case.objects.update(state="done")
    assert citizen.get(reverse("track")).context["asks"] is True
    for _twice in range(2):
        citizen.post(reverse("track_conclude"), {"key": "d4" * 24, "solved": "yes", "mark": "4", "text": ""})
    assert (slip().solved, slip().mark) == (True, 4)
    said = [fact for fact in trail("case", slip().case_id) if fact.kind == "slip.concluded"]
    assert [fact.details["mark"] for fact in said] == [4]
    assert citizen.get(reverse("track")).context["asks"] is False


def test_not_solved_needs_a_word_and_puts_the_case_back_to_work(citizen: Client) -> None:
    send(citizen)
    Case.objects.update(state="answered", rank=2**60)
    typed = {"key": "d4" * 24, "solved": "no", "mark": "", "text": ""}
    assert citizen.post(reverse("track_conclude"), typed).status_code == 422
    citizen.post(reverse("track_conclude"), {**typed, "text": "Lampunya belum menyala."})
    assert (slip().solved, Case.objects.get().state) == (False, "routed")


def test_the_pages_are_light_and_speak_two_languages(citizen: Client) -> None:
    page = citizen.get(reverse("report"))
    assert len(page.content) < 15_000
    assert 'href="tel:112"' in page.content.decode() and 'lang="id"' in page.content.decode()
    answer = citizen.get(reverse("portal_language", args=["en"]), {"next": reverse("track")})
    assert answer.headers["Location"] == reverse("track")
    assert "Follow a report" in citizen.get(reverse("track")).content.decode()
    assert citizen.get(reverse("portal_language", args=["xx"])).status_code == 404


def test_what_was_erased_is_shown_to_nobody(citizen: Client) -> None:
    send(citizen)
    Case.objects.update(erased_at=timezone.now() + timedelta(seconds=1))
    page = citizen.get(reverse("track")).content.decode()
    assert "Lampu jalan" not in page and "dihapus sesuai hukum" in page


def test_an_office_prints_its_poster_and_finds_it_on_its_page(government: Government) -> None:
    admin = client_of(government, "admin.pupr")
    url = reverse("poster", args=[government.pupr.pk])
    assert url in admin.get(reverse("unit", args=[government.pupr.pk])).content.decode()
    page = admin.get(url).content.decode()
    assert reverse("report_at", args=[government.pupr.pk]) in page and "<svg" in page and "112" in page
    assert admin.get(reverse("poster", args=[government.dukcapil.pk])).status_code == 404
    assert Client().get(url).status_code == 302


def test_it_is_asked_again_once_it_was_answered_again(citizen: Client) -> None:
    send(citizen)
    Case.objects.update(state="answered", rank=2**60, state_since=timezone.now())
    no = {"key": "d4" * 24, "solved": "no", "mark": "", "text": "Lampunya belum menyala."}
    for _twice in range(2):
        citizen.post(reverse("track_conclude"), no)
    assert Message.objects.filter(ours=False).count() == 2
    assert citizen.get(reverse("track")).context["said"].startswith("Anda menyatakan: belum selesai")
    Case.objects.update(state="done", state_since=timezone.now())
    assert citizen.get(reverse("track")).context["asks"] is True
    citizen.post(reverse("track_conclude"), {"key": "e5" * 24, "solved": "yes", "mark": "", "text": ""})
    assert slip().solved is True
    said = [f.details["solved"] for f in trail("case", slip().case_id) if f.kind == "slip.concluded"]
    assert said == [True, False]  # the newest first


def test_what_nobody_was_asked_is_not_concluded(citizen: Client) -> None:
    send(citizen)
    for solved in ("yes", "no"):
        citizen.post(reverse("track_conclude"), {"key": "d4" * 24, "solved": solved, "text": "Sudah."})
    assert (slip().solved, Message.objects.filter(ours=False).count()) == (None, 1)


def test_an_office_that_closed_its_door_says_so_and_the_words_stay(
    citizen: Client, government: Government
) -> None:
    url = reverse("report_at", args=[government.dukcapil.pk])
    citizen.post(url, {"key": KEY, "text": "Halo, mau tanya"})
    door = Channel.objects.get(platform="door")
    page = client_of(government, "koordinator").get(reverse("channel", args=[door.pk]))
    assert not any("disconnect" in act["url"] for act in page.context["acts"])
    client_of(government, "koordinator").post(reverse("channel_act", args=[door.pk, "retire"]), {})
    answer = Client().post(url, {"key": "b2" * 24, "text": "Masih buka?"})
    assert (answer.status_code, Case.objects.count()) == (422, 1)
    assert "Masih buka?" in answer.content.decode()


def test_a_long_page_asks_the_database_no_more_than_a_short_one(citizen: Client) -> None:
    send(citizen)
    costs = []
    for batch in range(2):
        for number in range(batch * 20):
            citizen.post(reverse("track_add"), {"key": f"{number:048x}", "text": f"Kabar {number}"})
        forget()  # as in a process that has just begun
        with CaptureQueriesContext(connection) as asked:
            citizen.get(reverse("track"))
        costs.append(len(asked))
    assert costs[0] == costs[1]
