"""A transaction is decided at one moment and becomes visible partition by partition.

The coordinator notes the decision and answers; a marker is then written into each partition that took part, the group's offsets among
them, each in its own time (KIP-98, 5.3; measured: 50 ms apart on a calm broker, a second and more on one that had stood still).
In between a consumed offset may be seen without its findings, or findings without their consumed offset. Whoever compares the two waits:

    the offset is read first    then `wait`: what was under way in the topics is visible or aborted
    the offset is read last     by `consumed`, which does not answer while one is pending
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Self

from events.errors import GroundError, LogError, Where
from infra.kafka import clients

if TYPE_CHECKING:
    from infra.settings import Settings

PATIENCE: Final = 90.0
"""Seconds: an orphan of the worker is aborted after 60, and the coordinator looks every 10."""


class Ends:
    """Where topics end, by topic and partition: for readers of everything, and for readers of what is committed."""

    def __init__(self, settings: Settings, topics: Iterable[str]) -> None:
        from kafka.structs import TopicPartition  # noqa: PLC0415 - slow to import, see infra.cli.app

        self._admin = clients.admin(settings)
        self._places = [TopicPartition(topic, number) for topic in topics for number in range(settings.partitions)]

    def all(self) -> dict[tuple[str, int], int]:
        return self._ask(committed=False)

    def committed(self) -> dict[tuple[str, int], int]:
        return self._ask(committed=True)

    def _ask(self, *, committed: bool) -> dict[tuple[str, int], int]:
        from kafka.admin import OffsetSpec  # noqa: PLC0415 - slow to import, see infra.cli.app
        from kafka.errors import KafkaError  # noqa: PLC0415

        try:
            told = self._admin.list_partition_offsets(dict.fromkeys(self._places, OffsetSpec.LATEST), int(committed))
        except KafkaError as error:
            raise GroundError("ground.kafka-unreachable", f"Kafka answered: {error!r}", todo="see `sanfang doctor`") from error
        return {(place.topic, place.partition): int(one.offset) for place, one in told.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._admin.close()


def wait(settings: Settings, *topics: str) -> None:
    """Until everything that stands in the topics at the moment of the call is decided, and visible where it was committed."""
    until = time.monotonic() + PATIENCE
    with Ends(settings, topics) as ends:
        wanted = ends.all()
        while lacking := {place: end for place, end in ends.committed().items() if end < wanted[place]}:
            if time.monotonic() > until:
                (topic, number), end = min(lacking.items())
                raise _undecided(Where(topic=topic, partition=number, offset=end))
            time.sleep(0.05)


def consumed(settings: Settings) -> dict[int, int]:
    """What the worker's group has consumed, by partition; where an offset waits for its marker, once that is there."""
    from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415 - slow to import, see infra.cli.app
    from kafka.errors import KafkaError, KafkaTimeoutError  # noqa: PLC0415

    topic = settings.topics.actions
    logging.getLogger("kafka.coordinator.consumer").addFilter(_is_news)
    consumer = None
    try:
        # read_committed: so the question is for stable offsets (KIP-447)
        consumer = KafkaConsumer(**clients.kafka_python(settings, group_id=settings.worker_group, enable_auto_commit=False,
                                                        isolation_level="read_committed"))
        found: dict[int, int] = {}
        for number in range(settings.partitions):
            try:
                found[number] = consumer.committed(TopicPartition(topic, number), timeout_ms=int(PATIENCE * 1000)) or 0
            except KafkaTimeoutError as error:
                raise _undecided(Where(topic=topic, partition=number)) from error
    except KafkaError as error:
        raise GroundError("ground.kafka-unreachable", f"Kafka answered: {error!r}", todo="see `sanfang doctor`") from error
    else:
        return found
    finally:
        if consumer is not None:
            consumer.close()


def _is_news(record: logging.LogRecord) -> bool:
    """kafka-python calls it an unknown error when the answer is to ask again."""
    return "UnstableOffsetCommit" not in record.getMessage()


def _undecided(where: Where) -> LogError:
    return LogError("log.undecided", f"有事务 {PATIENCE:.0f} 秒未决 / a transaction has been open for {PATIENCE:.0f} s", where=where,
                    todo="a worker or the broker is stuck: see `sanfang status`; where it stays, Kafka's `kafka-transactions.sh "
                         "find-hanging` names the transaction and `abort` ends it")
