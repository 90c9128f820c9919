"""The tree of RFC 6962: known roots, and everything else against the RFC's own recursive definitions."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.evidence import merkle
from mimin.evidence.tests.made import VECTORS

KNOWN = VECTORS["merkle"]
SIZES = st.integers(1, 70)


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf(str(number).encode()) for number in range(count)]


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def naive_root(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_path(m: int, hashes: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_proof(m: int, hashes: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = split(len(hashes))
    if m <= k:
        return [*naive_proof(m, hashes[:k], whole), naive_root(hashes[k:])]
    return [*naive_proof(m - k, hashes[k:], False), naive_root(hashes[:k])]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_leaves_have_the_known_roots(size: int) -> None:
    data = [bytes.fromhex(text) for text in KNOWN["leaves"][:size]]
    assert merkle.root(map(merkle.leaf, data)).hex() == KNOWN["roots"][size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.EMPTY.root.hex() == KNOWN["empty"]


@given(st.integers(0, 200))
def test_a_root_is_the_one_that_the_rfc_defines(size: int) -> None:
    assert merkle.root(leaves(size)) == naive_root(leaves(size))


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_frontier_grows_to_the_same_tree_in_one_step_or_in_two(first: int, more: int) -> None:
    every = leaves(first + more)
    assert merkle.extend(merkle.extend(merkle.EMPTY, every[:first]), every[first:]) == merkle.extend(
        merkle.EMPTY, every
    )


@given(st.integers(0, 200))
def test_a_frontier_survives_being_stored(size: int) -> None:
    edge = merkle.extend(merkle.EMPTY, leaves(size))
    assert merkle.frontier(size, bytes(edge)) == edge


def test_a_frontier_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a tree of 6 leaves has 2 peaks, not 3"):
        merkle.frontier(6, bytes(96))


def test_growing_costs_only_the_new_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    edge = merkle.extend(merkle.EMPTY, leaves(1023))
    counted = []
    node = merkle.node
    monkeypatch.setattr(merkle, "node", lambda left, right: counted.append(1) or node(left, right))
    merkle.extend(edge, leaves(100))
    assert len(counted) <= 100 + 10


@given(SIZES.flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))), st.data())
def test_an_inclusion_path_is_the_rfcs_and_is_accepted(shape: tuple[int, int], data: st.DataObject) -> None:
    size, position = shape
    every = leaves(size)
    begun = data.draw(st.integers(0, position))
    part = merkle.subtrees(merkle.extend(merkle.EMPTY, every[:begun]), every[begun:])
    path = merkle.inclusion(position, size, part)
    assert path == naive_path(position, every)
    assert merkle.includes(naive_root(every), size, position, every[position], path)


@given(SIZES.flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))), st.data())
def test_an_inclusion_path_proves_nothing_else(shape: tuple[int, int], data: st.DataObject) -> None:
    size, position = shape
    every = leaves(size)
    path, top = naive_path(position, every), naive_root(every)
    other = data.draw(st.integers(0, size).filter(lambda number: number != position))
    assert not merkle.includes(top, size, position, merkle.leaf(b"forged"), path)
    assert not merkle.includes(top, size, other, every[position], path)
    assert not merkle.includes(merkle.leaf(b"other"), size, position, every[position], path)
    assert not merkle.includes(top, size, position, every[position], [*path, bytes(32)])
    assert not merkle.includes(top, size, position, every[position], path[:-1]) or not path
    assert not merkle.includes(top, size, -1, every[position], path)


@given(SIZES.flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_a_consistency_path_is_the_rfcs_and_is_accepted(shape: tuple[int, int]) -> None:
    old, new = shape
    every = leaves(new)
    path = merkle.consistency(
        old, new, merkle.subtrees(merkle.extend(merkle.EMPTY, every[:old]), every[old:])
    )
    assert path == naive_proof(old, every)
    assert merkle.continues(naive_root(every[:old]), old, naive_root(every), new, path)


@given(st.integers(2, 70).flatmap(lambda new: st.tuples(st.integers(1, new - 1), st.just(new))))
def test_a_consistency_path_proves_nothing_else(shape: tuple[int, int]) -> None:
    old, new = shape
    every = leaves(new)
    before, after, path = naive_root(every[:old]), naive_root(every), naive_proof(old, every)
    forged = naive_root([merkle.leaf(b"forged"), *every[1:]])
    assert not merkle.continues(before, old, forged, new, path)
    assert not merkle.continues(forged, old, after, new, path)
    assert not merkle.continues(before, old, after, new, path[:-1])
    assert not merkle.continues(before, old, after, new, [*path, bytes(32)])
    assert not merkle.continues(after, new, before, old, path)


def test_a_tree_continues_itself_only_with_an_empty_path() -> None:
    top = naive_root(leaves(5))
    assert merkle.continues(top, 5, top, 5, [])
    assert not merkle.continues(top, 5, top, 5, [top])
    assert not merkle.continues(top, 5, naive_root(leaves(6)), 5, [])
    assert not merkle.continues(top, 0, top, 5, [])


def test_what_lies_inside_the_frontier_is_not_made_up() -> None:
    part = merkle.subtrees(merkle.extend(merkle.EMPTY, leaves(6)), leaves(8)[6:])
    assert part(4, 8) == naive_root(leaves(8)[4:])
    with pytest.raises(KeyError):
        part(0, 2)
