"""The projector on the real broker and the real engine."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from kafka import KafkaProducer

from events.errors import LogError
from infra import ports
from infra.clickhouse import local
from infra.kafka import clients
from projections.progress import as_of, projected_offsets
from projections.projector.feeds import ACTIONS
from projections.projector.loop import Projector
from projections.warehouse import UnreachableError, Warehouse, connect
from tests.kafka_tools import PATIENCE
from tests.projections.records import Made, finding, matter, put, registered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infra.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse]


@contextmanager
def projecting(settings: Settings, url: str, *, state: Path | None = None) -> Iterator[Projector]:
    """A projector at work in a thread; what it raised is raised at the end."""
    stop = threading.Event()
    raised: list[BaseException] = []
    projector = Projector(settings.topics, clients.kafka_python(settings), partial(connect, url, database=settings.database),
                          stop=stop, state_file=state)

    def work() -> None:
        try:
            projector.run()
        except BaseException as error:  # noqa: BLE001 - told to the test below
            raised.append(error)

    thread = threading.Thread(target=work, name=f"projector {settings.world}")
    thread.start()
    try:
        yield projector
    finally:
        stop.set()
        thread.join()
    for error in raised:
        raise error


def ended(settings: Settings) -> bool:
    return all(thread.name != f"projector {settings.world}" for thread in threading.enumerate())


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


def holds(warehouse: Warehouse, wanted: dict[tuple[str, int], int]) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            return projected_offsets(warehouse) == wanted
        except UnreachableError:
            return False
        except Exception as error:  # the schema is not there yet
            if getattr(error, "code", "") in {"warehouse.no-database", "warehouse.no-table"}:
                return False
            raise
    return ask


@pytest.fixture
def producer(world_settings: Settings) -> Iterator[Any]:
    client = KafkaProducer(**clients.kafka_python(world_settings))
    yield client
    client.close()


def say(producer: Any, settings: Settings, first: int, count: int) -> None:
    """Registrations, one after the other into the four partitions of the log."""
    for number in range(first, first + count):
        producer.send(settings.topics.actions, key=b"141102", value=registered(number), partition=number % 4)
    producer.flush()


def flow(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.rows("SELECT feed, kind, channel, day, uniqExactMerge(events) FROM daily_flow GROUP BY ALL ORDER BY ALL")


def test_three_feeds_are_projected_through_transactions(world_settings: Settings, face: local.Running, producer: Any) -> None:
    """Actions, findings and matters arrive whole; what an aborted transaction wrote does not; markers leave no hole."""
    topics = world_settings.topics
    say(producer, world_settings, 0, 20)
    producer.send(topics.actions, value=b"\xff no event", partition=0)
    producer.flush()
    worker = KafkaProducer(**clients.kafka_python(world_settings, transactional_id=f"{world_settings.world}-0"))
    worker.init_transactions()
    for number in range(4):
        worker.begin_transaction()
        worker.send(topics.findings, key=b"141102", value=finding(f"f-{number}"), partition=0)
        worker.send(topics.matters, key=b"m-1", value=matter("m-1", clocks=[{}] * number), partition=0)
        if number == 3:
            worker.send(topics.matters, key=b"m-2", value=None, partition=0)
        if number == 1:
            worker.flush()
            worker.abort_transaction()
        else:
            worker.commit_transaction()
    worker.close()
    with connect(face.url, database=world_settings.database) as warehouse, projecting(world_settings, face.url):
        until(holds(warehouse, {("actions", 0): 6, ("actions", 1): 5, ("actions", 2): 5, ("actions", 3): 5,
                                ("findings", 0): 7, ("matters", 0): 8}))
        assert warehouse.rows("SELECT finding_id, `offset`, previous FROM findings ORDER BY `offset`") == [
            ("f-0", 0, -1), ("f-2", 4, 0), ("f-3", 6, 4)]
        assert warehouse.rows("SELECT matter_id, running_count, `offset` FROM current_matters") == [("m-1", 3, 6)]
        assert warehouse.rows("SELECT raw, key, readable FROM actions WHERE NOT readable", formats={"raw": "bytes"}) == [
            (b"\xff no event", None, False)]
        assert {feed: {number: head.offset for number, head in heads.items()} for feed, heads in as_of(warehouse).items()} == {
            "actions": {0: 5, 1: 4, 2: 4, 3: 4}, "findings": {0: 6}, "matters": {0: 7}, "alerts": {}, "rejected": {}}


def test_goes_on_where_the_tables_end(world_settings: Settings, face: local.Running, producer: Any) -> None:
    """Stopped and started again it reads its place back from the tables: nothing is missing, nothing counts twice."""
    with connect(face.url, database=world_settings.database) as warehouse:
        for round_ in range(3):
            say(producer, world_settings, round_ * 40, 40)
            with projecting(world_settings, face.url):
                until(holds(warehouse, {("actions", number): 10 * (round_ + 1) for number in range(4)}))
        assert warehouse.rows("SELECT count(), uniqExact(event_id) FROM actions FINAL") == [(120, 120)]
        assert [row[-1] for row in flow(warehouse)] == [120]


def test_what_waits_when_told_to_stop_is_written(world_settings: Settings, face: local.Running, producer: Any) -> None:
    """Told to stop it writes what it has read before it ends."""
    say(producer, world_settings, 0, 40)
    with connect(face.url, database=world_settings.database) as warehouse:
        with projecting(world_settings, face.url) as projector:
            until(lambda: sum(gathering.previous + 1 for gathering in projector._gatherings.values()) == 40)
        assert warehouse.rows("SELECT count() FROM actions") == [(40,)]


def test_clickhouse_is_waited_for_in_plain_sight(world_settings: Settings, tmp_path: Path, producer: Any) -> None:
    """Before ClickHouse is there the state says for whom it waits and why; when it comes, everything goes on; when it is
    killed in the midst and comes back, rows and views are those of an undisturbed run.
    """
    port, = ports.free(1)
    url, state = f"http://127.0.0.1:{port}", tmp_path / "projector.json"
    say(producer, world_settings, 0, 2_000)

    def told() -> dict[str, Any]:
        return dict(orjson.loads(state.read_bytes())) if state.exists() else {}

    with projecting(world_settings, url, state=state):
        until(lambda: told().get("state") == "waiting")
        assert told()["waiting"]["for"] == "clickhouse"
        assert told()["waiting"]["code"] == "warehouse.unreachable"
        face = local.start(tmp_path / "clickhouse", port=port)
        for round_ in range(1, 4):
            until(lambda: told().get("state") == "running")
            say(producer, world_settings, round_ * 2_000, 2_000)
            face.kill()
            assert face.process.stdout is not None
            face.process.stdout.close()
            face = local.start(tmp_path / "clickhouse", port=port)
        with connect(url, database=world_settings.database) as warehouse:
            until(holds(warehouse, {("actions", number): 2_000 for number in range(4)}))
            assert warehouse.rows("SELECT count(), uniqExact(event_id) FROM actions FINAL") == [(8_000, 8_000)]
    # a process that died between a table and its views is healed by the next start
    with projecting(world_settings, url), connect(url, database=world_settings.database) as warehouse:
        until(lambda: [row[-1] for row in flow(warehouse)] == [8_000])
    assert told()["state"] == "stopped"
    face.stop()
    face.process.stdout.close()


def test_another_log_is_noticed(world_settings: Settings, face: local.Running, producer: Any) -> None:
    """A log that ends before what the tables hold, or has other bytes there, is not gone on with."""
    say(producer, world_settings, 0, 8)
    with connect(face.url, database=world_settings.database) as warehouse:
        with projecting(world_settings, face.url):
            until(holds(warehouse, {("actions", number): 2 for number in range(4)}))
        warehouse.command("ALTER TABLE actions UPDATE raw = '{}' WHERE `partition` = 1 AND `offset` = 0 SETTINGS mutations_sync = 1")
    with pytest.raises(LogError) as other_bytes, projecting(world_settings, face.url):
        until(lambda: ended(world_settings))
    assert (other_bytes.value.code, other_bytes.value.where.partition) == ("log.another-history", 1)


def test_shorter_log_is_noticed(world_settings: Settings, face: local.Running, producer: Any) -> None:
    """Tables that hold more than the log has belong to another log."""
    say(producer, world_settings, 0, 4)
    with connect(face.url, database=world_settings.database) as warehouse:
        with projecting(world_settings, face.url):
            until(holds(warehouse, {("actions", number): 1 for number in range(4)}))
        put(warehouse, ACTIONS, [Made(number, registered(number), partition=2) for number in range(1, 4)], previous=0)
    with pytest.raises(LogError) as told, projecting(world_settings, face.url):
        until(lambda: ended(world_settings))
    assert told.value.code == "log.another-history"
