"""The second stage against the real broker. The worker is a stand-in: findings are written and offsets committed in its name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from events.actions import ClockTicked
from events.alerts import AlertOpened
from events.canonical import canonical
from events.errors import UsageError
from events.reading import CHINA
from infra.kafka.clients import kafka_python
from infra.kafka.topics import ensure_topics
from infra.running.spikes import Follower
from infra.settings import Settings
from infra.spikes import live
from tests.kafka_tools import end_offsets, everything

pytestmark = pytest.mark.kafka

_FIRST = date(2025, 3, 3)
_DAYS = 45
_COUNTIES = ("141102", "141121", "141122")


def _at(day: int, hour: int) -> datetime:
    return datetime.combine(_FIRST + timedelta(days=day), time(), CHINA) + timedelta(hours=hour)


class _Worker:
    """Writes actions and what a worker would have found, and commits as one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._producer = KafkaProducer(**kafka_python(settings, linger_ms=5))

    def tick(self, day: int, hour: int = 0) -> None:
        for partition in range(self.settings.partitions):
            self._send(self.settings.topics.actions, canonical(ClockTicked.showing(_at(day, hour))), "*", partition)

    def repeat(self, county: str, day: int, number: int) -> None:
        name = f"{county}-{day}-{number}"
        at = _at(day, 9).isoformat()
        self._send(self.settings.topics.actions, orjson.dumps(
            {"id": f"E-{name}", "type": "petition.registered.v1", "time": at, "subject": f"S-{name}", "partitionkey": county,
             "data": {"category": "land"}}), county)
        self._send(self.settings.topics.findings, orjson.dumps(
            {"id": f"F-{name}", "type": "finding.repeat_found.v1", "time": at, "subject": f"M-{name}", "partitionkey": county,
             "causationid": f"E-{name}", "data": {"submission": f"S-{name}", "status": "standing"}}), county)

    def _send(self, topic: str, value: bytes, key: str, partition: int | None = None) -> None:
        self._producer.send(topic, value, key=key.encode(), partition=partition)

    def commit(self) -> None:
        """All that was written is judged."""
        self._producer.flush()
        consumer = KafkaConsumer(**kafka_python(self.settings, group_id=self.settings.worker_group, enable_auto_commit=False))
        try:
            places = {TopicPartition(self.settings.topics.actions, number): OffsetAndMetadata(offset, "", -1)
                      for number, offset in end_offsets(self.settings).items()}
            consumer.assign(list(places))
            consumer.commit(places)
        finally:
            consumer.close()

    def close(self) -> None:
        self._producer.close()


@pytest.fixture
def worker(world_settings: Settings) -> Iterator[_Worker]:
    ensure_topics(world_settings)
    made = _Worker(world_settings)
    rng = random.Random(4)
    for day in range(_DAYS):
        made.tick(day)
        for county in _COUNTIES:
            for number in range(rng.choice((0, 0, 1, 1, 2))):
                made.repeat(county, day, number)
    made.tick(_DAYS)
    made.commit()
    yield made
    made.close()


def test_each_start_says_whether_the_promise_is_kept(world_settings: Settings, worker: _Worker) -> None:  # noqa: ARG001
    """What a night says stands in the world's file; the command line says the same from log and findings, and knows less as of before."""
    assert live.last(world_settings) is None
    _follow(world_settings)
    told = live.last(world_settings)
    assert told is not None
    assert told["streams"] > 100
    assert told == orjson.loads(orjson.dumps(live.plain(live.replayed(world_settings))))
    assert live.replayed(world_settings, "2000-01-01").streams == 0
    with pytest.raises(UsageError, match=r"spikes\.as-of"):
        live.replayed(world_settings, "0:17")


def _follow(settings: Settings, rounds: int = 1) -> list[Any]:
    follower = Follower(settings)
    try:
        return [event for _ in range(rounds) for event in follower.round()]
    finally:
        follower.close()


def test_a_spike_reaches_the_topic_once_whoever_starts_again(world_settings: Settings, worker: _Worker) -> None:
    """A spike is said before the next tick; a process that starts anew says nothing twice; the city follows at the tick."""
    follower = Follower(world_settings)
    try:
        assert follower.round() == []
        for number in range(30):
            worker.repeat("141102", _DAYS, number)
        worker.commit()
        said = follower.round()
        assert {type(event) for event in said} == {AlertOpened}
        assert {event.partitionkey for event in said} == {"141102"}
    finally:
        follower.close()
    assert _follow(world_settings) == []
    worker.tick(_DAYS, 12)
    worker.commit()
    assert {event.partitionkey for event in _follow(world_settings)} == {"141100"}
    told = [orjson.loads(record.value)["id"] for record in everything(world_settings, world_settings.topics.alerts)]
    assert len(told) == len(set(told)) >= 2


def test_a_tick_that_the_worker_has_not_judged_is_waited_for(world_settings: Settings, worker: _Worker) -> None:
    """The city's sum is not looked at while a partition is behind, and what cannot be read stops nobody."""
    for number in range(30):
        worker.repeat("141102", _DAYS, number)
    worker.commit()
    worker._send(world_settings.topics.actions, b"\xff no event", "141102")
    worker.tick(_DAYS, 12)
    worker._producer.flush()
    follower = Follower(world_settings)
    try:
        assert {event.partitionkey for event in follower.round()} == {"141102"}
        worker.commit()
        assert {event.partitionkey for event in follower.round()} == {"141100"}
    finally:
        follower.close()
