"""How much of the log is held is read back from the tables, and holes are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections.progress import as_of, as_of_said, projected_offsets
from projections.projector.batches import GRID
from projections.projector.feeds import ACTIONS, FINDINGS, MATTERS
from projections.projector.resume import Point, points
from tests.projections.records import Made, finding, matter, put, registered

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

pytestmark = pytest.mark.clickhouse


def test_gaps_of_transactions_are_no_holes(warehouse: Warehouse) -> None:
    """Offsets that no reader of committed data sees are skipped over; the next offset is the one after the last row."""
    put(warehouse, FINDINGS, [Made(0, finding("a")), Made(2, finding("b")), Made(7, finding("c"))])
    assert projected_offsets(warehouse) == {("findings", 0): 8}


def test_hole_ends_what_is_held(warehouse: Warehouse) -> None:
    """Where a row is missing, only what lies before it counts as held, also when the first batch came twice."""
    put(warehouse, ACTIONS, [Made(number, registered(number)) for number in range(5)])
    put(warehouse, ACTIONS, [Made(number, registered(number)) for number in range(5)])
    put(warehouse, ACTIONS, [Made(number, registered(number)) for number in range(8, 12)], previous=7)
    put(warehouse, ACTIONS, [Made(3, registered(3), partition=2)], previous=2)
    assert projected_offsets(warehouse) == {("actions", 0): 5, ("actions", 2): 0}


def test_matters_are_held_up_to_their_highest_offset(warehouse: Warehouse) -> None:
    """Of matters only the latest rows stay, so the highest offset counts, a gone matter's too."""
    put(warehouse, MATTERS, [Made(number, matter("m-1"), key=b"m-1") for number in range(4)])
    put(warehouse, MATTERS, [Made(9, None, key=b"m-2")], previous=3)
    warehouse.command("OPTIMIZE TABLE matters FINAL")
    assert projected_offsets(warehouse) == {("matters", 0): 10}


def test_goes_on_a_stretch_before_the_end(warehouse: Warehouse) -> None:
    """The last stretch is read again, from a row whose predecessor is known; an empty table begins at the beginning."""
    count = GRID + 10
    put(warehouse, ACTIONS, [Made(number, b"{}") for number in range(count)])
    put(warehouse, FINDINGS, [Made(2, finding("a")), Made(4, finding("b"))])
    found = points(warehouse, [(ACTIONS, 0), (ACTIONS, 1), (FINDINGS, 0)])
    assert (found["actions", 0].offset, found["actions", 0].previous, found["actions", 0].held) == (10, 9, count)
    assert found["actions", 1] == Point(0, -1)
    assert (found["findings", 0].offset, found["findings", 0].previous) == (2, -1)


def test_as_of_says_how_far_each_feed_is(warehouse: Warehouse) -> None:
    """An answer's as_of has the highest offset and log time of each partition, as plain data too."""
    put(warehouse, ACTIONS, [Made(0, registered(0)), Made(1, registered(1), timestamp=1_717_200_001_500)])
    told = as_of_said(as_of(warehouse, ("actions", "findings")))
    assert told == {"actions": {"0": {"offset": 1, "log_time": "2024-06-01T00:00:01.500000+00:00"}}, "findings": {}}
