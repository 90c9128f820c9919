"""The screens as people meet them: a real Chromium, a served Mimin, the demonstration in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests import browsing
from tests.browsing import (
    CONTRAST,
    DESK,
    LONG_UNIT,
    NEWCOMER,
    PHONE,
    WCAG,
    Desk,
    Listener,
    focused,
    overflow,
    violations,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("screens"),
    pytest.mark.skipif(not browsing.CHROMIUM, reason="a real browser needs: chromium"),
]

LIMIT_BYTES = 200_000
SETTINGS = (
    "ketentuan",
    "hari-libur",
    "unit",
    "unit/1",
    "orang",
    "orang/1",
    "undangan",
    "undangan/baru",
    "pekerjaan",
    "bukti",
    "impor",
)
PAGES = (
    "/",
    "/kotak-masuk/",
    "/kotak-masuk/1/",
    "/kotak-masuk/catat/",
    "/kotak-masuk/unduh/",
    "/kotak-masuk/1/lapor/",
    "/piket/",
    "/piket/rencana/",
    "/pemberitahuan/",
    "/kotak-keluar/",
    "/kanal/",
    "/kanal/2/",
    "/pengaturan/",
    *(f"/pengaturan/{name}/" for name in SETTINGS),
    "/pengaturan/ketentuan/1/look.colour/",
    "/lihat-unit/",
    "/saya/",
    "/cari/?q=jalan",
)
HOLE = "Min, lubang besar di Jl. Veteran depan pasar, sudah dua motor jatuh. Kapan jalannya diaspal?"
NOTHING = {
    "/": "Tidak ada yang menunggu Anda",
    "/kotak-masuk/": "Tidak ada yang menunggu",
    "/kotak-keluar/": "Tidak ada yang sedang dikirim",
    "/kanal/": "Belum ada kanal di sini",
    "/cari/?q=jalan": "Tidak ada yang ditemukan di antara yang boleh Anda lihat",
}
"""What stands where a unit has no row."""
PUPR = "Dinas Pekerjaan Umum dan Penataan Ruang"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One Mimin and one Chromium for the file; kept for the run, the driver would lock Django out of its database."""
    with browsing.served(tmp_path_factory.mktemp("screens")) as there, browsing.chromium() as browser:
        yield Desk(there, browser)


@pytest.fixture(scope="module")
def screen(desk: Desk) -> Iterator[tuple[Page, Listener]]:
    """The coordinator's browser with somebody who listens to it, for pages that are only looked at."""
    with desk.context("koordinator") as context:
        page = context.new_page()
        yield page, Listener(page, desk.served.host)


@pytest.fixture(scope="module")
def door(desk: Desk) -> Iterator[tuple[Page, Listener]]:
    """The browser of nobody yet."""
    with desk.context() as context:
        page = context.new_page()
        yield page, Listener(page, desk.served.host)


@pytest.fixture
def koordinator(desk: Desk) -> Iterator[Page]:
    """A fresh page of the coordinator, at a desk."""
    with desk.context("koordinator") as context:
        yield context.new_page()


def looked_at(screen: tuple[Page, Listener], path: str) -> dict[str, Any]:
    """Everything wrong with a page, at both sizes and in both colours, by where it was seen."""
    page, heard = screen
    found: dict[str, Any] = {}
    for size, name in ((DESK, "desk"), (PHONE, "phone")):
        heard.clear()
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(size)
        answer = page.goto(path)
        found |= {(name, "status"): answer.status - 200, (name, "overflow"): overflow(page)}
        found |= {(name, "light"): violations(page, WCAG)}
        page.emulate_media(color_scheme="dark")
        found |= {(name, "dark"): violations(page, CONTRAST)}
        found |= {(name, "errors"): [*heard.errors], (name, "foreign"): [*heard.foreign]}
        found |= {(name, "bytes"): max(sum(heard.carried) - LIMIT_BYTES, 0)}
    return {where: wrong for where, wrong in found.items() if wrong}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_staff_is_light_and_readable_for_everybody(
    screen: tuple[Page, Listener], path: str
) -> None:
    assert looked_at(screen, path) == {}
    assert screen[0].locator("html").get_attribute("lang") == "id"


def test_the_door_is_light_and_readable_for_everybody(door: tuple[Page, Listener]) -> None:
    assert looked_at(door, "/masuk/login/") == {}
    assert door[0].locator("html").get_attribute("lang") == "id"


def test_who_listens_would_have_heard_what_is_wrong(desk: Desk) -> None:
    """A page that breaks each of the promises is found out; otherwise the tests above say nothing."""
    with desk.context(viewport=PHONE) as context:
        page = context.new_page()
        heard = Listener(page, desk.served.host)
        page.goto("/masuk/login/")
        page.evaluate(
            """() => {
                const image = document.createElement("img");
                image.src = "http://elsewhere.example/pixel.png";
                document.body.style.minWidth = "900px";
                document.querySelector("main").append(image);
                document.querySelector("label").style.color = "#ddd";
                document.documentElement.dataset.theme = "light";
            }"""
        )
        page.wait_for_function("document.images.length === 1 && document.images[0].complete")
        assert overflow(page) > 0
        assert {rule for rule, _places in violations(page, WCAG)} == {"color-contrast", "image-alt"}
        assert len(heard.errors) > 0
        assert sum(heard.carried) > 5_000


def record(page: Page, text: str) -> str:
    """Record a case by clicking; the address of its page."""
    page.goto("/kotak-masuk/")
    page.get_by_role("link", name="Catat aduan").first.click()
    page.locator(".tap", has_text="Instagram Pemkab Contoh").click()
    page.locator("#id_text").fill(text)
    page.get_by_role("button", name="Catat aduan").click()
    page.get_by_role("link", name="Buka aduan").click()
    page.wait_for_url(re.compile(r"/kotak-masuk/\d+/$"))
    return page.url


def trail(page: Page) -> list[str]:
    """What happened, newest first, without when and by whom."""
    lines = page.locator("section[aria-labelledby=trail] li .text").all_inner_texts()
    return [line.splitlines()[0] for line in lines]


def test_a_case_goes_from_the_coordinator_to_the_citizen_by_clicking(desk: Desk, koordinator: Page) -> None:
    address = record(koordinator, HOLE)
    koordinator.get_by_role("button", name=f"Teruskan {PUPR}", exact=True).click()
    expect(koordinator.locator(".head .tag").first).to_have_text("Diteruskan")
    with desk.context("admin.pupr") as context:
        admin = context.new_page()
        admin.goto(address)
        admin.get_by_label("Jawaban Anda kepada warga").fill(
            "Terima kasih. Besok pagi regu kami menambalnya."
        )
        admin.get_by_role("button", name="Siap ditempel").click()
        admin.wait_for_url("**/bukti/")
        admin.locator("#id_link").fill("https://www.instagram.com/p/CxYzAbC1234/")
        admin.get_by_role("button", name="Sudah tayang").click()
        admin.wait_for_url(f"**{urlsplit(address).path}")
    koordinator.goto(address)
    expect(koordinator.locator(".head .tag").first).to_have_text("Dijawab")
    assert trail(koordinator) == [
        "Jawaban sudah tampil di kanal",
        "Jawaban dilepas untuk dikirim",
        "Jawaban dikonsep",
        f"Diteruskan ke unit lain: {PUPR}",
        "Pesan masuk",
    ]


def test_the_me_page_switches_the_language_and_back(desk: Desk) -> None:
    with desk.context("sekda") as context:
        page = context.new_page()
        seen = []
        for label in ("English", "Bahasa Indonesia"):
            page.goto("/saya/")
            page.get_by_label(label).check()
            page.locator("section[aria-labelledby=screen] button").click()
            page.goto("/kotak-masuk/")
            seen.append((page.locator("html").get_attribute("lang"), page.locator("h1").inner_text()))
        assert seen == [("en", "Inbox"), ("id", "Kotak masuk")]


def test_the_keyboard_alone_opens_and_answers_a_case(koordinator: Page) -> None:
    page = koordinator
    page.goto("/kotak-masuk/")
    page.keyboard.press("Tab")
    assert focused(page) == "#content"
    page.keyboard.press("Enter")
    assert focused(page) == "content"
    page.keyboard.press("/")
    assert focused(page) == "search"
    page.goto("/kotak-masuk/")
    rows = [link.get_attribute("href") for link in page.locator("[data-row] td.main a").all()]
    seen = []
    for key in "jjk":
        page.keyboard.press(key)
        seen.append(focused(page))
    assert seen == [rows[0], rows[1], rows[0]]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{rows[0]}")
    page.keyboard.press("r")
    assert focused(page) == "reply"


def test_escape_closes_a_dialog_and_gives_the_focus_back(koordinator: Page) -> None:
    page = koordinator
    page.goto("/kotak-masuk/?view=new")
    page.locator("[data-row] td.main a").first.click()
    page.wait_for_url(re.compile(r"/kotak-masuk/\d+/$"))
    page.keyboard.press("a")
    expect(page.locator("#sheet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.key") == "a"


def test_without_scripts_a_person_signs_in_opens_a_case_and_answers(desk: Desk) -> None:
    with desk.context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        desk.sign_in(page, "koordinator")
        record(page, "Min, lampu jalan di Jl. Melati padam sejak Senin.")
        page.get_by_label("Jawaban Anda kepada warga").fill("Terima kasih, kami teruskan.")
        page.get_by_role("button", name="Simpan draf").click()
        assert page.locator("#reply").input_value() == "Terima kasih, kami teruskan."
        page.get_by_role("link", name="Teruskan").first.click()
        expect(page.locator("form.write select").first).to_be_visible()


def test_what_was_typed_survives_a_session_that_ended(desk: Desk, koordinator: Page) -> None:
    page = koordinator
    page.goto("/kotak-masuk/1/")
    page.locator("#note").fill("Sudah ditelepon, minta foto.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Tambah catatan").click()
    page.wait_for_selector("#id_login")
    desk.sign_in(page, "koordinator")
    page.goto("/kotak-masuk/1/")
    assert page.locator("#note").input_value() == "Sudah ditelepon, minta foto."


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_unit_with_a_very_long_name_and_nothing_to_do_sees_what_belongs_there(
    desk: Desk, size: dict[str, int]
) -> None:
    with desk.context(NEWCOMER, viewport=size) as context:
        page = context.new_page()
        seen = {}
        for path in NOTHING:
            page.goto(path)
            seen[path] = (page.locator(".empty h2").all_inner_texts(), overflow(page))
        assert seen == {path: ([words], 0) for path, words in NOTHING.items()}


def test_a_very_long_name_stays_inside_its_page(screen: tuple[Page, Listener]) -> None:
    page, _heard = screen
    page.goto("/pengaturan/unit/?q=Unit+Pelaksana+Teknis+Daerah+Pengelolaan+Persampahan")
    page.get_by_role("link", name=LONG_UNIT[:60]).first.click()
    assert looked_at(screen, page.url) == {}
