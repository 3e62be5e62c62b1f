"""The detector on files of counts, beside other methods: outbreaks found, how soon, false alarms.

Every series is judged by itself at the patience that the live promise gives a stream: one false alarm a week over 600
streams is one in 600 weeks for each. A comparison is shown twice: as it is commonly set, and at the setting that does best for it on
this very file: of those that find as many outbreaks as soon as ours, the one with the fewest false alarms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from infra.spikes.series import Series
from streams.spikes.baseline import Layout
from streams.spikes.comparisons import METHODS
from streams.spikes.detector import Detector
from streams.spikes.settings import GRID, SpikeSettings

STREAMS: Final = 600
DAILY: Final = SpikeSettings()
WEEKLY: Final = replace(DAILY, window=104, gap=2, recent=4, learning=4, least_rate=0.05, calm=3, assumed_scatter=1.0, margin=1.1)
"""Two years of weeks, so that the seasons are in it, and the last four weeks. A series by itself has no others to learn its scatter and
seasons from: more is assumed, and the margin is wider. Chosen on simulated series (docs/spikes.md)."""
_A_YEAR: Final = {"week": 52, "day": 365}
OURS: Final = "e-detector (ours)"


def alarms(series: Series, patience: float | None = None) -> list[dict[str, Any]]:
    """Each alarm with what it rests on."""
    weekly = series.grain == "week"
    per_stream = patience if patience is not None else STREAMS * (1.0 if weekly else 7.0)
    settings = replace(WEEKLY if weekly else DAILY, promise=1.0, promise_periods=1)
    settings = replace(settings, promise=1 / per_stream)
    detector = Detector(Layout.plain(1), settings)
    detector.first_seen[:] = 0
    found: list[dict[str, Any]] = []
    for at, count in enumerate(series.counts):
        detector.open_weekday(0 if weekly else (series.first_weekday + at) % 7)
        period = detector.period
        if at in series.unknown:
            detector.skip()
            continue
        closed = detector.close(np.array([count], dtype=np.int64))
        if closed.alarms[0]:
            found.append({"at": at, "period": series.labels[at], "count": count, "expected": round(int(period.expected[0]) / GRID, 3),
                          "tolerance": round(float(period.tolerance[0]), 3), "since": series.labels[int(closed.began[0])],
                          "evidence": float(f"{float(closed.evidence[0]):.4g}"),
                          "threshold": float(f"{float(period.threshold[0]):.4g}"), "again": []})
        elif closed.again[0]:
            found[-1]["again"].append(at)
    return found


def evaluate(every: Sequence[Series], patience: float | None = None) -> dict[str, Any]:
    ours = {one.name: alarms(one, patience) for one in every}
    result = score(every, {name: [at for each in found for at in (each["at"], *each["again"])] for name, found in ours.items()})
    compared = []
    for method in METHODS:
        def at(threshold: float, method: Any = method) -> dict[str, Any]:
            return score(every, {one.name: method.alarms(one.counts, threshold, _A_YEAR[one.grain]) for one in every})
        standard = at(method.standard)
        equal = [(each, at(each)) for each in method.thresholds] if result["detected"] else []
        equal = [(threshold, said) for threshold, said in equal if said["detected"] >= result["detected"]
                 and said["mean_delay"] <= result["mean_delay"]]
        best = min(equal, key=lambda pair: (pair[1]["false_alarms"], pair[0]), default=None)
        compared.append({"method": method.name, "threshold": method.standard, **_brief(standard),
                         "same_delay": {"threshold": best[0], **_brief(best[1])} if best else None})
    series = [{"series": one.name, "grain": one.grain, "periods": len(one.counts), "missing": one.missing, "restated": one.restated,
               **result["by_series"][one.name], "alarms": ours[one.name]} for one in every]
    return {"method": OURS, "streams_of_the_promise": STREAMS, **_brief(result), "series": series, "comparisons": compared}


def score(every: Sequence[Series], found: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Alarms within a known outbreak find it, the first tells the delay (0: in its first period). Alarms that follow each other
    by no more than the calm that closes one are one alarm, of whichever method; one that begins outside is false.
    """
    by_series: dict[str, Any] = {}
    delays: list[int] = []
    raw = false = known = 0
    for one in every:
        outbreaks, raised = one.outbreaks(), found[one.name]
        known += len(outbreaks)
        of_series = []
        for first, last in outbreaks:
            hit = next((at for at in raised if first <= at <= last), None)
            of_series.append({"from": one.labels[first], "to": one.labels[last], "detected": hit is not None,
                              "delay": hit - first if hit is not None else None})
            delays += [hit - first] if hit is not None else []
        calm = (WEEKLY if one.grain == "week" else DAILY).calm
        outside = sum(not one.outbreak[at] for at in raised)
        begun = [at for index, at in enumerate(raised) if index == 0 or at - raised[index - 1] > calm]
        runs = sum(not one.outbreak[at] for at in begun)
        raw, false = raw + outside, false + runs
        by_series[one.name] = {"outbreaks": of_series, "false_alarms": runs, "false_periods": outside}
    return {"outbreaks": known, "detected": len(delays), "mean_delay": round(sum(delays) / len(delays), 3) if delays else None,
            "false_alarms": false, "false_periods": raw, "by_series": by_series}


def _brief(scored: dict[str, Any]) -> dict[str, Any]:
    return {name: scored[name] for name in ("outbreaks", "detected", "mean_delay", "false_alarms", "false_periods")}
