"""The second stage of one world, as a process of its own: reads the log and the findings, says alerts.

It keeps nothing: at each start it folds the log again, and what it had said stands in the alerts topic. An alert's id is a function of
what it says, so what stands there already is not said twice; one transactional id fences a process that wakes late. Each round:

    1. how far the worker has judged (its committed offsets)
    2. all findings up to there (to the end as it was then; committed ones only)
    3. the log, at least as far as the causes of those findings
    4. the stage, as far as every partition has passed the same tick
    5. what is new, in one transaction
    6. once a day, whether the promise is kept (`infra.spikes.live`)

What a first start finds in old history is not said: nobody is woken for the days before.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import orjson

from events.alerts import DETECTOR, AlertBase
from events.canonical import canonical
from events.errors import LogError, Where
from infra.kafka import clients
from infra.kafka.snapshot import Snapshot
from infra.running.stopping import stop_on_signals
from infra.spikes import live
from streams.spikes.keeping import keeping
from streams.spikes.merging import Merge
from streams.spikes.stage import Stage

if TYPE_CHECKING:
    from infra.settings import Settings

_NAP: Final = 0.25
_SILENT: Final = 60.0
_OLD: Final = timedelta(days=2)


class Follower:
    """``round()`` is one turn; ``said`` are the ids of what stands in the alerts topic."""

    def __init__(self, settings: Settings) -> None:
        from kafka import KafkaConsumer, KafkaProducer, TopicPartition  # noqa: PLC0415 - slow to import, see infra.cli.app

        topics, partitions = settings.topics, range(settings.partitions)
        self._topics, self._settings = topics, settings
        words = {"enable_auto_commit": False, "auto_offset_reset": "earliest"}
        committed_only = {**words, "isolation_level": "read_committed"}
        self._log = KafkaConsumer(**clients.kafka_python(settings, **committed_only))
        self._findings = KafkaConsumer(**clients.kafka_python(settings, **committed_only))
        self._ends = KafkaConsumer(**clients.kafka_python(settings, group_id=settings.worker_group, **words))
        self._producer = KafkaProducer(**clients.kafka_python(settings, transactional_id=f"sanfang-spikes-{settings.world}", acks="all"))
        self._producer.init_transactions()
        self._of_log = [TopicPartition(topics.actions, each) for each in partitions]
        self._of_findings = [TopicPartition(topics.findings, each) for each in partitions]
        self._log.assign(self._of_log)
        self._findings.assign(self._of_findings)
        self.said = _said_before(settings)
        self._merge = Merge(Stage(), settings.partitions)
        self._from: datetime | None = None
        self._started = False
        self._calibrated = 0

    def _read(self, consumer: Any, ends: dict[Any, int]) -> list[Any]:
        """Everything committed up to those ends, at least."""
        found: list[Any] = []
        last = time.monotonic()
        while any(consumer.position(place) < end for place, end in ends.items()):
            polled = consumer.poll(timeout_ms=200)
            found += [record for records in polled.values() for record in records]
            last = time.monotonic() if polled else last
            if time.monotonic() - last > _SILENT:
                raise LogError("spikes.silent", "主题一分钟无应答 / a topic did not answer for a minute",
                               where=Where(topic=next(iter(ends)).topic), todo="see `sanfang status`")
        return found

    def _judged(self) -> dict[Any, int]:
        return {place: clients.coordinated(partial(self._ends.committed, place)) or 0 for place in self._of_log}

    def round(self) -> list[AlertBase]:
        """One turn. Answers what was said for the first time."""
        judged = self._judged()                                                                      # 1
        for record in self._read(self._findings, self._ends.end_offsets(self._of_findings)):         # 2
            self._merge.finding(record.partition, record.value)
        for record in self._read(self._log, self._judged()):                                         # 3
            if record.value is not None:
                self._merge.action(record.partition, record.offset, record.value)
        for place, beyond in judged.items():
            self._merge.judged(place.partition, beyond)
        found = self._merge.advance()                                                                # 4
        if not self._started:
            self._started = True
            self._from = self._merge.last_tick - _OLD if self._merge.last_tick is not None else None
        fresh = [event for event in found if event.id not in self.said and (self._from is None or event.time >= self._from)]
        self._publish(fresh)                                                                         # 5
        self._calibrate()                                                                            # 6
        return fresh

    def _calibrate(self) -> None:
        stage = self._merge.stage
        if stage.watch.today > self._calibrated:
            live.keep(self._settings, keeping(stage.tallies, stage.watch.today, stage.watch.settings))
            self._calibrated = stage.watch.today

    def _publish(self, events: Sequence[AlertBase]) -> None:
        if not events:
            return
        self._producer.begin_transaction()
        for event in events:
            self._producer.send(self._topics.alerts, key=event.partitionkey.encode(), value=canonical(event))
        self._producer.commit_transaction()
        self.said.update(event.id for event in events)

    def close(self) -> None:
        for each in (self._log, self._findings, self._ends, self._producer):
            each.close()


def _said_before(settings: Settings) -> set[str]:
    with Snapshot(settings, settings.topics.alerts) as alerts:
        told = [orjson.loads(record.value or b"") for record in alerts]
    return {str(each["id"]) for each in told if each["source"] == DETECTOR}


def run(settings: Settings) -> None:
    """Until told to stop."""
    stop = stop_on_signals()
    follower = Follower(settings)
    try:
        while not stop.is_set():
            follower.round()
            stop.wait(_NAP)
    finally:
        follower.close()
