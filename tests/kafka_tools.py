"""Putting records into a world and reading them back, for tests against the real broker."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from infra.kafka import visible
from infra.kafka.clients import kafka_python
from infra.settings import Settings

PATIENCE = 240.0
"""Seconds that nothing needs on a calm machine: what takes longer has gone wrong, not slow."""


def put(settings: Settings, values: Iterable[bytes | None], *, key: bytes | None = b"141102",
        keys: Callable[[bytes], bytes] | None = None) -> None:
    """Write to the actions topic as a producer outside our doors would; ticks go to every partition."""
    producer = KafkaProducer(**kafka_python(settings, linger_ms=5, acks="all", max_request_size=1_000_000))
    try:
        for value in values:
            if value is not None and b'"clock.ticked.v1"' in value:
                for partition in range(settings.partitions):
                    producer.send(settings.topics.actions, value, key=b"*", partition=partition)
            else:
                producer.send(settings.topics.actions, value, key=keys(value) if keys and value else key)
        producer.flush()
    finally:
        producer.close()


def everything(settings: Settings, topic: str) -> list[Any]:
    """Every committed record of a topic, by partition and offset; what is under way is waited for."""
    visible.wait(settings, topic)
    consumer = KafkaConsumer(**kafka_python(settings, isolation_level="read_committed", enable_auto_commit=False,
                                            auto_offset_reset="earliest"))
    try:
        partitions = [TopicPartition(topic, number) for number in range(settings.partitions)]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        consumer.seek_to_beginning(*partitions)
        found: list[Any] = []
        deadline = time.monotonic() + PATIENCE
        while any(consumer.position(tp) < ends[tp] for tp in partitions):
            assert time.monotonic() < deadline, f"{topic} does not give up its records"
            for records in consumer.poll(timeout_ms=200).values():
                found += records
        return sorted(found, key=lambda record: (record.partition, record.offset))
    finally:
        consumer.close()


def end_offsets(settings: Settings) -> dict[int, int]:
    consumer = KafkaConsumer(**kafka_python(settings))
    try:
        partitions = [TopicPartition(settings.topics.actions, number) for number in range(settings.partitions)]
        return {tp.partition: offset for tp, offset in consumer.end_offsets(partitions).items()}
    finally:
        consumer.close()


def committed(settings: Settings) -> dict[int, int]:
    """Up to where the worker group has consumed the log."""
    consumer = KafkaConsumer(**kafka_python(settings, group_id=settings.worker_group, enable_auto_commit=False))
    try:
        return {number: consumer.committed(TopicPartition(settings.topics.actions, number)) or 0
                for number in range(settings.partitions)}
    finally:
        consumer.close()


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE, *, process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        assert process is None or process.poll() is None, f"the process ended with {process.returncode if process else ''}"
        time.sleep(0.1)


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "SANFANG_HOME": str(settings.home), "SANFANG_KAFKA": str(settings.kafka), "SANFANG_WORLD": settings.world,
            "SANFANG_PARTITIONS": str(settings.partitions)}


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "infra.cli", "run", "worker"], env=environment(settings),
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The real worker in a process of its own, stopped at the end as the supervisor would."""
    process = start_worker(settings)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def judge_all(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    """Wait until the worker has consumed everything that is in the log now, and what it said is visible."""
    ends = end_offsets(settings)
    wait_until(lambda: all(committed(settings)[number] >= end for number, end in ends.items()), process=process)
    visible.wait(settings, settings.topics.findings, settings.topics.matters, settings.topics.rejected, settings.topics.actions)
