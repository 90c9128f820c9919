"""Files as phones give them, made here: screenshots with words, photos with a place, voice notes, exported chats."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

CHAT = """31/10/26 14.01 - Pesan dan panggilan dienkripsi secara end-to-end.
30/10/26 09.00 - Warga RT 3: Selamat pagi min
31/10/26 14.02 - Warga RT 3: Lampu jalan di Gang Melati mati sejak Senin
31/10/26 14.03 - Warga RT 3: LAMPU.jpg (file terlampir)
31/10/26 14.04 - Warga RT 3: Pesan ini dihapus
31/10/26 14.05 - Dinas Perhubungan: Baik, kami cek besok
31/10/26 14.06 - Warga RT 3: <Media tidak disertakan>
"""
VOICE = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead" + bytes(200)


def screenshot(
    *lines: str, size: tuple[int, int] = (1080, 1600), scale: float = 1.0, quality: int = 90
) -> bytes:
    """A picture of words as a phone shows them; ``scale`` and ``quality`` make it as bad as one passed on twice."""
    image = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(44)
    for n, line in enumerate(lines):
        draw.text((60, 120 + 80 * n), line, fill="black", font=font)
    if scale != 1:
        image = image.resize((int(size[0] * scale), int(size[1] * scale)))
    return _saved(image, "JPEG", quality=quality)


def photo(
    *,
    place: tuple[float, float] | None = None,
    size: tuple[int, int] = (640, 480),
    kind: str = "JPEG",
    turn: int = 0,
    noisy: bool = False,
) -> bytes:
    """A photo of nothing, with a place in its EXIF, and taken with the phone on its side (``turn`` 6); ``noisy`` makes
    it as heavy as a real one."""
    image = (Image.effect_noise(size, 60) if noisy else Image.linear_gradient("L").resize(size)).convert(
        "RGB"
    )
    exif = Image.Exif()
    if turn:
        exif[0x0112] = turn
    exif[0x010E] = "rahasia di dalam foto"
    if place:
        exif.get_ifd(0x8825).update(_gps(*place))
    return _saved(image, kind, exif=exif)


def _gps(latitude: float, longitude: float) -> dict[int, Any]:
    return {
        1: "S" if latitude < 0 else "N", 2: _degrees(latitude),
        3: "W" if longitude < 0 else "E", 4: _degrees(longitude),
    }  # fmt: skip


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(abs(value))
    minutes = (abs(value) - whole) * 60
    return float(whole), float(int(minutes)), round((minutes - int(minutes)) * 60, 4)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def packed(*files: tuple[str, bytes]) -> bytes:
    """A .zip as WhatsApp exports one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def uploads(*files: tuple[str, bytes]) -> Sequence[SimpleUploadedFile]:
    """Files as a form sends them; what a browser says of their kind counts nothing."""
    return [SimpleUploadedFile(name, content, content_type="image/jpeg") for name, content in files]
