"""The batch transport overrides private members of Faust's consumer: these tests notice an upgrade that changes them."""

from __future__ import annotations

import inspect

from faust.transport.consumer import Consumer
from faust.transport.drivers import aiokafka as driver

from streams.shell.transport import BatchConsumer


def test_the_overridden_members_are_still_there() -> None:
    """Faust's consumer still asks ``getmany`` for (partition, message) pairs and commits by ``_commit``."""
    assert list(inspect.signature(Consumer.getmany).parameters) == list(inspect.signature(BatchConsumer.getmany).parameters)
    assert list(inspect.signature(driver.Consumer._commit).parameters)[:2] == ["self", "offsets"]
    assert inspect.isasyncgenfunction(Consumer.getmany)


def test_the_members_it_leans_on_are_still_there() -> None:
    """What ``getmany`` uses of its base: the fetch, the flow, the read offsets, the message."""
    source = inspect.getsource(Consumer)
    for name in ("_wait_next_records", "flow_active", "perform_seek", "_buffered_partitions", "_read_offset"):
        assert name in source
    assert "_to_message" in vars(driver.Consumer)


def test_the_drain_still_compares_with_the_read_offset() -> None:
    """Batches rely on ``offset >= r_offset`` and on a gap of one being no gap."""
    source = inspect.getsource(Consumer._drain_messages)
    assert "offset >= r_offset" in source
    assert "gap > 1" in source
