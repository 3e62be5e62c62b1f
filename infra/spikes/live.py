"""Promised against realised on live history: worked out each night by the detector's process, and on command as of any moment.

The last one is kept in ``worlds/NAME/spikes.json`` for `sanfang status` and ``GET /metrics``; it follows from log and findings alone, so
`sanfang spikes calibrate --live --as-of …` says again what any night said.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from infra.whole_files import put
from streams.spikes.keeping import Kept, Measured, keeping

if TYPE_CHECKING:
    from pathlib import Path

    from infra.settings import Settings

_WORDS: Final = {
    "baseline": "基线偏差 / counts stay above what is expected",
    "dispersion": "离散超出 / counts scatter wider than assumed",
    "lateness": "迟到过多 / too much comes later than three days",
}


def file_of(settings: Settings) -> Path:
    return settings.world_dir / "spikes.json"


def plain(kept: Kept) -> dict[str, Any]:
    return {"judged_before": date.fromordinal(kept.today).isoformat() if kept.today else None, "days": kept.days, "streams": kept.streams,
            "enough": kept.enough, "promised": kept.promised / 1000, "alarms": kept.alarms / 1000, "kept": kept.kept,
            "broken": [_measured(one) for one in kept.broken], "measured": [_measured(one) for one in kept.measured]}


def _measured(one: Measured) -> dict[str, Any]:
    return {"assumption": one.assumption, "watched": one.watched, "found": one.found / 1000, "allowed": one.allowed / 1000,
            "error": one.error / 1000, "broken": one.broken}


def keep(settings: Settings, kept: Kept) -> None:
    put(file_of(settings), orjson.dumps(plain(kept)))


def last(settings: Settings) -> dict[str, Any] | None:
    """What the last night said; None: never a word."""
    try:
        return dict(orjson.loads(file_of(settings).read_bytes()))
    except FileNotFoundError:
        return None


def notes(settings: Settings) -> list[str]:
    """What `sanfang status` says when the promise rests on what does not hold."""
    told = last(settings)
    if told is None or not told["enough"]:
        return []
    said = [] if told["kept"] else [
        f"预警多于承诺 / {told['alarms']:g} alarms a week, {told['promised']:g} false ones promised → sanfang spikes calibrate --live"]
    return said + [f"误报承诺的前提不成立 / an assumption of the promise is broken: {_WORDS[one['assumption']]}"
                   f" ({one['watched'] or 'all 全部'}: {one['found']:g}, allowed {one['allowed']:g}) → sanfang spikes calibrate --live"
                   for one in told["broken"]]


class Gauges(Collector):
    """For Prometheus: what the last night said. No label names a case or a person."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        told = last(self._settings)
        if told is None:
            return
        yield GaugeMetricFamily("petition_spikes_promised", "False alarms a week that were promised at most", value=told["promised"])
        yield GaugeMetricFamily("petition_spikes_alarms", "Alarms a week on the history that is known, true ones too", value=told["alarms"])
        yield GaugeMetricFamily("petition_spikes_calibrated_days", "Days of history that were judged", value=told["days"])
        broken = GaugeMetricFamily("petition_spikes_assumption_broken", "1: the promise rests on what does not hold",
                                   labels=["assumption", "watched"])
        for one in told["measured"]:
            broken.add_metric([one["assumption"], one["watched"] or "all"], float(told["enough"] and one["broken"]))
        yield broken


def replayed(settings: Settings, as_of: str | None = None) -> Kept:
    """From the log and the findings, as far as they had come then."""
    from infra.kafka.snapshot import Snapshot  # noqa: PLC0415 - slow to import, see infra.cli.app
    from streams.spikes.merging import Merge  # noqa: PLC0415
    from streams.spikes.stage import Stage  # noqa: PLC0415

    until = _until(as_of)
    stage = Stage()
    with Snapshot(settings, settings.topics.actions) as log, Snapshot(settings, settings.topics.findings) as findings:
        merge = Merge(stage, len(log.bounds))
        for record in findings:
            if record.log_time_ms <= until and record.value is not None:
                merge.finding(record.partition, record.value)
        for record in log:
            if record.log_time_ms <= until and record.value is not None:
                merge.action(record.partition, record.offset, record.value)
                merge.judged(record.partition, record.offset + 1)
        merge.advance()
    return keeping(stage.tallies, stage.watch.today, stage.watch.settings)


def _until(as_of: str | None) -> float:
    from events.errors import UsageError  # noqa: PLC0415
    from projections.history.moment import moment  # noqa: PLC0415

    if as_of is None:
        return float("inf")
    then = moment(as_of)
    if then.kind != "log" or then.at is None:
        raise UsageError("spikes.as-of", f"{as_of!r}: 只认日志时间 / only times of the log are known here",
                         todo="write a day or a moment: 2024-03-12, 2024-03-12T10:00")
    at: datetime = then.at
    return at.timestamp() * 1000


