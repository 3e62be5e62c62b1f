"""The Merkle tree of RFC 9162, section 2.1, over whatever can tell the hashes of its whole subtrees.

``nodes(level, index)`` is the hash over the leaves ``[index << level, (index + 1) << level)``; all of them exist. So a proof reads
O(log² n) hashes at most, and none of the leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final

Nodes = Callable[[int, int], bytes]

EMPTY: Final = sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(nodes: Nodes, size: int) -> bytes:
    """The tree head of the first ``size`` leaves."""
    return _over(nodes, 0, size) if size else EMPTY


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """PATH(index, D_size), RFC 9162 2.1.3.1: the leaf's neighbour first."""
    if not 0 <= index < size:
        raise IndexError(index, size)
    return list(_path(nodes, index, 0, size))


def consistency(nodes: Nodes, old: int, size: int) -> list[bytes]:
    """PROOF(old, D_size), RFC 9162 2.1.4.1."""
    if not 0 < old <= size:
        raise IndexError(old, size)
    return list(_subproof(nodes, old, 0, size, whole=True))


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def _over(nodes: Nodes, start: int, end: int) -> bytes:
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes(level, start >> level)
    middle = start + _split(count)
    return node_hash(_over(nodes, start, middle), _over(nodes, middle, end))


def _path(nodes: Nodes, index: int, start: int, end: int) -> Iterator[bytes]:
    if end - start == 1:
        return
    middle = start + _split(end - start)
    if index < middle:
        yield from _path(nodes, index, start, middle)
        yield _over(nodes, middle, end)
    else:
        yield from _path(nodes, index, middle, end)
        yield _over(nodes, start, middle)


def _subproof(nodes: Nodes, old: int, start: int, end: int, *, whole: bool) -> Iterator[bytes]:
    if old == end:
        if not whole:
            yield _over(nodes, start, end)
        return
    middle = start + _split(end - start)
    if old <= middle:
        yield from _subproof(nodes, old, start, middle, whole=whole)
        yield _over(nodes, middle, end)
    else:
        yield from _subproof(nodes, old, middle, end, whole=False)
        yield _over(nodes, start, middle)
