"""Simulated quiet years: a city of counties by categories in which nothing happens, under what breaks naive detectors.

The simulator of this file knows its own truth; the detector sees counts only. Rates, events a day on average over a week, are county
times category, spread as in the city simulator; scatter is negative binomial; weekdays, holidays by the calendar, a trend, seasons of each
category's own, and counties that are not alike are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from streams.spikes.powers import Floats, Ints
from streams.spikes.profile import HOLIDAY, day_class

COUNTIES: Final = 12
FIRST_DAY: Final = date(2023, 1, 1).toordinal()
WARMING: Final = 120
"""Days before the quiet year proper; no detector knows its baseline on the first day."""
_WEEK: Final = (1.28, 1.12, 1.05, 1.0, 0.92, 0.30, 0.24, 0.24, 1.35, 0.92)
_MEAN_OF_WEEK: Final = sum(_WEEK[:7]) / 7
_MEDIAN: Final = 0.33


@dataclass(frozen=True, slots=True)
class Quiet:
    """What a quiet year is like: scatter 1/k, by how much it grows in the year (1: doubles), how far categories have seasons of
    their own (an exponent), and how far counties depart from county times category (an exponent).
    """

    name: str
    k: float
    trend: float = 0.0
    holidays: bool = True
    season: float = 0.0
    unlike: float = 0.0


SCENARIOS: Final = (
    Quiet("k=4, weekday, holidays", 4.0), Quiet("k=4, no holidays", 4.0, holidays=False), Quiet("k=2", 2.0), Quiet("k=1", 1.0),
    Quiet("k=4, trend: half as much again", 4.0, 0.5), Quiet("k=4, each category its season", 4.0, season=0.3),
    Quiet("k=4, counties unlike", 4.0, unlike=0.5),
)


class QuietCity:
    def __init__(self, streams: int, seed: int, scenario: Quiet) -> None:
        self.columns = max(1, streams // COUNTIES)
        self.rows = min(COUNTIES, streams)
        self._rng = np.random.default_rng(seed)
        counties, categories = self._rng.lognormal(0, 0.5, self.rows), self._rng.lognormal(0, 1.0, self.columns)
        rates = np.outer(counties, categories).ravel() * np.exp(self._rng.normal(0, scenario.unlike, self.rows * self.columns))
        self._phase = np.tile(self._rng.uniform(0, 2 * np.pi, self.columns), self.rows)
        self.rates: Floats = rates / float(np.median(rates)) * _MEDIAN
        self.scenario = scenario

    def counts(self, at: int, grown: Floats | None = None) -> Ints:
        """Of the day ``FIRST_DAY + at``; ``grown``: by what each stream's rate is multiplied."""
        scenario = self.scenario
        kind = day_class(FIRST_DAY + at)
        if kind >= HOLIDAY and not scenario.holidays:
            kind = (FIRST_DAY + at - 1) % 7
        mean = self.rates * _WEEK[kind] / _MEAN_OF_WEEK * (1 + scenario.trend * at / 365)
        mean = mean * np.exp(scenario.season * np.sin(2 * np.pi * at / 365 + self._phase))
        if grown is not None:
            mean = mean * grown
        drawn: Ints = self._rng.poisson(mean * self._rng.gamma(scenario.k, 1 / scenario.k, mean.size)).astype(np.int64)
        return drawn
