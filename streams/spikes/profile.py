"""The week and its holidays: on rest days hardly anyone comes, after a long holiday many do.

Each group of streams (a kind of finding) learns from all its past what a class of days has to do with its level; before
that, what the settings assume. Weights are whole thousandths.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from streams.calendar import SHIPPED
from streams.spikes.powers import Ints
from streams.spikes.settings import GRID

ORDINARY: Final = 1000
CLASSES: Final = 10
HOLIDAY, AFTER_HOLIDAY, MADE_UP = 7, 8, 9
REST_DAYS: Final = (1000, 1000, 1000, 1000, 1000, 300, 300, 300, 1300, 1000)
"""What petition offices see, before anything is learnt; and for series of which nothing is known:"""
FLAT: Final = (ORDINARY,) * CLASSES
_ASSUMED_COUNTS: Final = 20


def day_class(day: int) -> int:
    """Monday 0 to Sunday 6; a holiday 7; the first day back after three or more 8; a weekend that is made a workday 9."""
    weekday = (day - 1) % 7
    if SHIPPED.is_rest(day):
        return weekday if weekday >= 5 else HOLIDAY
    if all(SHIPPED.is_rest(day - back) for back in (1, 2, 3)):
        return AFTER_HOLIDAY
    return weekday if weekday < 5 else MADE_UP


class Profile:
    def __init__(self, groups: int, assumed: tuple[int, ...] = FLAT) -> None:
        self.assumed = np.tile(np.array(assumed, dtype=np.int64), (groups, 1))
        self.seen = np.zeros((groups, CLASSES), dtype=np.int64)
        self.expected = np.zeros((groups, CLASSES), dtype=np.int64)
        """Counts, and what the level alone led to expect, in 1/1024."""

    def weights(self, kind_of_day: int) -> Ints:
        """Of a day of that class, for each group; never below a fiftieth."""
        numerator = (self.seen[:, kind_of_day] * ORDINARY + _ASSUMED_COUNTS * self.assumed[:, kind_of_day]) * GRID
        weights: Ints = np.maximum(numerator // (self.expected[:, kind_of_day] + _ASSUMED_COUNTS * GRID), ORDINARY // 50)
        return weights

    def learn(self, kind_of_day: int, counts: Ints, level: Ints) -> None:
        """``level``: what each group's level led to expect of an ordinary day, in 1/1024."""
        self.seen[:, kind_of_day] += counts
        self.expected[:, kind_of_day] += level
