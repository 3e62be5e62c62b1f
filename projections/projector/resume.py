"""Where to go on in each partition, and proof that the log there is the one that was read before.

A process that dies between the write into a table and the write into the views behind it leaves the views short. So the
last stretch is read again: the same rows become one row, the same event ids count once, and what was missing is filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from events.errors import LogError, Where
from projections.progress import projected_offsets
from projections.projector.batches import GRID

if TYPE_CHECKING:
    from projections.projector.feeds import Feed, Record
    from projections.warehouse import Warehouse

ANOTHER: Final = "this is not the log that was projected: name the right cluster, or project into a new database"
_ROW: Final = """
SELECT `offset`, previous, {digest} FROM {feed} FINAL
WHERE `partition` = {{partition:UInt32}} AND `offset` =
(
    SELECT min(`offset`) FROM
    (SELECT `offset` FROM {feed} FINAL WHERE `partition` = {{partition:UInt32}} AND `offset` < {{next:UInt64}}
     ORDER BY `offset` DESC LIMIT {{stretch:UInt32}})
)
"""


@dataclass(frozen=True, slots=True)
class Point:
    """Read on from ``offset``; the record before it is ``previous``; that at ``offset`` itself had this digest."""

    offset: int
    previous: int
    digest: str = ""
    held: int = 0
    """The next offset that the table lacks; the log must reach that far."""

    def prove(self, topic: str, record: Record) -> None:
        """The first record that comes must be the one that the table has at that place."""
        if self.digest and record.offset == self.offset and sha256(record.value or b"").hexdigest() != self.digest:
            raise LogError("log.another-history", "the table holds other bytes at this place than the log",
                           where=Where(topic=topic, partition=record.partition, offset=record.offset),
                           todo=ANOTHER)


def points(warehouse: Warehouse, feeds: Sequence[tuple[Feed, int]]) -> dict[tuple[str, int], Point]:
    """(feed, partition) to where to go on."""
    held = projected_offsets(warehouse)
    for place, filled in _open_switches(warehouse).items():
        held[place] = min(held.get(place, 0), filled)
    found: dict[tuple[str, int], Point] = {}
    for feed, partition in feeds:
        top = held.get((feed.name, partition), 0)
        found[feed.name, partition] = _point(warehouse, feed, partition, top)
    return found


def _open_switches(warehouse: Warehouse) -> dict[tuple[str, int], int]:
    """Where a rebuild died between exchanging tables and filling them to the end: up to where they were filled."""
    rows = warehouse.rows("SELECT feed, `partition`, min(`offset`) FROM switches FINAL WHERE NOT finished GROUP BY feed, `partition`")
    return {(str(feed), int(number)): int(filled) for feed, number, filled in rows}


def _point(warehouse: Warehouse, feed: Feed, partition: int, top: int) -> Point:
    rows = warehouse.rows(_ROW.format(feed=feed.name, digest=feed.digest), {"partition": partition, "next": top, "stretch": GRID})
    if not rows:
        return Point(0, -1)
    offset, previous, digest = rows[0]
    return Point(int(offset), int(previous), str(digest), top)
