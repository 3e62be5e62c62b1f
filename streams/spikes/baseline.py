"""What the past explains: the mean of a window that ended before, drawn towards what county and category lead to expect.

``(own events + prior_periods * product) / (own weight + prior_periods)``, the gamma-Poisson mean, where the product is
county total times category total over grand total. A past count enters at no more than three times its expectation and
three: an outbreak does not teach that outbreaks are ordinary, yet a lasting change is learnt in time.
All sums are of integers; the result is in 1/1024.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from streams.spikes.powers import Floats, Ints
from streams.spikes.profile import ORDINARY
from streams.spikes.settings import GRID, SpikeSettings


@dataclass(frozen=True, slots=True)
class Layout:
    """Which streams there are: each one's group (profile), class (dispersion), row and column (shrinkage; -1: a parent)."""

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
        self.counts = np.zeros((self.length, layout.group.size), dtype=np.int64)
        self.weights = np.zeros((self.length, self.groups), dtype=np.int64)
        self.events = np.zeros(layout.group.size, dtype=np.int64)
        self.weight = np.zeros(self.groups, dtype=np.int64)
        """Sums over the window; they leave out the last ``gap`` periods."""
        self.periods = 0

    def expected(self, weights: Ints, first_seen: Ints) -> tuple[Ints, Floats]:
        """For a period with those weights of the groups: expectations in 1/1024, and how many events they rest on. What was
        before a stream was first seen does not count as a time in which nothing came.
        """
        layout, settings = self.layout, self.settings
        own_weight = self._exposure(first_seen)
        prior = settings.prior_periods * ORDINARY
        lent = np.where(layout.row >= 0, self._product(), self.events.astype(np.float64))
        pooled = np.maximum(own_weight, 1)
        known = self.events + lent * prior / pooled
        rate = np.maximum(known / (pooled + prior), settings.least_rate / ORDINARY)
        expected = np.maximum((rate * weights[layout.group] * GRID).astype(np.int64), 1)
        return expected, known

    def _exposure(self, first_seen: Ints) -> Ints:
        """The weight of the window's periods since the stream was first seen."""
        newest = [(self.periods - 1 - settled) % self.length for settled in range(self.settings.gap, self.length)]
        since = np.zeros((self.settings.window + 1, self.groups), dtype=np.int64)
        np.cumsum(self.weights[newest], axis=0, out=since[1:])
        age = np.clip(self.periods - first_seen - self.settings.gap, 0, self.settings.window)
        exposure: Ints = since[age, self.layout.group]
        return exposure

    def _product(self) -> Floats:
        """Row total times column total over grand total, within each group."""
        layout = self.layout
        cells = layout.row >= 0
        product = np.zeros(cells.shape)
        if not cells.any():
            return product
        group, events = layout.group[cells], self.events[cells]
        row = group * (int(layout.row.max()) + 1) + layout.row[cells]
        column = group * (int(layout.column.max()) + 1) + layout.column[cells]
        totals = [totals_of(of, events) for of in (row, column, group)]
        product[cells] = totals[0][row] * totals[1][column] / np.maximum(totals[2][group], 1)
        return product

    def level(self) -> Ints:
        """What each group's level leads to expect of an ordinary period, in 1/1024, counting the cells (or all, if none is)."""
        cells = self.layout.row >= 0
        chosen = cells if cells.any() else ~cells
        totals = totals_of(self.layout.group[chosen], self.events[chosen], self.groups)
        level: Ints = totals * GRID * ORDINARY // np.maximum(self.weight, 1)
        return level

    def take(self, counts: Ints, weights: Ints) -> None:
        """A period is over: it will be in the window after the gap."""
        length, gap = self.length, self.settings.gap
        now = self.periods % length
        self.events -= self.counts[now]
        self.weight -= self.weights[now]
        self.counts[now], self.weights[now] = counts, weights
        self.periods += 1
        if self.periods > gap:
            entering = (self.periods - 1 - gap) % length
            self.events += self.counts[entering]
            self.weight += self.weights[entering]

    def restate(self, ago: int, stream: int, count: int) -> None:
        """The count of a period ``ago`` (1: the last) was another; further back than the window it no longer matters."""
        if not 1 <= ago <= min(self.periods, self.length):
            return
        at = (self.periods - ago) % self.length
        if ago > self.settings.gap:
            self.events[stream] += count - self.counts[at, stream]
        self.counts[at, stream] = count


def totals_of(of: Ints, events: Ints, least: int = 0) -> Ints:
    totals = np.zeros(max(int(of.max(initial=-1)) + 1, least), dtype=np.int64)
    np.add.at(totals, of, events)
    return totals
