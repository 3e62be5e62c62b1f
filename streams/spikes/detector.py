"""One step a period, all streams at once: what is expected, what came, and is it an alarm?

For each stream and each ratio r a Shiryaev-Roberts sum ``M_r <- (M_r + 1) e_r``; their shared mean M alarms at A, and
starts again. Mean time between false alarms is at least A, at any true rate up to the tolerance, without independence.

The line of a running period can be crossed before it ends: counts only grow, and the evidence with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.spikes.baseline import Baseline, Layout, totals_of
from streams.spikes.boost import boosts
from streams.spikes.dispersion import Dispersion
from streams.spikes.evidence import likelihood_ratios
from streams.spikes.patience import thresholds
from streams.spikes.powers import LARGEST, Floats, Ints
from streams.spikes.profile import FLAT, ORDINARY, Profile, day_class
from streams.spikes.settings import GRID, RATIOS, SHARES, SpikeSettings

Marks = NDArray[np.bool_]
_ALL = slice(None)
_QUICKEST = 200
"""k is at most 50: beyond that a negative binomial is a Poisson for all that counts here."""


@dataclass(slots=True)
class Period:
    """What a period is judged by; all of it was fixed before the period began, and is published with an alert."""

    kind_of_day: int
    weights: Ints
    expected: Ints
    tolerance: Floats
    quarters: Ints
    threshold: Floats
    boost: Floats
    judged: Marks


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of a period: alarms that open, those crossed again while open, those resolved; and what they rest on."""

    alarms: Marks
    again: Marks
    resolved: Marks
    evidence: Floats
    began: Ints
    events: Ints


class Detector:
    def __init__(self, layout: Layout, settings: SpikeSettings | None = None, assumed_week: tuple[int, ...] = FLAT) -> None:
        self.settings = settings or SpikeSettings()
        self.layout = layout
        self.baseline = Baseline(layout, self.settings)
        self.profile = Profile(self.baseline.groups, assumed_week)
        self.dispersion = Dispersion(int(layout.kind_of_scatter.max(initial=-1)) + 1, self.settings.assumed_scatter)
        size = layout.group.size
        self.sums = [np.zeros(size) for _ in RATIOS]
        self.since = np.full(size, -1, dtype=np.int64)
        """The period in which the evidence last began to grow."""
        self.events = np.zeros(size, dtype=np.int64)
        """How many came since then."""
        self.open = np.zeros(size, dtype=np.bool_)
        self.calm = np.zeros(size, dtype=np.int64)
        self.first_seen = np.full(size, -1, dtype=np.int64)
        self.period = self._open(0)

    def open_day(self, day: int) -> None:
        """The period to come is that day of the calendar."""
        self.period = self._open(day_class(day))

    def open_weekday(self, weekday: int) -> None:
        """The period to come has a place in the week (Monday 0), and no calendar."""
        self.period = self._open(weekday)

    def _open(self, kind_of_day: int) -> Period:
        settings = self.settings
        weights = self.profile.weights(kind_of_day)
        scatter = self.dispersion.scatter()[self.layout.kind_of_scatter]
        expected, known = self.baseline.expected(weights, self.first_seen, scatter)
        tolerance = expected / GRID * settings.margin
        # an expectation that rests on few events is itself uncertain: its own gamma scatter is added
        scatter = scatter + 1.0 / np.maximum(known, 0.5)
        quarters = np.clip((4.0 / scatter).astype(np.int64), 1, _QUICKEST)
        threshold = thresholds(expected * ORDINARY / weights[self.layout.group] / GRID, settings)
        carried = [share * (sums + 1.0) for share, sums in zip(SHARES, self.sums, strict=True)]
        seen = self.first_seen >= 0
        judged = seen & (self.baseline.periods - self.first_seen >= settings.learning + settings.gap)
        judged &= self.baseline.weight[self.layout.group] >= settings.learning * ORDINARY // 2
        return Period(kind_of_day, weights, expected, tolerance, quarters, threshold,
                      boosts(carried, tolerance, quarters, threshold), judged)

    def _grown(self, counts: Ints, at: Ints | slice = _ALL) -> list[Floats]:
        period = self.period
        ratios = likelihood_ratios(counts, period.tolerance[at], period.quarters[at])
        boost = period.boost[at]
        return [np.minimum((sums[at] + 1.0) * boost * ratio, LARGEST) for sums, ratio in zip(self.sums, ratios, strict=True)]

    def evidence(self, counts: Ints) -> Floats:
        """M for the running period if these were all its counts."""
        return _mean(self._grown(counts))

    def would_alarm(self, counts: Ints, at: Ints | slice = _ALL) -> Marks:
        """Where the running period is an alarm already, whatever is still to come in it; of the streams ``at``, whose counts these are."""
        period = self.period
        enough = self.events[at] + counts >= self.settings.least_events
        above = period.judged[at] & enough & (counts > period.tolerance[at]) & ~self.open[at]
        crossed: Marks = above & (_mean(self._grown(counts, at)) >= period.threshold[at])
        return crossed

    def close(self, counts: Ints) -> Closed:
        """The period is over. Where the line was crossed the evidence starts again."""
        period, baseline, settings = self.period, self.baseline, self.settings
        counts = np.maximum(counts, 0)
        grown = self._grown(counts)
        evidence = _mean(grown)
        above = counts > period.tolerance
        events = self.events + counts
        crossed = period.judged & (evidence >= period.threshold) & above & (events >= settings.least_events)
        began = np.where(self.since < 0, baseline.periods, self.since)
        alarms = crossed & ~self.open
        self.calm = np.where(above, 0, self.calm + 1)
        still = self.open & (self.calm < settings.calm)
        resolved = self.open & ~still
        self.open = still | alarms
        keep = period.judged & ~crossed
        self.sums = [np.where(keep, sums, 0.0) for sums in grown]
        growing = keep & (evidence > 1.0)
        self.since = np.where(growing, began, -1)
        self.events = np.where(growing, events, 0)
        self._learn(counts)
        return Closed(alarms, crossed & ~alarms, resolved, evidence, began, events)

    def skip(self) -> None:
        """Nothing is known of the period: not that nothing happened."""
        self.baseline.take(np.zeros_like(self.events), np.zeros_like(self.period.weights))

    def _learn(self, counts: Ints) -> None:
        period, baseline, layout = self.period, self.baseline, self.layout
        capped = np.where(period.judged, np.minimum(counts, self._most()), counts)
        if baseline.periods >= self.settings.learning + self.settings.gap:
            known = np.nonzero(period.judged)[0]
            self.dispersion.learn(capped[known], period.expected[known], layout.kind_of_scatter[known])
        cells = layout.row >= 0
        chosen = cells if cells.any() else ~cells
        totals = totals_of(layout.group[chosen], capped[chosen], baseline.groups)
        if baseline.periods >= 7 + self.settings.gap:
            self.profile.learn(period.kind_of_day, totals, baseline.level())
        baseline.take(capped, period.weights)
        self._notice(counts)

    def _most(self) -> Ints:
        """What a count is taken for at most when it is learnt from: four standard deviations and three over what was expected."""
        mean = self.period.expected / GRID
        most: Ints = (mean + 4 * np.sqrt(mean + mean * mean * 4.0 / self.period.quarters) + 3).astype(np.int64)
        return most

    def _notice(self, counts: Ints) -> None:
        """A row of streams (a county) is learnt from its first event on; a stream without a row, from its own."""
        layout = self.layout
        cells = layout.row >= 0
        active = counts > 0
        if cells.any():
            rows = totals_of(layout.row[cells], counts[cells])
            active = np.where(cells, rows[layout.row] > 0, active)
        self.first_seen = np.where((self.first_seen < 0) & active, self.baseline.periods - 1, self.first_seen)


def _mean(sums: list[Floats]) -> Floats:
    total = SHARES[0] * sums[0]
    for share, part in zip(SHARES[1:], sums[1:], strict=True):
        total = total + share * part
    return total
