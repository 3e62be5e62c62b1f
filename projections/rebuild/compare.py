"""Old and new tables, stretch by stretch of the log, by digest; where they differ, the first place is named."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from projections.projector.batches import GRID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projections.warehouse import Warehouse

BYTES: Final = {"rejected": "concat(value_sha256, ' ', reason, ' ', toString(log_partition), ' ', toString(log_offset), ' ', detail)"}
"""What counts as the bytes of a row where the table does not hold them."""
_ROW: Final = "lower(hex(SHA256(concat(toString(`offset`), ' ', toString(previous), ' ', {bytes}))))"
"""What a row is: its place, its predecessor and its bytes. In hex: when ClickHouse
joins digests as they are, they lose zeros at their end.
"""
_CELLS: Final = """
SELECT `partition`, intDiv(`offset`, {grid}) AS cell, count(), lower(hex(SHA256(arrayStringConcat(arrayMap(x -> x.2, arraySort(
    groupArray((`offset`, {row}))))))))
FROM {table} FINAL WHERE {below} GROUP BY `partition`, cell ORDER BY `partition`, cell
"""
_ROWS: Final = """
SELECT `offset`, {row} FROM {table} FINAL
WHERE `partition` = {{partition:UInt32}} AND intDiv(`offset`, {grid}) = {{cell:UInt64}} AND {below} ORDER BY `offset`
"""
_MATTERS: Final = "SELECT `partition`, matter_id, `offset`, gone, lower(hex(SHA256(raw))) FROM matters FINAL"
_STRETCH: Final = 64
"""Cells asked for at once, so that digests never need more than some hundred megabytes."""


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two tables part: what the one says there and what the other."""

    table: str
    partition: int
    offset: int
    matter: str = ""
    old: str = ""
    new: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def cells(warehouse: Warehouse, table: str, below: Mapping[int, int]) -> dict[tuple[int, int], tuple[int, str]]:
    """(partition, cell of the grid) to the number of its rows and their digest, up to an offset of each partition."""
    found: dict[tuple[int, int], tuple[int, str]] = {}
    for partition, end in sorted(below.items()):
        for start in range(0, end, GRID * _STRETCH):
            stretch = f"`partition` = {partition} AND `offset` >= {start} AND `offset` < {min(end, start + GRID * _STRETCH)}"
            rows = warehouse.rows(_CELLS.format(grid=GRID, row=_row(table), table=table, below=stretch))
            found |= {(int(one), int(cell)): (int(count), str(digest)) for one, cell, count, digest in rows}
    return found


def rows_of(warehouse: Warehouse, table: str, partition: int, cell: int, end: int) -> dict[int, str]:
    """Offset to digest, for one cell."""
    sql = _ROWS.format(grid=GRID, row=_row(table), table=table, below=f"`offset` < {end}")
    return {int(offset): str(digest) for offset, digest in warehouse.rows(sql, {"partition": partition, "cell": cell})}


def _row(table: str) -> str:
    return _ROW.format(bytes=BYTES.get(table, "raw"))


def chained(old: Warehouse, new: Warehouse, table: str, below: Mapping[int, int]) -> list[Parting]:
    """The first place of each partition where two tables of records differ."""
    before, after = cells(old, table, below), cells(new, table, below)
    partings: dict[int, Parting] = {}
    for partition, cell in sorted(before.keys() | after.keys()):
        if partition not in partings and before.get((partition, cell)) != after.get((partition, cell)):
            one = rows_of(old, table, partition, cell, below[partition])
            other = rows_of(new, table, partition, cell, below[partition])
            offset = min(at for at in one.keys() | other.keys() if one.get(at) != other.get(at))
            partings[partition] = Parting(table, partition, offset, old=one.get(offset, ""), new=other.get(offset, ""))
    return list(partings.values())


def matters(old: Warehouse, new: Warehouse) -> list[Parting]:
    """Matters whose state of one offset is not the same, or that one of the two lacks. What the log has moved on since is passed over."""
    before, after = _matters(old), _matters(new)
    tops = {partition: max(at for (one, _), (at, *_) in after.items() if one == partition) for partition, _ in after}
    partings: dict[int, Parting] = {}
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one == other or (one is not None and one[0] > tops.get(key[0], -1)) or (one and other and other[0] > one[0]):
            continue
        if other is not None and one is None and other[1]:
            continue  # gone, and the old table had merged it away
        if one is not None and other is None and one[1]:
            continue  # gone, and compaction has taken the record that said so
        offset = (one or other or (0,))[0]
        partings.setdefault(key[0], Parting("matters", key[0], offset, key[1], one[2] if one else "", other[2] if other else ""))
    return list(partings.values())


def _matters(warehouse: Warehouse) -> dict[tuple[int, str], tuple[int, int, str]]:
    return {(int(partition), str(id_)): (int(offset), int(gone), str(digest))
            for partition, id_, offset, gone, digest in warehouse.rows(_MATTERS)}
