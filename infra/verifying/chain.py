"""Digests of a topic by cells of the projector's grid, as ClickHouse computes them over a table (`projections.rebuild.compare`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from events.rejection import DETAIL, OFFSET, PARTITION, REASON
from projections.projector.batches import GRID

if TYPE_CHECKING:
    from infra.kafka.snapshot import Record


@dataclass(slots=True)
class Chain:
    """Of one partition, up to ``below``: only what the table must have."""

    below: int
    cells: dict[int, tuple[int, str]] = field(default_factory=dict)
    _rows: list[bytes] = field(default_factory=list)
    _cell: int = -1
    _previous: int = -1
    _whole: Any = field(default_factory=sha256)

    def through(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records as they are; on their way past they are counted in."""
        for record in records:
            self._take(record)
            yield record
        self._close_cell()

    def rest(self, records: Iterable[Record]) -> Iterator[Record]:
        """What has not gone through yet, where somebody stopped early."""
        return self.through(record for record in records if record.offset > self._previous)

    def _take(self, record: Record) -> None:
        row = row_digest(record, self._previous)
        self._previous = record.offset
        self._whole.update(row)
        if record.offset >= self.below:
            return
        if record.offset // GRID != self._cell:
            self._close_cell()
            self._cell = record.offset // GRID
        self._rows.append(row.hex().encode())

    def _close_cell(self) -> None:
        if self._rows:
            self.cells[self._cell] = (len(self._rows), sha256(b"".join(self._rows)).hexdigest())
            self._rows = []

    @property
    def digest(self) -> str:
        """Of the whole stretch."""
        return str(self._whole.hexdigest())


def as_rejected_table(records: Iterable[Record]) -> Iterator[Record]:
    """With that as the value which the table has of a rejected record instead of its bytes (`projections.rebuild.compare.BYTES`)."""
    for record in records:
        said = {name: value.decode(errors="replace") for name, value in record.headers}
        place = [number if number.isdecimal() else "0" for number in (said.get(PARTITION, ""), said.get(OFFSET, ""))]
        words = [sha256(record.value or b"").hexdigest(), said.get(REASON, ""), *place, said.get(DETAIL, "")]
        yield replace(record, value=" ".join(words).encode())


def row_digest(record: Record, previous: int) -> bytes:
    return sha256(b"%d %d " % (record.offset, previous) + (record.value or b"")).digest()


def rows(records: Iterable[Record], cell: int, below: int) -> dict[int, tuple[str, bytes | None]]:
    """Offset to digest and bytes of one cell's records. ``records`` begin at the start of the partition or before the cell."""
    found: dict[int, tuple[str, bytes | None]] = {}
    previous = -1
    for record in records:
        if record.offset // GRID > cell or record.offset >= below:
            break
        if record.offset // GRID == cell:
            found[record.offset] = (row_digest(record, previous).hex(), record.value)
        previous = record.offset
    return found
