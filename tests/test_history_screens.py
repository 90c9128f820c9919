"""A file of history on a real screen: sent, looked into, let in; and one case copied into the national form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from mimin.desk.importing.incoming import whole
from tests import browsing
from tests.browsing import DESK, PHONE, WCAG, Desk, overflow, violations
from tests.lapor_rows import as_csv, rows
from tests.test_history_walk import CHANNEL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("history screens"),
    pytest.mark.skipif(not browsing.CHROMIUM, reason="a real browser needs: chromium"),
]
MANY = 60
OPEN = next(
    whole(row["Tracking ID"])
    for row in rows(MANY)
    if row["Tipe Laporan (Anonim/Rahasia)"] == "" and row["Klasifikasi Laporan"] == "Aspirasi"
)
"""The number of a report that everybody may read."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("history")
    with browsing.served(home, CHANNEL) as there, browsing.chromium() as browser:
        yield Desk(there, browser)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Sixty reports, one without a day that exists."""
    made = rows(MANY)
    made[7] = {**made[7], "Tanggal Laporan Masuk": "31 Feb 2024"}
    kept = tmp_path / "laporan lapor.csv"
    kept.write_bytes(as_csv(made, title="Rekap laporan"))
    return kept


def is_readable(page: Page) -> None:
    """At both sizes nothing overflows, and axe finds nothing."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert (overflow(page), violations(page, WCAG)) == (0, [])


def test_a_file_comes_in_and_a_case_of_it_is_copied(desk: Desk, file: Path) -> None:
    with desk.context("koordinator") as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto("/pengaturan/impor/")
        page.locator("#id_file").set_input_files(file)
        page.get_by_role("button", name="Lihat isi berkas").click()
        page.get_by_text("Kolom ekspor nasional sudah dikenali").wait_for()
        is_readable(page)
        page.get_by_role("button", name="Periksa semua baris").first.click()
        page.get_by_role(
            "button", name="Masukkan baris baru"
        ).wait_for()  # the page asks for itself until then
        assert page.get_by_text("“31 Feb 2024").count() == 1
        is_readable(page)
        page.get_by_role("button", name="Masukkan baris baru").click()
        page.get_by_role("link", name="Aduan kanal ini").wait_for()
        is_readable(page)
        with page.expect_download() as taken:
            page.get_by_role("button", name="Sebagai CSV").click()
        assert "31 Feb 2024" in Path(taken.value.path()).read_text(encoding="utf-8-sig")

        page.goto(f"/cari/?q={OPEN}")
        page.locator("[data-row] a").click()
        page.get_by_role("link", name=OPEN).click()
        is_readable(page)
        title = page.get_by_label("Judul Laporan", exact=True)
        page.get_by_role("button", name="Salin Judul Laporan").click()
        assert page.evaluate("navigator.clipboard.readText()") == title.input_value() != ""
        title.focus()
        assert page.evaluate("getSelection().toString()") == title.input_value()


def test_without_scripts_a_file_comes_in_too(desk: Desk, tmp_path: Path) -> None:
    table = tmp_path / "buku.csv"
    table.write_text("Tanggal,Uraian,Status\n2 Mei 2023,Lampu jalan mati di gang masjid Rawaindah,selesai\n")
    with desk.context("koordinator", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/pengaturan/impor/")
        page.locator("#id_file").set_input_files(table)
        page.get_by_role("button", name="Lihat isi berkas").click()
        page.get_by_role("button", name="Periksa semua baris").click()
        for label in ("Masukkan baris baru", "Aduan kanal ini"):
            for _ in range(60):
                if page.get_by_text(label).count():
                    break
                page.wait_for_timeout(500)
                page.reload()
            page.get_by_text(label).click()
        page.wait_for_url("**/kotak-masuk/**")
        assert page.get_by_text("Lampu jalan mati di gang masjid Rawaindah").count() == 1
