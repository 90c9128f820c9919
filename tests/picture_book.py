"""``make pictures``: the pictures of docs/images anew, from a demonstration of their own in a real Chromium."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page

from tests import browsing
from tests.browsing import DESK, PHONE, Desk

IMAGES = Path(__file__).parents[1] / "docs" / "images"
COLOURS = 96
"""A screen of ours has few colours; so many keep letters smooth at a third of the weight."""
ASKED = "embung ambles"
"""Words of a case of the demonstration in which an officer in the field has told how things are."""


class Picture(NamedTuple):
    """What a picture shows: its name, whose screen, where, how large, in which colours."""

    name: str
    person: str
    address: str
    size: dict[str, int]
    scheme: str = "light"


PICTURES = (
    Picture("inbox", "koordinator", "/kotak-masuk/", DESK),
    Picture("home", "koordinator", "/", DESK),
    Picture("case-dark", "admin.pupr", f"/cari/?q={ASKED}", DESK, "dark"),
    Picture("promises", "koordinator", "/janji/", DESK),
    Picture("channels", "koordinator", "/kanal/", DESK),
    Picture("home-phone", "koordinator", "/", PHONE),
    Picture("inbox-phone", "admin.pupr", "/kotak-masuk/", PHONE),
    Picture("case-phone-dark", "admin.pupr", f"/cari/?q={ASKED}", PHONE, "dark"),
    Picture("record-phone", "admin.pupr", "/kotak-masuk/catat/", PHONE),
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
                _go(page, one.address)
                kept = _small(page.screenshot())
            (IMAGES / f"{one.name}.png").write_bytes(kept)
            print(f"{one.name}.png {len(kept) // 1024} KB")


def _go(page: Page, address: str) -> None:
    """To an address; from a search on to the first case that it finds."""
    page.goto(address)
    if address.startswith("/cari/"):
        page.locator("[data-row] a").first.click()
        page.wait_for_load_state("networkidle")


def _small(screenshot: bytes) -> bytes:
    image = Image.open(BytesIO(screenshot)).convert("RGB")
    out = BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
