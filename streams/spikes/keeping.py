"""Is the promise kept on live history? The days that are known, judged again from the first, and the assumptions measured.

The promise rests on three: the baseline is wrong by no more than the margin, counts scatter no wider than the bound, and what
comes late comes within the gap that baselines leave out. Each is measured over the last four weeks, in streams without an alarm, and is
broken where it is beyond what is allowed by three standard errors. Alarms include true ones: on live history nobody knows which.
Everything is a function of the tallies and the day; sums are of integers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from events.alerts import Watched
from streams.spikes.detector import Detector, Period
from streams.spikes.powers import Ints
from streams.spikes.profile import REST_DAYS
from streams.spikes.settings import GRID, SpikeSettings
from streams.spikes.tallies import KINDS, Tallies, Universe

WARMING: Final = 60
"""Days before alarms are counted: an empty city learns."""
MEASURED: Final = 28
_ERRORS: Final = 3
_LATE: Final = 50
"""Thousandths of a period's counts that may come after the gap."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One assumption, for one kind or for all: in thousandths, what was found, what is allowed, and the standard error."""

    assumption: str
    watched: Watched | None
    found: int
    allowed: int
    error: int

    @property
    def broken(self) -> bool:
        return self.found > self.allowed + _ERRORS * self.error


@dataclass(frozen=True, slots=True)
class Kept:
    today: int
    """The day that had begun; those before it are judged."""
    days: int
    """On which alarms were counted."""
    streams: int
    promised: int
    alarms: int
    """In thousandths of one in the periods of the promise: promised, and raised (true ones too)."""
    measured: tuple[Measured, ...]

    @property
    def enough(self) -> bool:
        return self.days >= MEASURED

    @property
    def kept(self) -> bool:
        """As many alarms as were promised, with room for chance; that they may be true ones, the reader has to know."""
        expected = self.promised * self.days / 7000
        return self.alarms * self.days / 7000 <= expected + _ERRORS * math.sqrt(expected)

    @property
    def broken(self) -> tuple[Measured, ...]:
        return tuple(one for one in self.measured if one.broken) if self.enough else ()


class _Sums:
    """By kind: what came, what was expected, how far off, and how far off was to be expected; and the errors' squares."""

    def __init__(self) -> None:
        self.came, self.expected, self.off, self.scatter, self.noise = (np.zeros(len(KINDS), dtype=np.int64) for _ in range(5))

    def take(self, counts: Ints, period: Period, group: Ints, quiet: Ints) -> None:
        mean = period.expected[quiet]
        k4 = period.quarters[quiet]
        came = np.minimum(counts[quiet], 1 << 20)
        off = np.minimum((came * GRID - mean) ** 2 // GRID, 1 << 31)
        scatter = mean + mean * mean * 4 // (k4 * GRID)
        for sums, values in ((self.came, came * GRID), (self.expected, mean), (self.off, off), (self.scatter, scatter),
                              (self.noise, (off - np.minimum(scatter, 1 << 31)) ** 2 // GRID)):
            np.add.at(sums, group[quiet], values)


def keeping(tallies: Tallies, today: int, settings: SpikeSettings) -> Kept:
    """Of the days that the tallies hold, until ``today`` began."""
    universe = Universe(tallies.counties)
    first = min((day for day in tallies.days if day < today), default=today)
    detector = Detector(universe.layout, settings, REST_DAYS)
    sums, alarms, days = _Sums(), 0, 0
    for day in range(first, today):
        detector.open_day(day)
        counts, period = universe.counts(tallies, day), detector.period
        closed = detector.close(counts)
        if day >= first + WARMING:
            days += 1
            alarms += int(closed.alarms.sum())
            if day >= today - MEASURED:
                cells = universe.layout.row >= 0
                quiet = np.nonzero(period.judged & cells & ~detector.open & ~closed.again)[0]
                sums.take(counts, period, universe.layout.group, quiet)
    promised = int(settings.promise * 7000 / settings.promise_periods)
    return Kept(today, days, len(universe.streams), promised, alarms * 7000 // max(days, 1),
                (*_baselines(sums, settings), *_scatters(sums), _lateness(tallies, today)))


def _baselines(sums: _Sums, settings: SpikeSettings) -> list[Measured]:
    """What came over what was expected."""
    allowed = int(settings.margin * 1000)
    return [Measured("baseline", kind, came * 1000 // expected, allowed, int(1000 * math.sqrt(scatter * GRID) / expected) + 1)
            for kind, came, expected, scatter in _rows(sums.came, sums.expected, sums.scatter)]


def _scatters(sums: _Sums) -> list[Measured]:
    """How far counts were off over how far the bound lets them be."""
    return [Measured("dispersion", kind, off * 1000 // scatter, 1000, int(1000 * math.sqrt(noise * GRID) / scatter) + 1)
            for kind, off, scatter, noise in _rows(sums.off, sums.scatter, sums.noise)]


def _rows(first: Ints, second: Ints, third: Ints) -> list[tuple[Watched | None, int, int, int]]:
    """Each kind of which there is anything, and all together."""
    rows = list(zip(KINDS, first.tolist(), second.tolist(), third.tolist(), strict=True))
    total = (None, int(first.sum()), int(second.sum()), int(third.sum()))
    return [row for row in (total, *rows) if row[1] > 0 and row[2] > 0]


def _lateness(tallies: Tallies, today: int) -> Measured:
    """What came after the gap, of all that was counted for the last four weeks that are past the gap."""
    told = [tallies.lateness.get(day, (0, 0)) for day in range(today - MEASURED, today)]
    came, late = sum(one for one, _ in told), sum(one for _, one in told)
    return Measured("lateness", None, late * 1000 // max(came, 1), _LATE, int(1000 / math.sqrt(max(came, 1))))
