"""A settled world whose worker is staged: the log, and what follows from it, written by the test itself so that it can be damaged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from infra.clickhouse import local
from infra.kafka import clients
from infra.kafka.snapshot import Snapshot
from infra.settings import Settings
from projections.projector.loop import Projector
from projections.warehouse import Warehouse, connect
from streams.fold import Fold
from streams.shell.judge_batch import Results, judge_batch
from streams.shell.store import PartitionStore
from streams.state import State
from tests.kafka_tools import put
from tests.streams.shell.test_worker import telling


@dataclass
class _Judged:
    """A record as the worker reads it."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = field(default=())


@dataclass
class World:
    settings: Settings
    url: str

    def settle(self, spoil: Callable[[Results], None] = lambda _: None) -> None:
        """Judge the log as the worker would and publish it, spoiled as told; then project."""
        consumer = KafkaConsumer(**clients.kafka_python(self.settings, group_id=self.settings.worker_group, enable_auto_commit=False))
        producer = KafkaProducer(**clients.kafka_python(self.settings))
        self.judge(producer, consumer.commit, spoil)
        producer.flush()
        producer.close()
        consumer.close()
        self.project()

    def judge(self, producer: Any, commit: Callable[[dict[Any, Any]], object], spoil: Callable[[Results], None] = lambda _: None) -> None:
        put(self.settings, telling(0, 12).log)
        with Snapshot(self.settings, self.settings.topics.actions) as log:
            records = list(log)
        for number in range(self.settings.partitions):
            own = [_Judged(one.offset, one.log_time_ms, one.key, one.value, one.headers) for one in records if one.partition == number]
            store = PartitionStore(self.settings.state_dir / "worker-1" / f"p{number}")
            fold = Fold(State(store))
            results = judge_batch(fold, own, self.settings.topics.actions, number)
            if results.findings:
                spoil(results)
            for topic, pairs in ((self.settings.topics.findings, results.findings), (self.settings.topics.matters, results.matters)):
                for key, value in pairs:
                    producer.send(topic, value, key, partition=number)
            for key, value, headers in results.rejected:
                producer.send(self.settings.topics.rejected, value, key, partition=number, headers=headers)
            store.write(fold.state.changes(), own[-1].offset)
            store.close()
            commit({TopicPartition(self.settings.topics.actions, number): OffsetAndMetadata(own[-1].offset + 1, "", -1)})

    def project(self) -> None:
        Projector(self.settings.topics, clients.kafka_python(self.settings), self.tables, stop=threading.Event()).run(
            to_the_end=lambda *_: None)

    def tables(self) -> Warehouse:
        return connect(self.url, database=self.settings.database)

    def spoil_table(self, sql: str) -> None:
        with self.tables() as tables:
            tables.command(f"{sql} SETTINGS mutations_sync = 1")

    def where_county_is(self) -> int:
        """The partition in which the story takes place."""
        with self.tables() as tables:
            return int(tables.rows("SELECT any(`partition`) FROM findings")[0][0])


@pytest.fixture(scope="session")
def verifying_face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Running]:
    with local.running(tmp_path_factory.mktemp("clickhouse")) as started:
        yield started


@pytest.fixture
def told(world_settings: Settings, verifying_face: local.Running) -> World:
    """Not settled yet."""
    return World(world_settings.model_copy(update={"clickhouse": verifying_face.url}), verifying_face.url)


@pytest.fixture
def settled(told: World) -> World:
    told.settle()
    return told


def places(report: Any) -> list[tuple[str, int]]:
    return [(one.what, one.partition) for one in sorted(report.partings)]
