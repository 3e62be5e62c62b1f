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
MEMORY: Final = 180
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
        self._settled: Detector | None = None
        self._settled_to = 0

    def open(self, today: int, tallies: Tallies, changed: Mapping[int, Iterable[Cell]]) -> None:
        """``today`` has begun and all days before it are over; ``changed`` are those of them that had been judged otherwise."""
        if not tallies.days:
            self.today = today
            return
        if self._settled is None or self.universe.counties != tallies.counties:
            self.universe = Universe(tallies.counties)
            self._anew(max(min(tallies.days), today - MEMORY), today)
        settled = self._settled
        assert settled is not None  # noqa: S101  made by `_anew`
        for day, cells in sorted(changed.items()):
            if day < self._settled_to:
                counts = self.universe.counts(tallies, day)
                for index in sorted({index for cell in cells for index in self.universe.over(cell)}):
                    settled.baseline.restate(self._settled_to - day, index, int(counts[index]))
        settled_before = self._settled_to
        for day in range(settled_before, max(settled_before, today - HORIZON)):
            settled.open_day(day)
            settled.close(self.universe.counts(tallies, day))
            self._settled_to = day + 1
        detector, first = self.running, self.today
        if detector is None or changed:
            detector, first = deepcopy(settled), self._settled_to
            self.last = []
            detector.open_day(first)
        for day in range(first, today):
            counts, period = self.universe.counts(tallies, day), detector.period
            self.last.append(Judged(day, period, counts, detector.close(counts)))
            detector.open_day(day + 1)
        self.last = self.last[-HORIZON:]
        self.running, self.today = detector, today
        self.recount(tallies)
        tallies.forget(today - MEMORY)

    def _anew(self, first: int, today: int) -> None:
        """A county is new: there are other streams, and all are learnt from the days that are kept."""
        self._settled = Detector(self.universe.layout, self.settings, REST_DAYS)
        self._settled_to = min(first, today)
        self.running = None

    def recount(self, tallies: Tallies) -> None:
        """The running day's counts anew."""
        self.now = self.universe.counts(tallies, self.today)
