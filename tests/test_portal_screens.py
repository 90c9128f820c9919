"""The citizen's door on a cheap phone: a real Chromium without JavaScript, a real worker, an answer that arrives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import browsing
from tests.browsing import CONTRAST, DESK, PHONE, WCAG, Desk, Listener, overflow, violations
from tests.pictures import photo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("screens"),
    pytest.mark.skipif(not browsing.CHROMIUM, reason="a real browser needs: chromium"),
]

LIMIT_BYTES = 60_000
"""What a page for citizens may weigh on the wire."""
WORDS = "Lampu jalan di depan SDN Sukamaju mati dua minggu, anak-anak takut lewat pulang mengaji."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with browsing.served(tmp_path_factory.mktemp("door")) as there, browsing.chromium() as browser:
        yield Desk(there, browser)


def reported(page: Page, file: Path | None = None) -> tuple[str, str]:
    """Report something on this phone; the code and the secret number of the slip."""
    page.goto("/lapor/")
    page.get_by_label("Apa yang terjadi?").fill(WORDS)
    page.get_by_label("Di mana?").fill("Jl. Veteran RT 03/05")
    if file is not None:
        page.get_by_label("Foto").set_input_files(file)
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_role("heading", name="Resi laporan")).to_be_visible()
    code, secret = (page.locator("dd.code").nth(place).inner_text() for place in (0, 1))
    return code, secret


def test_a_citizen_without_an_account_and_without_scripts_reports_is_answered_and_says_that_it_is_solved(
    desk: Desk, tmp_path: Path
) -> None:
    picture = tmp_path / "foto.jpg"
    picture.write_bytes(photo())
    with desk.context(viewport=PHONE, has_touch=True, java_script_enabled=False) as phone:
        page = phone.new_page()
        code, secret = reported(page, picture)
        number = re.search(r"[A-Z]{2}-\d\d-\d{6}", page.inner_text("main"))
        assert number is not None
        page.get_by_role("link", name="Lihat perkembangannya").click()
        expect(page.get_by_text(WORDS)).to_be_visible()
        page.get_by_role("button", name="Tutup di perangkat ini").click()
        with desk.context("koordinator") as office:
            staff = office.new_page()
            staff.goto(f"/cari/?q={number[0]}")
            staff.locator("[data-row] .main a").first.click()
            staff.locator("textarea[name=text]").first.fill("Petugas memasang lampu baru besok pagi.")
            staff.get_by_role("button", name="Kirim jawaban").first.click()
            expect(staff.locator(".say.ours", has_text="memasang lampu baru")).to_be_visible()
        page.get_by_label("Kode").fill(code.lower().replace("-", " "))
        page.get_by_label("Nomor rahasia").fill(secret)
        page.get_by_role("button", name="Tampilkan laporan saya").click()
        for _try in range(20):  # the answer leaves when the worker comes by
            if page.get_by_text("Petugas memasang lampu baru besok pagi.").count():
                break
            page.wait_for_timeout(500)
            page.reload()
        expect(page.get_by_text("Petugas memasang lampu baru besok pagi.")).to_be_visible()
        page.get_by_label("Ya", exact=True).check()
        page.get_by_label("Puas", exact=True).check()
        page.locator("#selesai").get_by_role("button", name="Kirim").click()
        expect(page.get_by_text("Anda menyatakan: sudah selesai")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_every_page_is_light_accessible_and_fits(desk: Desk, size: dict[str, int]) -> None:
    with desk.context(viewport=size) as context:
        page = context.new_page()
        heard = Listener(page, desk.served.host)
        for name in ("report", "slip", "track", "open"):
            heard.clear()
            if name == "report":
                page.goto("/lapor/")
                page.locator("details summary").click()
            elif name == "slip":
                reported(page)
            else:
                page.goto("/lacak/")
            assert violations(page, WCAG) == [], name
            assert overflow(page) == 0, name
            assert heard.foreign == heard.errors == [], name
            if name == "report":
                assert sum(heard.carried) <= LIMIT_BYTES
            if name == "track":
                page.get_by_role("button", name="Tutup di perangkat ini").click()
        page.emulate_media(color_scheme="dark")
        page.goto("/lapor/")
        assert violations(page, CONTRAST) == []


def test_a_form_is_sent_with_the_keyboard_alone(desk: Desk) -> None:
    with desk.context(viewport=DESK) as context:
        page = context.new_page()
        page.goto("/lapor/")
        page.get_by_label("Apa yang terjadi?").focus()
        page.keyboard.type("Jalan berlubang di Jl. Melati")
        for _step in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "BUTTON":
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Resi laporan")).to_be_visible()
