"""The local broker: real Kafka, started, stopped, killed and refused."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from events.errors import GroundError
from infra import ports
from infra.kafka import broker as kafka_broker
from infra.kafka import clients
from infra.kafka.broker import LocalBroker, Running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings
from tests.kafka_tools import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kafka


def fresh(directory: Path) -> LocalBroker:
    port, controller_port = ports.free(2)
    return LocalBroker(directory / "kafka", port, controller_port)


def write(settings: Settings, value: bytes) -> None:
    producer = KafkaProducer(**clients.kafka_python(settings))
    try:
        producer.send(settings.topics.actions, value, partition=0).get(timeout=PATIENCE)
    finally:
        producer.close()


def read(settings: Settings, count: int) -> list[bytes]:
    consumer = KafkaConsumer(**clients.kafka_python(settings, auto_offset_reset="earliest"))
    try:
        consumer.assign([TopicPartition(settings.topics.actions, 0)])
        return [next(consumer).value for _ in range(count)]
    finally:
        consumer.close()


def test_data_outlives_a_stop_and_a_kill(tmp_path: Path) -> None:
    """What was acknowledged is there after a clean stop and after ``kill -9``, without formatting again."""
    local = fresh(tmp_path)
    settings = Settings(home=tmp_path, kafka=local.bootstrap, partitions=1)
    first = local.start()
    ensure_topics(settings)
    write(settings, b"before the stop")
    first.stop()
    assert first.process.returncode == 143, "ended by SIGTERM, in order"
    cluster = (local.directory / "cluster.id").read_text()
    second = local.start()
    write(settings, b"before the kill")
    second.kill()
    third = local.start()
    try:
        assert read(settings, 2) == [b"before the stop", b"before the kill"]
        assert (local.directory / "cluster.id").read_text() == cluster
    finally:
        third.stop()


def test_taken_port_names_its_holder(tmp_path: Path) -> None:
    """A port that another program listens on is told with the setting that gives another one."""
    local = fresh(tmp_path)
    with socket.create_server(("127.0.0.1", local.controller_port)), pytest.raises(GroundError) as told:
        local.start()
    assert told.value.code == "ground.port-taken"
    assert "pid " in told.value.what
    assert "SANFANG_KAFKA_PORT" in told.value.todo


def test_second_broker_on_one_directory_is_refused_before_it_touches_it(broker: Running) -> None:
    """Two brokers never open the same storage, not even for a moment, however the first was started."""
    port, controller_port = ports.free(2)
    before = broker.broker.log.read_text()
    with pytest.raises(GroundError) as told:
        LocalBroker(broker.broker.directory, port, controller_port).start()
    assert told.value.code == "ground.kafka-locked"
    assert broker.broker.log.read_text() == before


def test_full_disk_is_told_before_kafka_meets_it(tmp_path: Path) -> None:
    """With too little room (staged by the injected measure) nothing is started or formatted."""
    port, controller_port = ports.free(2)
    local = LocalBroker(tmp_path / "kafka", port, controller_port, free_space=lambda _: 10 << 20)
    with pytest.raises(GroundError) as told:
        local.start()
    assert told.value.code == "ground.disk-full"
    assert not local.data.exists()


def test_format_that_was_cut_short_is_done_again(tmp_path: Path) -> None:
    """Storage without the marker that formatting writes last is formatted again, under the same cluster id."""
    local = fresh(tmp_path)
    local.start().stop()
    cluster = (local.directory / "cluster.id").read_text()
    (local.directory / "cluster.id").unlink()
    local.start().stop()
    assert (local.directory / "cluster.id").read_text() == cluster


def test_broker_that_dies_tells_its_last_words(tmp_path: Path) -> None:
    """A broker that ends while starting is reported with what it said last."""
    port, controller_port = ports.free(2)
    local = LocalBroker(tmp_path / "kafka", port, controller_port, heap="2m")
    with pytest.raises(GroundError) as told:
        local.start()
    assert told.value.code in {"ground.kafka-memory", "ground.kafka-died"}
    assert len(told.value.what.splitlines()) > 1


def test_reasons_are_read_from_the_log() -> None:
    """Each known last word of Kafka becomes a code that says what to do."""
    codes = {said: kafka_broker.died(f"…\nERROR {said}\n", 1).code for said in (
        "java.net.BindException: Address already in use", "java.io.IOException: No space left on device",
        "Failed to acquire lock on file .lock", "java.lang.OutOfMemoryError: Java heap space", "something else")}
    assert list(codes.values()) == ["ground.port-taken", "ground.disk-full", "ground.kafka-locked", "ground.kafka-memory",
                                    "ground.kafka-died"]
