"""``make pictures``: the pictures of docs/images anew, from a demonstration of their own in a real Chromium."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Page

from tests import browsing
from tests.browsing import DESK, PHONE, Desk

IMAGES = Path(__file__).parents[1] / "docs" / "images"
COLOURS = 128
"""A screen of ours has few colours; so many keep letters smooth at a third of the weight."""
FOUND = "/cari/?q=embung+ambles"
"""Where a case of the demonstration is found in which an officer in the field has told how things are."""


HEARD = (
    "Assalamualaikum Kang, punten bade lapor. Jembatan gantung di Kampung Kulon papannya tos lepas tiga, kalau hujan "
    "licin sekali. Anak SD lewat situ tiap pagi. Mohon dicek dulu sebelum ada yang jatuh."
)
"""What somebody read on WhatsApp and writes down."""


class Picture(NamedTuple):
    """What a picture shows: its name, whose screen, where, how large, in which colours, what is done there first."""

    name: str
    person: str
    address: str
    size: dict[str, int]
    scheme: Literal["light", "dark"] = "light"
    done: Callable[[Page], None] = lambda page: None


def _open(page: Page) -> None:
    """Open the first case that was found."""
    page.locator("[data-row] a").first.click()
    page.wait_for_load_state("networkidle")


def _trail(page: Page) -> None:
    """Ask for the trail of the case that was found."""
    _open(page)
    number = page.locator("nav.crumbs").inner_text().split()[-1]
    page.goto(f"/pengaturan/bukti/?q={number}")


def _write_down(page: Page) -> None:
    """Write down what a citizen said."""
    page.locator("textarea").first.fill(HEARD)


PICTURES = (
    Picture("inbox", "koordinator", "/kotak-masuk/", DESK),
    Picture("home", "koordinator", "/", DESK),
    Picture("case-dark", "admin.pupr", FOUND, DESK, "dark", _open),
    Picture("promises", "koordinator", "/janji/", DESK),
    Picture("channels", "koordinator", "/kanal/", DESK),
    Picture("evidence", "koordinator", FOUND, DESK, done=_trail),
    Picture("settings-dark", "koordinator", "/pengaturan/", DESK, "dark"),
    Picture("home-phone", "koordinator", "/", PHONE),
    Picture("inbox-phone", "admin.pupr", "/kotak-masuk/", PHONE),
    Picture("case-phone-dark", "admin.pupr", FOUND, PHONE, "dark", _open),
    Picture("record-phone", "admin.pupr", "/kotak-masuk/catat/", PHONE, done=_write_down),
)


def main() -> None:
    """Take every picture."""
    with (
        tempfile.TemporaryDirectory() as home,
        browsing.served(Path(home), messages=700) as there,
        browsing.chromium() as browser,
    ):
        desk = Desk(there, browser)
        for one in PICTURES:
            with desk.context(one.person, viewport=one.size, color_scheme=one.scheme) as context:
                page = context.new_page()
                page.goto(one.address)
                one.done(page)
                kept = _small(page.screenshot())
            (IMAGES / f"{one.name}.png").write_bytes(kept)
            print(f"{one.name}.png {len(kept) // 1024} KB")


def _small(screenshot: bytes) -> bytes:
    image = Image.open(BytesIO(screenshot)).convert("RGB")
    out = BytesIO()
    # The palette covers the colours and not the area, so that a small red tag stays red; then it moves to what is most.
    few = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
