"""The file of a backup: what goes in comes out, and nothing that was changed, cut or meant for others opens."""

from __future__ import annotations

import io
import json
import os
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from mimin.desk import backup_file
from mimin.desk.backup_file import Contents, Manifest, Packed, Refusal, describe, read, read_manifest, write
from mimin.lib.crypto import Keyring, Tampered, new_key

RING = Keyring.parse(new_key("k1"))
MANIFEST = Manifest(
    "sqlite",
    datetime(2026, 3, 16, 3, 0, tzinfo=UTC),
    "0.1.0",
    "Kabupaten Contoh",
    Contents({"mimin_case": 3, "mimin_seal": 1}, (1, 12, "ab" * 32), ("0001_initial",)),
)


@pytest.fixture(autouse=True)
def in_english():
    """What is refused is compared as it is written in the code."""
    with translation.override("en"):
        yield


def written(folder: Path, *names: str, ring: Keyring = RING, content: bytes = b"inside") -> bytes:
    """A backup with files of these names, as bytes."""
    (folder / "file").write_bytes(content)
    out = io.BytesIO()
    write(out, ring, MANIFEST, [(name, folder / "file") for name in names], lambda done: None)
    return out.getvalue()


def opened(sealed: bytes, folder: Path, ring: Keyring = RING) -> tuple[Manifest, Packed]:
    """Open a backup into a folder."""
    return read(io.BytesIO(sealed), ring, accept=lambda manifest: None, take=lambda name: folder / name)


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    big = bytes(range(256)) * 20_000
    sealed = written(
        tmp_path, "database", "media/2026/foto jalan.jpg", "seals/seals-2026-03.jsonl", content=big
    )
    found = opened(sealed, tmp_path / "out")
    assert found == (MANIFEST, Packed(3, 3 * len(big)))
    out = sorted(
        path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*") if path.is_file()
    )
    assert [str(path) for path in out] == [
        "database",
        "media/2026/foto jalan.jpg",
        "seals/seals-2026-03.jsonl",
    ]
    assert {(tmp_path / "out" / path).read_bytes() for path in out} == {big}
    assert {(tmp_path / "out" / path).stat().st_mode & 0o777 for path in out} == {0o600}


def test_nothing_of_what_is_inside_can_be_read_from_the_file(tmp_path: Path) -> None:
    sealed = written(tmp_path, "database", content=b"NIK 3201010101900001")
    first, rest = sealed.split(b"\n", 1)
    assert first.decode() == f"MIMIN-BACKUP 1 key=k1 mark={RING.mark('k1')}"
    assert [word for word in (b"3201010101900001", b"Kabupaten", b"mimin_case") if word in rest] == []


def test_a_file_that_went_away_meanwhile_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(b"here")
    out = io.BytesIO()
    files = [("media/gone", tmp_path / "gone"), ("database", tmp_path / "here")]
    assert write(out, RING, MANIFEST, files, lambda done: None) == Packed(1, 4)
    assert opened(out.getvalue(), tmp_path / "out") == (MANIFEST, Packed(1, 4))


SEALED: dict[str, bytes] = {}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    sealed = SEALED.setdefault("one", _small())
    place = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.integers(1, 255))
    changed = bytearray(sealed)
    changed[place] ^= other
    with pytest.raises((Tampered, Refusal)):
        read(io.BytesIO(bytes(changed)), RING, accept=lambda manifest: None, take=lambda name: None)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_nothing_can_be_cut_off(data: st.DataObject) -> None:
    sealed = SEALED.setdefault("one", _small())
    left = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises((Tampered, Refusal)):
        read(io.BytesIO(sealed[:left]), RING, accept=lambda manifest: None, take=lambda name: None)


def _small() -> bytes:
    out = io.BytesIO()
    write(out, RING, MANIFEST, [("database", Path(__file__))], lambda done: None)
    return out.getvalue()


def test_a_changed_byte_late_in_a_long_file_is_found(tmp_path: Path) -> None:
    changed = bytearray(written(tmp_path, "database", content=os.urandom(3_000_000)))
    changed[-100_000] ^= 1
    with pytest.raises(Tampered, match=r"^This sealed file does not open"):
        opened(bytes(changed), tmp_path / "out")


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    sealed = written(tmp_path, "database", ring=Keyring.parse(new_key("maret-2026")))
    with pytest.raises(Refusal, match=r"sealed with the key “maret-2026”.*which is not in MIMIN_KEYRING"):
        opened(sealed, tmp_path / "out")


def test_another_key_of_the_same_name_is_told_by_its_mark(tmp_path: Path) -> None:
    other = Keyring.parse(new_key("k1"))
    with pytest.raises(Refusal) as refused:
        opened(written(tmp_path, "database"), tmp_path / "out", other)
    assert str(refused.value) == (
        "The keyring holds another key under the name “k1”: the backup needs the one with the mark "
        f"{RING.mark('k1')}, this one has the mark {other.mark('k1')}. Put the right key into MIMIN_KEYRING."
    )


def test_an_older_key_that_is_still_in_the_ring_opens(tmp_path: Path) -> None:
    ring = Keyring({"k2": bytes(32), **RING.keys}, "k2")
    assert opened(written(tmp_path, "database"), tmp_path / "out", ring)[0] == MANIFEST


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"", "This file does not begin like a backup of Mimin."),
        (b"PK\x03\x04", "This file does not begin like a backup of Mimin."),
        (b"MIMIN-BACKUP 1 key=k1\n", "This file does not begin like a backup of Mimin."),
        (
            b"MIMIN-BACKUP 2 key=k1 mark=00000000\n",
            "This backup has format 2; this release of Mimin reads format 1. Restore it with the release that "
            "made it.",
        ),
    ],
)
def test_a_file_of_another_kind_is_refused_at_its_first_line(start: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        opened(start + b"rest", tmp_path)
    assert str(refused.value) == said


def test_a_manifest_of_a_newer_format_is_refused() -> None:
    newer = json.dumps({**json.loads(MANIFEST.text), "format": 2})
    with pytest.raises(Refusal, match=r"^This backup has format 2; this release of Mimin reads format 1"):
        read_manifest(newer)


def test_a_manifest_reads_as_it_was_written() -> None:
    assert read_manifest(MANIFEST.text) == MANIFEST


def test_what_the_reader_refuses_is_said_before_anything_is_taken(tmp_path: Path) -> None:
    def refuse(manifest: Manifest) -> None:
        raise Refusal(f"not {manifest.vendor}")

    taken: list[str] = []
    sealed = written(tmp_path, "database", content=bytes(5_000_000))
    with pytest.raises(Refusal, match=r"^not sqlite$"):
        read(io.BytesIO(sealed), RING, accept=refuse, take=lambda name: taken.append(name))
    assert taken == []


@pytest.mark.parametrize("name", ["../keyring.key", "media/../../keyring.key", "/etc/passwd", "keyring.key"])
def test_no_file_lands_outside_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"^The backup holds a file in a place that is not its own"):
        opened(written(tmp_path, name), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_link_inside_is_refused(tmp_path: Path, monkeypatch) -> None:
    def with_link(name: str, size: int, changed: float) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.size = size
        if name == "media/link":
            entry.type, entry.linkname, entry.size = tarfile.SYMTYPE, "/etc/passwd", 0
        return entry

    monkeypatch.setattr(backup_file, "_entry", with_link)
    with pytest.raises(Refusal, match=r"^The backup holds something that is no file: media/link"):
        opened(written(tmp_path, "media/link", content=b""), tmp_path / "out")


class Full(io.BytesIO):
    """A disk with room for so many bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data) -> int:
        if self.tell() + len(data) > self.room:
            raise OSError(28, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("room", [0, 10, 60, 100_000])
def test_a_full_disk_ends_the_writing_with_its_own_error(tmp_path: Path, room: int) -> None:
    (tmp_path / "file").write_bytes(os.urandom(5_000_000))
    with pytest.raises(OSError, match=r"No space left on device"):
        write(Full(room), RING, MANIFEST, [("database", tmp_path / "file")], lambda done: None)


def test_a_file_that_cannot_be_read_ends_the_writing(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write(io.BytesIO(), RING, MANIFEST, [("media/folder", tmp_path)], lambda done: None)


def test_the_bytes_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    told: list[int] = []
    write(
        io.BytesIO(),
        RING,
        MANIFEST,
        [("media/a", tmp_path / "file"), ("media/b", tmp_path / "file")],
        told.append,
    )
    assert told == [5, 10]


ANSWERS = {
    'SELECT COUNT(*) FROM "mimin_seal"': [(2,)],
    'SELECT COUNT(*) FROM "mimin_case"': [(7,)],
    "SELECT number, size, hash FROM mimin_seal ORDER BY number DESC LIMIT 1": [
        (2, 9, memoryview(b"\x01\xff"))
    ],
    "SELECT name FROM django_migrations WHERE app = 'mimin' ORDER BY name": [
        ("0001_initial",),
        ("0002_next",),
    ],
}


def test_a_database_is_described_by_its_rows_its_last_seal_and_its_migrations() -> None:
    found = describe(ANSWERS.__getitem__, ["mimin_seal", "mimin_case"])
    assert found == Contents(
        {"mimin_case": 7, "mimin_seal": 2}, (2, 9, "01ff"), ("0001_initial", "0002_next")
    )


def test_an_empty_database_is_not_backed_up() -> None:
    with pytest.raises(Refusal, match=r"^This database holds no tables of Mimin yet"):
        describe(ANSWERS.__getitem__, [])
