"""The projector's loop: poll, gather, cut, write; each partition in order, partitions side by side.

1. Where to go on is read back from the tables (`resume`).
2. Records are gathered by partition. A batch is cut when the grid says so, or when the oldest has waited long enough.
3. At most one batch of a partition is under way; the next is cut when it is in.
4. While a partition has too much waiting nothing is read, so memory stays bounded while ClickHouse is away.
5. Told to stop, it writes what it has, if ClickHouse answers; what it cannot write stays in the log.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any, Final

from kafka import TopicPartition

from events.topics import Topics
from projections.migrations import migrate
from projections.projector import feeds, resume
from projections.projector.batches import HEAVY, Gathering
from projections.projector.reader import Reader
from projections.projector.resume import Point
from projections.projector.state import State
from projections.projector.writer import Writer
from projections.reference import fill_regions
from projections.warehouse import UnreachableError, Warehouse

FLUSH: Final = 0.1
"""Seconds that a record waits for company."""
CATCHING_UP: Final = 1.0
"""The same while the log gives as much as is asked for: then whole cells of the grid are worth waiting for."""
_POLL: Final = 50
_MOST: Final = 8_192
_MEMORY: Final = 256 << 20
"""Bytes that may wait in all while ClickHouse is slow or away."""
_FAREWELL: Final = 10.0


class Projector:
    """Runs until ``stop`` is set. ``connect`` gives a new client of the world's database each time."""

    def __init__(self, topics: Topics, kafka: Mapping[str, Any], connect: Callable[[], Warehouse], *,
                 stop: threading.Event, state_file: Path | None = None) -> None:
        self._feeds = feeds.of(topics)
        self._kafka = kafka
        self._connect = connect
        self._stop = stop
        self._state = State(state_file)
        self._gatherings: dict[TopicPartition, Gathering] = {}
        self._starts: dict[TopicPartition, Point] = {}
        self._under_way: dict[TopicPartition, Future[bool]] = {}

    def run(self, *, to_the_end: Callable[[int, int], None] | None = None) -> None:
        """``to_the_end``: until what is in the log at its start is in the tables; hears of how many offsets how many are done."""
        reader = Reader(self._kafka, time.monotonic())
        writer = Writer(self._connect, self._state)
        try:
            if not self._begin(reader):
                return
            self._state.running()
            ends = reader.ends() if to_the_end else {}
            while not self._stop.is_set():
                self._turn(reader, writer)
                if to_the_end and self._done(reader, ends, to_the_end):
                    return
            self._say_farewell(writer)
        finally:
            writer.close()
            reader.close()
            self._state.stopped()

    def _begin(self, reader: Reader) -> bool:
        places = reader.partitions(list(self._feeds))
        found = None
        while found is None and not self._stop.is_set():
            try:
                with self._connect() as warehouse:
                    migrate(warehouse)
                    fill_regions(warehouse)
                    found = resume.points(warehouse, [(self._feeds[topic], number) for topic, number in places])
            except UnreachableError as error:
                self._state.waits_for("clickhouse", error)
                self._stop.wait(1.0)
        if found is None:
            return False
        for topic, number in places:
            where, feed = TopicPartition(topic, number), self._feeds[topic]
            point = found[feed.name, number]
            self._starts[where] = point
            self._gatherings[where] = Gathering(feed, number, point.previous)
        reader.start(self._starts)
        return True

    def _turn(self, reader: Reader, writer: Writer) -> None:
        # Nothing is read while a partition is crowded. Not by pausing it: kafka-python 3.0.12 never gives its next records after that.
        room = min(2 * HEAVY, _MEMORY // len(self._gatherings))
        crowded = any(gathering.weight > room for gathering in self._gatherings.values())
        if crowded:
            self._stop.wait(_POLL / 1000)
        polled = {} if crowded else reader.poll(_POLL, _MOST)
        now = time.monotonic()
        for where, records in polled.items():
            start = self._starts.pop(where, None)
            if start is not None:
                start.prove(where.topic, records[0])
            self._gatherings[where].take(records, now)
        patience = CATCHING_UP if sum(map(len, polled.values())) > _MOST // 2 else FLUSH
        for where, gathering in self._gatherings.items():
            if self._settled(where) and gathering.waiting and (gathering.full() or now - gathering.since >= patience):
                self._under_way[where] = writer.write(gathering.cut(now))
        lags = reader.watch(now, resting=crowded)
        if lags is not None:
            self._state.lags({(self._feeds[where.topic].name, where.partition): lag for where, lag in lags.items()})

    def _done(self, reader: Reader, ends: Mapping[TopicPartition, int], tell: Callable[[int, int], None]) -> bool:
        read = {where: min(reader.position(where), end) for where, end in ends.items()}
        tell(sum(read.values()), sum(ends.values()))
        return read == dict(ends) and all(
            self._settled(where) and not gathering.waiting for where, gathering in self._gatherings.items())

    def _settled(self, where: TopicPartition) -> bool:
        """Whether nothing of this partition is under way; raises what the write raised."""
        written = self._under_way.get(where)
        if written is None:
            return True
        if not written.done():
            return False
        del self._under_way[where]
        return written.result()

    def _say_farewell(self, writer: Writer) -> None:
        until = time.monotonic() + _FAREWELL
        wait(self._under_way.values(), timeout=_FAREWELL)
        while time.monotonic() < until:
            now = time.monotonic()
            left = {where: writer.write(gathering.cut(now)) for where, gathering in self._gatherings.items()
                    if gathering.waiting and self._settled(where)}
            if not left:
                return
            self._under_way.update(left)
            wait(left.values(), timeout=max(0.0, until - now))
