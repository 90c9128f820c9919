"""Secrets and confidential text at rest: sealed by a keyring whose keys can be changed. What it means:
docs/keys.md.

    keyring = Keyring.parse("k2:<base64>,k1:<base64>")          # seals with k2, still opens what k1 sealed
    token = keyring.seal(b"rahasia", purpose="case.text")
    keyring.open(token, purpose="case.text")

A token is `version | length of key id | key id | nonce | ciphertext and tag` (AES-256-GCM); what comes
before the nonce, and the purpose, are bound to it, so that a token moved to another field does not open.
Nonces are random: change the key before 2**32 tokens. From each key of the keyring other keys are derived
(HKDF-SHA256) for sealing, for fingerprints and for each stream, so that no key serves two ends.
"""

from __future__ import annotations

import hmac
import os
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES, NONCE_BYTES, TAG_BYTES, SALT_BYTES = 32, 12, 16, 16
TOKEN_VERSION = b"\x01"
STREAM_MAGIC = b"MIMIN\x00\x01\n"
CHUNK = 1024 * 1024
KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")


class KeyMissing(Exception):
    """Something was sealed with a key that the keyring does not have; `key_id` names it."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"This was sealed with the key {key_id!r}, which is not in MIMIN_KEYRING. Put that key back from "
            "where it is kept safe, and it can be read again. If the key is lost, everything sealed with it "
            "is lost: enter stored passwords anew; confidential text and backups of that time stay closed."
        )
        self.key_id = key_id


class Tampered(Exception):
    """Something sealed was changed, cut, moved to another field, or the key of that name is another key."""

    def __init__(self, what: str = "This sealed text") -> None:
        super().__init__(
            f"{what} does not open. Either it was changed or cut after it was sealed, or it lies where "
            "another one belongs, or the key has the right name but is not the key that sealed it. Trust "
            "nothing of it: compare the marks of the keys, then take it from a backup."
        )


def derive(key: bytes, info: str, salt: bytes | None = None) -> bytes:
    """A key of 32 bytes for one end, derived from another by HKDF-SHA256 (RFC 5869)."""
    return HKDF(SHA256(), KEY_BYTES, salt, f"mimin {info}".encode()).derive(key)


def new_key(key_id: str) -> str:
    """A fresh random key as an entry of the keyring's setting: "id:base64"."""
    _check_key_id(key_id)
    return f"{key_id}:{b64encode(os.urandom(KEY_BYTES)).decode()}"


def key_id_of(token: bytes | memoryview) -> str:
    """The name of the key that a token was sealed with; Tampered when it is no token."""
    return _header(token)[2:].decode("ascii")


def _header(token: bytes | memoryview) -> bytes:
    end = 2 + token[1] if len(token) > 1 else 0
    header = bytes(token[:end])
    if header[:1] != TOKEN_VERSION or len(token) < end + NONCE_BYTES + TAG_BYTES:
        raise Tampered
    if not KEY_ID.fullmatch(header[2:].decode("latin-1")):
        raise Tampered
    return header


def _check_key_id(key_id: str) -> None:
    if not KEY_ID.fullmatch(key_id):
        raise ValueError(
            f"{key_id!r} is no name for a key: 1 to 32 letters, digits, dots, dashes, underscores"
        )


@dataclass(frozen=True)
class _Key:
    """A key of the ring with all that is made of it once: tokens are sealed a million times."""

    secret: bytes = field(repr=False)
    header: bytes
    cipher: AESGCM = field(repr=False)


@dataclass(frozen=True, eq=False)
class Keyring:
    """Keys by name, the one that seals, and the one that fingerprints are made with.

    `keys` maps a name to 32 bytes. `current` seals. `anchor` makes fingerprints and must stay in the ring
    for as long as they are kept, since nothing can translate a fingerprint to another key; it is the ring's
    last key when not named: new keys are put in front. ValueError when a key or a name cannot be.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    anchor: str = ""
    _sealing: _Key = field(init=False, repr=False)
    _by_header: dict[bytes, _Key] = field(init=False, repr=False)
    _fingerprint_key: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for key_id, secret in self.keys.items():
            _check_key_id(key_id)
            if len(secret) != KEY_BYTES:
                raise ValueError(f"the key {key_id!r} has {len(secret)} bytes, not {KEY_BYTES}")
        anchor = self.anchor or next(reversed(list(self.keys)), "")
        for key_id in (self.current, anchor):
            if key_id not in self.keys:
                raise ValueError(f"the keyring has no key {key_id!r}")
        ready = {key_id: _ready_key(key_id, bytes(secret)) for key_id, secret in self.keys.items()}
        object.__setattr__(self, "keys", {key_id: key.secret for key_id, key in ready.items()})
        object.__setattr__(self, "anchor", anchor)
        object.__setattr__(self, "_sealing", ready[self.current])
        object.__setattr__(self, "_by_header", {key.header: key for key in ready.values()})
        object.__setattr__(self, "_fingerprint_key", derive(self.keys[anchor], "fingerprint 1"))

    @classmethod
    def parse(cls, text: str, *, anchor: str = "") -> Keyring:
        """Read the setting "id:base64,id2:base64": the first key seals, the last one makes fingerprints.

        ValueError, without any key in its message, when an entry cannot be read or a name comes twice.
        """
        keys: dict[str, bytes] = {}
        for position, entry in enumerate(part.strip() for part in text.split(",") if part.strip()):
            key_id, _, encoded = entry.partition(":")
            if key_id in keys:
                raise ValueError(f"the keyring names the key {key_id!r} twice")
            try:
                keys[key_id] = b64decode(encoded, validate=True)
            except (Base64Error, ValueError):
                raise ValueError(f"entry {position + 1} of the keyring is not id:base64") from None
        if not keys:
            raise ValueError("the keyring is empty: it needs at least one key, as id:base64")
        return cls(keys, next(iter(keys)), anchor)

    def seal(self, plain: bytes, *, purpose: str) -> bytes:
        """Seal with the current key. `purpose` names the place that the token lies in and opens it again."""
        key, nonce = self._sealing, os.urandom(NONCE_BYTES)
        return key.header + nonce + key.cipher.encrypt(nonce, plain, key.header + _bound(purpose))

    def open(self, token: bytes | memoryview, *, purpose: str) -> bytes:
        """What was sealed; KeyMissing or Tampered when it cannot be said."""
        token = bytes(token)  # a database may answer with a view of its memory
        header = token[: 2 + token[1]] if len(token) > 1 else token
        key = self._by_header.get(header) or self._missing(token)
        start = len(header)
        body = start + NONCE_BYTES
        try:
            return key.cipher.decrypt(token[start:body], token[body:], header + _bound(purpose))
        except (InvalidTag, ValueError):  # a ValueError: cut within the nonce
            raise Tampered from None

    def rotate(self, token: bytes | memoryview, *, purpose: str) -> bytes:
        """The same, sealed with the current key; unchanged when it is already."""
        if key_id_of(token) == self.current:
            return bytes(token)
        return self.seal(self.open(token, purpose=purpose), purpose=purpose)

    def fingerprint(self, text: str, *, purpose: str) -> str:
        """32 hex digits by which the same text of the same purpose is known again, and from which no one
        reads it.

        HMAC-SHA256, cut to 128 bits, with a key derived from the anchor: a change of the current key does not
        change it. Whoever has the keyring can try names one by one; without it that is not possible.
        """
        message = _bound(purpose) + text.encode()
        return hmac.digest(self._fingerprint_key, message, "sha256")[:16].hex()

    def mark(self, key_id: str) -> str:
        """Eight hex digits that tell two keys of one name apart and may be shown; KeyMissing."""
        return derive(self.secret(key_id), "mark 1")[:4].hex()

    def secret(self, key_id: str) -> bytes:
        """The 32 bytes of a key; KeyMissing. For deriving other keys, never for a message or a log."""
        if key_id not in self.keys:
            raise KeyMissing(key_id)
        return self.keys[key_id]

    def _missing(self, token: bytes) -> NoReturn:
        raise KeyMissing(key_id_of(token))


def _ready_key(key_id: str, secret: bytes) -> _Key:
    header = TOKEN_VERSION + bytes([len(key_id)]) + key_id.encode("ascii")
    return _Key(secret, header, AESGCM(derive(secret, "seal 1")))


@lru_cache(maxsize=256)  # purposes are names of fields: there are few
def _bound(purpose: str) -> bytes:
    """The purpose with its length before it, so that no purpose and text read like another pair."""
    encoded = purpose.encode()
    if not encoded:
        raise ValueError("a purpose is needed: the name of the field that the text lies in")
    return len(encoded).to_bytes(2, "big") + encoded


# --- Streams: backups ---


def seal_stream(src: BinaryIO, dst: BinaryIO, key: bytes | Keyring, *, purpose: str = "backup") -> int:
    """Seal `src` into `dst` in pieces of 1 MiB; answers with the number of bytes read. Memory: two pieces.

    Each file has a key of its own, derived with a random salt; a piece's nonce holds its number and whether
    it is the last, so that a piece lost, repeated, moved or cut off at the end is noticed. With a Keyring the
    current key seals and its name stands in the file; the 32 bytes of a key serve as well.
    """
    key_id = key.current.encode("ascii") if isinstance(key, Keyring) else b""
    header = STREAM_MAGIC + bytes([len(key_id)]) + key_id + os.urandom(SALT_BYTES)
    dst.write(header)
    cipher, bound, total = _stream_cipher(header, key), header + _bound(purpose), 0
    piece, number = _read_full(src, CHUNK), 0
    while True:
        following = _read_full(src, CHUNK)
        dst.write(cipher.encrypt(_piece_nonce(number, not following), piece, bound))
        total += len(piece)
        if not following:
            return total
        piece, number = following, number + 1


def open_stream(src: BinaryIO, dst: BinaryIO, key: bytes | Keyring, *, purpose: str = "backup") -> int:
    """Open what `seal_stream` sealed; answers with the number of bytes written. KeyMissing, Tampered.

    What was written before Tampered is raised is genuine but not whole: open into a temporary place, and
    use it only when this returns.
    """
    header = _read_header(src)
    cipher, bound, total = _stream_cipher(header, key), header + _bound(purpose), 0
    piece, number = _read_full(src, CHUNK + TAG_BYTES), 0
    while True:
        following = _read_full(src, CHUNK + TAG_BYTES)
        try:
            plain = cipher.decrypt(_piece_nonce(number, not following), piece, bound)
        except InvalidTag:
            raise Tampered("This sealed file") from None
        total += dst.write(plain)
        if not following:
            return total
        piece, number = following, number + 1


def stream_key_id(src: BinaryIO) -> str:
    """The name of the key that a sealed file needs, read from its beginning; "" when sealed by bare bytes."""
    return _stream_key_id(_read_header(src))


def _read_header(src: BinaryIO) -> bytes:
    start = _read_full(src, len(STREAM_MAGIC) + 1)
    if start[:-1] != STREAM_MAGIC:
        raise Tampered("This file does not begin like one that Mimin sealed, and")
    rest = start[-1] + SALT_BYTES
    header = start + _read_full(src, rest)
    if len(header) != len(start) + rest:
        raise Tampered("This sealed file")
    return header


def _stream_key_id(header: bytes) -> str:
    return header[len(STREAM_MAGIC) + 1 : -SALT_BYTES].decode("latin-1")


def _stream_cipher(header: bytes, key: bytes | Keyring) -> AESGCM:
    secret = key.secret(_stream_key_id(header)) if isinstance(key, Keyring) else key
    if len(secret) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, this one {len(secret)}")
    return AESGCM(derive(secret, "stream 1", header[-SALT_BYTES:]))


def _piece_nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + bytes([last])


def _read_full(src: BinaryIO, size: int) -> bytes:
    """`size` bytes unless the file ends: a pipe may give less at a time."""
    parts, left = [], size
    while left and (part := src.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
