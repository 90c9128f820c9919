"""Sounds from outside, told by their bytes alone. They are kept as they are: only people listen to them. Pure."""

from __future__ import annotations

import re

_MPEG = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\xf0-\xff]")
_MOVING = re.compile(rb"hdlr.{8}vide", re.DOTALL)
_SOUNDING = re.compile(rb"hdlr.{8}soun", re.DOTALL)


def sound(content: bytes) -> str:
    """The media type of a recording as messengers and the recorders of phones write them; "" for anything else."""
    if content.startswith(b"OggS") and (b"OpusHead" in content[:200] or b"\x01vorbis" in content[:200]):
        return "audio/ogg"
    if content.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "audio/amr"
    if content[:4] == b"RIFF" and content[8:16] == b"WAVEfmt ":
        return "audio/wav"
    if content[4:8] == b"ftyp":
        return "audio/mp4" if _SOUNDING.search(content) and not _MOVING.search(content) else ""
    if content[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return "audio/aac"
    return "audio/mpeg" if content.startswith(b"ID3") or _MPEG.match(content) else ""
