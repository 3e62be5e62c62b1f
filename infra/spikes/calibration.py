"""Promised against realised: false alarms in quiet years, and the power curve by base rate."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

import numpy as np

from infra.spikes.quiet import FIRST_DAY, SCENARIOS, WARMING, Quiet, QuietCity
from streams.spikes.baseline import Layout
from streams.spikes.detector import Detector
from streams.spikes.profile import REST_DAYS
from streams.spikes.settings import SpikeSettings

BUCKETS: Final = ((0.0, 0.1), (0.1, 0.3), (0.0, 0.3), (0.3, 1.0), (1.0, 1e9))
SPIKE_DAYS: Final = 14
FACTORS: Final = (3.0, 5.0, 10.0)
_GROUPS: Final = 30
"""A spike is in one stream of thirty at a time: if all grew at once, that would be the new ordinary."""
Told = Callable[[str], None]


def calibrate(settings: SpikeSettings, *, streams: int, days: int, years: int, seed: int, told: Told) -> dict[str, Any]:
    quiet = []
    for scenario in SCENARIOS:
        runs = []
        for year in range(years):
            told(f"{scenario.name} {year + 1}/{years}")
            runs.append(false_alarms(settings, scenario, streams, days, seed + year))
        realised = sum(runs) / len(runs)
        quiet.append({"scenario": scenario.name, "promised": settings.promise, "realised": round(realised, 3),
                      "by_year": [round(run, 3) for run in runs], "kept": realised <= settings.promise})
    power = []
    for factor in FACTORS:
        told(f"x{factor:g}")
        power += power_curve(settings, streams, seed + 1_000, factor, years)
    return {"streams": streams, "days": days, "years": years, "seed": seed, "promise_per_periods": settings.promise_periods,
            "quiet": quiet, "power": power, "kept": all(one["kept"] for one in quiet)}


def _detector(city: QuietCity, settings: SpikeSettings) -> Detector:
    return Detector(Layout.grid(city.rows, city.columns), settings, REST_DAYS)


def false_alarms(settings: SpikeSettings, scenario: Quiet, streams: int, days: int, seed: int) -> float:
    """In the periods of the promise (a week), on average over the days after warming."""
    city = QuietCity(streams, seed, scenario)
    detector = _detector(city, settings)
    alarms = 0
    for at in range(WARMING + days):
        detector.open_day(FIRST_DAY + at)
        closed = detector.close(city.counts(at))
        alarms += int(closed.alarms.sum()) if at >= WARMING else 0
    return alarms / days * settings.promise_periods


def power_curve(settings: SpikeSettings, streams: int, seed: int, factor: float, runs: int) -> list[dict[str, Any]]:
    """Spikes of fourteen days: the share found while they last, and the median day on which."""
    rates, hits, days = [], [], []
    for run in range(runs):
        city = QuietCity(streams, seed + run, SCENARIOS[0])
        settled = _detector(city, settings)
        for at in range(WARMING + 80):
            settled.open_day(FIRST_DAY + at)
            settled.close(city.counts(at))
        order = np.random.default_rng(seed + run).permutation(city.rates.size)
        for group in range(_GROUPS):
            chosen = order[group::_GROUPS]
            grown = np.ones(city.rates.size)
            grown[chosen] = factor
            detector, found = deepcopy(settled), np.zeros(city.rates.size, dtype=np.int64)
            for day in range(1, SPIKE_DAYS + 1):
                at = WARMING + 79 + day
                detector.open_day(FIRST_DAY + at)
                closed = detector.close(city.counts(at, grown))
                found = np.where((closed.alarms | closed.again) & (found == 0), day, found)
            rates.append(city.rates[chosen])
            hits.append(found[chosen] > 0)
            days.append(found[chosen])
    rate, hit, day_found = np.concatenate(rates), np.concatenate(hits), np.concatenate(days)
    return [_bucket(factor, low, high, hit[mine], day_found[mine]) for low, high in BUCKETS
            if (mine := (rate >= low) & (rate < high)).any()]


def _bucket(factor: float, low: float, high: float, hit: Any, day_found: Any) -> dict[str, Any]:
    return {"factor": factor, "rate_from": low, "rate_below": None if high > 1e6 else high, "spikes": int(hit.size),
            "found": round(float(hit.mean()), 4), "median_day": float(np.median(day_found[hit])) if hit.any() else None}
