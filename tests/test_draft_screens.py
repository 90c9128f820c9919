"""What was typed and not sent: it outlives a lost line and a closed tab, and goes when the person goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import browsing
from tests.browsing import PHONE, Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("screens"),
    pytest.mark.skipif(not browsing.CHROMIUM, reason="a real browser needs: chromium"),
]

ANSWER = "Terima kasih, regu kami berangkat besok pagi."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with browsing.served(tmp_path_factory.mktemp("drafts")) as there, browsing.chromium() as browser:
        yield Desk(there, browser)


@pytest.fixture
def phone(desk: Desk) -> Iterator[BrowserContext]:
    with desk.context("koordinator", viewport=PHONE, has_touch=True, service_workers="allow") as context:
        yield context


def recorded(page: Page, words: str) -> str:
    """The address of a case that was just recorded."""
    page.goto("/kotak-masuk/catat/")
    page.locator(".tap").first.click()
    page.locator("#id_text").fill(words)
    page.get_by_role("button", name="Catat aduan").click()
    page.get_by_role("link", name="Buka aduan").click()
    page.wait_for_url(re.compile(r"/kotak-masuk/\d+/$"))
    return page.url


def deliveries(page: Page, case: str) -> int:
    """How many answers of the case are on their way or stand there."""
    page.goto(case)
    return page.get_by_role("link", name="Lihat pengiriman").count()


def test_an_answer_that_was_pressed_without_a_line_is_listed_and_leaves_once(phone: BrowserContext) -> None:
    page = phone.new_page()
    case = recorded(page, "Min, lampu jalan di Jl. Kenanga padam sejak Senin malam.")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.locator("#reply").fill(ANSWER)
    phone.set_offline(True)
    page.locator("button[name=do][value=send]").click()
    expect(page.locator("[data-unsent] li")).to_have_count(1)
    expect(page.locator("[data-unsent] li")).to_contain_text(ANSWER)
    phone.set_offline(False)
    page.locator("[data-unsent] a").click()
    page.wait_for_url(case)
    expect(page.locator("#reply")).to_have_value(ANSWER)
    page.locator("button[name=do][value=send]").click()
    page.wait_for_url("**/bukti/")
    assert deliveries(page, case) == 1
    assert page.locator("#reply").input_value() != ANSWER


def test_what_was_typed_outlives_its_tab_and_goes_at_sign_out(desk: Desk, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/kotak-masuk/1/")
    page.locator("#note").fill("Sudah ditelepon, minta foto.")
    page.close()
    page = phone.new_page()
    page.goto("/kotak-masuk/1/")
    expect(page.locator("#note")).to_have_value("Sudah ditelepon, minta foto.")
    key = page.evaluate("Object.keys(localStorage).find((key) => key.startsWith('mimin-draft:'))")
    page.evaluate(
        "key => localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), at: 1 }))",
        key,
    )
    page.reload()
    expect(page.locator("#note")).to_have_value("")


def test_signing_out_forgets_the_drafts_of_the_person(desk: Desk) -> None:
    with desk.context() as context:
        page = context.new_page()
        page.goto("/masuk/login/")
        desk.sign_in(page, "koordinator")
        page.goto("/kotak-masuk/1/")
        page.locator("#note").fill("Sudah ditelepon.")
        page.evaluate(
            "localStorage.setItem('mimin-draft:orang-lain:note', JSON.stringify({ values: {}, at: Date.now() }))"
        )
        page.goto("/saya/")
        page.locator("main form[data-forget] button").click()
        page.wait_for_url("**/masuk/login/**")
        kept = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('mimin-draft:'))")
        assert kept == ["mimin-draft:orang-lain:note"]


def test_a_new_proposal_of_the_server_stands_below_what_was_typed(phone: BrowserContext) -> None:
    page = phone.new_page()
    case = recorded(page, "Min, trotoar di Jl. Cempaka retak dan licin.")
    page.locator("#reply").fill(ANSWER)
    other = phone.new_page()
    other.goto(f"{case}refer/")
    other.get_by_label("Instansi yang berwenang").fill("PLN")
    other.locator("form.write button.primary").click()
    other.wait_for_url(case)
    typed = other.locator("#reply").input_value()
    assert typed.startswith(f"{ANSWER}\n\n") and "PLN" in typed
