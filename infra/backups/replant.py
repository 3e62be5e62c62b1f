"""A topic written anew with the offsets that its records had.

Between records lie the markers of transactions, and what was aborted; no reader of committed records sees them, but they have
offsets. So a gap of one is made again by a transaction that commits (its marker takes one offset), and a longer one by a transaction
that is aborted: so many records that count for nothing, and a marker. The coordinator answers before the marker is written (KIP-98, 5.3),
so what comes next waits for it. Where an offset comes out otherwise, that is an error.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from events.errors import LogError, Where

if TYPE_CHECKING:
    from events.lines import Line

_RUN: Final = 5_000
_PATIENCE: Final = 90.0
"""Seconds for a marker; a broker that has much to do takes some."""


class Replanter:
    """Writes one topic, partition after partition. ``kafka``: keyword arguments for kafka-python's clients."""

    def __init__(self, kafka: Mapping[str, Any], topic: str) -> None:
        from kafka import KafkaConsumer, KafkaProducer, TopicPartition  # noqa: PLC0415 - slow to import, see infra.cli.app

        self._topic, self._place = topic, TopicPartition
        self._ends = KafkaConsumer(**kafka, enable_auto_commit=False)
        words = {**kafka, "acks": "all", "linger_ms": 5, "max_request_size": 4 << 20, "compression_type": "lz4"}
        self._plain = KafkaProducer(**words)
        self._marked = KafkaProducer(**words, transactional_id=f"sanfang-restore-{topic}")
        self._marked.init_transactions()

    def close(self) -> None:
        self._plain.close()
        self._marked.close()
        self._ends.close()

    def write(self, partition: int, lines: Iterable[Line], end: int, *, exact: bool, progress: Callable[[int], None]) -> None:
        """``exact``: each record gets its offset, and the partition ends at ``end``. (Not of a compacted topic: nobody counts there.)"""
        run: list[Line] = []
        at = 0
        for line in lines:
            if exact and line.offset > at:
                self._run(partition, run, line.offset - at, progress)
                run = []
            run.append(line)
            at = line.offset + 1
            if len(run) > _RUN:
                self._plain_run(partition, run[:-1], exact=exact)
                progress(len(run) - 1)
                run = run[-1:]  # the last one may have to stand before a marker
        self._run(partition, run, end - at if exact else 0, progress, exact=exact)

    def _run(self, partition: int, run: list[Line], gap: int, progress: Callable[[int], None], *, exact: bool = True) -> None:
        """The records, and then so many offsets without any."""
        if gap == 1 and run:
            self._plain_run(partition, run[:-1], exact=exact)
            self._marked.begin_transaction()
            told = self._send(self._marked, partition, run[-1])
            self._marked.commit_transaction()
            self._prove(partition, run[-1], told)
            self._marker(partition, run[-1].offset + 2)
        else:
            self._plain_run(partition, run, exact=exact)
            if gap == 1:
                raise LogError("log.restore-gap", "a partition cannot begin with a single marker",
                               where=Where(topic=self._topic, partition=partition), todo="the backup is not of a topic of ours")
            if gap > 1:
                self._marked.begin_transaction()
                for _ in range(gap - 1):
                    self._marked.send(self._topic, b"", partition=partition)
                self._marked.flush()
                self._marked.abort_transaction()
                self._marker(partition, (run[-1].offset + 1 if run else 0) + gap)
        progress(len(run))

    def _marker(self, partition: int, end: int) -> None:
        """Until the marker of the last transaction stands, with which the partition ends at ``end``."""
        place = self._place(self._topic, partition)
        until = time.monotonic() + _PATIENCE
        while (found := self._ends.end_offsets([place])[place]) < end:
            if time.monotonic() > until:
                raise LogError("log.restore-gap", f"the marker of a transaction was not written in {_PATIENCE:.0f} s",
                               where=Where(topic=self._topic, partition=partition, offset=found), todo="see `sanfang status`; begin again")
            time.sleep(0.005)

    def _plain_run(self, partition: int, run: list[Line], *, exact: bool) -> None:
        told = [self._send(self._plain, partition, line) for line in run]
        self._plain.flush()
        for line, one in zip(run, told, strict=True):
            if exact:
                self._prove(partition, line, one)
            else:
                one.get(60)

    def _send(self, producer: Any, partition: int, line: Line) -> Any:
        return producer.send(self._topic, line.value, line.key, list(line.headers), partition, round(line.logtime.timestamp() * 1000))

    def _prove(self, partition: int, line: Line, told: Any) -> None:
        offset = told.get(60).offset
        if offset != line.offset:
            raise LogError("log.restore-offset", f"the record of offset {line.offset} came to stand at {offset}",
                           where=Where(topic=self._topic, partition=partition, offset=line.offset),
                           todo="somebody else writes this topic; begin again where nothing is")
