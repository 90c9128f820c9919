"""A link on somebody's telephone: a real Chromium, a served Mimin, without an account and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests import browsing
from tests.browsing import CONTRAST, DESK, PHONE, WCAG, Desk, Listener, overflow, violations
from tests.pictures import photo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("screens"),
    pytest.mark.skipif(not browsing.CHROMIUM, reason="a real browser needs: chromium"),
]

LIMIT_BYTES = 60_000
"""What a page for citizens and other people outside may weigh on the wire."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with browsing.served(tmp_path_factory.mktemp("links")) as there, browsing.chromium() as browser:
        yield Desk(there, browser)


@pytest.fixture
def koordinator(desk: Desk) -> Iterator[Page]:
    with desk.context("koordinator", viewport=PHONE, has_touch=True) as context:
        yield context.new_page()


def waiting_case(page: Page, offers: str = "Tanya penanggung jawab") -> str:
    """The address of an open case that is no secret and offers a step; by the hour another one waits longest."""
    page.goto("/kotak-masuk/?view=mine")
    for number in range(page.locator("[data-row] .main a").count()):
        page.goto("/kotak-masuk/?view=mine")
        page.locator("[data-row] .main a").nth(number).click()
        page.wait_for_url(re.compile(r"/kotak-masuk/\d+/"))
        if page.get_by_role("link", name=offers).count():
            return urlsplit(page.url).path
    raise AssertionError(f"no open case offers {offers}")


def asked(page: Page, case: str) -> str:
    """The address in the message that the coordinator gets."""
    page.goto(f"{case}ask/")
    page.get_by_label("Siapa yang ditanya").fill("Kepala UPTD Wilayah Utara")
    page.get_by_label("Telepon atau surel").fill("081200000001")
    page.get_by_role("button", name="Tanya penanggung jawab").click()
    text = page.locator("#letter").inner_text()
    whatsapp = page.get_by_role("link", name="Buka WhatsApp").get_attribute("href") or ""
    assert parse_qs(urlsplit(whatsapp).query)["text"] == [text]
    (link,) = re.findall(r"http://\S+/tanya/\S+/", text)
    return link


def test_an_officer_without_an_account_and_without_javascript_tells_how_things_stand(
    desk: Desk, koordinator: Page, tmp_path: Path
) -> None:
    case = waiting_case(koordinator)
    link, picture = asked(koordinator, case), tmp_path / "lubang.jpg"
    Image.new("RGB", (600, 400), "gray").save(picture)
    with desk.context(viewport=PHONE, has_touch=True, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(link)
        page.get_by_label("Dijadwalkan").check()
        page.get_by_label("Tanggal rencana").fill("2031-01-06")
        page.get_by_label("Keadaan di lapangan").fill("Sudah diberi rambu.")
        page.get_by_label("Foto").set_input_files(picture)
        page.get_by_label("Nama atau jabatan Anda").fill("Mandor jalan")
        page.get_by_role("button", name="Kirim ke rekan").click()
        expect(page.get_by_role("heading", name="Terima kasih, kabar sudah sampai")).to_be_visible()
        page.get_by_role("link", name="Tambah kabar").click()
        expect(page.get_by_text("Kabar Anda sudah sampai:")).to_be_visible()
    with desk.context(viewport=PHONE) as other:
        page = other.new_page()
        page.goto(link)
        expect(page.get_by_role("heading", name="Tautan ini sudah dipakai di peramban lain")).to_be_visible()
    koordinator.goto(case)
    expect(koordinator.get_by_text("Belum diverifikasi: dari Mandor jalan")).to_be_visible()
    picture = koordinator.locator(".photos img")
    picture.scroll_into_view_if_needed()  # it is fetched when it comes into sight
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    koordinator.get_by_role("button", name="Jadikan draf jawaban").click()
    expect(koordinator.locator("#reply")).to_have_value(
        re.compile(r"^Penanganannya dijadwalkan pada Senin, 6 Jan 2031\. Sudah diberi rambu\.$")
    )


def test_what_was_typed_survives_a_line_that_breaks_and_leaves_once_it_has_arrived(
    desk: Desk, koordinator: Page
) -> None:
    link = asked(koordinator, waiting_case(koordinator))
    with desk.context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(link)
        page.get_by_label("Keadaan di lapangan").fill("Pompa rusak, suku cadang dipesan.")
        page.goto("about:blank")
        page.goto(link)
        expect(page.get_by_label("Keadaan di lapangan")).to_have_value("Pompa rusak, suku cadang dipesan.")
        page.get_by_role("button", name="Kirim ke rekan").click()
        expect(page.get_by_role("heading", name="Terima kasih, kabar sudah sampai")).to_be_visible()
        page.get_by_role("link", name="Tambah kabar").click()
        expect(page.get_by_label("Keadaan di lapangan")).to_have_value("")


def weight(request: Request) -> int:
    """Bytes that a form sent, as they went on the wire."""
    return int(request.all_headers()["content-length"])


def heavy(folder: Path) -> Path:
    """A photo of twelve megapixels, as heavy as a phone makes it, and turned on its side."""
    made = folder / "lubang.jpg"
    made.write_bytes(photo(size=(4000, 3000), noisy=True, turn=6))
    assert made.stat().st_size > 3_000_000
    return made


def test_a_photo_of_a_phone_is_shrunk_before_it_leaves_by_a_link(
    desk: Desk, koordinator: Page, tmp_path: Path
) -> None:
    case, taken = waiting_case(koordinator), heavy(tmp_path)
    with desk.context(viewport=PHONE, has_touch=True) as context:
        page = context.new_page()
        page.goto(asked(koordinator, case))
        page.get_by_label("Keadaan di lapangan").fill("Sudah diberi rambu.")
        page.get_by_label("Nama atau jabatan Anda").fill("Mandor jalan")
        page.get_by_label("Foto").set_input_files(taken)
        with page.expect_request(lambda one: one.method == "POST") as sent:
            page.get_by_role(
                "button", name="Kirim ke rekan"
            ).click()  # at once: the press waits for the photo
        expect(page.get_by_role("heading", name="Terima kasih, kabar sudah sampai")).to_be_visible()
        assert 100_000 < weight(sent.value) < taken.stat().st_size / 2
    koordinator.goto(case)
    picture = koordinator.locator(".photos img").first
    picture.scroll_into_view_if_needed()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert picture.evaluate("image => image.naturalHeight > image.naturalWidth")


def test_a_photo_as_proof_is_shrunk_too_in_a_sheet_that_was_opened_later(
    koordinator: Page, tmp_path: Path
) -> None:
    case, taken = waiting_case(koordinator, "Selesai dikerjakan"), heavy(tmp_path)
    koordinator.goto(case)
    koordinator.get_by_role("link", name="Selesai dikerjakan").first.click()
    sheet = koordinator.locator("#sheet")
    sheet.locator("textarea[name=text]").fill("Sudah ditambal.")
    sheet.locator("input[type=file]").set_input_files(taken)
    with koordinator.expect_request(lambda one: one.method == "POST") as sent:
        sheet.locator("button.primary").click()
    assert 100_000 < weight(sent.value) < taken.stat().st_size / 2


def test_the_day_is_asked_for_only_when_something_is_planned(desk: Desk, koordinator: Page) -> None:
    link = asked(koordinator, waiting_case(koordinator))
    with desk.context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(link)
        expect(page.get_by_label("Tanggal rencana")).to_be_hidden()
        page.get_by_label("Dijadwalkan").check()
        expect(page.get_by_label("Tanggal rencana")).to_be_visible()


def test_the_pages_behind_links_and_the_sheet_are_light_and_readable_for_everybody(
    desk: Desk, koordinator: Page
) -> None:
    case = waiting_case(koordinator)
    link = asked(koordinator, case)
    with desk.context() as context:
        page = context.new_page()
        heard, found = Listener(page, desk.served.host), {}
        for path in (link, "/tanya/tidak-dikenal/"):
            for size in (DESK, PHONE):
                heard.clear()
                page.set_viewport_size(size)
                page.emulate_media(color_scheme="light")
                page.goto(path)
                wrong = [overflow(page), violations(page, WCAG), [*heard.foreign]]
                page.emulate_media(color_scheme="dark")
                wrong += [violations(page, CONTRAST), max(sum(heard.carried) - LIMIT_BYTES, 0)]
                found[path, size["width"]] = wrong
    assert [where for where, wrong in found.items() if wrong != [0, [], [], [], 0]] == []
    koordinator.goto(f"{case}disposisi/")
    assert (overflow(koordinator), violations(koordinator, WCAG)) == (0, [])


def test_the_sheet_prints_on_one_page(desk: Desk, koordinator: Page) -> None:
    koordinator.goto(f"{waiting_case(koordinator)}disposisi/")
    koordinator.locator(".summary").evaluate(
        "(place, text) => { place.textContent = text }", "panjang sekali " * 33
    )
    printed = koordinator.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
