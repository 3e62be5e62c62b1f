"""A topic as it is now: every record up to the end offsets of the moment it is opened, partition by partition, in order."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from events.errors import GroundError, LogError, Where
from events.rejection import Header
from infra.kafka import clients

if TYPE_CHECKING:
    from infra.settings import Settings

PATIENCE: Final = 60.0
"""Seconds without any progress after which the log counts as silent (kafka-python once stopped a partition without a word)."""


@dataclass(frozen=True, slots=True)
class Record:
    partition: int
    offset: int
    log_time_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...]


class Snapshot:
    """Committed records only. ``starts``: where to begin, by partition; otherwise at what is still there."""

    def __init__(self, settings: Settings, topic: str, starts: Mapping[int, int] | int | None = None) -> None:
        from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415 - slow to import, see infra.cli.app
        from kafka.errors import KafkaError  # noqa: PLC0415

        clients.require(settings)
        self.topic = topic
        self._place = TopicPartition
        try:
            self._consumer: Any = KafkaConsumer(**clients.kafka_python(
                settings, enable_auto_commit=False, isolation_level="read_committed", max_poll_records=10_000))
        except KafkaError as error:
            raise GroundError("ground.kafka-unreachable", f"Kafka 不可用 / Kafka is not there: {type(error).__name__}",
                              where=Where(topic=topic), todo="see `sanfang status`") from error
        try:
            self.bounds = self._bounds(starts)
        except BaseException:
            self._consumer.close()
            raise

    @property
    def total(self) -> int:
        """Offsets between the bounds: as many records, or a few less where transactions left their marks."""
        return sum(max(0, end - start) for start, end in self.bounds.values())

    def __iter__(self) -> Iterator[Record]:
        for partition, (start, end) in self.bounds.items():
            yield from self._records(partition, start, end)

    def of(self, partition: int, start: int = 0, end: int | None = None) -> Iterator[Record]:
        """The records of one partition with ``start <= offset < end``, as far as the bounds go."""
        first, last = self.bounds[partition]
        yield from self._records(partition, max(first, start), last if end is None else min(last, end))

    def close(self) -> None:
        self._consumer.close()

    def at(self, partition: int, offset: int) -> Record | None:
        """The record there, if there is one."""
        if partition not in self.bounds or not self.bounds[partition][0] <= offset < self.bounds[partition][1]:
            return None
        return next((record for record in self._records(partition, offset, offset + 1)), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _bounds(self, starts: Mapping[int, int] | int | None) -> dict[int, tuple[int, int]]:
        partitions = self._consumer.partitions_for_topic(self.topic)
        if not partitions:
            raise GroundError("ground.no-topic", f"没有该主题 / there is no topic {self.topic}", where=Where(topic=self.topic),
                              todo="`sanfang up` makes the topics of a world; is --world right?")
        places = [self._place(self.topic, partition) for partition in sorted(partitions)]
        first, last = self._consumer.beginning_offsets(places), self._consumer.end_offsets(places)
        wanted = {place.partition: starts if isinstance(starts, int) else (starts or {}).get(place.partition, 0) for place in places}
        return {place.partition: (max(first[place], wanted[place.partition]), last[place]) for place in places}

    def _records(self, partition: int, start: int, end: int) -> Iterator[Record]:
        place = self._place(self.topic, partition)
        self._consumer.assign([place])
        self._consumer.seek(place, start)
        position, heard = start, time.monotonic()
        while position < end:
            for batch in self._consumer.poll(timeout_ms=100).values():  # a marker alone wakes nobody: soon is soon enough to look
                for record in batch:
                    if record.offset < end:
                        yield Record(partition, record.offset, record.timestamp, record.key, record.value,
                                     tuple((name, value or b"") for name, value in record.headers))
            now = self._consumer.position(place)
            if now > position:
                position, heard = now, time.monotonic()
            elif time.monotonic() - heard > PATIENCE:
                raise LogError("log.silent", f"日志未应答 / the log said nothing for {PATIENCE:.0f} s",
                               where=Where(topic=self.topic, partition=partition, offset=position), todo="see `sanfang status`")
