"""Pictures from outside: written anew with nothing beside them, turned upright, refused where they would harm."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from mimin.lib.pictures import KEPT_POINTS, SMALL, NoPicture, picture, small
from tests.pictures import photo, screenshot

MONAS = (-6.17539, 106.82715)


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_as_a_jpeg_without_anything_beside_it(kind: str) -> None:
    made = picture(photo(place=MONAS, kind=kind))
    kept = opened(made.jpeg)
    assert (kept.format, kept.size, dict(kept.getexif()), kept.info.get("comment")) == (
        "JPEG",
        (640, 480),
        {},
        None,
    )
    assert b"rahasia di dalam foto" not in made.jpeg


@pytest.mark.parametrize("place", [MONAS, (5.55, 95.31), (-8.65, -0.5), None])
def test_the_place_is_read_before_it_is_stripped(place: tuple[float, float] | None) -> None:
    assert picture(photo(place=place)).place == place


@pytest.mark.parametrize("place", [(0.0, 0.0), (91.0, 100.0), (-6.0, 181.0)])
def test_a_place_that_cannot_be_is_none(place: tuple[float, float]) -> None:
    assert picture(photo(place=place)).place is None


def test_a_photo_taken_on_its_side_stands_upright() -> None:
    made = picture(photo(turn=6))
    assert (made.width, made.height) == (480, 640)


def test_a_large_photo_keeps_as_many_points_as_are_needed() -> None:
    made = picture(photo(size=(4000, 3000)))
    assert KEPT_POINTS * 0.98 < made.width * made.height <= KEPT_POINTS
    assert abs(made.width / made.height - 4 / 3) < 0.01


def test_a_photo_of_fifty_megapixels_is_taken_in() -> None:
    content = photo(size=(8160, 6120))
    assert picture(content).width < 2500


def test_what_is_transparent_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(picture(out.getvalue()).jpeg).getpixel((5, 5)) == (255, 255, 255)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it has so many points and holds none."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


NO_PICTURES = {
    "a page of the web": (b"<html><script>alert(1)</script></html>", "kind"),
    "a drawing that runs": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "kind"),
    "nothing": (b"", "kind"),
    "a moving picture": (b"GIF89a" + bytes(40), "kind"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "kind"),
    "a head without a body": (photo()[:300], "broken"),
    "50 megapixels of PNG": (bomb(8160, 6120), "large"),
    "a bomb": (bomb(60_000, 60_000), "large"),
    "points that are not there": (bomb(100, 100), "broken"),
}


@pytest.mark.parametrize(("content", "code"), NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_picture_or_too_much_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(NoPicture) as refused:
        picture(content)
    assert refused.value.code == code


def test_a_small_picture_is_small() -> None:
    made = small(picture(screenshot("Lampu mati")).jpeg)
    assert max(opened(made).size) == SMALL
    assert len(made) < 20_000
