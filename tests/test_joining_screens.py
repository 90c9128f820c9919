"""Joining on a telephone: a real Chromium, a served Mimin, without an account, e-mail and JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests import browsing
from tests.browsing import CONTRAST, DESK, PHONE, WCAG, Desk, Listener, overflow, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("screens"),
    pytest.mark.skipif(not browsing.CHROMIUM, reason="a real browser needs: chromium"),
]

LIMIT_BYTES = 60_000
"""What a page for somebody without an account may weigh on the wire."""
SECRET = "hujan turun sejak subuh"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with browsing.served(tmp_path_factory.mktemp("joining")) as there, browsing.chromium() as browser:
        yield Desk(there, browser)


@pytest.fixture
def koordinator(desk: Desk) -> Iterator[Page]:
    with desk.context("koordinator", viewport=PHONE, has_touch=True) as context:
        yield context.new_page()


def invited(page: Page) -> str:
    """The address in the message that the coordinator gets for an admin of some unit."""
    page.goto("/pengaturan/undangan/baru/")
    page.locator("[name=unit]").select_option(index=3)
    page.locator("[name=kind]").select_option("admin")
    page.locator("[name=post]").fill("Admin media sosial Dinas Pekerjaan Umum dan Penataan Ruang")
    page.locator("main button.primary").click()
    text = page.locator("#letter").inner_text()
    whatsapp = page.get_by_role("link", name="Buka WhatsApp").get_attribute("href") or ""
    assert parse_qs(urlsplit(whatsapp).query)["text"] == [text]
    (link,) = re.findall(r"http://\S+/gabung/\S+/", text)
    assert page.locator("#link").input_value() == link
    return link


def typed(page: Page, username: str, password: str = SECRET) -> None:
    """Fill the form of somebody new, and send it."""
    page.locator("[name=label]").fill("Admin Dinas")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(password)
    page.locator("[name=again]").fill(SECRET)
    page.locator("#join button.primary").click()


def test_somebody_without_mail_and_javascript_joins_and_the_second_one_is_told(
    desk: Desk, koordinator: Page
) -> None:
    link = invited(koordinator)
    with desk.context(viewport=PHONE, has_touch=True, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(link)
        typed(page, "admin.layar", password="pendek")
        expect(page.locator("[name=username]")).to_have_value("admin.layar")
        expect(page.locator(".errorlist")).to_have_count(2)
        typed(page, "admin.layar")
        expect(page).to_have_url(re.compile(r"^http://[^/]+/(#join)?$"))
        expect(page.locator(".notice.success").first).to_be_visible()
    with desk.context(viewport=PHONE) as other:
        page = other.new_page()
        answer = page.goto(link)
        assert answer and answer.status == 410
        expect(page.locator("main form")).to_have_count(0)
    koordinator.goto("/pengaturan/undangan/")
    expect(koordinator.locator(".lines .tag.ok", has_text="Admin Dinas")).to_be_visible()


def test_who_is_signed_in_takes_the_part_with_one_press(desk: Desk, koordinator: Page) -> None:
    link = invited(koordinator)
    with desk.context("admin.pupr", viewport=PHONE) as context:
        page = context.new_page()
        page.goto(link)
        page.locator("main button.primary").click()
        expect(page).to_have_url(re.compile(r"^http://[^/]+/$"))


def test_the_pages_are_light_and_readable_for_everybody(desk: Desk, koordinator: Page) -> None:
    link = invited(koordinator)
    with desk.context() as context:
        page = context.new_page()
        heard, found = Listener(page, desk.served.host), {}
        for path in (link, "/gabung/tidak-dikenal/"):
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


def test_the_sheet_with_the_link_is_readable_and_prints_on_one_page(koordinator: Page) -> None:
    invited(koordinator)
    assert (overflow(koordinator), violations(koordinator, WCAG)) == (0, [])
    koordinator.emulate_media(color_scheme="dark")
    assert violations(koordinator, CONTRAST) == []
    printed = koordinator.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
