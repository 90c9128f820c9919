"""The one file of a backup: a readable first line, then a sealed tar stream.

The first line names the format, the key that seals and the key's mark, so that a reader learns what is needed
before anything is opened; it is bound into the seal, so that changing it closes the file. Inside stand
``manifest.json`` first, then ``database``, ``seals/...`` and ``media/...``. The keys are never inside.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import IO, Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from mimin.desk.models import Mailing
from mimin.inbox.models import Alarm
from mimin.lib.crypto import KeyMissing, Keyring, Tampered, open_stream, seal_stream
from mimin.outbox.models import Delivery

FORMAT = 1
DATABASE, SEALS, MEDIA = "database", "seals", "media"
SILENCED = tuple(model._meta.db_table for model in (Delivery, Mailing, Alarm))
"""Tables whose rows are due to nobody from the moment in which a backup is put back."""
_MANIFEST = "manifest.json"
_LINE = re.compile(r"MIMIN-BACKUP ([0-9]{1,6}) key=([A-Za-z0-9._-]{1,32}) mark=([0-9a-f]{8})\n")
_PIECE = 1024 * 1024
_COMPRESSION = 3  # of 9: photographs and sealed text do not shrink, the rest does at once


class Refusal(Exception):
    """A backup or a restore that cannot be; the text says why, and what to do."""


@dataclass(frozen=True)
class Contents:
    """What a database holds: rows per table, the last seal (number, size, hash as hex) and the migrations of
    Mimin that made its tables."""

    tables: dict[str, int]
    last_seal: tuple[int, int, str] | None
    migrations: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. ``made_at`` is the moment of the snapshot, with a time zone."""

    vendor: str
    made_at: datetime
    release: str
    pemda: str
    contents: Contents
    format: int = FORMAT

    @property
    def text(self) -> str:
        """The manifest as JSON."""
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, ensure_ascii=False, indent=1)


@dataclass(frozen=True)
class Packed:
    """How many files of each kind (``seals``, ``media``) went in or came out, and their bytes."""

    files: int = 0
    size: int = 0

    def plus(self, size: int) -> Packed:
        """One file more."""
        return Packed(self.files + 1, self.size + size)


def read_manifest(text: str) -> Manifest:
    """Read a manifest; Refusal where a newer Mimin wrote it or it makes no sense."""
    said: dict[str, Any] = json.loads(text)
    if said.get("format") != FORMAT:
        raise _of_another_format(said.get("format"))
    inside = said["contents"]
    seal = inside["last_seal"]
    contents = Contents(
        inside["tables"], (seal[0], seal[1], seal[2]) if seal else None, tuple(inside["migrations"])
    )
    made_at = datetime.fromisoformat(said["made_at"])
    return Manifest(said["vendor"], made_at, said["release"], said["pemda"], contents)


def describe(query: Callable[[str], list[tuple[Any, ...]]], tables: Iterable[str]) -> Contents:
    """What a database holds, asked through ``query``; Refusal where it was never migrated."""
    counts = {table: int(query(f'SELECT COUNT(*) FROM "{table}"')[0][0]) for table in sorted(tables)}  # noqa: S608
    if "mimin_seal" not in counts:
        raise Refusal(_("This database holds no tables of Mimin yet. Run “mimin migrate” first."))
    seals = query("SELECT number, size, hash FROM mimin_seal ORDER BY number DESC LIMIT 1")
    last = (seals[0][0], seals[0][1], bytes(seals[0][2]).hex()) if seals else None
    made_by = query("SELECT name FROM django_migrations WHERE app = 'mimin' ORDER BY name")
    return Contents(counts, last, tuple(row[0] for row in made_by))


def write(
    dst: BinaryIO,
    ring: Keyring,
    manifest: Manifest,
    files: Iterable[tuple[str, Path]],
    tell: Callable[[int], None],
) -> Packed:
    """Seal the manifest and ``files`` (name inside, path on disk) into ``dst``; says what went in.

    A file that goes away before it is read is left out; ``tell`` gets the bytes read so far. Raises OSError.
    """
    line = f"MIMIN-BACKUP {FORMAT} key={ring.current} mark={ring.mark(ring.current)}\n"
    dst.write(line.encode())
    done: list[Packed] = []
    with _piped(lambda out: done.append(_fill(out, manifest, files, tell))) as source:
        seal_stream(source, dst, ring, purpose=line)
    return done[0]


def read(
    src: BinaryIO, ring: Keyring, *, accept: Callable[[Manifest], None], take: Callable[[str], Path | None]
) -> tuple[Manifest, Packed]:
    """Open a backup: ``accept`` may refuse its manifest before anything else is read; ``take`` says where a
    file goes, or None to look at it and let it go.

    Raises Refusal, and lib.crypto.Tampered where a byte was changed or cut: use nothing that was taken then.
    """
    line = check_line(src, ring)
    with (
        _piped(lambda out: _open_into(src, out, ring, line)) as sealed,
        gzip.GzipFile(fileobj=sealed) as plain,
    ):
        with tarfile.open(fileobj=plain, mode="r|") as tar:
            found = _unpack(tar, accept, take)
        while plain.read(_PIECE):  # to the very end: the last piece shows that nothing was cut off
            pass
    return found


def hand_over(paths: Iterable[Path]) -> None:
    """Made by root, files still belong to whoever runs Mimin: the owner of its data folder."""
    if os.geteuid() == 0:
        owner = settings.HOME.stat()
        for path in paths:
            os.chown(path, owner.st_uid, owner.st_gid)


def check_line(src: BinaryIO, ring: Keyring) -> str:
    """Read the first line; Refusal where this is no backup, a newer one, or the key is not at hand."""
    line = src.readline(200).decode("latin-1")
    said = _LINE.fullmatch(line)
    if said is None:
        raise Refusal(_("This file does not begin like a backup of Mimin."))
    number, key_id, mark = int(said[1]), said[2], said[3]
    if number != FORMAT:
        raise _of_another_format(number)
    if key_id not in ring.keys:
        raise Refusal(
            _(
                "This backup was sealed with the key “%(key)s” (mark %(mark)s), which is not in MIMIN_KEYRING. "
                "Put that key back from where it is kept safe, then try again. See docs/keys.md."
            )
            % {"key": key_id, "mark": mark}
        )
    if ring.mark(key_id) != mark:
        raise Refusal(
            _(
                "The keyring holds another key under the name “%(key)s”: the backup needs the one with the "
                "mark %(mark)s, this one has the mark %(own)s. Put the right key into MIMIN_KEYRING."
            )
            % {"key": key_id, "mark": mark, "own": ring.mark(key_id)}
        )
    return line


def _of_another_format(number: object) -> Refusal:
    return Refusal(
        _(
            "This backup has format %(number)s; this release of Mimin reads format %(own)s. Restore it with "
            "the release that made it."
        )
        % {"number": number, "own": FORMAT}
    )


def _fill(
    out: BinaryIO, manifest: Manifest, files: Iterable[tuple[str, Path]], tell: Callable[[int], None]
) -> Packed:
    packed = Packed()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=_COMPRESSION, mtime=0) as small,
        tarfile.open(fileobj=small, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        text = manifest.text.encode()
        tar.addfile(_entry(_MANIFEST, len(text), manifest.made_at.timestamp()), io.BytesIO(text))
        for name, path in files:
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue
            with file:
                stat = os.fstat(file.fileno())
                tar.addfile(_entry(name, stat.st_size, stat.st_mtime), file)
            packed = packed.plus(stat.st_size)
            tell(packed.size)
    return packed


def _entry(name: str, size: int, changed: float) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, int(changed), 0o600
    return entry


def _open_into(src: BinaryIO, out: BinaryIO, ring: Keyring, line: str) -> None:
    try:
        open_stream(src, out, ring, purpose=line)
    except KeyMissing:  # the first line named a key that is there
        raise Tampered("This sealed file") from None


def _unpack(
    tar: tarfile.TarFile, accept: Callable[[Manifest], None], take: Callable[[str], Path | None]
) -> tuple[Manifest, Packed]:
    manifest: Manifest | None = None
    packed = Packed()
    for entry in tar:
        content = tar.extractfile(entry) if entry.isreg() else None
        if content is None:
            raise Refusal(_("The backup holds something that is no file: %(name)s.") % {"name": entry.name})
        if manifest is None:
            manifest = read_manifest(content.read().decode())
            accept(manifest)
            continue
        _put(content, _inside(entry.name), take)
        packed = packed.plus(entry.size)
    if manifest is None:
        raise Refusal(_("This backup is empty."))
    return manifest, packed


def _inside(name: str) -> str:
    """The name, if it stays within the folders of a backup."""
    path = PurePosixPath(name)
    if path.parts[0] not in (DATABASE, SEALS, MEDIA) or ".." in path.parts:
        raise Refusal(_("The backup holds a file in a place that is not its own: %(name)s.") % {"name": name})
    return name


def _put(content: IO[bytes], name: str, take: Callable[[str], Path | None]) -> None:
    target = take(name)
    if target is None:
        while content.read(_PIECE):
            pass
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, _PIECE)


@contextmanager
def _piped(write: Callable[[BinaryIO], object]) -> Iterator[BinaryIO]:
    """Run ``write`` in a thread of its own and give what it writes to be read; its error becomes ours."""
    reading, writing = os.pipe()
    trouble: list[BaseException] = []

    def run() -> None:
        try:
            with open(writing, "wb") as out:
                write(out)
        except BaseException as error:
            trouble.append(error)

    thread = Thread(target=run, name="backup", daemon=True)
    thread.start()
    try:
        with open(reading, "rb") as source:
            yield source
    except BaseException as error:
        thread.join()
        if trouble and not isinstance(trouble[0], BrokenPipeError):
            raise trouble[0] from error  # the reader stumbled because the writer fell
        raise
    thread.join()
    if trouble:
        raise trouble[0]
