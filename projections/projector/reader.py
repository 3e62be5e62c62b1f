"""Kafka, read by direct assignment: no group, no rebalance, only committed records.

kafka-python has been seen to stop returning the records of one partition without a word (#3131). So each partition is
watched: when its log has more and it has given nothing for a while, it is asked anew, and after that the process ends
with an error, which the supervisor answers with a fresh start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError

from events.errors import LogError, Where
from projections.projector.feeds import Record
from projections.projector.resume import ANOTHER, Point

LOOK: Final = 10.0
"""Seconds between two looks at the ends of the log."""
PATIENCE: Final = 30.0
"""Seconds that a partition may give nothing while it has more."""


class Reader:
    def __init__(self, kafka: Mapping[str, Any], now: float) -> None:
        try:
            self._consumer = KafkaConsumer(
                group_id=None, enable_auto_commit=False, auto_offset_reset="none", isolation_level="read_committed",
                check_crcs=True, max_partition_fetch_bytes=8 << 20, fetch_max_wait_ms=50, **kafka)
        except KafkaError as error:
            raise LogError("log.unreachable", f"Kafka does not answer: {error!r}", todo="sanfang doctor says what is wrong") from error
        self._moved: dict[TopicPartition, tuple[int, float]] = {}
        self._asked_anew: set[TopicPartition] = set()
        self._looked = now

    def partitions(self, topics: Sequence[str]) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for topic in topics:
            numbers = self._consumer.partitions_for_topic(topic)
            if not numbers:
                raise LogError("log.no-topic", "the topic is not there", where=Where(topic=topic), todo="run sanfang up")
            found += [(topic, number) for number in sorted(numbers)]
        return found

    def start(self, points: Mapping[TopicPartition, Point]) -> None:
        """Reads on from these. A place that the log does not have means that it is another log."""
        self._consumer.assign(list(points))
        begins = self._consumer.beginning_offsets(list(points))
        ends = self._consumer.end_offsets(list(points))
        for where, point in points.items():
            if point.held > ends[where]:
                raise LogError("log.another-history", f"the table holds offsets up to {point.held - 1}, the log ends at {ends[where]}",
                               where=Where(topic=where.topic, partition=where.partition), todo=ANOTHER)
            self._consumer.seek(where, max(point.offset, begins[where]))

    def poll(self, milliseconds: int, most: int) -> Mapping[TopicPartition, list[Record]]:
        try:
            return self._consumer.poll(timeout_ms=milliseconds, max_records=most)  # type: ignore[no-any-return]
        except OffsetOutOfRangeError as error:
            raise LogError("log.another-history", f"the log no longer has what comes next: {error}",
                           todo="records were removed from a log that is kept for ever: see docs/runbook") from error

    def ends(self) -> dict[TopicPartition, int]:
        """Where each partition ends now, for a reader of committed records."""
        return dict(self._consumer.end_offsets(list(self._consumer.assignment())))

    def position(self, where: TopicPartition) -> int:
        return int(self._consumer.position(where))

    def lag(self) -> dict[TopicPartition, int]:
        ends = self._consumer.end_offsets(list(self._consumer.assignment()))
        return {where: max(0, end - self._consumer.position(where)) for where, end in ends.items()}

    def watch(self, now: float, *, resting: bool = False) -> dict[TopicPartition, int] | None:
        """Looks, every few seconds, whether each partition still moves; its lags then, else None. ``resting``: nothing is read just now."""
        if now - self._looked < LOOK:
            return None
        self._looked = now
        lags = self.lag()
        for where, lag in lags.items():
            position = self._consumer.position(where)
            seen = self._moved.get(where)
            if seen is None or seen[0] != position or lag == 0 or resting:
                self._moved[where] = (position, now)
                self._asked_anew.discard(where)
            elif now - seen[1] > PATIENCE:
                self._stalled(where, position, lag, now)
        return lags

    def _stalled(self, where: TopicPartition, position: int, lag: int, now: float) -> None:
        if where in self._asked_anew:
            raise LogError("projector.stalled", f"{lag} records wait and none comes",
                           where=Where(topic=where.topic, partition=where.partition, offset=position),
                           todo="the process starts anew; if it happens again, see sanfang doctor and the broker's log")
        self._asked_anew.add(where)
        self._moved[where] = (position, now)
        self._consumer.seek(where, position)

    def close(self) -> None:
        self._consumer.close()
