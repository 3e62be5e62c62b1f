"""`spikes`: one tick of ten thousand streams: a day is closed, judged, learnt from, and the next one opened."""

from __future__ import annotations

import time

import numpy as np

from streams.spikes.baseline import Layout
from streams.spikes.detector import Detector
from streams.spikes.profile import REST_DAYS
from tests.bench.figures import Report, Row

_ROWS, _COLUMNS = 100, 100
_WARM = 110
_DAY = 738_000


def measure(size: float, runs: int) -> Report:
    rng = np.random.default_rng(1)
    rates = np.outer(rng.lognormal(0, 0.5, _ROWS), rng.lognormal(0, 1.0, _COLUMNS)).ravel() * 0.33
    detector = Detector(Layout.grid(_ROWS, _COLUMNS), assumed_week=REST_DAYS)
    closing, looking = [], []
    for day in range(_WARM + max(5, int(20 * size)) * runs):
        counts = rng.poisson(rates * rng.gamma(4, 0.25, rates.size)).astype(np.int64)
        started = time.perf_counter()
        detector.evidence(counts)
        looked = time.perf_counter()
        detector.close(counts)
        detector.open_day(_DAY + day)
        ended = time.perf_counter()
        if day >= _WARM:
            looking.append((looked - started) * 1000)
            closing.append((ended - looked) * 1000)
    return Report("spikes", "one tick of 10,000 streams", [
        Row("a day closed and the next opened", "ms", tuple(closing), "at most", 100.0),
        Row("a look within the day", "ms", tuple(looking), "at most", 100.0)])
