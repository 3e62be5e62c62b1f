"""The exchange. All pairs of tables in one statement; views find them by name, so they need not be touched.

    1. note, per feed and partition, up to where the new tables are filled     (a crash after this: a start reads from there again)
    2. EXCHANGE TABLES                                                         (questions and the projector meet the new ones)
    3. fill from the note to the end of the log                                (what the projector had written into the old ones)
    4. note that it is finished

A crash between 2 and 4 leaves the note: the next start of the projector begins at it, so nothing stays missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.rebuild import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from projections.warehouse import Warehouse

Held = dict[tuple[str, int], int]
_NAMES: Final = ["id", "feed", "partition", "offset", "finished"]


def switch(live: Warehouse, id_: str, filled: Held, fill_rest: Callable[[], None]) -> None:
    note(live, id_, filled, finished=False)                                                                         # 1
    there = beside.name(live.database)
    live.command("EXCHANGE TABLES " + ", ".join(
        f"`{live.database}`.`{table}` AND `{there}`.`{table}`" for table in beside.tables(live)), database=False)   # 2
    fill_rest()                                                                                                     # 3
    note(live, id_, filled, finished=True)                                                                          # 4


def note(live: Warehouse, id_: str, filled: Mapping[tuple[str, int], int], *, finished: bool) -> None:
    places = sorted(filled)
    if places:
        live.insert("switches", _NAMES, [[id_] * len(places), [feed for feed, _ in places], [number for _, number in places],
                                         [filled[place] for place in places], [finished] * len(places)])


def finish_all(live: Warehouse) -> None:
    """After a rebuild that went through, what earlier ones left open no longer matters."""
    open_ones = live.rows("SELECT id, feed, `partition`, `offset` FROM switches FINAL WHERE NOT finished")
    if open_ones:
        ids, feeds, numbers, offsets = (list(column) for column in zip(*open_ones, strict=True))
        live.insert("switches", _NAMES, [ids, feeds, numbers, offsets, [True] * len(ids)])
