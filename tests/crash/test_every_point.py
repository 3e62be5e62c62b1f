"""The real steps and the real outbox on a log in memory, killed at every point, in every order of two workers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from events.errors import LogError
from events.topics import Topics
from streams.shell import steps as steps_module
from streams.shell.config import ShellConfig
from streams.shell.outbox import Outbox
from streams.shell.steps import Steps
from tests.crash.memory_log import (
    CARRY,
    ChainFold,
    MemoryKept,
    MemoryLog,
    MemoryProducer,
    MemoryReader,
    Point,
    judge_chain,
)

VALUES = [b"a", CARRY, b"b", b"c"]
CONFIG = ShellConfig(topics=Topics.of("live"), group="g", state_dir=Path("unused"), partitions=1, kafka={}, largest_batch=2)


@pytest.fixture(autouse=True)
def _chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps_module, "judge_batch", judge_chain)


class Worker:
    """One process, moved on by hand from point to point. It takes what is there and ends when the log has no more."""

    def __init__(self, log: MemoryLog, store: MemoryKept, kind: type[Steps] = Steps) -> None:
        self._producer = MemoryProducer(log)
        self._coroutine: Coroutine[Any, Any, None] = self._live(log, store, kind)
        self.points = 0
        self.over = False
        self.fenced = False

    async def _live(self, log: MemoryLog, store: MemoryKept, kind: type[Steps]) -> None:
        fold: Any = ChainFold(store)
        steps = kind(CONFIG, 0, reader=MemoryReader(log), outbox=Outbox(CONFIG, 0, self._producer), store=store, fold=fold)
        position = log.committed  # the fetcher's own; it may be out of date before the steps begin
        await Point("fetcher: placed")
        await steps.begin()
        while batch := log.stable(position, 3):
            position = batch[-1].offset + 1
            await steps.take(batch)

    def go(self, most: int = 10_000) -> None:
        """On by so many points, or to its end."""
        for _ in range(most):
            if self.over:
                return
            try:
                self._coroutine.send(None)
            except StopIteration:
                self.over = True
            except LogError as error:
                if error.code != "worker.fenced":
                    raise
                self.over = self.fenced = True
            else:
                self.points += 1

    def kill(self) -> None:
        """Nothing of it has any effect any more."""
        self._producer.dead = True
        self._coroutine.close()
        self.over = True


def agrees(log: MemoryLog, *stores: MemoryKept) -> None:
    """The three promises: each finding once and in order, all of them, and every state is the fold of the log up to its offset."""
    truth, kept = ChainFold(MemoryKept()), {-1: b""}
    findings = []
    for entry in log.stable(0, 10_000):
        assert entry.value is not None
        findings.append(truth.step(entry.value))
        kept[entry.offset] = truth.chain
    assert log.findings == findings
    for store in stores:
        assert store.chain == kept[store.offset]


def undisturbed() -> int:
    """How many points an undisturbed run has."""
    log, store = MemoryLog(VALUES), MemoryKept()
    worker = Worker(log, store)
    worker.go()
    agrees(log, store)
    assert log.committed >= len(VALUES)
    return worker.points


def killed_twice(kind: type[Steps], first: int, second: int, disk: Callable[[MemoryKept], MemoryKept]) -> None:
    log, store = MemoryLog(VALUES), MemoryKept()
    for points in (first, second):
        worker = Worker(log, store, kind)
        worker.go(points)
        worker.kill()
        store = disk(store)
    Worker(log, store, kind).go()
    agrees(log, store)


def two_workers(kind: type[Steps], first: int, second: int, third: int, end: str) -> None:
    """The first is stopped, the second takes over and is stopped, the first wakes, and one of them dies or both go on."""
    log, stores = MemoryLog(VALUES), (MemoryKept(), MemoryKept())
    zombie, heir = Worker(log, stores[0], kind), Worker(log, stores[1], kind)
    zombie.go(first)
    heir.go(second)
    zombie.go(third)
    if end == "heir dies":
        heir.kill()
    if end == "zombie dies":
        zombie.kill()
    zombie.go()
    heir.go()
    Worker(log, stores[0], kind).go()  # whoever is assigned at last, on either disk
    Worker(log, stores[1], kind).go()
    agrees(log, *stores)
    assert stores[1].offset == max(entry.offset for entry in log.stable(0, 10_000))


def same(store: MemoryKept) -> MemoryKept:
    return store


def lost(_: MemoryKept) -> MemoryKept:
    return MemoryKept()


def test_killed_at_any_two_points_it_ends_as_undisturbed() -> None:
    """Kill at every point and again at every point of the next life, with the disk kept and with the disk lost."""
    points = range(undisturbed() + 1)
    for first, second in itertools.product(points, points):
        killed_twice(Steps, first, second, same)
        killed_twice(Steps, first, second, lost)


def test_two_workers_in_every_order_end_as_undisturbed() -> None:
    """A zombie stopped at every point, its heir stopped at every point, the zombie waking for some steps, one dying or neither."""
    points = range(undisturbed() + 1)
    runs = 0
    for first, second, third in itertools.product(points, points, (1, 2, 5, 9)):
        for end in ("both go on", "heir dies", "zombie dies"):
            two_workers(Steps, first, second, third, end)
            runs += 1
    assert runs > 10_000


def test_a_zombie_is_told_that_it_was_fenced() -> None:
    """Whoever wakes after its heir began writes nothing and stops with ``worker.fenced``."""
    log = MemoryLog(VALUES)
    zombie, heir = Worker(log, MemoryKept()), Worker(log, MemoryKept())
    zombie.go(10)
    heir.go()
    said = list(log.findings)
    zombie.go()
    assert zombie.fenced
    assert log.findings == said


class _StateFirst(Steps):
    """Steps 4 and 5 the wrong way round."""

    async def _judge_and_publish(self, records: Any) -> None:
        results: Any = steps_module.judge_batch(self._fold, records, "", 0)
        self._keep(records)
        await self._outbox.publish(results, records[-1].offset + 1)


class _NoCatchingUp(Steps):
    """Without step 6."""

    async def begin(self) -> None:
        await self._outbox.start()


class _LateFence(Steps):
    """Step 6 before step 0."""

    async def begin(self) -> None:
        ends = await self._reader.ends()
        await self._outbox.start()
        if self._store.offset + 1 < ends.committed:
            async for records in self._reader.stretch(self._store.offset + 1, ends.committed):
                steps_module.judge_batch(self._fold, records, "", 0)
                self._keep(records)


def _many_runs(kind: type[Steps], points: range) -> None:
    for first, second in itertools.product(points, points):
        killed_twice(kind, first, second, same)
        two_workers(kind, first, second, 5, "both go on")


@pytest.mark.parametrize("kind", [_StateFirst, _NoCatchingUp, _LateFence])
def test_the_runs_can_fail(kind: type[Steps]) -> None:
    """With one step out of place some run breaks a promise: so the runs above do prove something."""
    with pytest.raises(AssertionError):
        _many_runs(kind, range(undisturbed() + 1))


def test_what_the_fetcher_leaves_out_is_read_again_and_counted() -> None:
    """A gap with records in it raises the alarm and loses nothing; a batch that comes twice is skipped; markers explain a gap."""
    log, store = MemoryLog(VALUES), MemoryKept()
    fold: Any = ChainFold(store)
    steps = Steps(CONFIG, 0, reader=MemoryReader(log), outbox=Outbox(CONFIG, 0, MemoryProducer(log)), store=store, fold=fold)

    async def story() -> None:
        await steps.begin()
        everything = log.stable(0, 10)
        await steps.take(everything[:1])
        await steps.take(everything[3:])  # two are missing
        await steps.take(everything)      # all of them again
        assert (steps.counts.skipped, steps.counts.gaps, steps.counts.reread) == (4, 1, 2)
        await steps.take(log.stable(4, 10))  # the carried one, right behind
        log.append(b"d", "aborted")
        log.append(b"e", "committed")
        await steps.take(log.stable(store.offset + 1, 10))
        assert (steps.counts.gaps, steps.counts.reread) == (2, 2)

    for _ in iter(story().__await__().__next__, None):  # every await is a point; nobody waits for anything
        pass
    agrees(log, store)
