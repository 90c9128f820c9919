"""The thirty-second case: on a phone, with a real Chromium, from what was shared to a number that can be read out."""

from __future__ import annotations

import re
import time
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mimin.lib import reading
from tests import browsing
from tests.browsing import PHONE, Desk, overflow
from tests.pictures import CHAT, VOICE, packed, photo, screenshot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("assisted"),
    pytest.mark.skipif(not browsing.CHROMIUM, reason="a real browser needs: chromium"),
]
reader = pytest.mark.skipif(
    not reading.available(), reason="reading pictures needs: tesseract-ocr tesseract-ocr-ind"
)

RECORD, SHARE = "/kotak-masuk/catat/", "/kotak-masuk/bagikan/"
NUMBER = re.compile(r"KC-\d\d-\d{6}")
ON_A_PHONE = {"viewport": PHONE, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
MONAS = (-6.17539, 106.82715)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with browsing.served(tmp_path_factory.mktemp("assisted")) as there, browsing.chromium() as browser:
        yield Desk(there, browser)


@pytest.fixture
def phone(desk: Desk) -> Iterator[Page]:
    """The phone of a department's admin, signed in."""
    with desk.context("admin.pupr", **ON_A_PHONE) as context:
        yield context.new_page()


@pytest.fixture
def installed(desk: Desk) -> Iterator[Page]:
    """The same phone with Mimin installed, so that its service worker stands between the page and the net."""
    desk.context("admin.pupr").close()
    state = desk._kept["admin.pupr"]
    options: dict[str, Any] = {**ON_A_PHONE, "base_url": desk.served.address, "storage_state": state}
    with desk.browser.new_context(service_workers="allow", **options) as context:
        page = context.new_page()
        page.goto(RECORD)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        until(page, "() => navigator.serviceWorker.controller !== null")
        yield page


def file(name: str, content: bytes, kind: str = "image/jpeg") -> Any:
    return {"name": name, "mimeType": kind, "buffer": content}


def until(page: Page, true: str) -> None:
    """Wait until a function of the page says so; the page's own policy forbids the driver's way of waiting."""
    page.evaluate(
        f"() => new Promise((done) => {{ const look = () => ({true})() ? done() : setTimeout(look, 50); look(); }})"
    )


def tap(page: Page, channel: str) -> None:
    page.locator(".tap", has_text=channel).first.tap()


def press(page: Page) -> None:
    page.get_by_role("button", name="Catat aduan").tap()


def number(page: Page) -> str:
    """The number on the page that recording led to, in large letters and inside the screen."""
    page.wait_for_url(re.compile(r"/nomor/$"))
    shown = page.locator("#number")
    expect(shown).to_have_text(NUMBER)
    size = shown.evaluate("at => parseFloat(getComputedStyle(at).fontSize)")
    box = shown.bounding_box()
    assert box is not None
    assert (size >= 28, box["y"] + box["height"] < PHONE["height"], overflow(page)) == (True, True, 0)
    return shown.inner_text()


def shared(page: Page, files: list[tuple[str, bytes]], text: str = "") -> None:
    """What a phone does when something is shared to the installed page: it posts a form there."""
    given = [[name, b64encode(content).decode()] for name, content in files]
    page.evaluate(
        """([address, text, files]) => {
            const form = document.createElement("form");
            form.method = "post"; form.enctype = "multipart/form-data"; form.action = address;
            const words = document.createElement("input"); words.name = "text"; words.value = text;
            const all = new DataTransfer();
            for (const [name, body] of files) {
                const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
                all.items.add(new File([bytes], name, { type: "image/jpeg" }));
            }
            const chosen = document.createElement("input");
            chosen.type = "file"; chosen.name = "files"; chosen.multiple = true;
            chosen.files = all.files;
            form.append(words, chosen); document.body.append(form); HTMLFormElement.prototype.submit.call(form);
        }""",
        [SHARE, text, given],
    )


@reader
def test_a_screenshot_becomes_a_number_by_choosing_it_and_pressing_twice(phone: Page) -> None:
    phone.goto(RECORD)
    shot = screenshot("Warga RT 3", "online", "Lampu jalan di Gang Kenari", "mati sudah dua minggu 19.42")
    phone.set_input_files("#id_files", [file("Screenshot.jpg", shot)])
    press(phone)
    phone.wait_for_url(re.compile(r"/catat/[0-9a-f]+/$"))
    assert phone.locator("#id_text").input_value() == "Lampu jalan di Gang Kenari mati sudah dua minggu"
    assert phone.locator("#id_author").input_value() == "Warga RT 3"
    expect(phone.locator(".tap input:checked")).to_have_count(1)
    assert overflow(phone) == 0
    press(phone)
    told = number(phone)
    phone.get_by_role("link", name="Buka aduan").tap()
    expect(phone.locator("section[aria-labelledby=attachments] img")).to_have_count(1)
    expect(phone.locator(".crumbs")).to_contain_text(told)


@reader
def test_a_shared_screenshot_is_a_number_within_thirty_seconds_and_two_taps(installed: Page) -> None:
    shot = screenshot("Warga RT 5", "online", "Saluran air di Gang Merpati", "tersumbat sampah, banjir 19.42")
    taps = "addEventListener('click', () => sessionStorage.taps = +(sessionStorage.taps || 0) + 1, true)"
    installed.add_init_script(taps)
    begun = time.monotonic()
    shared(installed, [("Screenshot.jpg", shot)])
    installed.wait_for_url(re.compile(r"/catat/[0-9a-f]+/$"))
    assert "tersumbat sampah" in installed.locator("#id_text").input_value()
    if not installed.locator(".tap input:checked").count():
        tap(installed, "WhatsApp")
    press(installed)
    number(installed)
    spent = time.monotonic() - begun
    assert (spent < 30, int(installed.evaluate("+sessionStorage.taps")) <= 4) == (True, True), spent


def test_the_answer_is_copied_posted_and_proven_on_one_page_at_the_message_itself(phone: Page) -> None:
    phone.goto(RECORD)
    phone.locator("#id_text").fill("Rambu tikungan di Jalan Flamboyan roboh")
    phone.locator("#id_author").evaluate("at => { at.closest('details').open = true }")
    phone.locator("#id_author").fill("0812-0000-0009")
    tap(phone, "WhatsApp") if phone.locator(".tap", has_text="WhatsApp").count() else tap(phone, "Loket")
    press(phone)
    number(phone)
    phone.get_by_role("link", name="Buka aduan").tap()
    phone.locator("textarea[name=text]").first.fill("Terima kasih, besok petugas memasang rambu baru.")
    phone.get_by_role("button", name="Siap ditempel").tap()
    phone.wait_for_url(re.compile(r"/bukti/$"))
    expect(phone.locator("#copied")).to_have_text("Terima kasih, besok petugas memasang rambu baru.")


def test_the_number_and_the_message_are_copied_by_a_tap(phone: Page) -> None:
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.goto(RECORD)
    phone.locator("#id_text").fill("Jembatan bambu di Kampung Sawah lapuk, anak sekolah lewat tiap hari")
    tap(phone, "Telepon")
    press(phone)
    told = number(phone)
    phone.get_by_role("button", name="Salin nomor").tap()
    assert phone.evaluate("navigator.clipboard.readText()") == told
    phone.get_by_role("button", name="Salin pesan").tap()
    assert told in phone.evaluate("navigator.clipboard.readText()")


def test_what_was_recorded_a_moment_ago_is_known_again_and_joined(phone: Page) -> None:
    words = "Pohon tumbang menutup Jalan Cemara sejak subuh"
    for _each in range(2):
        phone.goto(RECORD)
        phone.locator("#id_text").fill(words)
        tap(phone, "Loket")
        press(phone)
        if not _each:
            first = number(phone)
    expect(phone.locator("section[aria-labelledby=repeats]")).to_contain_text(first)
    phone.locator("section[aria-labelledby=repeats] label").first.tap()
    press(phone)
    assert number(phone) == first


def test_a_heavy_photo_travels_light_and_keeps_its_place(phone: Page) -> None:
    phone.goto(RECORD)
    noise = photo(place=MONAS, size=(4000, 3000), noisy=True)
    assert len(noise) > 1_000_000
    phone.set_input_files("#id_files", [file("IMG.jpg", noise)])
    until(phone, f"() => document.querySelector('#id_files').files[0].size < {len(noise)} / 2")
    phone.locator("#id_text").fill("Trotoar di Jalan Anggrek ambles sedalam lutut")
    tap(phone, "Loket")
    press(phone)
    number(phone)
    phone.get_by_role("link", name="Buka aduan").tap()
    expect(phone.locator("section[aria-labelledby=attachments] a[href^='geo:']")).to_have_attribute(
        "href", "geo:-6.17539,106.82715"
    )


def test_what_is_shared_is_taken_in_by_the_installed_page(installed: Page) -> None:
    shared(installed, [("IMG.jpg", photo(place=MONAS))], "Tiang listrik miring di Gang Delima")
    installed.wait_for_url(re.compile(r"/catat/[0-9a-f]+/$"))
    assert installed.locator("#id_text").input_value() == "Tiang listrik miring di Gang Delima"
    expect(installed.locator(".given img")).to_have_count(1)
    assert installed.evaluate("caches.has('mimin-shared-1')") is False


def test_what_is_shared_after_the_sign_in_ended_is_there_after_signing_in(
    desk: Desk, installed: Page
) -> None:
    installed.context.clear_cookies(name="sessionid")
    shared(installed, [("IMG.jpg", photo())], "Selokan mampet di Gang Nangka")
    installed.wait_for_selector("#id_login")
    desk.sign_in(installed, "admin.pupr")
    installed.wait_for_url(re.compile(r"/catat/[0-9a-f]+/$"))
    assert installed.locator("#id_text").input_value() == "Selokan mampet di Gang Nangka"
    expect(installed.locator(".given img")).to_have_count(1)


def test_what_is_shared_without_a_connection_waits_on_the_phone(installed: Page) -> None:
    context: BrowserContext = installed.context
    context.set_offline(True)
    shared(installed, [("IMG.jpg", photo())], "Sumur warga keruh di Kampung Baru")
    expect(installed.locator("h1")).to_contain_text("Tidak ada sambungan")
    context.set_offline(False)
    installed.goto(RECORD)
    installed.wait_for_url(re.compile(r"/catat/[0-9a-f]+/$"))
    assert installed.locator("#id_text").input_value() == "Sumur warga keruh di Kampung Baru"


def test_without_scripts_a_chat_a_voice_note_and_any_channel_become_a_case(desk: Desk) -> None:
    export = packed(("Chat WhatsApp dengan Warga RT 3.txt", CHAT.encode()), ("LAMPU.jpg", photo()))
    with desk.context("koordinator", java_script_enabled=False, **ON_A_PHONE) as context:
        page = context.new_page()
        page.goto(RECORD)
        files = [
            file("Chat WhatsApp dengan Warga RT 3.zip", export, "application/zip"),
            file("PTT.opus", VOICE, "audio/ogg"),
        ]
        page.set_input_files("#id_files", files)
        page.locator("#id_seek").fill("instagram pupr")
        page.get_by_role("button", name="Cari", exact=True).tap()
        expect(page.locator("#chat .picks input:checked")).to_have_count(3)
        tap(page, "Instagram Dinas PUPR")
        press(page)
        number(page)
        page.get_by_role("link", name="Buka aduan").tap()
        said = page.locator("ol.talk > li")
        expect(said.first).to_contain_text("Lampu jalan di Gang Melati mati sejak Senin")
        expect(page.locator("ol.talk > li.ours")).to_have_count(1)
        expect(page.locator("section[aria-labelledby=attachments] audio")).to_have_count(1)
