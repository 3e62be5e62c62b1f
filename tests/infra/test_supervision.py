"""The supervisor and a real broker under it: started, killed, taken over, stopped."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING

import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from events.errors import GroundError
from infra import ports
from infra.kafka import clients
from infra.kafka.broker import answers
from infra.settings import Settings
from infra.supervision import config, leftovers, lifecycle
from infra.supervision.status import program_statuses
from infra.supervision.supervisor import Supervisor
from tests.kafka_tools import PATIENCE, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.kafka, pytest.mark.system]


def silently(_: str) -> None:
    """Nobody watches the progress."""


def up(settings: Settings) -> None:
    lifecycle.up(settings, silently, only=("broker",))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home of its own, with the broker as its only program."""
    kafka_port, clickhouse_port, api_port = ports.free(3)
    made = Settings(home=tmp_path_factory.mktemp("home"), kafka_port=kafka_port, clickhouse_port=clickhouse_port,
                    api_port=api_port)
    yield made
    lifecycle.down(made, silently)


def broker_pid(settings: Settings) -> int:
    pid = Supervisor(settings.home).states()["broker"].pid
    assert pid is not None
    return pid


def remember(settings: Settings, value: bytes) -> int:
    """Writes a record and answers its offset."""
    producer = KafkaProducer(**clients.kafka_python(settings))
    try:
        return int(producer.send(settings.topics.actions, value, partition=0).get(timeout=PATIENCE).offset)
    finally:
        producer.close()


def recall(settings: Settings, offset: int) -> bytes:
    consumer = KafkaConsumer(**clients.kafka_python(settings))
    try:
        place = TopicPartition(settings.topics.actions, 0)
        consumer.assign([place])
        consumer.seek(place, offset)
        return bytes(next(consumer).value)
    finally:
        consumer.close()


def test_up_twice_is_up_once(settings: Settings) -> None:
    """A second `up` leaves running programs alone, and the status tells what they are."""
    up(settings)
    pid = broker_pid(settings)
    up(settings)
    (told,) = program_statuses(settings.home)
    assert (told.name, told.state, told.pid) == ("broker", "running", pid)
    assert (told.memory_mb or 0) > 50


def test_other_world_beside_it_does_not_disturb_what_is_shared(settings: Settings) -> None:
    """A sandbox brought up on the same broker gets topics of its own; the broker is not started again."""
    up(settings)
    pid = broker_pid(settings)
    sandbox = settings.model_copy(update={"world": "demo", "partitions": 2})
    up(sandbox)
    assert broker_pid(settings) == pid


def test_killed_program_is_started_again_with_its_data(settings: Settings) -> None:
    """``kill -9`` of a program is noticed, counted and put right by itself."""
    up(settings)
    offset = remember(settings, b"before the kill")
    (before,) = program_statuses(settings.home)
    assert before.pid is not None
    os.kill(before.pid, signal.SIGKILL)
    wait_until(lambda: broker_or_none(settings) not in {None, before.pid} and answers(settings.bootstrap))
    (after,) = program_statuses(settings.home)
    assert after.restarts == before.restarts + 1
    assert recall(settings, offset) == b"before the kill"


def broker_or_none(settings: Settings) -> int | None:
    return Supervisor(settings.home).states()["broker"].pid


def test_down_leaves_nothing_running_and_up_goes_on(settings: Settings) -> None:
    """After `down` no process, socket or pid file is left; after `up` the log goes on where it was."""
    up(settings)
    offset = remember(settings, b"before the stop")
    pid = broker_pid(settings)
    assert lifecycle.down(settings, silently) == ["broker"]
    assert not psutil.pid_exists(pid)
    assert not config.socket_file(settings.home).exists()
    assert lifecycle.down(settings, silently) == []
    up(settings)
    assert recall(settings, offset) == b"before the stop"
    assert remember(settings, b"after it") == offset + 1


def test_program_that_outlived_its_supervisor_is_taken_over(settings: Settings) -> None:
    """After ``kill -9`` of the supervisor alone, `up` ends the orphaned broker in order and starts a new one."""
    up(settings)
    offset = remember(settings, b"before the crash")
    orphan = broker_pid(settings)
    supervisor = psutil.Process(Supervisor(settings.home).pid())
    supervisor.kill()
    wait_until(lambda: not Supervisor(settings.home).alive())
    assert [(one.name, one.process.pid) for one in leftovers.leftovers(settings.home)] == [("broker", orphan)]
    up(settings)
    assert broker_pid(settings) != orphan
    assert leftovers.leftovers(settings.home) == [] or Supervisor(settings.home).alive()
    assert recall(settings, offset) == b"before the crash"


def test_up_works_after_kill_of_everything(settings: Settings) -> None:
    """``kill -9`` of the supervisor and its programs leaves a stale socket and pid file; `up` is not misled."""
    up(settings)
    offset = remember(settings, b"before the crash of all")
    killed = [psutil.Process(Supervisor(settings.home).pid()), psutil.Process(broker_pid(settings))]
    for process in killed:
        process.kill()
    wait_until(lambda: not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in killed))
    assert config.socket_file(settings.home).exists()
    up(settings)
    assert recall(settings, offset) == b"before the crash of all"


def test_process_of_another_home_is_never_recognised(settings: Settings) -> None:
    """Leftovers are told by this home's mark; a broker of another home is not touched."""
    up(settings)
    other = settings.home.parent / "another"
    assert leftovers.leftovers(other) == []


def test_program_that_cannot_start_is_named_with_its_last_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A broker whose port is taken fails `up` with its name, its log and who holds the port."""
    (port,) = ports.free()
    made = Settings(home=tmp_path_factory.mktemp("home"), kafka_port=port)
    try:
        with socket.create_server(("127.0.0.1", port)), pytest.raises(GroundError) as told:
            up(made)
    finally:
        lifecycle.down(made, silently)
    assert told.value.code == "ground.program-failed"
    assert told.value.what.startswith("broker ")
    assert "[ground.port-taken]" in told.value.what


def test_home_with_a_long_path_has_a_supervisor(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A Unix socket's path is short; a home's may be long."""
    home = tmp_path_factory.mktemp("home") / ("long" * 20) / ("longer" * 20)
    home.mkdir(parents=True)
    supervisor = Supervisor(home)
    supervisor.start()
    try:
        assert supervisor.alive()
        assert len(os.fsencode(config.socket_file(home))) < 108
        assert config.socket_file(home).parent.stat().st_mode & 0o077 == 0
    finally:
        supervisor.shutdown()
        config.socket_file(home).parent.rmdir()
