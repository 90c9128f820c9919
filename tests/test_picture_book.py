"""The pictures of the documents: each is shown, each is made by ``make pictures``, and none is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.picture_book import IMAGES, PICTURES

ROOT = Path(__file__).resolve().parent.parent


def test_every_picture_is_shown_by_both_readmes_and_made_by_the_command():
    there = {path.name: path.stat().st_size for path in IMAGES.iterdir()}
    made = {f"{picture.name}.png" for picture in PICTURES}
    for readme in ("README.md", "README.id.md"):
        assert set(re.findall(r"docs/images/([^\s\")]+)", (ROOT / readme).read_text())) == set(there) == made
    assert max(there.values()) < 120_000


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=lambda path: path.name)
def test_every_picture_that_a_document_shows_is_there(page: Path):
    shown = re.findall(r"!\[[^\]]*\]\(([^)\s]+)|<img[^>]*\bsrc=\"([^\"]+)", page.read_text())
    assert [name for pair in shown for name in pair if name and not (page.parent / name).is_file()] == []
