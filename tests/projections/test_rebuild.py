"""Rebuilding beside, comparing, exchanging: on the real broker and the real engine."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from infra.kafka import clients
from projections.progress import projected_offsets
from projections.projector import loop
from projections.projector.feeds import MATTERS
from projections.rebuild import beside, run, switch
from projections.rebuild.run import Cancelled, Rebuilt, rebuild
from projections.warehouse import Warehouse, connect
from tests.projections.records import Made, finding, matter, put
from tests.projections.test_projector import flow, holds, producer, projecting, say, until

if TYPE_CHECKING:
    from infra.clickhouse import local
    from infra.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse]
__all__ = ["producer"]


def rebuilt(settings: Settings, url: str, *, stop: threading.Event | None = None, **more: Any) -> Rebuilt:
    return rebuild(settings.topics, clients.kafka_python(settings), lambda name: connect(url, database=name), settings.database,
                   stop=stop or threading.Event(), **more)


def tell(producer: Any, settings: Settings) -> None:
    """Twenty registrations, a finding and three states of two matters."""
    say(producer, settings, 0, 20)
    producer.send(settings.topics.findings, key=b"141102", value=finding("f-1"), partition=0)
    for id_, running in (("m-1", 1), ("m-2", 1), ("m-1", 2)):
        producer.send(settings.topics.matters, key=id_.encode(), value=matter(id_, clocks=[{}] * running), partition=0)
    producer.flush()


def everything(warehouse: Warehouse) -> list[Any]:
    """All that the tables and their views say."""
    return [warehouse.rows("SELECT `partition`, `offset`, previous, raw FROM actions FINAL ORDER BY ALL"),
            warehouse.rows("SELECT `partition`, `offset`, previous, raw FROM findings FINAL ORDER BY ALL"),
            warehouse.rows("SELECT matter_id, running_count, `offset` FROM current_matters ORDER BY ALL"),
            flow(warehouse), warehouse.rows("SELECT office_id, level, kind FROM offices ORDER BY ALL")]


def filled(settings: Settings, warehouse: Warehouse, url: str) -> None:
    with projecting(settings, url):
        until(holds(warehouse, {**{("actions", number): 5 for number in range(4)}, ("findings", 0): 1, ("matters", 0): 3}))


def test_what_was_damaged_is_whole_again_and_named(world_settings: Settings, face: local.Running, producer: Any) -> None:
    """A changed row, a missing one and a matter of the past are named at their first place; after the exchange all is as before,
    views included, names that people told are kept, and the projector goes on into the new tables.
    """
    tell(producer, world_settings)
    with connect(face.url, database=world_settings.database) as warehouse:
        filled(world_settings, warehouse, face.url)
        before = everything(warehouse)
        warehouse.insert("office_names", ["office_id", "name", "told_at"], [["o-1"], ["县信访局"], [0]])
        assert rebuilt(world_settings, face.url, exchange=False).as_dict()["same"]
        for damage in ("ALTER TABLE actions UPDATE raw = '{}' WHERE `partition` = 1 AND `offset` = 3",
                       "ALTER TABLE actions DELETE WHERE `partition` = 2 AND `offset` = 2", "TRUNCATE TABLE daily_flow",
                       "ALTER TABLE matters UPDATE raw = '{}' WHERE matter_id = 'm-2'"):
            warehouse.command(f"{damage} SETTINGS mutations_sync = 1")
        told = rebuilt(world_settings, face.url)
        assert [(one.table, one.partition, one.offset, one.matter) for one in told.partings] == [
            ("actions", 1, 3, ""), ("actions", 2, 2, ""), ("matters", 0, 1, "m-2")]
        assert told.exchanged
        assert everything(warehouse) == before
        assert warehouse.rows("SELECT name FROM offices") == [("县信访局",)]
        with projecting(world_settings, face.url):
            say(producer, world_settings, 20, 4)
            until(holds(warehouse, {**{("actions", number): 6 for number in range(4)}, ("findings", 0): 1, ("matters", 0): 3}))
        assert sum(row[-1] for row in flow(warehouse)) == 25
        assert warehouse.rows("SELECT count() FROM system.databases WHERE name = {name:String}",
                              {"name": beside.name(warehouse.database)}) == [(0,)]


def test_cancelled_it_leaves_everything_as_it_was(world_settings: Settings, face: local.Running, producer: Any) -> None:
    """Told to stop while it fills or compares, nothing of it is left and the old tables answer."""
    tell(producer, world_settings)
    with connect(face.url, database=world_settings.database) as warehouse:
        filled(world_settings, warehouse, face.url)
        before = everything(warehouse)
        for step in ("fill 填充", "compare 比较"):
            stop = threading.Event()
            with pytest.raises(Cancelled):
                rebuilt(world_settings, face.url, stop=stop, progress=lambda now, *_, at=step, stop=stop: stop.set() if now == at else None)
            assert everything(warehouse) == before
            assert warehouse.rows("SELECT count() FROM system.databases WHERE name = {name:String}",
                                  {"name": beside.name(warehouse.database)}) == [(0,)]


def test_leftovers_of_a_killed_rebuild_do_not_matter(world_settings: Settings, face: local.Running, producer: Any) -> None:
    """A second database with rows of its own, left by a rebuild that was killed, is not taken for the new tables."""
    tell(producer, world_settings)
    with connect(face.url, database=world_settings.database) as warehouse:
        filled(world_settings, warehouse, face.url)
        before = everything(warehouse)
        with connect(face.url, database=beside.name(warehouse.database)) as left:
            run.migrate(left)
            put(left, MATTERS, [Made(7, matter("m-9"), key=b"m-9")])
        rebuilt(world_settings, face.url)
        assert everything(warehouse) == before


def test_killed_between_exchange_and_rest_the_projector_fills_the_rest(
        world_settings: Settings, face: local.Running, producer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dead right after the exchange, with a projector that had written more into the old tables and later writes into the new ones:
    its next start begins where the new tables were filled to, so a matter's state between is not lost; a later rebuild closes the note.
    """
    tell(producer, world_settings)
    with connect(face.url, database=world_settings.database) as warehouse:
        filled(world_settings, warehouse, face.url)

        exchanging = switch.switch

        def dies(live: Warehouse, id_: str, reached: dict[tuple[str, int], int], _rest: Any) -> None:
            producer.send(world_settings.topics.matters, key=b"m-3", value=matter("m-3"), partition=0).get(10)
            with projecting(world_settings, face.url):  # into the old tables
                until(lambda: projected_offsets(live)["matters", 0] == 4)
            with pytest.raises(_Dead):
                exchanging(live, id_, reached, _die)
            put(live, MATTERS, [Made(5, matter("m-4"), key=b"m-4")])  # the projector that runs goes on, into the new ones
            raise _Dead

        with monkeypatch.context() as patched:
            patched.setattr(run.switch, "switch", dies)
            with pytest.raises(_Dead):
                rebuilt(world_settings, face.url)
        producer.send(world_settings.topics.matters, key=b"m-5", value=matter("m-5"), partition=0)
        producer.send(world_settings.topics.matters, key=b"m-4", value=matter("m-4"), partition=0).get(10)
        assert warehouse.rows("SELECT count() FROM current_matters WHERE matter_id = 'm-3'") == [(0,)]
        with projecting(world_settings, face.url):
            until(lambda: warehouse.rows("SELECT count() FROM current_matters") == [(5,)])
        rebuilt(world_settings, face.url)
        assert warehouse.rows("SELECT count() FROM switches FINAL WHERE NOT finished") == [(0,)]


class _Dead(Exception):
    """The staged death of a process."""


def _die() -> None:
    raise _Dead


def test_retry_after_a_lost_answer_counts_once(world_settings: Settings, face: local.Running, producer: Any) -> None:
    """Every batch goes in and its answer is lost: the second try of each changes neither rows nor aggregates."""
    lost: list[str] = []

    class Forgetful(Warehouse):
        def insert(self, table: str, *words: Any, token: str = "", **more: Any) -> None:
            super().insert(table, *words, token=token, **more)
            if token and token not in lost:
                lost.append(token)
                raise loop.UnreachableError("warehouse.unreachable", "the answer was lost (staged)")

    tell(producer, world_settings)
    plain = connect(face.url, database=world_settings.database)
    with plain as warehouse:
        stop = threading.Event()
        loop.Projector(world_settings.topics, clients.kafka_python(world_settings),
                       lambda: Forgetful(connect(face.url, database=world_settings.database)._client, world_settings.database),
                       stop=stop).run(to_the_end=lambda *_: None)
        assert lost
        assert warehouse.rows("SELECT count(), uniqExact(event_id) FROM actions") == [(20, 20)]
        assert sum(row[-1] for row in flow(warehouse)) == 21
