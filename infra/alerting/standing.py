"""How delivery stands: a small file that is always true, read by `sanfang status` and by ``GET /metrics``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from infra.whole_files import put

if TYPE_CHECKING:
    from pathlib import Path

    from infra.alerting.desk import Desk
    from infra.settings import Settings

_EVERY: Final = timedelta(seconds=1)
_GRACE: Final = timedelta(minutes=5)
_SILENT: Final = 60
"""Seconds without a word from the notifier after which it counts as away."""


def file_of(settings: Settings) -> Path:
    return settings.world_dir / "notifier.json"


class Standing:
    def __init__(self, settings: Settings) -> None:
        self._file = file_of(settings)
        self._channels = [channel.name for channel in settings.alert_channels]
        self._told: datetime | None = None
        self.unreadable = 0
        self.repeated: dict[str, str] = {}
        """Channel to why what stands could not be said again the last time; empty: it was taken."""

    def tell(self, desk: Desk, now: datetime, *, ended: bool = False) -> None:
        """At most once a second."""
        if self._told is not None and now - self._told < _EVERY and not ended:
            return
        self._told = now
        put(self._file, orjson.dumps({
            "state": "stopped" if ended else "running", "at": now.isoformat(), "unreadable": self.unreadable, "orphans": desk.orphans,
            "open": sum(not alert.resolved and not alert.acknowledged for alert in desk.alerts.values()),
            "channels": {name: {**_channel(desk, name, now), "repeat": self.repeated.get(name, "")} for name in self._channels}}))


def _channel(desk: Desk, name: str, now: datetime) -> dict[str, Any]:
    ours = [one for one in desk.notifications.values() if one.channel == name]
    # one whose time passed long ago is not tried again: a post has taken the alert up, or it is over
    failing = [one for one in ours if not one.delivered and one.next_attempt is not None and one.next_attempt > now - _GRACE]
    return {"delivered": sum(one.delivered for one in ours), "failed_attempts": sum(one.attempts - one.delivered for one in ours),
            "failing": len(failing), "given_up": sum(one.given_up for one in ours), "why": failing[-1].last_reason if failing else ""}


def standing(settings: Settings) -> dict[str, Any] | None:
    """What the notifier last said; None: never a word."""
    try:
        return dict(orjson.loads(file_of(settings).read_bytes()))
    except FileNotFoundError:
        return None


def notes(settings: Settings) -> list[str]:
    """What `sanfang status` says when something is wrong with telling people."""
    told = standing(settings)
    if told is None:
        return []
    said = []
    if told["state"] == "running" and (datetime.now(UTC) - datetime.fromisoformat(told["at"])).total_seconds() > _SILENT:
        said.append(f"预警送达停顿 / the notifier has said nothing since {told['at']} → sanfang logs notifier")
    if not told["channels"]:
        said.append("未配置预警渠道 / no alert channel is set: nobody is told → docs/alerts.md")
    said += [f"预警未送达 / alerts not delivered: {name}, {channel['failing']} tried again ({channel['why']}), "
             f"{channel['given_up']} given up → sanfang alerts list"
             for name, channel in told["channels"].items() if channel["failing"] or channel["given_up"]]
    said += [f"预警未能续报 / what stands could not be said again: {name} ({channel['repeat']})"
             for name, channel in told["channels"].items() if channel["repeat"]]
    return said


class Gauges(Collector):
    """For Prometheus: what the notifier last said, by channel. No label names a case or a person."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        told = standing(self._settings)
        if told is None:
            return
        yield GaugeMetricFamily("petition_alerts_open", "Alerts that no post has taken up", value=told["open"])
        yield GaugeMetricFamily("petition_notifier_told_at_seconds", "When the notifier last said how it stands",
                                value=datetime.fromisoformat(told["at"]).timestamp())
        for what, said in (("delivered", "Notifications delivered"), ("failed_attempts", "Attempts that failed"),
                           ("failing", "Notifications that are tried again"), ("given_up", "Notifications given up")):
            family = GaugeMetricFamily(f"petition_alert_notifications_{what}", said, labels=["channel"])
            for name, channel in told["channels"].items():
                family.add_metric([name], channel[what])
            yield family
