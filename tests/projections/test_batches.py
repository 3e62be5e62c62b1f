"""Which records go in together, without any engine; and the watch on partitions, with a consumer that is a fake."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition

from events.errors import LogError
from projections.projector.batches import GRID, HEAVY, Batch, Gathering
from projections.projector.feeds import ACTIONS, MATTERS
from projections.projector.reader import LOOK, PATIENCE, Reader
from tests.projections.records import Made, linked


def test_batches_end_where_the_grid_says() -> None:
    """However the records came, cells of the grid are cut alike, and none straddles a part of the table."""
    records = [Made(offset, b"x") for offset in range(GRID - 3, 2 * GRID + 2)]
    cuts = []
    for step in (1, 7, 5_000):
        gathering = Gathering(ACTIONS, 0, previous=GRID - 4)
        cells: list[tuple[int, int]] = []
        for begin in range(0, len(records), step):
            gathering.take(records[begin:begin + step], now=0.0)
            while gathering.full():
                batch = gathering.cut(0.0)
                cells.append((batch.first, batch.last))
        cuts.append(cells)
    assert cuts == [[(GRID - 3, GRID - 1), (GRID, 2 * GRID - 1)]] * 3
    assert (1 << 24) % GRID == 0


def test_rows_are_linked_over_gaps() -> None:
    """Each row names the record before it, over gaps and over batches."""
    gathering = Gathering(ACTIONS, 0, previous=-1)
    gathering.take([Made(2, b"x"), Made(5, b"x")], now=1.0)
    first = gathering.cut(1.0)
    gathering.take([Made(9, b"x")], now=2.0)
    assert [row.previous for row in (*first.rows, *gathering.cut(2.0).rows)] == [-1, 2, 5]
    assert (gathering.weight, gathering.full(), gathering.since) == (0, False, 2.0)


def test_heavy_records_make_small_batches() -> None:
    """A batch is sealed by its weight before it is sealed by its number."""
    gathering = Gathering(ACTIONS, 0, previous=-1)
    gathering.take([Made(number, b"x" * (HEAVY // 4)) for number in range(10)], now=0.0)
    assert gathering.full()
    assert len(gathering.cut(0.0).rows) == 4


def test_token_is_made_of_the_content() -> None:
    """The same records have the same token; another byte, another place, another feed or a missing value has another."""
    def token(feed: Any, *records: Made) -> str:
        return Batch(feed, records[0].partition, tuple(linked(records))).token

    tokens = [token(ACTIONS, Made(0, b"ab"), Made(1, b"c")), token(ACTIONS, Made(0, b"a"), Made(1, b"bc")),
              token(ACTIONS, Made(0, b"ab"), Made(2, b"c")), token(ACTIONS, Made(0, b"ab", partition=1), Made(1, b"c", partition=1)),
              token(MATTERS, Made(0, b"ab"), Made(1, b"c")), token(ACTIONS, Made(0, b"")), token(ACTIONS, Made(0, None))]
    assert len(set(tokens)) == len(tokens)
    assert tokens[0] == token(ACTIONS, Made(0, b"ab"), Made(1, b"c"))


class FakeConsumer:
    """A fake of kafka-python's consumer that stops giving records of one partition, as #3131 did."""

    def __init__(self) -> None:
        self.where = TopicPartition("t", 0)
        self.at = 5
        self.end = 9
        self.sought: list[int] = []

    def assignment(self) -> set[TopicPartition]:
        return {self.where}

    def end_offsets(self, _places: object) -> dict[TopicPartition, int]:
        return {self.where: self.end}

    def position(self, _where: TopicPartition) -> int:
        return self.at

    def seek(self, _where: TopicPartition, offset: int) -> None:
        self.sought.append(offset)


@pytest.fixture
def watched() -> tuple[Reader, FakeConsumer]:
    reader, consumer = Reader.__new__(Reader), FakeConsumer()
    reader.__dict__.update(_consumer=consumer, _moved={}, _asked_anew=set(), _looked=0.0)
    return reader, consumer


def test_silent_partition_is_asked_anew_and_then_given_up(watched: tuple[Reader, FakeConsumer]) -> None:
    """A partition with more to give that gives nothing is sought again; if that does not help, the process ends."""
    reader, consumer = watched
    now = LOOK
    reader.watch(now)
    assert reader.watch(now + 1) is None
    reader.watch(now + PATIENCE)
    assert consumer.sought == []
    reader.watch(now + PATIENCE + LOOK)
    assert consumer.sought == [5]
    with pytest.raises(LogError) as told:
        reader.watch(now + 3 * (PATIENCE + LOOK))
    assert (told.value.code, told.value.where.offset) == ("projector.stalled", 5)


@pytest.mark.parametrize("how", ["it moves", "it is at the end", "we rest"])
def test_partition_with_a_reason_to_be_silent_is_left_alone(watched: tuple[Reader, FakeConsumer], how: str) -> None:
    """Nothing is sought where records come, where there are none, and where we asked for none."""
    reader, consumer = watched
    for turn in range(1, 20):
        if how == "it moves":
            consumer.at, consumer.end = turn, turn + 5
        elif how == "it is at the end":
            consumer.at = consumer.end
        assert reader.watch(turn * PATIENCE, resting=how == "we rest") is not None
    assert consumer.sought == []


def test_columns_say_what_the_record_was() -> None:
    """A record without value is a tombstone in the log and a gone matter; headers keep their bytes."""
    record = SimpleNamespace(partition=3, offset=7, timestamp=5, key=None, value=None, headers=[("h", b"\xff"), ("n", None)])
    rows = linked([record])  # type: ignore[list-item]
    assert dict(zip(ACTIONS.names, (column[0] for column in ACTIONS.values(rows)), strict=True)) == {
        "partition": 3, "offset": 7, "previous": -1, "log_time": 5, "key": None, "headers": [(b"h", b"\xff"), (b"n", b"")],
        "tombstone": True, "raw": b""}
    assert dict(zip(MATTERS.names, (column[0] for column in MATTERS.values(rows)), strict=True))["gone"] == 1
