"""Kafka's part of an import: where the log ends, which events it has since, writing, and the clock of a sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from events.actions import EVERY_COUNTY, CalendarPublished, ClockTicked
from events.canonical import canonical
from events.errors import LogError, Where

if TYPE_CHECKING:
    from events.door import Door
    from infra.settings import Settings

_SILENCE_MS: Final = 30_000


class Log(Protocol):
    """What the importer needs of a log."""

    def ends(self) -> dict[int, int]:
        """Partition to the offset that the next record will have."""

    def ids_since(self, places: Mapping[int, int]) -> Iterator[str]:
        """The ids of all events from those places to the end."""

    def write(self, records: Sequence[Record]) -> None:
        """Returns when all of them are acknowledged; raises `LogError` where one is not."""

    def write_everywhere(self, event: ClockTicked | CalendarPublished, partitions: Iterable[int]) -> None:
        """The same bytes into each of the partitions."""


class Record(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def key(self) -> bytes: ...
    @property
    def value(self) -> bytes: ...


class KafkaLog:
    """The actions' topic of a world, through the trusted emitter and a consumer of its own."""

    def __init__(self, settings: Settings, emitter: Any, consumer: Any) -> None:
        from kafka import TopicPartition  # noqa: PLC0415  slow to import, see infra.cli.app

        self._topic = settings.topics.actions
        self._emitter = emitter
        self._consumer = consumer
        self._place = TopicPartition

    def ends(self) -> dict[int, int]:
        partitions = self._consumer.partitions_for_topic(self._topic)
        if not partitions:
            raise LogError("import.no_topic", "主题不存在 / the world has no log yet", where=Where(topic=self._topic),
                           todo="`sanfang up` makes it")
        found = self._consumer.end_offsets([self._place(self._topic, partition) for partition in sorted(partitions)])
        return {place.partition: end for place, end in found.items()}

    def ids_since(self, places: Mapping[int, int]) -> Iterator[str]:
        ends = {partition: end for partition, end in self.ends().items() if places.get(partition, 0) < end}
        self._consumer.assign([self._place(self._topic, partition) for partition in ends])
        for partition in ends:
            self._consumer.seek(self._place(self._topic, partition), places.get(partition, 0))
        while (left := self._left(ends)) > 0:
            batches = self._consumer.poll(timeout_ms=_SILENCE_MS)
            for batch in batches.values():
                yield from (id_ for record in batch if (id_ := _id_of(record.value)))
            if not batches and self._left(ends) == left:
                raise LogError("import.silent_log", "日志没有回答 / the log has more records and does not hand them out",
                               where=Where(topic=self._topic), todo="see whether the broker is well (`sanfang status`)")

    def _left(self, ends: Mapping[int, int]) -> int:
        """Records still to be read; those that mark transactions count too."""
        positions = {partition: self._consumer.position(self._place(self._topic, partition)) for partition in ends}
        return sum(max(0, end - positions[partition]) for partition, end in ends.items())

    def write(self, records: Sequence[Record]) -> None:
        for record in records:
            self._emitter.write(record.id, record.key, record.value)
        self._emitter.flush()

    def write_everywhere(self, event: ClockTicked | CalendarPublished, partitions: Iterable[int]) -> None:
        value = canonical(event)
        for partition in partitions:
            self._emitter.write(event.id, EVERY_COUNTY.encode(), value, partition=partition)
        self._emitter.flush()


@contextmanager
def connected(settings: Settings, door: Door | None) -> Iterator[KafkaLog]:
    """The world's log, its topics made if they are not there yet."""
    from kafka import KafkaConsumer  # noqa: PLC0415

    from events.emitter import TrustedEmitter  # noqa: PLC0415
    from infra.kafka import clients  # noqa: PLC0415
    from infra.kafka.topics import ensure_topics  # noqa: PLC0415

    ensure_topics(settings)
    words = clients.kafka_python(settings, client_id="sanfang-import")
    consumer = KafkaConsumer(**words, enable_auto_commit=False, auto_offset_reset="none")
    try:
        with TrustedEmitter(door, settings.topics.actions, words) as emitter:
            yield KafkaLog(settings, emitter, consumer)
    finally:
        consumer.close()


def _id_of(value: bytes | None) -> str | None:
    """An event's id; None for a record that is no event, which the importer never wrote."""
    try:
        return str(orjson.loads(value or b"")["id"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
