"""The frozen bytes of evidence: what is hashed, in which order. Pure Python; docs/evidence.md says the same
in words.

======================  =====================================================================================
commitment of a record  SHA-256("mimin.record" 00 | version, 1 byte | salt, 32 bytes | canonical facts)
leaf of a record        SHA-256(00 | version, 1 byte | record id, 8 bytes big-endian | commitment, 32 bytes)
hash of a seal          SHA-256("mimin.seal" 00 | canonical JSON of at, number, previous, root, size, version)
======================  =====================================================================================

The salt is random and is destroyed by lawful erasure: without it nobody can try out what the facts may have
been. A version says which of these tables holds; there is one so far. ``tests/vectors.json`` keeps each of
them still.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from mimin.evidence import merkle
from mimin.evidence.canonical import LARGEST, NotCanonical, decode, encode, instant, text, utf8

VERSION = 1  # of what is written now
VERSIONS = (1,)  # all that were ever written
SALT = 32  # bytes
NO_SEAL = b"\x00" * 32  # what the first seal names as its previous one

KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_KIND_LENGTH, _LABEL_LENGTH = 60, 200
_RECORD, _SEAL = b"mimin.record\x00", b"mimin.seal\x00"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a record is about: a kind such as "case", its id (None: the whole installation) and a label such
    as its number. A label holds no personal data, because it stays readable in lists and in erasures of other
    records."""

    kind: str
    id: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: the person's id (None: the system itself) and an office or role, never a private name."""

    id: int | None
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, before it is recorded. ``at`` carries a time zone; ``facts`` is canonical
    data."""

    kind: str
    subject: Subject
    by: Actor
    at: datetime
    facts: Mapping[str, Any]


def envelope(entry: Entry) -> bytes:
    """The canonical facts of an entry: its own facts under ``facts``, and everything that lies beside them in plain
    columns under ``actor``, ``at``, ``kind`` and ``subject``.

    Raises NotCanonical for a kind that is no dotted verb, a label over 200 characters or with a NUL, or facts that
    the encoding refuses. The frame is written out because it is always the same: a test holds it to ``encode``.
    """
    by, subject = entry.by, entry.subject
    actor = f'{{"id":{_id(by.id)},"label":{_label(by.label)}}}'
    about = f'{{"id":{_id(subject.id)},"kind":{_label(subject.kind)},"label":{_label(subject.label)}}}'
    facts = text({"facts": dict(entry.facts)})[1:-1]
    kind, at = _kind(entry.kind), instant(entry.at)
    return utf8(f'{{"actor":{actor},"at":"{at}",{facts},"kind":{kind},"subject":{about}}}')


def _id(number: int | None) -> str:
    if number is None:
        return "null"
    if type(number) is not int or not 0 <= number <= LARGEST:
        raise NotCanonical(f"an id is a whole number or None, not {number!r}")
    return str(number)


@lru_cache(maxsize=4096)
def _kind(kind: str) -> str:
    if len(kind) > _KIND_LENGTH or not KIND.fullmatch(kind):
        raise NotCanonical(f"{kind!r} is no kind of record; write it like case.transferred")
    return f'"{kind}"'


@lru_cache(maxsize=4096)
def _label(label: str) -> str:
    if len(label) > _LABEL_LENGTH or "\x00" in label:
        raise NotCanonical(f"a label is at most {_LABEL_LENGTH} characters and holds no NUL: {label[:40]!r}")
    return text(label)


def commitment(version: int, salt: bytes, canonical: bytes) -> bytes:
    """What a record shows of its facts for ever: nothing, and that they have not changed. 32 bytes."""
    return sha256(_RECORD + bytes((version,)) + salt + canonical).digest()


def leaf(version: int, record_id: int, committed: bytes) -> bytes:
    """The hash of a record's leaf in the tree. 32 bytes."""
    return merkle.leaf(bytes((version,)) + record_id.to_bytes(8) + committed)


@dataclass(frozen=True, slots=True)
class SealLine:
    """A seal as it leaves the machine: the root over the first ``size`` leaves, chained to the seal before
    it."""

    number: int
    size: int
    root: bytes
    previous: bytes
    at: datetime
    version: int = VERSION

    @property
    def body(self) -> dict[str, Any]:
        """What is hashed, as plain data."""
        return {
            "at": instant(self.at),
            "number": self.number,
            "previous": self.previous.hex(),
            "root": self.root.hex(),
            "size": self.size,
            "version": self.version,
        }

    @property
    def hash(self) -> bytes:
        """The seal's own hash, which the next seal names as its previous one."""
        return sha256(_SEAL + encode(self.body)).digest()

    @property
    def text(self) -> str:
        """The line without its end: canonical JSON with the hash inside."""
        return encode({**self.body, "hash": self.hash.hex()}).decode()


def read_seal(text: str) -> SealLine:
    """A seal from its line. Raises NotCanonical where the line is damaged: not canonical, or not true to its
    hash."""
    held = decode(text.strip().encode())
    try:
        line = SealLine(
            number=held["number"],
            size=held["size"],
            root=bytes.fromhex(held["root"]),
            previous=bytes.fromhex(held["previous"]),
            at=datetime.fromisoformat(held["at"]).astimezone(UTC),
            version=held["version"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotCanonical(f"not a seal: {error}") from None
    if held != {**line.body, "hash": line.hash.hex()}:
        raise NotCanonical("the seal does not agree with its own hash")
    return line
