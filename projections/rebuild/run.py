"""The whole of a rebuild, step by step. Told to stop, or killed, at any moment: the old tables are as they were, or the new ones
are in their place whole; a second database that is left over is dropped by the next rebuild.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from events.errors import LogError, WarehouseError, Where
from projections.migrations import migrate
from projections.progress import CHAINED, projected_offsets
from projections.projector.loop import Projector
from projections.rebuild import beside, compare, switch

if TYPE_CHECKING:
    from events.topics import Topics
    from projections.rebuild.compare import Parting
    from projections.warehouse import Warehouse

_COUNT: Final = "SELECT count() FROM {feed} FINAL"
_TOP: Final = "SELECT `partition`, max(`offset`) FROM {feed} GROUP BY `partition`"
Progress = Callable[[str, int, int], None]
"""Hears the step, how much is done of it and of how much."""
_ROUNDS: Final = 2
_STARTS: Final = 5


class Cancelled(Exception):
    """The rebuild was told to stop; the tables that are asked are those of before."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it. ``partings``: where the old tables were not what the log says."""

    rows: dict[str, int]
    partings: list[Parting] = field(default_factory=list)
    exchanged: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {"exchanged": self.exchanged, "rows": self.rows, "same": not self.partings,
                "differences": [one.as_dict() for one in self.partings]}


def rebuild(topics: Topics, kafka: Mapping[str, Any], connect: Callable[[str], Warehouse], database: str, *,
            stop: threading.Event, progress: Progress = lambda *_: None, exchange: bool = True) -> Rebuilt:
    """``connect`` gives a client of the database it is told. ``exchange=False``: only compare, and leave everything as it is."""
    there = beside.name(database)

    def fill(into: str, step: str, stop: threading.Event) -> None:
        for left in reversed(range(_STARTS)):
            try:
                Projector(topics, kafka, lambda: connect(into), stop=stop).run(to_the_end=lambda done, of: progress(step, done, of))
                break
            except LogError as error:
                # a consumer that fell silent (kafka-python #3131): a new one goes on where the tables end, as under the supervisor
                if error.code != "projector.stalled" or not left:
                    raise
        if stop.is_set():
            raise Cancelled

    with connect(database) as live:
        migrate(live)
        beside.drop(live)
        try:
            for _ in range(_ROUNDS):  # the second finds what came meanwhile
                held = projected_offsets(live)
                fill(there, "fill 填充", stop)
            with connect(there) as new:
                partings = _compared(live, new, stop, progress)
                filled = projected_offsets(new)
                rows = {feed: int(new.rows(_COUNT.format(feed=feed))[0][0]) for feed in sorted({feed for feed, _ in filled})}
            if exchange:
                _not_shorter(held, filled)
                # from here on it goes through, whoever wishes it to stop: there is little left to do
                switch.switch(live, uuid.uuid4().hex, filled, lambda: fill(database, "rest 补齐", threading.Event()))
                switch.finish_all(live)
        finally:
            beside.drop(live)
    return Rebuilt(rows, partings, exchanged=exchange)


def _compared(live: Warehouse, new: Warehouse, stop: threading.Event, progress: Progress) -> list[Parting]:
    held = projected_offsets(new)
    tops = _tops(live)
    partings: list[Parting] = []
    steps = (*CHAINED, "matters")
    for done, table in enumerate(steps):
        progress("compare 比较", done, len(steps))
        if stop.is_set():
            raise Cancelled
        if table == "matters":
            partings += compare.matters(live, new)
        else:
            # the old tables may be behind the log; how far they have come is not a difference
            below = {number: min(end, tops.get((table, number), 0)) for (feed, number), end in held.items() if feed == table}
            partings += compare.chained(live, new, table, below)
    return partings


def _tops(live: Warehouse) -> dict[tuple[str, int], int]:
    return {(table, int(number)): int(top) + 1 for table in CHAINED
            for number, top in live.rows(_TOP.format(feed=table))}


def _not_shorter(held: Mapping[tuple[str, int], int], filled: Mapping[tuple[str, int], int]) -> None:
    """What the old tables held before the last round was in the log then; where the new ones lack it, it is another log."""
    for (feed, number), end in sorted(held.items()):
        if filled.get((feed, number), 0) < end:
            raise WarehouseError("warehouse.rebuild-shorter", f"the old {feed} reach to {end - 1}, the log does not",
                                 where=Where(partition=number), todo="this is not the log that was projected: name the right cluster")
