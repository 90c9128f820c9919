"""Files that prove something: kept once under their SHA-256, named in the record of what they prove."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from mimin.evidence.models import Capture
from mimin.lib.moving import Refused

LARGEST = 10 * 1024 * 1024
KINDS: tuple[tuple[bytes, bytes, str], ...] = (
    (b"\xff\xd8\xff", b"", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", b"", "image/png"),
    (b"RIFF", b"WEBP", "image/webp"),
)
"""First bytes, the bytes at 8, and what such a file is. The name and the type that a browser tells count nothing."""


def capture(file: UploadedFile, *, at: datetime) -> Capture:
    """Keep an uploaded photo as it is, once, under the hash of its bytes. Raises Refused in words for the person."""
    if (file.size or 0) > LARGEST:
        raise Refused(_("The photo is larger than 10 MB. Send a smaller one."))
    content = file.read(LARGEST + 1)
    kind = next(
        (k for head, at_8, k in KINDS if content.startswith(head) and content[8:].startswith(at_8)), ""
    )
    if not kind:
        raise Refused(_("This is no photo that Mimin can keep. Send a JPEG, PNG or WebP."))
    digest = hashlib.sha256(content).hexdigest()
    known = Capture.objects.filter(sha256=digest).first()
    if known is None:
        name = place(digest)
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
        known, _made = Capture.objects.get_or_create(
            sha256=digest, defaults={"size": len(content), "kind": kind, "at": at}
        )
    return known


def place(digest: str) -> str:
    """Where a capture lies in the storage: its hash, in folders of two digits."""
    return f"captures/{digest[:2]}/{digest}"


def content_of(found: Capture) -> bytes:
    """The bytes of a capture. Raises ValueError when they are not those that were kept."""
    with default_storage.open(place(found.sha256)) as file:
        content: bytes = file.read()
    if hashlib.sha256(content).hexdigest() != found.sha256:
        raise ValueError(f"the file {found.sha256} is not what was kept")
    return content
