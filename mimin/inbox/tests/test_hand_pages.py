"""Hearing by hand by its pages: given, proposed, corrected, recorded, and the number told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mimin.evidence.captures import place
from mimin.evidence.models import Capture, Facts
from mimin.inbox.hand import held, tray
from mimin.inbox.models import Attachment, Case, Message, Tray
from mimin.lib import reading
from mimin.people.models import Person
from mimin.registry.models import Channel
from tests.made import Government, channel
from tests.pictures import CHAT, VOICE, packed, photo, screenshot, uploads
from tests.scene import client_of, opened

pytestmark = pytest.mark.django_db

reader = pytest.mark.skipif(
    not reading.available(), reason="reading pictures needs: tesseract-ocr tesseract-ocr-ind"
)
LAMP = "Lampu jalan di Gang Melati mati sudah dua minggu"
OTHERS = {
    "k1": LAMP,
    "k2": "Sampah di pasar lama menumpuk seminggu",
    "k3": "Kapan jembatan kampung diperbaiki, pagarnya patah",
}
"""Three matters, so that none is taken for a repeat."""


@pytest.fixture
def site(government: Government) -> Channel:
    return channel(government.pupr, "instagram.com/puprcontoh")


@pytest.fixture
def admin(government: Government) -> Client:
    return client_of(government, "admin.pupr")


@pytest.fixture(autouse=True)
def nothing_held() -> None:
    cache.clear()


def give(
    client: Client, *, key: str = "k1", do: str = "record", files: Any = (), **typed: Any
) -> HttpResponse:
    """Press a button of the page; what the page leads to is followed where it is the page itself."""
    found = Tray.objects.filter(key=key, case=None).exists()
    url = reverse("record_tray", args=[key]) if found else reverse("record")
    return client.post(url, {"key": key, "do": do, "files": list(files), **typed})


def page(client: Client, key: str = "k1", **asked: str) -> Any:
    answer = client.get(reverse("record_tray", args=[key]), asked)
    assert answer.status_code == 200
    return answer.context


def number_of(answer: HttpResponse, client: Client) -> str:
    """The number on the page that a recording led to."""
    assert (answer.status_code, answer.headers["Location"].endswith("/nomor/")) == (302, True)
    return str(client.get(answer.headers["Location"]).context["number"])


# Words


def test_words_and_a_tap_are_a_case_with_its_number_on_the_next_page(admin: Client, site: Channel) -> None:
    answer = give(admin, channel=site.pk, text=LAMP, author="Warga", key="k9")
    case = Case.objects.get()
    assert number_of(answer, admin) == case.number
    assert [(m.remote_id, m.text, m.author) for m in Message.objects.all()] == [("hand:k9", LAMP, "Warga")]


def test_the_number_is_told_to_who_recorded_it_alone(
    government: Government, admin: Client, site: Channel
) -> None:
    there = give(admin, channel=site.pk, text=LAMP).headers["Location"]
    assert client_of(government, "koordinator").get(there).status_code == 404


def test_the_same_form_sent_twice_is_one_case(admin: Client, site: Channel) -> None:
    first = give(admin, channel=site.pk, text=LAMP)
    second = admin.post(reverse("record"), {"key": "k1", "channel": site.pk, "text": LAMP})
    assert (second.headers["Location"], Case.objects.count(), Message.objects.count()) == (
        first.headers["Location"], 1, 1,
    )  # fmt: skip


def test_a_record_offers_and_takes_only_channels_in_use_that_are_the_persons(
    government: Government, admin: Client, site: Channel
) -> None:
    other = channel(government.dukcapil, "facebook.com/dukcapilcontoh")
    retired = channel(government.pupr, "facebook.com/puprlama")
    Channel.objects.filter(pk=retired.pk).update(retired_at=timezone.now())
    offered = [one.value for one in admin.get(reverse("record")).context["choices"]]
    assert offered == [str(site.pk), "way:desk", "way:phone", "way:letter", "way:forwarded"]
    for pk in (other.pk, retired.pk, "way:nothing", "way:", "0", "²", ""):
        assert (give(admin, channel=pk, text=LAMP).status_code, Case.objects.count()) == (422, 0)


def test_what_names_staff_is_not_shown_to_who_recorded_it_but_its_number_is(
    government: Government, admin: Client, site: Channel
) -> None:
    answer = give(admin, channel=site.pk, text="oknum pegawai dinas PUPR minta uang pelicin")
    case = Case.objects.get()
    assert case.lead == government.inspectorate
    assert number_of(answer, admin) == case.number
    assert admin.get(answer.headers["Location"]).context["case_url"] == ""


def test_a_counter_needs_no_channel_of_its_own_and_becomes_one(
    government: Government, admin: Client, site: Channel
) -> None:
    for key in ("k1", "k2"):
        give(
            admin,
            channel="way:desk",
            text=OTHERS[key],
            on_behalf="Ibu di sebelah rumah, hp 081234567890",
            key=key,
        )
    counter = Channel.objects.exclude(pk=site.pk).get()
    assert (counter.platform, counter.unit, counter.name) == ("offline", government.pupr, "Loket Dinas PUPR")
    assert [case.channel for case in Case.objects.all()] == [counter, counter]
    shown = admin.get(reverse("case", args=[Case.objects.latest("pk").pk]))
    assert shown.context["on_behalf"] == "Ibu di sebelah rumah, hp [TELP]"


def test_the_channel_used_last_is_proposed(government: Government, admin: Client, site: Channel) -> None:
    other = channel(government.pupr, "facebook.com/puprcontoh")
    for key, used in (("k1", site), ("k2", other), ("k3", "way:phone")):
        give(admin, channel=getattr(used, "pk", used), text=OTHERS[key], key=key)
        choices = admin.get(reverse("record")).context["choices"]
        assert [one.value for one in choices if one.checked] == [str(getattr(used, "pk", used))]


def test_any_channel_is_found_by_its_words_without_losing_what_was_typed(
    government: Government, admin: Client, site: Channel
) -> None:
    for n in range(30):
        channel(government.pupr, f"instagram.com/akun{n:02d}")
    answer = give(admin, do="find", seek="akun27", text=LAMP)
    there = admin.get(answer.headers["Location"])
    labels = [one.label for one in there.context["choices"]]
    assert ("akun27" in labels, there.context["text"]) == (True, LAMP)
    nobody = admin.get(give(admin, do="find", seek="tidak ada", text=LAMP).headers["Location"])
    assert nobody.context["nobody_found"] is True


def test_what_waits_is_offered_again_and_can_be_thrown_away(admin: Client, site: Channel) -> None:
    give(admin, do="more", text=LAMP, files=uploads(("a.jpg", photo())))
    waits = admin.get(reverse("record")).context["waiting"]
    assert [one["url"] for one in waits] == [reverse("record_tray", args=["k1"])]
    give(admin, do="discard")
    assert (Tray.objects.count(), Attachment.objects.count(), Capture.objects.count()) == (0, 0, 0)


def test_a_tray_is_its_owners_alone(government: Government, admin: Client, site: Channel) -> None:
    give(admin, do="more", text=LAMP, files=uploads(("a.jpg", photo())))
    file = Attachment.objects.get()
    stranger = client_of(government, "koordinator")
    assert stranger.get(reverse("record_tray", args=["k1"])).status_code == 404
    assert stranger.post(reverse("record"), {"key": "k1", "do": "more", "text": "x"}).status_code == 404
    assert stranger.get(reverse("attachment", args=[file.pk])).status_code == 404
    assert admin.get(reverse("attachment", args=[file.pk])).status_code == 200


def test_what_nobody_came_back_to_is_forgotten(
    admin: Client, site: Channel, django_capture_on_commit_callbacks: Any
) -> None:
    give(admin, do="more", files=uploads(("a.jpg", photo())))
    lies = place(Capture.objects.get().sha256)
    assert default_storage.exists(lies)
    assert tray.sweep(timezone.now() + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert tray.sweep(timezone.now() + timedelta(days=8)) == 1
    assert (Tray.objects.count(), Capture.objects.count(), default_storage.exists(lies)) == (0, 0, False)


# Links


def test_a_link_proposes_sender_and_channel_and_says_that_words_are_missing(
    government: Government, admin: Client, site: Channel
) -> None:
    x = channel(government.pupr, "x.com/puprcontoh")
    give(admin, text="https://twitter.com/warga_rt3/status/17?s=20")
    there = page(admin)
    form = there["form"]
    assert (form["link"].value(), form["author"].value(), there["text"]) == (
        "https://x.com/warga_rt3/status/17", "@warga_rt3", "",
    )  # fmt: skip
    assert [one.value for one in there["choices"] if one.checked] == [str(x.pk)]
    assert there["link_alone"] is True
    assert give(admin, channel=x.pk).status_code == 422


def test_a_link_within_words_goes_where_links_belong(admin: Client, site: Channel) -> None:
    text = f"{LAMP} https://www.instagram.com/p/Cx/?igsh=1"
    give(admin, channel=site.pk, text=text)
    assert [(m.url, m.text) for m in Message.objects.all()] == [("https://instagram.com/p/Cx", text)]


# Pictures


@reader
def test_a_screenshot_alone_becomes_words_that_are_checked_and_recorded(admin: Client, site: Channel) -> None:
    shot = screenshot("Lampu jalan di Gang Melati", "mati sudah dua minggu")
    assert give(admin, channel=site.pk, files=uploads(("shot.jpg", shot))).status_code == 302
    there = page(admin)
    assert there["text"] == "Lampu jalan di Gang Melati\nmati sudah dua minggu"
    assert Case.objects.count() == 0
    give(admin, channel=site.pk, text=there["text"])
    message = Message.objects.get()
    (file,) = message.attachments.all()
    (kept,) = Facts.objects.get(kind="attachment.kept").details["files"]
    assert kept == {"given": file.given, "kept": file.capture.sha256, "kind": "image/jpeg"}


@reader
def test_a_screenshot_of_a_screenshot_says_that_it_can_hardly_be_read(admin: Client, site: Channel) -> None:
    shot = screenshot("Lampu jalan di Gang Melati", "mati sudah dua minggu", scale=0.18, quality=12)
    give(admin, files=uploads(("shot.jpg", shot)))
    (file,) = page(admin)["files"]
    assert (file["tone"], "tangkapan layar dari tangkapan layar" in file["note"]) == ("warn", True)
    assert page(admin)["text"] == ""


def test_where_pictures_cannot_be_read_the_page_says_so_and_goes_on(
    admin: Client, site: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "available", lambda: False)
    give(admin, channel=site.pk, files=uploads(("shot.jpg", screenshot("Lampu mati"))))
    there = page(admin)
    assert "tesseract-ocr-ind" in there["files"][0]["note"]
    assert number_of(give(admin, channel=site.pk, text=LAMP), admin)
    assert Message.objects.get().attachments.count() == 1


def test_words_with_a_photo_are_recorded_at_once_with_its_place_sealed(admin: Client, site: Channel) -> None:
    taken = photo(place=(-6.17539, 106.82715))
    assert number_of(give(admin, channel=site.pk, text=LAMP, files=uploads(("a.jpg", taken))), admin)
    file, case = Attachment.objects.get(), Case.objects.get()
    shown = admin.get(reverse("case", args=[case.pk])).context["attachments"]
    places = [(one["place_text"], one["place_url"]) for one in shown]
    assert places == [("-6.17539, 106.82715", "geo:-6.17539,106.82715")]
    picture = admin.get(reverse("attachment", args=[file.pk]))
    assert (picture.headers["Content-Type"], b"rahasia di dalam foto" in picture.content) == (
        "image/jpeg",
        False,
    )
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    small = admin.get(reverse("attachment", args=[file.pk]) + "?kecil=1")
    assert len(small.content) < len(picture.content)


def test_a_kept_file_lies_sealed(admin: Client, site: Channel) -> None:
    give(admin, channel=site.pk, text=LAMP, files=uploads(("a.jpg", photo())))
    with default_storage.open(place(Capture.objects.get().sha256)) as file:
        lies = file.read()
    assert (b"JFIF" in lies, lies[:1]) == (False, b"\x01")


@pytest.mark.parametrize("who", ["pimpinan", "pengamat", "auditor"])
def test_who_only_looks_learns_that_there_is_a_picture_and_sees_none(
    government: Government, admin: Client, site: Channel, who: str
) -> None:
    give(admin, channel=site.pk, text=LAMP, files=uploads(("a.jpg", photo())))
    client, file = client_of(government, who), Attachment.objects.get()
    shown = client.get(reverse("case", args=[Case.objects.get().pk])).context
    assert (shown["attachments"], shown["attachments_hidden"]) == ([], True)
    assert client.get(reverse("attachment", args=[file.pk])).status_code == 404


def test_a_picture_of_a_case_under_oversight_leaves_the_sight_of_the_unit(
    government: Government, admin: Client, site: Channel
) -> None:
    give(
        admin,
        channel=site.pk,
        text="oknum pegawai dinas PUPR minta uang pelicin",
        files=uploads(("a.jpg", photo())),
    )
    file = Attachment.objects.get()
    seen = {who: client_of(government, who).get(reverse("attachment", args=[file.pk])).status_code
            for who in ("admin.pupr", "koordinator", "inspektur")}  # fmt: skip
    assert seen == {"admin.pupr": 404, "koordinator": 404, "inspektur": 200}


def test_a_changed_file_is_not_shown(admin: Client, site: Channel) -> None:
    give(admin, channel=site.pk, text=LAMP, files=uploads(("a.jpg", photo())))
    with default_storage.open(place(Capture.objects.get().sha256), "rb+") as file:
        file.seek(-5, 2)
        file.write(b"xxxxx")
    assert admin.get(reverse("attachment", args=[Attachment.objects.get().pk])).status_code == 404


def test_a_file_can_be_taken_out_again(admin: Client, site: Channel) -> None:
    give(admin, do="more", text=LAMP, files=uploads(("a.jpg", photo()), ("b.ogg", VOICE)))
    first = Attachment.objects.earliest("pk")
    give(admin, do=f"drop-{first.pk}", text=LAMP)
    assert [one["name"] for one in page(admin)["files"]] == ["b.ogg"]


# Sounds


def test_a_voice_note_is_kept_as_it_is_and_needs_no_words(admin: Client, site: Channel) -> None:
    twenty_minutes = VOICE + bytes(4_000_000)
    answer = give(admin, channel=site.pk, files=uploads(("PTT.opus", twenty_minutes)))
    assert number_of(answer, admin)
    file = Message.objects.get().attachments.get()
    heard = admin.get(reverse("attachment", args=[file.pk]))
    assert (heard.headers["Content-Type"], heard.content == twenty_minutes) == ("audio/ogg", True)
    assert "<audio" in admin.get(reverse("case", args=[Case.objects.get().pk])).content.decode()


# What cannot be taken

HTML = b"<html><script>alert(1)</script></html>"
NOT_TAKEN = {
    "a page of the web named .jpg": ("bukti.jpg", HTML, "bukti.jpg"),
    "a program": ("a.exe", b"MZ\x90\x00" + bytes(100), "a.exe"),
    "nothing": ("kosong.jpg", b"", "kosong.jpg"),
    "a broken picture": ("putus.jpg", photo()[:300], "putus.jpg"),
    "a zip without a chat": ("foto.zip", packed(("a.jpg", b"x")), "foto.zip"),
    "a zip that is none": ("rusak.zip", b"PK\x03\x04" + bytes(50), "rusak.zip"),
    "a bomb": ("bom.zip", packed(("chat.txt", b"0" * 30_000_000)), "bom.zip"),
    "a name of another folder": ("../../etc/passwd.html", HTML, "passwd.html"),
}


@pytest.mark.parametrize(("name", "content", "told"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_cannot_be_taken_is_told_by_name_and_loses_nothing_else(
    admin: Client, site: Channel, name: str, content: bytes, told: str
) -> None:
    files = uploads((name, content), ("baik.jpg", photo()))
    assert give(admin, channel=site.pk, text=LAMP, author="Warga", files=files).status_code == 302
    there = page(admin)
    assert (len(there["remarks"]), told in there["remarks"][0]) == (1, True)
    assert ([one["name"] for one in there["files"]], there["text"], there["form"]["author"].value()) == (
        ["baik.jpg"], LAMP, "Warga",
    )  # fmt: skip
    assert number_of(give(admin, channel=site.pk, text=LAMP), admin)


def test_of_many_files_the_first_twenty_are_taken(admin: Client, site: Channel) -> None:
    files = uploads(*((f"{n}.jpg", photo(size=(20 + n, 20))) for n in range(22)))
    give(admin, text=LAMP, files=files)
    there = page(admin)
    assert (len(there["files"]), len(there["remarks"])) == (20, 2)


def test_the_same_file_given_twice_lies_there_once(admin: Client, site: Channel) -> None:
    for _each in range(2):
        give(admin, do="more", text=LAMP, files=uploads(("a.jpg", photo())))
    assert len(page(admin)["files"]) == 1


def test_nothing_at_all_is_refused(admin: Client, site: Channel) -> None:
    assert (give(admin, channel=site.pk).status_code, Case.objects.count(), Tray.objects.count()) == (
        422,
        0,
        0,
    )


# Repeats


def again(client: Client, **given: Any) -> list[tuple[str, str]]:
    answer = give(client, key="k2", **given)
    assert answer.status_code == 302
    return [(one.row.number, one.why) for one in page(client, "k2")["repeats"]]


def test_what_was_recorded_already_is_shown_with_its_case(admin: Client, site: Channel) -> None:
    link = "https://instagram.com/p/Cx"
    give(admin, channel=site.pk, text=LAMP, link=link, files=uploads(("a.jpg", photo())))
    number = Case.objects.get().number
    other = "Sampah di pasar menumpuk seminggu"
    assert again(admin, channel=site.pk, text=f" {LAMP.upper()} ") == [(number, "Kata-kata yang sama")]
    assert again(admin, channel=site.pk, text=other, link=link + "/?igsh=9") == [(number, "Tautan yang sama")]
    files = uploads(("lain.jpg", photo()))
    assert again(admin, channel=site.pk, text=other, files=files) == [(number, "Gambar yang sama")]
    assert Case.objects.count() == 1


def test_nearly_the_same_words_are_shown_with_their_case(admin: Client, site: Channel) -> None:
    give(
        admin,
        channel=site.pk,
        text="Min, lampu jalan di Gang Melati RT 03 mati sudah dua minggu, gelap sekali",
    )
    near = (
        "Assalamualaikum. Lampu jln di Gang Melati RT 03 mati sdh dua minggu, gelap sekali. Mohon diperbaiki"
    )
    assert again(admin, channel=site.pk, text=near) == [
        (Case.objects.get().number, "Kata-kata yang hampir sama")
    ]


def test_a_repeat_joins_the_case_or_is_another_as_the_person_says(
    government: Government, admin: Client, site: Channel
) -> None:
    give(admin, channel=site.pk, text=LAMP)
    case = Case.objects.get()
    again(admin, channel="way:phone", text=LAMP)
    assert number_of(give(admin, key="k2", text=LAMP, into=case.pk), admin) == case.number
    assert [m.remote_id for m in Message.objects.filter(case=case).order_by("pk")] == ["hand:k1", "hand:k2"]
    give(admin, key="k3", channel=site.pk, text=LAMP, into="")
    assert Case.objects.count() == 2


def test_a_repeat_that_the_person_may_not_see_is_none(
    government: Government, admin: Client, site: Channel
) -> None:
    other = channel(government.dukcapil, "facebook.com/dukcapilcontoh")
    case = opened(other, LAMP)
    assert number_of(give(admin, channel=site.pk, text=LAMP), admin) != case.number
    answer = give(admin, key="k2", channel=site.pk, text="Jalan rusak", into=case.pk)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["into"])


def test_short_thanks_are_no_repeat(admin: Client, site: Channel) -> None:
    for key in ("k1", "k2"):
        assert number_of(give(admin, key=key, channel=site.pk, text="Terima kasih min"), admin)


# Chats


def chosen(there: Any) -> list[str]:
    return [row.text or row.note for row in there["chat"]["rows"] if row.chosen]


def test_an_exported_chat_becomes_one_case_with_its_messages_in_order(
    government: Government, admin: Client, site: Channel
) -> None:
    export = packed(
        ("Chat WhatsApp dengan Warga RT 3.txt", CHAT.encode()), ("LAMPU.jpg", photo()), ("lain.jpg", b"x")
    )
    give(admin, channel=site.pk, files=uploads(("Chat WhatsApp dengan Warga RT 3.zip", export)))
    there = page(admin)
    assert [(one["name"], one["checked"]) for one in there["chat"]["authors"]] == [
        ("Warga RT 3", True), ("Dinas Perhubungan", False),
    ]  # fmt: skip
    assert chosen(there) == [
        "Lampu jalan di Gang Melati mati sejak Senin",
        "LAMPU.jpg",
        "Baik, kami cek besok",
    ]
    assert number_of(give(admin, channel=site.pk), admin)
    case = Case.objects.get()
    said = Message.objects.filter(case=case).order_by("sent_at")
    assert [(m.text, m.ours, m.attachments.count()) for m in said] == [
        ("Lampu jalan di Gang Melati mati sejak Senin", False, 0),
        ("", False, 1),
        ("Baik, kami cek besok", True, 0),
    ]
    assert f"{case.opened_at:%d/%m %H.%M}" == "31/10 07.02"
    assert Capture.objects.filter(kind="application/zip").count() == 0


def test_a_chat_can_be_pasted(admin: Client, site: Channel) -> None:
    give(admin, channel=site.pk, text=CHAT)
    assert chosen(page(admin))[0] == "Lampu jalan di Gang Melati mati sejak Senin"


def test_the_citizen_and_the_lines_are_the_persons_choice(admin: Client, site: Channel) -> None:
    give(admin, channel=site.pk, text=CHAT)
    rows = {row.text: row.place for row in page(admin)["chat"]["rows"]}
    shown = [row.place for row in page(admin)["chat"]["rows"]]
    give(admin, do="citizens", chat="1", citizen=["Dinas Perhubungan"], shown=shown)
    assert chosen(page(admin))[-1] == "Baik, kami cek besok"
    give(admin, do="more", chat="1", citizen=["Warga RT 3"], shown=shown)
    give(admin, do="more", chat="1", citizen=["Warga RT 3"], shown=shown, line=[rows["Selamat pagi min"]])
    assert chosen(page(admin)) == ["Selamat pagi min"]
    give(
        admin, channel=site.pk, chat="1", citizen=["Warga RT 3"], shown=shown, line=[rows["Selamat pagi min"]]
    )
    assert [m.text for m in Message.objects.all()] == ["Selamat pagi min"]


def test_dates_that_can_be_read_in_two_ways_are_turned_round_in_one_tap(admin: Client, site: Channel) -> None:
    give(admin, channel=site.pk, text="3/4/26 14.02 - Warga: Lampu jalan mati di gang")
    assert "3 Apr 2026" in page(admin)["chat"]["order_text"]
    give(admin, do="order", chat="1", citizen=["Warga"])
    assert page(admin)["chat"]["rows"][0].when_text.startswith("4 Mar 2026")


def test_a_chat_of_twenty_thousand_lines_is_chosen_from_window_by_window(
    admin: Client, site: Channel
) -> None:
    start = timezone.now().replace(tzinfo=None, second=0, microsecond=0) - timedelta(days=400)
    lines = [
        f"{start + timedelta(minutes=20 * n):%d/%m/%Y %H.%M} - Warga {n % 7}: pesan nomor {n}"
        for n in range(20_000)
    ]
    give(admin, channel=site.pk, files=uploads(("_chat.txt", "\n".join(lines).encode())))
    there = page(admin)
    assert (len(there["chat"]["rows"]), there["chat"]["found_text"], there["chat"]["later"]) == (
        60,
        "20000 pesan",
        "",
    )
    earlier = page(admin, dari=there["chat"]["earlier"])
    assert earlier["chat"]["rows"][0].place == there["chat"]["rows"][0].place - 60
    give(admin, do="look", chat="1", look="nomor 1234")
    found = page(admin)["chat"]["rows"]
    assert {"pesan nomor 1234", "pesan nomor 12340"} <= {row.text for row in found}
    place = next(row.place for row in found if row.text == "pesan nomor 1234")
    shown = [row.place for row in found]
    give(admin, do="more", chat="1", citizen=["Warga 2"])
    give(admin, channel=site.pk, chat="1", citizen=["Warga 2"], shown=shown, line=[place])
    assert "pesan nomor 1234" in set(Message.objects.values_list("text", flat=True))


def test_too_many_lines_are_refused_with_the_number(admin: Client, site: Channel) -> None:
    give(admin, channel=site.pk, text=CHAT)
    state = tray.content_of(Tray.objects.get())
    state.chat.text = "\n".join(f"31/10/26 14.{n % 60:02d} - Warga: pesan {n}" for n in range(300))
    state.chat.citizens, state.chat.chosen = ["Warga"], list(range(300))
    tray.put(Person.objects.get(username="admin.pupr"), "k1", state, at=timezone.now())
    answer = give(admin, channel=site.pk)
    assert (answer.status_code, "300" in str(answer.context["form"].non_field_errors())) == (422, True)


def test_an_export_in_an_old_encoding_is_read_all_the_same(admin: Client, site: Channel) -> None:
    give(
        admin,
        files=uploads(("chat.txt", "31/10/26 14.02 - Warga: Café di jalan Melati ribut".encode("cp1252"))),
    )
    assert chosen(page(admin)) == ["Café di jalan Melati ribut"]


def test_plain_text_in_a_file_is_words(admin: Client, site: Channel) -> None:
    give(admin, files=uploads(("surat.txt", LAMP.encode())))
    assert page(admin)["text"] == LAMP
    give(admin, text=LAMP, files=uploads(("lain.txt", b"Juga di gang sebelah")))
    assert page(admin)["text"] == f"{LAMP}\nJuga di gang sebelah"


def test_a_second_chat_is_told_to_be_another_case(admin: Client, site: Channel) -> None:
    export = packed(("_chat.txt", CHAT.encode()))
    other = CHAT.replace("Lampu", "Jalan").encode()
    give(admin, files=uploads(("satu.txt", CHAT.encode()), ("dua.zip", export)))
    assert ["dua.zip" in one for one in page(admin)["remarks"]] == [True]
    give(admin, files=uploads(("tiga.txt", other)))
    assert ["tiga.txt" in one for one in page(admin)["remarks"]] == [True]
    assert chosen(page(admin))[0] == "Lampu jalan di Gang Melati mati sejak Senin"


# Shared from a phone


def share(client: Client, **given: Any) -> HttpResponse:
    return Client.post(client, reverse("share"), given)


def test_what_a_phone_shares_lies_in_the_tray_and_records_nothing(admin: Client, site: Channel) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Person.objects.get(username="admin.pupr"))
    answer = share(
        strict,
        title="",
        text="Lihat ini",
        url="https://instagram.com/p/Cx",
        files=uploads(("a.jpg", photo())),
    )
    there = strict.get(answer.headers["Location"]).context
    assert (there["text"], there["form"]["link"].value(), len(there["files"])) == (
        "Lihat ini\nhttps://instagram.com/p/Cx", "https://instagram.com/p/Cx", 1,
    )  # fmt: skip
    assert Case.objects.count() == 0


@pytest.mark.parametrize("name", ["share", "record"])
def test_what_is_given_after_the_sign_in_ended_is_there_after_signing_in(
    government: Government, site: Channel, name: str
) -> None:
    client = Client()
    answer = client.post(
        reverse(name), {"text": LAMP, "author": "Warga", "files": uploads(("a.jpg", photo()))}
    )
    assert (
        answer.headers["Location"]
        == f"{reverse('account_login')}?next={reverse('share').replace('/', '%2F')}"
    )
    assert (Tray.objects.count(), Capture.objects.count()) == (0, 0)
    sealed = [held_[1] for n in range(held.PLACES) if (held_ := cache.get(f"held-{n}"))]
    assert (len(sealed), LAMP.encode() in sealed[0]) == (1, False)
    client.force_login(government.person("admin.pupr"))
    there = client.get(client.get(reverse("share")).headers["Location"]).context
    assert (there["text"], there["form"]["author"].value(), len(there["files"])) == (LAMP, "Warga", 1)
    assert client.get(reverse("share")).headers["Location"] == reverse("record")


def test_another_browser_does_not_get_what_was_held(government: Government, site: Channel) -> None:
    Client().post(reverse("share"), {"text": LAMP})
    assert client_of(government, "admin.pupr").get(reverse("share")).headers["Location"] == reverse("record")


def test_strangers_cannot_fill_the_disk(site: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "LARGEST", 2_000)
    for n in range(held.PLACES + 5):
        Client().post(reverse("share"), {"text": f"pesan {n}"})
    Client().post(reverse("share"), {"text": "x" * 3_000})
    kept = [cache.get(f"held-{n}") for n in range(held.PLACES + 5)]
    assert [one is not None for one in kept] == [True] * held.PLACES + [False] * 5


def test_the_installed_page_is_where_a_phone_shares_to(admin: Client) -> None:
    target = admin.get(reverse("manifest")).json()["share_target"]
    assert (target["action"], target["method"], target["enctype"]) == (
        reverse("share"),
        "POST",
        "multipart/form-data",
    )
    assert target["params"]["files"][0]["name"] == "files"
