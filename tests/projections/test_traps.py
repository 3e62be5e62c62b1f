"""The traps of ClickHouse that the design names, each staged: whichever strikes, rows and aggregates are those of an undisturbed run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections.migrations import migrations
from projections.progress import projected_offsets
from projections.projector.batches import Batch, Gathering
from projections.projector.feeds import ACTIONS, Linked
from tests.projections.records import Made, registered

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

pytestmark = pytest.mark.clickhouse
RECORDS = [Made(number, registered(number)) for number in range(60)]


def batch(first: int, last: int) -> Batch:
    return Batch(ACTIONS, 0, tuple(Linked(RECORDS[at], at - 1) for at in range(first, last)))


def write(warehouse: Warehouse, one: Batch) -> None:
    """As the projector does."""
    warehouse.insert("actions", ACTIONS.names, ACTIONS.values(one.rows), token=one.token, types=ACTIONS.types)


def counted(warehouse: Warehouse) -> tuple[int, int, int]:
    """Rows, events, and events as the daily flow counts them."""
    rows, events = warehouse.rows("SELECT count(), uniqExact(event_id) FROM actions FINAL")[0]
    return rows, events, warehouse.rows("SELECT uniqExactMerge(events) FROM daily_flow")[0][0]


def test_replay_from_outside_the_window_counts_once(warehouse: Warehouse) -> None:
    """A retry so late that its token is forgotten, by the table and by the targets of its views, changes nothing."""
    for table in ("actions", "daily_flow"):
        warehouse.command(f"ALTER TABLE {table} MODIFY SETTING non_replicated_deduplication_window = 2")
    for first in range(0, 60, 10):
        write(warehouse, batch(first, first + 10))
    for first in (0, 20):
        write(warehouse, batch(first, first + 10))
    assert warehouse.rows("SELECT count() FROM actions") == [(80,)]  # they did get in: nothing rests on the window
    assert counted(warehouse) == (60, 60, 60)
    assert projected_offsets(warehouse) == {("actions", 0): 60}


def test_killed_between_source_and_view_the_next_reading_fills_the_view(warehouse: Warehouse) -> None:
    """Rows whose view never got them: the same batch with the same token, read again, brings them in, and none counts twice."""
    write(warehouse, batch(0, 20))
    warehouse.command("DROP VIEW daily_flow_of_actions SYNC")  # a view that does not get what its source gets
    write(warehouse, batch(20, 40))
    warehouse.command(next(one.sql for one in migrations() if one.name.endswith("daily_flow_of_actions.sql")))
    assert counted(warehouse) == (40, 40, 20)
    write(warehouse, batch(0, 20))
    write(warehouse, batch(20, 40))
    assert counted(warehouse) == (40, 40, 40)


def test_other_bounds_of_the_same_records_count_once(warehouse: Warehouse) -> None:
    """Batches sealed elsewhere by another process overlap those that are in: tokens do not meet, places do."""
    for first, last in ((0, 20), (20, 25), (10, 40), (0, 60)):
        write(warehouse, batch(first, last))
    assert counted(warehouse) == (60, 60, 60)


def test_checkpoint_is_the_highest_contiguous_offset(warehouse: Warehouse) -> None:
    """A batch that is missing ends what is held, whatever came after; when it is in, all of it is held."""
    write(warehouse, batch(0, 20))
    write(warehouse, batch(30, 60))
    assert projected_offsets(warehouse) == {("actions", 0): 20}
    write(warehouse, batch(20, 30))
    assert projected_offsets(warehouse) == {("actions", 0): 60}


def test_retry_of_the_same_records_is_cut_the_same() -> None:
    """Whole cells of the grid are cut alike whether records come one by one or all at once, so their tokens are the same."""
    made = [Made(number, b"x") for number in range(16_380, 16_390)]
    tokens = []
    for portions in ([made], [[one] for one in made]):
        gathering, cut = Gathering(ACTIONS, 0, 16_379), []
        for portion in portions:
            gathering.take(portion, 0.0)
            while gathering.full():
                cut.append(gathering.cut(0.0).token)
        tokens.append(cut)
    assert tokens[0] == tokens[1] != []
