"""What both emitters promise, on the real broker: the one that posts and the one that writes."""

from __future__ import annotations

import gc
import json
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from events import Delivered, Emitter, NotDelivered
from events.errors import RejectedInput
from infra import ports
from infra.http import build_app
from infra.kafka import clients
from infra.kafka.broker import LocalBroker, running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings
from tests.events.golden import ACTIONS, ADMITTED
from tests.infra.http.door_examples import ACCEPTED, DOOR_FORMS, VISIT, own_door, records
from tests.infra.http.served import served

pytestmark = pytest.mark.kafka

Opened = Callable[..., AbstractContextManager[Any]]


@contextmanager
def posting(settings: Settings, **bounds: int) -> Iterator[Any]:
    with served(build_app(settings, door=own_door(), answer_within=0.5)) as url, Emitter(url, give_up_after=30.0, **bounds) as emitter:
        yield emitter


@contextmanager
def writing(settings: Settings, **bounds: int) -> Iterator[Any]:
    with Emitter.trusted(own_door(), settings.topics.actions, clients.kafka_python(settings), **bounds) as emitter:
        yield emitter


@pytest.fixture(params=[posting, writing], ids=["posting", "writing"])
def opened(request: pytest.FixtureRequest) -> Opened:
    return request.param


def test_every_delivery_says_the_truth(world_settings: Settings, opened: Opened) -> None:
    """One of each type: where the delivery says, the log has the golden bytes under the county's key."""
    with opened(world_settings) as emitter:
        deliveries = {type_: emitter.send(form) for type_, form in DOOR_FORMS.items()}
        emitter.flush()
    there = records(world_settings)
    for type_, delivery in deliveries.items():
        place = delivery.result()
        record = there[place.partition, place.offset]
        assert (record.key, record.value, place.topic) == (b"141102", (ACTIONS | ADMITTED)[type_], world_settings.topics.actions)
        assert place.id == json.loads(record.value)["id"]
    assert len(there) == len(DOOR_FORMS)


def test_leaving_waits_for_all(world_settings: Settings, opened: Opened) -> None:
    """After the block, all is in the log; nobody had to flush."""
    heard: list[Any] = []
    with opened(world_settings) as emitter:
        for number in range(2_000):
            emitter.send({**ACCEPTED, "id": f"leaving-{number}"}, on_delivery=heard.append)
    assert len(heard) == 2_000
    assert all(isinstance(one, Delivered) for one in heard)
    assert len({record.value for record in records(world_settings).values()}) == 2_000


def test_counties_stay_together_and_in_order(world_settings: Settings, opened: Opened) -> None:
    """Events of a county are in one partition, the same by either way in, in the order in which they were handed over."""
    counties = ("141102", "141121", "141122", "141123", "141181")
    with opened(world_settings) as emitter:
        for number in range(500):
            emitter.send({**ACCEPTED, "id": f"{number:05}", "partitionkey": counties[number % 5]})
    by_county: dict[bytes, list[tuple[int, int, str]]] = {}
    for (partition, offset), record in sorted(records(world_settings).items()):
        by_county.setdefault(record.key, []).append((partition, offset, json.loads(record.value)["id"]))
    for found in by_county.values():
        assert len({partition for partition, _, _ in found}) == 1
        assert [id_ for _, _, id_ in found] == sorted(id_ for _, _, id_ in found)
    assert {county: found[0][0] for county, found in by_county.items()} == {
        b"141102": 1, b"141121": 1, b"141122": 2, b"141123": 2, b"141181": 1}


def test_refusal_is_never_silent(world_settings: Settings, opened: Opened) -> None:
    """What the door refuses is told with its reason, at once or by the next call, and the rest is delivered."""
    def hand_over() -> None:
        with opened(world_settings) as emitter:
            emitter.send(VISIT)
            emitter.flush()
            emitter.send({**VISIT, "partitionkey": "999999"})

    with pytest.raises((NotDelivered, RejectedInput), match=r"language\.unknown_county"):
        hand_over()
    assert len(records(world_settings)) == 1


def test_few_at_a_time_is_enough(world_settings: Settings, opened: Opened) -> None:
    """With room for three events only, a hundred get through: sending waits, nothing is lost."""
    with opened(world_settings, most_events=3) as emitter:
        for number in range(100):
            emitter.send({**ACCEPTED, "id": f"few-{number}"})
    assert len(records(world_settings)) == 100


def test_broker_that_stands_still_for_a_while_is_waited_for(tmp_path: Path, opened: Opened) -> None:
    """A broker stopped (SIGSTOP) in the middle of sending: senders wait, and when it goes on all is there."""
    local = LocalBroker(tmp_path / "kafka", *ports.free(2))
    settings = Settings(home=tmp_path, kafka=local.bootstrap)
    with running(local) as broker:
        ensure_topics(settings)
        with opened(settings) as emitter:
            emitter.send({**ACCEPTED, "id": "first"}).result(30)
            broker.process.send_signal(signal.SIGSTOP)
            threading.Timer(1.5, broker.process.send_signal, (signal.SIGCONT,)).start()
            for number in range(200):
                emitter.send({**ACCEPTED, "id": f"still-{number}"})
        assert {json.loads(record.value)["id"] for record in records(settings).values()} == {
            "first", *(f"still-{number}" for number in range(200))}


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # kafka-python leaves connections that failed to the collector
def test_broker_that_does_not_come_back_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The trusted emitter's broker is stopped for good: closing says which events are not in the log, and why."""
    caplog.set_level(logging.CRITICAL, "kafka")  # its records would hold those connections
    [(name, code)] = _left_without_its_broker(tmp_path)
    gc.collect()
    assert (name, code) == ("too-late", "emitter.not_written")


def _left_without_its_broker(home: Path) -> list[tuple[str, str]]:
    local = LocalBroker(home / "kafka", *ports.free(2))
    settings = Settings(home=home, kafka=local.bootstrap)
    with running(local) as broker:
        ensure_topics(settings)
        emitter = Emitter.trusted(own_door(), settings.topics.actions, clients.kafka_python(
            settings, delivery_timeout_ms=6_000, request_timeout_ms=2_000, max_block_ms=4_000))
        emitter.send({**ACCEPTED, "id": "in-time"}).result(30)
        broker.stop()
        emitter.send({**ACCEPTED, "id": "too-late"})
        try:
            emitter.close()
        except NotDelivered as error:
            return [(name, failure.code) for name, failure in error.failures]
    return []


def test_trusted_emitter_writes_into_the_partition_it_is_told(world_settings: Settings) -> None:
    """A tick goes into each partition, whatever its key."""
    with Emitter.trusted(None, world_settings.topics.actions, clients.kafka_python(world_settings)) as emitter:
        for partition in range(4):
            assert emitter.write("tick", b"*", ACTIONS["clock.ticked.v1"], partition=partition).result(30).partition == partition


def test_language_alone_loads_neither_kafka_nor_network() -> None:
    """Importing the language loads no Kafka and no HTTP client: a reader of old logs needs neither."""
    import subprocess
    import sys

    code = ("import sys, events, events.reading, events.findings, events.matters, events.door, events.lines, events.rejection;"
            "print([name for name in ('kafka', 'urllib3', 'aiokafka', 'aiohttp') if name in sys.modules])")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
