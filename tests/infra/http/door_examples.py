"""What the tests of the HTTP door share: a door with keys of its own, a client, and door forms."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from kafka import KafkaConsumer, TopicPartition

from events.door import Door, DoorKeys
from events.door.keys import DerivedDataKeys
from infra.http import build_app
from infra.kafka import clients
from infra.settings import Settings
from tests.events.golden import examples

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCHED = {"Content-Type": "application/cloudevents-batch+json"}
DOOR_FORMS = {type_: json.loads(value) for type_, value in examples("door").items()}
VISIT = DOOR_FORMS["petition.registered.v1"]
ACCEPTED = DOOR_FORMS["petition.accepted.v1"]


def own_door() -> Door:
    return Door(DoorKeys(b"p" * 32, b"s" * 32), DerivedDataKeys(b"x"))


@asynccontextmanager
async def serving(settings: Settings, *, connected: bool = True, **more: Any) -> AsyncIterator[TestClient]:
    """The application on a free port of loopback, connected to the log."""
    app = build_app(settings, **{"door": own_door(), **more})
    async with TestClient(TestServer(app)) as client:
        if connected:
            await until_healthy(client)
        yield client


async def until_healthy(client: TestClient, *, well: bool = True) -> None:
    import asyncio

    while ((await client.get("/health")).status == 200) is not well:  # noqa: ASYNC110 - the other side is a broker
        await asyncio.sleep(0.05)


def records(settings: Settings, topic: str | None = None) -> dict[tuple[int, int], Any]:
    """All records of a topic by partition and offset."""
    consumer = KafkaConsumer(**clients.kafka_python(settings))
    try:
        places = [TopicPartition(topic or settings.topics.actions, p) for p in range(settings.partitions)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        end = consumer.end_offsets(places)
        found: dict[tuple[int, int], Any] = {}
        while any(consumer.position(place) < end[place] for place in places):
            for batch in consumer.poll(timeout_ms=500).values():
                found |= {(record.partition, record.offset): record for record in batch}
        return found
    finally:
        consumer.close()


def record_at(settings: Settings, partition: int, offset: int) -> Any:
    return records(settings)[partition, offset]


def ends(settings: Settings, topic: str | None = None) -> int:
    """How many records the topic has."""
    consumer = KafkaConsumer(**clients.kafka_python(settings))
    try:
        return sum(consumer.end_offsets([TopicPartition(topic or settings.topics.actions, p) for p in range(settings.partitions)]).values())
    finally:
        consumer.close()
