"""The ticker 时钟: writes the time into every partition of the live log, so that deadlines pass there.

1. Ticks stand on a grid of ``tick_minutes`` from midnight in China; a tick is the last point of it that has passed.
2. What was last written is read from the log itself, partition by partition: a tick is never earlier than the last, nor equal.
   So restarts, and a tick that reached only some partitions before a crash, put themselves right.
3. After a standstill one tick is written, the present one: the missed ones would say nothing more.
4. A wall clock that jumps back writes nothing until it has caught up, and says so. A tick further ahead of the log's own time than
   an event may be is rejected by everyone who reads it, so it counts here no more than there: ticking goes on when the clock is back.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from events.actions import EVERY_COUNTY, ClockTicked
from events.canonical import canonical
from events.emitter import TrustedEmitter
from events.errors import LogError, RejectedInput, UsageError, Where
from events.reading import CHINA, read
from events.topics import LIVE
from infra.kafka import clients

if TYPE_CHECKING:
    from infra.settings import Settings

_log = logging.getLogger(__name__)

KEY: Final = EVERY_COUNTY.encode()
_DAY: Final = timedelta(days=1)
_FIRST_LOOK: Final = 1_000
_LONGEST_NAP: Final = 60.0
"""Seconds: so that a changed wall clock is noticed soon."""


class Clock(Protocol):
    """The wall clock, and waiting; an argument, so that tests have one of their own."""

    def now(self) -> datetime: ...

    def wait(self, seconds: float) -> None: ...


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


def tick_at(moment: datetime) -> ClockTicked:
    """The tick that says ``moment``, in Shanghai's time."""
    return ClockTicked.showing(moment.astimezone(CHINA))


def due_at(now: datetime, every: timedelta) -> datetime:
    """The last point of the grid that has passed; the grid starts anew at each midnight in China."""
    local = now.astimezone(CHINA)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (local - midnight) // every * every


class Ticker:
    """``last`` is the last tick of each partition, as the log has it (``heard``) and as it was written since."""

    def __init__(self, emitter: TrustedEmitter, clock: Clock, every: timedelta,
                 heard: Callable[[], dict[int, datetime | None]]) -> None:
        self._emitter = emitter
        self._clock = clock
        self._every = every
        self._heard = heard
        self.last = heard()
        self._behind = False

    def step(self) -> dict[int, int | None]:
        """Writes what is due; answers the offset by partition, empty if nothing was."""
        due = due_at(self._clock.now(), self._every)
        newest = self._newest()
        if newest is not None and due < newest and not self._behind:
            self.last = self._heard()  # what was written ahead of the log's time does not count
            newest = self._newest()
        if newest is not None and due < newest:
            if not self._behind:
                _log.warning("时钟回拨 / the wall clock (%s) is behind the log's last tick (%s): nothing is written until it has "
                             "caught up", due.isoformat(), newest.astimezone(CHINA).isoformat())
            self._behind = True
            return {}
        if self._behind:
            _log.warning("时钟已追上 / the wall clock has caught up with the log (%s): ticking goes on", due.isoformat())
            self._behind = False
        partitions = [partition for partition, moment in self.last.items() if moment is None or moment < due]
        tick = tick_at(due)
        value = canonical(tick)
        deliveries = {partition: self._emitter.write(tick.id, KEY, value, partition=partition) for partition in partitions}
        self._emitter.flush()
        for partition in partitions:
            self.last[partition] = due
        return {partition: delivery.result().offset for partition, delivery in deliveries.items()}

    def _newest(self) -> datetime | None:
        return max((moment for moment in self.last.values() if moment is not None), default=None)

    def nap(self) -> None:
        """Until the next point of the grid, or a minute."""
        now = self._clock.now()
        next_one = min(due_at(now, self._every) + self._every, due_at(now, _DAY) + _DAY)
        self._clock.wait(min(_LONGEST_NAP, max(0.1, (next_one - now).total_seconds())))


def last_ticks(settings: Settings) -> dict[int, datetime | None]:
    """The last tick in each partition of the log that readers take; None where there is none."""
    from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415

    topic = settings.topics.actions
    consumer = KafkaConsumer(**clients.kafka_python(settings, enable_auto_commit=False))
    try:
        partitions = consumer.partitions_for_topic(topic)
        if not partitions:
            raise LogError("ticker.no_topic", f"there is no topic {topic}", where=Where(topic=topic), todo="`sanfang up` makes it")
        return {partition: _last_tick(consumer, TopicPartition(topic, partition)) for partition in sorted(partitions)}
    finally:
        consumer.close()


def _last_tick(consumer: Any, place: Any) -> datetime | None:
    """Looks back from the end in steps that grow: the last tick is near the end unless a bureau imported years since."""
    consumer.assign([place])
    first, end = consumer.beginning_offsets([place])[place], consumer.end_offsets([place])[place]
    step = _FIRST_LOOK
    while end > first:
        start = max(first, end - step)
        found = [moment for record in _between(consumer, place, start, end) if record.key == KEY and (moment := _time_of(record))]
        if found:
            return max(found)
        end, step = start, step * 4
    return None


def _between(consumer: Any, place: Any, start: int, end: int) -> list[Any]:
    """The records of the offsets [start, end): fewer, where the log has the markers of transactions."""
    consumer.seek(place, start)
    records: list[Any] = []
    until = time.monotonic() + 60
    while (position := consumer.position(place)) < end:
        for batch in consumer.poll(timeout_ms=1_000).values():
            records += [record for record in batch if record.offset < end]
        if consumer.position(place) > position:
            until = time.monotonic() + 60
        elif time.monotonic() > until:
            raise LogError("ticker.silent", "the log did not answer for a minute while its last tick was sought",
                           where=Where(topic=place.topic, partition=place.partition, offset=position), todo="see `sanfang status`")
    return records


def _time_of(record: Any) -> datetime | None:
    try:
        event = read(record.value, log_time=datetime.fromtimestamp(record.timestamp / 1000, UTC))
    except RejectedInput:
        return None  # no tick: the worker puts it among the rejected, with the reason
    return event.time if isinstance(event, ClockTicked) else None


def only_live(settings: Settings) -> None:
    if settings.world != LIVE:
        raise UsageError("ticker.sandbox", f"沙盒有自己的时钟 / the world {settings.world!r} keeps its own time: the wall clock may not "
                         "tick there", todo="run the ticker for the live world only")


def run(settings: Settings, clock: Clock | None = None) -> None:
    """Ticks until it is ended; between two ticks there is nothing that an end could lose."""
    only_live(settings)
    clock = clock or WallClock()
    every = timedelta(minutes=settings.tick_minutes)
    with TrustedEmitter(None, settings.topics.actions, clients.kafka_python(settings, client_id="sanfang-ticker")) as emitter:
        ticker = Ticker(emitter, clock, every, partial(last_ticks, settings))
        while True:
            ticker.step()
            ticker.nap()
