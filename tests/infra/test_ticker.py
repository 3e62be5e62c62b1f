"""The ticker on the real broker, with a clock of the test's own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from events.actions import ClockTicked
from events.canonical import canonical
from events.emitter import TrustedEmitter
from events.errors import UsageError
from events.reading import CHINA, read
from infra.kafka import clients
from infra.running import ticker as ticking
from infra.running.ticker import KEY, Ticker, due_at, last_ticks, run, tick_at
from infra.settings import Settings
from tests.events.golden import ACTIONS
from tests.infra.http.door_examples import records

HOUR = timedelta(hours=1)


class FakeClock:
    """A wall clock that shows what it is told; waiting moves it."""

    def __init__(self, shows: datetime) -> None:
        self.shows = shows
        self.waited: list[float] = []

    def now(self) -> datetime:
        return self.shows

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.shows += timedelta(seconds=seconds)


def at(hour: int, minute: int = 0, day: int = 5) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=CHINA)


@pytest.fixture
def emitter(world_settings: Settings) -> Iterator[TrustedEmitter]:
    with TrustedEmitter(None, world_settings.topics.actions, clients.kafka_python(world_settings)) as opened_one:
        yield opened_one


def ticker(settings: Settings, emitter: TrustedEmitter, clock: FakeClock) -> Ticker:
    """As `run` makes it, but in a world of the test's own, which is not the live one."""
    return Ticker(emitter, clock, HOUR, partial(last_ticks, settings))


def ticks(settings: Settings) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = {partition: [] for partition in range(settings.partitions)}
    for (partition, _), record in sorted(records(settings).items()):
        event = read(record.value, record.key)
        if isinstance(event, ClockTicked):
            found[partition].append(event.time)
    return found


@pytest.mark.parametrize(("now", "minutes", "due"), [
    (at(9, 59), 60, at(9)), (at(9), 60, at(9)), (at(0, 0), 1440, at(0)), (at(23, 59), 1440, at(0)), (at(9, 7), 5, at(9, 5)),
    (at(23, 59), 7, at(23, 55)), (at(0, 3), 7, at(0, 0)), (datetime(2026, 1, 4, 16, 30, tzinfo=UTC), 1440, at(0)),
])
def test_due_is_on_the_grid_of_the_chinese_day(now: datetime, minutes: int, due: datetime) -> None:
    """Days begin at midnight in China; a grid that does not divide the day starts anew there."""
    assert due_at(now, timedelta(minutes=minutes)) == due


def test_same_moment_gives_the_same_bytes_whatever_the_zone() -> None:
    """The golden tick is what the ticker writes for that moment, told in any zone."""
    assert canonical(tick_at(datetime(2025, 3, 19, 1, 0, tzinfo=UTC))) == ACTIONS["clock.ticked.v1"]
    assert canonical(tick_at(datetime(2025, 3, 19, 9, 0, tzinfo=CHINA))) == ACTIONS["clock.ticked.v1"]


@pytest.mark.kafka
def test_same_bytes_in_every_partition_once(world_settings: Settings, emitter: TrustedEmitter) -> None:
    """One tick, the same bytes under the same key in each partition; asked again within the hour, nothing is written."""
    one = ticker(world_settings, emitter, FakeClock(at(9, 20)))
    assert one.step() == dict.fromkeys(range(4), 0)
    assert one.step() == {}
    assert {(record.key, record.value) for record in records(world_settings).values()} == {(KEY, canonical(tick_at(at(9))))}


@pytest.mark.kafka
def test_restart_goes_on_where_the_log_is(world_settings: Settings, emitter: TrustedEmitter) -> None:
    """A second ticker writes nothing equal or earlier; after days away it writes the present tick alone, not the missed ones."""
    clock = FakeClock(at(9, 20))
    ticker(world_settings, emitter, clock).step()
    assert ticker(world_settings, emitter, clock).step() == {}
    clock.shows = at(14, 5, day=9)
    assert set(ticker(world_settings, emitter, clock).step()) == {0, 1, 2, 3}
    assert ticks(world_settings) == {partition: [at(9), at(14, day=9)] for partition in range(4)}


@pytest.mark.kafka
def test_tick_that_reached_some_partitions_is_completed(world_settings: Settings, emitter: TrustedEmitter) -> None:
    """After a crash in the middle of a tick, the partitions that lack it get it, the others not twice."""
    clock = FakeClock(at(9, 20))
    ticker(world_settings, emitter, clock).step()
    emitter.write("x", KEY, canonical(tick_at(at(10))), partition=2)
    emitter.flush()
    clock.shows = at(10, 1)
    assert set(ticker(world_settings, emitter, clock).step()) == {0, 1, 3}
    assert ticks(world_settings) == {partition: [at(9), at(10)] for partition in range(4)}


@pytest.mark.kafka
def test_last_tick_is_found_far_back_and_among_noise(world_settings: Settings, emitter: TrustedEmitter,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """The last tick is found behind many other records, in several steps; a record that only claims the clock's key is none."""
    monkeypatch.setattr(ticking, "_FIRST_LOOK", 3)
    for partition in (0, 1):
        emitter.write("a", KEY, canonical(tick_at(at(8))), partition=partition)
        emitter.write("b", KEY, canonical(tick_at(at(9))), partition=partition)
        for index in range(50):
            emitter.write(str(index), KEY if index % 2 else b"141102", b"{", partition=partition)
    emitter.flush()
    assert last_ticks(world_settings) == {0: at(9), 1: at(9), 2: None, 3: None}


@pytest.mark.kafka
def test_clock_that_jumps_back_is_told_and_waited_for(world_settings: Settings, emitter: TrustedEmitter,
                                                      caplog: pytest.LogCaptureFixture) -> None:
    """A wall clock set back writes nothing until it has caught up; it says so once, and when it goes on."""
    clock = FakeClock(at(12, 1))
    one = ticker(world_settings, emitter, clock)
    one.step()
    with caplog.at_level(logging.WARNING):
        for shown in (at(9, 1), at(10, 1), at(11, 59)):
            clock.shows = shown
            assert one.step() == {}
        said = [record for record in caplog.records if record.name == "infra.running.ticker"]  # Kafka's client speaks too
        assert len(said) == 1
        assert "2026-01-05T12:00:00+08:00" in caplog.text
        clock.shows = at(13)
        assert set(one.step()) == {0, 1, 2, 3}
        assert "caught up" in caplog.text
    assert ticks(world_settings)[0] == [at(12), at(13)]


@pytest.mark.kafka
def test_clock_that_jumped_days_ahead_and_is_back_ticks_on_at_once(world_settings: Settings, emitter: TrustedEmitter) -> None:
    """Three days ahead of the log's own time (a staged clock) its tick is one that every reader rejects; back again, the same process and
    one that starts anew write the present tick as if nothing had been.
    """
    true = due_at(datetime.now(UTC), HOUR)
    clock = FakeClock(true + 3 * HOUR * 24)
    one = ticker(world_settings, emitter, clock)
    assert set(one.step()) == {0, 1, 2, 3}
    assert last_ticks(world_settings) == dict.fromkeys(range(4))
    clock.shows = true
    assert set(one.step()) == {0, 1, 2, 3}
    assert last_ticks(world_settings) == dict.fromkeys(range(4), true)
    assert ticker(world_settings, emitter, clock).step() == {}


@pytest.mark.kafka
def test_naps_end_at_the_next_tick(world_settings: Settings, emitter: TrustedEmitter) -> None:
    """It waits a minute at most, so that a changed clock is noticed, and less when the next tick is nearer."""
    clock = FakeClock(at(9, 58))
    one = ticker(world_settings, emitter, clock)
    for _ in range(3):
        one.nap()
    assert clock.waited == [60.0, 60.0, 60.0]
    clock.shows = at(9, 59) + timedelta(seconds=48)
    one.nap()
    assert (clock.waited[-1], clock.shows) == (12.0, at(10))


def test_a_sandbox_is_refused() -> None:
    """A simulated world keeps its own time: the wall clock never ticks there."""
    with pytest.raises(UsageError) as told:
        run(Settings(world="drill", kafka="127.0.0.1:1"), FakeClock(at(9)))
    assert told.value.code == "ticker.sandbox"
