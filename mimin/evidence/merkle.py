"""Merkle trees of RFC 6962, section 2.1, with SHA-256. Pure Python.

A tree is known by its ``Frontier``: its size and the roots of the perfect subtrees it is made of, largest
first. That is all it takes to grow it (``extend``: work in proportion to the new leaves alone), to say its
root, and, with the leaves that came after it, to prove what stands in a later tree. "Leaf" below always means
a leaf's hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH = 32  # bytes of one hash
Subtree = Callable[[int, int], bytes]


def leaf(data: bytes) -> bytes:
    """The hash of a leaf's data."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """The right edge of a tree of ``size`` leaves: the roots of its perfect subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The tree's root; of the empty tree, the hash of nothing."""
        if not self.peaks:
            return sha256(b"").digest()
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = node(peak, top)
        return top

    def __bytes__(self) -> bytes:
        return b"".join(self.peaks)


EMPTY = Frontier()


def frontier(size: int, peaks: bytes) -> Frontier:
    """A frontier as it was stored. Raises ValueError where the number of peaks does not fit the size."""
    if len(peaks) != HASH * size.bit_count():
        raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks) / HASH:g}")
    return Frontier(size, tuple(peaks[at : at + HASH] for at in range(0, len(peaks), HASH)))


def extend(edge: Frontier, leaves: Iterable[bytes]) -> Frontier:
    """The frontier after more leaves."""
    size, peaks = edge.size, list(edge.peaks)
    for top in leaves:
        carry = size
        while carry & 1:
            top = node(peaks.pop(), top)
            carry >>= 1
        peaks.append(top)
        size += 1
    return Frontier(size, tuple(peaks))


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over all leaves."""
    return extend(EMPTY, leaves).root


def subtrees(edge: Frontier, leaves: Sequence[bytes]) -> Subtree:
    """A function (begin, end) -> root of that part of the tree that begins with ``edge`` and goes on with
    ``leaves``.

    Left of ``edge.size`` it knows the perfect subtrees of the frontier, which is all that a proof about a
    later leaf or from the tree at ``edge`` asks for; KeyError for anything else.
    """
    known: dict[tuple[int, int], bytes] = {}
    begin = 0
    for peak, bit in zip(edge.peaks, _bits(edge.size), strict=True):
        known[begin, begin + bit] = peak
        begin += bit

    def part(begin: int, end: int) -> bytes:
        if begin >= edge.size:
            return root(leaves[begin - edge.size : end - edge.size])
        if end <= edge.size:
            return known[begin, end]
        middle = begin + _split(end - begin)
        return node(part(begin, middle), part(middle, end))

    return part


def inclusion(position: int, size: int, part: Subtree) -> list[bytes]:
    """The audit path of the leaf at ``position`` in a tree of ``size`` leaves (RFC 6962, 2.1.1), from the
    leaf up."""
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if position < middle:
            path.append(part(middle, end))
            end = middle
        else:
            path.append(part(begin, middle))
            begin = middle
    return path[::-1]


def consistency(old: int, new: int, part: Subtree) -> list[bytes]:
    """The proof that the tree of ``old`` leaves begins the tree of ``new`` leaves (RFC 6962, 2.1.2); 0 < old
    <= new."""
    begin, end, path = 0, new, []
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(part(middle, end))
            end = middle
        else:
            path.append(part(begin, middle))
            begin = middle
    return ([part(begin, end)] if begin else []) + path[::-1]


def includes(top: bytes, size: int, position: int, found: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path leads from the leaf ``found`` at ``position`` to the root ``top`` of a tree of
    ``size`` leaves."""
    if not 0 <= position < size:
        return False
    here, last = position, size - 1
    for side in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node(side, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node(found, side)
        here, last = here >> 1, last >> 1
    return last == 0 and found == top


def continues(old_top: bytes, old: int, new_top: bytes, new: int, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree (new_top, new) begins with the tree (old_top, old); 0 < old <=
    new."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_top == new_top
    steps = [old_top, *path] if old.bit_count() == 1 else list(path)
    if not steps:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = steps[0]
    for side in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node(side, before), node(side, after)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            after = node(after, side)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_top and after == new_top


def _split(size: int) -> int:
    """The largest power of two below ``size``: where RFC 6962 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def _bits(size: int) -> list[int]:
    """The powers of two that ``size`` is made of, largest first."""
    return [1 << bit for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]
