"""The days of one city as the detector sees them: settled for good up to a fortnight ago, and judged anew from there.

When counts of the last fourteen days have changed, those days are judged again at the next midnight from what is known then,
each by what was known before it began. So a late or withdrawn finding corrects what was concluded, in the open; what is older
than a fortnight changes only what is expected of days to come. Everything is a function of the tallies and the days:
replay and live agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

import numpy as np

from streams.spikes.detector import Closed, Detector, Period
from streams.spikes.powers import Ints
from streams.spikes.profile import REST_DAYS
from streams.spikes.settings import SpikeSettings
from streams.spikes.tallies import Cell, Tallies, Universe

HORIZON: Final = 14
MEMORY: Final = 200
"""Days of tallies that are kept: from them all is made anew when a county is new."""


@dataclass(frozen=True, slots=True)
class Judged:
    day: int
    period: Period
    counts: Ints
    closed: Closed


class Watch:
    def __init__(self, settings: SpikeSettings) -> None:
        self.settings = settings
        self.universe = Universe([])
        self.running: Detector | None = None
        self.last: list[Judged] = []
        """The last days, judged as of now."""
        self.today = 0
        """The day that is running, and what it counts so far."""
        self.now: Ints = np.zeros(0, dtype=np.int64)
        self._starts: list[tuple[int, Detector]] = []
        """The detector as each of the last days began; the first of them is settled."""

    def open(self, today: int, tallies: Tallies, changed: Mapping[int, Iterable[Cell]]) -> None:
        """``today`` has begun and all days before it are over; ``changed`` are those of them that had been judged otherwise."""
        if not tallies.days:
            self.today = today
            return
        if not self._starts or self.universe.counties != tallies.counties:
            self._anew(min(today, max(min(tallies.days), today - MEMORY)), tallies)
            changed = {}
        settled = self._starts[0][0]
        self._restate({day: cells for day, cells in changed.items() if day < settled}, tallies)
        earliest = min((day for day in changed if day >= settled), default=self._starts[-1][0])
        while self._starts[-1][0] > earliest:
            self._starts.pop()
        day, detector = self._starts[-1]
        self.last = [judged for judged in self.last if judged.day < day]
        while day < today:
            detector = deepcopy(detector)
            counts, period = self.universe.counts(tallies, day), detector.period
            self.last.append(Judged(day, period, counts, detector.close(counts)))
            day += 1
            detector.open_day(day)
            self._starts = [*self._starts[-HORIZON:], (day, detector)]
        self.last = self.last[-HORIZON:]
        self.running, self.today = detector, today
        self.recount(tallies)
        tallies.forget(today - MEMORY)

    def _restate(self, changed: Mapping[int, Iterable[Cell]], tallies: Tallies) -> None:
        """Days that are settled are not judged again; what is expected of days to come is."""
        for was, cells in sorted(changed.items()):
            counts = self.universe.counts(tallies, was)
            for index in sorted({index for cell in cells for index in self.universe.over(cell)}):
                for day, detector in self._starts:
                    detector.baseline.restate(day - was, index, int(counts[index]))
        if changed:
            for day, detector in self._starts:
                detector.open_day(day)

    def _anew(self, first: int, tallies: Tallies) -> None:
        """A county is new: there are other streams, and all are learnt from the days that are kept."""
        self.universe = Universe(tallies.counties)
        detector = Detector(self.universe.layout, self.settings, REST_DAYS)
        detector.open_day(first)
        self._starts, self.last = [(first, detector)], []

    def recount(self, tallies: Tallies) -> None:
        """The running day's counts anew."""
        self.now = self.universe.counts(tallies, self.today)
