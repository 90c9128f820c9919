"""Recordings are told by their bytes: the name and the type that a phone gives count nothing."""

from __future__ import annotations

import pytest

from mimin.lib.sounds import sound
from tests.pictures import VOICE, photo

MP4 = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00" + bytes(30)
HDLR = b"hdlr" + bytes(8)

SOUNDS = {
    "a voice note of WhatsApp": (VOICE, "audio/ogg"),
    "a recorder's m4a": (MP4 + HDLR + b"soun", "audio/mp4"),
    "a recorder's 3gp": (MP4.replace(b"M4A ", b"3gp4") + HDLR + b"soun", "audio/mp4"),
    "an old phone's amr": (b"#!AMR\n" + bytes(40), "audio/amr"),
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40), "audio/wav"),
    "mp3 with a title": (b"ID3\x03" + bytes(40), "audio/mpeg"),
    "mp3": (b"\xff\xfb\x90\x00" + bytes(40), "audio/mpeg"),
    "aac": (b"\xff\xf1\x50\x80" + bytes(40), "audio/aac"),
    "a video": (MP4 + HDLR + b"vide" + HDLR + b"soun", ""),
    "an mp4 of nothing": (MP4, ""),
    "an ogg video": (b"OggS\x00\x02" + bytes(20) + b"\x80theora" + bytes(50), ""),
    "a picture": (photo(), ""),
    "a web picture": (photo(kind="WEBP"), ""),
    "text with a byte order mark": ("lampu mati".encode("utf-16"), ""),
    "nothing": (b"", ""),
}


@pytest.mark.parametrize(("content", "kind"), SOUNDS.values(), ids=SOUNDS)
def test_a_recording_is_known_by_its_bytes(content: bytes, kind: str) -> None:
    assert sound(content) == kind
