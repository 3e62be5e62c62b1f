"""Few counts, many streams: what one stream cannot know of its mean, the others tell it; how much, the counts themselves say.

Each figure is a gamma-Poisson mean ``(a + n) / (a + m)``: n came where m was expected, and 1/a is how far such figures truly differ
from what is expected, estimated from all of them by moments (empirical Bayes). Where they do not differ beyond chance, a is large and
nobody's chance is taken for a difference; where they do, each soon goes by its own counts. Sums are of integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from streams.spikes.powers import Floats, Ints
from streams.spikes.settings import GRID

_LEAST_SPREAD, _MOST_SPREAD = 1 / 2000, 4.0
_LARGEST_TERM = 1e9


@dataclass(frozen=True, slots=True)
class Assumed:
    """How far figures differ (1/a), before anything is known, and how many figures' worth this assumption is."""

    spread: float
    figures: int


def spread(came: Ints, expected: Floats, variance: Floats, assumed: Assumed) -> float:
    """1/a: the relative variance of true means around what is expected, beyond the ``variance`` of chance."""
    beyond = ((came - expected) * (came - expected) - variance) / ((1.0 + expected) * expected)
    weight = expected / (1.0 + expected)
    total = whole(beyond) / GRID + assumed.spread * assumed.figures
    figures = whole(weight) / GRID + assumed.figures
    return min(_MOST_SPREAD, max(_LEAST_SPREAD, total / figures))


def whole(values: Floats) -> int:
    """Their sum in 1/1024, each rounded down first: the same in any order."""
    return int(np.floor(np.clip(values, -_LARGEST_TERM, _LARGEST_TERM) * GRID).astype(np.int64).sum())


def wholes(of: Ints, values: Floats, size: int) -> Floats:
    """Sums by class, the same in any order."""
    totals = np.zeros(size, dtype=np.int64)
    np.add.at(totals, of, np.floor(np.clip(values, 0, _LARGEST_TERM) * GRID).astype(np.int64))
    return totals / GRID


def pooled(came: Ints, expected: Floats, variance: Floats, assumed: Assumed) -> tuple[Floats, Floats]:
    """By what to multiply what was expected of each, and how many events that factor rests on."""
    expected = np.maximum(expected, 1 / GRID)
    variance = np.maximum(variance, expected)
    a = 1.0 / spread(came, expected, variance, assumed)
    loose = variance / expected  # clustered events say less: each counts as the part of one
    events = a + came / loose
    return events / (a + expected / loose), events
