"""A world's topics on the real broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from events.errors import GroundError
from infra.kafka import clients
from infra.kafka.topics import configs, described, ensure_topics
from tests.kafka_tools import PATIENCE

if TYPE_CHECKING:
    from infra.settings import Settings

pytestmark = pytest.mark.kafka


def test_log_is_kept_for_ever_in_broker_time_and_matters_are_compacted(world_settings: Settings) -> None:
    """The log never expires and carries the broker's own time; the state of matters is compacted."""
    topics = world_settings.topics
    admin = KafkaAdminClient(**clients.kafka_python(world_settings))
    try:
        there = described(admin, list(topics.all()))
    finally:
        admin.close()
    assert {partitions for partitions, _ in there.values()} == {4}
    for name in (topics.actions, topics.findings, topics.alerts, topics.rejected, topics.checkpoints):
        assert there[name][1]["retention.ms"] == "-1"
        assert there[name][1]["cleanup.policy"] == "delete"
    assert there[topics.matters][1]["cleanup.policy"] == "compact"
    assert {config["message.timestamp.type"] for _, config in there.values()} == {"LogAppendTime"}
    assert int(there[topics.rejected][1]["max.message.bytes"]) > int(there[topics.actions][1]["max.message.bytes"])


def test_making_topics_twice_changes_nothing(world_settings: Settings) -> None:
    """The second call creates nothing and complains of nothing."""
    assert ensure_topics(world_settings) == []


def test_only_what_is_missing_is_made(world_settings: Settings) -> None:
    """Beside a topic that is there already, only the others are made."""
    settings = world_settings.model_copy(update={"world": f"{world_settings.world}b"})
    alerts = settings.topics.alerts
    admin = KafkaAdminClient(**clients.kafka_python(settings))
    try:
        admin.create_topics({alerts: {"num_partitions": 4, "replication_factor": 1,
                                      "configs": configs(settings.topics)[alerts]}}, wait_for_metadata=True)
    finally:
        admin.close()
    assert ensure_topics(settings) == sorted(set(settings.topics.all()) - {alerts})


def test_other_partition_count_is_told_exactly(world_settings: Settings) -> None:
    """Settings that ask for other partitions than there are name the topic and both counts."""
    with pytest.raises(GroundError) as told:
        ensure_topics(world_settings.model_copy(update={"partitions": 7}))
    assert told.value.code == "ground.topics-differ"
    assert f"{world_settings.topics.actions} has 4 partitions, the settings say 7" in told.value.what


def test_records_come_back_from_the_partition_they_went_to(world_settings: Settings) -> None:
    """What one client writes into a partition, another reads there, with the broker's own time."""
    place = TopicPartition(world_settings.topics.actions, 3)
    producer = KafkaProducer(**clients.kafka_python(world_settings))
    try:
        offset = producer.send(place.topic, b"{}", key=b"141102", partition=3, timestamp_ms=1).get(timeout=PATIENCE).offset
    finally:
        producer.close()
    consumer = KafkaConsumer(**clients.kafka_python(world_settings, auto_offset_reset="earliest"))
    try:
        consumer.assign([place])
        record = next(consumer)
    finally:
        consumer.close()
    assert (record.offset, record.key, record.value, record.timestamp > 1) == (offset, b"141102", b"{}", True)
