"""How widely counts scatter anyway: 1/k of the negative binomial, variance = mean + mean²/k.

Estimated for each class of streams (a category), drawn towards that of all (empirical Bayes), by moments, from counts and what had been
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
"""What is assumed of all counts as much as so many periods at a mean of one."""
_ASSUMED_SPREAD, _ASSUMED_FIGURES, _LEAST_SPREAD = 0.01, 3, 1e-4
"""How far the scatter of classes differs (a variance), before anything is known, and how many classes' worth this assumption is."""
_DOUBT, _USUAL = 6.0, 0.05
_CAP: Final = 1 << 20


class Dispersion:
    def __init__(self, classes: int, assumed: float) -> None:
        self.excess = [0] * classes
        self.squares = [0] * classes
        self.noise = [0] * classes
        """Sums of (y - mu)² - mu, of mu², and of the square of the first less its expectation: Python's own integers."""
        self.assumed = assumed

    def scatter(self) -> Floats:
        """Upper bounds of 1/k: each class drawn towards all, the more the less they differ beyond chance."""
        base = sum(self.squares) / GRID**2 + _ASSUMED_EVENTS
        everywhere = (sum(self.excess) / GRID**2 + _ASSUMED_EVENTS * self.assumed) / base
        doubt = sum(self.noise) / GRID**4 / (base * base)
        classes = []
        for excess, squares, noise in zip(self.excess, self.squares, self.noise, strict=True):
            own = squares / GRID**2 + 1
            classes.append(((excess / GRID**2 + everywhere) / own, (noise / GRID**4 + _DOUBT) / (own * own)))
        beyond, figures = _ASSUMED_SPREAD * _ASSUMED_FIGURES, float(_ASSUMED_FIGURES)
        for estimate, chance in classes:
            share = _USUAL / (chance + _USUAL)
            weight = share * share
            beyond = beyond + weight * ((estimate - everywhere) * (estimate - everywhere) - chance)
            figures = figures + weight
        spread = max(_LEAST_SPREAD, beyond / figures)
        return np.array([_bound(everywhere + (estimate - everywhere) * spread / (spread + chance),
                                doubt + spread * chance / (spread + chance)) for estimate, chance in classes])

    def learn(self, counts: Ints, expected: Ints, members: Ints) -> None:
        """Counts, what was expected of them in 1/1024, and to which class each stream belongs."""
        off = np.minimum(counts, _CAP) * GRID - expected
        excess = off * off - expected * GRID
        for at in range(len(self.excess)):
            mine = excess[members == at]
            self.excess[at] += int(mine.sum())
            self.squares[at] += int((expected[members == at] ** 2).sum())
            self.noise[at] += sum(value * value for value in mine.tolist())


def _bound(estimate: float, variance: float) -> float:
    return min(_MOST, max(_LEAST, estimate + _BOUND * math.sqrt(variance)))  # a root is exact by IEEE 754
