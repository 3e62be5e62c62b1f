"""The outbox of one partition: one Kafka transaction a batch, with one transactional id a partition.

Findings, matters, rejections and the consumed offset become visible together or not at all, so a reader of committed data
sees each finding once; and a worker that lost the partition and wakes late is fenced, because its successor has started
the same transactional id anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import IllegalOperation, InvalidProducerEpoch, InvalidProducerIdMapping, ProducerFenced

from events.errors import LogError, Where
from streams.shell.config import ShellConfig
from streams.shell.judge_batch import Results

_BATCH_BYTES: Final = 512 * 1024
SENDING: Final[dict[str, Any]] = {"acks": "all", "compression_type": "zstd", "max_batch_size": _BATCH_BYTES,
                                  "max_request_size": 4 << 20, "linger_ms": 0}


class Outbox:
    def __init__(self, config: ShellConfig, partition: int, producer: Any = None) -> None:
        self._config = config
        self._partition = partition
        self._producer = producer or AIOKafkaProducer(
            **config.kafka, **SENDING, transactional_id=f"{config.group}-{partition}", transaction_timeout_ms=60_000)

    async def start(self) -> None:
        await self._producer.start()

    async def publish(self, results: Results, next_offset: int) -> None:
        """One transaction: everything in the results, and that the log is consumed up to ``next_offset``."""
        try:
            await self._publish(results, next_offset)
        except (ProducerFenced, InvalidProducerEpoch, InvalidProducerIdMapping, IllegalOperation) as error:
            if isinstance(error, IllegalOperation) and not self._producer._txn_manager.is_fatal_error():  # noqa: SLF001  nothing public tells
                raise
            raise LogError("worker.fenced", "另一工作进程已接管该分区 / another worker has this partition now; nothing of this batch was "
                           "written by this one", where=Where(topic=self._config.topics.actions, partition=self._partition,
                                                              offset=next_offset - 1),
                           todo="nothing: this worker stops and is started again; if it recurs, two workers have one name") from error

    async def _publish(self, results: Results, next_offset: int) -> None:
        producer = self._producer
        offsets = {TopicPartition(self._config.topics.actions, self._partition): next_offset}
        async with producer.transaction():
            deliveries = await self._sent(results)
            await producer.send_offsets_to_transaction(offsets, self._config.group)
            for delivery in deliveries:
                await delivery

    async def _sent(self, results: Results) -> list[asyncio.Future[Any]]:
        topics, producer = self._config.topics, self._producer
        deliveries: list[asyncio.Future[Any]] = []
        await self._append(topics.findings, results.findings, deliveries)
        await self._append(topics.matters, results.matters, deliveries)
        for key, value, headers in results.rejected:
            deliveries.append(_noted(await producer.send(topics.rejected, value, key, partition=self._partition, headers=headers)))
        for county, value in results.carried:
            deliveries.append(_noted(await producer.send(topics.actions, value, county)))
        return deliveries

    async def _append(self, topic: str, pairs: Iterable[tuple[bytes, bytes | None]], deliveries: list[asyncio.Future[Any]]) -> None:
        """Whole batches of records. ``append`` answers None when a batch is full, and then the record is not in it."""
        producer = self._producer
        batch = None
        for key, value in pairs:
            if batch is not None and batch.append(key=key, value=value, timestamp=None) is not None:
                continue
            if batch is not None:
                batch.close()
                deliveries.append(_noted(await producer.send_batch(batch, topic, partition=self._partition)))
            batch = producer.create_batch()
            if batch.append(key=key, value=value, timestamp=None) is None:
                raise AssertionError(f"a record of {len(value or b'')} bytes does not fit an empty batch of {_BATCH_BYTES}")
        if batch is not None:
            batch.close()
            deliveries.append(_noted(await producer.send_batch(batch, topic, partition=self._partition)))

    async def stop(self) -> None:
        await self._producer.stop()


def _noted(delivery: Any) -> Any:
    """When one delivery fails the transaction does, and the others need not be complained about as well."""
    delivery.add_done_callback(lambda done: done.cancelled() or done.exception())
    return delivery
