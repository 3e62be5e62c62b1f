"""Other people's methods, as labelled comparisons; nothing live uses them.

EARS C1 to C3 as in R ``surveillance::earsC`` (Hutwagner 2003), a CUSUM of standardised counts with negative binomial
scatter, and a Farrington-style bound on two-thirds powers (Farrington 1996; no regression: the same season of earlier years, else
the months before). Each answers the periods in which it alarms at a threshold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

Alarms = list[int]
_LEAST_SD = 0.5
"""Kind to EARS: without it every event after seven silent periods is an alarm."""


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    alarms: Callable[[Sequence[int], float, int], Alarms]
    """Of the counts, the threshold, and how many periods a year has."""
    standard: float
    thresholds: tuple[float, ...]
    """From quick to slow, for the setting that finds as many as soon with the fewest false alarms."""


def _z(counts: Sequence[int], at: int, lag: int) -> float | None:
    past = counts[max(0, at - 7 - lag):max(0, at - lag)]
    return (counts[at] - fmean(past)) / max(stdev(past), _LEAST_SD) if len(past) == 7 else None


def _c(lag: int) -> Callable[[Sequence[int], float, int], Alarms]:
    def alarms(counts: Sequence[int], threshold: float, _: int) -> Alarms:
        return [at for at in range(len(counts)) if (z := _z(counts, at, lag)) is not None and z > threshold]
    return alarms


def _c3(counts: Sequence[int], threshold: float, _: int) -> Alarms:
    scores = [max(0.0, (_z(counts, at, 2) or 0.0) - 1) for at in range(len(counts))]
    return [at for at in range(9, len(counts)) if sum(scores[at - 2:at + 1]) > threshold]


def _past(counts: Sequence[int], at: int, year: int) -> Sequence[int]:
    return counts[max(0, at - 2 - year // 2):max(0, at - 2)]


def _cusum(counts: Sequence[int], threshold: float, year: int) -> Alarms:
    found, total = [], 0.0
    for at, count in enumerate(counts):
        past = _past(counts, at, year)
        if len(past) < 5:
            continue
        mean = max(fmean(past), 0.1)
        total = max(0.0, total + (count - mean) / math.sqrt(mean + mean * mean / 4) - 0.5)
        if total > threshold:
            found.append(at)
            total = 0.0
    return found


def _farrington(counts: Sequence[int], threshold: float, year: int) -> Alarms:
    found, half = [], max(3, year // 17)
    for at, count in enumerate(counts):
        past = [counts[day] for back in range(1, at // year + 1)
                for day in range(max(0, at - back * year - half), at - back * year + half + 1)] or list(_past(counts, at, year))
        if len(past) < 5 or sum(counts[max(0, at - 3):at + 1]) < 5:
            continue
        mean = max(fmean(past), 0.1)
        scatter = max(1.0, stdev(past) ** 2 / mean)
        error = math.sqrt(4 / 9 * mean ** (1 / 3) * (scatter + mean / len(past) * scatter))
        if (count ** (2 / 3) - mean ** (2 / 3)) / error > threshold:
            found.append(at)
    return found


_GRID = (*(step / 4 for step in range(4, 40)), *(step / 1.0 for step in range(10, 40, 2)))
METHODS = (
    Method("EARS C1", _c(0), 3.0, _GRID), Method("EARS C2", _c(2), 3.0, _GRID), Method("EARS C3", _c3, 2.0, _GRID),
    Method("Farrington-style", _farrington, 2.58, _GRID), Method("CUSUM", _cusum, 4.0, _GRID),
)
