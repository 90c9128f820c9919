"""Pictures from outside: told by their bytes, decoded within bounds, and written anew, so that nothing but the picture
is kept. Pure but for Pillow."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_POINTS = {"JPEG": 64_000_000}
MOST_POINTS_OTHERS = 24_000_000
"""A JPEG is decoded at a fraction of its size, so that it may have more points (a phone's 50 megapixels) than the rest,
which must be opened whole: 24 million points are about 100 MB for a moment."""
KEPT_POINTS = 4_000_000
"""What is kept: enough to read a screenshot of several screens, or a number plate in a photo."""
SMALL, READABLE = 320, 1000
QUALITY = 85
_GPS, _EXIF = 0x8825, 0x8769


class NoPicture(ValueError):
    """What was given is no picture that can be kept. ``code``: kind, broken, large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """A picture written anew as JPEG, with nothing beside it; ``place`` stood in its EXIF: (latitude, longitude)."""

    jpeg: bytes
    width: int
    height: int
    place: tuple[float, float] | None


def picture(content: bytes) -> Picture:
    """Check and write anew. Raises NoPicture for what is none, is broken, or would need too much memory."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _bounded(opened)
            place = _place(opened)
            made = _flat(ImageOps.exif_transpose(_decoded(opened)))
    except Image.DecompressionBombError as error:
        raise NoPicture("large") from error
    except Image.UnidentifiedImageError as error:
        raise NoPicture("kind") from error
    except NoPicture:
        raise
    except Exception as error:  # Pillow's decoders raise whatever a hostile file leads them to
        raise NoPicture("broken") from error
    return Picture(_jpeg(made), made.width, made.height, place)


def enlarged(jpeg: bytes) -> bytes:
    """A picture of ours, made about READABLE points wide where it is small: a reader needs letters of some size."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as opened:
        times = min(round(READABLE / opened.width), 3 * READABLE // opened.height)
        if times < 2:
            return jpeg
        size = (opened.width * times, opened.height * times)
        return _jpeg(opened.resize(size, Image.Resampling.LANCZOS))


def small(jpeg: bytes) -> bytes:
    """A picture of ours at most SMALL points wide and high, for a list."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as opened:
        opened.draft("RGB", (SMALL, SMALL))
        opened.thumbnail((SMALL, SMALL))
        return _jpeg(opened)


def _bounded(opened: Image.Image) -> None:
    points = opened.width * opened.height
    if points > MOST_POINTS.get(opened.format or "", MOST_POINTS_OTHERS):
        raise NoPicture("large")


def _decoded(opened: Image.Image) -> Image.Image:
    """The points, at most KEPT_POINTS of them; a JPEG is not even opened larger than four times that."""
    scale = (KEPT_POINTS / (opened.width * opened.height)) ** 0.5
    if scale >= 1:
        opened.load()
        return opened
    size = (max(1, int(opened.width * scale)), max(1, int(opened.height * scale)))
    opened.draft("RGB", size)
    return opened.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _flat(image: Image.Image) -> Image.Image:
    """Without transparency: on white, as a screen shows it."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    plain = Image.new("RGB", image.size)
    plain.paste(image)  # what lies beside the points (EXIF, profiles, comments) stays behind
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _place(opened: Image.Image) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None where the EXIF has none that can be."""
    try:
        gps = opened.getexif().get_ifd(_GPS)
        latitude, longitude = _degrees(gps, 1, "S"), _degrees(gps, 3, "W")
    except Exception:  # EXIF may hold anything; a picture without a place is still a picture
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude, longitude) == (0, 0):
        return None
    return round(latitude, 5), round(longitude, 5)


def _degrees(gps: Mapping[int, Any], tag: int, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in gps[tag + 1])
    found = degrees + minutes / 60 + seconds / 3600
    return -found if str(gps[tag]).strip("\x00 ").upper().startswith(negative) else found
