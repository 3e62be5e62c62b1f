"""Who watches findings come out of Kafka and rows become queryable in ClickHouse, in a process beside the emitter."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
from kafka import KafkaConsumer, TopicPartition

from infra.kafka.clients import kafka_python
from infra.settings import Settings
from projections.warehouse import Warehouse, connect

_PAUSE = 0.03
"""Seconds between two questions: asking costs the machine something too."""
_FEEDS = ("actions", "findings")
_HEADS = " UNION ALL ".join(f"SELECT '{feed}', `partition`, max(`offset`) FROM {feed} GROUP BY `partition`" for feed in _FEEDS)  # noqa: S608


@dataclass(slots=True)
class Seen:
    """``findings``: (cause, when readable, partition, offset). ``heads``: feed to partition to (offset, when first held)."""

    findings: list[tuple[str, float, int, int]] = field(default_factory=list)
    heads: dict[str, dict[int, list[tuple[int, float]]]] = field(default_factory=lambda: {feed: {} for feed in _FEEDS})
    asked_every: float = 0.0


def watch(settings: Settings, ready: Any, stop: Any, answer: Any) -> None:
    """Until ``stop`` is set; then ``answer`` gets what was seen."""
    seen = Seen()
    consumer = KafkaConsumer(**kafka_python(settings, isolation_level="read_committed", enable_auto_commit=False,
                                            auto_offset_reset="earliest", fetch_max_wait_ms=50))
    consumer.assign([TopicPartition(settings.topics.findings, number) for number in range(settings.partitions)])
    with connect(settings.clickhouse_url, database=settings.database) as warehouse:
        asking = threading.Thread(target=_ask, args=(warehouse, seen, stop))
        asking.start()
        consumer.poll(timeout_ms=100)
        ready.set()
        while not stop.is_set():
            for records in consumer.poll(timeout_ms=20).values():
                now = time.time()
                seen.findings += [(orjson.loads(one.value)["causationid"], now, one.partition, one.offset) for one in records]
        asking.join()
    consumer.close()
    answer.put(seen)


def _ask(warehouse: Warehouse, seen: Seen, stop: Any) -> None:
    began, asked = time.time(), 0
    while not stop.is_set():
        for feed, partition, offset in warehouse.rows(_HEADS):
            known = seen.heads[feed].setdefault(int(partition), [])
            if not known or known[-1][0] < offset:
                known.append((int(offset), time.time()))
        asked += 1
        seen.asked_every = (time.time() - began) / asked
        time.sleep(_PAUSE)
