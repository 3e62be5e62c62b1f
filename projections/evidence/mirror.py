"""The records of one partition as the mirror has them, and the tree grown from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from events.errors import LogError, Where
from projections.evidence.leaves import Record
from projections.evidence.tree import Tree
from projections.warehouse import Warehouse

_SQL: Final = """
SELECT `offset`, previous, toUnixTimestamp64Milli(log_time), `key`, tombstone, raw FROM actions FINAL
WHERE `partition` = {partition:UInt32} AND toInt64(`offset`) > {after:Int64} ORDER BY `offset`"""
_STRIDE: Final = 10_000


def partitions(warehouse: Warehouse) -> list[int]:
    return [row[0] for row in warehouse.rows("SELECT DISTINCT `partition` FROM actions ORDER BY `partition`")]


def records(warehouse: Warehouse, partition: int, after: int = -1, *, whole: bool = True) -> Iterator[Record]:
    """In the order of the log. ``whole``: a hole is an error; else it is passed over, for a reader who looks for holes himself."""
    last = after
    for block in warehouse.blocks(_SQL, {"partition": partition, "after": after}, formats={"raw": "bytes", "key": "bytes"}):
        for offset, previous, at, key, tombstone, raw in block:
            if whole and previous != last:
                raise LogError("evidence.mirror-hole", f"镜像有缺口 / the mirror has no record {previous}, which stood before {offset}",
                               where=Where(topic="actions", partition=partition, offset=previous),
                               todo="rebuild the projection from the log; nothing is signed over a hole")
            last = offset
            yield Record(offset, at, key, None if tombstone else raw)


def grow(tree: Tree, warehouse: Warehouse, partition: int) -> int:
    """Adds what the mirror has beyond the tree; answers how many leaves that was."""
    before = tree.size
    batch: list[tuple[int, bytes]] = []
    for record in records(warehouse, partition, tree.offset(tree.size - 1) if tree.size else -1):
        batch.append((record.offset, record.hash()))
        if len(batch) == _STRIDE:
            tree.append(batch)
            batch.clear()
    tree.append(batch)
    return tree.size - before
