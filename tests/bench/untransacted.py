"""What the worker would be without transactions, for the price of them: the same shell, the same batches, an idempotent producer,
each batch's results acknowledged, then its offset committed by the group's member. At least once, and a zombie can still write.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.shell import partition as partition_module
from streams.shell.config import ShellConfig
from streams.shell.judge_batch import Results
from streams.shell.outbox import SENDING, Outbox
from streams.shell.transport import BatchConsumer

ASKED: Final = "untransacted" in sys.argv[1:]


def without_transactions() -> None:
    consumers: list[BatchConsumer] = []
    begun = BatchConsumer.__init__

    def noted(self: BatchConsumer, *args: Any, **named: Any) -> None:
        begun(self, *args, **named)
        consumers.append(self)

    class Untransacted(Outbox):
        def __init__(self, config: ShellConfig, partition: int) -> None:
            super().__init__(config, partition, AIOKafkaProducer(**config.kafka, enable_idempotence=True, **SENDING))

        async def _publish(self, results: Results, next_offset: int) -> None:
            for delivery in await self._sent(results):
                await delivery
            offsets: Mapping[Any, int] = {TP(self._config.topics.actions, self._partition): next_offset}
            await driver.Consumer._commit(consumers[-1], offsets)

    BatchConsumer.__init__ = noted  # type: ignore[method-assign]
    partition_module.Outbox = Untransacted  # type: ignore[misc]
