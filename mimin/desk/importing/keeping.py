"""The file of an import while it is needed: sealed in the storage, opened in memory alone, deleted afterwards."""

from __future__ import annotations

import hashlib
import io
import secrets
import tempfile
from typing import BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage

from mimin.lib.crypto import open_stream, seal_stream
from mimin.lib.sealed import keyring

_PURPOSE = "import"
_PIECE = 1024 * 1024


def keep(file: BinaryIO) -> str:
    """Seal a file into the storage; returns where it lies."""
    file.seek(0)
    with tempfile.TemporaryFile() as sealed:
        seal_stream(file, sealed, keyring(), purpose=_PURPOSE)
        sealed.seek(0)
        return default_storage.save(f"imports/{secrets.token_hex(16)}", File(sealed))


def opened(place: str) -> BinaryIO:
    """The file, in memory. Raises lib.crypto.KeyMissing or Tampered, FileNotFoundError where it is gone."""
    plain = io.BytesIO()
    with default_storage.open(place) as sealed:
        open_stream(cast(BinaryIO, sealed), plain, keyring(), purpose=_PURPOSE)
    plain.seek(0)
    return plain


def drop(place: str) -> None:
    """Delete the file; nothing happens where it is gone."""
    if place:
        default_storage.delete(place)


def digest(file: BinaryIO) -> str:
    """The SHA-256 of a file, as hex."""
    file.seek(0)
    known = hashlib.sha256()
    while piece := file.read(_PIECE):
        known.update(piece)
    return known.hexdigest()
