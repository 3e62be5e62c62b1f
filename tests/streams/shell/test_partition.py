"""What waits for a partition, and how much of it is taken at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from events.topics import Topics
from streams.shell.config import ShellConfig
from streams.shell.partition import Partition


@dataclass
class _Record:
    offset: int


def _partition() -> Partition:
    config = ShellConfig(topics=Topics.of("live"), group="g", state_dir=Path("unused"), partitions=1, kafka={}, largest_batch=5)
    return Partition(config, 0, lambda _error: None)


async def _taken(*fetched: range) -> list[list[int]]:
    """By their offsets."""
    partition = _partition()
    for offsets in fetched:
        partition._queue.put_nowait([_Record(offset) for offset in offsets])  # type: ignore[misc]
    taken = []
    while partition.waiting:
        taken.append([record.offset for record in await partition._next()])
    return taken


async def test_batches_that_wait_are_taken_together_in_order_as_far_as_they_fit() -> None:
    """Two that fit one transaction come as one, the third in the next; nothing is left out, nothing changes places."""
    assert await _taken(range(2), range(2, 5), range(5, 6), range(6, 12), range(12, 13)) == [
        [0, 1, 2, 3, 4], [5], [6, 7, 8, 9, 10, 11], [12]]


async def test_a_batch_that_overlaps_or_leaves_a_gap_comes_by_itself() -> None:
    """The guard looks at where a batch begins, so what was fetched again, and what is behind a gap, must begin one."""
    assert await _taken(range(2), range(1, 3)) == [[0, 1], [1, 2]]
    assert await _taken(range(2), range(3, 5)) == [[0, 1], [3, 4]]


async def test_the_word_to_stop_ends_what_is_taken() -> None:
    """Stopping puts an empty batch behind those waiting; what is taken then is seen to be over."""
    partition = _partition()
    partition._queue.put_nowait(())
    assert not await partition._next()
