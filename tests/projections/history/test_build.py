"""The history is a pure function of the log: however it was built, it is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import UsageError, WarehouseError
from projections.history import build
from projections.history.store import KeptState
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS
from projections.replay.sources import Mirror
from projections.warehouse import Warehouse, in_process
from tests.projections.history.conftest import World, stretch
from tests.projections.records import put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.clickhouse


@pytest.fixture
def other(world: World) -> Iterator[Warehouse]:
    """Another database with the first 600 records of a partition, and no history yet."""
    with in_process(database="sanfang_history_other") as warehouse:
        migrate(warehouse)
        put(warehouse, ACTIONS, world.log[0][:600])
        yield warehouse
        warehouse.command("DROP DATABASE sanfang_history_other", database=False)


def whole(warehouse: Warehouse, until: int) -> list[list[tuple[Any, ...]]]:
    return [warehouse.rows(f"SELECT * FROM {table} FINAL WHERE `partition` = 0 AND {place} <= {until} ORDER BY ALL")  # noqa: S608  ours
            for table, place in (("matter_history", "`offset`"), ("finding_history", "cause_offset"))]


def test_built_in_stretches_it_is_the_same(world: World, other: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped and carried on, in batches of another size, with nothing kept in memory: the same rows."""
    monkeypatch.setattr(build, "BATCH", 70)
    monkeypatch.setattr(build, "_KEEP", 1)
    for until in (0, 130, 131, 400, 599):
        build.carry_on(stretch(other, tmp_path, until=until))
        assert build.heads(other)[0][0] == until
    assert whole(other, 599) == whole(world.warehouse, 599)


def test_a_crash_between_the_rows_and_the_state_leaves_no_trace(world: World, other: Warehouse, tmp_path: Path,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows were in and the state was not: they are written again, and are the same rows."""
    monkeypatch.setattr(build, "BATCH", 100)

    def dies(*_: object) -> None:
        raise RuntimeError("staged")

    build.carry_on(stretch(other, tmp_path, until=299))
    with monkeypatch.context() as staged:
        staged.setattr(KeptState, "keep", dies)
        with pytest.raises(RuntimeError):
            build.carry_on(stretch(other, tmp_path))
    build.carry_on(stretch(other, tmp_path))
    assert whole(other, 599) == whole(world.warehouse, 599)


def test_dropped_tables_are_built_anew(world: World, other: Warehouse, tmp_path: Path) -> None:
    """The kept state is of no use without its rows: the history begins again at the first record."""
    build.carry_on(stretch(other, tmp_path))
    for table in ("matter_history", "finding_history", "history_heads"):
        other.command(f"TRUNCATE TABLE {table}")
    assert build.carry_on(stretch(other, tmp_path)) == 600
    assert whole(other, 599) == whole(world.warehouse, 599)


@settings(max_examples=5)
@given(lacking=st.integers(0, 598))
def test_a_hole_in_the_mirror_stops_it(world: World, tmp_path_factory: pytest.TempPathFactory, lacking: int) -> None:
    """A record that the mirror lacks is named, and nothing is built on what comes after it; nor is a slice of it told."""
    with in_process(database="sanfang_history_hole") as warehouse:
        migrate(warehouse)
        put(warehouse, ACTIONS, world.log[0][:lacking])
        put(warehouse, ACTIONS, world.log[0][lacking + 1:600], previous=lacking)
        try:
            with pytest.raises(WarehouseError) as told:
                build.carry_on(stretch(warehouse, tmp_path_factory.mktemp("hole")))
            held = build.heads(warehouse).get(0, (-1, 0))[0]
            with pytest.raises(WarehouseError) as sliced:
                next(Mirror(warehouse).lines(0, -1, 599, ["141102"]))
        finally:
            warehouse.command("DROP DATABASE sanfang_history_hole", database=False)
    for refused in (told.value, sliced.value):
        assert (refused.code, refused.where.offset) == ("mirror.hole", lacking)
    assert held < lacking


def test_two_at_once_are_kept_apart(tmp_path: Path) -> None:
    """A second process on the same state is refused."""
    first = KeptState(tmp_path / "0.sqlite")
    with pytest.raises(UsageError) as told:
        KeptState(tmp_path / "0.sqlite")
    assert told.value.code == "replay.busy"
    first.close()
    KeptState(tmp_path / "0.sqlite").close()
