"""When problems come: the week, the holidays, the season, spikes and a trend.

On rest days hardly anyone comes; after a long holiday many do. A spike multiplies one county's share of one category by
five for fourteen days; the trend lets another grow to three times its size over the whole time.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random
from typing import Final

from infra.city.chance import weighted, whether
from infra.city.days import ONE, after, rest
from infra.city.geography import County

SPIKE_FACTOR: Final = 5
SPIKE_DAYS: Final = 14
TREND_FACTOR: Final = 3
FIRST_SHARE: Final = 0.78
"""About that share of all submissions is the first of its matter."""

CATEGORIES: Final = (
    ("construction", 22.0), ("labour", 16.0), ("land", 14.0), ("agriculture", 12.0), ("environment", 6.0), ("civil_affairs", 6.0),
    ("transport", 5.0), ("commerce", 4.5), ("education", 4.0), ("discipline", 3.5), ("health", 3.0), ("justice", 2.5),
    ("other", 2.0), ("economy", 1.8), ("personnel", 1.2), ("party_affairs", 1.0), ("technology", 0.8),
)
_WEEK: Final = (1.28, 1.12, 1.05, 1.0, 0.92, 0.30, 0.24)
_ON_REST: Final = {"web": 0.80, "phone": 0.20}
_CHANNELS: Final = {"letter": 0.20, "visit": 0.33, "web": 0.34, "phone": 0.11, "fax": 0.02}
_CATCHING_UP: Final = 1.35


@dataclass(slots=True, frozen=True)
class Cell:
    """What a first submission is about, where and when."""

    day: date
    county: str
    category: str
    wave: int = 0
    """The number of the spike it belongs to; 0: none."""


@dataclass(slots=True, frozen=True)
class Spike:
    county: str
    category: str
    begins: date
    ends: date
    expected: float
    extra: int


@dataclass(slots=True, frozen=True)
class Trend:
    county: str
    category: str
    begins: date
    ends: date
    expected: float
    extra: int


class Rhythm:
    def __init__(self, start: date, days: int, counties: list[County], petitions: int) -> None:
        self.days = [after(start, n) for n in range(days)]
        self._weights = [self._weight(day) for day in self.days]
        self._sums = list(accumulate(self._weights))
        self._counties = [(county.code, county.weight) for county in counties]
        self._all = sum(weight for _, weight in self._counties)
        self._firsts = petitions * FIRST_SHARE

    def _weight(self, day: date) -> float:
        if rest(day):
            return _WEEK[6] if day.weekday() < 5 else _WEEK[day.weekday()]
        weekday = day.weekday() if day.weekday() < 5 else 4
        off = sum(rest(after(day, -n)) for n in range(1, 5))
        return _WEEK[weekday] * (_CATCHING_UP if off >= 3 else 1.0)

    def ordinary(self, rng: Random) -> Cell:
        while True:
            day = self._day(rng, 0, len(self.days))
            category = weighted(rng, CATEGORIES)
            if category != "labour" or whether(rng, 1.0 if day.month in {12, 1} else 0.7):
                return Cell(day, weighted(rng, self._counties), category)

    def _day(self, rng: Random, begin: int, end: int) -> date:
        low = self._sums[begin - 1] if begin else 0.0
        return self.days[min(bisect(self._sums, low + rng.random() * (self._sums[end - 1] - low)), end - 1)]

    def _expected(self, county: str, category: str) -> float:
        weight = dict(self._counties)[county] / self._all
        return self._firsts * weight * dict(CATEGORIES)[category] / sum(share for _, share in CATEGORIES)

    def extras(self, rng: Random) -> tuple[list[Spike], Trend | None, list[Cell]]:
        """The spikes, the trend, and the first submissions that they add."""
        spikes: list[Spike] = []
        cells: list[Cell] = []
        large = sorted(((self._expected(code, category), code, category) for code, _ in self._counties
                        for category, _ in CATEGORIES if category != "discipline"), reverse=True)
        choice = large[:max(12, len(large) // 6)]
        rng.shuffle(choice)
        length = len(self.days)
        wanted = max(1, length // 60) if length >= 3 * SPIKE_DAYS else 0
        for number in range(1, wanted + 1):
            whole, county, category = choice[number % len(choice)]
            earliest = min(60, length // 3)
            begin = earliest + int(rng.random() * max(1, length - SPIKE_DAYS - earliest))
            share = (self._sums[begin + SPIKE_DAYS - 1] - self._sums[begin - 1]) / self._sums[-1]
            expected = whole * share
            extra = round(expected * (SPIKE_FACTOR - 1))
            if extra < 3:
                continue
            spikes.append(Spike(county, category, self.days[begin], self.days[begin + SPIKE_DAYS - 1], round(expected, 2), extra))
            cells += [Cell(self._day(rng, begin, begin + SPIKE_DAYS), county, category, number) for _ in range(extra)]
        if length < 90:
            return spikes, None, cells
        whole, county, category = choice[0]
        extra = round(whole * (TREND_FACTOR - 1) / 2)
        grown: list[Cell] = []
        while len(grown) < extra:
            day = self._day(rng, 0, length)
            if whether(rng, (day - self.days[0]).days / length):
                grown.append(Cell(day, county, category))
        return spikes, Trend(county, category, self.days[0], self.days[-1], round(whole, 1), extra), cells + grown


def channel_on(rng: Random, day: date) -> str:
    """On rest days only the web and the telephone are open."""
    return weighted(rng, tuple((_ON_REST if rest(day) else _CHANNELS).items()))


def open_day(day: date, channel: str) -> date:
    """The day itself, or the next on which that channel is open."""
    while channel not in _ON_REST and rest(day):
        day += ONE
    return day
