"""One partition's tree on disk: a file of 32-byte hashes for each level, whole subtrees only, and a file of offsets.

72 bytes a leaf; a proof seeks O(log² n) times. Files are only appended to. After a crash the leaves are what both the offsets and
the lowest level hold, and what is missing above is hashed again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final, Self

from events.errors import LogError, Where
from projections.evidence import merkle

_HASH: Final = 32
_PLACE: Final = 8


class Tree:
    """``size`` leaves; not for two writers at once. A tree only read may grow meanwhile: what was signed of it stays as it is."""

    def __init__(self, folder: Path, *, reading: bool = False) -> None:
        self._folder = folder
        if not reading:
            folder.mkdir(parents=True, exist_ok=True)
        opened = _to_read if reading else _opened
        self._offsets = opened(folder / "offsets")
        self._levels: list[BinaryIO] = [opened(folder / "level-00")]
        self.size = min(_length(self._offsets) // _PLACE, _length(self._levels[0]) // _HASH)
        if reading:
            self._levels += [opened(file) for file in sorted(folder.glob("level-*"))[1:]]
        else:
            self._grow(self.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in (self._offsets, *self._levels):
            file.close()

    def append(self, leaves: Iterable[tuple[int, bytes]]) -> None:
        """Adds (offset, leaf hash) pairs, their offsets ascending."""
        last = self.offset(self.size - 1) if self.size else -1
        places, hashes = bytearray(), bytearray()
        for offset, leaf in leaves:
            if offset <= last:
                raise LogError("evidence.order", f"位点未递增 / offset {offset} comes after {last}", where=Where(offset=offset),
                               todo="the mirror's order is not the log's: rebuild the projection")
            places += offset.to_bytes(_PLACE, "big")
            hashes += leaf
            last = offset
        _append(self._offsets, self.size * _PLACE, places)
        _append(self._levels[0], self.size * _HASH, hashes)
        self._grow(self.size + len(hashes) // _HASH)

    def sync(self) -> None:
        """On the disk: before a head is signed."""
        for file in (self._offsets, *self._levels):
            file.flush()
            os.fsync(file.fileno())

    def node(self, level: int, index: int) -> bytes:
        return self._read(self._file(level), index, _HASH)

    def offset(self, index: int) -> int:
        return int.from_bytes(self._read(self._offsets, index, _PLACE), "big")

    def index(self, offset: int) -> int | None:
        """The leaf of the record at this offset; None: there is none, as at a transaction's marker."""
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            if self.offset(middle) < offset:
                low = middle + 1
            else:
                high = middle
        return low if low < self.size and self.offset(low) == offset else None

    def root(self, size: int | None = None) -> bytes:
        return merkle.root(self.node, self.size if size is None else size)

    def fault(self, size: int) -> tuple[int, int] | None:
        """The lowest subtree of the first ``size`` leaves whose kept hash is not that of what is kept below it: its level and index."""
        for level in range(1, size.bit_length()):
            below, own = (self._first(file, size >> at) for at, file in ((level - 1, self._file(level - 1)), (level, self._file(level))))
            for index in range(size >> level):
                left, right = (below[place * _HASH:(place + 1) * _HASH] for place in (2 * index, 2 * index + 1))
                if merkle.node_hash(left, right) != own[index * _HASH:(index + 1) * _HASH]:
                    return level, index
        return None

    def inclusion(self, index: int, size: int) -> list[bytes]:
        return merkle.inclusion(self.node, index, size)

    def consistency(self, old: int, size: int) -> list[bytes]:
        return merkle.consistency(self.node, old, size)

    def _grow(self, size: int) -> None:
        """Hashes the subtrees that have become whole, level by level."""
        self.size = size
        level = 0
        while size >> (level + 1):
            if len(self._levels) == level + 1:
                self._levels.append(_opened(self._folder / f"level-{level + 1:02}"))
            upper, have, want = self._levels[level + 1], 0, size >> (level + 1)
            have = min(_length(upper) // _HASH, want)
            below = self._levels[level]
            below.seek(2 * have * _HASH)
            pairs = below.read(2 * (want - have) * _HASH)
            step = 2 * _HASH
            _append(upper, have * _HASH, b"".join(
                merkle.node_hash(pairs[at:at + _HASH], pairs[at + _HASH:at + step]) for at in range(0, len(pairs), step)))
            level += 1

    def _file(self, level: int) -> BinaryIO:
        if level >= len(self._levels):
            raise _short(self._folder / f"level-{level:02}")
        return self._levels[level]

    def _first(self, file: BinaryIO, count: int) -> bytes:
        file.seek(0)
        found = file.read(count * _HASH)
        if len(found) != count * _HASH:
            raise _short(Path(file.name))
        return found

    def _read(self, file: BinaryIO, index: int, width: int) -> bytes:
        file.seek(index * width)
        found = file.read(width)
        if len(found) != width:
            raise _short(Path(file.name))
        return found


def _short(file: Path) -> LogError:
    return LogError("evidence.damaged-tree", "证据树文件损坏 / a file of the evidence tree is short or not there",
                    where=Where(file=str(file)),
                    todo="move the folder away; the tree is built again from the mirror and must meet the signed heads")


def _to_read(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise _short(path) from None


def _opened(path: Path) -> BinaryIO:
    return path.open("r+b" if path.exists() else "w+b")


def _length(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _append(file: BinaryIO, at: int, data: bytes | bytearray) -> None:
    """Whatever stood there after a crash is written over."""
    file.seek(at)
    file.write(data)
    file.truncate()
    file.flush()
