"""`alerts`: from an alert event handed to the log until its notification has left, arrived at a receiver on loopback.

The notifier as ``sanfang up`` starts it, in the live world of a home of its own, with the settings' own time of grouping; alerts
come one at a time, and then many at once.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from events.alerts import AlertOpened, Stream, Watched
from events.canonical import canonical
from events.emitter import TrustedEmitter
from infra.kafka import clients
from infra.settings import Settings
from tests.alert_story import opened
from tests.bench import system
from tests.bench.figures import Report, percentiles
from tests.bench.progress import tell
from tests.infra.alerting.receiver import Receiver, receiving

_APART = 0.2
_BURST = 1_000
_PATIENCE = 60.0
COUNTIES = ("141102", "141121", "141122", "141123", "141124", "141125", "141126", "141127", "141128", "141129", "141130")


def measure(size: float, runs: int) -> Report:
    del runs  # one long run says more than several short ones
    report = Report("alerts", "from the alert event to the notification leaving 预警送达")
    with receiving() as receiver, _channel(receiver), system.up(("broker", "notifier")) as settings:
        grouped = Settings().alert_group_seconds * 1000
        _one(settings, receiver)
        waits = [_one(settings, receiver) for _ in range(max(10, int(60 * size)))]
        for name, value in percentiles(waits).items():
            report.add(f"one alert, {name}", "ms", value, baseline="of which grouping", against=grouped)
        many = max(100, int(_BURST * size))
        waits = _burst(settings, receiver, many)
        for name, value in percentiles(waits).items():
            report.add(f"{many:,} alerts at once, {name}", "ms", value)
        report.notes.append("; ".join(f"{name} {one.megabytes:.0f} MB" for name, one in system.used(settings).items()))
    return report


@contextmanager
def _channel(receiver: Receiver) -> Iterator[None]:
    """Programs inherit their channels from the environment that called ``up``."""
    os.environ["SANFANG_ALERT_CHANNELS"] = json.dumps([{"name": "desk", "kind": "webhook", "url": receiver.url}])
    try:
        yield
    finally:
        del os.environ["SANFANG_ALERT_CHANNELS"]


def _one(settings: Settings, receiver: Receiver) -> float:
    time.sleep(_APART)
    return _told(settings, receiver, [opened(datetime.now(UTC))])[0]


def _burst(settings: Settings, receiver: Receiver, many: int) -> list[float]:
    now = datetime.now(UTC)
    return _told(settings, receiver, [
        opened(now + timedelta(microseconds=number), Stream(region=COUNTIES[number % len(COUNTIES)], watched=Watched.REPEAT))
        for number in range(many)])


def _told(settings: Settings, receiver: Receiver, alerts: Sequence[AlertOpened]) -> list[float]:
    """Seconds from handing each over until a notification of it arrived."""
    tell(f"{len(alerts)} alerts")
    handed: dict[str, float] = {}
    with TrustedEmitter(None, settings.topics.alerts, clients.kafka_python(settings, linger_ms=0)) as emitter:
        for alert in alerts:
            handed[alert.id] = time.time()
            emitter.write(alert.id, alert.partitionkey.encode(), canonical(alert))
    until = time.monotonic() + _PATIENCE
    while True:
        arrived = {event["id"]: at for at, (_, _, document) in zip(receiver.at, receiver.got, strict=False)
                   for event in document["events"]}
        if handed.keys() <= arrived.keys():
            return [arrived[id_] - at for id_, at in handed.items()]
        if time.monotonic() > until:
            raise TimeoutError(f"{len(handed.keys() - arrived.keys())} of {len(handed)} alerts were not told in {_PATIENCE:.0f} s")
        time.sleep(0.01)
