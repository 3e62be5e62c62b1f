"""A small city in the tables whose log took everything in on the day on which it happened, and its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from events.reading import read
from projections.history.build import Stretch, carry_on
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS, FINDINGS, MATTERS
from projections.warehouse import Warehouse, in_process
from streams.fold import Fold
from streams.ruleset import SHIPPED
from streams.state import MemoryStore, State
from tests.projections.indicators.worlds import city
from tests.projections.records import Made, finding, matter, put

PARTITIONS = 2


@contextmanager
def lent(warehouse: Warehouse) -> Iterator[Warehouse]:
    """One engine a process: the history shares the client of the test."""
    yield warehouse


def stretch(warehouse: Warehouse, folder: Path, partition: int = 0, until: int = 1 << 40) -> Stretch:
    return Stretch(lambda: lent(warehouse), folder, partition, until, SHIPPED.rule_sets)  # type: ignore[arg-type, return-value]


@dataclass
class World:
    warehouse: Warehouse
    log: dict[int, list[Made]]
    folder: Path

    def known(self, cut: dict[int, int]) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """Matters, and findings that stand, by a replay that stops there: told without the history."""
        matters: dict[str, bytes] = {}
        standing: dict[str, bytes] = {}
        for partition, records in self.log.items():
            fold = Fold(State(MemoryStore()), SHIPPED)
            for record in records[:cut[partition] + 1]:
                for _, value in fold.step(read(record.value, record.key)).findings:
                    said = orjson.loads(value)
                    if said["type"] == "finding.retracted.v1":
                        standing.pop(said["data"]["retracts"], None)
                    else:
                        standing[said["id"]] = value
            matters.update({id_: state for id_, state in fold.matters() if state is not None})
        return matters, standing


def records(events: list[dict[str, object]], partitions: int = PARTITIONS) -> dict[int, list[Made]]:
    """The events as records; the log takes each in at its business time, or right after the one before it."""
    log: dict[int, list[Made]] = {partition: [] for partition in range(partitions)}
    at: Counter[int] = Counter()
    for event in events:
        key = str(event["partitionkey"]).encode()
        value = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
        for partition in range(partitions) if key == b"*" else (int(key) % partitions,):
            at[partition] = max(at[partition], int(datetime.fromisoformat(str(event["time"])).timestamp() * 1000))
            log[partition].append(Made(len(log[partition]), value, partition, key, at[partition]))
    return log


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Some 300 petitions over fifteen months, with corrections; the history is built."""
    folder = tmp_path_factory.mktemp("history")
    log = records(city(5, 300))
    with in_process(database="sanfang_history") as warehouse:
        migrate(warehouse)
        for partition, made in log.items():
            put(warehouse, ACTIONS, made)
            carry_on(stretch(warehouse, folder, partition))
        put(warehouse, FINDINGS, [Made(0, finding("f-of-today"))])  # nothing known then may come from these
        put(warehouse, MATTERS, [Made(0, matter("m-of-today"), key=b"m-of-today")])
        yield World(warehouse, log, folder)
        warehouse.command("DROP DATABASE sanfang_history", database=False)


@pytest.fixture
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    """A database of its own with the schema and nothing in it."""
    del tmp_path
    with in_process(database=f"sanfang_h{abs(hash(request.node.name)) % 10_000}") as warehouse:
        migrate(warehouse)
        yield warehouse
        warehouse.command(f"DROP DATABASE {warehouse.database}", database=False)
