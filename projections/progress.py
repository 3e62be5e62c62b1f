"""How much of the log the tables hold, read back from the tables themselves.

Each row of all but ``matters`` names the offset before it, so a hole shows even where transactions leave gaps in
the numbering: the distances of all rows to their predecessors add up to the highest offset, or something is missing.
``matters`` keeps only the latest row of each matter; it is written in order and each batch is on the disk before it is
acknowledged, so its highest offset is its checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

CHAINED: Final = ("actions", "findings", "alerts", "rejected")
FEEDS: Final = ("actions", "findings", "matters", "alerts", "rejected")

_CHAIN: Final = """
SELECT `partition`, max(`offset`) AS top, sum(toInt64(`offset`) - previous) AS covered
FROM {feed} FINAL GROUP BY `partition`
"""
_TOP: Final = "SELECT `partition`, max(`offset`), toInt64(max(`offset`)) + 1 FROM {feed} GROUP BY `partition`"
_BREAK: Final = """
SELECT min(before) FROM
(
    SELECT previous, lagInFrame(toNullable(toInt64(`offset`))) OVER (ORDER BY `offset`) AS before
    FROM {feed} FINAL WHERE `partition` = {{partition:UInt32}}
)
WHERE before IS NOT NULL AND before != previous
"""


def projected_offsets(warehouse: Warehouse) -> dict[tuple[str, int], int]:
    """(feed, partition) to the next offset that is lacking: all below it that a reader of committed data sees is held."""
    held: dict[tuple[str, int], int] = {}
    for feed in FEEDS:
        sql = (_TOP if feed == "matters" else _CHAIN).format(feed=feed)
        for partition, top, covered in warehouse.rows(sql):
            held[feed, int(partition)] = int(top) + 1
            if int(covered) != int(top) + 1:
                found = warehouse.rows(_BREAK.format(feed=feed), {"partition": partition})[0][0]
                held[feed, int(partition)] = 0 if found is None else int(found) + 1
    return held


@dataclass(frozen=True, slots=True)
class Head:
    """How far one partition of one feed has come."""

    offset: int
    log_time: datetime


def as_of(warehouse: Warehouse, feeds: tuple[str, ...] = FEEDS) -> dict[str, dict[int, Head]]:
    """What an answer rests on: the highest offset and log time held, by feed and partition. Costs next to nothing."""
    told: dict[str, dict[int, Head]] = {feed: {} for feed in feeds}
    rows = warehouse.rows("SELECT feed, `partition`, max(heads.`offset`), max(heads.log_time) FROM heads "
                          "WHERE feed IN {feeds:Array(String)} GROUP BY feed, `partition` ORDER BY feed, `partition`",
                          {"feeds": list(feeds)})
    for feed, partition, offset, log_time in rows:
        told[feed][partition] = Head(offset, log_time)
    return told


def as_of_said(told: Mapping[str, Mapping[int, Head]]) -> dict[str, dict[str, dict[str, object]]]:
    """The same as plain data, for ``--json``."""
    return {feed: {str(partition): {"offset": head.offset, "log_time": head.log_time.isoformat()}
                   for partition, head in heads.items()} for feed, heads in told.items()}
