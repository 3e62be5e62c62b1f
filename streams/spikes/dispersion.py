"""How widely counts scatter anyway: 1/k of the negative binomial, variance = mean + mean²/k.

Estimated for each class of streams (a category), drawn towards that of all, by moments, from counts and what had been
expected of them before they came, and taken at an upper confidence bound: too small a k costs power,
too large a k breaks the promise. Baseline error shows up as scatter and is so paid for too. All sums are of integers.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from streams.spikes.powers import Floats, Ints
from streams.spikes.settings import GRID

_BOUND: Final = 1.645
"""Standard errors: a one-sided bound of 95 %."""
_LEAST, _MOST = 0.02, 4.0
_ASSUMED_EVENTS: Final = 50
_SHARED_EVENTS: Final = 200
"""What is assumed of all, and what all say of one class, counts as much as so many periods at a mean of one."""
_CAP: Final = 1 << 20


class Dispersion:
    def __init__(self, classes: int, assumed: float) -> None:
        self.excess = [0] * classes
        self.squares = [0] * classes
        self.noise = [0] * classes
        """Sums of (y - mu)² - mu, of mu², and of the square of the first less its expectation: Python's own integers."""
        self.assumed = assumed

    def scatter(self) -> Floats:
        """Upper bounds of 1/k."""
        everywhere = self._bound(sum(self.excess), sum(self.squares), sum(self.noise), self.assumed, _ASSUMED_EVENTS)
        return np.array([self._bound(*sums, everywhere, _SHARED_EVENTS)
                         for sums in zip(self.excess, self.squares, self.noise, strict=True)])

    def _bound(self, excess: int, squares: int, noise: int, prior: float, weight: int) -> float:
        base = squares / GRID**2 + weight
        estimate = (excess / GRID**2 + weight * prior) / base
        error = math.sqrt(noise / GRID**4) / base  # a root is exact by IEEE 754, and so is the quotient of two integers
        return min(_MOST, max(_LEAST, estimate + _BOUND * error))

    def learn(self, counts: Ints, expected: Ints, members: Ints) -> None:
        """Counts, what was expected of them in 1/1024, and to which class each stream belongs."""
        off = np.minimum(counts, _CAP) * GRID - expected
        excess = off * off - expected * GRID
        for at in range(len(self.excess)):
            mine = excess[members == at]
            self.excess[at] += int(mine.sum())
            self.squares[at] += int((expected[members == at] ** 2).sum())
            self.noise[at] += sum(value * value for value in mine.tolist())
