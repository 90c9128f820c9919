"""Files that came to us or prove something: kept once under their SHA-256, each sealed with a key of its own.

The key lies sealed in the row, so that a new key of the installation reaches it with all other sealed columns, and
forgetting a row makes every copy of its file unreadable.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from mimin.evidence.models import Capture
from mimin.lib.crypto import KEY_BYTES, Keyring, Tampered
from mimin.lib.moving import Refused

LARGEST = 10 * 1024 * 1024
KINDS: tuple[tuple[bytes, bytes, str], ...] = (
    (b"\xff\xd8\xff", b"", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", b"", "image/png"),
    (b"RIFF", b"WEBP", "image/webp"),
)
"""First bytes, the bytes at 8, and what such a file is. The name and the type that a browser tells count nothing."""


def capture(file: UploadedFile[Any], *, at: datetime) -> Capture:
    """Keep an uploaded photo as it is, once, under the hash of its bytes. Raises Refused in words for the person."""
    if (file.size or 0) > LARGEST:
        raise Refused(_("The photo is larger than 10 MB. Send a smaller one."))
    content = file.read(LARGEST + 1)
    kind = next(
        (k for head, at_8, k in KINDS if content.startswith(head) and content[8:].startswith(at_8)), ""
    )
    if not kind:
        raise Refused(_("This is no photo that Mimin can keep. Send a JPEG, PNG or WebP."))
    return keep(content, kind=kind, at=at)


def keep(content: bytes, *, kind: str, at: datetime) -> Capture:
    """Keep bytes whose kind was checked, once under their hash. Outside any transaction: a file is not rolled back."""
    digest = hashlib.sha256(content).hexdigest()
    fresh = {"size": len(content), "kind": kind, "at": at, "key": secrets.token_hex(KEY_BYTES)}
    kept, made = Capture.objects.get_or_create(sha256=digest, defaults=fresh)
    name = place(digest)
    if made:  # what lies there was sealed with a key that is gone
        default_storage.delete(name)
    if made or not default_storage.exists(name):
        sealed = _ring(kept).seal(content, purpose=f"capture {digest}")
        default_storage.save(name, ContentFile(sealed))
    return kept


def place(digest: str) -> str:
    """Where a capture lies in the storage: its hash, in folders of two digits."""
    return f"captures/{digest[:2]}/{digest}"


def content_of(found: Capture) -> bytes:
    """The bytes of a capture. Raises ValueError when they are not those that were kept."""
    with default_storage.open(place(found.sha256)) as file:
        sealed: bytes = file.read()
    try:
        return _ring(found).open(sealed, purpose=f"capture {found.sha256}")
    except Tampered as error:
        raise ValueError(f"the file {found.sha256} is not what was kept") from error


def forget(found: Capture) -> None:
    """Remove a capture that nothing names any more: its key, and with it the file.

    The file goes once the transaction is committed: it is not rolled back. Raises ProtectedError where something
    names the capture.
    """
    name = place(found.sha256)
    found.delete()
    transaction.on_commit(lambda: default_storage.delete(name))


def _ring(found: Capture) -> Keyring:
    return Keyring({"file": bytes.fromhex(found.key)}, "file")
