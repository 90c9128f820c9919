"""Backups: made while Mimin runs, sealed, and tried out before they are called backups. See docs/backup.md."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from mimin.desk import backup_postgres, backup_sqlite
from mimin.desk.backup_file import DATABASE, MEDIA, SEALS, Contents, Manifest, Packed, Refusal, read, write
from mimin.lib.crypto import KeyMissing, Tampered
from mimin.lib.sealed import keyring

NAME = re.compile(r"mimin-([0-9]{8}-[0-9]{6})Z\.backup")
UNVERIFIED = ".unverified"
_PARTIAL = ".partial"
_ROOM = 32 * 1024 * 1024  # bytes that a running Mimin keeps for itself on the disk of its data
_WORKPLACE = ".backup-"

Tell = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and how much there is (0: not known)."""


class Database(Protocol):
    """What a backup asks of a database; ``backup_sqlite`` and ``backup_postgres`` are two of it."""

    def size(self) -> int: ...
    def copy(self, target: Path, tell: Callable[[int, int], None]) -> Contents: ...
    def trial(self, file: Path, folder: Path) -> AbstractContextManager[tuple[str, Contents]]: ...
    def in_use(self) -> str: ...
    def put(self, file: Path, *, aside: str) -> list[Path]: ...


@dataclass(frozen=True)
class Made:
    """A backup that was written: its bytes, how many media files are in it, and how many old ones were pruned.
    ``trouble`` says why it did not verify ("" where it did)."""

    path: Path
    manifest: Manifest
    size: int
    media: int
    trouble: str
    pruned: int


def database() -> Database:
    """The configured database, as a backup sees it."""
    vendor: str = connections["default"].vendor
    kinds: dict[str, Database] = {"sqlite": backup_sqlite, "postgresql": backup_postgres}
    return kinds[vendor]


def make(folder: Path, *, keep: int | None, tell: Tell) -> Made:
    """Write a backup into ``folder`` and verify it; with ``keep``, only that many of its kind stay there.

    One that does not verify gets a name ending in .unverified. Raises Refusal where none could be made:
    nothing is left under a backup's name then.
    """
    with alone(), in_words(folder), workplace() as work:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_partials(folder)
        _check_room()
        partial, manifest, packed, media = _write(folder, work, tell)
        try:
            trouble = _verify(partial, manifest, packed, work, tell)
            final = partial.with_suffix(UNVERIFIED if trouble else "")
            size = partial.stat().st_size
            os.replace(partial, final)
        finally:
            partial.unlink(missing_ok=True)
        return Made(final, manifest, size, media, trouble, _prune(final, keep))


def newest(folder: Path) -> tuple[Path, datetime] | None:
    """The newest verified backup in ``folder`` and the moment it shows; None where there is none."""
    found = sorted(path for path in _listed(folder) if NAME.fullmatch(path.name))
    return (found[-1], made_at(found[-1])) if found else None


def made_at(path: Path) -> datetime:
    """The moment that a backup's name tells. Raises ValueError for another name."""
    name = NAME.match(path.name)
    if name is None:
        raise ValueError(f"{path.name} is not the name of a backup")
    return datetime.strptime(name[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)


@contextmanager
def alone() -> Iterator[None]:
    """Be the only backup or restore of this installation. Refusal where another one is at work."""
    with open(os.open(settings.HOME / "backup.lock", os.O_RDONLY | os.O_CREAT, 0o644), "rb") as lock:
        if not _locked(lock):
            raise Refusal(_("Another backup or restore is running. Wait until it has ended."))
        yield


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for what is being prepared, on the disk of the data and for its owner's eyes; call ``alone``
    first. What a killed run left is cleared."""
    for left in settings.HOME.glob(f"{_WORKPLACE}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_WORKPLACE, dir=settings.HOME) as name:
        yield Path(name)


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Turn what the disk and the keys say into a Refusal that a person can use."""
    try:
        yield
    except OSError as error:
        raise Refusal(_disk_said(error, folder)) from error
    except (Tampered, KeyMissing) as error:
        raise Refusal(str(error)) from error


def _disk_said(error: OSError, folder: Path) -> str:
    full = error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    if full or any(words in str(error) for words in ("disk is full", "No space left", "File too large")):
        return _(
            "There is no room left in %(where)s, or in %(home)s, where it is prepared. Make room, or use another "
            "disk."
        ) % {"where": folder, "home": settings.HOME}
    return _("The disk refused: %(error)s.") % {"error": error}


def _check_room() -> None:
    need, free = database().size() + _ROOM, shutil.disk_usage(settings.HOME).free
    if free < need:
        raise Refusal(
            _(
                "A backup needs %(need)s MB of room in %(home)s to prepare and try it; %(free)s MB are free. "
                "Make room first: a full disk would stop Mimin itself."
            )
            % {"need": need // 1_000_000, "home": settings.HOME, "free": free // 1_000_000}
        )


def _write(folder: Path, work: Path, tell: Tell) -> tuple[Path, Manifest, Packed, int]:
    """Copy, pack and seal; the file still has the name of an unfinished one, and goes away on an error. The
    last of what comes back is the number of media files."""
    seals = _copied_seals(work / "sealed")  # before the database: it must hold every seal that a file names
    at = timezone.now()
    contents = database().copy(
        work / DATABASE, lambda done, total: tell(_("Copying the database"), done, total)
    )
    vendor = connections["default"].vendor
    manifest = Manifest(vendor, at, version("mimin"), settings.PEMDA_NAME, contents)
    files = [(DATABASE, work / DATABASE), *seals, *_files(settings.MEDIA_ROOT, MEDIA)]
    total = sum(path.stat().st_size for _name, path in files if path.exists())
    partial = folder / f"mimin-{at.astimezone(UTC):%Y%m%d-%H%M%S}Z.backup{_PARTIAL}"
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX)
            packed = write(out, keyring(), manifest, files, lambda done: tell(_("Sealing"), done, total))
            out.flush()
            os.fsync(out.fileno())
        except BaseException:
            partial.unlink()
            raise
    (work / DATABASE).unlink()
    return partial, manifest, packed, packed.files - len(seals) - 1


def _verify(partial: Path, manifest: Manifest, packed: Packed, work: Path, tell: Tell) -> str:
    """Restore the backup to a temporary place and verify the evidence there; why it fails, or ""."""
    tell(_("Verifying"), 0, 0)
    places: dict[str, Path | None] = {DATABASE: work / "opened", MEDIA: None}
    try:
        with partial.open("rb") as file:
            told, found = read(
                file,
                keyring(),
                accept=lambda _m: None,
                take=lambda name: places.get(name.split("/")[0], work / name),
            )
        with database().trial(work / "opened", work) as (url, contents):
            if (told, found) != (manifest, packed) or contents != manifest.contents:
                return _("what comes out is not what went in: %(tables)s") % {
                    "tables": _differences(contents, manifest.contents)
                }
            return _evidence(url, work)
    except (Refusal, Tampered, OSError) as error:
        return str(error)


def _differences(found: Contents, meant: Contents) -> str:
    names = sorted({*found.tables, *meant.tables})
    pairs = [(name, found.tables.get(name), meant.tables.get(name)) for name in names]
    return ", ".join(f"{name} {there}/{said}" for name, there, said in pairs if there != said) or _(
        "the files"
    )


def _evidence(url: str, work: Path) -> str:
    """Run ``mimin evidence verify`` on the database at ``url``, with a home of its own."""
    home = work / "home"
    command = [sys.executable, "-m", "mimin.program", "evidence", "verify", "--json"]
    if any((work / SEALS).glob("*.jsonl")):
        command += ["--copies", str(work / SEALS)]
    own = {"MIMIN_HOME": str(home), "DATABASE_URL": url, "MIMIN_QUEUE_URL": ""}
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True)  # noqa: S603
    if done.returncode == 0:
        return ""
    try:
        problems = [problem["text"] for problem in json.loads(done.stdout)["problems"]]
    except (ValueError, KeyError):
        problems = [done.stderr.strip()[-500:]]
    return _("the evidence in it does not verify: %(problems)s") % {"problems": " ".join(problems[:3])}


def _copied_seals(into: Path) -> list[tuple[str, Path]]:
    """The seal files as they are between two writes, copied so that they cannot run ahead of the database."""
    found = []
    for name, path in _files(settings.SEAL_DIR, SEALS):
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as file, target.open("wb") as copy:
            fcntl.flock(file, fcntl.LOCK_SH)
            shutil.copyfileobj(file, copy)
        found.append((name, target))
    return found


def _files(folder: Path, inside: str) -> Iterable[tuple[str, Path]]:
    """Every plain file below ``folder``: its name in the backup, and where it lies."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{inside}/{path.relative_to(folder).as_posix()}", path


def _clear_partials(folder: Path) -> None:
    """Remove what a killed backup left: nobody holds its lock any more."""
    for path in folder.glob(f"mimin-*.backup{_PARTIAL}"):
        with path.open("rb") as file:
            if _locked(file):
                path.unlink()


def _locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _prune(final: Path, keep: int | None) -> int:
    """Remove all but the newest ``keep`` of the kind of ``final``; those of the other kind stay."""
    if keep is None:
        return 0
    end = UNVERIFIED if final.name.endswith(UNVERIFIED) else ""
    kind = re.compile(NAME.pattern + re.escape(end))
    old = sorted(path for path in _listed(final.parent) if kind.fullmatch(path.name))[: -max(keep, 1)]
    for path in old:
        path.unlink()
    return len(old)


def _listed(folder: Path) -> Iterable[Path]:
    return folder.iterdir() if folder.is_dir() else ()
