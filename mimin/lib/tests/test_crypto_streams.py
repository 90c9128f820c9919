"""Sealed files: a backup opens whole, or it says that it does not."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimin.lib.crypto import (
    CHUNK,
    SALT_BYTES,
    STREAM_MAGIC,
    TAG_BYTES,
    KeyMissing,
    Keyring,
    Tampered,
    open_stream,
    seal_stream,
    stream_key_id,
)

UNHURRIED = settings(deadline=None)  # a busy machine is no failure

ONE, TWO = bytes(range(32)), bytes(range(32, 64))
OLD = Keyring({"k1": ONE}, "k1")
RING = Keyring({"k2": TWO, "k1": ONE}, "k2")
NEW = Keyring({"k2": TWO}, "k2")
SECRET = b"Aduan tentang pejabat, jangan disebarkan"
# A test vector: a backup must open for ever.
FROZEN_STREAM = (
    "4d494d494e00010a026b312672f248a4d6be334e03e86bfb08e292df9eaa4601bd9c5806c81888f20ed5a4a670c1f7dcd9bfdb"
)
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]
PIECE = CHUNK + TAG_BYTES


def content(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def sealed(plain: bytes, key=RING, **options) -> bytes:
    out = io.BytesIO()
    assert seal_stream(io.BytesIO(plain), out, key, **options) == len(plain)
    return out.getvalue()


def opened(stream: bytes, key=RING, **options) -> bytes:
    out = io.BytesIO()
    assert open_stream(io.BytesIO(stream), out, key, **options) == len(out.getvalue())
    return out.getvalue()


def pieces(stream: bytes) -> tuple[bytes, list[bytes]]:
    """A sealed stream as its header and its pieces."""
    start = len(STREAM_MAGIC) + 1 + len("k2") + SALT_BYTES
    return stream[:start], [stream[at : at + PIECE] for at in range(start, len(stream), PIECE)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", [RING, ONE], ids=["keyring", "bare key"])
def test_a_stream_of_any_size_opens_as_it_was(size: int, key) -> None:
    assert opened(sealed(content(size), key), key) == content(size)


def test_a_stream_names_its_key_and_opens_after_rotation() -> None:
    stream = sealed(SECRET, OLD)
    assert (stream_key_id(io.BytesIO(stream)), opened(stream, RING)) == ("k1", SECRET)
    assert stream_key_id(io.BytesIO(sealed(SECRET, ONE))) == ""


def test_a_stream_whose_key_is_lost_names_it() -> None:
    with pytest.raises(KeyMissing) as lost:
        opened(sealed(SECRET, OLD), NEW)
    assert lost.value.key_id == "k1"


@pytest.mark.parametrize("size", [0, 10, CHUNK, 2 * CHUNK + 5])
def test_a_stream_cut_at_the_end_is_noticed(size: int) -> None:
    stream = sealed(content(size))
    head, parts = pieces(stream)
    cuts = {len(stream) - 1, len(head), len(head) - 1, 5, 0}
    cuts |= {len(head) + PIECE * n for n in range(len(parts))}
    for cut in cuts:
        with pytest.raises(Tampered):
            opened(stream[:cut])


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 2], [0, 1], [0, 1, 1, 2], [0, 1, 2, 2], [2], [0, 0, 2]])
def test_pieces_lost_repeated_or_moved_are_noticed(order: list[int]) -> None:
    head, parts = pieces(sealed(content(3 * CHUNK)))
    with pytest.raises(Tampered, match="This sealed file does not open"):
        opened(head + b"".join(parts[n] for n in order))


def test_pieces_of_two_streams_do_not_mix() -> None:
    (head, first), (_, second) = (pieces(sealed(content(2 * CHUNK))) for _ in range(2))
    with pytest.raises(Tampered):
        opened(head + first[0] + second[1])


@UNHURRIED
@given(st.data())
def test_a_stream_with_any_byte_changed_does_not_open(data: st.DataObject) -> None:
    stream = bytearray(sealed(SECRET))
    stream[data.draw(st.integers(0, len(stream) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Tampered, KeyMissing)):
        opened(bytes(stream))


def test_bytes_after_the_end_of_a_stream_are_noticed() -> None:
    for extra in (b"x", bytes(PIECE)):
        with pytest.raises(Tampered):
            opened(sealed(SECRET) + extra)


def test_a_stream_of_another_purpose_or_key_does_not_open() -> None:
    with pytest.raises(Tampered):
        opened(sealed(SECRET, purpose="media"), purpose="backup")
    with pytest.raises(Tampered):
        opened(sealed(SECRET, ONE), TWO)


def test_a_bare_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a key has 32 bytes, this one 16"):
        sealed(SECRET, ONE[:16])


def test_a_file_that_is_no_sealed_stream_says_so() -> None:
    with pytest.raises(Tampered, match="does not begin like one that Mimin sealed"):
        opened(b"SQLite format 3\x00" + bytes(100))


class Trickle(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, content: bytes) -> None:
        self._inner = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(min(size, 70_001))


def test_a_pipe_that_gives_little_at_a_time_makes_the_same_stream() -> None:
    plain, out, back = content(2 * CHUNK + 5), io.BytesIO(), io.BytesIO()
    seal_stream(Trickle(plain), out, RING)
    open_stream(Trickle(out.getvalue()), back, RING)
    assert back.getvalue() == plain


def test_a_stream_written_by_an_earlier_release_still_opens() -> None:
    assert opened(bytes.fromhex(FROZEN_STREAM), OLD) == b"cadangan"


def test_a_large_stream_needs_little_memory() -> None:
    class Sink(io.RawIOBase):
        def write(self, piece) -> int:
            return len(piece)

    plain = io.BytesIO(bytes(40 * CHUNK))
    tracemalloc.start()
    seal_stream(plain, Sink(), RING)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * CHUNK
