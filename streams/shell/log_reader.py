"""Reading a stretch of one partition again, outside the group: to rebuild a store, or to look into a gap."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from events.errors import LogError, Where
from streams.shell.config import ShellConfig


async def ends(config: ShellConfig, partition: int) -> tuple[int, int, int]:
    """(first offset, next offset to be written, next offset to be consumed by the group) of the partition of the log."""
    tp = TopicPartition(config.topics.actions, partition)
    consumer = AIOKafkaConsumer(**config.kafka, group_id=config.group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([tp])
        first = (await consumer.beginning_offsets([tp]))[tp]
        end = (await consumer.end_offsets([tp]))[tp]
        committed = await consumer.committed(tp)
        return int(first), int(end), int(committed) if committed is not None else int(first)
    finally:
        await consumer.stop()


FROM_THE_START: Final = -1


async def stretch(config: ShellConfig, partition: int, first: int, beyond: int) -> AsyncIterator[Sequence[ConsumerRecord]]:
    """The records from ``first`` (or the start) to before ``beyond``, in batches; markers of transactions are passed over."""
    tp = TopicPartition(config.topics.actions, partition)
    consumer = AIOKafkaConsumer(**config.kafka, enable_auto_commit=False, isolation_level="read_committed",
                                max_partition_fetch_bytes=1 << 20)
    await consumer.start()
    try:
        consumer.assign([tp])
        if first == FROM_THE_START:
            await consumer.seek_to_beginning(tp)
        else:
            consumer.seek(tp, first)
        silent = 0
        while await consumer.position(tp) < beyond:
            records = (await consumer.getmany(tp, timeout_ms=1_000, max_records=config.largest_batch)).get(tp, [])
            wanted = [record for record in records if record.offset < beyond]
            if wanted:
                yield wanted
            silent = 0 if records else silent + 1
            if silent > 30:
                raise LogError("log.unreadable", f"the log does not give offsets up to {beyond}",
                               where=Where(topic=tp.topic, partition=partition, offset=await consumer.position(tp)),
                               todo="is the broker well? see sanfang doctor")
    finally:
        await consumer.stop()
