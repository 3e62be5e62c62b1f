"""What waits for a partition, and how much of it is taken at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from events.topics import Topics
from streams.shell.config import ShellConfig
from streams.shell.partition import Partition


def _partition() -> Partition:
    config = ShellConfig(topics=Topics.of("live"), group="g", state_dir=Path("unused"), partitions=1, kafka={}, largest_batch=5)
    return Partition(config, 0, lambda _error: None)


async def test_batches_that_wait_are_taken_together_in_order_as_far_as_they_fit() -> None:
    """Two that fit one transaction come as one, the third in the next; nothing is left out, nothing changes places."""
    partition = _partition()
    fetched: list[list[Any]] = [[1, 2], [3, 4, 5], [6], [7, 8, 9, 10, 11, 12], [13]]
    for batch in fetched:
        partition._queue.put_nowait(batch)
    taken = []
    while partition.waiting:
        taken.append(list(await partition._next()))
    assert taken == [[1, 2, 3, 4, 5], [6], [7, 8, 9, 10, 11, 12], [13]]


async def test_the_word_to_stop_ends_what_is_taken() -> None:
    """Stopping puts an empty batch behind those waiting; what is taken then is seen to be over."""
    partition = _partition()
    partition._queue.put_nowait(())
    assert not await partition._next()
