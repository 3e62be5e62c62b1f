"""What the past explains: the mean that a stream's own window, its county, its category and the last weeks lead to expect.

A cell (county by category) is first expected to be *county total times category total over grand total*, over the window; how far
its own count corrects that, `pooling` decides. Then the level of the last four weeks corrects the window's: of all together,
of the county, of the category, each drawn towards no change. So a quiet cell has the precision of its county and category, and
seasons and growth are followed. A stream that is no cell has its own window and its own last weeks.

A past count enters at no more than what chance explains (`detector`): an outbreak does not teach that outbreaks are ordinary, yet
a lasting change is learnt in time. Sums are of integers; the result is in 1/1024.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from streams.spikes.pooling import Assumed, pooled, wholes
from streams.spikes.powers import Floats, Ints
from streams.spikes.profile import ORDINARY
from streams.spikes.settings import GRID, SpikeSettings

_OWN = Assumed(0.1, 20)
_LEVEL = Assumed(0.02, 5)
_TOGETHER = Assumed(0.01, 1_000)
"""All together: assumed outright, since one figure cannot say how figures differ."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which streams there are: each one's group (profile), class (dispersion), row and column (pooling; -1: a parent)."""

    group: Ints
    kind_of_scatter: Ints
    row: Ints
    column: Ints

    @classmethod
    def plain(cls, streams: int) -> Layout:
        """Streams that have nothing in common but the calendar."""
        each = np.arange(streams, dtype=np.int64)
        return cls(each * 0, each, each * 0 - 1, each * 0 - 1)

    @classmethod
    def grid(cls, rows: int, columns: int) -> Layout:
        """Counties by categories, without parents."""
        each = np.arange(rows * columns, dtype=np.int64)
        return cls(each * 0, each % columns, each // columns, each % columns)


class Baseline:
    def __init__(self, layout: Layout, settings: SpikeSettings) -> None:
        self.layout = layout
        self.settings = settings
        self.length = settings.window + settings.gap
        self.groups = int(layout.group.max(initial=-1)) + 1
        self.counts = np.zeros((self.length, layout.group.size), dtype=np.int32)
        self.weights = np.zeros((self.length, self.groups), dtype=np.int64)
        self.events = np.zeros(layout.group.size, dtype=np.int64)
        self.lately = np.zeros(layout.group.size, dtype=np.int64)
        self.weight = np.zeros(self.groups, dtype=np.int64)
        """Sums over the window, and over its last ``recent`` periods; they leave out the last ``gap`` periods."""
        self.periods = 0
        cells = np.nonzero(layout.row >= 0)[0]
        group = layout.group[cells]
        self._cells = cells
        self._row = group * (int(layout.row.max(initial=0)) + 1) + layout.row[cells]
        self._column = group * (int(layout.column.max(initial=0)) + 1) + layout.column[cells]

    def expected(self, weights: Ints, first_seen: Ints, scatter: Floats) -> tuple[Ints, Floats]:
        """For a period with those weights of the groups: expectations in 1/1024, and how many events they rest on. What was
        before a stream was first seen does not count as a time in which nothing came.
        """
        layout, settings = self.layout, self.settings
        own, recent = self._exposure(first_seen)
        own = np.maximum(own, 1)
        known, mean = self.events.astype(np.float64), self.events.astype(np.float64)
        cells = self._cells
        if cells.size:
            mean[cells], known[cells] = self._cell_means(own[cells], scatter[cells])
            self._follow(mean, known, recent / own, own, scatter)
        else:
            mean = mean * self._alone(mean, recent / own, own, scatter)
        rate = np.maximum(mean / own, settings.least_rate / ORDINARY)
        expected = np.maximum((rate * weights[layout.group] * GRID).astype(np.int64), 1)
        return expected, known

    def _cell_means(self, own: Ints, scatter: Floats) -> tuple[Floats, Floats]:
        events, group = self.events[self._cells], self.layout.group[self._cells]
        totals = [totals_of(of, events) for of in (self._row, self._column, group)]
        row, column = np.maximum(totals[0], 1)[self._row], np.maximum(totals[1], 1)[self._column]
        product = np.maximum(totals[0][self._row] * totals[1][self._column] / np.maximum(totals[2], 1)[group], 1 / GRID)
        chance = product * (1.0 + product * ORDINARY / own * scatter)
        factor, known = pooled(events, product, chance, _OWN)
        return product * factor, 1.0 / (1.0 / known + 1.0 / row + 1.0 / column)

    def _follow(self, mean: Floats, known: Floats, part: Floats, own: Ints, scatter: Floats) -> None:
        """From the window's level to that of its last periods."""
        layout, cells = self.layout, self._cells
        came, expected = self.lately, mean * part
        chance = expected * (1.0 + mean * ORDINARY / own * scatter)
        group = layout.group[cells]

        def classes(of: Ints, factor: Floats, assumed: Assumed) -> tuple[Floats, Floats]:
            size = int(of.max()) + 1
            return pooled(totals_of(of, came[cells]), wholes(of, expected[cells] * factor, size),
                          wholes(of, chance[cells] * factor, size), assumed)

        together, _ = classes(group, np.ones(cells.size), _TOGETHER)
        of_all = together[group]
        rows, of_row = classes(self._row, of_all, _LEVEL)
        columns, of_column = classes(self._column, of_all, _LEVEL)
        mean[cells] = mean[cells] * of_all * rows[self._row] * columns[self._column]
        known[cells] = 1.0 / (1.0 / known[cells] + 1.0 / of_row[self._row] + 1.0 / of_column[self._column])
        others = np.nonzero(layout.row < 0)[0]
        if others.size:
            of_all = together[layout.group[others]]
            own_level, events = pooled(came[others], expected[others] * of_all, chance[others] * of_all, _LEVEL)
            mean[others] = mean[others] * of_all * own_level
            known[others] = np.minimum(known[others], events)

    def _alone(self, mean: Floats, part: Floats, own: Ints, scatter: Floats) -> Floats:
        """From the window's level to that of its last periods, for streams that have no others to learn from how far these differ."""
        a = 1.0 / self.settings.assumed_spread
        loose = 1.0 + mean * ORDINARY / own * scatter
        factor: Floats = (a + self.lately / loose) / (a + mean * part / loose)
        return factor

    def _exposure(self, first_seen: Ints) -> tuple[Ints, Ints]:
        """The weight of the window's periods since the stream was first seen, and of the last of them."""
        settings, group = self.settings, self.layout.group
        newest = [(self.periods - 1 - settled) % self.length for settled in range(settings.gap, self.length)]
        since = np.zeros((settings.window + 1, self.groups), dtype=np.int64)
        np.cumsum(self.weights[newest], axis=0, out=since[1:])
        age = np.clip(self.periods - first_seen - settings.gap, 0, settings.window)
        return since[age, group], since[np.minimum(age, settings.recent), group]

    def level(self) -> Ints:
        """What each group's level leads to expect of an ordinary period, in 1/1024, counting the cells (or all, if none is)."""
        chosen = self._cells if self._cells.size else np.arange(self.layout.group.size)
        totals = totals_of(self.layout.group[chosen], self.events[chosen], self.groups)
        level: Ints = totals * GRID * ORDINARY // np.maximum(self.weight, 1)
        return level

    def take(self, counts: Ints, weights: Ints) -> None:
        """A period is over: it will be in the window after the gap."""
        length, gap, recent = self.length, self.settings.gap, self.settings.recent
        now = self.periods % length
        self.events -= self.counts[now]
        self.weight -= self.weights[now]
        self.counts[now], self.weights[now] = counts, weights
        self.periods += 1
        if self.periods > gap:
            entering = (self.periods - 1 - gap) % length
            self.events += self.counts[entering]
            self.lately += self.counts[entering]
            self.weight += self.weights[entering]
        if self.periods > gap + recent:
            self.lately -= self.counts[(self.periods - 1 - gap - recent) % length]

    def restate(self, ago: int, stream: int, count: int) -> None:
        """The count of a period ``ago`` (1: the last) was another; further back than the window it no longer matters."""
        if not 1 <= ago <= min(self.periods, self.length):
            return
        at = (self.periods - ago) % self.length
        if ago > self.settings.gap:
            self.events[stream] += count - self.counts[at, stream]
        if self.settings.gap < ago <= self.settings.gap + self.settings.recent:
            self.lately[stream] += count - self.counts[at, stream]
        self.counts[at, stream] = count


def totals_of(of: Ints, events: Ints, least: int = 0) -> Ints:
    totals = np.zeros(max(int(of.max(initial=-1)) + 1, least), dtype=np.int64)
    np.add.at(totals, of, events)
    return totals
