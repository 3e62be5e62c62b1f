"""Being alive is getting on. A process can be up, hold its partitions and judge nothing (faust-streaming #133, #432, #532).

While a partition has records that are not judged, its offset must move; if it does not for `ShellConfig.stalled_seconds`, the worker
stops with ``worker.stalled`` and is started again. What it saw stands in ``worker.json`` beside its stores, for `sanfang status`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from aiokafka.errors import KafkaError

from events.errors import GroundError, LogError, Where
from streams.shell.config import ShellConfig

if TYPE_CHECKING:
    from streams.shell.partition import Partition

EVERY: Final = 5.0
"""Seconds between two looks."""


class Stall:
    """When each partition last got on, or last had nothing to do. Time is handed in."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen: dict[int, tuple[int, float]] = {}

    def look(self, partition: int, offset: int, now: float, *, behind: bool) -> bool:
        """Whether it has stood still for too long although it is behind."""
        before, since = self._seen.get(partition, (offset, now))
        if not behind or offset != before:
            since = now
        self._seen[partition] = offset, since
        return now - since >= self._seconds

    def forget_all_but(self, partitions: Mapping[int, object]) -> None:
        self._seen = {number: seen for number, seen in self._seen.items() if number in partitions}


class Watch:
    def __init__(self, config: ShellConfig, app: Any, partitions: Mapping[int, Partition],
                 fail: Callable[[BaseException], None]) -> None:
        self._config = config
        self._app = app
        self._partitions = partitions
        self._fail = fail
        self._stall = Stall(config.stalled_seconds)
        self._written: dict[str, Any] = {}

    async def run(self) -> None:
        while not self._app.should_stop:
            try:
                self._write()
            except OSError as error:
                self._fail(GroundError("ground.state-disk", f"状态写不进磁盘 / what the worker saw cannot be written: {error}",
                                       where=Where(file=str(self._config.state_dir)), todo="free some space: the worker is started again"))
                return
            await self._look()
            await asyncio.sleep(EVERY)

    async def _look(self) -> None:
        self._stall.forget_all_but(self._partitions)
        for tp in self._app.consumer.assignment():
            partition = self._partitions.get(tp.partition)
            if partition is None:
                continue
            try:
                behind = partition.waiting or await self._lag(tp) > 0
            except KafkaError:  # the broker is away: it says so itself, and nobody can get on
                behind = False
            if self._partitions.get(tp.partition) is not partition:
                continue  # it was taken away while the broker was asked
            if self._stall.look(tp.partition, partition.offset, time.monotonic(), behind=behind):
                self._fail(LogError("worker.stalled", f"分区无进展 / partition {tp.partition} is behind and has not moved for "
                                    f"{self._config.stalled_seconds:.0f} s",
                                    where=Where(topic=tp.topic, partition=tp.partition, offset=partition.offset),
                                    todo="this worker stops and is started again; if it recurs, see `sanfang doctor`"))

    async def _lag(self, tp: Any) -> int:
        """What the fetcher has still to hand over. By positions: an offset would count the markers of transactions as records."""
        position = await self._app.consumer.position(tp)
        end = (await self._app.consumer.highwaters(tp))[tp]
        return (end or 0) - (position or 0)

    def _write(self) -> None:
        """At most every few seconds, and only what has changed."""
        said = {"partitions": {str(number): {"offset": one.offset, **asdict(one.counts)}
                               for number, one in sorted(self._partitions.items())}}
        if said == self._written:
            return
        self._written = said
        file = self._config.state_dir / self._config.name / "worker.json"
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps({**said, "moved": time.time()}), encoding="utf-8")
        draft.replace(file)
