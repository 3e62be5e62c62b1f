"""Where a copy of a partition departs from its tree: each place, and what was done there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from projections.evidence.leaves import Record
from projections.evidence.tree import Tree

_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Departure:
    """``code`` is ``altered``, ``dropped``, ``inserted`` or ``exchanged``."""

    code: str
    offset: int
    what: str


def departures(tree: Tree, size: int, copy: Iterable[Record]) -> list[Departure]:
    """The first hundred, in order; the copy beyond the tree's last leaf is not judged, it has not been signed yet."""
    altered: list[tuple[int, Record]] = []
    found: list[Departure] = []
    for departure in _walk(tree, size, copy, altered):
        found.append(departure)
        if len(found) + len(altered) >= _MOST:
            break
    exchanged = _exchanged(tree, altered)
    found += [
        Departure("exchanged", record.offset,
                  f"与位点{exchanged[index]}互换 / stands where the record of offset {exchanged[index]} belongs")
        if index in exchanged else Departure("altered", record.offset, "字节被改动 / its bytes are not those that were signed")
        for index, record in altered]
    return sorted(found, key=lambda each: each.offset)


def _walk(tree: Tree, size: int, copy: Iterable[Record], altered: list[tuple[int, Record]]) -> Iterator[Departure]:
    index = 0
    for record in copy:
        while index < size and tree.offset(index) < record.offset:
            yield Departure("dropped", tree.offset(index), "记录缺失 / a signed record is not there")
            index += 1
        if index == size:
            return
        if tree.offset(index) > record.offset:
            yield Departure("inserted", record.offset, "多出记录 / a record that was never signed")
            continue
        if record.hash() != tree.node(0, index):
            altered.append((index, record))
            if len(altered) >= _MOST:
                return
        index += 1
    for missing in range(index, size):
        yield Departure("dropped", tree.offset(missing), "记录缺失 / a signed record is not there")


def _exchanged(tree: Tree, altered: list[tuple[int, Record]]) -> dict[int, int]:
    """Leaf to the offset whose signed content is found there: two events that changed places. Times may have stayed behind."""
    by_hash = {tree.node(0, index): record.offset for index, record in altered}
    times = {record.log_time_ms for _, record in altered}
    found: dict[int, int] = {}
    for index, record in altered:
        for hash_, offset in by_hash.items():
            if offset != record.offset and any(
                    replace(record, offset=offset, log_time_ms=time).hash() == hash_ for time in times):
                found[index] = offset
    return found
