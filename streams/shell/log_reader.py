"""Reading a stretch of one partition again, outside the group: to rebuild a store, or to look into a gap."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from events.errors import LogError, Where
from streams.shell.config import ShellConfig

FROM_THE_START: Final = -1
_SILENT_SECONDS: Final = 30


class Ends(NamedTuple):
    """Of one partition: its first offset, the next to be written, the next that the group has to judge."""

    first: int
    end: int
    committed: int


class LogReader:
    """One partition of the log."""

    def __init__(self, config: ShellConfig, partition: int) -> None:
        self._config = config
        self._tp = TopicPartition(config.topics.actions, partition)

    async def ends(self) -> Ends:
        tp = self._tp
        consumer = AIOKafkaConsumer(**self._config.kafka, group_id=self._config.group, enable_auto_commit=False)
        await consumer.start()
        try:
            consumer.assign([tp])
            first = (await consumer.beginning_offsets([tp]))[tp]
            end = (await consumer.end_offsets([tp]))[tp]
            committed = await consumer.committed(tp)
            return Ends(int(first), int(end), int(committed) if committed is not None else int(first))
        finally:
            await consumer.stop()

    async def stretch(self, first: int, beyond: int) -> AsyncIterator[Sequence[ConsumerRecord]]:
        """The committed records from ``first`` (or the start) to before ``beyond``, in batches; markers of transactions and
        what was aborted are passed over. Offsets that the log no longer has are an error: to go on behind them would be
        to lose what stood there without a word.
        """
        tp = self._tp
        consumer = AIOKafkaConsumer(**self._config.kafka, enable_auto_commit=False, isolation_level="read_committed",
                                    auto_offset_reset="none", max_partition_fetch_bytes=1 << 20)
        await consumer.start()
        try:
            consumer.assign([tp])
            start = (await consumer.beginning_offsets([tp]))[tp]
            if first != FROM_THE_START and first < start:
                raise cut(tp.topic, tp.partition, first, int(start))
            consumer.seek(tp, max(first, start))
            silent = 0
            while await consumer.position(tp) < beyond:
                try:
                    fetched = await consumer.getmany(tp, timeout_ms=1_000, max_records=self._config.largest_batch)
                except OffsetOutOfRangeError as error:
                    raise cut(tp.topic, tp.partition, first, beyond) from error
                records = fetched.get(tp, [])
                wanted = [record for record in records if record.offset < beyond]
                if wanted:
                    yield wanted
                silent = 0 if records else silent + 1
                if silent > _SILENT_SECONDS:
                    raise LogError("log.unreadable", f"the log does not give offsets up to {beyond}",
                                   where=Where(topic=tp.topic, partition=tp.partition, offset=await consumer.position(tp)),
                                   todo="is the broker well? see sanfang doctor")
        finally:
            await consumer.stop()


def cut(topic: str, partition: int, wanted: int, first: int) -> LogError:
    return LogError("log.cut", f"日志已被截断 / the log begins at {first}, and {wanted} is wanted: what stood between is gone",
                    where=Where(topic=topic, partition=partition, offset=wanted),
                    todo="restore the log from its backup (docs/delivery.md, irrecoverable cases); the topic must be kept for ever")
